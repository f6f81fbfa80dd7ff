"""The published store: one writer, one reader, nothing that is not public."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
import warnings
from pathlib import Path
from typing import ClassVar

import pytest
from django.apps import apps

from childfirst.config.databases import connection
from childfirst.published import actions, documents, queries
from childfirst.published.documents import PublicDocument, public
from childfirst.published.models import Document
from childfirst.shared.privacy import FieldClass, classes_of
from tests.release import making

pytestmark = pytest.mark.django_db(databases=["default", "published"])


@dataclasses.dataclass(frozen=True)
class Notice(PublicDocument):
    kind: ClassVar[str] = "notice"
    slug: str = public()
    title: str = public()
    parts: tuple[documents.Chart, ...] = public(default=())


@dataclasses.dataclass(frozen=True)
class Leak(PublicDocument):
    kind: ClassVar[str] = "notice"
    slug: str = public()
    title: str = public()
    child_name: str = "A Child"


@dataclasses.dataclass(frozen=True)
class Inner:
    secret: str = "x"


@dataclasses.dataclass(frozen=True)
class Nested(PublicDocument):
    kind: ClassVar[str] = "notice"
    slug: str = public()
    title: str = public()
    inner: tuple[Inner, ...] = public(default=(Inner(),))


@dataclasses.dataclass(frozen=True)
class InMapping(PublicDocument):
    kind: ClassVar[str] = "notice"
    slug: str = public()
    title: str = public()
    inner: dict[str, Inner] = public(default_factory=lambda: {"a": Inner()})  # noqa: RUF009


@pytest.mark.parametrize("document", [Leak("a", "A"), Nested("a", "A"), InMapping("a", "A")])
def test_no_field_that_is_not_public_can_be_published(document: PublicDocument) -> None:
    with pytest.raises(TypeError, match="not classed public"):
        actions.publish_document(document)
    assert not Document.objects.exists()


def test_every_column_of_the_store_is_public() -> None:
    for model in apps.get_app_config("published").get_models():
        classes = classes_of(model)
        assert set(classes.values()) == {FieldClass.PUBLIC}
        assert {field.name for field in model._meta.fields} == set(classes)


def test_every_document_of_the_house_has_only_public_fields() -> None:
    def kinds(base: type) -> set[type]:
        return {base} | {below for kind in base.__subclasses__() for below in kinds(kind)}

    for kind in kinds(PublicDocument) - {PublicDocument, Leak}:
        if kind.__module__.startswith("childfirst."):
            for field in dataclasses.fields(kind):
                assert field.metadata.get("class") is FieldClass.PUBLIC, f"{kind.__name__}.{field.name}"


def test_publishing_again_changes_nothing_and_a_change_makes_a_version() -> None:
    first = actions.publish_document(Notice("a", "A"))
    assert actions.publish_document(Notice("a", "A")).pk == first.pk
    actions.publish_document(Notice("a", "B"))
    assert queries.page("notice", "a").version == 2  # type: ignore[union-attr]
    assert queries.page("notice", "a", version=1).title == "A"  # type: ignore[union-attr]
    assert [entry.title for entry in queries.entries("notice")] == ["B"]
    assert queries.page("notice", "none") is None


def test_a_document_read_back_is_the_same() -> None:
    chart = documents.Chart("bar", "T", "month", fixed={"a": "b"})
    notice = Notice("a", "A", (chart,))
    assert documents.read(Notice, notice.body()) == notice


def test_a_table_says_what_it_holds() -> None:
    release = making.published()
    table = queries.table(release.key, "child-search-outcomes")
    assert table is not None
    assert [column.name for column in table.dimensions] == ["borough", "self_defined_group", "outcome"]
    rows = table.where({"borough": "Total", "self_defined_group": "Total"})
    assert sum(row["count"] for row in rows if row["count"]) <= rows[0]["denominator"]
    hidden = [row for row in table.where({}) if row["status"] == "hidden"]
    assert hidden
    assert all(row["count"] is None and row["rate"] is None for row in hidden)
    assert queries.table(release.key, "none") is None
    with pytest.raises(KeyError):
        table.column("none")
    page = queries.measure("child-search-outcomes")
    assert page is not None
    assert page.table is table, "what cannot change is kept"
    assert [entry.name for entry in page.companions] == ["child-search-outcomes-age-band-by-month"]
    assert [document.slug for document in queries.measures()] == ["school-recorded", "child-search-outcomes"]


@pytest.mark.parametrize(
    "name", ["../../workspace.sqlite3", "..", "", "notes.md/", "/etc/passwd", ".notes.md", "NOTES.MD"]
)
def test_only_listed_names_lead_to_files(name: str) -> None:
    release = making.published()
    assert queries.file(release.key, name) is None


def test_a_file_is_what_was_signed_and_links_are_not_followed(own_folders: Path) -> None:
    release = making.published()
    found = queries.file(release.key, "notes.md")
    assert found is not None
    assert found.size == found.path.stat().st_size
    found.path.unlink()
    found.path.symlink_to("/etc/hostname")
    assert queries.file(release.key, "notes.md") is None
    assert queries.file("no-such", "notes.md") is None


def test_a_reader_without_any_right_to_write_can_read(tmp_path: Path) -> None:
    """The store as the settings make it, in a folder that its reader may not write to, by a user who is not root."""
    file = tmp_path / "store" / "published.sqlite3"
    file.parent.mkdir()
    writing = connection("", file, read_elsewhere=True)
    store = sqlite3.connect(file)
    for statement in writing["OPTIONS"]["init_command"].split(";"):
        store.execute(statement)
    store.execute("CREATE TABLE t (x)")
    store.execute("INSERT INTO t VALUES (7)")
    store.commit()
    reading = connection("", file, read_only=True)
    file.chmod(0o444)
    file.parent.chmod(0o555)
    if os.geteuid() == 0:
        for folder in [tmp_path, *tmp_path.parents]:
            if not folder.stat().st_mode & 0o001:
                folder.chmod(folder.stat().st_mode | 0o055)
    try:
        assert _read_as_nobody(reading["NAME"]) == 7
    finally:
        store.close()
        file.parent.chmod(0o755)


def _read_as_nobody(address: str) -> int:
    """What a process reads that may write nowhere: a copy of this one, which steps down where it is root."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # other threads of the tests hold no lock that the copy needs
        copy = os.fork()
    if copy == 0:
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            found = sqlite3.connect(address, uri=True).execute("SELECT x FROM t").fetchone()[0]
        except BaseException:
            found = 99
        os._exit(found)
    return os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
