"""The public site's own settings, with static files collected into the test's folder."""

from childfirst.config.settings.public import *  # noqa: F403
from childfirst.config.settings.public import DATA_DIR

STATIC_ROOT = DATA_DIR / "static"
