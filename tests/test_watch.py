"""`assistant status`, `assistant ingest --watch` and `assistant index copy`, as commands."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from assistant.config import Config
from assistant.documents import chunk
from assistant.documents.corpus import load_documents
from assistant.errors import CorpusError, StoreError
from assistant.index.ingest import Progress, Report, ingest
from assistant.index.open import made_with
from assistant.index.store import Store
from assistant.index.watch import Follower, copy, status
from tests.computed import ComputedEmbedder
from tests.conftest import ROOT


def brought_up(folder: Path, index: Path) -> None:
    """An index that passes for the real embedder's: nothing here asks it."""
    with Store.in_folder(index, made_with(Config())) as store:
        ingest(load_documents(folder)[0], store, ComputedEmbedder(), Config())


def test_status_says_what_an_ingest_would_do_and_does_nothing(folder: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    for name in "abc":
        (folder / f"{name}.txt").write_text(f"House {name} is old.")
    brought_up(folder, index)
    found = status(folder, index)
    assert (found.documents, found.chunks, found.todo.quiet) == (3, 3, True)
    assert (found.bytes or 0) > 1000
    (folder / "a.txt").write_text("House a is new.")
    (folder / "b.txt").rename(folder / "e.txt")
    (folder / "c.txt").unlink()
    (folder / "d.txt").write_text("House d is new.")
    (folder / "x.txt").write_bytes(b"\x00")
    for _ in range(2):
        todo = status(folder, index).todo
        assert (todo.added, todo.changed, todo.removed) == (("d.txt",), ("a.txt",), ("c.txt",))
        assert todo.moved == (("b.txt", "e.txt"),)
        assert len(todo.left_out) == 1


def test_status_under_other_settings_empties_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.txt").write_text("House a is old.")
    brought_up(folder, tmp_path / "index")
    monkeypatch.setattr(chunk, "CHARS", 500)
    assert status(folder, tmp_path / "index").todo.added == ("a.txt",)
    monkeypatch.undo()
    assert status(folder, tmp_path / "index").todo.quiet


def test_status_is_a_command(folder: Path, tmp_path: Path) -> None:
    (folder / "a.txt").write_text("House a is old.")
    brought_up(folder, tmp_path / "index")
    (folder / "b.txt").write_text("House b is old.")
    run = subprocess.run(
        [sys.executable, "-m", "assistant.cli", "status", "--corpus", folder,
         "--index", tmp_path / "index"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert run.returncode == 1, run.stderr
    assert run.stdout.startswith("1 documents, 1 chunks, ")
    assert "new       b.txt" in run.stdout


def test_a_copied_folder_is_the_same_index(folder: Path, tmp_path: Path) -> None:
    (folder / "a.txt").write_text("House a is old.")
    brought_up(folder, tmp_path / "index")
    assert copy(str(tmp_path / "index"), str(tmp_path / "copy")) == (1, 1)
    assert status(folder, tmp_path / "copy").todo.quiet
    with pytest.raises(StoreError, match="There is no index"):
        copy(str(tmp_path / "nowhere"), str(tmp_path / "copy"))


class Failing:
    """Fails in all the ways that reading a folder can, then does it."""

    def __init__(self) -> None:
        self.errors = [CorpusError("no"), StoreError("no"), OSError("no"), RuntimeError("no")]
        self.done = threading.Event()

    def refresh(self, folder: str | Path, progress: Progress | None = None) -> Report:
        if self.errors:
            raise self.errors.pop(0)
        self.done.set()
        return Report((), (), (), 0, 0)


def test_a_follower_goes_on_after_whatever_happens(folder: Path) -> None:
    failing = Failing()
    follower = Follower(failing, folder, every=0.02).start()
    assert follower.level.wait(10)
    for i in range(20):  # an error of the folder waits for its next change
        (folder / f"{i}.txt").write_text("words")
        time.sleep(0.1)
    assert failing.done.wait(10)
    follower.stop()
    assert not failing.errors


def test_watching_follows_the_folder_until_interrupted(folder: Path, tmp_path: Path) -> None:
    (folder / "a.txt").write_text("House a is old.")
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", "ingest", "--watch", "--corpus", folder,
         "--index", tmp_path / "index"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        # a shell's background job, as these tests may be, ignores it, and so would its children
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert process.stdout is not None
    try:
        assert process.stdout.readline().startswith("1 documents: 1 added")
        (folder / "b.txt").write_text("House b is old.")
        assert process.stdout.readline().startswith("2 documents: 1 added")
        (folder / "b.txt").rename(folder / "c.txt")
        told = process.stdout.readline()
        assert "1 renamed" in told
        assert told.endswith("0 chunks embedded.\n")
        time.sleep(0.2)
        assert status(folder, tmp_path / "index").todo.quiet  # it lets go of the index in between
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "Traceback" not in errors
