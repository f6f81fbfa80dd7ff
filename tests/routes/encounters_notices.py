"""Notices: lists by role; a notice by whose it is: the officer's own, of one's own school, of another."""

from __future__ import annotations

from typing import Any

from childfirst.encounters.notices.models import Notice
from childfirst.people.models import Account, Organisation
from childfirst.people.vocabulary import Role
from tests.encounters.makers import team_of
from tests.encounters.notices import makers
from tests.routes import Route

LEADS = frozenset({Role.SCHOOL_LEAD})
OFFICERS = frozenset({Role.WARD_OFFICER, Role.NEIGHBOURHOOD_SUPERVISOR})
SUPERVISORS = frozenset({Role.NEIGHBOURHOOD_SUPERVISOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
NOBODY: frozenset[Role] = frozenset()
URN, ELSEWHERE = 100001, 100002


def _role(account: Account | None) -> str:
    membership = account.current_memberships().first() if account else None
    return membership.role if membership else ""


def _as_lead(account: Account | None) -> Account:
    """The account, with its school in the register; for others, somebody who is a lead."""
    if account is None or _role(account) != Role.SCHOOL_LEAD:
        return makers.lead(URN)
    makers.school(URN)
    Organisation.objects.filter(pk=team_of(account).pk).update(urn=URN)
    return account


def _as_officer(account: Account | None) -> Account:
    return account if account is not None and _role(account) in OFFICERS else makers.officer()


def _keys(notice: Notice) -> dict[str, Any]:
    return {"notice_id": notice.pk}


def with_lists(account: Account | None) -> dict[str, Any]:
    """Something in every list: waiting, opened, done, to write, held back; and a school without a lead."""
    lead, officer = _as_lead(account), _as_officer(account)
    makers.sent(officer)
    makers.opened(lead, officer)
    makers.acknowledged(lead, officer)
    makers.raised(officer)
    makers.sent(officer, ELSEWHERE)
    makers.from_system()
    return {}


def to_write(account: Account | None) -> dict[str, Any]:
    return _keys(makers.raised(_as_officer(account)))


def checked(account: Account | None) -> dict[str, Any]:
    return _keys(makers.written(_as_officer(account)))


def on_its_way(account: Account | None) -> dict[str, Any]:
    """Sent to the school of the account where it is a lead, by the account where it is an officer."""
    lead = _as_lead(account)
    assert lead
    return _keys(makers.sent(_as_officer(account)))


def at_work(account: Account | None) -> dict[str, Any]:
    """Opened by the account where it is a lead."""
    return _keys(makers.opened(_as_lead(account), _as_officer(account)))


def over(account: Account | None) -> dict[str, Any]:
    return _keys(makers.acknowledged(_as_lead(account), _as_officer(account)))


def of_others(account: Account | None) -> dict[str, Any]:
    """Between an officer and a school with whom the account has nothing to do, even where the officer is of the same team."""
    if account is not None and _role(account) == Role.SCHOOL_LEAD:
        _as_lead(account)
    return _keys(makers.opened(makers.lead(ELSEWHERE), makers.officer(), ELSEWHERE))


def drafted_by_others(account: Account | None) -> dict[str, Any]:
    """Written and not sent: not even the school that it is for sees it."""
    _as_lead(account)
    return _keys(makers.written(makers.officer()))


def from_a_system(account: Account | None) -> dict[str, Any]:
    return _keys(makers.from_system())


WORDS = {"words": "What did she say?"}
DONE = {"done": ["spoke"]}
CONFIRMED = {"confirmed": "on"}
WHY = {"why": "risk"}

ROUTES = [
    Route("notices:index", LEADS, make=with_lists),
    Route("notices:index", LEADS, label="empty"),
    Route("notices:sent", OFFICERS, make=with_lists),
    Route("notices:sent", OFFICERS, label="empty"),
    Route("notices:overview", SUPERVISORS, make=with_lists),
    Route("notices:overview", SUPERVISORS, label="empty"),
    Route("notices:unled", SUPERVISORS | ADMINISTRATORS, make=with_lists),
    Route("notices:unled", SUPERVISORS | ADMINISTRATORS, label="empty"),
    Route("notices:notice", LEADS | OFFICERS, make=at_work, label="opened"),
    Route("notices:notice", LEADS | OFFICERS, make=over, label="acknowledged"),
    Route("notices:notice", NOBODY, make=of_others, label="of others"),
    Route("notices:notice", NOBODY, make=drafted_by_others, label="not sent"),
    Route("notices:before", LEADS, make=on_its_way),
    Route("notices:before", LEADS, make=on_its_way, method="post", data=CONFIRMED, expect=302),
    Route("notices:before", NOBODY, make=of_others, label="of others"),
    Route("notices:before", NOBODY, make=of_others, method="post", data=CONFIRMED, label="of others"),
    Route("notices:speak", LEADS | OFFICERS, make=at_work, method="post", data=WORDS, expect=302),
    Route("notices:speak", NOBODY, make=of_others, method="post", data=WORDS, label="of others"),
    Route("notices:acknowledge", LEADS, make=at_work),
    Route("notices:acknowledge", LEADS, make=at_work, method="post", data=DONE, expect=302),
    Route("notices:acknowledge", NOBODY, make=of_others, method="post", data=DONE, label="of others"),
    Route("notices:return", LEADS, make=at_work),
    Route("notices:return", LEADS, make=at_work, method="post", expect=302),
    Route("notices:return", NOBODY, make=of_others, method="post", label="of others"),
    Route("notices:write", OFFICERS, make=to_write),
    Route("notices:write", NOBODY, make=drafted_by_others, label="of others"),
    Route("notices:take", OFFICERS, make=from_a_system, method="post", expect=302),
    Route("notices:take", NOBODY, make=on_its_way, method="post", label="which an officer has"),
    Route("notices:check", OFFICERS, make=checked),
    Route("notices:check", OFFICERS, make=checked, method="post", expect=302),
    Route("notices:check", NOBODY, make=drafted_by_others, method="post", label="of others"),
    Route("notices:done", OFFICERS, make=on_its_way),
    Route("notices:done", NOBODY, make=of_others, label="of others"),
    Route("notices:hold_back", OFFICERS, make=to_write),
    Route("notices:hold_back", OFFICERS, make=to_write, method="post", data=WHY, expect=302),
    Route("notices:hold_back", NOBODY, make=drafted_by_others, method="post", data=WHY, label="of others"),
    Route("notices:renew", OFFICERS, make=on_its_way, method="post", expect=302),
    Route("notices:renew", NOBODY, make=of_others, method="post", label="of others"),
]
