# Two commands do all: `make demo` and `make test`. Everything is installed into .venv from constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO ?= build/demo-$(shell date +%Y%m%d-%H%M%S)

.PHONY: demo demo-drupal test test-alpha test-fast lint coverage docs bench help

help:  ## Show these targets.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "altsync needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[all,test]'
	@touch $@

demo: $(STAMP)  ## Run the whole loop on the built-in demonstration site: no key, no network.
	$(BIN)/altsync demo $(DEMO)

demo-drupal: $(STAMP)  ## The same on a fake Drupal with JSON:API (tests/doubles/drupal).
	$(BIN)/python -m tests.doubles.drupal --loop $(DEMO)

test: $(STAMP)  ## Run every test (browser tests are skipped where there is no chromium).
	$(BIN)/python -m pytest -n 2 --dist worksteal

test-fast: $(STAMP)  ## Run the tests that take no more than moments.
	$(BIN)/python -m pytest -m 'not slow and not browser'

lint: $(STAMP)  ## Check style, types and that the documents are current.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m cogapp --check README.md docs/*.md

docs: $(STAMP)  ## Write the help texts into README and docs anew.
	$(BIN)/python -m cogapp -r README.md docs/*.md

bench: $(STAMP)  ## Measure, side by side in one run; prints ratios.
	$(BIN)/python -m benchmarks

coverage: $(STAMP)  ## The pure rooms are covered to the last branch.
	$(BIN)/python -m coverage run --branch --source=altsync -m pytest -q -p no:cacheprovider tests/test_plan.py tests/render tests/lint tests/cli -m 'not slow and not browser'
	$(BIN)/python -m coverage report --fail-under=100 --include='altsync/plan.py,altsync/models.py,altsync/lint/*,altsync/render/*' --skip-covered --show-missing

test-alpha:  ## The pages on the newest alpha of Datasette 1.0, in a virtual environment of its own; may fail by itself.
	$(PYTHON) -m venv build/venv-alpha
	build/venv-alpha/bin/python -m pip install --quiet --disable-pip-version-check --pre 'datasette>=1.0a0'
	build/venv-alpha/bin/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	build/venv-alpha/bin/python -m pytest -q -m 'not browser and not slow' tests/web
