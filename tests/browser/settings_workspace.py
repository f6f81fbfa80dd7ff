"""The workspace's own settings, with static files collected into the test's folder and fast passwords."""

from childfirst.config.settings.workspace import *  # noqa: F403
from childfirst.config.settings.workspace import DATA_DIR

STATIC_ROOT = DATA_DIR / "static"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
