"""Writes: a release is prepared, decided about by two people, published, corrected, withdrawn.

Each step that can take long or touches files lies outside the transaction: building works on a folder of its own, and the
published store is written after the act is on the trail. A step that was cut off is completed by doing it again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import structlog

from childfirst.audit.actions import action, note
from childfirst.audit.actors import Actor, System
from childfirst.measures.queries import definition
from childfirst.published import actions as store
from childfirst.published import bundles
from childfirst.release import building, permissions, rules
from childfirst.release.models import LedgerTable, Release, ReleaseSignature
from childfirst.release.signing import sign_bundle
from childfirst.release.vocabulary import CORRECTABLE, FINAL, PUBLIC_STATES, Decision, State, Step
from childfirst.shared import clock
from childfirst.shared.errors import UserError

BUILDER = System("release builder")
log = structlog.get_logger("childfirst.release")


def prepare_release(
    *,
    by: Actor,
    measures: Sequence[str],
    title: str,
    notes: str = "",
    released_on: dt.date | None = None,
    first_month: str = "",
    last_month: str = "",
    corrects: Release | None = None,
) -> Release:
    """Draft a release and build it: compute, protect, attack, write the bundle.

    Comes back in the state ``checked``, or ``failed`` with the reason in ``failure``. Raises UserError for what cannot even be
    drafted, and Forbidden.
    """
    release = draft_release(
        by=by,
        measures=measures,
        title=title,
        notes=notes,
        released_on=released_on,
        first_month=first_month,
        last_month=last_month,
        corrects=corrects,
    )
    return build_release(by=by, release=release)


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
) -> Release:
    """Write down what a release shall hold. Drafting the same again while it is being built gives the same release."""
    permissions.check_can_prepare(by)
    released_on = released_on or clock.today()
    wanted = sorted({definition(measure).id for measure in measures})
    if not wanted:
        raise UserError("Choose at least one measure.")
    rules.check_months(first_month, last_month)
    if corrects is not None and corrects.state not in CORRECTABLE:
        raise UserError("Only a published release can be corrected.")
    values: dict[str, Any] = {
        "title": " ".join(title.split()),
        "released_on": released_on,
        "notes": notes.strip(),
        "measures": wanted,
        "first_month": first_month,
        "last_month": last_month,
        "corrects": corrects,
    }
    key = rules.key_for(values["title"], released_on)
    running = Release.objects.filter(key__startswith=key, state=State.DRAFTED, **values).first()
    if running is not None:
        note(running.reference, data={"again": True})
        return running
    taken = dict(Release.objects.filter(key__startswith=key).values_list("key", "state"))
    if key in taken and taken[key] not in FINAL:
        raise UserError("There is a release with this title in this month already. Give this one another title.")
    release = Release.objects.create(key=rules.numbered(key, list(taken)), prepared_by=str(by.reference), **values)
    note(release.reference, data={"key": release.key, "measures": wanted})
    return release


def build_release(*, by: Actor, release: Release) -> Release:
    """Build a drafted release. One that was built already comes back as it is."""
    release.refresh_from_db()
    if release.state != State.DRAFTED:
        return release
    try:
        built = building.build(release)
    except UserError as error:
        return fail_release(by=by, release=release, reason=error.sentence)
    except Exception as error:
        log.exception("release build failed", release=release.key, error=type(error).__name__)
        fail_release(
            by=by, release=release, reason="The build stopped because of a fault of the program. It is in the log."
        )
        raise
    return check_release(by=by, release=release, built=built)


@action("release.release.check")
def check_release(*, by: Actor, release: Release, built: building.Built) -> Release:
    """Take over a bundle that was built, protected and attacked without a breach."""
    permissions.check_can_prepare(by)
    release = _locked(release)
    release.state = rules.next_state(release.state, Step.CHECK)
    release.digest, release.summary, release.figures = built.digest, built.summary, built.figures
    release.save(update_fields=["state", "digest", "summary", "figures"])
    hidden = sum(table["hidden"] for table in built.summary["tables"].values())
    note(release.reference, data={"digest": built.digest, "tables": len(built.summary["tables"]), "hidden": hidden})
    return release


@action("release.release.fail")
def fail_release(*, by: Actor, release: Release, reason: str) -> Release:
    """Write down why a release could not be built."""
    permissions.check_can_prepare(by)
    release = _locked(release)
    release.state = rules.next_state(release.state, Step.FAIL)
    release.failure = reason
    release.save(update_fields=["state", "failure"])
    note(release.reference, reason=reason)
    return release


@action("release.release.sign")
def sign_release(*, by: Actor, release: Release, decision: str = Decision.SIGN, reason: str = "") -> ReleaseSignature:
    """One person's decision about the bundle as it stands: to sign, or to refuse with a reason.

    Two people decide who did not prepare it, neither knowing what the other decided. Deciding the same again changes nothing.
    Raises Forbidden, and UserError when the state does not allow it, or the bundle is not the one that was checked.
    """
    signer = permissions.check_can_sign(by, release)
    release = _locked(release)
    decision = Decision(decision)
    reason = rules.check_reason(reason) if decision is Decision.REFUSE else " ".join(reason.split())
    own = release.signatures.filter(signer=signer).first()
    if own is not None:
        if own.decision != decision:
            raise UserError("You have decided about this release already. A decision cannot be changed.")
        note(release.reference, data={"again": True})
        return own
    earlier = list(release.signatures.values_list("decision", flat=True))
    release.state = rules.next_state(release.state, rules.step_of_decision(release.state, earlier, decision))
    _check_bundle(release)
    release.save(update_fields=["state"])
    signature = ReleaseSignature.objects.create(
        release=release, signer=signer, decision=decision, reason=reason, digest=release.digest, role=signer.audit_name
    )
    # The decision is not in the event while it is blind: the trail is read by others.
    note(release.reference, data={"digest": release.digest, "decisions": len(earlier) + 1})
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
    if release.signatures.filter(decision=Decision.SIGN, digest=release.digest).count() < 2:
        raise UserError("The bundle is not the one that two people signed.")
    _check_nothing_came_between(release)
    release.published_at = clock.now()
    release.save(update_fields=["state", "published_at"])
    _keep_in_ledger(release)
    note(release.reference, data={"key": release.key, "digest": release.digest})
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
    roles = release.signatures.filter(decision=Decision.SIGN).values_list("role", flat=True)
    store.publish_bundle(folder, signed_by=list(roles))


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
        raise UserError("The bundle in the workspace is not the one that was checked. Prepare the release anew.")


def _check_nothing_came_between(release: Release) -> None:
    """The attack knew what was public when the release was built; what became public since has to be attacked with it."""
    if building.published_about(release.summary["facts"]) - set(release.summary["ledger_seen"]):
        raise UserError("Another release about the same months was published meanwhile. Prepare this one anew.")


def _keep_in_ledger(release: Release) -> None:
    facts = release.summary["facts"]
    LedgerTable.objects.bulk_create(
        LedgerTable(release=release, name=name, facts=facts, **table) for name, table in sorted(release.figures.items())
    )
