# The two commands of Dialogue are `make run` and `make test`. Python 3.11 or newer is all they need.

PYTHON = python3
VENV = .venv
IN_VENV = $(VENV)/bin/python

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' Makefile

run: install ## install, build, migrate, load the sample dialogue the first time, serve (HOST=, PORT=)
	@$(IN_VENV) -m dialogue assets
	@$(IN_VENV) -m flask --app wsgi db upgrade
	@$(IN_VENV) -m flask --app wsgi demo --if-empty
	@exec $(IN_VENV) -m dialogue serve

test: install-for-tests ## all tests, with lint, types, import rules and templates beside them (ARGS=--no-browser)
	@exec $(IN_VENV) -m tests.run $(ARGS)

test-all: install-for-tests ## the same, with every test of the nouns a second time on PostgreSQL
	@exec $(IN_VENV) -m tests.run --all $(ARGS)

lint: install-for-tests ## lint, types, import rules and templates alone
	@exec $(IN_VENV) -m tests.run --checks-only

soak: install-for-tests ## the faults at length: a hundred kills, a thousand races, ten minutes of malice, on one process and on two (ARGS=--seed=N)
	@$(IN_VENV) -m dialogue assets --strict
	@$(IN_VENV) -m pytest tests/faults tests/workers --soak $(ARGS)
	@exec $(IN_VENV) -m pytest tests/journeys/test_faulty_line.py --soak $(ARGS)

bench: install-for-tests ## the benchmarks beside their peers, as ratios (ARGS=--quick, ARGS="--only live")
	@$(IN_VENV) -m dialogue assets
	@exec $(IN_VENV) -m tests.bench $(ARGS)

assets: install ## bundle the browser's scripts into static/vendor
	@$(IN_VENV) -m dialogue assets --strict

clean: ## remove what was installed and built; instance/ with its database stays
	rm -rf $(VENV) .tools .cache node_modules static/vendor
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

install:
	@command -v $(PYTHON) >/dev/null || { echo "Dialogue needs Python 3.11 or newer: there is no $(PYTHON) here."; exit 1; }
	@$(PYTHON) -I dialogue/setup/install.py $(VENV) requirements.txt

install-for-tests:
	@command -v $(PYTHON) >/dev/null || { echo "Dialogue needs Python 3.11 or newer: there is no $(PYTHON) here."; exit 1; }
	@$(PYTHON) -I dialogue/setup/install.py $(VENV) requirements-dev.txt

.PHONY: help run test test-all lint soak bench assets clean install install-for-tests
