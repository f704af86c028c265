# make report, make test: the two commands of the README. Everything lives in .venv/ and build/.
PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.synced
WORKSPACE ?= $(if $(shell find surveys/inbox -type f ! -name '.*' 2>/dev/null | head -n 1),surveys,surveys/sample)

.PHONY: help report test lint lock bench crash fuzz simulate utility clean
help:
	@echo "make report   ingest surveys/inbox (or, while that is empty, the sample), write build/reports/index.html"
	@echo "make test     everything, browser tests included"
	@echo "make lint     style and import rules"
	@echo "make bench    speed, as ratios within one run"
	@echo "make crash    kill runs at every change of the disk and compare what the next one leaves (a quarter of an hour)"
	@echo "make fuzz     broken files of each format against their readers, a minute each"
	@echo "make simulate coverage and error rates in repeated samples, to docs/simulation.md"
	@echo "make utility  what disclosure control hides, to docs/utility.md"
	@echo "make clean    remove .venv/ and build/, but for what was published and the keys"

$(STAMP): requirements.lock pyproject.toml
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with: make PY=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PY) -c 'import venv, ensurepip' || { echo "Python's venv module is missing; on Debian: apt install python3-venv"; exit 1; }
	@echo "Making the environment in $(VENV)/ (once) ..."
	@$(PY) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==0.13.9 || echo "uv can't be had; pip takes over"
	@if [ -x $(BIN)/uv ]; then \
	  $(BIN)/uv pip install -q --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock && \
	  $(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e . ; \
	else \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e . ; \
	fi
	@touch $@

# Exit code 1 is "done, but files were refused or rows set aside": the report stands.
report: $(STAMP)
	@$(BIN)/cips --workspace $(WORKSPACE) run || [ $$? -eq 1 ]

test: $(STAMP)
	@sh tests/ensure_chromium.sh $(BIN)
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest -n 2

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-cache

lock:
	@$(BIN)/uv pip compile -q pyproject.toml --group dev --generate-hashes --python-version 3.11 --no-header -o requirements.lock

crash: $(STAMP)
	@$(BIN)/python -m tests.crash.crash

fuzz: $(STAMP)
	@$(BIN)/python -m tests.fuzz.readers

simulate: $(STAMP)
	@$(BIN)/python -m tests.simulation.simulate

utility: $(STAMP)
	@$(BIN)/python -m tests.protect.utility

bench: $(STAMP)
	@$(BIN)/python -m tests.bench.bench

# Without the earlier releases a new one could be set against them; with other keys pseudonyms change and bundles are refused.
clean:
	rm -rf $(VENV)
	[ ! -d build ] || find build -mindepth 1 -maxdepth 1 ! -name published ! -name '*.key' -exec rm -rf {} +
