"""Writes: a release is prepared, decided about by two people, published, corrected, withdrawn.

Each step that can take long or touches files lies outside the transaction: building works on a folder of its own, and the
published store is written after the act is on the trail. A step that was cut off is completed by doing it again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import structlog
from django.db.models import Max

from childfirst.audit.actions import action, note
from childfirst.audit.actors import Actor, System
from childfirst.measures.queries import definition
from childfirst.published import actions as store
from childfirst.published import bundles
from childfirst.release import building, ledger, permissions, rules
from childfirst.release.access import publish_access_list
from childfirst.release.models import CalendarEntry, LedgerTable, Release, ReleaseSignature
from childfirst.release.scheduling import fulfil, publish_calendar
from childfirst.release.signing import sign_bundle
from childfirst.release.vocabulary import (
    CORRECTABLE,
    PUBLIC_STATES,
    SIGNATURES_NEEDED,
    Decision,
    State,
    Step,
)  # fmt: skip
from childfirst.shared import clock
from childfirst.shared.errors import UserError

BUILDER = System("release builder")
log = structlog.get_logger("childfirst.release")


def prepare_release(*, by: Actor, **values: Any) -> Release:
    """Draft a release and build it: compute, protect, attack, write the bundle. ``values`` are those of :func:`draft_release`.

    Comes back in the state ``attacked``, or ``failed`` with the reason in ``failure``. Raises UserError for what cannot even be
    drafted, and Forbidden.
    """
    return build_release(by=by, release=draft_release(by=by, **values))


@action("release.release.draft")
def draft_release(
    *,
    by: Actor,
    measures: Sequence[str],
    title: str,
    notes: str = "",
    released_on: dt.date | None = None,
    first_month: str = "",
    last_month: str = "",
    corrects: Release | None = None,
    calendar_entry: CalendarEntry | None = None,
) -> Release:
    """Write down what a release shall hold. Drafting the same again while it is being built gives the same release."""
    permissions.check_can_prepare(by)
    values = _values(measures, title, notes, released_on, first_month, last_month, corrects, calendar_entry)
    key = rules.key_for(values["title"], values["released_on"])
    running = Release.objects.filter(key__startswith=key, state=State.DRAFTED, **values).first()
    if running is not None:
        note(running.reference, data={"again": True})
        return running
    author = str(by.reference)
    release = Release.objects.create(key=_free(key), prepared_by=author, builders=[author], **values)
    note(release.reference, data={"key": release.key, "measures": values["measures"]})
    return release


@action("release.release.prepare_again")
def prepare_again(
    *,
    by: Actor,
    release: Release,
    measures: Sequence[str],
    title: str,
    notes: str = "",
    released_on: dt.date | None = None,
    first_month: str = "",
    last_month: str = "",
    corrects: Release | None = None,
    calendar_entry: CalendarEntry | None = None,
) -> Release:
    """Prepare a release again that was sent back, failed, or is not published yet, with the same values or others.

    A new round begins: it is built anew and two people decide anew, none of whom prepared any round. What was decided and said
    before stays to be read. Whoever did not prepare it can do so only once it was sent back or has failed.
    """
    permissions.check_can_prepare_again(by, release)
    release = _locked(release)
    values = _values(measures, title, notes, released_on, first_month, last_month, corrects, calendar_entry)
    if corrects is not None and corrects.pk == release.pk:
        raise UserError("A release cannot correct itself.")
    release.state = rules.next_state(release.state, Step.PREPARE_AGAIN)
    key = rules.key_for(values["title"], values["released_on"])
    if not release.key.startswith(key):
        release.key = _free(key)
    for name, value in values.items():
        setattr(release, name, value)
    release.round += 1
    release.prepared_by = str(by.reference)
    release.builders = [*release.builders, *({release.prepared_by} - {*release.builders})]
    release.digest, release.summary, release.figures, release.failure = "", {}, {}, ""
    release.save()
    note(release.reference, data={"key": release.key, "round": release.round, "measures": values["measures"]})
    return release


def _values(
    measures: Sequence[str],
    title: str,
    notes: str,
    released_on: dt.date | None,
    first_month: str,
    last_month: str,
    corrects: Release | None,
    calendar_entry: CalendarEntry | None,
) -> dict[str, Any]:
    wanted = sorted({definition(measure).id for measure in measures})
    if not wanted:
        raise UserError("Choose at least one measure.")
    rules.check_months(first_month, last_month)
    if corrects is not None and corrects.state not in CORRECTABLE:
        raise UserError("Only a published release can be corrected.")
    return {
        "title": " ".join(title.split()),
        "released_on": released_on or clock.today(),
        "notes": notes.strip(),
        "measures": wanted,
        "first_month": first_month,
        "last_month": last_month,
        "corrects": corrects,
        "calendar_entry": calendar_entry,
    }


def _free(key: str) -> str:
    """The key, numbered where a withdrawn release has it. Raises UserError where another that stands or may yet has it."""
    taken = dict(Release.objects.filter(key__startswith=key).values_list("key", "state"))
    if key in taken and taken[key] not in (State.WITHDRAWN, State.RETURNED, State.FAILED):
        raise UserError("There is a release with this title in this month already. Give this one another title.")
    return rules.numbered(key, list(taken))


def build_release(*, by: Actor, release: Release) -> Release:
    """Build a drafted release, or one whose building was cut off. One that was built already comes back as it is.

    Where it was prepared again meanwhile, what was built is dropped, for it is of values that no longer hold.
    """
    release.refresh_from_db()
    if release.state not in (State.DRAFTED, State.PROTECTED):
        return release
    try:
        shielded = building.shield(release)
        release = protect_release(by=by, release=release, tables=len(shielded.protected.tables))
        built = building.finish(release, shielded)
    except UserError as error:
        if Release.objects.get(pk=release.pk).round != release.round:
            return Release.objects.get(pk=release.pk)
        return fail_release(by=by, release=release, reason=error.sentence)
    except Exception as error:
        log.exception("release build failed", release=release.key, error=type(error).__name__)
        fail_release(
            by=by, release=release, reason="The build stopped because of a fault of the program. It is in the log."
        )
        raise
    return attack_release(by=by, release=release, built=built)


@action("release.release.protect")
def protect_release(*, by: Actor, release: Release, tables: int) -> Release:
    """Write down that the tables were computed and protected, and are now attacked."""
    permissions.check_can_prepare(by)
    release = _same_round(release)
    if release.state != State.PROTECTED:
        release.state = rules.next_state(release.state, Step.PROTECT)
        release.save(update_fields=["state"])
    note(release.reference, data={"tables": tables, "round": release.round})
    return release


@action("release.release.attack")
def attack_release(*, by: Actor, release: Release, built: building.Built) -> Release:
    """Take over a bundle on which the attack has failed."""
    permissions.check_can_prepare(by)
    release = _same_round(release)
    release.state = rules.next_state(release.state, Step.ATTACK)
    release.digest, release.summary, release.figures = built.digest, built.summary, built.figures
    release.save(update_fields=["state", "digest", "summary", "figures"])
    hidden = sum(table["hidden"] for table in built.summary["tables"].values())
    note(release.reference, data={"digest": built.digest, "tables": len(built.summary["tables"]), "hidden": hidden})
    return release


@action("release.release.fail")
def fail_release(*, by: Actor, release: Release, reason: str) -> Release:
    """Write down why a release could not be built."""
    permissions.check_can_prepare(by)
    release = _same_round(release)
    release.state = rules.next_state(release.state, Step.FAIL)
    release.failure = reason
    release.save(update_fields=["state", "failure"])
    note(release.reference, reason=reason)
    return release


@action("release.release.sign")
def sign_release(*, by: Actor, release: Release, decision: str = Decision.SIGN, reason: str = "") -> ReleaseSignature:
    """One person's decision about the bundle as it stands: to sign, or to refuse with a reason, which sends it back.

    Two people decide who did not prepare it, neither knowing what the other decided. Deciding the same again changes nothing.
    Raises Forbidden, and UserError when the state does not allow it, or the bundle is not the one that was checked.
    """
    signer = permissions.check_can_sign(by, release)
    release = _locked(release)
    decision = Decision(decision)
    reason = rules.check_reason(reason) if decision is Decision.REFUSE else " ".join(reason.split())
    decided = release.signatures.filter(round=release.round)
    own = decided.filter(signer=signer).first()
    if own is not None:
        if own.decision != decision:
            raise UserError("You have decided about this release already. A decision cannot be changed.")
        note(release.reference, data={"again": True})
        return own
    earlier = list(decided.values_list("decision", flat=True))
    release.state = rules.next_state(release.state, rules.step_of_decision(release.state, earlier, decision))
    _check_bundle(release)
    release.save(update_fields=["state"])
    signature = ReleaseSignature.objects.create(
        release=release,
        round=release.round,
        signer=signer,
        decision=decision,
        reason=reason,
        digest=release.digest,
        role=signer.audit_name,
    )
    # The decision is not in the event while it is blind: the trail is read by others.
    note(release.reference, data={"digest": release.digest, "decisions": len(earlier) + 1, "round": release.round})
    return signature


def publish_release(*, by: Actor, release: Release) -> Release:
    """Sign the bundle's checksums and let the public see it.

    The act comes first, then the store: when the second was cut off, publishing again completes it. Raises Forbidden, and
    UserError unless two people signed, or where the bundle is not the one that they signed.
    """
    release = _publish(by=by, release=release)
    complete_publication(release)
    return release


@action("release.release.publish")
def _publish(*, by: Actor, release: Release) -> Release:
    permissions.check_can_publish(by)
    release = _locked(release)
    if release.state in PUBLIC_STATES:
        note(release.reference, data={"again": True})
        return release
    release.state = rules.next_state(release.state, Step.PUBLISH)
    _check_bundle(release)
    if _signatures(release).filter(digest=release.digest).count() < SIGNATURES_NEEDED:
        raise UserError("The bundle is not the one that two people signed.")
    _check_nothing_came_between(release)
    _check_clock(release)
    fulfil(release)
    rows = ledger.rows_for(release)
    release.published_at, release.ledger_digest = clock.now(), ledger.digest_of(rows)
    release.save(update_fields=["state", "published_at", "ledger_digest"])
    LedgerTable.objects.bulk_create(rows)
    note(
        release.reference,
        data={"key": release.key, "digest": release.digest, "ledger": release.ledger_digest},
    )
    if release.corrects is not None and release.corrects.state == State.PUBLISHED:
        corrected = _locked(release.corrects)
        corrected.state = rules.next_state(corrected.state, Step.CORRECT)
        corrected.save(update_fields=["state"])
        note(corrected.reference, data={"corrected_by": release.key})
    return release


def complete_publication(release: Release) -> None:
    """Bring the published store to what the workspace says of a published release. Harmless when it is so already."""
    folder = building.bundle_folder(release.key)
    sign_bundle(folder)
    roles = _signatures(release).values_list("role", flat=True)
    publish_access_list(release)
    store.publish_bundle(folder, signed_by=list(roles))
    publish_calendar()


def withdraw_release(*, by: Actor, release: Release, reason: str) -> Release:
    """Take a published release down; its page stays and says why. The ledger keeps its figures, for they were seen."""
    release = _withdraw(by=by, release=release, reason=reason)
    store.withdraw_release(release.key, reason=release.withdrawn_reason)
    return release


@action("release.release.withdraw")
def _withdraw(*, by: Actor, release: Release, reason: str) -> Release:
    permissions.check_can_publish(by)
    release = _locked(release)
    if release.state == State.WITHDRAWN:
        note(release.reference, data={"again": True})
        return release
    reason = rules.check_reason(reason)
    release.state = rules.next_state(release.state, Step.WITHDRAW)
    release.withdrawn_at, release.withdrawn_reason = clock.now(), reason
    release.save(update_fields=["state", "withdrawn_at", "withdrawn_reason"])
    note(release.reference, data={"key": release.key}, reason=reason)
    return release


def _locked(release: Release) -> Release:
    """The release as it is now, held until the action ends (on SQLite the transaction itself holds the database)."""
    return Release.objects.select_for_update(of=("self",)).get(pk=release.pk)


def _check_bundle(release: Release) -> None:
    folder = building.bundle_folder(release.key)
    found = bundles.verify(folder, signed=False)
    if not found.is_sound or found.digest != release.digest:
        raise UserError("The bundle in the workspace is not the one that was checked. Prepare the release again.")


def _check_nothing_came_between(release: Release) -> None:
    """The attack knew what was public when the release was built; what became public since has to be attacked with it."""
    if ledger.published_about(release.summary["facts"]) - set(release.summary["ledger_seen"]):
        raise UserError("Another release about the same months was published meanwhile. Prepare this one again.")


def _check_clock(release: Release) -> None:
    """A publication cannot stand before what it follows: then the machine's clock has gone back, and the order would be lost."""
    newest = Release.objects.aggregate(newest=Max("published_at"))["newest"]
    if newest is not None and clock.now() < newest:
        raise UserError("The server's clock is behind the last publication. Set it right first.")


def _signatures(release: Release) -> Any:
    """Who signed the round that stands."""
    return release.signatures.filter(round=release.round, decision=Decision.SIGN)


def _same_round(release: Release) -> Release:
    """The release as it is now, held. Raises UserError when it was prepared again since this round was begun."""
    found = _locked(release)
    if found.round != release.round:
        raise UserError("The release was prepared again meanwhile.")
    return found
