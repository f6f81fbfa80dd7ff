"""Fixtures for the whole suite: the real files, and accounts in every role."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client, TransactionTestCase

from childfirst.audit import triggers
from childfirst.people.models import Account, Membership, Organisation
from childfirst.people.vocabulary import SECOND_FACTOR_ROLES, OrganisationKind, Role
from childfirst.release import triggers as ledger_triggers

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CHILDFIRST_SHARED", ROOT.parent / "shared"))

ORGANISATION_OF_ROLE = {
    Role.SCHOOL_LEAD: OrganisationKind.SCHOOL,
    Role.WARD_OFFICER: OrganisationKind.FORCE,
    Role.NEIGHBOURHOOD_SUPERVISOR: OrganisationKind.FORCE,
    Role.YOUTH_ORGANISATION: OrganisationKind.YOUTH_ORGANISATION,
    Role.ANALYST: OrganisationKind.FORCE,
    Role.PARTNERSHIP_BOARD: OrganisationKind.COUNCIL,
    Role.AUDITOR: OrganisationKind.OVERSIGHT,
    Role.ADMINISTRATOR: OrganisationKind.COUNCIL,
}


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files; the test is skipped where there is none."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("the real files are not here (../shared/data)")
    return folder


def make_account(role: Role, name: str = "", organisation: Organisation | None = None) -> Account:
    """An account with one role, and a second factor where the role needs one."""
    kind = ORGANISATION_OF_ROLE[role]
    organisation = organisation or Organisation.objects.get_or_create(name=f"Test {kind.label}", kind=kind)[0]
    number = Account.objects.count() + 1
    account = Account.objects.create_account(
        email=f"{role.value}{number}@example.org",
        name=name or f"{role.label} {number}",
        password="a-long-test-password",
    )
    Membership.objects.create(account=account, organisation=organisation, role=role)
    if role in SECOND_FACTOR_ROLES:
        from allauth.mfa.totp.internal.auth import TOTP

        TOTP.activate(account, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    return account


def sign_in(client: Client, account: Account) -> None:
    """Let the browser hold the session of someone who signed in an hour ago, with their second factor where they have one."""
    client.force_login(account, backend="childfirst.people.backends.AccountBackend")
    if account.has_second_factor():
        session = client.session
        session["account_authentication_methods_user"] = account.pk
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time() - 3600, "type": "totp"}]
        session.save()


@pytest.fixture
def account_for(db: None) -> Callable[..., Account]:
    """``account_for(role, name="", organisation=None)`` makes a new account in that role."""
    return make_account


@pytest.fixture
def client_for(account_for: Callable[..., Account]) -> Callable[..., Client]:
    """``client_for(role)`` is a browser in which such a person has signed in; ``client.account`` is the account."""

    def make(role: Role, **options: object) -> Client:
        client = Client()
        client.account = account_for(role, **options)  # type: ignore[attr-defined]
        sign_in(client, client.account)  # type: ignore[attr-defined]
        return client

    return make


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database and what reads the real files, from the fixtures and marks that say so already."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "account_for", "client_for"}:
            item.add_marker(pytest.mark.database)
        if "shared_data" in fixtures:
            item.add_marker(pytest.mark.shared)


@pytest.fixture(autouse=True, scope="session")
def _emptying_lifts_triggers() -> Iterator[None]:
    """Transactional tests empty the tables afterwards, which the triggers of trail and ledger would rightly refuse."""
    empty = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        for each in (triggers, ledger_triggers):
            each.remove(connections["default"])
        try:
            empty(self)
        finally:
            for each in (triggers, ledger_triggers):
                each.install(connections["default"])

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = empty  # type: ignore[method-assign]
