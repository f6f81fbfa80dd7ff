"""Who asks, how they showed who they are, and what became of a request."""

from __future__ import annotations

from django.db.models import TextChoices


class AskedBy(TextChoices):
    CHILD = "child", "The young person"
    PARENT = "parent", "A parent or carer"
    REPRESENTATIVE = "representative", "Somebody who acts for them, such as a solicitor or an advocate"


class IdentityCheck(TextChoices):
    """What was seen. The platform keeps which, never the document or a name."""

    IN_PERSON = "in_person", "In person, with an identity document"
    DOCUMENTS = "documents", "Copies of documents"
    KNOWN = "known", "They are known to us, for example through their school"
    AUTHORITY = "authority", "A signed authority, and the identity of whoever signed it"


class State(TextChoices):
    OPEN = "open", "To be answered"
    ANSWERED = "answered", "Answered"
    REFUSED = "refused", "Refused"


class Handed(TextChoices):
    """How the answer reached the person."""

    IN_PERSON = "in_person", "Handed over in person"
    POST = "post", "By recorded delivery"
    SECURE_MAIL = "secure_mail", "By secure e-mail"


class CorrectionState(TextChoices):
    OPEN = "open", "To be decided"
    CORRECTED = "corrected", "The record was corrected"
    NOT_CORRECTED = "not_corrected", "The record stays, with the person’s statement beside it"


TRANSITIONS: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.ANSWERED, State.REFUSED}),
    State.ANSWERED: frozenset(),
    State.REFUSED: frozenset({State.ANSWERED}),
}
"""A refused request can still be answered: after a complaint, or when the identity could be shown after all."""
