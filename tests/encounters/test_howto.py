"""What the page for system integrators tells people to send is what the API takes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from childfirst.encounters.models import Encounter
from childfirst.shared import clock
from tests.conftest import ROOT
from tests.encounters.makers import school
from tests.encounters.test_api import URL, system

pytestmark = pytest.mark.django_db

PAGE = ROOT / "docs" / "how-to" / "for-system-integrators.md"


def bodies() -> list[Any]:
    """The bodies of the calls on the page, in order."""
    return [
        json.loads(body) for body in re.findall(r"-d '(\{.*?\})'\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    ]


def test_the_calls_on_the_page_work() -> None:
    school()
    record, correction, question = bodies()
    client, team = system(scopes=("encounters:create", "encounters:correct", "matcher:ask"))
    moment = clock.now().replace(microsecond=0).isoformat()
    made = client.post(
        URL, {**record, "team": team.pk, "occurred_at": moment}, content_type="application/json",
        headers={"Idempotency-Key": "7f0c1c1e-2b1a-4a57-9d0e-3d7b8f5a1c22"},
    )  # fmt: skip
    assert made.status_code == 201, made.content
    done = client.post(f"{URL}/{made.json()['id']}/corrections", correction, content_type="application/json")
    assert done.status_code == 200, done.content
    assert Encounter.objects.get().age == 15
    assert set(question) == {"asked"}


def test_every_status_and_type_of_the_page_is_one_of_ours() -> None:
    page = PAGE.read_text(encoding="utf-8")
    source = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("people", "encounters", "encounters/matching", "config")
        for path in (ROOT / "src" / "childfirst" / folder).glob("*.py")
    )
    for kinds in re.findall(r"^\| \d{3} \| ([^|]*) \|", page, re.MULTILINE):
        for kind in re.findall(r"`([\w-]+)`", kinds):
            assert f'kind="{kind}"' in source, kind
