# Every target does its own set-up: a bare Debian with Python 3.11 or newer is enough.
PYTHON ?= python3
PORT ?= 8000
DATA ?= .data
SAMPLE ?= hengchuan
BIN := .venv/bin

.PHONY: setup run test check bench messages snapshot browser clean

run: .venv/.run
	$(BIN)/lianxi up --port $(PORT) --data $(DATA) --sample $(SAMPLE)

test: .venv/.dev browser
	$(BIN)/python -m pytest -q

check: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright

# What the claims of speed rest on: each beside its limit, in one run of about two minutes.
bench: .venv/.dev
	$(BIN)/python -m benchmarks

# New texts of the pages, brought into the English catalogue; what waits for a translation is printed.
messages: .venv/.dev
	$(BIN)/python -m scripts.messages

# What tests/snapshots compares with, written anew; read the difference before committing it.
snapshot: .venv/.dev
	SNAPSHOT=write $(BIN)/python -m pytest -q tests/snapshots

setup: .venv/.dev

# The tests in a browser take Debian's Chromium; without it they say so and are left out.
browser:
	@command -v chromium >/dev/null || [ "$$(id -u)" != 0 ] || { apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk; } || echo "Chromium could not be installed."

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -m venv .venv || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv .venv; } || { echo "python3-venv is missing: ask an administrator to install it."; exit 1; }
	@$(BIN)/pip install -q uv

.venv/.run: requirements.txt pyproject.toml | .venv/bin/uv
	$(BIN)/uv pip install -q --require-hashes -r requirements.txt
	$(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	touch $@

.venv/.dev: requirements-dev.txt pyproject.toml | .venv/bin/uv
	$(BIN)/uv pip install -q --require-hashes -r requirements-dev.txt
	$(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	touch $@ .venv/.run

clean:
	rm -rf .venv .pytest_cache .ruff_cache
