"""The register of schools, ready to match: built once from tables, used for any number of mentions."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Sequence

from childfirst.engines.linkage import forms, schools, tables
from childfirst.engines.linkage.forms import Form
from childfirst.engines.linkage.index import Index
from childfirst.engines.linkage.matching import MatchTable, match_register
from childfirst.engines.linkage.model import packaged
from childfirst.engines.linkage.suggesting import Suggestion, suggest
from childfirst.shared.errors import UserError

_HEADER = b"childfirst linkage register 2\n"


class Register(Index):
    """Schools, their written forms and the postings by which candidates are found. Made by `Register.build`."""

    @classmethod
    def build(cls, register: tables.Rows, aliases: tables.Rows | None = None) -> Register:
        """Index a register.

        `register` needs the columns ``urn`` and ``name``; it may have ``la`` (local authority), ``street``, ``lat``,
        ``lon`` (WGS 84), ``phase``, ``religion``, ``min_age``, ``max_age``, ``gender`` (Boys, Girls, Mixed), ``pupils`` or
        ``capacity``, ``open_date`` and ``close_date``. `aliases` needs ``urn`` and ``alias``; it may have ``valid_from`` and
        ``valid_to``. Other columns are ignored; the order of rows does not matter. Raises UserError for a missing column, an
        empty register, a URN that stands twice, or a register in which no row has both a URN and a name. Aliases of other
        URNs are ignored.
        """
        read = schools.read(register)
        return cls(read, forms.of_register(read, aliases))

    @property
    def fingerprint(self) -> str:
        """A hash of the register and of the packaged model: the same hash gives the same output, bit for bit."""
        return hashlib.sha256(f"{self.index_fingerprint} {packaged().fingerprint}".encode()).hexdigest()

    @property
    def forms(self) -> Sequence[Form]:
        """The written forms, made anew from the index (for inspection and for comparing with other matchers)."""
        words = self.words.words
        return [
            Form(int(s), int(k), w, tuple(words[i] for i in ids if i >= 0), int(a), int(b))
            for s, k, w, ids, a, b in zip(
                self.form_school.tolist(),
                self.form_kind.tolist(),
                self.form_written,
                self.form_words.tolist(),
                self.form_from.tolist(),
                self.form_to.tolist(),
                strict=True,
            )
        ]

    def match(self, mentions: tables.Rows, *, precision: float = 0.99) -> MatchTable:
        """Match mentions against this register; see `childfirst.engines.linkage.match`."""
        return match_register(mentions, self, precision=precision)

    def suggest(
        self, text: str, limit: int = 10, lat: float | None = None, lon: float | None = None
    ) -> list[Suggestion]:
        """Schools that the text typed so far may become, best first; see `suggesting.suggest`."""
        return suggest(text, self, limit, lat, lon)

    def to_bytes(self) -> bytes:
        """The index as bytes, for a worker process: `from_bytes` is much quicker than building. Caches are left out."""
        return _HEADER + pickle.dumps(self, protocol=5)

    @staticmethod
    def from_bytes(data: bytes) -> Register:
        """The index from `to_bytes` of the same version. Read only bytes that you have made: they can run code."""
        if not data.startswith(_HEADER):
            raise UserError("These bytes are not a register index of this version; build the register anew.")
        found = pickle.loads(data[len(_HEADER) :])  # noqa: S301 - the caller's own bytes, as the docstring asks
        if not isinstance(found, Register):
            raise UserError("These bytes hold something else than a register index.")
        return found
