# Everything a fresh machine needs: Python 3.11+, make and a package registry.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/pytest

.DEFAULT_GOAL := help
.PHONY: help demo test check format lint types lock looks peers clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

# One environment for running and developing, rebuilt whenever a lock changes.
# --require-hashes: what was reviewed is what is installed.
$(VENV)/ready: requirements-dev.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --require-hashes --requirement requirements-dev.lock
	@touch $@

$(VENV)/ready-to-run: requirements.lock
	@test -e $(VENV)/ready || { \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	    --require-hashes --requirement requirements.lock; }
	@touch $@

demo: $(VENV)/ready-to-run ## a made-up sales organisation, from sync to packets, in ./demo
	$(BIN)/python . demo

test: $(VENV)/ready ## the whole suite
	$(PYTEST)

check: $(VENV)/ready ## format, lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(PYTEST)

format: $(VENV)/ready ## write the code as the formatter wants it
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(VENV)/ready ## ruff only
	$(BIN)/ruff check .

types: $(VENV)/ready ## mypy only
	$(BIN)/mypy

looks: $(VENV)/ready ## pictures of every message and page, in build/looks (needs Chromium)
	$(BIN)/python -m bench.looks

# Each of them in a place of its own: they pin what we do not.
PEERS := .peers
$(PEERS)/tap-salesforce/bin/tap-salesforce:
	$(PYTHON) -m venv $(PEERS)/tap-salesforce
	$(PEERS)/tap-salesforce/bin/python -m pip install --quiet \
	  --disable-pip-version-check tap-salesforce==2.8.1

$(PEERS)/jsforce/node_modules/jsforce:
	@mkdir -p $(PEERS)/jsforce
	npm install --silent --no-audit --no-fund --no-save \
	  --prefix $(PEERS)/jsforce jsforce@3.10.16

peers: $(VENV)/ready $(PEERS)/tap-salesforce/bin/tap-salesforce $(PEERS)/jsforce/node_modules/jsforce ## other people's Sales Cloud clients against the sandbox
	$(PYTEST) -m peers tests/test_peers.py

# uv writes the locks: with hashes, for every platform, and without any host.
lock: ## resolve the dependencies again
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header --upgrade pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header --upgrade --group dev pyproject.toml --output-file requirements-dev.lock

clean: ## remove what make made
	rm -rf $(VENV) $(PEERS) build dist demo .mypy_cache .pytest_cache .ruff_cache .hypothesis
