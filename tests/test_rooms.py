"""Imports go one way: each room knows those before it in `FLOORS`, and none behind it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "assistant"
FLOORS = (
    "errors",
    "records",
    "config",
    "language",
    "documents",
    "verify",
    "index",
    "question",
    "reading",
    "attribution",
    "answer",
    "prose",
    "query_engine",
    "pipeline",
    "render",
    "templates",
    "feedback",
    "evaluate",
    "web",
    "cli",
)
PACKAGE = "assistant/__init__.py"  # the public names, of whatever floor
FILES = sorted(p for p in ROOT.rglob("*.py") if p != ROOT / "__init__.py")


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """The modules of ours that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "assistant":
            if node.module == "assistant":
                yield from (f"assistant.{alias.name}" for alias in node.names)
            elif (ROOT / Path(*node.module.split(".")[1:])).is_dir():
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield str(node.module)
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.startswith("assistant."))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_import_runs_back_up(path: Path) -> None:
    floor = FLOORS.index(room(path))
    higher = [m for m in imported(path) if FLOORS.index(m.split(".")[1]) > floor]
    assert not higher


def test_no_circle_inside_a_room() -> None:
    names = {".".join(("assistant", *p.relative_to(ROOT).with_suffix("").parts)): p for p in FILES}
    below = {name: set(imported(path)) & names.keys() for name, path in names.items()}
    while ready := [name for name, needs in below.items() if not needs]:
        for name in ready:
            del below[name]
        below = {name: needs - set(ready) for name, needs in below.items()}
    assert not below


def test_one_room_imports_chroma() -> None:
    users = {room(p) for p in FILES if "import chromadb" in p.read_text() or "from chromadb" in
             p.read_text()}  # fmt: skip
    assert users == {"index"}


CONVENTIONS = {"log", "__all__"}  # what each module may have by that name


def defined(path: Path) -> Iterator[str]:
    """The functions, classes and constants at the top of a file."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (t.id for t in node.targets if isinstance(t, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def test_a_name_means_one_thing() -> None:
    where: dict[str, list[str]] = {}
    for path in FILES:
        for name in set(defined(path)) - CONVENTIONS:
            where.setdefault(name, []).append(str(path.relative_to(ROOT)))
    assert {name: files for name, files in where.items() if len(files) > 1} == {}
