"""The least that a WSGI program can do: the peer in the benchmark of the public pages. CHILDFIRST_BARE_BYTES says how much."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

BODY = os.urandom(int(os.environ.get("CHILDFIRST_BARE_BYTES", "1000")))


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Always the same bytes."""
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(BODY)))])
    return [BODY]
