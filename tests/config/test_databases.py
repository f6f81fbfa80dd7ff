"""Connections: SQLite by default, PostgreSQL by address, the reader cannot write."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from childfirst.config.databases import connection
from childfirst.config.routers import TwoDoors


def test_an_empty_address_is_the_sqlite_file(tmp_path: Path):
    settings = connection("", tmp_path / "a.sqlite3")
    assert settings["NAME"] == str(tmp_path / "a.sqlite3")
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_the_reader_of_sqlite_cannot_write(tmp_path: Path):
    file = tmp_path / "a.sqlite3"
    sqlite3.connect(file).execute("CREATE TABLE t (x)")
    settings = connection("", file, read_only=True)
    reader = sqlite3.connect(settings["NAME"], uri=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("INSERT INTO t VALUES (1)")
    reader.close()


def test_the_reader_of_postgresql_asks_for_read_only_transactions():
    settings = connection("postgresql://reader@db/published", Path("unused"), read_only=True)
    assert settings["ENGINE"].endswith("postgresql")
    assert "default_transaction_read_only=on" in settings["OPTIONS"]["options"]


def test_published_tables_and_no_others_live_in_the_published_store():
    from childfirst.audit.models import Event
    from childfirst.published.models import Document

    router = TwoDoors()
    assert router.db_for_write(Document) == "published"
    assert router.db_for_read(Event) == "default"
    assert router.allow_migrate("published", "published")
    assert not router.allow_migrate("default", "published")
    assert not router.allow_migrate("published", "audit")
    assert not router.allow_relation(Document(), Event())
