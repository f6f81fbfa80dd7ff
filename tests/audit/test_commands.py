"""``childfirst audit`` and ``childfirst people`` on the command line."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from django.test import Client

from childfirst.audit import triggers
from childfirst.audit.models import Event
from childfirst.cli import main
from childfirst.people.models import Account, Organisation

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


def first_administrator() -> Result:
    return run(
        "people", "first-administrator", "ada@example.org", "--name", "Ada Moss", "--organisation", "Northmarch Council"
    )


def test_a_fresh_installation_gets_its_first_administrator() -> None:
    result = first_administrator()
    assert result.exit_code == 0
    link = re.search(r"http://127\.0\.0\.1:8001(/invitation/\S+)", result.stdout)
    assert link
    client = Client()
    client.post(link[1], {"name": "Ada Moss", "password": "tin roof heron 9"})
    account = Account.objects.get()
    assert account.may("people.manage")
    again = first_administrator()
    assert again.exit_code == 2
    assert "There is an administrator already" in again.stderr
    assert Event.objects.filter(actor="audit.system:command-line").count() == 2


def test_an_invitation_can_be_accepted_on_the_command_line() -> None:
    link = first_administrator().stdout.strip()
    runner = CliRunner()
    weak = runner.invoke(main, ["people", "accept", link], input="short\n", catch_exceptions=False)
    assert weak.exit_code == 2
    assert "12 characters" in weak.stderr
    result = runner.invoke(main, ["people", "accept", link], input="tin roof heron 9\n", catch_exceptions=False)
    assert result.exit_code == 0
    assert Account.objects.get().check_password("tin roof heron 9")
    assert runner.invoke(main, ["people", "accept", link], input="x\n", catch_exceptions=False).exit_code == 2


def test_organisations_and_invitations() -> None:
    assert run("people", "add-organisation", "Heron Park School", "--kind", "school", "--urn", "123456").exit_code == 0
    result = run("people", "invite", "ina@example.org", "--name", "Ina", "--organisation", "heron park school", "--role", "school_lead")  # fmt: skip
    assert result.exit_code == 0
    assert "/invitation/" in result.stdout
    listed = run("people", "list", "--organisations").stdout
    assert "Heron Park School" in listed
    assert run("people", "list").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add-organisation", "Twice", "--kind", "council"], "already a council"),
        (
            ["invite", "x@example.org", "--name", "X", "--organisation", "None", "--role", "analyst"],
            "no organisation named",
        ),
        (
            ["invite", "no address", "--name", "X", "--organisation", "Twice", "--role", "analyst"],
            "not an email address",
        ),
        (
            ["invite", "x@example.org", "--name", "X", "--organisation", "Twice", "--role", "ward_officer"],
            "police force",
        ),
        (["add-organisation", "Part", "--kind", "council", "--parent", "Nobody"], "no organisation named"),
    ],
)
def test_mistakes_are_one_sentence_and_exit_code_2(arguments: list[str], said: str) -> None:
    Organisation.objects.create(name="Twice", kind="council")
    result = run("people", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_verify_and_its_exit_codes() -> None:
    first_administrator()
    result = run("audit", "verify")
    assert result.exit_code == 0
    assert "The trail holds: 2 events." in result.stdout
    seal = result.stdout.strip().split()[-1]
    assert run("audit", "verify", "--seal", seal).exit_code == 0
    assert run("audit", "verify", "--seal", "2:" + "f" * 64).exit_code == 1
    wrong = run("audit", "verify", "--seal", "nonsense")
    assert wrong.exit_code == 2
    assert "NUMBER:SEAL" in wrong.stderr

    triggers.remove(connection)
    Event.objects.filter(number=1).update(actor_name="somebody else")
    triggers.install(connection)
    result = run("audit", "verify")
    assert result.exit_code == 1
    assert "Event 1 was altered after it was written." in result.stdout
    assert "1 break." in result.stderr


def test_show() -> None:
    first_administrator()
    (line,) = run("audit", "show", "--name", "people.organisation.").stdout.splitlines()
    assert re.fullmatch(
        r"1  \d+ \w+ \d{4} at \S+  Command line added an organisation\. people\.organisation:\w{26}", line
    )
    rows = [json.loads(line) for line in run("audit", "show", "--json").stdout.splitlines()]
    assert [row["number"] for row in rows] == [2, 1]
    assert rows[0]["data"]["role"] == "administrator"
    assert rows[0]["door"] == "command"
    assert len(run("audit", "show", "--json", "--limit", "1").stdout.splitlines()) == 1
    assert "No event passes" in run("audit", "show", "--since", "2099-01-01").stderr
