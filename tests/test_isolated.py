"""Files read in a process that can be ended: what goes wrong with one costs that one only."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from pathlib import Path

import pytest

from assistant.documents import formats
from assistant.documents.corpus import load_documents
from assistant.documents.isolated import IsolatedReader
from assistant.errors import CorpusError
from tests.conftest import ROOT

GENRES = ROOT / "eval" / "genres" / "docs"


@pytest.mark.parametrize("name", ["klon-centaur-models.pdf", "mo5151-handbook.docx"])
def test_the_same_is_read_as_here(name: str) -> None:
    with IsolatedReader() as reader:
        assert reader.read(GENRES / name) == formats.read(GENRES / name)


def test_what_takes_too_long_is_left_out_and_the_next_one_read() -> None:
    with IsolatedReader(seconds=0.2, seconds_a_mb=0) as reader:
        for _ in range(2):
            with pytest.raises(CorpusError, match="takes longer than 0 s"):
                reader.read(GENRES / "klon-centaur-models.pdf")
        reader._seconds = 60
        assert reader.read(GENRES / "liechtenstein.html").text


def test_a_parser_that_dies_is_started_anew() -> None:
    with IsolatedReader() as reader:
        before = reader.read(GENRES / "liechtenstein.html")
        assert reader._process is not None
        reader._process.kill()
        reader._process.wait()
        assert reader.read(GENRES / "liechtenstein.html") == before


def test_a_parser_that_dies_while_it_reads_costs_one_file() -> None:
    with IsolatedReader() as reader:
        reader.read(GENRES / "liechtenstein.html")
        assert reader._process is not None
        pid = reader._process.pid
        threading.Timer(0.3, os.kill, (pid, signal.SIGKILL)).start()
        with pytest.raises(CorpusError, match="parser fails"):
            reader.read(GENRES / "klon-centaur-models.pdf")
        assert reader.read(GENRES / "mo5151-handbook.docx").text


def test_the_memory_of_a_file_is_bounded(tmp_path: Path) -> None:
    shutil.copy(GENRES / "liechtenstein.html", tmp_path)
    nested = "<div>" * 400_000 + "deep" + "</div>" * 400_000
    (tmp_path / "deep.html").write_text(f"<html><body>{nested}</body></html>")
    (tmp_path / "wide.csv").write_text(",".join("x" * 3 for _ in range(200_000)) + "\n" + "y,z\n")
    documents, left_out = load_documents(tmp_path)
    assert "liechtenstein.html" in {d.doc_id for d in documents}
    assert all(len(line) < 300 and "\n" not in line for line in left_out)
