"""Administrators' pages: people, invitations, organisations."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from childfirst.audit.presenters import present
from childfirst.audit.queries import Filters, events
from childfirst.people import actions, mail, queries
from childfirst.people.forms import ClosingForm, InvitationForm, OrganisationChoiceForm, OrganisationForm, RoleForm
from childfirst.people.models import Account, Invitation, Membership, Organisation
from childfirst.people.permissions import check_can_change_roles, check_can_manage, check_can_see_person, holds
from childfirst.people.requests import posted, signed_in
from childfirst.people.rules import InvitationState
from childfirst.people.vocabulary import Permission, Role
from childfirst.shared.errors import Forbidden, UserError

P = ParamSpec("P")
PAGE_SIZE = 50
LINK_IN_SESSION = "invitation_link"


def for_administrators(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Only who manages people comes past."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        check_can_manage(args[0].user)  # type: ignore[attr-defined]
        return view(*args, **kwargs)

    return guarded


def _trail(*entries: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Home", reverse("home")), *entries]


def _people_trail(*entries: tuple[str, str]) -> list[tuple[str, str]]:
    return _trail(("People", reverse("people:people")), *entries)


@require_safe
@for_administrators
def people(request: HttpRequest) -> HttpResponse:
    """Everyone with an account, by name, role, open or closed."""
    text, role = request.GET.get("q", "").strip()[:100], request.GET.get("role", "")
    closed = request.GET.get("closed") == "1"
    found = queries.accounts(request.user, text, role if role in Role.values else "", closed)
    context = {
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "text": text,
        "closed": closed,
        "role_items": [{"value": "", "text": "Any role"}]
        + [{"value": r.value, "text": r.label, "selected": r.value == role} for r in Role],
        "filtered": bool(text or role or closed),
        "invitations": queries.open_invitations().count(),
    }
    return render(request, "people/people.html", context)


@require_safe
def person(request: HttpRequest, pk: str) -> HttpResponse:
    """One person: who they are, what they may do, what was done to their account."""
    account = get_object_or_404(Account, pk=pk)
    check_can_see_person(request.user, account)
    administers = holds(request.user, Permission.PEOPLE_MANAGE)
    context = {
        "account": account,
        "memberships": account.current_memberships().select_related("organisation"),
        "ended": account.memberships.exclude(ended_at=None).select_related("organisation").order_by("-ended_at"),
        "methods": queries.sign_in_methods(account),
        "manages": administers and account.pk != request.user.pk,
        "administers": administers,
        "opens_organisations": administers or holds(request.user, Permission.AUDIT_READ),
        "events": [
            present(event, request.user) for event in events(Filters(subject=str(account.reference)))[:PAGE_SIZE]
        ],
        "breadcrumbs": _people_trail((account.name, "")) if administers else _trail((account.name, "")),
    }
    return render(request, "people/person.html", context)


def _changing(request: HttpRequest, pk: str) -> Account:
    account = get_object_or_404(Account, pk=pk)
    check_can_change_roles(request.user, account)
    return account


def _question(
    request: HttpRequest, template: str, account: Account, act: Callable[[Any], str], form: Any = None, **context: Any
) -> HttpResponse:
    """A page about one change to a person: on the answer, do it and go back to the person's page with a message."""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            messages.success(request, act(form))
        except Forbidden:
            raise
        except UserError as error:
            if form is None:
                messages.error(request, error.sentence)
            else:
                form.add_user_error(error)
                return render(request, template, {**context, "account": account, "form": form})
        return redirect("people:person", pk=account.pk)
    trail = _people_trail((account.name, reverse("people:person", args=[account.pk])))
    return render(request, template, {"breadcrumbs": trail, **context, "account": account, "form": form})


@require_http_methods(["GET", "POST"])
def give_role_where(request: HttpRequest, pk: str) -> HttpResponse:
    """A new role: in which organisation."""
    account = _changing(request, pk)
    form = OrganisationChoiceForm(posted(request))
    if request.method == "POST" and form.is_valid():
        return redirect("people:give-role", pk=pk, organisation_pk=form.cleaned_data["organisation"].pk)
    context = {"form": form, "back_url": reverse("people:person", args=[pk]), "title": f"Give {account.name} a role"}
    return render(request, "people/question.html", context)


@require_http_methods(["GET", "POST"])
def give_role(request: HttpRequest, pk: str, organisation_pk: str) -> HttpResponse:
    """A new role: which."""
    account = _changing(request, pk)
    organisation = get_object_or_404(Organisation, pk=organisation_pk)
    form = RoleForm(posted(request), organisation=organisation)

    def act(form: RoleForm) -> str:
        role = Role(form.cleaned_data["role"])
        actions.give_role(by=signed_in(request), account=account, organisation=organisation, role=role)
        return f"{account.name} is now {role.label.lower()} in {organisation.name}."

    return _question(request, "people/give_role.html", account, act, form, organisation=organisation)


@require_http_methods(["GET", "POST"])
def end_role(request: HttpRequest, pk: str, membership_pk: str) -> HttpResponse:
    """Ask once more, then end a role."""
    account = _changing(request, pk)
    membership = get_object_or_404(Membership, pk=membership_pk, account=account)

    def act(form: None) -> str:
        actions.end_role(by=signed_in(request), membership=membership)
        return f"{account.name} is no longer {Role(membership.role).label.lower()} in {membership.organisation}."

    return _question(request, "people/end_role.html", account, act, membership=membership)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: str) -> HttpResponse:
    """Close an account, with a reason."""
    account = _changing(request, pk)

    def act(form: ClosingForm) -> str:
        actions.deactivate(by=signed_in(request), account=account, reason=form.cleaned_data["reason"])
        return f"The account of {account.name} is closed."

    return _question(request, "people/close.html", account, act, ClosingForm(posted(request)))


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: str) -> HttpResponse:
    """Open a closed account again."""
    account = _changing(request, pk)

    def act(form: None) -> str:
        actions.reactivate(by=signed_in(request), account=account)
        return f"The account of {account.name} is open again. It has no role until you give one."

    return _question(request, "people/open.html", account, act)


@require_http_methods(["GET", "POST"])
def reset_second_factor(request: HttpRequest, pk: str) -> HttpResponse:
    """For someone who has lost their phone and their recovery codes."""
    account = _changing(request, pk)

    def act(form: None) -> str:
        actions.reset_second_factor(by=signed_in(request), account=account)
        return f"{account.name} can set up a new second factor when they next sign in."

    return _question(request, "people/reset_second_factor.html", account, act)


@require_http_methods(["GET", "POST"])
@for_administrators
def invite_where(request: HttpRequest) -> HttpResponse:
    """An invitation: to which organisation."""
    form = OrganisationChoiceForm(posted(request))
    if request.method == "POST" and form.is_valid():
        return redirect("people:invite-to", pk=form.cleaned_data["organisation"].pk)
    context = {"form": form, "back_url": reverse("people:people"), "title": "Invite a person"}
    return render(request, "people/question.html", context)


@require_http_methods(["GET", "POST"])
@for_administrators
def invite(request: HttpRequest, pk: str) -> HttpResponse:
    """An invitation: whom, as what."""
    organisation = get_object_or_404(Organisation, pk=pk)
    form = InvitationForm(posted(request), organisation=organisation)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            invitation, token = actions.invite(
                by=signed_in(request), organisation=organisation, email=data["email"], name=data["name"], role=Role(data["role"])
            )  # fmt: skip
        except UserError as error:
            form.add_user_error(error, "email")
        else:
            _send(request, invitation, token)
            return redirect("people:invitation", pk=invitation.pk)
    trail = _people_trail(("Invite a person", reverse("people:invite")), (organisation.name, ""))
    return render(request, "people/invite.html", {"form": form, "organisation": organisation, "breadcrumbs": trail})


def _send(request: HttpRequest, invitation: Invitation, token: str) -> None:
    if mail.send_invitation(invitation, token):
        messages.success(request, f"An invitation is on its way to {invitation.email}.")
    else:
        # Shown once on the next page, for the administrator to pass on; nothing else keeps it.
        request.session[LINK_IN_SESSION] = [invitation.pk, mail.invitation_link(token)]


@require_safe
@for_administrators
def invitations(request: HttpRequest) -> HttpResponse:
    """Invitations that were not accepted yet."""
    found = Paginator(queries.open_invitations(), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(invitation, actions.state_of(invitation)) for invitation in found]
    context = {"page": found, "rows": rows, "breadcrumbs": _people_trail(("Open invitations", ""))}
    return render(request, "people/invitations.html", context)


@require_safe
@for_administrators
def invitation(request: HttpRequest, pk: str) -> HttpResponse:
    """One invitation; right after it was made without a mail server, its link, once."""
    found = get_object_or_404(Invitation.objects.select_related("organisation", "invited_by", "account"), pk=pk)
    state = actions.state_of(found)
    link = None
    if (kept := request.session.get(LINK_IN_SESSION)) and kept[0] == pk:
        link = request.session.pop(LINK_IN_SESSION)[1]
    context = {
        "invitation": found,
        "state": state,
        "link": link,
        "can_change": state in (InvitationState.OPEN, InvitationState.EXPIRED),
        "breadcrumbs": _people_trail(("Open invitations", reverse("people:invitations")), (found.name, "")),
    }
    return render(request, "people/invitation.html", context)


@require_http_methods(["POST"])
@for_administrators
def send_again(request: HttpRequest, pk: str) -> HttpResponse:
    """A new link for an invitation."""
    found = get_object_or_404(Invitation, pk=pk)
    _send(request, found, actions.send_again(by=signed_in(request), invitation=found))
    return redirect("people:invitation", pk=pk)


@require_http_methods(["POST"])
@for_administrators
def withdraw(request: HttpRequest, pk: str) -> HttpResponse:
    """The invitation's link stops working."""
    found = get_object_or_404(Invitation, pk=pk)
    actions.withdraw_invitation(by=signed_in(request), invitation=found)
    messages.success(request, f"The invitation of {found.name} is withdrawn.")
    return redirect("people:invitation", pk=pk)


@require_safe
@for_administrators
def organisations(request: HttpRequest) -> HttpResponse:
    """All organisations of the partnership."""
    page = Paginator(queries.organisations(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "people/organisations.html", {"page": page})


@require_safe
def organisation(request: HttpRequest, pk: str) -> HttpResponse:
    """One organisation and the people in it."""
    if not holds(request.user, Permission.AUDIT_READ):
        check_can_manage(request.user)
    found = get_object_or_404(Organisation.objects.select_related("parent"), pk=pk)
    current = found.memberships.filter(ended_at=None, account__is_active=True).select_related("account")
    administers = holds(request.user, Permission.PEOPLE_MANAGE)
    crumbs = [("Organisations", reverse("people:organisations"))] if administers else []
    crumbs.append((found.name, ""))
    context = {
        "organisation": found,
        "memberships": current.order_by("role", "account__name"),
        "parts": found.parts.order_by("name"),
        "manages": administers,
        "breadcrumbs": _trail(*crumbs),
    }
    return render(request, "people/organisation.html", context)


@require_http_methods(["GET", "POST"])
@for_administrators
def new_organisation(request: HttpRequest) -> HttpResponse:
    """Add an organisation."""
    form = OrganisationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_organisation(by=signed_in(request), kind=form.cleaned_data["kind"], **form.for_action())
        except UserError as error:
            form.add_user_error(error)
        else:
            messages.success(request, f"{made.name} is added.")
            return redirect("people:organisation", pk=made.pk)
    trail = _trail(("Organisations", reverse("people:organisations")), ("Add an organisation", ""))
    return render(request, "people/organisation_form.html", {"form": form, "breadcrumbs": trail})


@require_http_methods(["GET", "POST"])
@for_administrators
def edit_organisation(request: HttpRequest, pk: str) -> HttpResponse:
    """Correct an organisation."""
    found = get_object_or_404(Organisation, pk=pk)
    form = OrganisationForm(posted(request), organisation=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_organisation(by=signed_in(request), organisation=found, **form.for_action())
        except UserError as error:
            form.add_user_error(error)
        else:
            messages.success(request, "Your changes are saved.")
            return redirect("people:organisation", pk=pk)
    found.refresh_from_db()
    here = reverse("people:organisation", args=[pk])
    trail = _trail(("Organisations", reverse("people:organisations")), (found.name, here), ("Change", ""))
    return render(request, "people/organisation_form.html", {"form": form, "organisation": found, "breadcrumbs": trail})
