# Red Trails · 青岛红迹. Everything a newcomer needs: `make run`, `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
JOBS ?= 2
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help run test check-long lint format bench bench-peers lock wheel wheel-smoke browser clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Red Trails needs Python 3.11 or newer; found $$($(PYTHON) --version)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Stamps: an unchanged lock is not installed twice.
$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing Red Trails into $(VENV) (once, about a minute)"
	# Python compiles what it uses; compiling all of it would double the size of some packages.
	$(PIP) install --no-compile --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo "installing what the tests need"
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

run: $(VENV)/run.stamp ## start the service with its own data at http://127.0.0.1:8000
	@REDTRAILS_DATA_DIR="$${REDTRAILS_DATA_DIR:-var/data}" \
	  $(BIN)/redtrails serve --host $(HOST) --port $(PORT)

browser: $(VENV)/dev.stamp
	@sh scripts/ensure-browser.sh $(BIN)

test: $(VENV)/dev.stamp browser ## run every test, the browser's included
	$(BIN)/python -m pytest -n $(JOBS) -m "not slow and not network" $(ARGS)

check-long: $(VENV)/dev.stamp browser ## the full counts: property, oracle, soak and fault tests
	$(BIN)/python -m pytest -m "slow" $(ARGS)

lint: $(VENV)/dev.stamp ## style, types, import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev.stamp ## let ruff mend and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/dev.stamp ## every benchmark, in one run
	$(BIN)/python -m benchmarks

bench-peers: $(VENV)/dev.stamp ## ours beside OSRM and Valhalla (PEERS_PYTHON: 3.12 or newer)
	@$(BIN)/python -m benchmarks.peers

wheel: $(VENV)/dev.stamp ## build the wheel into dist/
	@rm -rf dist
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

wheel-smoke: wheel ## install the wheel in an empty environment, start it, plan one itinerary
	@sh scripts/wheel-smoke.sh $(PYTHON)

lock: ## write requirements/*.txt anew from pyproject.toml (needs uv)
	sh scripts/lock.sh

clean: ## remove the environment, builds and the service's own data
	rm -rf $(VENV) .venv-peers dist build var .pytest_cache .mypy_cache .ruff_cache .hypothesis test-output
