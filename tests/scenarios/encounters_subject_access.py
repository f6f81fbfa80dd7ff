"""A way to run every action of the chamber to its end."""

from __future__ import annotations

from childfirst.encounters.subject_access import actions, queries
from childfirst.people.vocabulary import Role
from tests.conftest import make_account
from tests.encounters.subject_access.making import asked, said_to_be_wrong


def record() -> None:
    asked()


def answer() -> None:
    auditor = make_account(Role.AUDITOR)
    request = asked(records=2, by=auditor)
    document = queries.read_document(by=auditor, request=request)
    actions.answer_request(by=auditor, request=request, digest=document.digest, handed="post")


def refuse() -> None:
    auditor = make_account(Role.AUDITOR)
    actions.refuse_request(by=auditor, request=asked(by=auditor), reason="It could not be shown who asks.")


def ask_for_correction() -> None:
    said_to_be_wrong()


def decide() -> None:
    wrong = said_to_be_wrong()
    actions.decide_correction(
        by=make_account(Role.NEIGHBOURHOOD_SUPERVISOR), asked=wrong, state="not_corrected", answer="The video shows it."
    )


SCENARIOS = {
    "encounters.access_request.record": record,
    "encounters.access_request.answer": answer,
    "encounters.access_request.refuse": refuse,
    "encounters.correction_request.record": ask_for_correction,
    "encounters.correction_request.decide": decide,
}
