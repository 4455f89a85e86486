# make chat    set up, bring the seed articles' library up to date, open the chat
# make test    set up, check style and types, run every test
# make proof   try what docs/reliability.md promises very often, and write docs/proof.md (an hour)
# make lock    renew the locked versions     make lowest   test with the lowest versions that are allowed
# make audit   ask what is known against the locked versions

PYTHON ?= python3
BIN = .venv/bin
LOCKED = -m pip install --quiet --require-hashes --no-deps --only-binary :all:

.PHONY: chat test proof lock lowest audit

chat: .venv/ready
	$(BIN)/quoth rebuild seeds
	$(BIN)/quoth chat

test: .venv/ready-to-test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadfile

proof: .venv/ready-to-test
	$(BIN)/python -m pytest --proof -m promise

lock: .tools/ready
	.tools/bin/python locks/renew.py

audit: .tools/ready
	.tools/bin/python locks/audit.py

lowest: .tools/ready
	$(PYTHON) -m venv --clear .lowest
	.tools/bin/uv pip compile -q --all-extras --resolution lowest-direct pyproject.toml -o .lowest/versions.txt
	.lowest/bin/python -m pip install --quiet --requirement .lowest/versions.txt
	.lowest/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	.lowest/bin/ruff check .
	QUOTH_CACHE=$(CURDIR)/.lowest/cache .lowest/bin/python -m pytest -m 'not browser'

.venv/ready: pyproject.toml locks/cpu.txt locks/run.txt locks/cuda.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	    "Quoth needs Python 3.11 or later; name one: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python $(LOCKED) -r locks/cpu.txt 2>/dev/null \
	    || echo "PyTorch's build for CPUs is not to be had here; the one for GPUs is, and loads gigabytes"
	$(BIN)/python $(LOCKED) -r locks/run.txt
	@$(BIN)/python -c 'import importlib.metadata as m; exit("cuda" in str(m.requires("torch")))' \
	    || $(BIN)/python $(LOCKED) -r locks/cuda.txt
	$(BIN)/python -m pip install --quiet --no-index --no-deps --no-build-isolation --editable .
	$(BIN)/python -m quoth.index.embedding
	touch $@

.venv/ready-to-test: .venv/ready locks/test.txt
	$(BIN)/python $(LOCKED) -r locks/test.txt
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null \
	    || { echo 'Installing Chromium for the browser tests'; \
	         $$(test "$$(id -u)" = 0 || echo sudo) sh -c 'apt-get update -qq && apt-get install -y -qq chromium'; }
	touch $@

.tools/ready: locks/tools.txt
	test -x .tools/bin/python || $(PYTHON) -m venv .tools
	.tools/bin/python $(LOCKED) -r locks/tools.txt
	touch $@
