"""The demo's releases, made as the room makes them."""

from __future__ import annotations

from childfirst.synthetic.people import Cast


def make_releases(cast: Cast) -> None:
    """Nothing yet."""
