"""The abstract table under all others."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from childfirst.shared import clock
from childfirst.shared.ids import ULID_LENGTH, new_ulid
from childfirst.shared.references import Reference


class Record(models.Model):
    """A row with a ULID as its key and the moment of its making."""

    id = models.CharField(primary_key=True, max_length=ULID_LENGTH, default=new_ulid, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("id", "created_at")

    class Meta:
        abstract = True

    @property
    def reference(self) -> Reference:
        """The typed reference to this row."""
        return Reference(f"{self._meta.app_label}.{self._meta.model_name}", str(self.pk))


def choice_field(choices: type[models.TextChoices], **options: Any) -> models.CharField:
    """A text column for one of the values of a vocabulary. The database constraint is ``constraints.one_of``."""
    longest = max(len(value) for value in choices.values)
    return models.CharField(max_length=max(longest, 20), choices=choices.choices, **options)
