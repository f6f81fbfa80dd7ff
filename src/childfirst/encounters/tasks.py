"""What the task worker does: e-mail to supervisors. A message says that something waits, and nothing about anyone."""

from __future__ import annotations

from django_tasks import task

from childfirst.encounters import mail


@task()
def tell_supervisors(why: str, team_id: str) -> int:
    """Tell supervisors that reviews wait (``asked``: the team's own) or were not done in time (``overdue``: the whole force's).

    Gives how many messages were sent.
    """
    return mail.tell_supervisors(why, team_id)
