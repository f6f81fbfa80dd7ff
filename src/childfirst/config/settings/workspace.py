"""The workspace: private, signed in, the only writer of both databases."""

from __future__ import annotations

from urllib.parse import urlsplit

from childfirst.config import environment
from childfirst.config.databases import connection
from childfirst.config.keys import secret_key
from childfirst.config.settings.base import *  # noqa: F403
from childfirst.config.settings.base import (
    CONTENT_SECURITY_POLICY,
    DATA_DIR,
    DEBUG,
    HTTPS,
    KEYS_DIR,
    PUBLISHED_DIR,
    TEMPLATES,
)

SECRET_KEY = secret_key(environment.read("SECRET_KEY"), KEYS_DIR)

ROOT_URLCONF = "childfirst.config.urls_workspace"
WSGI_APPLICATION = "childfirst.config.wsgi_workspace.application"

INSTALLED_APPS = [
    "childfirst.release",
    "childfirst.measures",
    "childfirst.encounters.subject_access",
    "childfirst.encounters.crime_records",
    "childfirst.encounters.matching",
    "childfirst.encounters.notices",
    "childfirst.encounters",
    "childfirst.places",
    "childfirst.people",
    "childfirst.published",
    "childfirst.audit",
    "childfirst.synthetic",
    "childfirst.design",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "ninja",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "childfirst.audit.middleware.RequestOrigin",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "childfirst.people.middleware.NoNullCharacter",
    "childfirst.people.middleware.IdleTimeout",
    "childfirst.people.middleware.SignInRequired",
    "childfirst.people.middleware.SecondFactorRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "childfirst.people.middleware.RefusalsAsPages",
]

TEMPLATES[0]["OPTIONS"]["context_processors"] = [  # type: ignore[index]
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "childfirst.design.context.site",
    "childfirst.people.context.workspace",
]

DATABASES = {
    "default": connection(environment.read("DATABASE_URL"), DATA_DIR / "workspace.sqlite3"),
    "published": connection(
        environment.read("PUBLISHED_URL"), PUBLISHED_DIR / "published.sqlite3", read_elsewhere=True
    ),
}

# Failed attempts at sign-in must count for all processes together.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "people_cache"}}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

API_CALLS_A_MINUTE = environment.read("API_CALLS_A_MINUTE")

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["childfirst.people.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "childfirst.people.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "childfirst.people.adapters.SingleSignOnAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account exists only through an invitation sent to its address
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {"login_failed": f"100/m/ip,{environment.read('SIGN_IN_ATTEMPTS')}/5m/key"}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "login": "childfirst.people.sign_in_forms.SignInForm",
    "reauthenticate": "childfirst.people.sign_in_forms.ConfirmPasswordForm",
    "change_password": "childfirst.people.sign_in_forms.ChangePasswordForm",
    "set_password": "childfirst.people.sign_in_forms.SetPasswordForm",
    "reset_password": "childfirst.people.sign_in_forms.ForgottenPasswordForm",
    "reset_password_from_key": "childfirst.people.sign_in_forms.NewPasswordForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "childfirst"
MFA_TOTP_TOLERANCE = 1  # the code of half a minute ago is still taken: people read, then type (RFC 6238, section 5.2)
MFA_ADAPTER = "childfirst.people.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "childfirst.people.sign_in_forms.SecondFactorForm",
    "reauthenticate": "childfirst.people.sign_in_forms.ConfirmCodeForm",
    "activate_totp": "childfirst.people.sign_in_forms.SetUpForm",
    "deactivate_totp": "childfirst.people.sign_in_forms.RemoveForm",
    "generate_recovery_codes": "childfirst.people.sign_in_forms.RecoveryCodesForm",
}
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
OIDC_ISSUER = environment.read("OIDC_ISSUER")
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "sso",
                    "name": environment.read("OIDC_NAME"),
                    "client_id": environment.read("OIDC_CLIENT_ID"),
                    "secret": environment.read("OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": OIDC_ISSUER},
                }
            ]
        }
    }
    if OIDC_ISSUER
    else {}
)
OIDC_SECOND_FACTORS = environment.read("OIDC_SECOND_FACTORS")
if OIDC_ISSUER:
    # The sign-in button is a form whose answer leads to the provider, which browsers count as a target of the form.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append("{0.scheme}://{0.netloc}".format(urlsplit(OIDC_ISSUER)))

SESSION_COOKIE_NAME = "childfirst_session"
SESSION_COOKIE_AGE = 60 * environment.read("IDLE_MINUTES")
SESSION_ENGINE = "childfirst.people.sessions"  # its end moves on while the person works
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "childfirst.design.views.csrf_failure"

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

_email_url = environment.read("EMAIL_URL")
DEFAULT_FROM_EMAIL = environment.read("EMAIL_FROM")
if _email_url:
    import dj_email_url

    vars().update(dj_email_url.parse(_email_url))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"

if DEBUG:
    INTERNAL_IPS = ["127.0.0.1"]
