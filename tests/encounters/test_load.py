"""Thirty officers record at once, thirty correct one record, thirty send one call: on SQLite by processes, on PostgreSQL by threads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.conftest import ROOT
from tests.encounters import crowd

PROCESSES = 3


def test_a_crowd_on_sqlite(tmp_path: Path) -> None:
    """Three processes of ten threads on one database file, opened with the settings of the workspace."""
    environment = {**os.environ, "CHILDFIRST_DATA_DIR": str(tmp_path), "CHILDFIRST_DATABASE_URL": ""}
    environment |= {"DJANGO_SETTINGS_MODULE": "childfirst.config.settings.workspace", "CHILDFIRST_LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "tests.encounters.crowd"]
    subprocess.run([*command, "prepare"], check=True, env=environment, cwd=ROOT)
    each = crowd.OFFICERS // PROCESSES
    workers = [
        subprocess.Popen(
            [*command, "work", str(first), str(first + each)],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for first in range(0, crowd.OFFICERS, each)
    ]
    answers = [json.loads(worker.communicate(timeout=240)[0].splitlines()[-1]) for worker in workers]
    recorded, corrected, sent = ([one for answer in answers for one in answer[part]] for part in range(3))
    ended = subprocess.run([*command, "verify"], check=True, env=environment, cwd=ROOT, capture_output=True, text=True)
    crowd.check(recorded, corrected, [tuple(one) for one in sent], json.loads(ended.stdout.splitlines()[-1]))
    slowest = max(seconds for _, seconds in recorded)
    assert slowest < 20, f"an officer waited {slowest:.1f} seconds for one page"


@pytest.mark.django_db(transaction=True)
def test_a_crowd_on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the suite runs on SQLite")
    crowd.people()
    numbers = range(crowd.OFFICERS)
    recorded, corrected, sent = (crowd.together(work, numbers) for work in (crowd.record, crowd.correct, crowd.send))
    crowd.check(recorded, corrected, sent, crowd.verify())
