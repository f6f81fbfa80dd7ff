"""What the workspace and the public site have in common."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF

from childfirst.config import environment, logs

PACKAGE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(environment.read("DATA_DIR")).resolve()
FACTS_DIR = DATA_DIR / "facts"
BUNDLES_DIR = DATA_DIR / "bundles"
KEYS_DIR = DATA_DIR / "keys"
PUBLISHED_DIR = DATA_DIR / "published"

DEBUG = environment.read("DEBUG")
DEMO = environment.read("DEMO")
ALLOWED_HOSTS = environment.read("ALLOWED_HOSTS")
PUBLIC_URL = environment.read("PUBLIC_URL").rstrip("/")
WORKSPACE_URL = environment.read("WORKSPACE_URL").rstrip("/")
PARTNERSHIP_NAME = environment.read("PARTNERSHIP_NAME")
PARTNERSHIP_EMAIL = environment.read("PARTNERSHIP_EMAIL")
SOURCE_URL = environment.read("SOURCE_URL")
SIGNING_KEY_FILE = environment.read("SIGNING_KEY_FILE")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASE_ROUTERS = ["childfirst.config.routers.TwoDoors"]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "childfirst.design.formats"
DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y \\a\\t g:ia"

STATIC_URL = "static/"
STATIC_ROOT = PACKAGE_DIR / "design" / "static_root"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["childfirst.design.context.site"]},
    }
]

HTTPS = environment.read("HTTPS")
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.read("BEHIND_PROXY") else None
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logs.configure(environment.read("LOG_LEVEL"), environment.read("LOG_FORMAT"))

# Tasks write large tables; DuckDB and Polars must not take every core of a small server.
os.environ.setdefault("POLARS_MAX_THREADS", "2")
