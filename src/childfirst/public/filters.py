"""Choosing what a table shows, by plain links and forms: a code, all together, or each by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from childfirst.design.wording import spoken_name
from childfirst.public.tables import Line, PublishedTable, label
from childfirst.published.documents import Chart, Column

EACH = "each"
ROWS_AT_FIRST = 60
LONGEST_LIST = 400


class UnknownChoiceError(LookupError):
    """The address asks for a code that the table does not have."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One question of the form: its column, the options in order, and the one that holds."""

    column: Column
    options: tuple[tuple[str, str], ...]
    chosen: str

    @property
    def is_code(self) -> bool:
        """Whether one single value is chosen, not all together and not each by itself."""
        return self.chosen not in (EACH, self.column.total)

    @property
    def label(self) -> str:
        return label(self.column, self.chosen)

    @property
    def params(self) -> dict[str, object]:
        """Parameters of the GOV.UK select."""
        return {
            "id": f"choose-{self.column.name}",
            "name": self.column.name,
            "label": {"text": self.column.title, "classes": "govuk-label--s"},
            "form_group": {"classes": "cf-filter__group"},
            "items": [{"value": value, "text": text, "selected": value == self.chosen} for value, text in self.options],
        }


@dataclass(frozen=True)
class Selection:
    """What a reader has chosen to see of a table."""

    table: PublishedTable
    choices: tuple[Choice, ...]
    is_default: bool

    @classmethod
    def of(cls, table: PublishedTable, charts: Sequence[Chart], asked: Mapping[str, str]) -> Selection:
        """From the address's parameters; those that are no dimension of the table are left alone.

        Raises UnknownChoiceError for a value that a dimension does not have.
        """
        defaults = _defaults(table, charts)
        choices = []
        for column in table.dimensions:
            options = _options(table, column)
            chosen = asked.get(column.name) or defaults[column.name]
            if chosen not in dict(options) and (options or column.name in asked):
                raise UnknownChoiceError(f"{column.title} has no value “{chosen[:80]}”.")
            choices.append(Choice(column, options, chosen))
        return cls(table, tuple(choices), all(choice.chosen == defaults[choice.column.name] for choice in choices))

    @property
    def questions(self) -> tuple[Choice, ...]:
        """The choices that are real ones."""
        return tuple(choice for choice in self.choices if len(choice.options) > 1)

    @property
    def codes(self) -> dict[str, str]:
        """Dimensions at which one single value was chosen."""
        return {choice.column.name: choice.chosen for choice in self.choices if choice.is_code}

    @property
    def varying(self) -> tuple[Column, ...]:
        """Dimensions shown each by itself: the columns that tell the rows apart."""
        return tuple(choice.column for choice in self.choices if choice.chosen == EACH)

    def lines(self) -> list[Line]:
        """The rows chosen, in the order of the codes' wording."""
        fixed = {choice.column.name: choice.chosen for choice in self.choices if choice.chosen != EACH}
        names = [column.name for column in self.varying]
        order = {name: {code: place for place, code in enumerate(self.table.codes(name))} for name in names}
        found = self.table.where(fixed, without_totals=names)
        return sorted(found, key=lambda line: [order[name][line.codes[name]] for name in names])

    def words(self) -> list[tuple[str, str]]:
        """What holds for every row shown: pairs of the column's title and the wording of its code."""
        return [(choice.column.title, choice.label) for choice in self.choices if choice.chosen != EACH]


def _options(table: PublishedTable, column: Column) -> tuple[tuple[str, str], ...]:
    codes = table.codes(column.name)
    options = []
    if table.has_total(column.name):
        options.append((column.total, f"{label(column, column.total)} together"))
    if len(codes) > 1:
        options.append((EACH, f"Each {spoken_name(column.title)} by itself"))
    return (*options, *((code, label(column, code)) for code in codes))


def _defaults(table: PublishedTable, charts: Sequence[Chart]) -> dict[str, str]:
    chart = charts[0] if charts else None
    spread = [chart.category, chart.series] if chart else []
    if not chart and table.dimensions:
        spread = [table.dimensions[0].name]
    defaults: dict[str, str] = {}
    rows = 1
    for column in sorted(table.dimensions, key=lambda one: spread.index(one.name) if one.name in spread else 99):
        name, codes = column.name, table.codes(column.name)
        fixed = chart.fixed.get(name, "") if chart else ""
        if name in spread and len(codes) > 1 and (rows == 1 or rows * len(codes) <= ROWS_AT_FIRST):
            defaults[name] = EACH
            rows *= len(codes)
        elif fixed in codes or (fixed and fixed == column.total and table.has_total(name)):
            defaults[name] = fixed
        else:
            defaults[name] = single(table, column)
    return defaults


def single(table: PublishedTable, column: Column) -> str:
    """The one code at which a dimension stands when nobody has chosen: all together, or the newest month, or the first."""
    codes = table.codes(column.name)
    if table.has_total(column.name) or not codes:
        return column.total
    return codes[-1] if table.is_months(column.name) else codes[0]
