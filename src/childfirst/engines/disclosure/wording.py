"""What was protected and what an attack found, in words for a person."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from .attack import AuditResult, Breach, HiddenCell
from .protection import Protection
from .rule import Rule, Status

MOST = 20
"""Cells that are named one by one; the rest are counted."""


def rule_in_words(rule: Rule) -> str:
    """One sentence for the rule."""
    parts = [f"counts from 1 to {rule.threshold - 1} are hidden"]
    if not rule.zeros_shown:
        parts = [f"counts from 0 to {rule.threshold - 1} are hidden"]
    parts.append(f"nobody may narrow one of them down to fewer than {rule.width + 1} possible counts")
    if rule.rounding > 1:
        parts.append(f"all other counts are rounded to the nearest {rule.rounding}")
    if rule.outcomes:
        parts.append(f"no group may be shown to have one {' or '.join(rule.outcomes)} only")
    return f"Rule: {'; '.join(parts)}."


def counted(number: int, one: str, more: str) -> str:
    """``1 cell``, ``2 cells``."""
    return f"{number:,} {one if number == 1 else more}"


def interval(low: int, high: int | None) -> str:
    """``3 to 9``, ``exactly 3`` or ``3 or more``."""
    if high is None:
        return f"{low} or more"
    return f"exactly {low}" if low == high else f"{low} to {high}"


def explain_protection(protection: Protection) -> str:
    """What is hidden in each table and why, and what the attack on it found."""
    lines = [rule_in_words(protection.rule)]
    for table in protection:
        tally = table.tally()
        lines.append(
            f"{table.name}: of {len(table.cells)} cells {tally['shown']} are shown and {tally['true_zero']} are true "
            f"zeros. {tally['hidden_primary']} are hidden because they are small, {tally['hidden_secondary']} so that "
            "nobody can work those out by subtraction."
        )
        guards = [cell for cell in table.cells if cell.status is Status.HIDDEN_SECONDARY]
        if guards:
            shown = "; ".join(" / ".join(cell.codes) for cell in guards[:MOST])
            more = f"; and {len(guards) - MOST} more" if len(guards) > MOST else ""
            lines.append(f"  Hidden to guard others: {shown}{more}.")
    if protection.ledger:
        lines.append(f"{len(protection.ledger)} cells published earlier were taken into account.")
    lines.append("A second program, which shares no code with the first, attacked the result and found no breach.")
    return "\n".join(lines)


def explain_attack(result: AuditResult, breaches: Sequence[Breach], rule: Rule) -> str:
    """What an attacker can and cannot prove."""
    lines = [rule_in_words(rule)]
    known = [c for c in result.cells if c.proved_high is not None and c.proved_low == c.proved_high]
    lines.append(
        f"{counted(len(result.cells), 'cell is', 'cells are')} hidden. Laying all tables and all releases side by side, an attacker works out "
        f"{len(known) or 'none'} of them exactly."
    )
    lines += [
        f"  {breach.table}, {' / '.join(breach.codes)}: {breach.reason} ({interval(breach.low, breach.high)})."
        for breach in breaches[:MOST]
    ]
    if len(breaches) > MOST:
        lines.append(f"  And {len(breaches) - MOST} more; the table lists every cell.")
    primary = [c for c in result.cells if c.status == Status.HIDDEN_PRIMARY]
    if primary:
        narrow = min(primary, key=lambda c: (c.width, c.table, c.codes))
        lines.append(
            f"The cell that is narrowed down most is {narrow.table}, {' / '.join(narrow.codes)}: "
            f"{interval(narrow.low, narrow.high)}{'' if narrow.exact else ' at least'}."
        )
    lines.append("The rule is broken: do not publish this." if breaches else "The rule holds.")
    return "\n".join(lines)


def report_table(cells: Iterable[HiddenCell], breaches: Sequence[Breach]) -> str:
    """Every hidden cell with its interval as CSV text: ``most`` is empty where there is no upper bound."""
    broken = {(breach.table, breach.codes) for breach in breaches}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["table", "cell", "status", "least", "most", "exact", "verdict"])
    for cell in cells:
        low, high = (
            (cell.low, cell.high) if cell.low <= (cell.high or cell.low) else (cell.proved_low, cell.proved_high)
        )
        words = {Status.HIDDEN_PRIMARY.value: "primary", Status.HIDDEN_SECONDARY.value: "secondary"}
        writer.writerow(
            [
                cell.table,
                " / ".join(cell.codes),
                words.get(cell.status, cell.status),
                low,
                "" if high is None else high,
                "yes" if cell.exact else "at least",
                "broken" if (cell.table, cell.codes) in broken else "safe",
            ]
        )
    seen = {(cell.table, cell.codes) for cell in cells}
    for breach in breaches:
        if (breach.table, breach.codes) not in seen:
            most = "" if breach.high is None else breach.high
            writer.writerow([breach.table, " / ".join(breach.codes), "", breach.low, most, "yes", "broken"])
    return out.getvalue()
