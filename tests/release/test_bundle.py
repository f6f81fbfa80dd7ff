"""The bundle: the same bytes for the same facts, described for people and programs, and nothing of it can be changed unseen."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from childfirst.published import bundles
from childfirst.release import building, signing
from childfirst.release.models import Release
from childfirst.release.verifying import verify
from childfirst.shared.errors import UserError
from tests.measures.generated_facts import write_months
from tests.release import making

pytestmark = pytest.mark.django_db(databases=["default", "published"])


@pytest.fixture
def bundle() -> Path:
    folder = building.bundle_folder(making.checked().key)
    signing.sign_bundle(folder)
    return folder


def test_built_twice_in_another_place_and_order_it_has_the_same_bytes(
    own_folders: Path, settings: Any, bundle: Path
) -> None:
    first = {path.name: path.read_bytes() for path in bundle.iterdir()}
    settings.FACTS_DIR = own_folders / "elsewhere"
    # The months are written in another order, and the measures asked for in another order.
    whole = own_folders / "whole"
    write_months(whole, 9000, months=making.MONTHS, seed=1, boroughs=2, teams=2)
    (settings.FACTS_DIR / "encounters").mkdir(parents=True)
    for month in reversed(making.MONTHS):
        shutil.copy(whole / "encounters" / f"{month}.parquet", settings.FACTS_DIR / "encounters" / f"{month}.parquet")
    release = Release.objects.get()
    release.measures = list(reversed(release.measures))
    again = own_folders / "again"
    building.build(release, again)
    signing.sign_bundle(again)
    assert {path.name: path.read_bytes() for path in again.iterdir()} == first


def test_no_moment_is_inside_but_the_declared_date(bundle: Path) -> None:
    texts = [path.read_text() for path in bundle.iterdir() if path.suffix in (".json", ".md", ".csv")]
    assert not any("2026" in text.replace("2026-11", "") and "generated" in text.lower() for text in texts)
    package = json.loads((bundle / "datapackage.json").read_text())
    assert package["created"] == "2018-12-01T00:00:00Z"


def test_csv_parquet_and_descriptions_agree(bundle: Path) -> None:
    package = json.loads((bundle / "datapackage.json").read_text())
    for resource in package["resources"]:
        data = (bundle / resource["path"]).read_bytes()
        assert len(data) == resource["bytes"]
        assert f"sha256:{hashlib.sha256(data).hexdigest()}" == resource["hash"]
    for resource in (each for each in package["resources"] if each["format"] == "csv"):
        with (bundle / resource["path"]).open(newline="") as stream:
            rows = list(csv.DictReader(stream))
        names = [field["name"] for field in resource["schema"]["fields"]]
        assert list(rows[0]) == names
        keys = {tuple(row[name] for name in resource["schema"]["primaryKey"]) for row in rows}
        assert len(keys) == len(rows)
        for field in resource["schema"]["fields"]:
            codes = {row[field["name"]] for row in rows}
            if "categories" in field:
                assert codes <= {category["value"] for category in field["categories"]}, field["name"]
            if field["type"] == "integer":
                assert all(code == "" or code.isdigit() for code in codes)
        parquet = pq.read_table(bundle / f"{resource['name']}.parquet")
        assert parquet.column_names == names
        assert parquet.num_rows == len(rows)
        assert parquet.column("count").to_pylist() == [int(row["count"]) if row["count"] else None for row in rows]
        described = json.loads((bundle / f"{resource['path']}-metadata.json").read_text())
        assert described["url"] == resource["path"]
        assert [column["name"] for column in described["tableSchema"]["columns"]] == names


def test_hidden_is_empty_and_never_zero_and_rates_come_from_shown_numbers(bundle: Path) -> None:
    hidden = 0
    for table in json.loads((bundle / "dictionary.json").read_text())["tables"]:
        with (bundle / f"{table['name']}.csv").open(newline="") as stream:
            for row in csv.DictReader(stream):
                for number, status in ((row["count"], row["status"]), (row["denominator"], row["denominator_status"])):
                    assert (number == "") == (status in ("hidden", "not_known"))
                    assert (number == "0") == (status == "zero")
                    assert number == "" or number == "0" or int(number) >= 5
                shown = row["count"] != "" and row["denominator"] not in ("", "0")
                assert (row["rate"] != "") == shown == (row["rate_status"] == "shown")
                assert (row["lower"] == "") == (row["upper"] == "") == (row["rate"] == "")
                if shown:
                    assert float(row["rate"]) == pytest.approx(int(row["count"]) / int(row["denominator"]), abs=1e-6)
                    assert float(row["lower"]) <= float(row["rate"]) <= float(row["upper"])
                hidden += row["status"] == "hidden"
    assert hidden > 0


def test_disclosure_says_what_was_hidden_and_not_why(bundle: Path) -> None:
    text = (bundle / "disclosure.json").read_text()
    found = json.loads(text)
    assert all(part["audit"]["safe"] and part["proved"] for part in found["parts"])
    assert "primary" not in json.dumps(found["hidden"]) + json.dumps(found["tables"])
    assert sum(table["hidden"] for table in found["tables"].values()) == sum(map(len, found["hidden"].values()))
    assert found["rule"]["threshold"] == 5


def test_verify_accepts_a_sound_bundle_with_the_folder_alone(bundle: Path, own_folders: Path) -> None:
    copy = own_folders / "copied"
    shutil.copytree(bundle, copy)
    code = "import sys; from childfirst.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "verify", str(copy)], capture_output=True, text=True, check=False, cwd=own_folders,
        env={"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "there.is.none"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "as they were signed" in done.stdout


def _change(folder: Path, what: str) -> None:
    if what == "a byte":
        file = folder / "school-recorded.csv"
        file.write_bytes(file.read_bytes().replace(b"shown", b"zhown", 1))
    elif what == "a missing file":
        (folder / "notes.md").unlink()
    elif what == "an added file":
        (folder / "more.csv").write_text("x")
    elif what == "the sums":
        file = folder / "SHA256SUMS"
        file.write_bytes(file.read_bytes().replace(b"a", b"b", 1))
    elif what == "the signature":
        file = folder / "SHA256SUMS.sig"
        file.write_bytes(bytes([file.read_bytes()[0] ^ 1]) + file.read_bytes()[1:])
    elif what == "no signature":
        (folder / "SHA256SUMS.sig").unlink()
    elif what == "a link":
        (folder / "notes.md").rename(folder.parent / "elsewhere.md")
        (folder / "notes.md").symlink_to(folder.parent / "elsewhere.md")
    elif what == "a path in the sums":
        file = folder / "SHA256SUMS"
        file.write_text(file.read_text() + f"{'0' * 64}  ../../etc/passwd\n")
    elif what == "no key":
        (folder / "public-key.pem").write_text("not a key")


@pytest.mark.parametrize(
    "what",
    [
        "a byte", "a missing file", "an added file", "the sums", "the signature", "no signature", "a link",
        "a path in the sums", "no key",
    ],
)  # fmt: skip
def test_verify_finds_every_change(bundle: Path, what: str) -> None:
    _change(bundle, what)
    done = CliRunner().invoke(verify, [str(bundle)])
    assert done.exit_code == 1, what
    assert "not as it was signed" in done.output
    with pytest.raises(UserError, match="cannot be published"):
        bundles.read(bundle)


def test_verify_with_a_key_that_one_trusts(bundle: Path, own_folders: Path, settings: Any) -> None:
    trusted = own_folders / "trusted.pem"
    trusted.write_bytes((bundle / "public-key.pem").read_bytes())
    assert CliRunner().invoke(verify, [str(bundle), "--key", str(trusted)]).exit_code == 0
    settings.KEYS_DIR = own_folders / "other keys"
    signing.sign_bundle(bundle)
    assert CliRunner().invoke(verify, [str(bundle)]).exit_code == 0
    done = CliRunner().invoke(verify, [str(bundle), "--key", str(trusted)])
    assert done.exit_code == 1
    assert "another key" in done.output


def test_a_folder_that_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not a release bundle"):
        bundles.verify(tmp_path)


def test_openssl_and_sha256sum_agree(bundle: Path) -> None:
    if not shutil.which("openssl") or not shutil.which("sha256sum"):
        pytest.skip("openssl or sha256sum is not here")
    for command in (
        ["sha256sum", "-c", "--quiet", "SHA256SUMS"],
        [
            "openssl",
            "pkeyutl",
            "-verify",
            "-pubin",
            "-inkey",
            "public-key.pem",
            "-rawin",
            "-in",
            "SHA256SUMS",
            "-sigfile",
            "SHA256SUMS.sig",
        ],
    ):
        assert subprocess.run(command, cwd=bundle, capture_output=True, check=False).returncode == 0, command


def test_the_key_is_made_once_and_is_ours_alone(own_folders: Path) -> None:
    first = signing.signing_key().private_bytes_raw()
    assert signing.signing_key().private_bytes_raw() == first
    assert (own_folders / "keys" / signing.KEY_FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("content", "message"), [(None, "does not exist"), (b"no key", "no private key")])
def test_a_wrong_signing_key_file(settings: Any, tmp_path: Path, content: bytes | None, message: str) -> None:
    file = tmp_path / "given.pem"
    if content is not None:
        file.write_bytes(content)
    settings.SIGNING_KEY_FILE = str(file)
    with pytest.raises(UserError, match=message):
        signing.signing_key()


def test_the_frictionless_library_finds_nothing_wrong(bundle: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(str(bundle / "datapackage.json"))
    assert report.valid, [error.message for task in report.tasks for error in task.errors][:5]
    assert report.stats["tasks"] == 2 * len(json.loads((bundle / "dictionary.json").read_text())["tables"])


def test_the_frictionless_library_finds_a_number_that_is_none(bundle: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    file = bundle / "school-recorded.csv"
    lines = file.read_text().splitlines(keepends=True)
    lines[1] = lines[1].replace(lines[1].split(",")[4], "many", 1)
    file.write_text("".join(lines))
    assert not frictionless.validate(str(bundle / "datapackage.json")).valid


CSVW_TYPES = {"integer": int, "decimal": float, "string": str}


def test_the_csvw_description_fits_its_file(bundle: Path) -> None:
    """The rules of https://www.w3.org/TR/tabular-metadata/ that bear on ours: every cell against its column."""
    for description in sorted(bundle.glob("*.csv-metadata.json")):
        told = json.loads(description.read_text())
        assert told["@context"][0] == "http://www.w3.org/ns/csvw"
        rows = list(csv.reader((bundle / told["url"]).read_text(encoding="utf-8").splitlines()))
        columns = told["tableSchema"]["columns"]
        names = [column["name"] for column in columns]
        assert len(set(names)) == len(names)
        assert [column["titles"] for column in columns] == rows[0], "the header is the columns' titles"
        keys = [names.index(name) for name in told["tableSchema"]["primaryKey"]]
        assert len({tuple(row[place] for place in keys) for row in rows[1:]}) == len(rows) - 1, "the key is unique"
        for row in rows[1:]:
            for column, text in zip(columns, row, strict=True):
                if text == column["null"]:
                    assert not column.get("required")
                else:
                    CSVW_TYPES[column["datatype"]](text)


def test_the_codes_of_sdmx_say_what_the_words_say(bundle: Path) -> None:
    seen = set()
    for file in sorted(bundle.glob("*.csv")):
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
            seen.add((row["status"], row["obs_status"], row["conf_status"]))
            assert (row["obs_status"] == "A") == (row["count"] != "")
            assert (row["rate_obs_status"] == "A") == (row["rate"] != "")
            assert (row["rate_obs_status"] == "M") == (row["rate_status"] == "not_applicable")
            assert (row["denominator_obs_status"] == "Q") == (row["denominator_status"] == "hidden")
    assert seen <= {("shown", "A", "F"), ("zero", "A", "F"), ("hidden", "Q", "C"), ("not_known", "L", "F")}
    assert ("hidden", "Q", "C") in seen
    assert ("zero", "A", "F") in seen
