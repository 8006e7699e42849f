# Everything a fresh machine needs: Python 3.11+, make and a package registry.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/pytest --numprocesses auto --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help demo test check format lint types lock audit looks messages peers engines mail clean

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

messages: $(VENV)/ready ## bring the catalogues of every language up to date
	$(BIN)/python -m bench.messages

# Each of them in a place of its own: they pin what we do not.
PEERS := .peers
$(PEERS)/tap-salesforce/bin/tap-salesforce:
	$(PYTHON) -m venv $(PEERS)/tap-salesforce
	$(PEERS)/tap-salesforce/bin/python -m pip install --quiet \
	  --disable-pip-version-check tap-salesforce==2.8.1

$(PEERS)/dlt/bin/dlt:
	$(PYTHON) -m venv $(PEERS)/dlt
	$(PEERS)/dlt/bin/python -m pip install --quiet --disable-pip-version-check \
	  "dlt[duckdb,parquet]==1.31.0" simple-salesforce==1.12.10

$(PEERS)/jsforce/node_modules/jsforce:
	@mkdir -p $(PEERS)/jsforce
	npm install --silent --no-audit --no-fund --no-save \
	  --prefix $(PEERS)/jsforce jsforce@3.10.16

peers: $(VENV)/ready $(PEERS)/tap-salesforce/bin/tap-salesforce $(PEERS)/dlt/bin/dlt $(PEERS)/jsforce/node_modules/jsforce ## other people's Sales Cloud clients against the sandbox
	$(PYTEST) -m peers tests/test_peers.py

# What the fact queries answer on three engines and two versions of DuckDB.
ENGINES := .engines
$(ENGINES)/ready: requirements-dev.lock
	command -v pg_virtualenv java > /dev/null || \
	  apt-get install --yes postgresql openjdk-17-jre-headless
	for place in current duckdb-1.5; do \
	  $(PYTHON) -m venv $(ENGINES)/$$place && \
	  $(ENGINES)/$$place/bin/python -m pip install --quiet --disable-pip-version-check \
	    --require-hashes --requirement requirements-dev.lock || exit 1; done
	$(ENGINES)/current/bin/python -m pip install --quiet --disable-pip-version-check \
	  "psycopg[binary]==3.3.9" pyspark==4.3.0
	$(ENGINES)/duckdb-1.5/bin/python -m pip install --quiet --disable-pip-version-check \
	  duckdb==1.5.6
	@touch $@

engines: $(ENGINES)/ready ## the fact queries on PostgreSQL, Spark and an older DuckDB
	LC_ALL=C.UTF-8 pg_virtualenv $(ENGINES)/current/bin/pytest -m engines tests/test_engines.py
	$(ENGINES)/duckdb-1.5/bin/pytest tests/test_engines.py tests/test_reports_facts_*.py

# What others say of our mail: two validators from npm, a browser, a spam filter.
MAIL := .mail
$(MAIL)/ready: Makefile
	@{ command -v chromium && command -v spamassassin && command -v npm; } > /dev/null || \
	  apt-get install --yes --no-install-recommends chromium spamassassin npm || \
	  { echo "make mail needs Chromium, SpamAssassin and npm; on Debian, as root:" \
	    "apt-get install chromium spamassassin npm" >&2; exit 1; }
	$(PYTHON) -m venv $(MAIL)/pdf
	$(MAIL)/pdf/bin/python -m pip install --quiet --disable-pip-version-check \
	  weasyprint==70.0
	@$(MAIL)/pdf/bin/python -c "import weasyprint" 2> /dev/null || \
	  apt-get install --yes --no-install-recommends libpangoft2-1.0-0 || \
	  { echo "PDFs need Pango; on Debian, as root: apt-get install libpangoft2-1.0-0" \
	    >&2; exit 1; }
	npm install --silent --no-audit --no-fund --no-save --prefix $(MAIL) \
	  html-validate@10.17.0 axe-core@4.14.1
	@touch $@

mail: $(VENV)/ready $(MAIL)/ready ## every message and page before html-validate, axe-core and SpamAssassin
	$(BIN)/pytest -m mail tests/test_mail.py

# uv writes the locks: with hashes, for every platform, and without any host.
lock: ## resolve the dependencies again
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header --upgrade pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header --upgrade --group dev pyproject.toml --output-file requirements-dev.lock

# Strict: a package of which the service of known weaknesses says nothing is no pass.
AUDIT := .cache/audit
$(AUDIT)/bin/pip-audit:
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check \
	  pip-audit==2.10.1

# Who is asked: pypi knows every package of the locks, and one that it does not know
# fails the audit. Behind a mirror that passes no advisories on: AUDIT_SERVICE=osv.
AUDIT_SERVICE := pypi

audit: $(AUDIT)/bin/pip-audit ## known weaknesses of what the locks name
	@for lock in requirements.lock requirements-dev.lock; do \
	  echo "$$lock"; \
	  $(AUDIT)/bin/pip-audit --strict --progress-spinner off --disable-pip \
	    --vulnerability-service $(AUDIT_SERVICE) --require-hashes \
	    --requirement $$lock || exit 1; \
	done

clean: ## remove what make made
	rm -rf $(VENV) $(PEERS) $(AUDIT) build dist demo .mypy_cache .pytest_cache .ruff_cache .hypothesis
