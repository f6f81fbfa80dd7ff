"""E-mails, sent by the task worker: a mail server that is slow keeps nobody waiting."""

from __future__ import annotations

from django_tasks import task

from childfirst.audit.origin import Origin, coming_from
from childfirst.encounters.notices import chasing
from childfirst.people.models import Account


@task()
def send(account_id: str) -> bool:
    """Tell a person what waits for them; False when there was nothing to tell now, or the mail server did not take it."""
    with coming_from(Origin("task")):
        account = Account.objects.filter(pk=account_id, is_active=True).first()
        return account is not None and chasing.send_mail(account)
