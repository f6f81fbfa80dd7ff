"""The log tells what the server did, and nothing about anybody."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from django.conf import settings
from django.test import Client

from childfirst.config.logs import keep_allowed
from childfirst.people.vocabulary import Role

pytestmark = [pytest.mark.database, pytest.mark.django_db]
SECRETS = ("nora.nobody@example.org", "Nora Nobody", "SE1 7TL", "192.0.2.33", "a-long-test-password")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that reaches the root logger in the form of the settings."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    structured = settings.LOGGING["formatters"]["structured"]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=structured["foreign_pre_chain"],
            use_get_message=structured["use_get_message"],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def test_requests_with_personal_data_leave_none_of_it(log: io.StringIO, client_for: Callable[..., Client]) -> None:
    client = client_for(Role.ADMINISTRATOR, name=SECRETS[1])
    client.get("/people/", {"q": SECRETS[0], "postcode": SECRETS[2]}, REMOTE_ADDR=SECRETS[3])
    client.get(f"/people/{SECRETS[0]}/")
    client.get(f"/no/such/page/{SECRETS[0]}")
    client.post("/people/invite/", {"organisation": SECRETS[0]})
    Client().post("/account/sign-in/", {"login": SECRETS[0], "password": SECRETS[4]})
    written = log.getvalue()
    assert written, "the requests left no line in the log"
    for secret in SECRETS:
        assert secret not in written
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    routes = [line["route"] for line in lines if line.get("event") == "request"]
    assert "people/" in routes
    assert "people/<str:pk>/" in routes
    assert "unmatched" in routes


def test_what_is_not_on_the_list_is_dropped() -> None:
    event = keep_allowed(None, "info", {"event": "x", "email": SECRETS[0], "status": 200, "name": SECRETS[1]})
    assert event == {"event": "x", "status": 200}


def test_an_error_is_logged_without_the_values_that_caused_it(log: io.StringIO) -> None:
    try:
        raise ValueError(f"{SECRETS[0]} is wrong")
    except ValueError:
        structlog.get_logger("childfirst.test").exception("failed", email=SECRETS[0])
        logging.getLogger("childfirst.test").exception("failed for %s", SECRETS[0])
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["failed", "failed for %s"]
    for line in lines:
        assert "test_an_error_is_logged" in line["exception"]
        assert line["exception"].endswith("ValueError")
    assert SECRETS[0] not in log.getvalue()


def test_an_unexpected_error_is_logged_by_its_place(
    log: io.StringIO, client_for: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_for(Role.ADMINISTRATOR)
    client.raise_request_exception = False

    def broken(*args: object, **kwargs: object) -> None:
        raise LookupError(SECRETS[0])

    monkeypatch.setattr("childfirst.people.queries.accounts", broken)
    assert client.get("/people/").status_code == 500
    errors = [line for line in map(json.loads, log.getvalue().splitlines()) if line.get("event") == "error"]
    assert len(errors) == 1
    assert errors[0]["route"] == "people/"
    assert errors[0]["exception"].endswith(f"test_logs.py:{_line_of('raise LookupError')} broken > LookupError")
    assert errors[0]["request_id"]
    assert SECRETS[0] not in log.getvalue()


def _line_of(text: str) -> int:
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.strip().startswith(text))
