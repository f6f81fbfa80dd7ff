"""E-mail to people who have no account yet."""

from __future__ import annotations

import smtplib

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from childfirst.people.models import Invitation

log = structlog.get_logger("childfirst.people")


def invitation_link(token: str) -> str:
    """The whole address that opens an invitation."""
    return f"{settings.WORKSPACE_URL}{reverse('people:accept', args=[token])}"


def send_invitation(invitation: Invitation, token: str) -> bool:
    """Send the link to the invited person; False where no mail server is configured, or it did not take the message."""
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        return False
    context = {
        "invitation": invitation,
        "link": invitation_link(token),
        "partnership_name": settings.PARTNERSHIP_NAME,
        "partnership_email": settings.PARTNERSHIP_EMAIL,
    }
    body = render_to_string("people/email/invitation.txt", context)
    try:
        send_mail(f"Your invitation to {settings.PARTNERSHIP_NAME}", body, None, [invitation.email])
    except (OSError, smtplib.SMTPException):
        log.exception("invitation not sent", reference=str(invitation.reference))
        return False
    return True
