# Four doors: `make demo` shows it, `make test` proves it, `make check` is the quick half, `make lab` opens it.
# Each sets up what it needs first; a second run finds everything in place.

SHELL := bash
VENV := .venv
STAMPS := .make
CODE := jupyter_envs $(wildcard scripts examples benchmarks tests)
TYPED := jupyter_envs $(wildcard scripts examples benchmarks)
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do \
  $$python -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && echo $$python && break; done)

export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

LAB_SOURCES := $(shell find labextension/src labextension/style labextension/schema -type f)

CHECKS := $(addprefix check-,format lint types floors typescript eslint prettier stylelint wire)

.PHONY: setup python frontend browser check $(CHECKS) fix test channel lab demo bench wire print-wire clean
.DELETE_ON_ERROR:

setup: python frontend browser

python: $(STAMPS)/python
frontend: $(STAMPS)/develop
browser: $(STAMPS)/ui-tests $(STAMPS)/chromium

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.10 or newer is needed; name it with make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || scripts/apt-install python3-venv || \
	  { echo "$(PYTHON) cannot make virtual environments; install the package that has ensurepip" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The frontend is built below, by the tools that this installs; a link that stands for it must not be written through.
$(STAMPS)/python: pyproject.toml install.json $(shell find jupyter-config -type f) | $(VENV)/bin/python
	@mkdir -p $(STAMPS) jupyter_envs/labextension
	@rm -f $(VENV)/share/jupyter/labextensions/jupyter-envs $(STAMPS)/develop 2>/dev/null || true
	SKIP_JUPYTER_BUILDER=1 python -m pip install --quiet --editable '.[test,dev]'
	@touch $@

$(STAMPS)/node_modules: package.json yarn.lock .yarnrc.yml | $(STAMPS)/python
	@command -v node >/dev/null || { echo "Node 20.19 or newer is needed" >&2; exit 1; }
	jlpm install --immutable
	@touch $@

$(STAMPS)/labextension: $(STAMPS)/node_modules $(LAB_SOURCES) labextension/tsconfig.json
	jlpm build
	@touch $@

$(STAMPS)/develop: $(STAMPS)/labextension
	jupyter-builder develop . --overwrite
	@touch $@

$(STAMPS)/ui-tests: ui-tests/package.json ui-tests/yarn.lock ui-tests/.yarnrc.yml | $(STAMPS)/python
	cd ui-tests && jlpm install --immutable
	@touch $@

$(STAMPS)/chromium: | $(STAMPS)/ui-tests
	scripts/ensure-chromium
	@touch $@

check: $(CHECKS)
$(CHECKS): | $(STAMPS)/python $(STAMPS)/node_modules $(STAMPS)/ui-tests

check-format:
	ruff format --check --quiet $(CODE)
check-lint:
	ruff check --quiet --output-format concise $(CODE)
check-types:
	mypy $(TYPED)
check-floors:
	lint-imports
check-typescript:
	jlpm types:check
check-eslint:
	jlpm eslint:check
check-prettier:
	jlpm prettier:check
check-stylelint:
	jlpm stylelint:check
check-wire: print-wire
	@diff -u jupyter_envs/schemas/wire.json $(STAMPS)/wire.json && diff -u labextension/src/_wire.ts $(STAMPS)/_wire.ts \
	  || { echo "The wire has changed; run make wire" >&2; exit 1; }

fix: $(STAMPS)/python $(STAMPS)/node_modules
	ruff format $(CODE)
	ruff check --fix $(CODE)
	jlpm lint

# jupyter_envs/wire.py describes what crosses HTTP; the schema and the TypeScript types are printed from it.
wire: print-wire
	mkdir -p jupyter_envs/schemas
	cp $(STAMPS)/wire.json jupyter_envs/schemas/wire.json
	cp $(STAMPS)/_wire.ts labextension/src/_wire.ts

print-wire: $(STAMPS)/node_modules
	@python -m jupyter_envs.wire > $(STAMPS)/wire.json
	@jlpm wire:types --input $(STAMPS)/wire.json --output $(STAMPS)/_wire.ts

# Real packages for the tests, the demo and the benchmarks; made once, then found in its cache.
channel: python
	@python -m tests.channel >/dev/null

test: setup channel
	@python scripts/suites.py $(SUITES)

lab: python frontend channel
	python -m examples.lab $(LAB_OPTIONS)

demo: setup channel
	python -m examples.demo

bench: python channel
	python -m benchmarks

clean:
	rm -rf $(STAMPS) $(VENV) node_modules ui-tests/node_modules .yarn ui-tests/.yarn jupyter_envs/labextension labextension/lib
	rm -rf labextension/tsconfig.tsbuildinfo .eslintcache .stylelintcache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
