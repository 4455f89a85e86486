# make chat      set up, bring the library of the seed articles up to date, open the chat
# make check     set up, check style and types, run the fast tests (a minute)
# make test      set up, check style and types, run every test
# make docs      build the documentation site in build/docs
# make pictures  make the pictures of the documentation again
# make proof     try each promise of docs/reliability.md very often and write docs/proof.md (an hour)
# make lock      renew the locked versions
# make lowest    test with the lowest versions that are allowed
# make bundle    write the bundle for assistants (docs/mcp.md)
# make audit     look for known vulnerabilities in the locked versions

PYTHON ?= python3
BIN = .venv/bin
STYLE_AND_TYPES = $(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
TESTS = $(BIN)/python -m pytest -n 3 --dist worksteal
LOCKED = -m pip install --quiet --require-hashes --no-deps --only-binary :all:

.PHONY: chat check test docs pictures proof lock lowest audit bundle

chat: .venv/ready
	$(BIN)/quoth rebuild seeds
	$(BIN)/quoth chat

check: .venv/ready-to-test
	$(STYLE_AND_TYPES)
	$(TESTS) -m 'not browser and not model and not promise'

test: .venv/ready-to-test
	$(STYLE_AND_TYPES)
	$(TESTS) --durations=20

docs: .venv/ready-for-docs
	$(BIN)/python -m sphinx -q -W --keep-going -n -c docs . build/docs
	@echo 'Open build/docs/index.html'

pictures: .venv/ready-to-test
	$(BIN)/python -m pytest -m browser --pictures

proof: .venv/ready-to-test
	$(BIN)/python -m pytest --proof -m promise

lock: .tools/ready
	.tools/bin/python locks/renew.py

audit: .tools/ready
	.tools/bin/python locks/audit.py

bundle:
	$(PYTHON) deploy/mcpb/build.py

lowest: .tools/ready
	$(PYTHON) -m venv --clear .lowest
	.tools/bin/uv pip compile -q --all-extras --resolution lowest-direct pyproject.toml -o .lowest/versions.txt
	.lowest/bin/python -m pip install --quiet --requirement .lowest/versions.txt
	.lowest/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	.lowest/bin/ruff check .
	QUOTH_CACHE=$(CURDIR)/.lowest/cache .lowest/bin/python -m pytest -m 'not browser'

.venv/ready: pyproject.toml locks/run.txt locks/cpu.txt locks/torch.txt locks/cuda.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	    "Quoth needs Python 3.11 or later; choose one, for example: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python $(LOCKED) -r locks/run.txt
	@$(BIN)/python $(LOCKED) -r locks/cpu.txt 2>/dev/null \
	    || echo "PyTorch for CPUs is not available for this system; installing the build for GPUs (several GB)"
	$(BIN)/python $(LOCKED) -r locks/torch.txt
	@$(BIN)/python -c 'import importlib.metadata as m; exit("cuda" in str(m.requires("torch")))' \
	    || $(BIN)/python $(LOCKED) -r locks/cuda.txt
	$(BIN)/python -m pip install --quiet --no-index --no-deps --no-build-isolation --editable .
	touch $@

.venv/ready-to-test: .venv/ready locks/test.txt
	$(BIN)/python $(LOCKED) -r locks/test.txt
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome || ! command -v apt-get; } >/dev/null \
	    || { echo 'Installing Chromium for the browser tests'; \
	         $$(test "$$(id -u)" = 0 || echo sudo) sh -c 'apt-get update -qq && apt-get install -y -qq chromium'; }
	touch $@

.venv/ready-for-docs: .venv/ready locks/docs.txt
	@$(BIN)/python -c 'import furo, myst_parser, sphinx_copybutton' 2>/dev/null \
	    || $(BIN)/python $(LOCKED) -r locks/docs.txt
	touch $@

.tools/ready: locks/tools.txt
	test -x .tools/bin/python || $(PYTHON) -m venv .tools
	.tools/bin/python $(LOCKED) -r locks/tools.txt
	touch $@
