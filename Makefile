# Needs only Python >= 3.11 with headers, make, git and a C compiler; everything else is installed into .venv.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test check docs bench format lock clean

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(STAMP) ## Run the example company from bank files to booked, explained, undone payments
	@$(BIN)/python examples/demo.py

test: $(STAMP) ## Run the whole suite (SQLite and PostgreSQL)
	@$(BIN)/python -m pytest -q -n auto

check: $(STAMP) ## Format, lint, types, layers, tidiness
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q tests/tidy

docs: $(STAMP) ## Write the reference in docs/reference from schemas, commands, facts and error pages
	@$(BIN)/python -m tools.reference_pages

bench: $(STAMP) ## Measure speed and accuracy, about ten minutes (docs/benchmarks.md)
	@$(BIN)/python -m benchmarks

format: $(STAMP) ## Format and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: $(STAMP) ## Write requirements.lock anew (the only target that asks for newer versions)
	@$(BIN)/python tools/lock.py

clean: ## Remove what was made
	rm -rf $(VENV) .demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(STAMP): pyproject.toml requirements.lock tools/bootstrap.sh
	@sh tools/bootstrap.sh $(VENV)
	@touch $(STAMP)
