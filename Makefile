# Everything Duban needs is Python 3.11 or later and make.
.DEFAULT_GOAL := help
.PHONY: help house run console pictures test compose-test faults bench check format lock docs reset secrets

# A run has many processes: without bytecode each of them would compile every module again.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# The virtual environment is made anew whenever the lock or the project's own metadata change.
READY := .venv/ready-$(shell cat requirements.lock pyproject.toml | cksum | cut -d ' ' -f 1)

# Two test processes on one broker and one store; what shares more runs in one of them, in the order
# of tests/groups.py. ARGS="-n 0" runs everything in one process.
PYTEST = $(BIN)/pytest -n 2 --dist loadscope --no-loadscope-reorder --durations=30

# Hashes of everything, and no address: where packages come from is the machine's business.
COMPILE = $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-options

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: $(READY) ## Start MongoDB, Kafka and all services; Ctrl-C stops them (ARGS=...)
	@$(BIN)/duban run $(ARGS)

console: $(READY) ## Build the pages of the console, once per content of their sources
	@$(BIN)/duban console

pictures: $(READY) ## Take the pictures of README from a running installation (ARGS=address)
	@$(BIN)/python web/pictures.py $(ARGS)

test: $(READY) ## Run all tests but slow ones of what has not changed (ARGS=... for pytest)
	@$(BIN)/duban console check
	@$(PYTEST) $(ARGS)

test-all: $(READY) ## Run also those, and docker-compose.yml in containers
	@$(PYTEST) --everything $(ARGS)
	@$(MAKE) --no-print-directory compose-test

compose-test: $(READY) ## Start docker-compose.yml in containers, break it, see it heal (Docker)
	@$(BIN)/pytest -m 'long or not long' tests/compose $(ARGS)

faults: $(READY) ## Run all tests of faults and all mutants, also the long ones (ARGS=... for pytest)
	@$(BIN)/pytest -m 'long or not long' tests/faults tests/mutation tests/component/access/test_random_requests.py $(ARGS)

bench: $(READY) ## Measure beside the raw limits; .duban/bench has the report (ARGS=smoke|full)
	@$(BIN)/python -m bench $(ARGS)

check: $(READY) ## Format, lint, types, import contracts, sizes
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -q tests/architecture
	@$(BIN)/duban console check

house: $(READY) ## Measure the house: sizes, folders, repetition, files a change touches
	@$(BIN)/python -m tests.architecture.house

format: $(READY) ## Format the code and mend what the linter can
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

lock: $(READY) ## Lock the newest allowed versions with hashes, for machines and for the image
	@$(COMPILE) --upgrade --extra dev --output-file requirements.lock pyproject.toml deploy/embedded.in
	@$(COMPILE) --output-file deploy/console/node.lock deploy/console/node.in
	@$(COMPILE) --constraint requirements.lock --output-file deploy/image.lock pyproject.toml

docs: $(READY) ## Generate the pages that come from the code
	@$(BIN)/duban docs

secrets: ## Make the passwords of docker-compose.yml that are missing, as files
	@$(PYTHON) deploy/make_secrets.py

reset: $(READY) ## Empty: remove all data in .duban, keep the downloaded broker
	@$(BIN)/duban reset $(ARGS)

$(READY): requirements.lock pyproject.toml deploy/install.py
	@if [ -z "$(PYTHON)" ]; then \
		echo '需要 Python 3.11 或更高版本。Python 3.11 or later is needed; name it with make PYTHON=...'; exit 1; fi
	@$(PYTHON) deploy/install.py
	@rm -f .venv/ready-* && touch $@
