# The words of this project. `make` lists them.
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTHON ?= python3

# Some environments forbid compiled files; tests start hundreds of processes, which would each compile the code again.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help

help: ## list these words
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version)."; exit 1; }
	@echo "Setting up $(VENV) from requirements.lock (about 1.8 GB, one to three minutes, once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: $(READY) ## make the environment

run: $(READY) ## the main job: index, train, answer the sample mentions, then serve on localhost (ARGS="--no-serve" to stop there)
	@$(BIN)/assistant demo $(ARGS)

replay: $(READY) ## run your own mentions: make replay DATA=mentions.jsonl [OUT=turns.jsonl]
	@test -n "$(DATA)" || { echo "Say which file: make replay DATA=mentions.jsonl"; exit 64; }
	@$(BIN)/assistant run "$(DATA)" --out "$(or $(OUT),data/replay.jsonl)" --summary --progress

test: $(READY) ## the tests
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup $(ARGS)

peers: $(READY) ## install servers written by others (Bluesky, Dovecot, Synapse, a model's), and run the tests against them
	@npm install --prefix tests/peers/aimock --no-package-lock --no-audit --no-fund
	@tests/peers/setup.sh
	@$(BIN)/python -m pytest -q -n 0 --peers tests/peers $(ARGS)

check: format-check lint types imports test ## everything a change must pass

format: $(READY) ## format the code
	@$(BIN)/ruff format .

format-check: $(READY)
	@$(BIN)/ruff format --check .

lint: $(READY) ## ruff
	@$(BIN)/ruff check .

types: $(READY) ## mypy, strict
	@$(BIN)/mypy

imports: $(READY) ## the layer contract
	@$(BIN)/lint-imports

bench: $(READY) ## ratios measured in one run; DATA=DIR adds the open data sets
	@for script in $(filter-out benchmarks/inbox.py benchmarks/burst.py,$(wildcard benchmarks/*.py)); do echo "== $$script"; $(BIN)/python $$script $(if $(DATA),$$(grep -q -e '"--data"' $$script && echo --data "$(DATA)")) || exit 1; done

bench-inbox: $(READY) ## the inbox among 1,000,000 conversations, on SQLite and Postgres (two minutes)
	@$(BIN)/python benchmarks/inbox.py $(ARGS)

bench-burst: $(READY) ## 10,000 mentions in 60 seconds against `assistant serve`, for real (minutes; ARGS="--mentions 1000 --seconds 6" for fewer)
	@$(BIN)/python benchmarks/burst.py $(ARGS)

chaos: $(READY) ## 1,000 kills of web and workers on SQLite and Postgres (ARGS="--kills 40" for fewer)
	@$(BIN)/python -m tests.faults.chaos $(ARGS)

certify-simulation: $(READY) ## certificates in 27 x 500 simulated worlds, and how soon the monitor sees worse drafts
	@$(BIN)/python benchmarks/certify_simulation.py
	@$(BIN)/python benchmarks/monitor_simulation.py

openapi: $(READY) ## write docs/openapi.json again
	@$(BIN)/python -m assistant.web.document > docs/openapi.json

lock: ## compile requirements.lock again (needs uv)
	uv pip compile pyproject.toml --all-extras --override overrides.txt --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements.lock

clean: ## remove the environment, caches and data/
	rm -rf $(VENV) data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

.PHONY: help setup run replay test peers check format format-check lint types imports bench bench-inbox bench-burst chaos certify-simulation openapi lock clean
