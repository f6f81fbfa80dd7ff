"""The forms of sign-in and second factor: allauth's rules in our markup and words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm
from allauth.mfa.totp import forms as totp_forms

from childfirst.design.forms import GovukMixin, Present
from childfirst.people import demo
from childfirst.people.forms import PASSWORD_HINT

_CODE = Present(name="the code", width=10, inputmode="numeric", autocomplete="one-time-code", spellcheck=False)


class _Worded(GovukMixin):
    """Labels and hints of our own; no placeholders, which vanish when they are needed."""

    words: dict[str, tuple[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, hint) in self.words.items():
            if name in self.fields:
                self.fields[name].label, self.fields[name].help_text = label, hint
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignInForm(_Worded, account_forms.LoginForm):
    """Address and password."""

    words = {"login": ("Email address", ""), "password": ("Password", "")}
    present = {
        "login": Present(name="your email address", autocomplete="username", width="two-thirds"),
        "password": Present(name="your password", autocomplete="current-password"),
    }


class ConfirmPasswordForm(_Worded, account_forms.ReauthenticateForm):
    """The password once more, before something that matters."""

    words = {"password": ("Password", "")}
    present = {"password": Present(name="your password", autocomplete="current-password")}


class _OnePassword(_Worded):
    """New passwords are typed once: the box can show what was typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)


class ChangePasswordForm(_OnePassword, account_forms.ChangePasswordForm):
    """The old password, and a new one."""

    words = {"oldpassword": ("Current password", ""), "password1": ("New password", PASSWORD_HINT)}
    present = {
        "oldpassword": Present(name="your current password", autocomplete="current-password"),
        "password1": Present(name="a new password", autocomplete="new-password"),
    }


class SetPasswordForm(_OnePassword, account_forms.SetPasswordForm):
    """A first password, for someone who came by single sign-on."""

    words = {"password1": ("Password", PASSWORD_HINT)}
    present = {"password1": Present(name="a password", autocomplete="new-password")}


class ForgottenPasswordForm(_Worded, account_forms.ResetPasswordForm):
    """Where to send the link."""

    words = {"email": ("Email address", "The one that you sign in with")}
    present = {"email": Present(name="your email address", autocomplete="username", width="two-thirds")}


class NewPasswordForm(_OnePassword, account_forms.ResetPasswordKeyForm):
    """A new password, by the link that was sent."""

    words = {"password1": ("New password", PASSWORD_HINT)}
    present = {"password1": Present(name="a new password", autocomplete="new-password")}


class _Code(_Worded):
    """Six digits; spaces that an app shows between them do not matter."""

    words = {"code": ("Code", "6 digits from your authenticator app, or one of your recovery codes")}
    present = {"code": _CODE}


class _CodeOfAccount(_Code):
    """A code of an app that is set up; in a demonstration the demo accounts' codes, which may be used twice."""

    user: Any

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if demo.accepts(self.user, code):
            self.authenticator = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.TOTP).first()
            if self.authenticator is not None:
                return code
        return str(super().clean_code())  # type: ignore[misc]


class SecondFactorForm(_CodeOfAccount, factor_forms.AuthenticateForm):
    """The code at sign-in."""


class ConfirmCodeForm(_CodeOfAccount, factor_forms.ReauthenticateForm):
    """The code once more, before something that matters."""


class SetUpForm(_Code, totp_forms.ActivateTOTPForm):
    """The first code of a new app."""

    words = {"code": ("Code from your app", "6 digits")}


class RemoveForm(_Worded, totp_forms.DeactivateTOTPForm):
    """Nothing to fill in: the button is the answer."""


class RecoveryCodesForm(_Worded, GenerateRecoveryCodesForm):
    """Nothing to fill in: the button is the answer."""
