"""Tables, choices, wording and the memory of pages: without a store."""

from __future__ import annotations

import pytest

from childfirst.design.charts.data import Cell, Status
from childfirst.public.disclosure import Hiding
from childfirst.public.filters import EACH, Selection, UnknownChoiceError
from childfirst.public.pages import Page, PageCache, Throttled
from childfirst.public.tables import PublishedTable
from childfirst.public.wording import file_size, headline, out_of, scale_of, summary, unit_of
from childfirst.published.documents import Chart, Column, read
from tests.public import invented


def table(made: tuple[list[dict[str, object]], list[list[object]]] | None = None) -> PublishedTable:
    columns, rows = made or invented.schools()
    return PublishedTable(tuple(read(Column, one) for one in columns), tuple(map(tuple, rows)), 100.0)


CHART = read(Chart, invented.SCHOOL_CHARTS[0])


class TestTables:
    def test_states_stay_apart(self) -> None:
        found = table()
        at = {"source": "partnership", "school_field": "recorded"}
        zero, hidden = (found.at({**at, "month": month}) for month in ("2018-01", "2018-02"))
        assert zero is not None
        assert hidden is not None
        assert zero.count == Cell.of(0)
        assert zero.rate.value == 0
        assert hidden.count.status is hidden.rate.status is Status.HIDDEN
        assert hidden.denominator.value == 15
        nothing = table(invented.searches()).at(
            {"borough": "E09000012", "self_defined_group": "Total", "outcome": "arrest"}
        )
        assert nothing is not None
        assert nothing.rate.status is Status.NO_CASES
        assert nothing.count == Cell.of(0)

    def test_a_hidden_denominator_hides_the_share(self) -> None:
        columns, _ = invented.schools()
        found = table((columns, [["2018-01", "archive", "recorded", 0, "zero", 3, "hidden", 0.0, "hidden", 0.0, 0.5]]))
        assert found.lines[0].rate.status is Status.HIDDEN
        assert found.lines[0].denominator.status is Status.HIDDEN
        assert found.lines[0].count == Cell.of(0)

    def test_what_is_missing_is_not_known(self) -> None:
        columns, _ = invented.schools()
        found = table((columns, [["2018-01", "archive", "recorded", None, "shown", None, "", None, "", None, None]]))
        assert {cell.status for cell in (found.lines[0].count, found.lines[0].rate)} == {Status.UNKNOWN}

    def test_codes_keep_the_order_of_their_words_and_months_that_of_time(self) -> None:
        assert table(invented.searches()).codes("self_defined_group") == tuple(invented.GROUPS)
        assert table().codes("month") == tuple(invented.MONTHS)
        assert table().period() == "January 2018 to December 2018"
        assert table().wording("month", "2018-05") == "May 2018"
        assert table().wording("month", "Total") == "All months"


class TestChoices:
    def test_the_first_chart_says_what_is_shown_at_first(self) -> None:
        selection = Selection.of(table(), [CHART], {})
        assert selection.is_default
        assert {choice.column.name: choice.chosen for choice in selection.choices} == {
            "month": EACH, "source": EACH, "school_field": "recorded",
        }  # fmt: skip
        assert len(selection.lines()) == 24

    def test_without_charts_the_first_dimension_is_spread(self) -> None:
        selection = Selection.of(table(), [], {})
        assert [column.name for column in selection.varying] == ["month"]

    def test_each_by_itself_leaves_out_what_is_all_together(self) -> None:
        lines = Selection.of(table(), [CHART], {"month": EACH, "source": "Total"}).lines()
        assert [line.codes["month"] for line in lines] == invented.MONTHS

    @pytest.mark.parametrize("asked", [{"month": "2019-01"}, {"source": "Totals"}, {"school_field": "Total"}])
    def test_a_code_that_is_not_there(self, asked: dict[str, str]) -> None:
        with pytest.raises(UnknownChoiceError):
            Selection.of(table(), [CHART], asked)

    def test_a_table_without_rows(self) -> None:
        columns, _ = invented.schools()
        selection = Selection.of(table((columns, [])), [CHART], {})
        assert selection.lines() == []
        assert selection.questions == ()


class TestWords:
    @pytest.mark.parametrize(
        ("percent", "said"),
        [
            (0, "none at all"), (100, "every one"), (23.4, "about 23 in every 100"), (0.4, "about 4 in every 1,000"),
            (0.01, "fewer than 1 in every 1,000"), (99.7, "nearly every one"),
        ],
    )  # fmt: skip
    def test_shares_as_people_picture_them(self, percent: float, said: str) -> None:
        assert out_of(percent) == said

    def test_headline_of_what_is_not_shown(self) -> None:
        words = {"unit": "percent", "numerator_words": "A.", "denominator_words": "B", "period": ""}
        shown = headline(Cell.of(25.0), Cell.of(1), Cell.of(4), **words)  # type: ignore[arg-type]
        hidden = headline(Cell.hidden(), Cell.hidden(), Cell.of(40), **words)  # type: ignore[arg-type]
        unknown = headline(Cell.unknown(), Cell.unknown(), Cell.unknown(), **words)  # type: ignore[arg-type]
        none = headline(Cell.no_cases(), Cell.of(0), Cell.of(0), **words)  # type: ignore[arg-type]
        assert shown.number == "25.0%"
        assert shown.sentences[0] == "About 25 in every 100: 1 out of 4."
        assert [hidden.number, unknown.number, none.number] == ["Hidden", "Not known", "None"]
        assert len({hidden.sentences, unknown.sentences, none.sentences}) == 3

    def test_summaries(self) -> None:
        cells = (Cell.of(10), Cell.of(30), Cell.hidden(), Cell.unknown(), Cell.no_cases())
        labels = ["a", "b", "c", "d", "e"]
        said = summary(labels, cells, "percent", over_time=False)
        assert said == (
            "Highest for b (30.0%), lowest for a (10.0%). 1 number is hidden, 1 number is not known and e has no cases."
        )
        assert summary(labels, cells, "percent", over_time=True).startswith("From 10.0% in a to 30.0% in b.")
        assert summary([], [], "percent", over_time=True) == ""

    def test_units_and_sizes(self) -> None:
        assert (unit_of("per_cent"), scale_of("per_cent")) == ("percent", 100)
        assert (unit_of("per 1,000 children"), scale_of("per 1,000 children")) == ("rate", 1)
        assert unit_of("count") == unit_of("per_cent", is_rate=False) == "count"
        assert [file_size(size) for size in (1, 999, 1_500, 2_340_000, 5_000_000_000)] == [
            "1 byte", "999 bytes", "2 KB", "2.3 MB", "5.0 GB",
        ]  # fmt: skip

    def test_a_release_that_does_not_say_what_it_hides(self) -> None:
        assert Hiding.of({}).sentences == ("This release does not say which numbers are hidden.",)

    def test_what_a_release_hides(self) -> None:
        found = Hiding.of(invented.DISCLOSURE)
        assert found.alarm == ""
        said = " ".join(found.sentences)
        assert "577 numbers in it. 4 are hidden. 56 are 0" in said
        assert "could not work out any" in said
        assert "2018-10-early" in said

    def test_an_attack_that_succeeded_is_never_kept_quiet(self) -> None:
        found = Hiding.of({"parts": [{"audit": {"safe": True}}, {"audit": {"safe": False}}]})
        assert "could work out" in found.alarm
        assert "could not work out" not in " ".join(found.sentences)


class TestMemory:
    def page(self, size: int = 1_000) -> Page:
        return Page.of(b"x" * size, "text/html")

    def test_a_new_version_of_the_store_empties_it(self) -> None:
        cache = PageCache()
        assert cache.get("/", 1) is None
        cache.put("/", 1, self.page())
        assert cache.get("/", 1) is not None
        assert cache.get("/", 2) is None
        assert len(cache) == 0

    def test_a_page_made_from_an_older_version_is_not_kept(self) -> None:
        cache = PageCache()
        cache.get("/", 2)
        cache.put("/", 1, self.page())
        assert cache.get("/", 2) is None

    def test_it_stays_within_its_bounds(self) -> None:
        cache = PageCache(entries=10, megabytes=1)
        cache.get("/", 1)
        for number in range(50):
            cache.put(f"/{number}", 1, self.page())
        assert len(cache) == 10
        assert cache.get("/49", 1) is not None
        assert cache.get("/1", 1) is None
        cache.put("/huge", 1, self.page(900_000))
        assert cache.get("/huge", 1) is None

    def test_packing_is_the_same_every_time_and_only_when_worth_it(self) -> None:
        assert self.page() == self.page()
        assert self.page(10).packed is None
        assert len(self.page().packed or b"") < 1_000

    def test_the_store_is_asked_at_most_once_a_while(self) -> None:
        moments, asked = iter([0.0, 0.5, 1.0, 1.2]), []
        version = Throttled(lambda: asked.append(1) or len(asked), 1.0, lambda: next(moments))  # type: ignore[func-returns-value]
        assert [version() for _ in range(4)] == [1, 1, 2, 2]
