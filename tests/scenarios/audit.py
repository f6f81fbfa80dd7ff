"""A way to run every action of audit to its end."""

from __future__ import annotations

import datetime as dt

from childfirst.audit import retention
from childfirst.audit.actors import System
from childfirst.encounters.models import EncounterDraft
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from childfirst.shared import clock
from tests.conftest import make_account
from tests.encounters.makers import recorded


def an_old_draft(days: int = 30) -> EncounterDraft:
    """A draft of the record form that somebody left behind."""
    return EncounterDraft.objects.create(
        account=make_account(Role.WARD_OFFICER), changed_at=clock.now() - dt.timedelta(days=days)
    )


def rule_of(label: str) -> retention.Rule:
    return next(rule for rule in retention.rules() if rule.label == label)


def dispose() -> None:
    an_old_draft()
    retention.dispose(by=System("upkeep"), rule=rule_of("encounters.EncounterDraft"))


def _hold(auditor: Account) -> retention.LegalHold:
    encounter = recorded(make_account(Role.WARD_OFFICER))
    return retention.place_hold(
        by=auditor,
        subject=str(encounter.reference),
        reason="The coroner asked for it.",
        review_on=clock.today() + dt.timedelta(days=90),
    )


def place() -> None:
    _hold(make_account(Role.AUDITOR))


def lift() -> None:
    auditor = make_account(Role.AUDITOR)
    retention.lift_hold(by=auditor, hold=_hold(auditor), reason="The inquest is over.")


SCENARIOS = {
    "audit.retention.dispose": dispose,
    "audit.hold.place": place,
    "audit.hold.lift": lift,
}
