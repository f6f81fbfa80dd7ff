"""Settings of the test suite: the workspace's, in a folder of their own, with fast passwords."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_folder = Path(tempfile.gettempdir()) / f"childfirst-tests-{os.getpid()}"
os.environ["CHILDFIRST_DATA_DIR"] = str(_folder)
os.environ["CHILDFIRST_SECRET_KEY"] = "only-for-tests-" + "x" * 50
for _name in ("DEBUG", "DEMO", "HTTPS"):
    os.environ.pop(f"CHILDFIRST_{_name}", None)

from childfirst.config.settings.workspace import *  # noqa: E402, F403
from childfirst.config.settings.workspace import DATABASES, MIDDLEWARE, STORAGES  # noqa: E402

for _alias in ("default", "published"):
    if DATABASES[_alias]["ENGINE"].endswith("sqlite3"):
        DATABASES[_alias]["NAME"] = str(_folder / f"{_alias}.sqlite3")
        DATABASES[_alias]["TEST"] = {
            "NAME": f"file:{_alias}-{os.getpid()}?mode=memory&cache=shared&worker="
        }  # pytest-xdist adds the worker
        DATABASES[_alias]["OPTIONS"]["init_command"] = "PRAGMA foreign_keys=ON;"
    DATABASES[_alias].setdefault("TEST", {})["DEPENDENCIES"] = []  # a test may ask for either one alone

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
ACCOUNT_RATE_LIMITS = False  # type: ignore[assignment]
MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
