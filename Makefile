# Two commands do all: `make demo` and `make test`. Everything is installed into .venv from constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := build/venv-uv/bin/uv
PACKING := build/venv-packing/bin/python
FAST := -m 'not slow and not browser'
PLAIN := -m 'not slow and not browser and not hypothesis'
STAMP := $(VENV)/.installed
INSTALL ?= $(BIN)/python -m pip install --quiet --disable-pip-version-check
ROUNDS ?= 300
PAGES := $(shell find README.md CONTRIBUTING.md docs -name '*.md')
DEMO ?= build/demo-$(shell date +%Y%m%d-%H%M%S)

.PHONY: build release demo demo-drupal site newcomer pictures soak test test-alpha test-fast test-lowest test-newest lint coverage docs bench help

# Tests start a thousand processes: what these import is compiled once, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

# Where the tests put their files: in memory, where there is room.
test test-fast test-alpha test-lowest test-newest coverage soak: export TMPDIR := $(or $(TMPDIR),$(shell $(PYTHON) .ci/temporary.py),/tmp)

help:  ## Show these targets.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "altsync needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) -c constraints.txt -e '.[all,test,providers,docs]'
	@touch $@

demo: $(STAMP)  ## Run the whole loop on the built-in demonstration site: no key, no network.
	$(BIN)/altsync demo $(DEMO)

demo-drupal: $(STAMP)  ## The same on a fake Drupal with JSON:API (tests/doubles/drupal).
	$(BIN)/python -m tests.doubles.drupal --loop $(DEMO)

test: $(STAMP)  ## Run every test (browser tests are skipped where there is no chromium).
	$(BIN)/python -m pytest -n 4 --dist worksteal

test-fast: $(STAMP)  ## Run the tests that take no more than moments.
	$(BIN)/python -m pytest $(FAST)

lint: $(STAMP)  ## Check style, types and that the documents are current.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python .ci/schemas.py --check
	$(BIN)/python -m cogapp --check $(PAGES)

docs: $(STAMP)  ## Write what the reference says of commands, keys and tables, and the JSON Schemas, anew.
	$(BIN)/python .ci/schemas.py
	$(BIN)/python -m cogapp -r $(PAGES)

site: $(STAMP)  ## Build the documentation site into build/site, and check every link in it.
	$(BIN)/python -m sphinx -W --keep-going -n -E -q -b html docs build/site
	@echo "Open build/site/index.html: no server and no network is needed."

newcomer: $(STAMP)  ## Type the tutorial in a fresh environment, from the wheel: minutes.
	NEWCOMER=1 $(BIN)/python -m pytest -q -s tests/test_newcomer.py

pictures: $(STAMP)  ## Take the screenshots and the animation of the documents anew, in a real chromium.
	$(BIN)/python -m tests.web.shown docs/screenshots
	$(BIN)/python -m tests.web.loop docs/_static

bench: $(STAMP)  ## Measure, side by side in one run; prints ratios.
	$(BIN)/python -m benchmarks

ROOMS := tests/test_*.py tests/claims tests/cli tests/documents tests/handover tests/lint tests/models tests/packets tests/pictures tests/render tests/sources/test_kinds.py tests/store tests/texts tests/verdicts

soak: $(STAMP)  ## Kill altsync ROUNDS times, over both kinds of site, count what came of it, and let the machines run for long.
	$(BIN)/python -m tests.soak --rounds $(ROUNDS)
	$(BIN)/python -m tests.soak_providers --kills 50
	LENGTH=10 $(BIN)/python -m pytest -n 2 -m 'slow and hypothesis'
	LENGTH=10 $(BIN)/python -m pytest -n 2 tests/lint/test_gate.py
	LENGTH=10 $(BIN)/python -m pytest -n 2 -m 'not hypothesis' -k 'for_long or random_walks or killed_migrations or killed_imports'

coverage: $(STAMP)  ## Hold the rooms to what .ci/covered.py wants the fast tests to reach of them, none by chance.
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run --include="$$($(BIN)/python .ci/covered.py --files)" \
	  -m pytest -q -n 3 --dist worksteal -p no:cacheprovider $(PLAIN) $(ROOMS)
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python .ci/covered.py

test-alpha: $(UV)  ## The pages on the newest alpha of Datasette 1.0, in a virtual environment of its own; may fail by itself.
	$(UV) venv --quiet --clear --no-python-downloads --python $(PYTHON) build/venv-alpha
	$(UV) pip install --quiet --python build/venv-alpha/bin/python --prerelease allow 'datasette>=1.0a0'
	$(UV) pip install --quiet --python build/venv-alpha/bin/python -e '.[test]'
	build/venv-alpha/bin/python -m pytest -q -n 3 --dist worksteal $(FAST) tests/web

$(UV):
	$(PYTHON) -m venv build/venv-uv
	build/venv-uv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt uv

$(PACKING):
	$(PYTHON) -m venv build/venv-packing
	build/venv-packing/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt build twine

build: $(PACKING)  ## Build wheel and sdist into build/dist, check both, and go from `pip install` to the first review page.
	rm -rf build/dist
	$(PACKING) -m build --outdir build/dist . >/dev/null
	$(PACKING) -m twine check --strict build/dist/*
	$(PACKING) .ci/built.py build/dist
	$(PACKING) .ci/first_page.py build/dist

release: build  ## What a release wants besides: real addresses, a dated section in CHANGELOG.md.
	$(PACKING) .ci/built.py build/dist --release

test-lowest: $(UV)  ## The fast tests, none by chance, on Python 3.11 with the lowest versions that pyproject.toml allows.
	sed 's/==/<=/' constraints.txt >build/no-newer.txt
	$(UV) venv --quiet --clear --no-python-downloads --python 3.11 build/venv-lowest
	$(UV) pip install --quiet --compile-bytecode --python build/venv-lowest/bin/python --resolution lowest-direct -c build/no-newer.txt -e '.[all,test]'
	build/venv-lowest/bin/python -m pytest -q -n 3 --dist worksteal $(PLAIN)

test-newest: $(UV)  ## The same on the newest Python of this machine, if it is newer than the usual one.
	@python=$$($(PYTHON) .ci/newest_python.py) && \
	if [ -z "$$python" ]; then \
	  echo "No Python here is newer than $$($(PYTHON) -V): test-newest has nothing to run."; \
	else \
	  echo "The newest Python here: $$($$python -V), $$python." && \
	  $(UV) venv --quiet --clear --python "$$python" build/venv-newest && \
	  $(UV) pip install --quiet --compile-bytecode --python build/venv-newest/bin/python -c constraints.txt -e '.[all,ocr,test]' && \
	  build/venv-newest/bin/python -m pytest -q -n 3 --dist worksteal $(PLAIN); \
	fi
