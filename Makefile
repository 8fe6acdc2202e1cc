# Every target makes what it needs: `.venv`, the installation, the parsed models.
.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
BIN := .venv/bin
MANIFEST := dbt_project/target/manifest.json
SOURCES := dbt_project/target/sources.sha256
# by names and contents: a file that was moved, or that came from a copy, has an old time
CHANGED := $(shell $(BIN)/python -m orchestration.models.files 2>/dev/null || echo changed)
DEMO_HOME ?= data/demo

# of what writes into the checkout, which may be somebody else's
writable = @test -w . || { echo "Error: $(CURDIR) cannot be written by you: have its owner run make $(1)" >&2; exit 1; }

.PHONY: changed help install test test-long test-image lint demo run import export ui api cluster rebuild web notebooks docs models samples screenshots bench clean

help: ## Show the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(MANIFEST) ## Make .venv, install everything (EXTRAS=spark: Spark as well), parse the models

.venv/installed: pyproject.toml constraints.txt
	$(call writable,install)
	@echo "installing into .venv"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode -c constraints.txt -e '.[docs,test$(EXTRAS:%=,%)]'
	@touch $@

$(MANIFEST): .venv/installed $(CHANGED)
	$(call writable,install)
	@echo "parsing the models"
	@new=target.$$$$; sources=$$($(BIN)/python -m orchestration.models.files list) && \
		$(BIN)/dbt --quiet parse --project-dir dbt_project --profiles-dir dbt_project --target-path $$new && \
		mkdir -p dbt_project/target && rm -f $(SOURCES) && \
		mv -f dbt_project/$$new/* dbt_project/target/ && rmdir dbt_project/$$new && \
		printf '%s\n' "$$sources" > $(SOURCES)

test: install lint ## Lint, then run every test; the pages' tests need Chromium
	$(BIN)/pytest

test-long: install lint ## The same with a hundred kills and ten times as many random worlds (hours)
	$(BIN)/pytest --hypothesis-profile=long

test-image: install ## Build the image and use it: crawl, build, serve, back up (needs root, buildah, debootstrap)
	@$(BIN)/python -m tests.deploy.image

lint: .venv/installed ## Lint Python, its types, what it imports, and SQL
	$(call writable,lint)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/mypy
	PYTHONWARNINGS=ignore $(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models dbt_project/tests

demo: install ## Simulate a past and three live crawls, run the whole job, print rankings (no credentials)
	@AIRTIME_HOME=$(DEMO_HOME) $(BIN)/python -m simulator demo
	@echo "look at it: make ui AIRTIME_HOME=$(DEMO_HOME)"

run: install ## One crawl of each platform that is on, all the way to rankings (with credentials)
	@$(BIN)/python -m orchestration run; code=$$?; \
		if [ $$code -le 1 ]; then $(BIN)/python -m serving rankings || code=1; fi; exit $$code

# a value as it was given, whatever it holds, as one word of the shell: $(call option,--streamers,STREAMERS)
option = $(if $(value $(2)),$(1) '$(subst ','\'',$(value $(2)))')

import: install ## Import STREAMERS=a.csv and GAMES=b.csv, all the way to rankings (PLATFORM=, CADENCE_SECONDS=, OPTIONS=)
	@$(BIN)/python -m orchestration.by_hand import $(call option,--streamers,STREAMERS) $(call option,--games,GAMES) \
		$(call option,--platform,PLATFORM) $(call option,--cadence-seconds,CADENCE_SECONDS) $(OPTIONS)

listen: install ## Gather the chat of the channels in data/watch.csv until interrupted
	@$(BIN)/python -m ingestion listen

export: install ## Write what is published as CSV, Parquet, NDJSON, a workbook and a report
	@$(BIN)/python -m serving export

ui: install ## The Dagster UI on 127.0.0.1:3000, with the schedules (PORT=)
	@$(BIN)/python -m orchestration ui --port $(or $(PORT),3000)

api: install ## The HTTP API on 127.0.0.1:8000, described at /docs (PORT=)
	@$(BIN)/python -m serving api $(if $(PORT),--port $(PORT))

web: install ## The rankings and the other pages on 127.0.0.1:8080 (PORT=)
	@$(BIN)/python -m serving web --port $(or $(PORT),8080)

notebooks: install ## The same pages as notebooks to edit, on 127.0.0.1:2718 (PORT=)
	@$(BIN)/python -m serving notebooks --port $(or $(PORT),2718)

cluster: install ## A Spark cluster on 127.0.0.1 for AIRTIME_ENGINE=spark (needs Java 17 or later)
	@$(BIN)/python -c "import pyspark" 2>/dev/null || \
		$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode -c constraints.txt -e '.[spark]'
	@$(BIN)/python -m ingestion cluster

rebuild: install ## Make the warehouse again from what has landed, compare all marts, swap it in
	@$(BIN)/python -m orchestration rebuild

docs: install ## The documentation as a site, site/index.html; what a mart and column means is in it
	@NO_MKDOCS_2_WARNING=1 PYTHONWARNINGS=ignore $(BIN)/mkdocs build
	@echo "written: site/index.html (with search: .venv/bin/mkdocs serve, on 127.0.0.1:8001)"

models: install ## Every model, its tests, SQL and lineage as one HTML file, AIRTIME_HOME/docs/index.html
	@$(BIN)/python -m orchestration docs

samples: install ## The tutorial's samples again, of the demonstration (make demo first)
	@AIRTIME_HOME=$(DEMO_HOME) $(BIN)/python docs/samples.py

screenshots: install ## The documentation's pictures again, of the demonstration (make demo first; needs Chromium)
	$(call writable,screenshots)
	@AIRTIME_HOME=$(DEMO_HOME) $(BIN)/python notebooks/screenshots.py

bench: install ## Run every benchmark, one after the other (hours; each alone: python -m benchmarks.<name>)
	-@$(BIN)/python -m benchmarks.crawl
	-@$(BIN)/python -m benchmarks.enrichment
	-@$(BIN)/python -m benchmarks.landing_and_loading compare
	-@$(BIN)/python -m benchmarks.tracking.due
	-@$(BIN)/python -m benchmarks.tracking.readings
	-@$(BIN)/python -m benchmarks.tracking.nothing
	-@$(BIN)/python -m benchmarks.accuracy
	-@$(BIN)/python -m benchmarks.growth
	-@$(BIN)/python -m benchmarks.by_hand
	-@$(BIN)/python -m benchmarks.three_questions
	-@$(BIN)/python -m benchmarks.publishing
	-@$(BIN)/python -m benchmarks.chat
	-@$(BIN)/python -m benchmarks.api
	-@$(BIN)/python -m benchmarks.api.publishes
	-@AIRTIME_HOME=$(DEMO_HOME) $(BIN)/python -m benchmarks.pages

clean: ## Remove .venv and all that make and the tests have made; data and .env stay
	$(call writable,clean)
	rm -rf .venv site build dist *.egg-info dbt_project/target* dbt_project/logs logs
	rm -rf .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -path ./data -prune -o -type d \( -name __pycache__ -o -name __marimo__ \) -prune -exec rm -rf {} +
