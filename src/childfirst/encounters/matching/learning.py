"""What reviewers decide teaches the matcher: labels, a retrained model with its report, and a person who accepts it or not.

Reviewers see the hard cases alone; a model fitted to those would forget the easy ones. So a sample of what the matcher decided by
itself, and nobody has overruled, stands beside their decisions, as large as these. Whether the new model is better is judged on
people's decisions alone, and never on one that the model has seen (``training`` leaves whole schools out).
Nothing is put into use by itself: a model is offered with its report, and an analyst accepts it. A worse one is not even offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from childfirst.audit.actions import action, note
from childfirst.audit.actors import Actor
from childfirst.encounters.matching import permissions, store
from childfirst.encounters.matching.models import Mention, ModelVersion
from childfirst.encounters.matching.vocabulary import PRECISION, Answer, ModelState, Verdict
from childfirst.engines.linkage import Model, Register, training
from childfirst.engines.linkage.judging import Judged, decisions
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.references import Reference
from childfirst.shared.text import count_of

FEWEST_LABELS = 200
"""Fewer decisions than this say nothing about a share of 99 in 100."""

MOST_LOST = 0.005
"""Share of the schools that people found which a matcher may say to name none."""

MENTIONS_OF_A_CASE = 5
"""So many contexts of one case are labels: ten thousand records of the same words are one lesson, not ten thousand."""

FIGURES = {
    "named": "decisions that name a school",
    "best_right": "best school is the one that people chose",
    "accepted": "would be accepted",
    "accepted_right": "accepted, and right",
    "none": "would be said to name no school",
    "none_wrong": "of these, people found a school",
    "review": "left to people",
}
"""Figures of a report with their words."""

NONE = "none"
SCHEMA: dict[str, Any] = {
    "id": pl.String,
    "mention": pl.String,
    "record_borough": pl.String,
    "lat": pl.Float64,
    "lon": pl.Float64,
    "age": pl.Float64,
    "date": pl.Date,
    "truth_urn": pl.String,
    "by": pl.String,
    "decided_at": pl.Datetime("us", "UTC"),
}


class Worse(UserError):
    """The retrained model is worse than the one in use, or cannot be shown to be better: ``report`` says how."""

    def __init__(self, sentence: str, report: Mapping[str, Any]) -> None:
        super().__init__(sentence)
        self.report = report


@dataclass(frozen=True, slots=True)
class Trained:
    """A model that was fitted: its file, its report, and how many decisions of people it rests on."""

    source: str
    report: dict[str, Any]
    labels: int


def labels() -> pl.DataFrame:
    """What people decided, as labelled mentions (``SCHEMA``): a few contexts of each case, with who and when."""
    found = _few(Mention.objects.filter(case__decision__isnull=False))
    rows = found.values_list(
        "id", "words", "borough", "lat", "lon", "age", "month_on", "case__decision__answer", "case__decision__school_id",
        "case__decision__by_id", "case__decision__created_at",
    )  # fmt: skip
    return pl.DataFrame(
        [(*row[:7], str(row[8]) if row[7] == Answer.SCHOOL else NONE, *row[9:]) for row in rows],
        schema=SCHEMA,
        orient="row",
    )


def unchallenged(number: int) -> pl.DataFrame:
    """A sample of what the matcher decided by itself and nobody has overruled, as labelled mentions."""
    found = _few(Mention.objects.filter(case__decision__isnull=True, case__verdict__in=(Verdict.ACCEPT, Verdict.NONE)))
    # The keys are fingerprints: their order is as good as a draw, and the same again.
    rows = found.order_by("key").values_list(
        "id", "words", "borough", "lat", "lon", "age", "month_on", "case__verdict", "case__school_id"
    )[:number]
    return pl.DataFrame(
        [(*row[:7], str(row[8]) if row[7] == Verdict.ACCEPT else NONE, "", None) for row in rows],
        schema=SCHEMA,
        orient="row",
    )


def _few(found: QuerySet[Mention]) -> QuerySet[Mention]:
    rank = Window(RowNumber(), partition_by=F("case_id"), order_by=[F("records").desc(), F("id").asc()])
    return found.annotate(rank=rank).filter(Q(rank__lte=MENTIONS_OF_A_CASE)).order_by("id")


def train(*, also: pl.DataFrame | None = None) -> Trained:
    """Fit a model to people's decisions, a sample of what nobody has overruled, and further labels if there are any.

    It reads only, and takes minutes for thousands of labels. Raises UserError for too few decisions, and Worse for a model that
    is not as good as the one in use.
    """
    people = labels()
    if people.height < FEWEST_LABELS:
        raise UserError(
            f"Reviewers have decided {count_of(people.height, 'case')} so far. A matcher can be retrained on "
            f"{FEWEST_LABELS} or more: with fewer, nobody could tell whether it became better."
        )
    matcher = store.matcher()
    beside = unchallenged(people.height)
    parts = [people, beside, *([_further(also)] if also is not None else [])]
    frame = pl.concat([part.select(list(SCHEMA)[:8]) for part in parts])
    fitted, sentence = fit(frame, matcher.register)
    report = compare(matcher.model, fitted, frame, people.height, matcher.register)
    report |= {
        "people": people.height,
        "unchallenged": beside.height,
        "further": frame.height - people.height - beside.height,
        "sentence": sentence,
    }
    if report["refused"]:
        raise Worse(f"The retrained matcher is not better, and was not kept. {report['refused']}", report)
    provenance = {
        "made_on": clock.today().isoformat(),
        "labels": f"{people.height} decisions of reviewers, {beside.height} decisions of the matcher that nobody overruled",
        "fitted_from": store.model_in_use()[:12],
    }
    source = training.to_toml(fitted, fitted.accept, fitted.none_at, provenance)
    return Trained(source, report, people.height)


def _further(also: pl.DataFrame) -> pl.DataFrame:
    missing = [name for name in ("id", "mention", "truth_urn") if name not in also.columns]
    if missing:
        raise UserError(f"The further labels have no column {missing[0]}.")
    columns = [
        (pl.col(name) if name in also.columns else pl.lit(None).alias(name)).cast(kind, strict=False)
        for name, kind in SCHEMA.items()
    ]
    return also.select(columns)


def fit(frame: pl.DataFrame, register: Register) -> tuple[Model, str]:
    """The model fitted to labelled mentions, with thresholds from cross-validation over schools, and a sentence about it."""
    fitted, told = training.fit(frame, register)
    return fitted, told.sentence()


def compare(old: Model, new: Model, frame: pl.DataFrame, people: int, register: Register) -> dict[str, Any]:
    """Both models: figures on people's decisions (the first ``people`` rows), and why the new one is refused, if it is.

    The new one never judges a school that it has learned from. ``refused`` is about all labels: the new model must not disturb
    what nobody has overruled, either.
    """
    labelled = training.label(frame, register)
    mine = np.arange(frame.height) < people
    found = training.cross_validate(labelled)
    fresh = Judged(found.top[mine], found.right[mine], found.none[mine], found.named[mine])
    report = {"old": _figures(training.judge(labelled, old, mine), old), "new": _figures(fresh, new)}
    refused = training.compare(old, new, frame, register, precision=PRECISION).refused
    return {**report, "refused": refused or verdict(report)}


def _figures(judged: Judged, model: Model) -> dict[str, Any]:
    accepted, none = decisions(judged, model, PRECISION)
    return {
        "best_right": int((judged.right & judged.named).sum()),
        "named": int(judged.named.sum()),
        "accepted": int(accepted.sum()),
        "accepted_right": int((accepted & judged.right).sum()),
        "none": int(none.sum()),
        "none_wrong": int((none & judged.named).sum()),
        "review": int((~accepted & ~none).sum()),
    }


def verdict(report: Mapping[str, Any]) -> str:
    """Why people's decisions alone speak against the new model; empty when they do not."""
    old, new = report["old"], report["new"]
    wrong, was = (side["accepted"] - side["accepted_right"] for side in (new, old))
    if wrong > max(was, (1 - PRECISION) * new["accepted"]):
        return f"Of {count_of(new['accepted'], 'link')} that it would accept, {wrong} are not what people said; now it is {was}."
    if new["none_wrong"] > max(old["none_wrong"], MOST_LOST * new["named"]):
        return (
            f"It would lose {count_of(new['none_wrong'], 'school')} that people found; now it is {old['none_wrong']}."
        )
    if new["best_right"] < old["best_right"]:
        return (
            f"Its best school is the one that people chose in {new['best_right']:,} of {count_of(new['named'], 'case')}; now it "
            f"is in {old['best_right']:,}."
        )
    return ""


def retrain(*, by: Actor, also: pl.DataFrame | None = None) -> ModelVersion:
    """Train, and offer the model with its report to an analyst. Raises Worse, having kept nothing, for a worse one."""
    permissions.check_can_review(by)
    return offer_model(by=by, trained=train(also=also))


@action("encounters.matcher.retrain")
def offer_model(*, by: Actor, trained: Trained) -> ModelVersion:
    """Keep a trained model in the data folder, with its report, until an analyst accepts or refuses it."""
    permissions.check_can_review(by)
    fingerprint = store.keep_model(trained.source)
    if ModelVersion.objects.filter(fingerprint=fingerprint).exclude(state=ModelState.OFFERED).exists():
        raise UserError("These decisions give a model that was decided about already.")
    version, _ = ModelVersion.objects.update_or_create(
        fingerprint=fingerprint,
        defaults={"labels": trained.labels, "report": trained.report, "trained_by": by.audit_name[:120]},
    )
    note(version.reference, data={"labels": trained.labels, "fingerprint": fingerprint})
    return version


@action("encounters.matcher.accept")
def accept_model(*, by: Actor, version: ModelVersion) -> ModelVersion:
    """Put an offered model into use. What waits for people is then matched anew; decided cases stay as they are."""
    permissions.check_can_review(by)
    version = _offered(version)
    store.model_of(version.fingerprint)
    ModelVersion.objects.filter(state=ModelState.ACCEPTED).update(state=ModelState.REPLACED)
    return _settled(version, by, ModelState.ACCEPTED)


@action("encounters.matcher.refuse")
def refuse_model(*, by: Actor, version: ModelVersion) -> ModelVersion:
    """Refuse an offered model."""
    permissions.check_can_review(by)
    return _settled(_offered(version), by, ModelState.REFUSED)


@action("encounters.matcher.reset")
def reset_model(*, by: Actor) -> None:
    """Go back to the model that ships. Raises UserError when it is in use already."""
    permissions.check_can_review(by)
    if not ModelVersion.objects.filter(state=ModelState.ACCEPTED).update(state=ModelState.REPLACED):
        raise UserError("The matcher that ships is in use already.")
    note(Reference("encounters_matching.modelversion", "packaged"), data={"fingerprint": store.packaged_fingerprint()})


def _offered(version: ModelVersion) -> ModelVersion:
    version = ModelVersion.objects.select_for_update().get(pk=version.pk)
    if version.state != ModelState.OFFERED:
        raise UserError("Somebody has decided about this matcher already.")
    return version


def _settled(version: ModelVersion, by: Actor, state: ModelState) -> ModelVersion:
    version.state, version.decided_by, version.decided_at = state, by.audit_name[:120], clock.now()
    version.save()
    note(version.reference, data={"state": str(state), "fingerprint": version.fingerprint})
    return version
