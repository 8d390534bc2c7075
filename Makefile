# Each target works first and alone in a fresh checkout: it sets up .venv (Python 3.11 or later) and says what is missing.
# Another Python: make test PYTHON=/path/to/python3.12        Without make: see CONTRIBUTING.md

.DEFAULT_GOAL := help
.PHONY: help reports test lab check format notebooks sbom audit clean setup setup-test setup-audit
.NOTPARALLEL:                   # two targets share one .venv
export PYTHON

RUN := .ci/in-venv
PYTEST := $(RUN) python -m pytest -n 2 --dist loadfile
# in a container one is often root, and Jupyter then asks to be told that this is meant
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

help:      ## show this list
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1\t/p' Makefile

reports: setup      ## score the sample areas and write a report for each into reports/, and one that compares them
	@$(RUN) esi batch data/sample --out reports --compare
	@echo "Open reports/index.html in a browser."

test: setup-test      ## run every test, then every notebook against its stored output
	$(PYTEST)
	$(PYTEST) --nbval --nbval-cell-timeout=120 notebooks

lab: setup      ## open the notebooks in JupyterLab
	@$(RUN) jupyter lab --notebook-dir=. --ServerApp.ip=127.0.0.1 --ServerApp.allow_remote_access=False $(AS_ROOT) notebooks

check: setup-test      ## look the code over: ruff, mypy, the rules for notebooks
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) python -m tests.notebook_rules

format: setup-test      ## let ruff put the code into shape
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

notebooks: setup-test      ## run the notebooks for people again and store what they show
	@$(RUN) python docs/refresh_notebooks.py

sbom: setup-test      ## list what the toolkit is made of (CycloneDX) in sbom.json
	@$(RUN) python -m tests.bill_of_materials

audit: setup-audit      ## look every pinned version up in the advisory database (needs the network)
	@$(RUN) python -m tests.audit

clean:      ## remove what was made here: .venv, reports/, caches
	rm -rf .venv reports sbom.json .hypothesis .mypy_cache .pytest_cache .ruff_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup:
	@.ci/setup

setup-test:
	@.ci/setup test

setup-audit:
	@.ci/setup audit
