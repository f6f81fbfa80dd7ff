"""A way to run every action of the chamber to its end."""

from __future__ import annotations

from childfirst.audit.actors import System
from childfirst.encounters.crime_records import actions
from childfirst.people.vocabulary import Role
from childfirst.shared import clock
from tests.conftest import make_account
from tests.encounters.crime_records.making import decided, details, made


def decide() -> None:
    decided()


def go_beyond() -> None:
    officer = make_account(Role.WARD_OFFICER)
    actions.go_beyond(by=officer, record=decided(officer), reason="It is the third time this week.")


def complete() -> None:
    officer = make_account(Role.WARD_OFFICER)
    actions.complete(by=officer, record=decided(officer, head_asks=True), details=details())


def follow_up() -> None:
    officer = make_account(Role.WARD_OFFICER)
    actions.follow_up(by=officer, record=made(officer), outcome="22", outcome_on=clock.today(), sanction="suspended")


def review() -> None:
    actions.review(
        by=make_account(Role.NEIGHBOURHOOD_SUPERVISOR),
        record=made(),
        finding="no",
        instead="school",
        words="A scuffle.",
    )


def build_facts() -> None:
    made()
    actions.build_facts(by=System("upkeep"))


SCENARIOS = {
    "encounters.crime_record.decide": decide,
    "encounters.crime_record.go_beyond": go_beyond,
    "encounters.crime_record.complete": complete,
    "encounters.crime_record.follow_up": follow_up,
    "encounters.crime_record.review": review,
    "encounters.crime_record.facts": build_facts,
}
