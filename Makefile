# Every verb sets up what it needs; a second call adds less than a second.
#
# Variables:  PYTHON=python3.12             the Python 3 that makes .venv (3.10 or newer)
#             LIBTORCH=/folder              an installed libtorch, with include/ and lib/
#             LIBTORCH_USE_PYTORCH=1        the libtorch inside this Python's PyTorch
#             ARGUMENTS="--filter Name"     handed on to `swift test` or to the benchmark

PYTHON ?= python3
ARGUMENTS ?=
SETUP = $(PYTHON) Scripts/setup

.DEFAULT_GOAL := help
.PHONY: help setup setup-for-tests setup-for-benchmark python build demo test benchmark format lint docs clean distclean

help: ## lists these verbs
	@echo "make VERB, where VERB is one of"
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  \1\t\2/p' Makefile | expand -t 14
	@echo "Variables: see the first lines of the Makefile."

setup: python ## libtorch, the demo's model and data, the Swift packages (make demo and make test do it too)
	@$(SETUP)

setup-for-tests: python
	@$(SETUP) --tests

setup-for-benchmark: python
	@$(SETUP) --benchmark

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1 || { \
	  echo "set-up failed: $(PYTHON) is not on the PATH, or older than 3.10." >&2; \
	  echo "What to do:" >&2; \
	  echo "  Install Python 3.10 or newer (Debian: sudo apt-get install python3 python3-venv)," >&2; \
	  echo "  or name the one you have: make PYTHON=/path/to/python3 ..." >&2; exit 1; }

build: setup ## the program, as ./finetune
	@Scripts/swift.sh build
	@ln -sfn .build/release/finetune finetune

demo: build ## fine-tunes a BERT on movie reviews, shows how good it is, uses it
	@Scripts/demo.sh

test: setup-for-tests ## every test, against the reference implementations
	@$(PYTHON) -m unittest discover -q -s Scripts/tests
	@Scripts/swift.sh build --build-tests
	@Scripts/swift.sh test --skip-build $(ARGUMENTS)

benchmark: setup-for-benchmark ## speed and memory beside Transformers and PyTorch, as ratios
	@Scripts/swift.sh build
	@.venv/bin/python Benchmarks/run.py $(ARGUMENTS)

format: ## rewrites the Swift files in the project's layout
	@swift format format --in-place --parallel --recursive Package.swift Sources Tests

lint: python ## layout, documentation, imports between layers, lengths
	@status=0; \
	swift format lint --strict --parallel --recursive Package.swift Sources Tests Benchmarks Examples || status=1; \
	$(PYTHON) Scripts/check-layers.py || status=1; \
	exit $$status

docs: build ## the reference of each module, as a site in docs/site
	@$(PYTHON) Scripts/make-docs.py

clean: ## removes what was built, keeps what was fetched
	@rm -rf .build finetune docs/site

distclean: clean ## removes what was fetched too: a fresh clone, but for your runs
	@rm -rf .setup .venv demo Package.resolved
