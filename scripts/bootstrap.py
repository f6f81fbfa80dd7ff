"""Set up this checkout: virtual environment, pinned dependencies, compiled assets. Needs nothing but Python itself.

Every step leaves a stamp, so that a second run takes a moment. A failure is one sentence and exit code 1.
This file must be readable by old Pythons, because it is what tells their users that they are too old.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin", "python")
NEEDED_BYTES = 2 * 1024**3


def stop(sentence):
    """End with one clear sentence."""
    sys.stderr.write("\nchildfirst: %s\n" % sentence)
    raise SystemExit(1)


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def digest(*files):
    total = hashlib.sha256(sys.version.encode())
    for name in files:
        with open(os.path.join(ROOT, name), "rb") as source:
            total.update(source.read())
    return total.hexdigest()


def stamped(name, value):
    try:
        with open(os.path.join(VENV, name)) as stamp:
            return stamp.read() == value
    except OSError:
        return False


def put_stamp(name, value):
    with open(os.path.join(VENV, name), "w") as stamp:
        stamp.write(value)


def check_machine():
    if sys.version_info < (3, 11):
        stop(
            "Python 3.11 or newer is needed, and this is Python %d.%d. Install a newer one, or name it: make demo PYTHON=..."
            % sys.version_info[:2]
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop("this Python comes without venv. On Debian or Ubuntu: apt-get install python3-venv.")
    if not os.path.exists(PYTHON) and shutil.disk_usage(ROOT).free < NEEDED_BYTES:
        stop("the disk is nearly full: setting up needs 2 GB free in %s." % ROOT)


def run(title, command, hints):
    """Run one step with its output kept; on failure turn the known causes into a sentence, else show the last lines."""
    say("  %s ..." % title)
    started = time.time()
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = done.stdout.decode("utf-8", "replace")
    if done.returncode == 0:
        say("    done in %.0f s" % (time.time() - started))
        return
    for words, sentence in hints:
        if any(word in output for word in words):
            stop(sentence)
    sys.stderr.write("\n".join(output.splitlines()[-15:]) + "\n")
    stop("%s failed. The lines above say why." % title)


HINTS = (
    (("No space left", "ENOSPC", "Errno 28"), "the disk is full. Free some space and run the command again."),
    (
        (
            "NewConnectionError",
            "Failed to establish",
            "Temporary failure in name resolution",
            "ConnectionError",
            "Network is unreachable",
            "Max retries exceeded",
            "ReadTimeoutError",
            "ProxyError",
            "ENOTFOUND",
            "EAI_AGAIN",
            "ECONNREFUSED",
            "No network",
        ),
        "the package registry cannot be reached. Setting up for the first time needs a network connection.",
    ),
    (
        ("DO NOT MATCH THE HASHES",),
        (
            "a downloaded package is not the one that was pinned, so nothing was installed from it. Try again; if it "
            "happens again, tell whoever runs your package mirror."
        ),
    ),
)


def main():
    check_machine()
    locks = ["requirements/runtime.txt", "requirements/dev.txt", "requirements/bench.txt"]  # each holds the one before
    asked = 2 if "--bench" in sys.argv else 1 if "--dev" in sys.argv else 0
    requirements = locks[asked]
    if not os.path.exists(PYTHON):
        say("Setting up childfirst")
        run("Making a virtual environment", [sys.executable, "-m", "venv", VENV], HINTS)
    wanted = digest(requirements, "pyproject.toml")
    if not any(stamped("installed", digest(lock, "pyproject.toml")) for lock in locks[asked:]):
        pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--progress-bar", "off", "--retries", "2"]
        run(
            "Installing pinned and hashed packages (a minute or two)",
            pip + ["--require-hashes", "-r", requirements],
            HINTS,
        )
        run("Installing childfirst itself", pip + ["--no-deps", "--no-build-isolation", "--editable", "."], HINTS)
        put_stamp("installed", wanted)
    if subprocess.run([PYTHON, os.path.join("scripts", "assets.py")], cwd=ROOT).returncode != 0:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
