"""Every field of every table of ours has one privacy class, and what is kept for a time says from when it counts."""

from __future__ import annotations

from typing import ClassVar

import pytest
from django.apps import apps
from django.db import models

from childfirst.shared.privacy import FieldClass, Retention, classes_of, retention_of

OURS = sorted(
    (model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("childfirst.")),
    key=lambda model: model._meta.label,
)


def columns(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.local_fields + model._meta.local_many_to_many]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_has_one_class(model: type[models.Model]) -> None:
    classed = classes_of(model)
    missing = [name for name in columns(model) if name not in classed]
    assert missing == [], f"{model._meta.label} does not say what kind of data these fields hold"
    unknown = [name for name in classed if name not in columns(model)]
    assert unknown == [], f"{model._meta.label} classes fields that it does not have"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_retention_counts_from_a_field_that_exists(model: type[models.Model]) -> None:
    classed = classes_of(model)
    for field_class, rule in retention_of(model).items():
        assert field_class in classed.values(), (
            f"{model._meta.label} keeps {field_class} fields for a time, but has none"
        )
        *through, last = rule.counted_from.split("__")
        owner = model
        for name in through:
            owner = owner._meta.get_field(name).related_model  # type: ignore[assignment]
        counted = owner._meta.get_field(last)
        assert isinstance(counted, models.DateField), f"{model._meta.label}: retention counts from a date or a moment"
        assert rule.days + rule.years > 0, f"{model._meta.label}: retention of no time at all"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_what_is_special_is_not_kept_for_ever(model: type[models.Model]) -> None:
    if FieldClass.SPECIAL in classes_of(model).values():
        assert FieldClass.SPECIAL in retention_of(model), f"{model._meta.label} holds special fields without an end"


def test_the_published_store_holds_public_fields_alone() -> None:
    for model in apps.get_app_config("published").get_models():
        wrong = {name: kind for name, kind in classes_of(model).items() if kind is not FieldClass.PUBLIC}
        assert wrong == {}, f"{model._meta.label} would hold what is not public"


def test_a_field_in_two_classes_is_refused() -> None:
    class Twice:
        class Privacy:
            public: ClassVar[tuple[str, ...]] = ("name",)
            personal: ClassVar[tuple[str, ...]] = ("name",)

    with pytest.raises(ValueError, match="two privacy classes"):
        classes_of(Twice)


def test_classes_of_a_base_count_and_may_be_added_to() -> None:
    class Base:
        class Privacy:
            internal: ClassVar[tuple[str, ...]] = ("id",)

    class Derived(Base):
        class Privacy:
            special: ClassVar[tuple[str, ...]] = ("age",)
            retention: ClassVar[dict[str, Retention]] = {"special": Retention("made_on", years=7)}

    assert classes_of(Derived) == {"id": FieldClass.INTERNAL, "age": FieldClass.SPECIAL}
    assert retention_of(Derived) == {FieldClass.SPECIAL: Retention("made_on", years=7)}
    assert classes_of(object) == {}
