"""Protected tables laid out for the public: rows, columns, the words and codes of what stands where there is no number.

Nothing that is hidden reaches this module: it is given protected tables alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from childfirst.engines.disclosure import TOTAL, SafeCell, SafeTable, Status
from childfirst.engines.estimation import wilson
from childfirst.measures.definition import Breakdown
from childfirst.measures.results import CompletenessResult, MeasureResult
from childfirst.measures.vocabulary import UNKNOWN
from childfirst.published.documents import Column
from childfirst.release.protection import PublicTable
from childfirst.release.vocabulary import HIDDEN, NOT_APPLICABLE, NOT_KNOWN, PUBLIC_STATUS, SHOWN, ZERO

DECIMALS = 6
"""Rates and bounds are published with six decimals, so that the bytes do not depend on the machine's last bits."""


def rate_table(safe: SafeTable, result: MeasureResult) -> PublicTable:
    """The table of a measure: for every margin of the breakdowns and every answer the count, its base, the share and interval.

    Rates and intervals are worked out from shown cells alone: nothing that is hidden reaches this function.
    """
    plan = result.definition
    order = {name: {code: i for i, code in enumerate((TOTAL, *codes))} for name, codes in result.labels.items()}
    cells = sorted(
        (cell for cell in safe.cells if cell.codes[-1] != TOTAL),
        key=lambda cell: [
            order[d].get(code, len(order[d])) for d, code in zip(safe.dimensions, cell.codes, strict=True)
        ],
    )
    bases = [safe[(*cell.codes[:-1], TOTAL)] for cell in cells]
    rows = _rows(safe, cells, bases)
    columns = [_dimension(b, result.labels[b.field], with_total=b is not plan.answers) for b in plan.dimensions]
    return PublicTable(
        name=plan.id,
        measure=plan.id,
        title=plan.title,
        description=f"{plan.what} Counted: {plan.denominator.says}. The headline: {plan.numerator.says}.",
        source="; ".join(plan.sources),
        columns=(*columns, *_RATE_COLUMNS),
        rows=tuple(rows),
    )


def _rows(safe: SafeTable, cells: Sequence[SafeCell], bases: Sequence[SafeCell]) -> list[tuple[Any, ...]]:
    """Rows of a public table. Where the answer is unknown on every record of a row's base, the other answers are not known:
    a zero there would look like a true one. Both numbers are shown, so this gives nothing away.
    """
    blind = {
        cell.codes[:-1]
        for cell, base in zip(cells, bases, strict=True)
        if cell.codes[-1] == UNKNOWN and cell.count and cell.count == base.count
    }
    rows: list[tuple[Any, ...]] = []
    values: tuple[Any, ...]
    for cell, base, rate in zip(cells, bases, _rates(cells, bases), strict=True):
        total = (base.count, PUBLIC_STATUS[base.status])
        if cell.codes[:-1] in blind and cell.codes[-1] != UNKNOWN:
            values = (None, NOT_KNOWN, *total, None, NOT_KNOWN, None, None)
        else:
            values = (cell.count, PUBLIC_STATUS[cell.status], *total, *rate)
        rows.append((*cell.codes, *values, *_sdmx(values[1], values[3], values[5])))
    return rows


OBSERVED = {SHOWN: "A", ZERO: "A", HIDDEN: "Q", NOT_KNOWN: "L", NOT_APPLICABLE: "M"}
"""Our words in SDMX's code list CL_OBS_STATUS, version 2.2: A normal, Q missing because it is suppressed, L missing because it was
not collected though it exists, M missing because it cannot exist. A true zero is a normal value, which is 0."""


def _sdmx(status: str, denominator_status: str, rate_status: str) -> tuple[str, str, str, str]:
    """The four codes at the end of a row; the second is of CL_CONF_STATUS: C confidential, F free."""
    return OBSERVED[status], "C" if status == HIDDEN else "F", OBSERVED[denominator_status], OBSERVED[rate_status]


def _rates(cells: Sequence[SafeCell], bases: Sequence[SafeCell]) -> list[tuple[Any, str, Any, Any]]:
    """Rate, its status, and the Wilson interval at 95 %, for pairs of cells of which both are shown."""
    counts = np.array([cell.count if cell.count is not None else -1 for cell in cells], np.float64)
    totals = np.array([base.count if base.count is not None else -1 for base in bases], np.float64)
    shown = (counts >= 0) & (totals > 0)
    low, high = wilson(counts[shown], totals[shown], level=0.95)
    values = iter(
        zip(
            np.round(counts[shown] / totals[shown], DECIMALS).tolist(),
            np.round(low, DECIMALS).tolist(),
            np.round(high, DECIMALS).tolist(),
            strict=True,
        )
    )
    found: list[tuple[Any, str, Any, Any]] = []
    for is_shown, total in zip(shown.tolist(), totals.tolist(), strict=True):
        if is_shown:
            rate, lower, upper = next(values)
            found.append((rate, SHOWN, lower, upper))
        else:
            found.append((None, NOT_APPLICABLE if total == 0 else PUBLIC_STATUS[Status.HIDDEN_PRIMARY], None, None))
    return found


def completeness_table(safe: SafeTable, result: MeasureResult, part: CompletenessResult) -> PublicTable:
    """Counts by month (or another field) and by what is known of a field, with their share of the row's total."""
    from childfirst.measures.labels import labels_for

    plan = part.plan
    by_codes = {code for code in (cell.codes[0] for cell in safe.cells) if code != TOTAL}
    field_codes = {code for code in (cell.codes[1] for cell in safe.cells) if code != TOTAL}
    labels = {
        plan.by: result.labels.get(plan.by) or labels_for({}, "months" if plan.by == "month" else "", by_codes),
        plan.field: labels_for(plan.labels, plan.labels_from, field_codes),
    }
    order = {name: {code: i for i, code in enumerate((TOTAL, *codes))} for name, codes in labels.items()}
    cells = sorted(
        (cell for cell in safe.cells if cell.codes[1] != TOTAL),
        key=lambda cell: (order[plan.by][cell.codes[0]], order[plan.field][cell.codes[1]]),
    )
    bases = [safe[(cell.codes[0], TOTAL)] for cell in cells]
    rows = _rows(safe, cells, bases)
    by = Breakdown(plan.by, plan.by.replace("_", " ").capitalize())
    field = Breakdown(plan.field, plan.field.replace("_", " ").capitalize())
    return PublicTable(
        name=safe.name,
        measure=result.definition.id,
        title=plan.title,
        description=plan.says,
        source="; ".join(result.definition.sources),
        columns=(
            _dimension(by, labels[plan.by], with_total=True),
            _dimension(field, labels[plan.field], with_total=False),
            *_RATE_COLUMNS,
        ),
        rows=tuple(rows),
    )


def _dimension(breakdown: Breakdown, labels: Mapping[str, str], *, with_total: bool) -> Column:
    wording = {**({TOTAL: breakdown.total} if with_total else {}), **labels}
    return Column(
        name=breakdown.field,
        title=breakdown.title,
        role="dimension",
        labels=wording,
        total=TOTAL if with_total else "",
        description="“Not recorded” is a category of its own." if "not_recorded" in labels else "",
    )


_STATUS_LABELS = {
    "shown": "Shown",
    "hidden": "Hidden to protect people",
    "zero": "None",
    "not_known": "Not known: it is not recorded for anyone in this row",
}
_RATE_STATUS_LABELS = {
    "shown": "Shown",
    "hidden": "Not worked out: one of its counts is hidden",
    "not_known": "Not known: it is not recorded for anyone in this row",
    "not_applicable": "Not applicable: there is nothing to share out",
}

_OBS_STATUS = (
    "The status beside it as a code of SDMX's list CL_OBS_STATUS. A true zero is a normal value: 0 with the code A."
)
_OBS_LABELS = {
    "A": "Normal value, true zeros among them",
    "Q": "Missing: suppressed to protect people",
    "L": "Missing: not collected, or not recorded for anyone in the row",
    "M": "Missing: cannot exist, for there is nothing to take a share of",
}

_RATE_COLUMNS = (
    Column("count", "Number", "count", "Empty where it is hidden. A hidden number is never zero."),
    Column(
        "status",
        "Status of the number",
        "status",
        "Whether the number is shown, hidden, truly none, or not known.",
        _STATUS_LABELS,
    ),
    Column("denominator", "Out of", "denominator", "All records of the row, whatever the answer. Empty where hidden."),
    Column("denominator_status", "Status of the total", "denominator_status", "", _STATUS_LABELS),
    Column("rate", "Share", "rate", "Number divided by total, from 0 to 1, from shown numbers only."),
    Column("rate_status", "Status of the share", "rate_status", "", _RATE_STATUS_LABELS),
    Column("lower", "Lower bound", "lower", "Lower end of the Wilson interval at 95 per cent."),
    Column("upper", "Upper bound", "upper", "Upper end of the Wilson interval at 95 per cent."),
    Column("obs_status", "Observation status of the number (SDMX)", "obs_status", _OBS_STATUS, _OBS_LABELS),
    Column(
        "conf_status",
        "Confidentiality of the number (SDMX)",
        "conf_status",
        "A code of SDMX's list CL_CONF_STATUS.",
        {"F": "Free for publication", "C": "Confidential: hidden to protect people"},
    ),
    Column("denominator_obs_status", "Observation status of the total (SDMX)", "obs_status", _OBS_STATUS, _OBS_LABELS),
    Column("rate_obs_status", "Observation status of the share (SDMX)", "obs_status", _OBS_STATUS, _OBS_LABELS),
)
