"""Sentences for the trail's events of this room: each follows the actor's name."""

from __future__ import annotations

from typing import Any

from childfirst.people.vocabulary import Role


def _role(event: Any) -> str:
    role = event.data.get("role", "")
    return Role(role).label.lower() if role in Role.values else "member"


def _article(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def _edited(event: Any) -> str:
    fields = [str(name).replace("_", " ") for name in event.data.get("fields", [])]
    return f"changed an organisation: {', '.join(fields)}" if fields else "saved an organisation without a change"


def _signed_in(event: Any) -> str:
    words = {"password": "a password", "mfa": "a second factor", "socialaccount": "single sign-on"}
    used = [words.get(str(method), str(method)) for method in event.data.get("methods", [])]
    return f"signed in with {' and '.join(used)}" if used else "signed in"


def _failed(event: Any) -> str:
    return "refused a wrong second-factor code" if event.data.get("factor") == "second" else "refused a wrong password"


def _factor(event: Any) -> str:
    return "recovery codes" if event.data.get("type") == "recovery_codes" else "an authenticator app"


PRESENTERS = {
    "people.organisation.add": "added an organisation",
    "people.organisation.edit": _edited,
    "people.invitation.send": lambda event: f"invited someone as {_article(_role(event))}",
    "people.invitation.send_again": "made a new link for an invitation",
    "people.invitation.withdraw": "withdrew an invitation",
    "people.invitation.accept": lambda event: f"made an account for an invited {_role(event)}",
    "people.membership.give": lambda event: f"gave a person the role {_role(event)}",
    "people.membership.end": lambda event: f"ended a person's role as {_role(event)}",
    "people.account.deactivate": "closed a person's account",
    "people.account.reactivate": "opened a person's account again",
    "people.account.reset_second_factor": "removed a person's second factor so that they can set up a new one",
    "people.account.end_sessions": "ended all other sessions of the account",
    "people.api_client.make": "made a key for a system",
    "people.api_client.rotate": "gave a system a new key",
    "people.api_client.revoke": "revoked the key of a system",
    "people.account.sign_in": _signed_in,
    "people.account.sign_in_failed": _failed,
    "people.account.sign_out": "signed out",
    "people.account.change_password": "changed the password of the account",
    "people.account.reset_password": "set a new password by a link sent by e-mail",
    "people.account.add_second_factor": lambda event: f"set up {_factor(event)}",
    "people.account.remove_second_factor": lambda event: f"removed {_factor(event)}",
    "people.account.renew_recovery_codes": "made new recovery codes",
    "people.account.connect_single_sign_on": "connected single sign-on",
}
