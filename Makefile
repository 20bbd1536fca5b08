# SPDX-License-Identifier: Apache-2.0
# Every target works from a clean clone: the private .venv and the build come first by themselves.
# PYTHON=... picks the interpreter, LG_JOBS=n the compiler processes at once.
PYTHON ?= $(or $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done),python3)
PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check -q
ARGS ?=
export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.PHONY: help venv dev build demo test test-fast test-full lint format gen asan tsan fuzz bench bench-models \
	new-op wasm aarch64 check-wheel amalgamation clean distclean

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 18

# ---- environment ----

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "legato needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; set PYTHON=")'
	@$(PYTHON) -m venv .venv || $(PYTHON) -m virtualenv .venv || { rm -rf .venv; \
		echo "cannot make .venv: install the venv module (Debian: apt install python3-venv) or set PYTHON="; exit 1; }

# What legato and its tests need, a line each: it comes while the compiler is at work.
NEEDS := import tomllib; p = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
	print(*p["dependencies"], *p["optional-dependencies"]["test"], sep="\n")

.venv/.ready: pyproject.toml setup.py | .venv/bin/pip
	$(PIP) install $$(sed -n 's/^requires = \[\(.*\)\]/\1/p' pyproject.toml | tr -d '",')
	@$(PY) setup.py -q build_ext --inplace & build=$$!; \
		$(PY) -c '$(NEEDS)' | $(PIP) install --no-compile -r /dev/stdin; needs=$$?; wait $$build && exit $$needs
	$(PIP) install --no-compile --no-build-isolation -e '.[test]'
	@touch $@

# Optional dependencies: .venv/.with-lint installs the extra "lint" of pyproject.toml.
.venv/.with-%: .venv/.ready
	$(PIP) install --no-compile --no-build-isolation -e '.[$*]'
	@touch $@

venv: .venv/.ready
build: .venv/.ready ## compile what changed
	@$(PY) setup.py -q build_ext --inplace

dev: build .venv/.with-lint ## set up a checkout for work on legato
	@echo "ready: . .venv/bin/activate, then python -c 'import legato'"

# ---- use and check ----

demo: build .venv/.with-demo ## real models: imported, planned, saved, run from C; then three at once on a robot
	@$(PY) docs/examples/demo.py
	@$(PY) docs/examples/robot.py $(ARGS)

test: build ## all tests but the exhaustive ones
	@$(PY) -m pytest $(ARGS)
test-fast: build ## the tests of every day, within 5 minutes
	@$(PY) -m pytest -m 'not slow and not full' $(ARGS)
test-full: build ## all tests there are
	@LG_TEST_FULL=1 $(PY) -m pytest $(ARGS)

lint: build .venv/.with-lint ## style, types, generated files
	@$(PY) tests/lint.py $(ARGS)
format: .venv/.with-lint ## rewrite C and Python in the house format
	@$(PY) tests/lint.py --fix

asan: build ## C tests and a subset of pytest under AddressSanitizer and UBSan
	@$(PY) tests/sanitize.py address $(ARGS)
fuzz: build ## open mutated files under ASan and UBSan (ARGS="--runs 1000000")
	@$(PY) tests/fuzz/fuzz.py $(ARGS)
tsan: build ## C tests under ThreadSanitizer
	@$(PY) tests/sanitize.py thread $(ARGS)

model: build ## the pool's protocols under a model checker (Debian: relacy-dev), seeded bugs and all
	@LG_TEST_FULL=1 $(PY) -m pytest tests/model $(ARGS)

bench: build ## speed as ratios to NumPy (and PyTorch where installed)
	@$(PY) asv_bench/ratios.py $(ARGS)
bench-models: build ## real models beside ONNX Runtime
	@$(PY) asv_bench/models.py $(ARGS)

# ---- make things ----

gen: ## write the generated files from the op declarations
	@$(PYTHON) runtime/schema/generate.py
new-op: ## OP=name FAMILY=pointwise: row, kernel and sample skeletons with failing tests
	@$(PYTHON) runtime/schema/new_op.py OP=$(OP) FAMILY=$(FAMILY)

amalgamation: ## the library as two files: build/amalgamation/legato.c and legato.h
	@$(PYTHON) runtime/package/amalgamate.py
wasm: build .venv/.with-cross ## the engine for wasm32-wasi, a saved file run under wasmtime
	@$(PY) tests/cross.py wasm
aarch64: build .venv/.with-cross ## cross-compile; C tests under qemu-user where installed
	@$(PY) tests/cross.py aarch64

check-wheel: .venv/.ready ## build a wheel, install it elsewhere, compile C and C++ against it
	@$(PY) -m pytest tests/abi/test_wheel.py $(ARGS)

clean: ## remove what was built
	rm -rf build dist runtime/legato/include runtime/legato/lib runtime/*.egg-info .venv/.ready
	find runtime/legato -name '*.so' -delete
distclean: clean
	rm -rf .venv
