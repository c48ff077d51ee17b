# Student-loan documents: `make` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
DOCS ?= samples/documents
COVERAGE := 90
SLOW := tests/e2e/test_browser.py tests/e2e/test_own_dags_scheduled.py tests/performance tests/docs/test_readme_run.py tests/docs/test_guides_run.py
WHEEL := tests/packaging/test_wheel_elsewhere.py

# The parts of `make test` that CI runs side by side; together they are all of it, plus the browser tests (tests/project/test_ci.py).
PART_unit := tests/student_loans tests/plugins tests/samples tests/scripts $(wildcard tests/test_*.py) --ignore=tests/student_loans/versioning -m "not integration and not airflow"
PART_dags := tests/dags
PART_integration := tests/student_loans tests/plugins tests/faults --ignore=tests/student_loans/versioning -m "integration or airflow"
PART_dvc := tests/student_loans/versioning tests/docs/test_dvc_guide.py
PART_e2e := tests/e2e --ignore=tests/e2e/test_browser.py --ignore=tests/e2e/test_own_dags_scheduled.py
PART_project := tests/containers tests/docs tests/packaging tests/project --ignore=tests/docs/test_dvc_guide.py --ignore=tests/docs/test_readme_run.py --ignore=tests/docs/test_guides_run.py --ignore=$(WHEEL)
PART_browser := tests/e2e/test_browser.py tests/e2e/test_own_dags_scheduled.py

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  \033[1mmake %-22s\033[0m %s\n", $$1, $$2}'

.PHONY: setup
setup: ## Install what is missing (Debian packages, .venv); quick when nothing is missing
	@scripts/setup.sh

.PHONY: setup-dev
setup-dev: ## The same with the tools of tests and checks, and what the generator of documents draws with
	@scripts/setup.sh dev

.PHONY: tfdv
tfdv: ## Install TensorFlow Data Validation into .venv-tfdv, for statistics and drift; quick when it is there
	@scripts/setup.sh tfdv

.PHONY: run
run: setup ## Process documents and print a summary: make run DOCS=path/to/folder [REPROCESS=1]
	@$(PYTHON) -m scripts.local run $(if $(REPROCESS),--reprocess) -- "$(DOCS)"

.PHONY: up
up: setup tfdv ## Start Airflow with its UI; prints the address and the login
	@$(PYTHON) -m scripts.local up

.PHONY: down
down: ## Stop Airflow
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m scripts.local down; fi

.PHONY: psql
psql: ## Open psql on the results database, while Airflow is up
	@$(PYTHON) -m scripts.local exec psql

.PHONY: restore
restore: setup ## Bring the data of a run back from its data version: make restore RUN=<run id>
	@$(PYTHON) -m scripts.local exec student-loans versions restore "$(RUN)"

.PHONY: versions
versions: setup ## List the data versions of runs, here and in the remote; DO="push" or DO="gc --keep-last 20" runs that command
	@$(PYTHON) -m scripts.local exec student-loans versions $(or $(DO),list)

.PHONY: repro
repro: setup ## Run the pipeline without Airflow, by dvc.yaml: unchanged stages are skipped
	@umask 077; PATH="$(CURDIR)/.venv/bin:$$PATH" PYTHONPATH="$(CURDIR)/include:$(CURDIR)/plugins" DVC_NO_ANALYTICS=1 dvc repro

.PHONY: test
test: setup-dev tfdv lint types ## Set up, check and test everything that runs here
	@.venv/bin/pytest -n auto --dist loadfile $(addprefix --ignore=,$(SLOW) $(WHEEL)) --cov --cov-report=term --cov-report=html --cov-fail-under=$(COVERAGE)

.PHONY: test-part
test-part: setup-dev tfdv ## One part of the tests, as CI runs them: make test-part PART=unit
	@$(if $(PART_$(PART)),,$(error PART is one of: unit dags integration dvc e2e project browser))
	@.venv/bin/pytest -n auto --dist loadfile $(PART_$(PART)) --cov --cov-report=

.PHONY: coverage
coverage: setup-dev ## Combine the coverage of the test parts into htmlcov/, and check its minimum
	@.venv/bin/coverage combine --keep
	@.venv/bin/coverage html
	@.venv/bin/coverage report --fail-under=$(COVERAGE)

.PHONY: hooks
hooks: setup-dev ## Check each commit with the locked tools (.pre-commit-config.yaml)
	@.venv/bin/prek install

.PHONY: test-slow
test-slow: setup-dev ## Tests that need a quiet machine: a real browser, a real scheduler, load, a hundred thousand rows, all of README (15 minutes)
	@.venv/bin/pytest $(SLOW)

.PHONY: benchmark
benchmark: setup-dev ## Measure the pipeline next to Tesseract and ocrmypdf: QUICK=1, ONLY=efficiency,growth (about an hour)
	@scripts/setup.sh bench
	@$(PYTHON) -m scripts.benchmarks.pipeline $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY))
.PHONY: docs
docs: setup-dev ## Build the site of the documentation into build/site, without warnings and without the network
	@PYTHONPATH=. .venv/bin/python -m scripts.docs.site

.PHONY: diagrams
diagrams: setup-dev ## Write docs/dags.md, docs/commands.md and the drawings again, after a change (needs Debian's graphviz)
	@PYTHONPATH=.:include:plugins .venv/bin/python -m scripts.docs.dag_pages
	@PYTHONPATH=.:include:plugins .venv/bin/python -m scripts.docs.command_page
	@.venv/bin/python -m scripts.docs.drawings

.PHONY: advice
advice: setup-dev ## Write docs/errors.md and the codes in docs/OPERATIONS.md again, after a change of errors.yaml
	@PYTHONPATH=.:include .venv/bin/python -m scripts.docs.error_pages

.PHONY: wheel
wheel: setup-dev ## Build the plugin and the library as a wheel for another Airflow, into dist/
	@.venv/bin/python -m hatchling build --target wheel

.PHONY: test-wheel
test-wheel: setup-dev ## Install the wheel in a clean environment and run the example DAG there (minutes)
	@.venv/bin/pytest $(WHEEL)

.PHONY: test-astro
test-astro: setup-dev ## Install what `astro dev start --standalone` installs, on the image's Python 3.12, and find the DAGs (minutes)
	@ASTRO=1 .venv/bin/pytest tests/containers/test_standalone.py

.PHONY: fit-reading
HANDS := b c d e f g h i j k l m n
fit-reading: setup-dev ## Draw labelled documents and fit the model of reading on them and on those of other hands (half an hour)
	@$(PYTHON) -m samples.generator data/fit/composed --composed --count 1100 --seed 555 --rendering born_digital --families samples/generator/families --workers 2
	@$(PYTHON) -m samples.generator data/fit/plain --count 300 --seed fit-old --rendering born_digital
	@.venv/bin/student-loans fit $(foreach part,composed plain,data/fit/$(part)/documents data/fit/$(part)/truth.jsonl) \
	  samples/independent/documents samples/independent/truth.jsonl samples/blind/a/documents samples/blind/a/truth.jsonl \
	  $(foreach hand,$(HANDS),samples/hands/$(hand).jsonl.xz samples/hands/$(hand).truth.jsonl)

.PHONY: benchmark-extraction
benchmark-extraction: setup ## Measure reading on labelled documents: DOCS=folder TRUTH=truth.jsonl (default: the samples)
	@$(PYTHON) -m scripts.benchmarks.extraction $(if $(TRUTH),"$(DOCS)" "$(TRUTH)")

.PHONY: fuzz
fuzz: setup-dev ## Feed damaged files to intake for some minutes: FUZZ_EXAMPLES=20000
	@FUZZ_EXAMPLES=$(or $(FUZZ_EXAMPLES),20000) .venv/bin/pytest -q --timeout 0 tests/student_loans/intake/test_document_check_properties.py

.PHONY: test-faults
test-faults: setup-dev ## The long fault tests: outages, killed and stopped parts, starts on a busy machine, thousands of files (about an hour)
	@FAULTS=long .venv/bin/pytest tests/faults

.PHONY: test-celery
test-celery: setup-dev ## Two Celery workers that share nothing but S3 and PostgreSQL; one is killed during a run (minutes)
	@CELERY=1 .venv/bin/pytest -s tests/e2e/test_celery.py

.PHONY: soak
soak: setup-dev ## Run mixed and hostile files again and again; memory and open files must not grow: SOAK_MINUTES=60
	@SOAK_MINUTES=$(or $(SOAK_MINUTES),60) .venv/bin/pytest -s tests/performance/test_soak.py

.PHONY: test-outages
test-outages: setup-dev ## Alerts of a real Airflow while channels are down and tasks are killed (minutes)
	@OUTAGES=1 .venv/bin/pytest tests/e2e/test_outages.py

.PHONY: fuzz-api
fuzz-api: setup-dev ## Send hundreds of generated requests per operation of the API's description
	@API_EXAMPLES=200 .venv/bin/pytest tests/plugins/web/test_conformance.py

.PHONY: bench-web
bench-web: setup-dev ## Time the pages over a million documents
	@DOCUMENTS=1000000 .venv/bin/pytest -s --timeout 3600 tests/performance/test_pages.py

.PHONY: load-web
load-web: setup-dev ## Load the pages with 50 readers and 5 uploaders for two minutes
	@LOAD_SECONDS=120 .venv/bin/pytest -s tests/performance/test_load.py

.PHONY: vendor
vendor: ## Copy the browser libraries of scripts/vendor/package-lock.json into the repository
	@scripts/vendor/vendor.sh

.PHONY: lint
lint: setup-dev ## Style, and the direction of imports
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@PYTHONPATH=.:include:plugins .venv/bin/lint-imports

.PHONY: types
types: setup-dev ## Static types
	@.venv/bin/mypy

.PHONY: licences
licences: setup tfdv ## Print the licence of every library that is installed where the pipeline runs
	@PYTHONPATH=. $(PYTHON) -m scripts.licences

.PHONY: lock
lock: setup-dev ## Resolve requirements*.in into the locked requirements*.txt
	@scripts/lock.sh

.PHONY: clean
clean: down ## Remove the results of runs: data, reports, Airflow's own database (the environment stays)
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m scripts.local remove-database; fi
	@rm -rf .airflow data reports logs
