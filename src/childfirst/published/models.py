"""Tables of the published store. Every field is public; the rooms' own records never come here."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from childfirst.shared import clock
from childfirst.shared.ids import ULID_LENGTH, new_ulid


class Document(models.Model):
    """A published document: the newest version of a (kind, slug) is current, the older ones stay readable."""

    id = models.CharField(primary_key=True, max_length=ULID_LENGTH, default=new_ulid)
    kind = models.CharField(max_length=40)
    slug = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    body = models.JSONField()
    published_at = models.DateTimeField(default=clock.now)
    is_current = models.BooleanField(default=True)

    class Privacy:
        public: ClassVar[tuple[str, ...]] = (
            "id", "kind", "slug", "version", "title", "body", "published_at", "is_current",
        )  # fmt: skip

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["kind", "slug", "version"], name="published_document_version"),
            models.UniqueConstraint(
                fields=["kind", "slug"], condition=models.Q(is_current=True), name="published_document_one_current"
            ),
        ]


class Release(models.Model):
    """A published release bundle. ``key`` names it in addresses, such as ``2018-12-open-data``.

    ``released_on`` is the declared date inside the bundle, ``published_at`` the moment when it reached the store. The files of
    its bundle stand in PUBLISHED_DIR/releases/KEY/; ``files`` lists them as name, title, bytes, sha256, media_type.
    ``months`` are those whose facts it counts. ``signed_by`` names roles and organisations, never people. A withdrawn release keeps its row as a tombstone.
    """

    key = models.SlugField(primary_key=True, max_length=80)
    title = models.CharField(max_length=200)
    released_on = models.DateField(default=clock.today)
    published_at = models.DateTimeField(default=clock.now, db_index=True)
    months = models.JSONField(default=list)
    notes = models.TextField()
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)
    disclosure = models.JSONField()
    files = models.JSONField()
    signature = models.TextField()
    public_key = models.TextField()
    signed_by = models.JSONField()

    class Privacy:
        public: ClassVar[tuple[str, ...]] = (
            "key", "title", "released_on", "published_at", "months", "notes", "corrects", "withdrawn_at", "withdrawn_reason", "disclosure",
            "files", "signature", "public_key", "signed_by",
        )  # fmt: skip

    class Meta:
        ordering = ("-published_at",)


class Dataset(models.Model):
    """One protected table of a release.

    ``columns`` is a list of documents.Column bodies; ``rows`` a list of lists in the same order, at most some thousands.
    ``source`` says which rows the figures come from. ``files`` entries of the release with the same stem hold it as CSV and Parquet.
    """

    id = models.CharField(primary_key=True, max_length=ULID_LENGTH, default=new_ulid)
    release = models.ForeignKey(Release, models.CASCADE, related_name="datasets")
    measure = models.SlugField(max_length=80, blank=True)
    name = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    columns = models.JSONField()
    rows = models.JSONField()
    source = models.TextField(blank=True)

    class Privacy:
        public: ClassVar[tuple[str, ...]] = (
            "id", "release", "measure", "name", "title", "description", "columns", "rows", "source",
        )  # fmt: skip

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["release", "name"], name="published_dataset_name_in_release"),
        ]
