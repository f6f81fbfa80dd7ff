"""Health and readiness: open to whoever watches the server."""

from __future__ import annotations

from tests.routes import EVERYONE, Route

ROUTES = [Route("health-live", EVERYONE), Route("health-ready", EVERYONE)]
