# NeuronBoard's commands. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help demo test test-peers test-xla bench fuzz check format proto screenshots clean

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
VENV := .venv
BIN := $(VENV)/bin
PORT ?=
LOGDIR := log_simple_stats
# What the installed package is built from; the rest of it is used where it stands.
BUILT := hatch_build.py $(wildcard neuronboard/formats/*/*.[ch] neuronboard/store/*/*.[ch])
PIP := -m pip --disable-pip-version-check install
FAILED := { echo "pip could not install what is needed; its message is above. Is there a network? Mend it and run make $(MAKECMDGOALS) again." >&2; exit 1; }
# pip's own output, cut down to one line a package: enough to see that it goes on.
SHORT := sed -u -n -E 's/^ *(Collecting [^ (]+|Installing collected packages|Successfully installed).*/  \1/p'

help:  ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

demo: $(VENV)/.demo  ## train the tutorial's neuron and show it in the browser (PORT=6006)
	@if ls $(LOGDIR)/*tfevents* >/dev/null 2>&1; \
	then echo "$(LOGDIR)/ holds a trained neuron already; it is not trained again."; \
	else echo "Training the tutorial's neuron into $(LOGDIR)/"; $(BIN)/python logs_example/neuron.py; fi
	@exec $(BIN)/neuronboard --logdir=$(LOGDIR) $(if $(PORT),--port=$(PORT))

test: $(VENV)/.test  ## install what the tests need, then run every test
	@$(BIN)/python tests/prepare.py
	@$(MAKE) --no-print-directory check
	@$(BIN)/pytest

test-peers: .venv-peers/.ready  ## try NeuronBoard beside TensorFlow and torch, in .venv-peers (2 GB)
	@.venv-peers/bin/pytest tests/peers -p no:cacheprovider -o addopts= -W default

test-xla: .venv-xla/.ready  ## compute the recorded op cases with jax, in .venv-xla (600 MB)
	@.venv-xla/bin/pytest tests/xla -p no:cacheprovider -o addopts=--import-mode=importlib -W default

bench: $(VENV)/.test  ## measure loading, asking, writing and following beside TensorBoard (logs in build/, 5 GB, many minutes)
	@$(BIN)/python tests/bench/run.py

fuzz: $(VENV)/.test  ## let libFuzzer look for crashes of the scanner (SECONDS=600, needs clang)
	@command -v clang >/dev/null || { echo "make fuzz needs clang with libFuzzer: apt-get install clang" >&2; exit 1; }
	@mkdir -p build/fuzz/corpus
	@PYTHONPATH=tests $(BIN)/python tests/fuzz/seeds.py build/fuzz/seeds
	clang -O1 -g -fsanitize=fuzzer,address,undefined -o build/fuzz/fuzz_scan tests/fuzz/fuzz_scan.c
	build/fuzz/fuzz_scan -max_total_time=$(or $(SECONDS),600) -max_len=8192 -print_final_stats=1 \
	  -artifact_prefix=build/fuzz/ build/fuzz/corpus build/fuzz/seeds tests/golden/events

check:  ## formatting, lint and types of the Python side
	@echo "ruff"; $(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@echo "mypy"; $(BIN)/mypy --no-error-summary

format:  ## format the Python side
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

proto: $(VENV)/.test  ## generate neuronboard/pb from proto/
	@$(BIN)/python proto/generate.py

screenshots: $(VENV)/.test  ## take the README's pictures again
	@PYTHONPATH=tests $(BIN)/python tests/e2e/take_screenshots.py

clean:  ## remove what the commands above made
	rm -rf $(VENV) .tools node_modules build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# A stamp is written only after a whole install, so an interrupted one is done again.
$(VENV)/.demo: pyproject.toml $(BUILT) | $(VENV)/bin/python
	@echo "Installing NeuronBoard into $(VENV)/ (a minute the first time)"
	@$(BIN)/python $(PIP) -e . | $(SHORT) || $(FAILED)
	@touch $@

$(VENV)/.test: pyproject.toml $(BUILT) | $(VENV)/bin/python
	@echo "Installing NeuronBoard and its test tools into $(VENV)/ (a few minutes the first time)"
	@$(BIN)/python $(PIP) -e '.[test]' | $(SHORT) || $(FAILED)
	@touch $@ $(VENV)/.demo

.venv-xla/.ready: pyproject.toml | $(VENV)/bin/python
	@echo "Installing jax into .venv-xla/ (a few minutes the first time)"
	@$(BIN)/python -m venv --clear .venv-xla
	@.venv-xla/bin/python $(PIP) -e . pytest 'jax[cpu]>=0.6' | $(SHORT) || $(FAILED)
	@touch $@

.venv-peers/.ready: pyproject.toml | $(VENV)/bin/python
	@echo "Installing TensorFlow and torch into .venv-peers/ (many minutes the first time)"
	@$(BIN)/python -m venv --clear .venv-peers
	@.venv-peers/bin/python $(PIP) -e . pytest \
	  torch==2.13.0 tensorflow==2.21.0 tensorboard==2.21.0 | $(SHORT) || $(FAILED)
	@touch $@

$(VENV)/bin/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  echo "Making $(VENV)/ with $$($$python --version)"; \
	  "$$python" -m venv --clear $(VENV) && exit 0; \
	  echo "$$python cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	done; \
	echo "NeuronBoard needs Python 3.11 or newer and found none on PATH; install it, or say make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1
