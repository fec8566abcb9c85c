# Everything that is done with this repository. `make` alone lists it; only Python 3.11+ and make are needed beforehand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The generator of the Python client: it needs an older typer than the project, so it lives beside the environment.
GENERATOR := $(VENV)/generator
# What reads openapi.json in the tests (openapi/package.json), where npm is at hand; else those tests are skipped by name.
NODE := $(VENV)/node
# More than cores: some tests wait for a while, for a lease or a process.
WORKERS ?= 4
COVERED ?= 93
LOCK_FLAGS := --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header -q
# How the project gets onto a machine; the image does the same (tests/test_packaging.py compares them).
INSTALL_LOCKED := pip install --disable-pip-version-check --require-hashes -r
INSTALL_PROJECT := pip install --disable-pip-version-check --no-deps --no-build-isolation

.DEFAULT_GOAL := help
.PHONY: help setup demo run token test coverage lint format openapi clients released bench soak walks az-story lock clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(STAMP) ## Make .venv with everything in it, or bring it up to date
	@:

$(STAMP): requirements-dev.lock requirements-client.lock pyproject.toml openapi/package-lock.json \
  clients/python/pyproject.toml clients/typescript/package-lock.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Holdfast needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Name another: make setup PYTHON=python3.11" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
	@echo "Installing what requirements-dev.lock names into $(VENV) ..."
	@$(BIN)/$(INSTALL_LOCKED) requirements-dev.lock -q
	@$(BIN)/$(INSTALL_PROJECT) -q -e . -e clients/python
	@rm -rf $(GENERATOR)
	@$(BIN)/$(INSTALL_LOCKED) requirements-client.lock -q --no-warn-conflicts --target $(GENERATOR)
	@rm -rf $(NODE) && mkdir $(NODE) && cp openapi/package.json openapi/package-lock.json $(NODE)
	@if ! command -v npm > /dev/null; then echo "There is no npm here: the linters of the OpenAPI document are left out."; \
	  elif ! npm ci --prefix $(NODE) --ignore-scripts --no-audit --no-fund --silent; then rm -rf $(NODE); \
	  echo "npm could not install openapi/package-lock.json: the linters of the OpenAPI document are left out." >&2; fi
	@if command -v npm > /dev/null && ! npm ci --prefix clients/typescript --ignore-scripts --no-audit --no-fund --silent; then \
	  echo "npm could not install clients/typescript/package-lock.json: the TypeScript client is left out." >&2; fi
	@touch $@

demo: setup ## The main job, end to end, on this machine: embedded Postgres, simulated Azure, API, worker
	@$(BIN)/holdfast demo

# FRESH=1 begins anew, as a whole; SAMPLE=0 leaves the sample tenant out.
run: setup ## The same stack, serving until Ctrl-C; prints the Swagger address and tokens. FRESH=1 SAMPLE=0
	@exec $(BIN)/holdfast dev $(if $(filter-out 0,$(FRESH)),--fresh) $(if $(filter 0,$(SAMPLE)),--no-sample)

token: setup ## A token of the running stack: make token ROLE=operator WHO=mona
	@$(BIN)/holdfast token $(if $(WHO),--principal $(WHO)) $(foreach role,$(or $(ROLE),reader operator restorer approver admin),--role $(role))

# One part only, without the linters: make test T=tests/restores
test: export PYTHONDONTWRITEBYTECODE := # compiled once, not by every worker and process again
test: setup ## Linters, types and all tests, then the 20 slowest; T=tests/restores for one part alone
ifdef T
	@$(BIN)/pytest $(T)
else
	@$(MAKE) --no-print-directory lint > $(VENV)/lint.log 2>&1 & linting=$$!; \
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --durations=20 -rs; tested=$$?; \
	wait $$linting; linted=$$?; cat $(VENV)/lint.log; exit $$((tested + linted))
endif

coverage: setup ## All tests with the lines of app/ they run; fails under COVERED per cent
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal --cov=app --cov-branch --cov-report=term:skip-covered --cov-fail-under=$(COVERED)

lint: setup ## ruff and mypy, nothing changed
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: setup ## Let ruff put the code in order
	@$(BIN)/ruff check --fix-only -q .
	@$(BIN)/ruff format .

openapi: setup ## Write openapi/openapi.json anew from the code, and the clients from it
	@$(BIN)/holdfast openapi > openapi/openapi.json.new && mv openapi/openapi.json.new openapi/openapi.json
	@$(BIN)/python -m clients.generate

clients: setup ## Make both clients anew from openapi/openapi.json
	@$(BIN)/python -m clients.generate

released: setup ## At a release: breaks are from now on those of the present OpenAPI document
	@$(BIN)/python -m tests.reference.baseline

bench: setup ## Measure: accepted writes a second, POST to trigger
	@$(BIN)/python -m tests.bench

soak: setup ## Exactly once under fire; PART=r19 for one part; RESTORES=1000 SEEDS=1 SECONDS=90 RACES=100000 EVENTS=100000 TESTS=100 ROUNDS=20 by default
	@$(BIN)/python -m tests.soak $(foreach part,$(PART),--only $(part)) --restores $(or $(RESTORES),1000) --seeds $(or $(SEEDS),1) --seconds $(or $(SECONDS),90) --races $(or $(RACES),100000) --events $(or $(EVENTS),100000) --tests $(or $(TESTS),100) --rounds $(or $(ROUNDS),20)

walks: setup ## The way of three requests through the files, and the structure of the folders (docs/walks.md)
	@$(BIN)/pytest -q -s tests/test_walks.py | grep -v '\[info '

az-story: setup ## The real Azure CLI against the simulator, where az is installed
	@tests/stories/az_story.sh

lock: setup ## Resolve all lock files anew (names, versions and hashes only)
	$(BIN)/uv pip compile $(LOCK_FLAGS) --extra build --extra embedded --extra dev -o requirements-dev.lock pyproject.toml
	$(BIN)/uv pip compile $(LOCK_FLAGS) --extra build -c requirements-dev.lock -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile $(LOCK_FLAGS) -o requirements-client.lock requirements-client.in

clean: ## Remove the environment and the embedded data
	rm -rf $(VENV) .holdfast .mypy_cache .ruff_cache .pytest_cache .hypothesis
