"""Thirty officers after school: threads that record, correct and send at once. Run as ``python -m tests.encounters.crowd COMMAND``."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

OFFICERS = 30


def together(work: Callable[[int], Any], numbers: range) -> list[Any]:
    """Let one thread for each number begin at the same moment; give what each gave, or the error that it met."""
    from django.db import connections

    found: dict[int, Any] = {}
    gate = threading.Barrier(len(numbers))

    def run(number: int) -> None:
        try:
            gate.wait()
            found[number] = work(number)
        except BaseException as error:
            found[number] = error
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[number] for number in numbers]


def people() -> None:
    """An officer for each thread, a supervisor, a record that all correct, a system with a key."""
    from childfirst.audit.actors import System
    from childfirst.people import actions
    from childfirst.people.models import ApiClient
    from childfirst.people.rules import hash_token
    from childfirst.people.vocabulary import Role
    from tests.conftest import make_account
    from tests.encounters.makers import recorded, school, team_of

    school()
    officers = [make_account(Role.WARD_OFFICER, name=f"Officer {number}") for number in range(OFFICERS)]
    make_account(Role.NEIGHBOURHOOD_SUPERVISOR, name="Supervisor")
    recorded(officers[0])
    actions.make_api_client(
        by=System("a test"), name="System", organisation=team_of(officers[0]), scopes=["encounters:create"], days=90
    )
    ApiClient.objects.update(key_hash=hash_token("cfk_crowd"))


def record(number: int) -> tuple[str, float]:
    """What an officer does: answer each question, then press the button twice; gives the record and the slowest step in seconds."""
    from childfirst.encounters import actions, drafting
    from childfirst.encounters.models import EncounterDraft
    from childfirst.people.models import Account
    from childfirst.shared import clock

    officer = Account.objects.get(name=f"Officer {number}")
    answers: dict[str, dict[str, Any]] = {
        "alternative": {"alternative": "immediate_danger"},
        "kind": {"kind": "victim"},
        "initiator": {"initiator": "school"},
        "when": {"date": clock.today().isoformat(), "time": ""},
        "where": {"place": "unknown", "ward": "", "lat": None, "lon": None},
        "school": {"answer": "school", "school": "100001"},
        "person": {
            "age_known": "years", "age": 14, "age_band": "", "gender": "female", "self_defined_ethnicity": "NS",
            "officer_defined_ethnicity": "NR", "send": "not_recorded", "child_reference": "",
        },
        "outcome": {"outcome": "referred", "use_of_force": "yes", "more_than_outer_clothing": "no", "appropriate_adult": ""},
    }  # fmt: skip
    slowest = 0.0
    for slug, given in answers.items():
        begun = time.perf_counter()
        actions.save_draft(by=officer, answers={slug: given})
        slowest = max(slowest, time.perf_counter() - begun)
    draft = EncounterDraft.objects.get(account=officer).pk
    begun = time.perf_counter()
    made = {actions.record_draft(by=officer, draft_id=draft, told=drafting.particulars).pk for _ in range(2)}
    slowest = max(slowest, time.perf_counter() - begun)
    (only,) = made
    return only, slowest


def correct(number: int) -> str:
    """All correct the same version of the same record: one may."""
    from childfirst.encounters import actions
    from childfirst.encounters.models import Encounter
    from childfirst.people.models import Account

    supervisor = Account.objects.get(name="Supervisor")
    one = Encounter.objects.get(kind="stop_and_search")
    try:
        actions.correct_encounter(
            by=supervisor, encounter=one, changes={"age": 10 + number % 4}, reason=f"Thread {number}", version=1
        )
    except actions.Overtaken:
        return "overtaken"
    return "corrected"


def send(number: int) -> tuple[int, str]:
    """All send the same call with the same key."""
    from django.test import Client

    told = {"kind": "engagement", "occurred_at": _moment(), "school_reason": "home_educated"}
    headers = {"Authorization": "Bearer cfk_crowd", "Idempotency-Key": "the-same-key"}
    response = Client().post("/api/encounters", told, content_type="application/json", headers=headers)
    return response.status_code, response.json().get("id", response.content.decode())


def _moment() -> str:
    from childfirst.shared import clock

    return clock.start_of_day(clock.today()).isoformat()


def verify() -> dict[str, Any]:
    """What is there afterwards."""
    from childfirst.audit.queries import verify as chain
    from childfirst.encounters.models import Correction, Encounter, EncounterDraft, ReviewFlag

    return {
        "kinds": dict(Counter(Encounter.objects.values_list("kind", flat=True))),
        "reviews": ReviewFlag.objects.count(),
        "drafts": EncounterDraft.objects.count(),
        "corrections": Correction.objects.count(),
        "chain": chain().holds,
    }


def check(recorded: list[Any], corrected: list[Any], sent: list[Any], there: dict[str, Any]) -> None:
    """Assert that nothing was lost, doubled or refused."""
    assert len({made for made, _ in recorded}) == OFFICERS
    assert Counter(corrected)["corrected"] == 1
    assert set(corrected) == {"corrected", "overtaken"}
    assert {status for status, _ in sent} == {201}, sent
    assert len({made for _, made in sent}) == 1
    assert there == {
        "kinds": {"stop_and_search": 1, "victim": OFFICERS, "engagement": 1},
        "reviews": OFFICERS,
        "drafts": 0,
        "corrections": 1,
        "chain": True,
    }


def main() -> int:
    """prepare; then ``work FIRST LAST`` in as many processes as wanted: prints what each thread found; then ``verify``."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.ALLOWED_HOSTS.append("testserver")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if sys.argv[1] == "prepare":
        call_command("migrate", verbosity=0)
        people()
    elif sys.argv[1] == "work":
        numbers = range(int(sys.argv[2]), int(sys.argv[3]))
        found = [together(work, numbers) for work in (record, correct, send)]
        sys.stdout.write(json.dumps(found, default=repr))
    else:
        sys.stdout.write(json.dumps(verify()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
