"""Hostile documents and questions, a few of each kind; `tests/hostile.py` makes thousands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.documents.chunk import cut_chunks
from assistant.documents.corpus import load_documents, make_document
from tests.conftest import ROOT


@pytest.mark.parametrize("what", ["documents", "questions"])
def test_hostile(what: str, tmp_path: Path) -> None:
    folder = [tmp_path / "docs"] if what == "documents" else []
    run = subprocess.run(
        [sys.executable, "-m", "tests.hostile", what, *folder, "--count", "40", "--seed", "1"],
        cwd=ROOT, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr


def test_links_are_named_and_those_to_folders_not_followed(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (tmp_path / "outside.txt").write_text("The word is swordfish.")
    (docs / "a.txt").write_text("The ferry leaves at seven.")
    (docs / "again.txt").symlink_to(docs / "a.txt")
    (docs / "circle.txt").symlink_to(docs / "circle.txt")
    (docs / "out.txt").symlink_to(tmp_path / "outside.txt")
    (docs / "up").symlink_to(tmp_path)
    documents, left_out = load_documents(docs)
    assert [d.doc_id for d in documents] == ["a.txt", "again.txt", "out.txt"]
    assert [line.split(":")[0] for line in left_out] == ["circle.txt", "out.txt", "up"]
    assert str(tmp_path / "outside.txt") in left_out[1]


@pytest.mark.parametrize(
    "text", ["A\n    |\n ------\n    |\n", "| a |\n|---|\n|\n", "| a |\n|---|\n| 1 |\n|\n| 2 |\n"]
)
def test_lines_of_a_bar_alone_are_no_rows(text: str) -> None:
    document = make_document("a.md", text)
    assert all(row for table in document.tables for row in table.rows)
    cut_chunks(document)
