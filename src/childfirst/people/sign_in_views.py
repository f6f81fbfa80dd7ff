"""Sign-in and second factor: allauth's views with what our pages need besides."""

from __future__ import annotations

from typing import Any

import qrcode
from allauth.account import views as account
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from childfirst.people import demo
from childfirst.people.middleware import SESSION_ENDED


class SignIn(account.LoginView):
    """Address and password; says when a session has ended, and in a demonstration who there is."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["session_ended"] = SESSION_ENDED in self.request.GET and self.request.method == "GET"
        context["idle_minutes"] = settings.SESSION_COOKIE_AGE // 60
        context["demo_sign_ins"] = demo.sign_ins()
        context["demo_password"] = demo.PASSWORD if settings.DEMO else ""
        return context


class SecondFactor(factor.AuthenticateView):
    """The code after the password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["demo_code"] = demo.current_code(self.stage.login.user)
        return context


class ConfirmCode(factor.ReauthenticateView):
    """The code once more, before something that matters."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["demo_code"] = demo.current_code(self.request.user)
        return context


class SetUp(totp.ActivateTOTPView):
    """Show the secret as a QR code (``qr_code`` draws it) and as text, and take the first code."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        context["secret_in_fours"] = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        return context


@never_cache
def qr_code(request: HttpRequest) -> HttpResponse:
    """The secret that is being set up, as a QR code in SVG; 404 when nothing is being set up."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    content = get_factor_adapter().build_totp_url(request.user, secret)
    return HttpResponse(draw(content), content_type="image/svg+xml")


def draw(content: str) -> str:
    """A QR code as SVG with one path and no styles, dark on white with the quiet zone of four modules around it."""
    code = qrcode.QRCode(border=4)
    code.add_data(content)
    modules = code.get_matrix()
    runs = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(modules) for x, dark in enumerate(row) if dark]
    size = len(modules)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path fill="#000" d="{"".join(runs)}"/></svg>'
    )


@login_not_required
def by_invitation(request: HttpRequest) -> HttpResponse:
    """Where allauth would let people sign up: how one gets an account here."""
    return render(request, "account/signup_closed.html", status=200)


def to_access(request: HttpRequest) -> HttpResponse:
    """Pages of allauth that "Your access" stands in for."""
    return redirect("your_access")


sign_in = SignIn.as_view()
second_factor = SecondFactor.as_view()
confirm_code = ConfirmCode.as_view()
set_up = SetUp.as_view()
remove = totp.deactivate_totp
recovery_codes = never_cache(recovery.view_recovery_codes)
