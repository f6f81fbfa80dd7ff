"""Serving: taken ports, one server a data folder, a clean stop."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from childfirst.cli import serving
from childfirst.shared.errors import UserError


@pytest.mark.enable_socket
def test_a_taken_port_is_one_clear_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"Another program already uses 127.0.0.1:{port}"):
            serving.check_ports(serving.Plan(public_port=port))


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (serving.Plan(host="192.0.2.1", public_port=8600, workspace_port=8601), "cannot be listened on"),
        (serving.Plan(public_port=8600, workspace_port=8600), "need a port each"),
    ],
)
def test_an_address_that_is_none_of_ours_is_one_clear_sentence(plan: serving.Plan, words: str):
    with pytest.raises(UserError, match=words):
        serving.check_ports(plan)


@pytest.mark.parametrize("wrong", [["--port", "80000"], ["--port", "0"], ["--workers", "0"]])
def test_numbers_that_are_none_are_refused(wrong: list[str]):
    assert CliRunner().invoke(serving.serve, wrong).exit_code == 2


def test_a_data_folder_is_served_once(tmp_path: Path, settings):
    settings.DATA_DIR = tmp_path
    with serving._lock(), pytest.raises(UserError, match="is being served already"), serving._lock():
        pass


def test_stopping_what_does_not_run_changes_nothing(tmp_path: Path, settings):
    settings.DATA_DIR = tmp_path
    assert serving.stop_running() is False
    (tmp_path / "running.pid").write_text("1")  # left behind by a crash; process 1 is not ours and must live
    assert serving.stop_running() is False


def test_the_public_process_has_the_public_settings_and_no_other():
    plan = serving.Plan(public_port=9000, workspace_port=9001)
    assert serving._environment(plan, "public")["DJANGO_SETTINGS_MODULE"].endswith(".public")
    assert serving._environment(plan, "workspace")["DJANGO_SETTINGS_MODULE"].endswith(".workspace")
    assert serving._environment(plan, "worker")["DJANGO_SETTINGS_MODULE"].endswith(".workspace")
    assert "childfirst.config.wsgi_public:application" in serving.commands(plan)["public"]
