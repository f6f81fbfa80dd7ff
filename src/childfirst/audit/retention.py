"""Retention: what is over is erased, with a certificate; what is under a legal hold stays until the hold is lifted.

Every model says in its ``class Privacy`` how long the fields of a class are kept (``shared.privacy``). One upkeep task goes through
all of them. By default a row is deleted; ``keeps_row`` empties the fields instead. A room that must do more (files, ciphertext, a
consequence) registers its own way for a model::

    retention.register("encounters.Encounter", dispose)     # dispose(by=..., rows=[...]) deletes or empties these rows
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import NOT_PROVIDED, Q, QuerySet

from childfirst.audit import permissions, upkeep
from childfirst.audit.actions import action, note
from childfirst.audit.actors import Actor
from childfirst.audit.models import DisposalCertificate, LegalHold
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.privacy import FieldClass, Retention, classes_of, retention_of
from childfirst.shared.references import Reference, resolve
from childfirst.shared.text import count_of

BATCH = 500
MOST_AT_ONCE = 50_000
"""Rows of one rule in one run: the next run goes on. An erasure must not lock the tables for an hour."""

CERTIFIED = frozenset({FieldClass.SPECIAL, FieldClass.PERSONAL, FieldClass.SECRET})
"""Rows about nobody go without a certificate."""

LONGEST_HOLD = dt.timedelta(days=366)

Model = type[models.Model]
Disposer = Callable[..., None]
"""Called as ``dispose(by=..., rows=[...])`` inside the audited action."""

_disposers: dict[str, Disposer] = {}


def register(label: str, dispose: Disposer) -> None:
    """Say how rows of a model (``encounters.Encounter``) go. Raises ValueError when another way is registered."""
    if _disposers.get(label, dispose) is not dispose:
        raise ValueError(f"{label} already has a way to be disposed of.")
    _disposers[label] = dispose


@dataclass(frozen=True, slots=True)
class Rule:
    """What one model declares for one class of its fields."""

    model: Model
    field_class: FieldClass
    retention: Retention

    @property
    def label(self) -> str:
        return self.model._meta.label

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the class."""
        return tuple(name for name, kind in classes_of(self.model).items() if kind is self.field_class)

    def over(self, today: dt.date) -> QuerySet[Any]:
        """The rows whose time was over before ``today``, legal holds not yet considered."""
        first = self.retention.first_day_kept(today)
        counted = _counted(self.model, self.retention.counted_from)
        limit = clock.start_of_day(first) if isinstance(counted, models.DateTimeField) else first
        found = self.model._default_manager.filter(**{f"{self.retention.counted_from}__lt": limit})
        if self.retention.exempt:
            found = found.exclude(**self.retention.exempt)
        if self.retention.keeps_row:
            still = Q()
            for name, empty in self.emptied().items():
                still |= Q(**{f"{name}__isnull": False}) if empty is None else ~Q(**{name: empty})
            found = found.filter(still)
        return found

    def emptied(self) -> dict[str, Any]:
        """The fields of the class as they are once emptied: null where they may be, else their default, else nothing."""
        return {name: _empty(self.model._meta.get_field(name)) for name in self.fields}


def _counted(model: Model, path: str) -> Any:
    *through, last = path.split("__")
    for name in through:
        model = model._meta.get_field(name).related_model  # type: ignore[assignment]
    return model._meta.get_field(last)


def _empty(field: Any) -> Any:
    if field.null:
        return None
    if field.default is not NOT_PROVIDED:
        return field.get_default()
    if field.empty_strings_allowed:
        return ""
    raise TypeError(f"{field.model._meta.label}.{field.name} cannot be emptied: let it be null, or delete the row.")


def rules() -> list[Rule]:
    """Every rule of the house, by model."""
    found = [
        Rule(model, field_class, retention)
        for model in apps.get_models()
        if model.__module__.startswith("childfirst.")
        for field_class, retention in retention_of(model).items()
    ]
    return sorted(found, key=lambda rule: (rule.label, rule.field_class))


@action("audit.retention.dispose")
def dispose(*, by: Actor, rule: Rule) -> DisposalCertificate | None:
    """Erase what is over under one rule, but for what is held, and leave a certificate; None when nothing was erased.

    At most ``MOST_AT_ONCE`` rows; what remains is for the next run. Raises Forbidden for a person: only the platform erases.
    """
    permissions.check_is_system(by)
    today, holds = clock.today(), active_holds()
    gone: list[str] = []
    held_back = 0
    for batch in _batches(rule.over(today), rule.model):
        free = [row for row in batch if not holds or holds.isdisjoint(hold_subjects(row))]
        held_back += len(batch) - len(free)
        references = [_reference(row) for row in free]
        _erase(by, rule, free)
        gone += references
        if len(gone) >= MOST_AT_ONCE:
            break
    if not gone or rule.field_class not in CERTIFIED:
        note(Reference("audit.rule", rule.label), data={"rows": len(gone), "held_back": held_back})
        return None
    return certify(
        kind=rule.label,
        field_class=rule.field_class,
        rule=str(rule.retention),
        references=gone,
        until=rule.retention.first_day_kept(today),
        held_back=held_back,
        emptied=rule.retention.keeps_row,
    )


def _batches(found: QuerySet[Any], model: Model) -> Iterator[list[Any]]:
    # Walked by key: what was held back or emptied must not come again.
    key = model._meta.pk.name
    last: Any = None
    while True:
        batch = list((found if last is None else found.filter(**{f"{key}__gt": last})).order_by(key)[:BATCH])
        if not batch:
            return
        last = batch[-1].pk
        yield batch


def _erase(by: Actor, rule: Rule, rows: Sequence[Any]) -> None:
    if not rows:
        return
    own = _disposers.get(rule.label)
    if own is not None:
        own(by=by, rows=rows)
        return
    found = rule.model._default_manager.filter(pk__in=[row.pk for row in rows])
    if rule.retention.keeps_row:
        found.update(**rule.emptied())
    else:
        found.delete()


def certify(
    *,
    kind: str,
    field_class: str,
    rule: str,
    references: Iterable[str],
    until: dt.date | None = None,
    held_back: int = 0,
    emptied: bool = False,
) -> DisposalCertificate:
    """Leave a certificate inside the running action: for the daily erasure, and for a room that erases earlier than it must.

    ``rule`` says in words why, ``references`` whose rows these were. Raises ValueError without a reference.
    """
    names = sorted(str(reference) for reference in references)
    if not names:
        raise ValueError("A certificate is about one row or more.")
    certificate = DisposalCertificate.objects.create(
        kind=kind,
        field_class=str(field_class),
        rule=rule,
        until=until,
        rows=len(names),
        held_back=held_back,
        emptied=emptied,
        digest=digest_of(names),
    )
    note(certificate.reference, data={"kind": kind, "rows": len(names), "held_back": held_back})
    return certificate


def digest_of(references: Iterable[str]) -> str:
    """SHA-256 of the sorted references, one a line."""
    return hashlib.sha256("".join(f"{name}\n" for name in sorted(references)).encode()).hexdigest()


def _reference(row: Any) -> str:
    reference = getattr(row, "reference", None)
    return str(reference) if reference is not None else f"{row._meta.label_lower}:{row.pk}"


def hold_subjects(row: Any) -> set[str]:
    """The references under which a hold keeps this row: its own, those of what it belongs to, and what it names itself.

    A model may have ``held_by`` (more references, such as the child's); its ``Privacy.held_with`` names foreign keys.
    """
    found = {_reference(row), *(str(reference) for reference in getattr(row, "held_by", ()))}
    for name in getattr(getattr(type(row), "Privacy", None), "held_with", ()):
        owner = getattr(row, name)
        if owner is not None:
            found |= hold_subjects(owner)
    return found


def active_holds() -> frozenset[str]:
    """References under a hold today."""
    return frozenset(LegalHold.objects.filter(lifted_at__isnull=True).values_list("subject", flat=True))


def held(reference: Reference | str) -> bool:
    """Whether a hold stands on exactly this reference."""
    return LegalHold.objects.filter(subject=str(reference), lifted_at__isnull=True).exists()


@action("audit.hold.place")
def place_hold(*, by: Actor, subject: str, reason: str, review_on: dt.date) -> LegalHold:
    """Keep a record, or everything about one child, beyond its time.

    Raises Forbidden without the permission; UserError for a reference that is none or leads to nothing, a hold that stands
    already, no reason, or a review that is past or more than a year away.
    """
    permissions.check_can_hold(by)
    today = clock.today()
    if not reason.strip():
        raise UserError("Say who asked for the hold, and why.")
    if not today < review_on <= today + LONGEST_HOLD:
        raise UserError("The hold must be reviewed on a day within the next year.")
    try:
        found = resolve(Reference.parse(subject), by)
    except ValueError:
        raise UserError("A reference is written like encounters.encounter:01J...") from None
    if found is None:
        raise UserError("This reference leads to no record that you may see.")
    if held(subject):
        raise UserError("There is a hold on this record already.")
    hold = LegalHold.objects.create(
        subject=subject, reason=reason.strip(), review_on=review_on, placed_by=str(by.reference)
    )
    note(hold.reference, data={"subject": subject}, reason=reason.strip())
    return hold


@action("audit.hold.lift")
def lift_hold(*, by: Actor, hold: LegalHold, reason: str) -> LegalHold:
    """End a hold: what is over goes with the next daily run. Raises UserError without a reason, or when it was lifted."""
    permissions.check_can_hold(by)
    hold = LegalHold.objects.select_for_update().get(pk=hold.pk)
    if hold.lifted_at is not None:
        raise UserError("This hold was lifted already.")
    if not reason.strip():
        raise UserError("Say why the hold is lifted.")
    hold.lifted_at, hold.lifted_by, hold.lift_reason = clock.now(), str(by.reference), reason.strip()
    hold.save()
    note(hold.reference, data={"subject": hold.subject}, reason=reason.strip())
    return hold


def dispose_of_all() -> str:
    """The daily run: every rule in turn, each in a transaction of its own; what it erased, in a sentence."""
    certificates = [found for rule in rules() if (found := _dispose_if_any(rule)) is not None]
    rows = sum(certificate.rows for certificate in certificates)
    return f"{count_of(rows, 'row')} erased, with {count_of(len(certificates), 'certificate')}." if rows else ""


def _dispose_if_any(rule: Rule) -> DisposalCertificate | None:
    if not rule.over(clock.today()).exists():
        return None
    with transaction.atomic():
        return dispose(by=upkeep.BY, rule=rule)
