# dbarch: `make lab` opens the workbench, `make test` proves that it works. The rest is for those who build it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTEST_ARGS ?= --corpus
DESIGN ?= slow_webshop

.PHONY: extras lab test check review share bench validation fuzz docs lint notebooks lock clean help

help: ## say what each target does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# The locked packages, each with its hash, then dbarch itself as an editable install.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("dbarch needs Python 3.11 or newer; this is " + sys.version.split()[0] + " (make PYTHON=python3.12 …)" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

extras: $(STAMP) ## install the optional engines: Spark and a Java for it, Cloudflare D1 and a node for it
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-extras.lock
	$(BIN)/python -m dbarch_widgets.engines.d1.install

lab: $(STAMP) ## open JupyterLab on the first review
	$(BIN)/dbarch lab notebooks/01_first_review.ipynb

test: $(STAMP) ## run the tests
	$(BIN)/python -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)
	$(BIN)/python -m pytest -m browser $(PYTEST_ARGS)

check: lint test ## style, types, layers, pins and tests: what CI runs

lint: $(STAMP) ## style, types, layers and pins without the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.environment --check

review: $(STAMP) ## review a reference design: evidence, report, deliverables and one HTML file (DESIGN=… for another design)
	$(BIN)/dbarch share notebooks/reviews/$(DESIGN).ipynb -o build/$(DESIGN)/review.html

share: $(STAMP) ## publish a notebook: make share NOTEBOOK=notebooks/…
	$(BIN)/dbarch share $(NOTEBOOK) -o build/$(basename $(notdir $(NOTEBOOK))).html

notebooks: $(STAMP) ## run every notebook top to bottom
	$(BIN)/python -m pytest --nbmake --nbmake-timeout=600 notebooks

bench: $(STAMP) ## measure the speed and memory claims again
	$(BIN)/python -m benchmarks

validation: $(STAMP) ## hold plans at production size against rows really loaded (an hour, 10 GB) and write docs/plans_at_scale.md
	$(BIN)/python -m benchmarks.plan_validation --write

fuzz: $(STAMP) ## feed mutated DDL of every dialect to the readers for ten minutes
	DBARCH_FUZZ_SECONDS=600 $(BIN)/python -m pytest tests/fuzz

docs: $(STAMP) ## write the generated pages again
	$(BIN)/python -m dbarch_widgets.rules.pages docs/rules
	$(BIN)/python -m tools.rule_coverage
	$(BIN)/python -m tools.environment

lock: ## resolve the pins again (needs uv)
	uv pip compile pyproject.toml --group dev --group build --universal --python-version 3.11 --generate-hashes \
		--only-binary :all: --no-emit-index-url --no-header --no-annotate --quiet --upgrade -o requirements.lock
	python3 -m tools.extras | uv pip compile - --constraints requirements.lock --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --quiet --upgrade -o requirements-extras.lock

clean: ## remove what was built
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
