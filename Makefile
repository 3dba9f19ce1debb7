# NeuronBoard's commands. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help demo test test-peers bench check format proto screenshots clean

VENV := .venv
BIN := $(VENV)/bin
PORT ?=
LOGDIR := log_simple_stats

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

check:  ## formatting, lint and types of the Python side
	@echo "ruff"; $(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@echo "mypy"; $(BIN)/mypy --no-error-summary

format:  ## format the Python side
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

proto: $(VENV)/.test  ## generate neuronboard/pb from proto/
	@$(BIN)/python proto/generate.py

screenshots: $(VENV)/.test  ## take the README's pictures again
	@$(BIN)/python tests/e2e/take_screenshots.py

clean:  ## remove what the commands above made
	rm -rf $(VENV) .tools node_modules build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# A stamp is written only after a whole install, so an interrupted one is done again.
$(VENV)/.demo: pyproject.toml | $(VENV)/bin/python
	@echo "Installing NeuronBoard into $(VENV)/ (a minute the first time)"
	@$(BIN)/python -m pip --disable-pip-version-check --quiet install -e .
	@touch $@

$(VENV)/.test: pyproject.toml | $(VENV)/bin/python
	@echo "Installing NeuronBoard and its test tools into $(VENV)/ (a few minutes the first time)"
	@$(BIN)/python -m pip --disable-pip-version-check --quiet install --progress-bar on -e '.[test]'
	@touch $@ $(VENV)/.demo

$(VENV)/bin/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  echo "Making $(VENV)/ with $$($$python --version)"; \
	  "$$python" -m venv --clear $(VENV) && exit 0; \
	  echo "$$python cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	done; \
	echo "NeuronBoard needs Python 3.11 or newer and found none on PATH; install it, or say make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1
