# study-index: every way to use this folder. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
export STUDY_INDEX_HOME ?= $(CURDIR)/.state

.PHONY: help install check demo tour airflow cluster screenshots test test-fast coverage chaos fuzz mutants score bench profile lint format docs lock wheel clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/installed ## .venv, from the hashed lock file

.venv/installed: requirements.lock pyproject.toml | check
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

check:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "study-index needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11" >&2; exit 2; }

demo: install ## the whole way on invented studies: servers, Airflow, Elasticsearch, reports, facets, a search
	$(BIN)/python -m demo show

tour: install ## the whole story at the command line, in about a minute: a broken source, the gate, a rollback, a changed rule
	@$(BIN)/python -m demo tour

airflow: install ## Airflow's UI, scheduler and workers, with the demo catalogues to run; LOGIN=no: without users
	$(BIN)/python -m demo airflow $(if $(filter no,$(LOGIN)),--no-login)

cluster: install ## what docker-compose.yml starts, as processes: a harvest, and a killed worker; make cluster RECORDS=1000
	@$(BIN)/python -m demo cluster $(if $(RECORDS),--records $(RECORDS))

screenshots: install ## docs/screenshots/: the pages in Airflow, as a browser shows them; needs chromium
	$(BIN)/python -m demo screenshots docs/screenshots

test: install ## every test, against a real Elasticsearch and real DAG runs
	$(BIN)/python -m pytest -n 2 --durations 10

test-fast: install ## the tests that need neither Elasticsearch nor Airflow
	$(BIN)/python -m pytest -n 2 -m "not node and not airflow"

coverage: install ## which lines of pipeline/ no test runs: make coverage, make coverage TESTS=tests/formats; twice as long as the tests
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest -n 2 $(TESTS)
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report $(if $(TESTS),--fail-under 0)

chaos: install ## disturb runs at random moments, and see that nothing is lost: make chaos, make chaos ROUNDS=5 SEED=7
	STUDY_INDEX_CHAOS_ROUNDS=$(or $(ROUNDS),20) STUDY_INDEX_CHAOS_SEED=$(or $(SEED),$(shell date +%s)) \
	  $(BIN)/python -m pytest tests/chaos

fuzz: install ## 20,000 mutated records of each format, and answers of each protocol; make fuzz TRIES=500 SEED=7
	STUDY_INDEX_FUZZ=$(or $(TRIES),20000) STUDY_INDEX_FUZZ_SEED=$(or $(SEED),0) \
	  $(BIN)/python -m pytest -q -s tests/fuzz

mutants: install ## change the code in small ways; lists each change that no test notices: make mutants OF=gate SAMPLE=200 SEED=1
	$(BIN)/python -m tests.mutants $(OF) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED)) \
	  $(if $(AGAIN),--again) $(if $(ONLY),--only '$(ONLY)')

score: install ## how far facets agree with gold labels: make score GOLD=labels.jsonl DATA=folder-of-records
	@test -n "$(GOLD)" -a -n "$(DATA)" \
	  || { echo "make score needs labels and the records that they name: make score GOLD=labels.jsonl DATA=folder" >&2; exit 2; }
	@$(BIN)/study-index score "$(GOLD)" --data "$(DATA)" $(SCORE) || [ $$? -eq 4 ] # 4: done, with rejects

bench: install ## what runs cost; some minutes. make bench, make bench SCALE=1000000 DATA=folder-of-records PEER=indexer.jar
	@$(BIN)/python -m benchmarks.stages $(DATA)
	@[ -n "$(DATA)" ] || $(BIN)/python -m demo generate "$(STUDY_INDEX_HOME)/demo"
	@$(BIN)/python -m benchmarks.real_files "$(or $(DATA),$(STUDY_INDEX_HOME)/demo)"
	@$(BIN)/python -m benchmarks.enrich "$(or $(DATA),$(STUDY_INDEX_HOME)/demo)"
	@$(BIN)/python -m benchmarks.raw_limit
	@$(BIN)/python -m benchmarks.scale --again --records $(or $(SCALE),10000 100000)
	@$(BIN)/python -m benchmarks.dag
	@$(BIN)/python -m benchmarks.search --documents 100000
	@[ -z "$(PEER)" ] || $(BIN)/python -m benchmarks.peer --jar "$(PEER)" $(if $(PEER_RECORDS),--records $(PEER_RECORDS))

profile: install ## where the time of a run goes, by stage and module: make profile, make profile RECORDS=20000 FORMAT=ddi
	@$(BIN)/python -m benchmarks.profile $(if $(RECORDS),--records $(RECORDS)) $(if $(filter ddi,$(FORMAT)),--ddi)

lint: install ## style, formatting, types, and the imports between rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: install ## put style and formatting right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: install ## renew the pages of docs/ that are made from the code, and build the documentation site, in .state/site
	$(BIN)/python -m tests.docs.command_reference
	$(BIN)/python -m tests.docs.error_reference
	$(BIN)/python -m tests.docs.rule_reference
	$(BIN)/python -m tests.model.facet_tables
	$(BIN)/python -m tests.formats.format_fields
	$(BIN)/python -m tests.docs.airflow_reference
	$(BIN)/python -m tests.docs.index_reference
	$(BIN)/python -m tests.docs.language_reference
	$(BIN)/python -m tests.package.licences
	PYTHONPATH=. NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --site-dir "$(STUDY_INDEX_HOME)/site"
	@echo "The site is $(STUDY_INDEX_HOME)/site/index.html; to search it: python3 -m http.server --directory $(STUDY_INDEX_HOME)/site"

LOCK = $(BIN)/uv pip compile --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 \
  --no-annotate --no-header --quiet
PRODUCTION = pyproject.toml --extra alerts --extra production

lock: install ## renew the lock files from pyproject.toml: all of this folder, what an image has of it, what builds the wheel
	$(LOCK) $(PRODUCTION) --extra dev -o requirements.lock
	$(LOCK) $(PRODUCTION) -c requirements.lock -o requirements-production.lock
	$(LOCK) --group wheel -c requirements.lock -o requirements-wheel.lock

wheel: install ## dist/: the package as a source archive, and the wheel that is built from it
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .

SBOM = $(BIN)/python -W ignore::UserWarning -m cyclonedx_py

.PHONY: sbom audit

sbom: install ## dist/: lists of all packages (CycloneDX): of a production image, and of this environment with licences
	mkdir -p dist
	$(SBOM) requirements requirements-production.lock --pyproject pyproject.toml --output-reproducible -o dist/sbom-production.cdx.json
	$(SBOM) environment .venv --pyproject pyproject.toml --output-reproducible -o dist/sbom-environment.cdx.json

audit: install ## known vulnerabilities of the locked packages; says so where no source of advisories can be reached
	$(BIN)/python -m tests.package.audit

clean: ## stop the light Elasticsearch, remove .state (data!), .venv and dist
	-[ ! -x $(BIN)/study-index ] || $(BIN)/study-index down
	rm -rf .state .venv dist
