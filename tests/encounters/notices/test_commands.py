"""``childfirst notices`` and the check of a deployment."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.test import TestCase

from childfirst.cli import deployment
from childfirst.cli import main as childfirst
from childfirst.encounters.notices import queries, sealing
from tests.encounters.notices import makers

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def run(*arguments: str) -> Result:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return CliRunner().invoke(childfirst, ["notices", *arguments])


def test_keys_are_listed_renewed_and_destroyed() -> None:
    assert "no key yet" in run("keys").output
    notice = makers.sent()
    old = sealing.newest()
    assert f"{old}  made" in run("keys").output
    done = run("rotate-key")
    assert done.exit_code == 0, done.output
    assert "1 text sealed anew" in done.output
    assert "no longer needed" in run("keys").output
    assert old in sealing.key_names()
    done = run("rotate-key", "--destroy-old")
    assert "2 old keys destroyed" in done.output
    assert old not in sealing.key_names()
    assert queries.words_of(notice) == makers.TOLD


def test_a_missing_key_is_an_error_of_the_command_and_of_the_deployment(keys: Path) -> None:
    makers.sent()
    name = sealing.newest()
    assert [finding.remedy for finding in deployment._notices()] == [""]
    (keys / name).unlink()
    done = run("keys")
    assert done.exit_code == 2
    assert name in done.output
    assert [name in finding.remedy for finding in deployment._notices()] == [True]
    assert run("rotate-key").exit_code == 2


def test_the_hourly_round_by_hand() -> None:
    makers.lead()
    makers.sent()
    assert "1 e-mail was sent" in run("chase").output
    assert "There was nothing to do" in run("chase").output
