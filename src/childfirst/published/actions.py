"""The one writer. Called by rooms of the workspace after, or inside, their own audited actions."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import transaction

from childfirst.published import bundles
from childfirst.published.documents import MeasureDocument, PublicDocument, read
from childfirst.published.models import Dataset, Document, Release
from childfirst.shared import clock
from childfirst.shared.errors import UserError

STORE = "published"


def publish_document(document: PublicDocument) -> Document:
    """Make the document the current version of its kind and slug. Publishing the same content again changes nothing.

    Raises TypeError when a field of the document is not classed public.
    """
    body = document.body()
    with transaction.atomic(using=STORE):
        current = Document.objects.using(STORE).filter(kind=document.kind, slug=document.slug, is_current=True).first()
        if current is not None and current.body == body and current.title == document.title:
            return current
        versions = Document.objects.using(STORE).filter(kind=document.kind, slug=document.slug)
        newest = versions.order_by("-version").values_list("version", flat=True).first()
        versions.update(is_current=False)
        return Document.objects.using(STORE).create(
            kind=document.kind,
            slug=document.slug,
            version=(newest or 0) + 1,
            title=document.title,
            body=body,
        )


def publish_bundle(path: Path, *, signed_by: Sequence[str] = ()) -> Release:
    """Put a signed bundle into the published store: its files, its release, its tables, its measures.

    Everything comes from the folder itself, which is verified first. The files arrive under their final name in one step, the
    rows in one transaction after them: whatever happens in between, the public sees the whole release or nothing of it.
    Publishing the same bundle again only puts back what is missing. ``signed_by`` names roles and organisations, not people.

    Raises UserError when the bundle is not sound, when another bundle has its key, or when the release was withdrawn.
    """
    bundle = bundles.read(Path(path))
    key = str(bundle.release["key"])
    existing = Release.objects.using(STORE).filter(key=key).first()
    if existing is not None and existing.withdrawn_at is not None:
        raise UserError(f"The release {key} was withdrawn and cannot be published again.")
    if existing is not None and existing.signature != bundle.signature:
        raise UserError(f"Another release has the key {key}.")
    corrects = str(bundle.release.get("corrects") or "") or None
    if corrects and not Release.objects.using(STORE).filter(key=corrects).exists():
        raise UserError(f"The release {key} corrects {corrects}, which was never published.")
    _copy(bundle.folder, release_folder(key))
    if existing is not None:
        return existing
    with transaction.atomic(using=STORE):
        release = Release.objects.using(STORE).create(
            key=key,
            title=bundle.release["title"],
            released_on=dt.date.fromisoformat(bundle.release["released_on"]),
            months=list(bundle.release.get("months", ())),
            notes=bundle.notes,
            corrects_id=corrects,
            disclosure=bundle.disclosure,
            files=bundle.files(),
            signature=bundle.signature,
            public_key=bundle.public_key,
            signed_by=list(signed_by),
        )
        for table in bundle.tables:
            Dataset.objects.using(STORE).create(
                release=release,
                measure=table["measure"],
                name=table["name"],
                title=table["title"],
                description=table["description"],
                columns=table["columns"],
                rows=bundle.rows(table),
                source=table["source"],
            )
        for body in bundle.measures:
            publish_document(read(MeasureDocument, body))
    return release


def withdraw_release(key: str, *, reason: str) -> None:
    """Take a release down. Its row stays as a tombstone with the reason; its tables, notes and files go.

    A measure whose figures it held goes back to the newest version that stands in another release, or is no longer shown.
    Withdrawing again changes nothing. Raises UserError for an unknown key.
    """
    with transaction.atomic(using=STORE):
        release = Release.objects.using(STORE).filter(key=key).first()
        if release is None:
            raise UserError(f"There is no published release {key}.")
        if release.withdrawn_at is None:
            release.withdrawn_at = clock.now()
            release.withdrawn_reason = reason
            release.notes, release.disclosure, release.files = "", {}, []
            release.save(using=STORE)
            release.datasets.using(STORE).all().delete()
            _step_back(key)
    _remove(release_folder(key))


def _step_back(key: str) -> None:
    standing = set(Release.objects.using(STORE).filter(withdrawn_at__isnull=True).values_list("key", flat=True))
    documents = Document.objects.using(STORE).filter(kind=MeasureDocument.kind)
    for current in documents.filter(is_current=True):
        if current.body["release"] != key:
            continue
        documents.filter(pk=current.pk).update(is_current=False)
        for earlier in documents.filter(slug=current.slug).order_by("-version"):
            if earlier.body["release"] in standing:
                documents.filter(pk=earlier.pk).update(is_current=True)
                break


def release_folder(key: str) -> Path:
    """Where the files of a published release stand."""
    return Path(settings.PUBLISHED_DIR) / "releases" / key


def _copy(source: Path, target: Path) -> None:
    """The whole folder under its final name in one step; a sound copy that is there already is left alone."""
    if target.is_dir():
        if bundles.verify(target).is_sound and bundles.digest_of(target) == bundles.digest_of(source):
            return
        _remove(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(source, draft)
        if not bundles.verify(draft).is_sound:
            raise UserError("The files could not be copied whole. Is the disk full?")
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _remove(folder: Path) -> None:
    """Take a folder out of sight in one step, then delete it."""
    if folder.is_dir():
        gone = folder.with_name(f".{folder.name}.gone-{os.getpid()}")
        folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)
