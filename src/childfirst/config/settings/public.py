"""The public site: no sessions, no accounts, no workspace database; the published store, opened read-only."""

from __future__ import annotations

import secrets
from typing import Any

from childfirst.config import environment
from childfirst.config.databases import connection
from childfirst.config.settings.base import *  # noqa: F403
from childfirst.config.settings.base import PUBLISHED_DIR

# Nothing here is signed, and whoever runs this door must not need the workspace's key.
SECRET_KEY = secrets.token_urlsafe(64)

ROOT_URLCONF = "childfirst.config.urls_public"
WSGI_APPLICATION = "childfirst.config.wsgi_public.application"

INSTALLED_APPS = [
    "childfirst.public",
    "childfirst.published",
    "childfirst.design",
    "csp",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "childfirst.public.middleware.OpenPages",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": {},  # Django's dummy: any query to it is an error
    "published": connection(
        environment.read("PUBLISHED_READER_URL"), PUBLISHED_DIR / "published.sqlite3", read_only=True
    ),
}

APPEND_SLASH = False  # addresses of the public site have no slash at their end
