"""Finished pages kept in memory: what the store says does not change until somebody publishes."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

ENTRIES = 2_000
MEGABYTES = 48
_SMALLEST_WORTH_PACKING = 600
_TEXT = re.compile(r"text/|application/(json|xml|[a-z]+\+(xml|json))")


@dataclass(frozen=True, slots=True)
class Page:
    """A finished answer: its bytes as they are and packed, and what its headers say of them."""

    content: bytes
    packed: bytes | None
    content_type: str
    etag: str
    headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, content: bytes, content_type: str, headers: tuple[tuple[str, str], ...] = (), etag: str = "") -> Page:
        """Pack text with gzip where that makes it smaller; without a tag of its own it gets one made of its bytes."""
        worth = len(content) >= _SMALLEST_WORTH_PACKING and _TEXT.match(content_type) is not None
        packed = gzip.compress(content, 6, mtime=0) if worth else None
        if packed is not None and len(packed) >= len(content):
            packed = None
        return cls(content, packed, content_type, etag or hashlib.sha256(content).hexdigest()[:32], headers)

    @property
    def size(self) -> int:
        return len(self.content) + len(self.packed or b"") + 500


class PageCache:
    """The pages last read, within a bound of entries and memory, for one version of the store.

    Safe for threads. A new version of the store empties it.
    """

    def __init__(self, entries: int = ENTRIES, megabytes: int = MEGABYTES) -> None:
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._version: object = None
        self._lock = Lock()
        self._entries = entries
        self._room = megabytes * 1024 * 1024
        self._used = 0

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: str, version: object) -> Page | None:
        """The page of this key, if it was made from this version of the store."""
        with self._lock:
            if version != self._version:
                self._pages.clear()
                self._used, self._version = 0, version
                return None
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: str, version: object, page: Page) -> None:
        """Keep the page, unless the store has changed meanwhile; the pages not read for longest make room."""
        with self._lock:
            if version != self._version or page.size > self._room // 4:
                return
            old = self._pages.pop(key, None)
            self._used += page.size - (old.size if old else 0)
            self._pages[key] = page
            while len(self._pages) > self._entries or self._used > self._room:
                _, dropped = self._pages.popitem(last=False)
                self._used -= dropped.size


class Throttled:
    """The answer of a function, asked anew at most once in ``seconds``."""

    def __init__(self, ask: Callable[[], object], seconds: float, now: Callable[[], float]) -> None:
        self._ask, self._seconds, self._now = ask, seconds, now
        self._asked_at = float("-inf")
        self._answer: object = None

    def __call__(self) -> object:
        moment = self._now()
        if moment - self._asked_at >= self._seconds:
            self._answer = self._ask()
            self._asked_at = moment
        return self._answer
