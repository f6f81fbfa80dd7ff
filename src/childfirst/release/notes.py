"""The notes of a release: what a person should know before using it. Every number in them comes from a shown cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from childfirst.engines.disclosure import TOTAL, Rule
from childfirst.measures.results import MeasureResult
from childfirst.measures.vocabulary import UNKNOWN, Direction
from childfirst.release.counting import completeness_name
from childfirst.release.ledger import PUT_RIGHT, History
from childfirst.release.protection import Protected, PublicTable
from childfirst.shared import clock
from childfirst.shared.text import count_of, join_and

MOSTLY_UNKNOWN = 0.5


def write(
    *,
    title: str,
    released_on: Any,
    corrects: str,
    own_words: str,
    results: Sequence[MeasureResult],
    protected: Protected,
    history: History,
) -> str:
    """The notes as Markdown: headings, paragraphs and lists only."""
    months = sorted({month for result in results for month in result.months})
    lines = [f"# {title}", "", f"Released on {clock.format_date(released_on)}. Figures for {_period(months)}.", ""]
    if corrects:
        lines += [f"This release corrects the release `{corrects}`. Use this one instead.", ""]
    if own_words.strip():
        lines += [own_words.strip(), ""]
    lines += ["## What is in it", ""]
    lines += [
        f"- **{table.title}** (`{table.name}.csv`): {count_of(len(table.rows), 'row')}" for table in protected.tables
    ]
    lines += ["", "## What is missing", "", *_gaps(results, protected), ""]
    lines += ["## How people are protected", "", *_protection(protected, history), ""]
    for result in results:
        lines += _measure(result)
    lines += ["## How to read the files", "", *_READING, ""]
    lines += ["## How to check that nothing was changed", "", *_CHECKING, ""]
    return "\n".join(lines)


def _period(months: Sequence[str]) -> str:
    first, last = clock.format_month(months[0]), clock.format_month(months[-1])
    return first if first == last else f"{first} to {last}"


def _gaps(results: Sequence[MeasureResult], protected: Protected) -> list[str]:
    lines = []
    if missing := sorted({month for result in results for month in result.missing_months}):
        names = join_and([clock.format_month(month) for month in missing])
        lines.append(f"- There are no records at all for {names}. That is not the same as none.")
    tables = {table.name: table for table in protected.tables}
    for result in results:
        for part in result.completeness:
            table = tables.get(completeness_name(result, part))
            if table is not None:
                lines += completeness_sentences(table, part.plan.field, part.plan.by)
        table = tables[result.definition.id]
        for breakdown in result.definition.dimensions:
            lines += _unknown_sentence(table, breakdown.field, breakdown.title, result.definition.answers.field)
    for name, reason in sorted(protected.left_out.items()):
        lines.append(f"- The table `{name}` was left out of this release to protect people: {reason}")
    return lines or ["- Nothing that we know of."]


def completeness_sentences(table: PublicTable, field: str, by: str) -> list[str]:
    """Months (or other categories) in which most of a field is unknown, from shown shares alone."""
    at = {column.name: place for place, column in enumerate(table.columns)}
    bad: list[str] = []
    for row in table.rows:
        if row[at[field]] == UNKNOWN and row[at[by]] != TOTAL and (row[at["rate"]] or 0) >= MOSTLY_UNKNOWN:
            label = table.columns[at[by]].labels.get(row[at[by]], row[at[by]])
            bad.append(f"{label} ({_per_cent(row[at['rate']])})")
    if not bad:
        return []
    return [f"- {table.title}: most of it is not recorded for {join_and(bad)}. Figures for these months are too low."]


def _unknown_sentence(table: PublicTable, field: str, title: str, answers: str) -> list[str]:
    """The share of records in which a breakdown or the answer is unknown, where the cells for it are shown."""
    at = {column.name: place for place, column in enumerate(table.columns)}
    dimensions = [column.name for column in table.columns if column.role == "dimension" and column.name != answers]
    total = unknown = None
    for row in table.rows:
        codes = {name: row[at[name]] for name in dimensions}
        others_total = all(code == TOTAL for name, code in codes.items() if name != field)
        if not others_total:
            continue
        if field == answers:
            if row[at[answers]] == UNKNOWN:
                unknown, total = row[at["count"]], row[at["denominator"]]
        elif codes[field] == UNKNOWN:
            unknown = row[at["denominator"]]
        elif codes[field] == TOTAL:
            total = row[at["denominator"]]
    if not unknown or not total:
        return []
    return [
        f"- {table.title}: {title.lower()} is not recorded for {unknown:,} of {total:,} records ({_per_cent(unknown / total)})."
    ]


def _per_cent(share: float) -> str:
    if 0 < share < 0.001:
        return "less than 0.1%"
    return f"{100 * share:.1f}%".replace(".0%", "%")


def _protection(protected: Protected, history: History) -> list[str]:
    rule: Rule = protected.rule
    hidden = sum(
        cell.status.hidden for part in protected.parts for name in part.names for cell in part.protection[name].cells
    )
    lines = [
        (
            f"Numbers of people from 1 to {rule.threshold - 1} are hidden. More numbers are hidden so that those cannot be worked "
            f"out by subtracting: in all {hidden:,} of {_cells(protected):,} cells over all tables of this release. A true zero is "
            "shown as 0. Shares and intervals are worked out from shown numbers only."
        ),
        "",
        (
            "After the tables were protected, a separate program attacked them with everything that a reader can see. It could not "
            f"narrow any of those small numbers below {rule.width + 1} possible values. The details are in `disclosure.json`."
        ),
    ]
    if history.releases:
        names = join_and([f"`{key}`" for key in history.releases])
        lines += ["", f"What was published before of the same months was part of the attack: {names}."]
    if history.corrected:
        names = join_and([f"`{key}`" for key in history.corrected])
        lines += [
            "",
            (
                f"The wrong figures of {names} were seen. So the attack took each figure that was ever shown there as if its right "
                "value were known."
                if history.model == PUT_RIGHT
                else f"The wrong figures of {names} were seen. So the attack took as known which of them still hold. So much was "
                "wrong that more could not be assumed."
            ),
        ]
    for sentence in history.sentences:
        lines += ["", sentence]
    return lines


def _cells(protected: Protected) -> int:
    return sum(len(part.protection[name].cells) for part in protected.parts for name in part.names)


def _measure(result: MeasureResult) -> list[str]:
    plan = result.definition
    lines = [f"## {plan.title}", "", plan.what, "", plan.why, ""]
    lines += [f"- Counted: {plan.denominator.says}.", f"- The headline: {plan.numerator.says}."]
    lines += [f"- Direction: {Direction(plan.direction).label.lower()}."]
    if plan.is_activity:
        lines.append("- This counts what was done or written down. It is not an outcome for children.")
    lines += [f"- {caveat}" for caveat in plan.caveats]
    lines += [f"- Version {plan.version} of the measure, written by {plan.author}, checked by {plan.checker}.", ""]
    return lines


_READING = [
    (
        "- `status` says of a number whether it is `shown`, `hidden` (there is one, but it is not shown; the field is empty) or "
        "`zero` (truly none), or `not_known` (it is not recorded for anyone in the row). `denominator_status` says the same of the total."
    ),
    (
        "- `rate` runs from 0 to 1; `lower` and `upper` are the ends of its Wilson interval at 95 per cent. `rate_status` is "
        "`not_applicable` where there is nothing to take a share of."
    ),
    "- `Total` stands for all values of a breakdown, `not_recorded` for what nobody wrote down.",
    (
        "- `dictionary.json` describes every column and code; `datapackage.json` and the `.csv-metadata.json` files say the same "
        "for programs."
    ),
]

_CHECKING = [
    "- `sha256sum -c SHA256SUMS` checks the files.",
    "- `openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig` checks the signature.",
    "- `childfirst release verify FOLDER` does both. Compare the key's fingerprint with the one on the public site.",
]
