"""The role matrix: every address of the workspace, for every role and for visitors."""

from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import tests.routes
from childfirst.people.vocabulary import Role
from tests.routes import EVERYONE, SIGNED_IN, VISITORS, Route

pytestmark = [pytest.mark.database, pytest.mark.django_db(databases=["default", "published"])]

VISITOR = "visitor"
WHO = [VISITOR, *Role]


def all_routes() -> list[Route]:
    """The lists of all rooms."""
    found: list[Route] = []
    for module in pkgutil.iter_modules(tests.routes.__path__):
        found += importlib.import_module(f"tests.routes.{module.name}").ROUTES
    return found


ROUTES = all_routes()


def url_names(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    """Every URL name of the workspace, with its namespace; a pattern without a name is given by its route."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from url_names(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}" if pattern.name else f"{namespace}({pattern.pattern})"


def opens_to(route: Route, who: str) -> bool:
    if route.allowed == EVERYONE:
        return True
    if route.allowed == VISITORS:
        return who == VISITOR
    if route.allowed == SIGNED_IN:
        return who != VISITOR
    return who in route.allowed


def cases(name: str) -> list[list[Route]]:
    """The rows of one address, those about the same record together: such rows divide the roles by what they are answered."""
    groups: dict[tuple[str, int, str], list[Route]] = defaultdict(list)
    for route in ROUTES:
        if route.name == name:
            groups[route.method, id(route.make), repr(route.data)].append(route)
    return list(groups.values())


def test_every_address_is_in_a_list() -> None:
    named = {route.name for route in ROUTES}
    known = set(url_names())
    assert sorted(known - named) == [], "addresses that no tests/routes/ROOM.py names"
    assert sorted(named - known) == [], "names in tests/routes/ROOM.py that no address has"


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", sorted({route.name for route in ROUTES}))
def test_who_may_open(name: str, who: str, client_for: Callable[..., Client]) -> None:
    """All rows of one address for one role: the expected answer for who may, a refusal for who may not."""
    for rows in cases(name):
        client = Client() if who == VISITOR else client_for(Role(who))
        account = None if who == VISITOR else client.account  # type: ignore[attr-defined]
        row = next((row for row in rows if opens_to(row, who)), rows[0])
        url = reverse(name, kwargs=row.make(account))
        response = getattr(client, row.method)(url, row.data)
        told = f"{who} {row.method.upper()} {url} ({row.label}): {response.status_code} {response.get('Location', '')}"
        if opens_to(row, who):
            assert response.status_code == row.expect, told
            _made_by_us(response)
        elif who == VISITOR:
            assert _asks_to_sign_in(response, url), told
        else:
            assert response.status_code in (403, 404), told


def _asks_to_sign_in(response: object, url: str) -> bool:
    status = response.status_code  # type: ignore[attr-defined]
    if url.startswith("/api/"):
        return status in (401, 403)
    location = response.headers.get("Location", "")  # type: ignore[attr-defined]
    return bool(status == 302 and location.startswith(resolve_url(settings.LOGIN_URL)))


def _made_by_us(response: object) -> None:
    """A page that is shown is made of our templates alone: nothing of another package reaches a person unstyled."""
    for template in getattr(response, "templates", ()):
        origin = str(getattr(template.origin, "name", ""))
        if origin and not origin.startswith("<"):
            assert "/childfirst/" in origin or "/django/forms/" in origin, f"{template.name} comes from {origin}"
