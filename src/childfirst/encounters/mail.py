"""E-mail to supervisors: that reviews wait, and nothing about anyone. What the e-mail says is on the page "Reviews", too."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from childfirst.encounters import queries
from childfirst.people.models import Organisation

SUBJECTS = {"asked": "A review is waiting", "overdue": "Reviews were not done in time"}


def tell_supervisors(why: str, team_id: str) -> int:
    """Send the message to each supervisor whom it is for; gives how many. Raises what the mail server raises."""
    team = Organisation.objects.select_related("parent").get(pk=team_id)
    whole_force = why == "overdue"
    found = queries.supervisors_of(team, whole_force=whole_force)
    for account in found:
        context = {
            "name": account.name,
            "why": why,
            "force": (team.parent or team).name,
            "number": queries.overdue_reviews().filter(encounter__team=team).count() if whole_force else 1,
            "link": f"{settings.WORKSPACE_URL}{reverse('encounters:reviews')}",
        }
        body = render_to_string("encounters/email/reviews.txt", context)
        send_mail(f"{SUBJECTS[why]}: {settings.PARTNERSHIP_NAME}", body, None, [account.email])
    return len(found)
