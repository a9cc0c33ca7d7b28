# Everything a developer or a user types. `make help` is made from the comments behind ##.

# The first Python on the path that is new enough; PYTHON=/path/to/python chooses another.
PYTHON ?= $(shell for candidate in python3 python3.13 python3.12 python3.11; do \
	"$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& echo "$$candidate" && break; done)
VENV := .venv
RUN := $(VENV)/bin/python
STAMPS := $(VENV)/.stamps
PIP := "$(RUN)" -m pip --disable-pip-version-check --quiet install

.DEFAULT_GOAL := help
.PHONY: help install demo test check format docs bench clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) \
	| awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

install: $(STAMPS)/install ## Create .venv and install Shoal into it

demo: $(STAMPS)/install ## Start a server, run 10,000 orders and every batch operation (DEMO_INSTANCES, DEMO_PORT, DEMO_EXIT=1)
	@"$(RUN)" -m shoal.demo

test: $(STAMPS)/test ## Run the whole test suite
	"$(RUN)" -m pytest -n 2 $(ARGS)

check: $(STAMPS)/check ## Format, lint, types and layers; changes nothing
	"$(RUN)" -m ruff format --check .
	"$(RUN)" -m ruff check .
	"$(RUN)" -m mypy
	"$(VENV)/bin/lint-imports"

format: $(STAMPS)/check ## Format and fix what can be fixed
	"$(RUN)" -m ruff check --fix .
	"$(RUN)" -m ruff format .

docs: $(STAMPS)/install ## Make the reference pages from the code
	"$(RUN)" -m docs.generate

bench: $(STAMPS)/test ## Measure every operation on both databases (ARGS='...')
	"$(RUN)" -m bench $(ARGS)

clean: ## Remove .venv and every cache
	rm -rf "$(VENV)" .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .shoal

$(STAMPS)/python:
	@test -n "$(PYTHON)" || { echo "error: Shoal needs Python 3.11 or newer; say where it is: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "error: $(PYTHON) is too old or missing; Shoal needs Python 3.11 or newer" >&2; exit 1; }
	@"$(PYTHON)" -m venv "$(VENV)" \
	|| { echo "error: $(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@mkdir -p "$(STAMPS)" && touch "$@"

$(STAMPS)/install: pyproject.toml | $(STAMPS)/python
	@echo "Installing Shoal into $(VENV) ..."
	@$(PIP) --editable .
	@touch "$@"

$(STAMPS)/test: pyproject.toml | $(STAMPS)/python
	@$(PIP) --editable '.[test]'
	@touch "$@" $(STAMPS)/install

$(STAMPS)/check: pyproject.toml | $(STAMPS)/python
	@$(PIP) --editable '.[test,check]'
	@touch "$@" $(STAMPS)/install $(STAMPS)/test
