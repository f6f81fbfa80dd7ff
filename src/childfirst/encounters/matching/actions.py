"""Writes of reviewers: take a case, decide it, put it off, undo; and have the matcher look again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from childfirst.audit.actions import action, note
from childfirst.audit.actors import Actor
from childfirst.audit.upkeep import BY as UPKEEP
from childfirst.encounters.matching import landing, matching, permissions, rules, store
from childfirst.encounters.matching.bringing import discard, keep_upload, map_columns
from childfirst.encounters.matching.importing import begin_run, finish_run, import_records, land_batch, stop_run
from childfirst.encounters.matching.learning import accept_model, refuse_model, reset_model, retrain
from childfirst.encounters.matching.matching import Context, outcome_of
from childfirst.encounters.matching.models import Case, Decision, Mention, Skip
from childfirst.encounters.matching.naming import agree_alias, propose_alias, refuse_alias
from childfirst.encounters.matching.rules import Outcome
from childfirst.encounters.matching.vocabulary import Answer, Verdict
from childfirst.encounters.models import Encounter
from childfirst.encounters.queries import closed_before
from childfirst.encounters.vocabulary import Source
from childfirst.people.models import Account
from childfirst.places import queries as places
from childfirst.places.models import School
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.references import Reference
from childfirst.shared.text import count_of

__all__ = [
    "accept_model", "agree_alias", "begin_run", "claim", "decide", "discard", "finish_run", "import_records", "keep_upload",
    "land_batch", "map_columns", "propose_alias", "recount", "refuse_alias", "refuse_model", "rematch", "reset_model", "retrain",
    "skip", "stop_run", "undo",
]  # fmt: skip

REMATCHED_AT_ONCE = 2_000
TIDIED_AT_ONCE = 100_000


@action("encounters.case.claim")
def claim(*, by: Account, case: Case) -> Case:
    """Take a case for ten minutes, so that nobody else works on it meanwhile; one's other claims end.

    Raises UserError when somebody else has it, or when it is no longer open.
    """
    permissions.check_can_review(by)
    now = clock.now()
    case = Case.objects.select_for_update().get(pk=case.pk)
    _check_is_open(case)
    _check_is_free(case, by, now)
    Case.objects.filter(claimed_by=by).exclude(pk=case.pk).update(claimed_by=None, claimed_until=None)
    case.claimed_by, case.claimed_until = by, now + rules.CLAIM
    case.save(update_fields=["claimed_by", "claimed_until"])
    note(case.reference)
    return case


def _check_is_open(case: Case) -> None:
    if not case.is_open:
        raise UserError("This case has been decided meanwhile. Take the next one.")


def _check_is_free(case: Case, by: Account, now: dt.datetime) -> None:
    if case.claimed_by_id not in (None, by.pk) and case.claimed_until is not None and case.claimed_until > now:
        raise UserError("Another reviewer is working on this case. Take the next one.")


@action("encounters.case.skip")
def skip(*, by: Account, case: Case) -> None:
    """Put a case off: it comes again after all others, and others may take it at once."""
    permissions.check_can_review(by)
    Skip.objects.filter(account=by, case=case).delete()
    Skip.objects.create(account=by, case=case)
    Case.objects.filter(pk=case.pk, claimed_by=by).update(claimed_by=None, claimed_until=None)
    note(case.reference)


@action("encounters.case.decide")
def decide(*, by: Account, case: Case, school: int | None, same_words: bool = False) -> Decision:
    """Decide what a case means: a school by its number, or (None) that no school is named. All its records follow.

    ``same_words`` settles with it every other open case with the same words in the same borough. Records dated after the
    school closed cannot mean it: they leave the case and are matched anew.

    Raises UserError when the case was decided meanwhile, is another reviewer's, or the school cannot be meant.
    """
    permissions.check_can_review(by)
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.decision_id is not None:
        raise UserError("This case has been decided meanwhile. Take the next one.")
    _check_is_free(case, by, clock.now())
    found = [case, *(_same_words(case) if same_words and case.is_open else ())]
    chosen = _school(school)
    before = {one.pk: outcome_of(one) for one in found}
    if chosen is not None:
        found = [one for one in found if not _leave_after_closing(one, chosen)]
        if not found:
            last = max(case.mentions.values_list("month_on", flat=True), default=case.latest_on)
            raise UserError(closed_before(chosen.urn, last) or f"{chosen.name} had closed before these records.")
    decision = Decision.objects.create(
        by=by,
        answer=Answer.NONE if chosen is None else Answer.SCHOOL,
        school=chosen,
        same_words=same_words,
        cases=len(found),
    )
    for one in found:
        one.decision = decision
        one.claimed_by = one.claimed_until = None
        one.save(update_fields=["decision", "claimed_by", "claimed_until"])
        decision.records += _apply(one, before[one.pk])
    decision.save(update_fields=["records"])
    Skip.objects.filter(case__in=found).delete()
    landing.refresh_words(sorted({one.words_key for one in found}))
    note(
        decision.reference, data={"records": decision.records, "cases": decision.cases, "answer": str(decision.answer)}
    )
    return decision


def _school(urn: int | None) -> School | None:
    if urn is None:
        return None
    found = places.school(urn)
    if found is None:
        raise UserError(f"There is no school with the number {urn}.")
    return found


def _same_words(case: Case) -> list[Case]:
    others = Case.objects.select_for_update().filter(
        words_key=case.words_key, borough__iexact=case.borough, verdict=Verdict.REVIEW, decision__isnull=True
    )
    return list(others.exclude(pk=case.pk))


def _leave_after_closing(case: Case, school: School) -> bool:
    """Take the mentions dated after the school closed out of the case; gives whether none is left in it."""
    if school.closed_on is None or not school.is_closed:
        return False
    later = list(case.mentions.filter(month_on__gt=school.closed_on))
    if not later:
        return False
    if len(later) == case.mentions.count():
        return True
    _judge_again(later)
    return False


def _apply(case: Case, before: Outcome) -> int:
    """Write what a case says now into its records; those that a person has corrected meanwhile stay as they are."""
    now = clock.now()
    after = outcome_of(case)
    records = Encounter.objects.filter(
        pk__in=case.mentions.values("written__encounter_id"),
        source=Source.LEGACY,
        school=before.school,
        school_reason=before.reason,
    )
    return records.update(
        school_id=after.school,
        school_reason=after.reason,
        school_resolved_at=None if after.reason else now,
        changed_at=now,
        **_version(),
    )


def _version() -> dict[str, Any]:
    """Whoever corrects a record by hand meanwhile is told that it changed."""
    return {"version": F("version") + 1} if any(f.name == "version" for f in Encounter._meta.fields) else {}


@action("encounters.case.undo")
def undo(*, by: Account, decision: Decision) -> Decision:
    """Take a decision back, with every case that it settled. Any reviewer may; the trail says who decided and who undid."""
    permissions.check_can_review(by)
    decision = Decision.objects.select_for_update().get(pk=decision.pk)
    if decision.undone_at is not None:
        raise UserError("This decision has been undone already.")
    cases = list(Case.objects.select_for_update().filter(decision=decision))
    back = 0
    for case in cases:
        before = outcome_of(case)
        case.decision = None
        case.save(update_fields=["decision"])
        back += _apply(case, before)
    decision.undone_by, decision.undone_at = by, clock.now()
    decision.save(update_fields=["undone_by", "undone_at"])
    landing.refresh_words(sorted({case.words_key for case in cases}))
    note(decision.reference, data={"records": back, "cases": len(cases)})
    return decision


@action("encounters.case.rematch")
def rematch(*, by: Actor, limit: int = REMATCHED_AT_ONCE) -> int:
    """Ask the matcher again about what waits for a person and was judged by another index or model; gives how many mentions.

    What people decided, and what was accepted before, stays. At most ``limit`` mentions: call it again until it gives 0.
    """
    permissions.check_can_review(by)
    fingerprint = store.matcher().fingerprint
    waiting = stale_mentions(fingerprint).select_related("case")[:limit]
    number = _judge_again(list(waiting))
    note(Reference("encounters_matching.matcher", fingerprint), data={"mentions": number})
    return number


def tidy_up() -> str:
    """Count mentions and cases anew where records were erased; a sentence about it, for the platform's upkeep."""
    counted = Mention.objects.annotate(left=Count("written")).exclude(left=F("records")).values_list("pk", flat=True)
    stale = list(counted[:TIDIED_AT_ONCE])
    return f"{count_of(recount(by=UPKEEP, mentions=stale), 'text')} counted anew." if stale else ""


@action("encounters.matcher.tidy")
def recount(*, by: Actor, mentions: Sequence[str]) -> int:
    """Bring the counts of mentions, and of their cases, in line with the records that are still here."""
    permissions.check_can_review(by)
    cases = set()
    for start in range(0, len(mentions), matching.CHUNK):
        part = Mention.objects.filter(pk__in=mentions[start : start + matching.CHUNK]).annotate(left=Count("written"))
        rows = list(part)
        for mention in rows:
            mention.records = mention.left
            cases.add(mention.case_id)
        Mention.objects.bulk_update(rows, ["records"], batch_size=300)
    landing.refresh_cases(sorted(cases))
    note(Reference("encounters_matching.matcher", "counts"), data={"mentions": len(mentions), "cases": len(cases)})
    return len(mentions)


def stale_mentions(fingerprint: str) -> QuerySet[Mention]:
    """Mentions of open cases that another matcher has judged."""
    open_cases = Q(case__verdict=Verdict.REVIEW, case__decision__isnull=True)
    return Mention.objects.filter(open_cases).exclude(fingerprint=fingerprint).order_by("id")


def _judge_again(mentions: Sequence[Mention]) -> int:
    """Match mentions anew and move each to the case that it belongs to now; their records follow."""
    if not mentions:
        return 0
    left = {mention.case_id for mention in mentions}
    judged = matching.judge([Context(m.words, m.borough, m.lat, m.lon, m.age, m.month_on) for m in mentions])
    matching.make_cases(judged)
    cases = {
        case.key: case
        for case in Case.objects.filter(key__in=[one.case_key for one in judged]).select_related("decision")
    }
    old = {case.pk: case for case in Case.objects.filter(pk__in=left).select_related("decision")}
    with transaction.atomic():
        for mention, one in zip(mentions, judged, strict=True):
            case, before = cases[one.case_key], outcome_of(old[mention.case_id])
            mention.case, mention.verdict, mention.fingerprint = case, one.verdict, one.fingerprint
            mention.probability, mention.p_none = one.probability, one.p_none
            mention.candidates, mention.bits = one.candidates, one.bits
            after = outcome_of(case)
            if after != before:
                _move(mention, before, after)
        Mention.objects.bulk_update(
            mentions, ["case", "verdict", "fingerprint", "probability", "p_none", "candidates", "bits"], batch_size=100
        )
        landing.refresh_cases(sorted(left | {case.pk for case in cases.values()}))
        Case.objects.filter(pk__in=left, mentions__isnull=True, decision__isnull=True).delete()
    return len(mentions)


def _move(mention: Mention, before: Outcome, after: Outcome) -> None:
    now = clock.now()
    Encounter.objects.filter(
        written__mention=mention, source=Source.LEGACY, school=before.school, school_reason=before.reason
    ).update(
        school_id=after.school,
        school_reason=after.reason,
        school_resolved_at=None if after.reason else now,
        changed_at=now,
        **_version(),
    )
