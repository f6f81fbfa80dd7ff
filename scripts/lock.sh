#!/bin/sh
# Hashed lock files for every platform and Python 3.11 or newer, without addresses.
set -eu
options="--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet --upgrade"
.venv/bin/uv pip compile pyproject.toml --group build $options --output-file requirements/runtime.txt
.venv/bin/uv pip compile pyproject.toml --group build --group dev $options --constraint requirements/runtime.txt --output-file requirements/dev.txt
.venv/bin/uv pip compile pyproject.toml --group build --group dev --group bench $options --constraint requirements/dev.txt --output-file requirements/bench.txt
