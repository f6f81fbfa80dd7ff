"""E-mails that say that something waits, and nothing else: not which school, not which child, not what.

What is to be told is a row first (Mailing), written with what it tells of; so a mail server that is down loses nothing. A task
sends at once, upkeep sends what is left. A person gets one e-mail an hour at most: what comes in between is told together.
"""

from __future__ import annotations

import datetime as dt
import smtplib
from collections import Counter
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from childfirst.encounters.notices.models import Mailing, Notice
from childfirst.encounters.notices.vocabulary import TO_LEADS, News
from childfirst.people.models import Account
from childfirst.shared import clock

AT_MOST_EVERY = dt.timedelta(hours=1)
CLAIMED_FOR = dt.timedelta(minutes=10)
"""While one process talks to the mail server, no other tries the same; if it dies, upkeep tries again after this."""
FIRST_RETRY = dt.timedelta(minutes=10)
LONGEST_RETRY = dt.timedelta(hours=12)


def tell(accounts: Iterable[Account], news: News, notice: Notice) -> int:
    """Tell these people, once the running action is done; who is to be told the same already is not told twice."""
    from childfirst.encounters.notices import tasks

    rows = [Mailing(account=account, notice=notice, news=news) for account in accounts]
    Mailing.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        transaction.on_commit(lambda account=row.account_id: tasks.send.enqueue(account), robust=True)  # type: ignore[misc]
    return len(rows)


def forget(notice: Notice, news: Iterable[News] = TO_LEADS) -> None:
    """Do not tell any more what is no news now."""
    Mailing.objects.filter(notice=notice, sent_at__isnull=True, news__in=list(news)).delete()


def claim(account: Account) -> list[Mailing]:
    """What this person is to be told now, marked as being sent; nothing while the last e-mail is less than an hour old."""
    now = clock.now()
    with transaction.atomic():
        mine = Mailing.objects.select_for_update().filter(account=account)
        lately = mine.filter(sent_at__gt=now - AT_MOST_EVERY).exists()
        being_sent = mine.filter(sent_at__isnull=True, attempts=0, due_at__gt=now).exists()
        rows = [] if lately or being_sent else list(mine.filter(sent_at__isnull=True, due_at__lte=now))
        Mailing.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=now + CLAIMED_FOR)
    return rows


def post(account: Account, rows: list[Mailing]) -> str:
    """Send one e-mail about all of it; gives what was wrong (the kind of the error, never its text), empty when it was taken."""
    body = render_to_string(
        "encounters_notices/email/news.txt",
        {
            "lines": lines(rows),
            "link": f"{settings.WORKSPACE_URL}{reverse('home')}",
            "partnership_name": settings.PARTNERSHIP_NAME,
            "partnership_email": settings.PARTNERSHIP_EMAIL,
        },
    )
    try:
        send_mail(f"Something waits for you: {settings.PARTNERSHIP_NAME}", body, None, [account.email])
    except (OSError, smtplib.SMTPException) as error:
        return type(error).__name__
    return ""


def lines(rows: Iterable[Mailing]) -> list[str]:
    """What is told, each kind of news once with its number."""
    counted = Counter(News(row.news) for row in rows)
    found = []
    for news in News:
        if number := counted[news]:
            words = str(news.label)
            times = f" ({number} times)" if number > 1 else ""
            found.append(f"{words[0].upper()}{words[1:]}{times}.")
    return found


def retry_at(attempts: int, now: dt.datetime) -> dt.datetime:
    """When to try again after so many failures: ten minutes, then ever longer, twice a day at the least."""
    doubled: int = 2 ** min(attempts, 10)
    return now + min(FIRST_RETRY * doubled, LONGEST_RETRY)


def due_accounts() -> list[Account]:
    """Whoever has something to be told that is due."""
    waiting = Mailing.objects.filter(sent_at__isnull=True, due_at__lte=clock.now()).order_by()
    return list(Account.objects.filter(pk__in=waiting.values("account"), is_active=True).order_by("pk"))
