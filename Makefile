# make chat   set up, bring the seed articles' library up to date, open the chat
# make test   set up, check style and types, run every test

PYTHON ?= python3
BIN = .venv/bin

.PHONY: chat test

chat: .venv/ready
	$(BIN)/quoth rebuild seeds
	$(BIN)/quoth chat

test: .venv/ready-to-test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

.venv/ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Quoth needs Python 3.11 or later; name one: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/python -m index
	touch $@

.venv/ready-to-test: .venv/ready
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null \
	    || { echo 'Installing Chromium for the browser tests'; \
	         $$(test "$$(id -u)" = 0 || echo sudo) sh -c 'apt-get update -qq && apt-get install -y -qq chromium'; }
	touch $@
