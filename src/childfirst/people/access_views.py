"""The home page, one's own access, and the acceptance of an invitation."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from childfirst.audit.presenters import present
from childfirst.audit.queries import Filters, events
from childfirst.people import actions, navigation, queries
from childfirst.people.forms import AcceptanceForm
from childfirst.people.models import Invitation
from childfirst.people.requests import posted, signed_in
from childfirst.people.rules import InvitationState, hash_token
from childfirst.people.vocabulary import Role
from childfirst.shared.errors import UserError
from childfirst.shared.text import count_of

RECENT = 10


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the person, and where they can go."""
    account = signed_in(request)
    shown = [entry for entry in navigation.entries_for(account) if entry.on_home]
    sections: list[dict[str, Any]] = []
    for section, members in groupby(shown, key=lambda entry: entry.section):
        tasks = [(entry, entry.waiting(account) if entry.waiting else 0) for entry in members]
        items: list[dict[str, Any]] = [
            {
                "title": {"text": entry.label},
                "hint": {"text": entry.description},
                "href": entry.url,
                "status": {"tag": {"text": f"{count_of(waiting, 'thing')} to do", "classes": "govuk-tag--yellow"}}
                if waiting
                else {"text": ""},
            }
            for entry, waiting in tasks
        ]
        sections.append({"heading": section, "tasks": {"items": items, "id_prefix": f"tasks-{len(sections)}"}})
    roles = queries.roles_held(account)
    return render(
        request, "people/home.html", {"sections": sections, "roles": roles, "first_name": account.name.split()[0]}
    )


@never_cache
@require_safe
def your_access(request: HttpRequest) -> HttpResponse:
    """Roles and what they allow, ways of signing in, sessions, and what the trail holds of oneself."""
    account = signed_in(request)
    reference = str(account.reference)
    context = {
        "roles": queries.roles_held(account),
        "methods": queries.sign_in_methods(account),
        "sessions": queries.sessions(account, request.session.session_key),
        "own_events": [
            present(event, account, first_person=True) for event in events(Filters(actor=reference))[:RECENT]
        ],
        "others_events": [
            present(event, account) for event in events(Filters(subject=reference)).exclude(actor=reference)[:RECENT]
        ],
    }
    return render(request, "people/your_access.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """End all other sessions."""
    account = signed_in(request)
    if request.method == "POST":
        ended = actions.end_other_sessions(by=account, except_key=request.session.session_key or "")
        messages.success(request, f"You ended {count_of(ended, 'other session')}.")
        return redirect("your_access")
    others = [session for session in queries.sessions(account, request.session.session_key) if not session.current]
    return render(
        request,
        "people/sessions.html",
        {"others": others, "breadcrumbs": [("Your access", "/account/"), ("Sessions", "")]},
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """An invited person makes their account; a link that does not work says why."""
    invitation = Invitation.objects.select_related("organisation").filter(token_hash=hash_token(token)).first()
    state = actions.state_of(invitation) if invitation else None
    if invitation is None or state is not InvitationState.OPEN:
        sentence = actions.LINK_SENTENCES[state]
        context = {"sentence": sentence, "accepted": state is InvitationState.ACCEPTED}
        return render(request, "people/link_closed.html", context, status=404 if state is None else 410)
    form = AcceptanceForm(posted(request), initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.accept_invitation(by=actions.INVITATION_LINK, token=token, **form.cleaned_data)
        except UserError as error:
            form.add_user_error(error, "password" if "password" in error.sentence.lower() else None)
        else:
            messages.success(request, "Your account is ready. Sign in with your email address and your new password.")
            return redirect("account_login")
    context = {"form": form, "invitation": invitation, "allows": queries.allowed_by(Role(invitation.role))}
    return render(request, "people/accept.html", context)
