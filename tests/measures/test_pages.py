"""Pages and commands of measures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from childfirst.audit.models import Event
from childfirst.measures.commands import measure
from childfirst.people.vocabulary import Role
from childfirst.shared.errors import UserError
from tests.measures.generated_facts import write_months

pytestmark = pytest.mark.django_db


@pytest.fixture
def facts(facts_folder: Path) -> Path:
    write_months(facts_folder, 2000, months=["2018-01", "2018-02", "2018-03"], boroughs=3, teams=2)
    return facts_folder


def test_a_measure_says_that_it_is_not_for_publication_and_leaves_an_event(
    facts: Path, client_for: Callable[..., Client]
) -> None:
    client = client_for(Role.ANALYST)
    response = client.get(reverse("measures:measure", args=["child-search-outcomes"]), {"by": "borough"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "Not for publication" in page
    assert "<svg" in page
    assert "Place not recorded, or outside the area" in page
    assert Event.objects.filter(name="measures.measure.read", subject="measures.measure:child-search-outcomes").exists()


def test_bad_periods_are_mistakes_on_the_page(facts: Path, client_for: Callable[..., Client]) -> None:
    client = client_for(Role.ANALYST)
    address = reverse("measures:measure", args=["school-recorded"])
    page = client.get(address, {"first": "May"}).content.decode()
    assert "must be a year and a month, like 2018-05" in page
    page = client.get(address, {"first": "2018-03", "last": "2018-01"}).content.decode()
    assert "same as or after the first" in page
    assert not Event.objects.filter(name="measures.measure.read").exists()
    page = client.get(address, {"first": "2020-01"}).content.decode()
    assert "no facts of encounters in that period" in page


def test_an_unknown_measure_is_not_found(client_for: Callable[..., Client]) -> None:
    assert client_for(Role.ANALYST).get(reverse("measures:measure", args=["nothing"])).status_code == 404


def test_the_file_says_it_too(facts: Path, client_for: Callable[..., Client]) -> None:
    response = client_for(Role.ANALYST).get(reverse("measures:csv", args=["school-recorded"]))
    lines = b"".join(response).decode().splitlines()  # type: ignore[arg-type]
    assert lines[0].startswith("Not for publication")
    assert lines[1] == "month,source,team,school_field,numerator,denominator"
    assert "not-for-publication" in response["Content-Disposition"]


def test_commands(facts: Path) -> None:
    listed = CliRunner().invoke(measure, ["list"])
    assert "school-recorded" in listed.output
    computed = CliRunner().invoke(measure, ["compute", "school-recorded", "--csv"])
    assert computed.exit_code == 0, computed.output
    assert "month,source,team,school_field,numerator,denominator" in computed.output
    assert CliRunner().invoke(measure, ["compute", "school-recorded"]).exit_code == 0
    for wrong in (["--from", "2018-13"], ["--from", "May"], ["--from", "2018-03", "--to", "2018-01"]):
        assert isinstance(CliRunner().invoke(measure, ["compute", "school-recorded", *wrong]).exception, UserError)
    shown = CliRunner().invoke(measure, ["compute", "child-search-outcomes", "--from", "2018-02"])
    assert "February 2018 to March 2018" in shown.output
