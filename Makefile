# childfirst: `make demo` runs the platform with the demo partnership, `make test` proves that all of it works.

PYTHON ?= $(shell sh scripts/find-python.sh)
BIN := .venv/bin
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help demo stop test check fix bench assets docs lock clean setup setup-dev setup-bench

help:  ## What can be made
	@echo "childfirst"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 10

demo:  ## Set everything up and leave the platform running with the demo partnership (PORT=8000)
	@$(PYTHON) scripts/bootstrap.py
	@$(BIN)/childfirst demo --port $(PORT)

stop:  ## Stop the platform that `make demo` left running
	@$(BIN)/childfirst stop

test: setup-dev  ## Set everything up and pass all tests
	@$(BIN)/python scripts/run_tests.py

check: setup-dev  ## The fast part of the tests, before every commit
	@$(BIN)/python scripts/run_tests.py --fast

fix: setup-dev  ## Mend what lint can mend by itself
	@$(BIN)/ruff check --fix src tests benchmarks scripts
	@$(BIN)/ruff format src tests benchmarks scripts

bench: setup-bench  ## Print the benchmarks: ratios against peers measured in the same run
	@$(BIN)/python benchmarks/run.py

assets: setup  ## Compile styles, scripts and fonts
	@$(BIN)/python scripts/assets.py

docs: setup  ## Write the generated reference pages
	@$(BIN)/childfirst docs

lock: setup-dev  ## Renew the hashed lock files from pyproject.toml
	@sh scripts/lock.sh

setup:
	@$(PYTHON) scripts/bootstrap.py

setup-dev:
	@$(PYTHON) scripts/bootstrap.py --dev

setup-bench:
	@$(PYTHON) scripts/bootstrap.py --bench

clean:  ## Remove what was built, and the demo's data; keeps var/ otherwise
	@-$(BIN)/childfirst stop
	rm -rf .venv node_modules var/demo src/childfirst/design/static/design/build src/childfirst/design/static_root
