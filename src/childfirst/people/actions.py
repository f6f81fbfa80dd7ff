"""Writes: organisations, invitations, roles, accounts. Each leaves events on the trail, which hold codes and never a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from childfirst.audit.actions import action, note
from childfirst.audit.actors import Actor, System
from childfirst.people.models import Account, ApiClient, Invitation, Membership, Organisation
from childfirst.people.permissions import check_can_change_roles, check_can_manage
from childfirst.people.rules import (
    INVITATION_LIFETIME,
    KEY_LIFETIMES,
    KEY_OVERLAP,
    InvitationState,
    hash_token,
    invitation_state,
    new_key,
    new_token,
)
from childfirst.people.vocabulary import ROLE_ORGANISATIONS, ApiScope, OrganisationKind, Role
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.text import join_and

INVITATION_LINK = System("invitation link")
"""Who acts when an invited person follows their link, before they have an account."""


@action("people.organisation.add")
def add_organisation(
    *,
    by: Actor,
    name: str,
    kind: OrganisationKind,
    parent: Organisation | None = None,
    urn: int | None = None,
    area_code: str = "",
) -> Organisation:
    """Add an organisation to the partnership.

    Raises UserError for a name that another organisation of this kind has, for a URN at anything but a school, and for a
    parent of another kind.
    """
    check_can_manage(by)
    organisation = Organisation(name=_tidy(name), kind=kind, parent=parent, urn=urn, area_code=area_code.strip())
    _check_organisation(organisation)
    organisation.save(force_insert=True)
    note(organisation.reference, data={"kind": organisation.kind})
    return organisation


@action("people.organisation.edit")
def edit_organisation(
    *,
    by: Actor,
    organisation: Organisation,
    name: str,
    parent: Organisation | None = None,
    urn: int | None = None,
    area_code: str = "",
) -> Organisation:
    """Correct an organisation. Its kind stays: the roles held in it depend on it. Raises UserError as adding does."""
    check_can_manage(by)
    new = {"name": _tidy(name), "parent_id": parent.pk if parent else None, "urn": urn, "area_code": area_code.strip()}
    changed = [field for field, value in new.items() if getattr(organisation, field) != value]
    for field in changed:
        setattr(organisation, field, new[field])
    _check_organisation(organisation)
    organisation.save()
    note(organisation.reference, data={"fields": [field.removesuffix("_id") for field in changed]})
    return organisation


def _tidy(name: str) -> str:
    return " ".join(name.split())


def _check_organisation(organisation: Organisation) -> None:
    if not organisation.name:
        raise UserError("Enter the organisation's name.")
    twins = Organisation.objects.filter(kind=organisation.kind, name__iexact=organisation.name)
    if twins.exclude(pk=organisation.pk).exists():
        raise UserError(f"There is already a {_kind(organisation)} with this name.")
    if organisation.urn is not None:
        if organisation.kind != OrganisationKind.SCHOOL:
            raise UserError("Only a school has a URN.")
        if Organisation.objects.filter(urn=organisation.urn).exclude(pk=organisation.pk).exists():
            raise UserError("There is already a school with this URN.")
    ancestor = organisation.parent
    while ancestor is not None:
        if ancestor.pk == organisation.pk:
            raise UserError("An organisation cannot be a part of itself.")
        if ancestor.kind != organisation.kind:
            raise UserError(f"A {_kind(organisation)} can only be a part of another {_kind(organisation)}.")
        ancestor = ancestor.parent


def _kind(organisation: Organisation) -> str:
    return OrganisationKind(organisation.kind).label.lower()


@action("people.invitation.send")
def invite(*, by: Actor, email: str, name: str, organisation: Organisation, role: Role) -> tuple[Invitation, str]:
    """Invite a person to a role; gives the invitation and its token, which is kept nowhere and goes into the link.

    Raises UserError where the address has an account or an open invitation, or the role does not fit the organisation.
    """
    check_can_manage(by)
    check_role_fits(role, organisation)
    email = email.strip().lower()
    if Account.objects.filter(email__iexact=email).exists():
        raise UserError("There is already an account with this email address. Give the role on the person's page.")
    if Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None).exists():
        raise UserError("This address has an invitation already. Send that one again, or withdraw it first.")
    token = new_token()
    invitation = Invitation.objects.create(
        email=email,
        name=_tidy(name),
        organisation=organisation,
        role=role,
        invited_by=by if isinstance(by, Account) else None,
        token_hash=hash_token(token),
        expires_at=clock.now() + INVITATION_LIFETIME,
    )
    note(invitation.reference, data={"role": role, "organisation": str(organisation.reference)})
    return invitation, token


@action("people.invitation.send_again")
def send_again(*, by: Actor, invitation: Invitation) -> str:
    """Give an open or expired invitation a new token and seven more days; the old link stops working. Gives the token."""
    check_can_manage(by)
    if state_of(invitation) not in (InvitationState.OPEN, InvitationState.EXPIRED):
        raise UserError(f"This invitation was already {state_of(invitation)}.")
    token = new_token()
    invitation.token_hash = hash_token(token)
    invitation.expires_at = clock.now() + INVITATION_LIFETIME
    invitation.save(update_fields=["token_hash", "expires_at"])
    note(invitation.reference)
    return token


@action("people.invitation.withdraw")
def withdraw_invitation(*, by: Actor, invitation: Invitation) -> None:
    """Withdraw an invitation that was not accepted; its link stops working."""
    check_can_manage(by)
    if state_of(invitation) in (InvitationState.ACCEPTED, InvitationState.WITHDRAWN):
        raise UserError(f"This invitation was already {state_of(invitation)}.")
    invitation.withdrawn_at = clock.now()
    invitation.save(update_fields=["withdrawn_at"])
    note(invitation.reference)


@action("people.invitation.accept")
def accept_invitation(*, by: Actor, token: str, name: str, password: str) -> Account:
    """Make the account of an invited person, with the role that they were invited to. The link works once.

    Raises UserError for a link that is unknown, used, withdrawn or expired, and for a password that is too weak.
    """
    invitation = Invitation.objects.select_for_update().filter(token_hash=hash_token(token)).first()
    if invitation is None:
        raise UserError(LINK_SENTENCES[None])
    if (state := state_of(invitation)) is not InvitationState.OPEN:
        raise UserError(LINK_SENTENCES[state])
    if not _tidy(name):
        raise UserError("Enter your name.")
    try:
        password_validation.validate_password(password, Account(email=invitation.email, name=name))
    except ValidationError as error:
        raise UserError(" ".join(error.messages)) from error
    if Account.objects.filter(email__iexact=invitation.email).exists():
        raise UserError("There is already an account with this email address. Sign in with it.")
    account = Account.objects.create_account(email=invitation.email, name=_tidy(name), password=password)
    membership = Membership.objects.create(account=account, organisation=invitation.organisation, role=invitation.role)
    invitation.accepted_at = clock.now()
    invitation.account = account
    invitation.save(update_fields=["accepted_at", "account"])
    note(account.reference, data={"role": membership.role, "organisation": str(membership.organisation.reference)})
    note(invitation.reference, data={"role": membership.role})
    return account


LINK_SENTENCES: dict[InvitationState | None, str] = {
    None: "This link is not complete, or a newer link was sent. Use the link in the latest email.",
    InvitationState.ACCEPTED: "This link was used already. Sign in with your email address and password.",
    InvitationState.WITHDRAWN: "This invitation was withdrawn. Ask the person who invited you.",
    InvitationState.EXPIRED: "This link has expired: it works for 7 days. Ask the person who invited you for a new one.",
}
"""What a person reads who follows a link that does not work; None is a link that nobody knows."""


def state_of(invitation: Invitation) -> InvitationState:
    """Where the invitation stands now."""
    return invitation_state(invitation.expires_at, invitation.accepted_at, invitation.withdrawn_at, clock.now())


def check_role_fits(role: Role, organisation: Organisation) -> None:
    """Raise UserError when the role cannot be held in an organisation of this kind."""
    if organisation.kind not in ROLE_ORGANISATIONS[Role(role)]:
        kinds = [kind.label.lower() for kind in OrganisationKind if kind in ROLE_ORGANISATIONS[Role(role)]]
        raise UserError(f"The role {Role(role).label.lower()} can only be held in a {join_and(kinds, 'or')}.")


@action("people.membership.give")
def give_role(*, by: Actor, account: Account, organisation: Organisation, role: Role) -> Membership:
    """Give a person one more role. Raises UserError where they hold it already, or their account is closed."""
    check_can_change_roles(by, account)
    check_role_fits(role, organisation)
    if not account.is_active:
        raise UserError("This account is closed. Open it again before you give it a role.")
    if account.current_memberships().filter(organisation=organisation, role=role).exists():
        raise UserError("This person holds this role already.")
    membership = Membership.objects.create(account=account, organisation=organisation, role=role)
    note(account.reference, data={"role": role, "organisation": str(organisation.reference)})
    return membership


@action("people.membership.end")
def end_role(*, by: Actor, membership: Membership) -> None:
    """End a role that a person holds. Raises UserError where it has ended, and for the last administrator's."""
    check_can_change_roles(by, membership.account)
    if membership.ended_at is not None:
        raise UserError("This role has ended already.")
    if membership.role == Role.ADMINISTRATOR:
        _check_another_administrator(membership.account, membership)
    membership.ended_at = clock.now()
    membership.save(update_fields=["ended_at"])
    subject, organisation = membership.account.reference, membership.organisation.reference
    note(subject, data={"role": membership.role, "organisation": str(organisation)})


def _check_another_administrator(account: Account, membership: Membership | None = None) -> None:
    held = Membership.objects.filter(role=Role.ADMINISTRATOR, ended_at=None, account__is_active=True)
    others = held.exclude(pk=membership.pk) if membership else held.exclude(account=account)
    if held.filter(account=account).exists() and not others.exists():
        raise UserError("This is the last administrator. Give the role to another person first.")


@action("people.account.deactivate")
def deactivate(*, by: Actor, account: Account, reason: str) -> None:
    """Close an account: its roles end, its sessions end, it cannot sign in. What the person did stays on the trail.

    Raises UserError without a reason, for an account that is closed already, and for the last administrator's.
    """
    check_can_change_roles(by, account)
    if not reason.strip():
        raise UserError("Say why the account is closed.")
    if not account.is_active:
        raise UserError("This account is closed already.")
    _check_another_administrator(account)
    ended = account.current_memberships().update(ended_at=clock.now())
    account.is_active = False
    account.save(update_fields=["is_active"])
    note(
        account.reference, data={"roles_ended": ended, "sessions_ended": _end_sessions(account)}, reason=reason.strip()
    )


@action("people.account.reactivate")
def reactivate(*, by: Actor, account: Account) -> None:
    """Open a closed account again. It has no role until one is given."""
    check_can_change_roles(by, account)
    if account.is_active:
        raise UserError("This account is open.")
    account.is_active = True
    account.save(update_fields=["is_active"])
    note(account.reference)


@action("people.account.reset_second_factor")
def reset_second_factor(*, by: Actor, account: Account) -> None:
    """Remove a person's authenticator and recovery codes, who has lost both, and end their sessions.

    They sign in with their password and set up a new one. The administrator makes sure first that it is them.
    """
    check_can_change_roles(by, account)
    removed, _ = Authenticator.objects.filter(user=account).delete()
    if not removed:
        raise UserError("This person has no second factor.")
    note(account.reference, data={"sessions_ended": _end_sessions(account)})


@action("people.account.end_sessions")
def end_other_sessions(*, by: Account, except_key: str) -> int:
    """End all sessions of one's own account but the one with this key; gives their number."""
    ended = _end_sessions(by, except_key)
    note(by.reference, data={"sessions_ended": ended})
    return ended


def _end_sessions(account: Account, except_key: str = "") -> int:
    sessions = list(UserSession.objects.filter(user=account).exclude(session_key=except_key))
    for session in sessions:
        session.end()
    return len(sessions)


@action("people.api_client.make")
def make_api_client(
    *, by: Actor, name: str, organisation: Organisation, scopes: Collection[str], days: int
) -> tuple[ApiClient, str]:
    """Make a key for a system of the force; gives the client and its key, which is kept nowhere and shown once.

    Raises UserError for a name that a live client has, an organisation that is not of the police, no scope or an unknown one,
    and a lifetime that is not offered.
    """
    check_can_manage(by)
    name = _tidy(name)
    unknown = set(scopes) - set(ApiScope.values)
    if not name:
        raise UserError("Enter the name of the system.")
    if ApiClient.objects.filter(name__iexact=name, revoked_at=None).exists():
        raise UserError("There is already an API client with this name.")
    if organisation.kind != OrganisationKind.FORCE:
        raise UserError("Only a system of a police force or one of its teams can have a key.")
    if not scopes or unknown:
        raise UserError("Choose at least one thing that the key may do, from the list.")
    if days not in KEY_LIFETIMES:
        raise UserError("Choose one of the times for which a key can be made.")
    key = new_key()
    client = ApiClient.objects.create(
        name=name,
        organisation=organisation,
        scopes=sorted(scopes),
        key_hash=hash_token(key),
        key_hint=key[-4:],
        expires_at=clock.now() + dt.timedelta(days=days),
        made_by=by if isinstance(by, Account) else None,
    )
    note(
        client.reference,
        data={"organisation": str(organisation.reference), "scopes": sorted(scopes), "days": days},
    )
    return client, key


@action("people.api_client.rotate")
def rotate_api_client(*, by: Actor, client: ApiClient, days: int, at_once: bool = False) -> str:
    """Give a client a new key with a new lifetime; gives the key. The old one works for a day more, or no more (``at_once``)."""
    check_can_manage(by)
    client = ApiClient.objects.select_for_update().get(pk=client.pk)
    if client.revoked_at is not None:
        raise UserError("This key was revoked. Make a new API client.")
    if days not in KEY_LIFETIMES:
        raise UserError("Choose one of the times for which a key can be made.")
    key, now = new_key(), clock.now()
    keeps_old = not at_once and client.expires_at > now
    client.previous_hash = client.key_hash if keeps_old else ""
    client.previous_until = min(now + KEY_OVERLAP, client.expires_at) if keeps_old else None
    client.key_hash, client.key_hint = hash_token(key), key[-4:]
    client.expires_at = now + dt.timedelta(days=days)
    client.save()
    note(client.reference, data={"days": days, "at_once": at_once})
    return key


@action("people.api_client.revoke")
def revoke_api_client(*, by: Actor, client: ApiClient, reason: str) -> None:
    """Stop every key of a client at once. Raises UserError without a reason, and where that was done already."""
    check_can_manage(by)
    client = ApiClient.objects.select_for_update().get(pk=client.pk)
    if not reason.strip():
        raise UserError("Say why the key is revoked.")
    if client.revoked_at is not None:
        raise UserError("This key was revoked already.")
    client.revoked_at, client.previous_hash, client.previous_until = clock.now(), "", None
    client.save()
    note(client.reference, reason=reason.strip())
