"""The API's own addresses: its description, for everyone who has signed in. Each room lists its operations itself."""

from __future__ import annotations

from tests.routes import SIGNED_IN, Route

ROUTES = [
    Route("api:openapi-json", SIGNED_IN),
    Route("api:matcher", SIGNED_IN, expect=405, label="questions are posted; who may ask is tested beside the matcher"),
    Route("api:api-root", SIGNED_IN, expect=404, label="there is no page at the root"),
]
