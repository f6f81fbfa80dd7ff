"""The one writer. Called by rooms of the workspace inside their own audited actions."""

from __future__ import annotations

from django.db import transaction

from childfirst.published.documents import PublicDocument
from childfirst.published.models import Document

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
        Document.objects.using(STORE).filter(kind=document.kind, slug=document.slug).update(is_current=False)
        return Document.objects.using(STORE).create(
            kind=document.kind,
            slug=document.slug,
            version=current.version + 1 if current else 1,
            title=document.title,
            body=body,
        )
