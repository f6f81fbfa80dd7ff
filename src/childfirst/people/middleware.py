"""Gates in front of every view of the workspace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url

from childfirst.design.views import bad_request, error_page, forbidden
from childfirst.people import single_sign_on
from childfirst.people.api_keys import client_with, presented_key, seconds_to_wait
from childfirst.people.permissions import needs_second_factor
from childfirst.people.problems import problem, too_many_calls, unauthorised
from childfirst.people.sessions import SessionStore
from childfirst.shared.errors import Forbidden, UserError

Respond = Callable[[HttpRequest], HttpResponse]

SESSION_ENDED = "ended"
"""Query parameter that tells the sign-in page why it is shown."""

OPEN_WITHOUT_SECOND_FACTOR = frozenset(
    {
        "mfa_activate_totp",
        "mfa_qr_code",
        "account_logout",
        "account_reauthenticate",
        "health-live",
        "health-ready",
    }
)
"""What a person can reach whose role needs a second factor that they have not set up yet."""


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


class IdleTimeout:
    """Keeps the session of a person who works, and tells one whose session has ended that it did."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        came_with_session = bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        session = request.session
        if was_signed_in:
            if request.user.is_authenticated and isinstance(session, SessionStore) and not session.modified:
                session.roll()
        elif came_with_session and session.session_key is None and isinstance(response, HttpResponseRedirect):
            sign_in = resolve_url(settings.LOGIN_URL)
            if response.url.partition("?")[0] == sign_in and request.path != sign_in:
                joint = "&" if "?" in response.url else "?"
                response["Location"] = f"{response.url}{joint}{urlencode({SESSION_ENDED: 1})}"
        return response


class NoNullCharacter:
    """Refuses an address or a form with a null character: nobody types one, and PostgreSQL holds none in text."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "") or self._is_posted(request):
            return problem(400, "The address has a null character.") if _is_api(request) else bad_request(request)
        return self.get_response(request)

    def _is_posted(self, request: HttpRequest) -> bool:
        """Whether a field of a form has one. What a program sends as JSON is for the API's own checks."""
        if request.method != "POST" or _is_api(request):
            return False
        return any("\0" in value for _, values in request.POST.lists() for value in values)


class SignInRequired(LoginRequiredMiddleware):
    """Every address is for people who have signed in, unless its view says otherwise; a program is told so with 401.

    At the API a key may stand for a session: ``request.api_client`` is then whose it is. A key that is sent decides, also
    where a session came along: a wrong one is refused.
    """

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        key = presented_key(request) if _is_api(request) else None
        if key is None:
            return super().process_view(request, view_func, view_args, view_kwargs)
        client = client_with(key)
        if client is None:
            return unauthorised("This key is not known, has expired or was revoked.")
        if seconds := seconds_to_wait(client):
            return too_many_calls(seconds)
        request.api_client = client  # type: ignore[attr-defined]
        request.user = AnonymousUser()
        return None

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:  # type: ignore[override]
        if _is_api(request):
            return unauthorised("Sign in, or send the key of an API client.")
        return super().handle_no_permission(request, view_func)


class SecondFactorRequired:
    """Leads people whose role needs a second factor to set it up before anything else."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        user = request.user
        match = request.resolver_match
        if not user.is_authenticated or (match and match.url_name in OPEN_WITHOUT_SECOND_FACTOR):
            return None
        if not needs_second_factor(user) or user.has_second_factor() or single_sign_on.proved_second_factor(request):
            return None
        if _is_api(request):
            return problem(403, "Set up your second factor before you use this.")
        return redirect("mfa_activate_totp")


class RefusalsAsPages:
    """Turns a refusal (Forbidden) into the page that says why, and any other mistake of the user's into one that says what."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, UserError):
            return None
        refused = isinstance(exception, Forbidden)
        if _is_api(request):
            return problem(403 if refused else 400, exception.sentence)
        if refused:
            return forbidden(request, exception)
        return error_page(request, 400, "That did not work", exception.sentence, "Go back and try again.")
