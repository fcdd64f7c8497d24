# Two commands matter: `make site` and `make test`. Both need Python 3.11 or newer, git and make, and nothing else.

.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
export NO_MKDOCS_2_WARNING := 1
BIN := $(VENV)/bin
PORT ?= 8000
# The first Python that is new enough; name another with `make PYTHON=… site`.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && break; done)

.PHONY: help setup site serve test nightly check checklist spelling cards book pyodide proofs diagrams screenshots update lint clean licences audit dist trust

help: ## Show what can be made.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile

setup: $(VENV)/.ready ## Set up .venv from the lock.

$(VENV)/.ready: requirements.lock pyproject.toml snippets/_support/pyproject.toml
	@test -n "$(PYTHON)" || { echo "make: there is no Python 3.11 or newer on PATH; install one, or name it: make PYTHON=/path/to/python3 site" >&2; exit 1; }
	@command -v git >/dev/null || { echo "make: git is missing; the pages' dates and some snippets need it" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "make: $(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	"$(PYTHON)" -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . --editable snippets/_support
	@touch $@

site: setup pyodide ## Run every snippet, check every link, and build the site into site/.
	$(BIN)/snippets-runner check
	$(BIN)/slipbox lint
	REQUIRE_VERIFIED=true $(BIN)/mkdocs build --strict --clean
	@echo
	@echo "The site is in site/. To read it: $(BIN)/python -m http.server --directory site --bind 127.0.0.1 $(PORT)"
	@echo "and open http://127.0.0.1:$(PORT)/"

serve: setup ## Preview the site while you write, on port $(PORT).
	AUDIENCE=$${AUDIENCE:-serve} $(BIN)/mkdocs serve --dev-addr 127.0.0.1:$(PORT)

check: setup ## Run the snippets that changed since they last passed.
	$(BIN)/snippets-runner check
	$(BIN)/slipbox lint

checklist: setup ## Print what the specification asks of each page, and what the page holds.
	$(BIN)/python -m tools.checklist

spelling: setup ## Check the spelling of the pages in both languages; needs hunspell.
	$(BIN)/python -m tools.spelling

cards: setup ## Make cards for Anki from the questions of the modules.
	$(BIN)/python -m tools.cards

pyodide: setup ## Fetch the Python that readers run snippets on; a site without it is whole but for that.
	@$(BIN)/python -m tools.pyodide

proofs: setup pyodide ## Find the snippets that print in a browser what was recorded; needs node.
	$(BIN)/python -m tools.proofs

book: site $(VENV)/.book ## Make a book of the curriculum, as EPUB and PDF, into book/; the PDF needs Chromium.
	$(BIN)/python -m tools.book

$(VENV)/.book: requirements-book.lock $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-book.lock
	@touch $@

diagrams: setup ## Record the drawings of new and changed diagrams; needs Chromium.
	$(BIN)/python -m tools.diagrams

screenshots: setup ## Take pictures of the site in site/, on one sheet; needs Chromium.
	$(BIN)/python -m tools.screenshots

update: setup ## Record what the snippets print now, and show the difference.
	$(BIN)/snippets-runner update

lint: setup ## Check the code's style, types and architecture, and the snippets' types.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/mypy --config-file snippets/mypy.ini
	$(BIN)/lint-imports --no-cache
	$(BIN)/zizmor --offline --quiet .github

test: lint check pyodide $(VENV)/.book ## Everything that continuous integration runs.
	REQUIRE_VERIFIED=true $(BIN)/mkdocs build --strict --clean --site-dir .cache/site
	SITE_DIR=.cache/site $(BIN)/python -m tools.unchanged --also .cache/site --also .cache/snippets_runner/ledger.json -- \
		$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

nightly: check ## What is worth a run each night: forked against fresh processes, flaky snippets, tomorrow's versions, other sites.
	NIGHTLY=1 $(BIN)/python -m pytest tests/snippets_runner/test_isolations.py tests/site/test_incremental.py
	$(BIN)/snippets-runner check --repeat 2
	$(BIN)/snippets-runner drift --json .cache/drift.json
	NIGHTLY=1 $(BIN)/python -m pytest tests/trust
	$(BIN)/python -m tools.supply sbom .cache/sbom.json
	REQUIRE_VERIFIED=true $(BIN)/mkdocs build --strict --clean --site-dir .cache/site
	$(BIN)/site-checker .cache/site --external --allow external-links.txt --memory .cache/external-links.json --timeout 20 \
		--unlinked 'about/*' --unlinked 'be03/*' --unlinked 'inbox/*' --unlinked 'project/*'

licences: setup ## Print what is locked and vendored, with versions and licences.
	$(BIN)/python -m tools.supply licences

audit: setup ## Ask which known holes the locked versions have; needs the network.
	$(BIN)/pip-audit --disable-pip --no-deps --strict --progress-spinner off -r requirements.lock

dist: setup ## Build the wheel and the source archive into dist/, twice, and compare.
	rm -rf dist .cache/dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m hatchling build -d dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m hatchling build -d .cache/dist
	diff -r dist .cache/dist && sha256sum dist/*

trust: setup ## Measure what is promised, and write the page of figures.
	PYTHONPATH=. $(BIN)/python -m tools.trust

clean: ## Remove what was built, but not .venv.
	rm -rf site book .cache dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
