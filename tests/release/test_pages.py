"""Pages and commands of releases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from childfirst.audit.models import Event
from childfirst.people.vocabulary import Role
from childfirst.published import queries as public
from childfirst.release import rules
from childfirst.release.commands import release as command
from childfirst.release.models import Release
from childfirst.release.vocabulary import TRANSITIONS, State
from tests.release import making

pytestmark = pytest.mark.django_db(databases=["default", "published"])

README = Path(rules.__file__).parent / "README.md"
FORM = {
    "title": "By the form",
    "measures": ["school-recorded", "child-search-outcomes"],
    "released_on-day": "1",
    "released_on-month": "12",
    "released_on-year": "2018",
}


def test_from_the_form_to_the_public_by_clicks(client_for: Callable[..., Client]) -> None:
    making.write_facts()
    preparer, one, board = client_for(Role.ANALYST), client_for(Role.ANALYST), client_for(Role.PARTNERSHIP_BOARD)
    answer = preparer.post(reverse("release:prepare"), FORM)
    release = Release.objects.get()
    assert answer["Location"] == reverse("release:detail", args=[release.key])
    assert release.key == "2018-12-by-the-form"
    assert release.state == State.ATTACKED, release.failure
    page = preparer.get(reverse("release:detail", args=[release.key])).content.decode()
    assert "You prepared this release" in page
    assert "Sign or refuse" not in page
    decide = reverse("release:decide", args=[release.key])
    for signer in (one, board):
        assert signer.post(decide, {"decision": "sign"}).status_code == 302
    page = board.get(reverse("release:detail", args=[release.key])).content.decode()
    assert "Publish" in page
    assert one.post(reverse("release:publish", args=[release.key])).status_code == 403
    for _ in range(2):
        board.post(reverse("release:publish", args=[release.key]))
    assert [entry.key for entry in public.releases()] == [release.key]
    withdraw = reverse("release:withdraw", args=[release.key])
    assert "Enter a reason" in board.post(withdraw, {"reason": ""}).content.decode()
    board.post(withdraw, {"reason": "A column was mixed up."})
    page = preparer.get(reverse("release:detail", args=[release.key])).content.decode()
    assert "A column was mixed up." in page
    assert board.get(withdraw)["Location"] == board.get(decide)["Location"] == answer["Location"], "all is done"


def test_mistakes_of_the_form(client_for: Callable[..., Client]) -> None:
    client = client_for(Role.ANALYST)
    page = client.post(reverse("release:prepare"), {"first_month": "soon"}).content.decode()
    for mistake in ("Enter a title", "Select at least one measure", "like 2018-05"):
        assert mistake in page, mistake
    page = client.post(reverse("release:prepare"), FORM | {"title": "!!!"}).content.decode()
    assert "title with letters or digits" in page
    assert not Release.objects.exists()


def test_what_cannot_be_built_says_why_on_its_page(client_for: Callable[..., Client]) -> None:
    client = client_for(Role.ANALYST)
    client.post(reverse("release:prepare"), FORM)
    page = client.get(reverse("release:detail", args=[Release.objects.get().key])).content.decode()
    assert "There are no facts of encounters yet" in page
    decide = reverse("release:decide", args=[Release.objects.get().key])
    board = client_for(Role.PARTNERSHIP_BOARD)
    assert board.get(decide).status_code == 302
    page = board.post(decide, {"decision": "refuse", "reason": "It was not built."}).content.decode()
    assert "cannot be signed or refused" in page
    assert "bundles" not in page, "no path of the server"


def test_who_may_not_read_measures_sees_a_table_only_as_the_public_will(client_for: Callable[..., Client]) -> None:
    release = making.checked()
    address = reverse("release:table", args=[release.key, "child-search-outcomes"])
    board = client_for(Role.PARTNERSHIP_BOARD).get(address).content.decode()
    assert "Number before" not in board
    assert "hidden" in board
    assert not Event.objects.filter(name="release.release.compare").exists()
    analyst = client_for(Role.ANALYST).get(address, {"show": "hidden"}).content.decode()
    assert "Number before" in analyst
    assert Event.objects.filter(name="release.release.compare", subject=str(release.reference)).count() == 1


def test_a_refusal_needs_a_reason_on_the_page(client_for: Callable[..., Client]) -> None:
    release = making.checked()
    address = reverse("release:decide", args=[release.key])
    client = client_for(Role.PARTNERSHIP_BOARD)
    assert "Enter a reason" in client.post(address, {"decision": "refuse"}).content.decode()
    client.post(address, {"decision": "refuse", "reason": "The title is misleading."})
    page = client.get(reverse("release:detail", args=[release.key])).content.decode()
    assert "The title is misleading." in page
    other = client_for(Role.ANALYST).get(reverse("release:detail", args=[release.key])).content.decode()
    assert "The title is misleading." not in other
    assert "One of two people has decided" in other


def test_commands_from_facts_to_the_public() -> None:
    making.write_facts()
    one, other = making.signers()

    def run(*words: str) -> str:
        done = CliRunner().invoke(command, list(words))
        assert done.exit_code == 0, done.output
        return done.output

    assert "Prepared 2018-12-by-command." in run("prepare", "--title", "By command", "--date", "2018-12-01")
    for signer in (one, other):
        run("sign", "2018-12-by-command", "--by", signer.email)
    run("publish", "2018-12-by-command")
    assert "Published" in run("list")
    assert "as they were signed" in run("verify", str(public.file("2018-12-by-command", "notes.md").path.parent))  # type: ignore[union-attr]
    run("withdraw", "2018-12-by-command", "--reason", "A column was mixed up.")


@pytest.mark.parametrize(
    "words",
    [
        ["sign", "no-such", "--by", "nobody@example.org"],
        ["publish", "no-such"],
        ["prepare", "--title", "x", "--by", "nobody@example.org"],
        ["prepare", "--title", "x", "--measure", "no-such"],
    ],
)
def test_mistakes_of_commands(words: list[str]) -> None:
    done = CliRunner().invoke(command, words)
    assert done.exit_code != 0
    assert type(done.exception).__name__ == "UserError"


def test_the_readme_draws_the_states() -> None:
    assert rules.mermaid() in README.read_text(encoding="utf-8")
    assert CliRunner().invoke(command, ["states"]).output.strip() == rules.mermaid()


def test_every_state_is_reached_and_every_step_is_taken() -> None:
    assert {t.after for t in TRANSITIONS} | {State.DRAFTED} == set(State)
    assert len({(t.before, t.step) for t in TRANSITIONS}) == len(TRANSITIONS)
