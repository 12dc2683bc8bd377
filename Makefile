# The developer's manual. `make` alone lists the targets.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

ROOT := $(CURDIR)
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
# Zone data comes from the pinned tzdata package, never from the machine.
export PYTHONTZPATH :=
# Only what the lock names gets in, and only as the bytes it names.
PIP := $(PY) -m pip --disable-pip-version-check --require-virtualenv
# Each process has a Temporal server and a PostgreSQL of its own: more than a few stand in each other's way.
PYTEST_ARGS ?= --numprocesses=auto --maxprocesses=4 --dist=loadfile

# A checkout that was moved or copied has launchers that point elsewhere: install again.
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(ROOT))
.PHONY: $(STAMP)
endif

.PHONY: help
help: ## list the targets
	@awk 'BEGIN {FS = ":[^#]*## "} /^[a-z]+:[^#]*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

$(STAMP): requirements.lock
	@test ! -e $@ || test "$$(cat $@)" = '$(ROOT)' || rm -rf $(VENV)
	@test -x $(PY) && $(PY) -c '' 2>/dev/null || { \
		python=$$(scripts/find_python.sh) && echo "making $(VENV) with $$python" && "$$python" -m venv --clear $(VENV); }
	@echo "installing what requirements.lock names (a minute or two, the first time only)"
	@$(PIP) install --quiet --require-hashes --requirement requirements.lock
	@printf '%s' '$(ROOT)' > $@

.PHONY: .venv install
.venv: install
install: $(STAMP) ## make .venv from the lock, with the command .venv/bin/dayzero (does nothing the second time)
	@$(PY) scripts/write_launcher.py

.PHONY: demo
demo: install ## start everything with a simulated study and watch an alert climb
	@exec $(VENV)/bin/dayzero up --demo

.PHONY: test
test: install ## run every test on a real Temporal server, SQLite, PostgreSQL and Chromium (installs the last two if absent)
	@scripts/ensure_postgres.sh
	@scripts/ensure_chromium.sh
	$(PY) -m pytest $(PYTEST_ARGS)

.PHONY: lint
lint: install ## ruff: mistakes, style, layout
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

.PHONY: format
format: install ## lay the code out and mend what ruff can mend by itself
	$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format .

.PHONY: types
types: install ## mypy strict over code and tests, pyright over the code
	$(PY) -m mypy .
	$(PY) -m pyright

.PHONY: contracts
contracts: install ## which package may import which
	$(VENV)/bin/lint-imports

.PHONY: check
check: lint types contracts test ## all of the above: what must be green before a commit is shared

.PHONY: bench
bench: install ## measure ourselves beside the floor, in one run, and write the table
	$(PY) -m bench

.PHONY: simulate
simulate: install ## run the simulated engine over many seeds: SEEDS=0:100, one, or 0: for SECONDS=3600; STEPS=600
	$(PY) -m tests.replay.simulated $(SEEDS) $(STEPS) $(SECONDS)
SEEDS ?= $(if $(SECONDS),0:,0:100)
STEPS ?= 600
SECONDS ?=

.PHONY: histories
histories: install ## make the stored workflow histories that the replay tests read (adds new ones, changes none)
	$(PY) -m tests.make_histories

.PHONY: record
record: install ## make the stored record of each story, for later rules to be compared with (adds new ones, changes none)
	$(PY) -m tests.stories.make_record

.PHONY: lock
lock: ## resolve the lock again within pyproject.toml's ranges, hashes included
	@test -x $(VENV)/bin/uv || $(MAKE) install
	$(VENV)/bin/uv pip compile pyproject.toml --all-extras $(LOCK_FLAGS) -o requirements.lock > /dev/null
	$(VENV)/bin/uv pip compile pyproject.toml --extra endpoints --extra oidc --extra otel $(LOCK_FLAGS) -c requirements.lock -o requirements-runtime.lock > /dev/null
LOCK_FLAGS = --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" $(LOCK_ARGS)
LOCK_ARGS ?=

.PHONY: schema
schema: install ## publish the JSON Schema of the protocol document
	$(VENV)/bin/dayzero protocol schema > protocols/protocol.schema.json

.PHONY: docs
docs: install ## write the reference pages that are made from the code
	$(PY) -m scripts.write_reference

.PHONY: catalogues
catalogues: install ## take the sentences of the console's pages into its catalogues, to be translated there
	$(PY) -m scripts.write_catalogues

.PHONY: clean
clean: ## remove what was made here, except the virtual environment and your data in var/
	rm -rf .mypy_cache .screenshots .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov build dist *.egg-info
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
