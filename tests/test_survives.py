"""Kills and damage, for real: whatever happens to an ingest or a file, the next start is whole.

The vectors here are computed from the words of a text, so that hundreds of ingests take seconds.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.config import Config
from assistant.documents.chunk import cut_chunks
from assistant.documents.corpus import load_documents
from assistant.errors import StoreError
from assistant.index.embed import Vectors
from assistant.index.ingest import Report, ingest
from assistant.index.store import Store
from assistant.index.watch import snapshot
from assistant.records import Document
from tests.computed import ComputedEmbedder
from tests.conftest import ROOT

CONFIG = Config()
IDENTITY = "computed 3/900"


def written(folder: Path, count: int, word: str, paragraphs: int = 8) -> None:
    for number in range(count):
        lines = [
            f"The {word} {number} of street {i} is {i * number} old." for i in range(paragraphs)
        ]
        (folder / f"{number:02}.txt").write_text("\n\n".join(lines))


def brought_up(folder: Path, index: Path) -> Report:
    with Store.in_folder(index, IDENTITY) as store:
        return ingest(load_documents(folder)[0], store, ComputedEmbedder(), CONFIG)


def whole(store: Store, documents: list[Document]) -> None:
    """Each document with all of its chunks, once, and nothing else."""
    assert list(store.documents()) == documents
    expected = [c for d in documents for c in cut_chunks(d)]
    assert store.chunks() == sorted(expected, key=lambda c: (c.doc_id, c.start))
    assert store.counts() == (len(documents), len(expected))
    firsts = [next(c for c in expected if c.doc_id == d.doc_id) for d in documents]
    for chunk, vector in zip(
        firsts, ComputedEmbedder().encode([c.text for c in firsts]), strict=True
    ):
        assert store.nearest(vector, 1)[0][0].text == chunk.text
    assert set(store.matching("street", len(expected))) == set(expected)


# ── kills ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.timeout(900)
def test_what_writes_an_index_may_be_killed_at_any_line(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.kill_trials", tmp_path, "--points", "2"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    trials = run.stdout.splitlines()
    assert sum("killed" in line for line in trials) == 9, run.stdout
    assert all(line.endswith("whole") and "NOT" not in line for line in trials), run.stdout


# ── damage ───────────────────────────────────────────────────────────────────────────────────


def damage(path: Path, kind: str) -> None:
    data = path.read_bytes()
    if kind == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif kind == "noise":
        path.write_bytes(random.Random(0).randbytes(len(data)))
    elif kind == "bit":
        path.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    else:
        path.unlink()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("ended", ["cleanly", "killed"])
def test_an_index_damaged_in_any_file_is_built_anew(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, ended: str
) -> None:
    """Killed: the damage came with an end that left no checksums to compare with."""
    written(folder, 4, "house", 300)  # Chroma writes its HNSW files from 1,000 chunks on
    sound = tmp_path / "sound"
    brought_up(folder, sound)
    documents = load_documents(folder)[0]
    files = sorted(p.relative_to(sound) for p in (sound / "chroma").rglob("*") if p.is_file())
    assert any(p.name == "data_level0.bin" for p in files)
    kinds = ["cut", "noise", "bit", "gone"] if ended == "cleanly" else ["cut", "noise", "gone"]
    # a kind a file, in turn: all of them would take minutes
    for trial, (path, kind) in enumerate(
        (p, kinds[(n + (ended == "cleanly")) % len(kinds)]) for n, p in enumerate(files)
    ):
        if not (sound / path).stat().st_size and kind != "gone":
            continue
        index = tmp_path / f"trial{trial}"
        shutil.copytree(sound, index)
        damage(index / path, kind)
        if ended == "killed":
            state = json.loads((index / "state.json").read_text())
            (index / "state.json").write_text(json.dumps(state | {"files": None}))
        caplog.clear()
        brought_up(folder, index)
        with Store.in_folder(index, IDENTITY) as store:
            whole(store, documents)
        if ended == "cleanly":
            assert "building it anew" in caplog.text, (path, kind)
        print(path.name, kind, "rebuilt" if caplog.text else "unharmed")
        shutil.rmtree(index)


def test_a_sound_index_is_kept_after_an_unclean_end(folder: Path, tmp_path: Path) -> None:
    written(folder, 3, "house")
    brought_up(folder, tmp_path / "index")
    state = json.loads((tmp_path / "index" / "state.json").read_text())
    (tmp_path / "index" / "state.json").write_text(json.dumps(state | {"files": None}))
    assert brought_up(folder, tmp_path / "index").unchanged == 3


@pytest.mark.parametrize("content", ["", "[]", "{", '{"schema": 0}'])
def test_a_damaged_state_is_one_more_reason_to_build_anew(
    folder: Path, tmp_path: Path, content: str
) -> None:
    written(folder, 2, "house")
    brought_up(folder, tmp_path / "index")
    (tmp_path / "index" / "state.json").write_text(content)
    assert len(brought_up(folder, tmp_path / "index").added) == 2


# ── no room, no right ────────────────────────────────────────────────────────────────────────

INGEST = """
import os, resource, signal, sys
from pathlib import Path
from tests.test_survives import brought_up
from assistant.errors import StoreError
kind, folder, index = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
if kind == "full":  # no file may grow beyond this, as on a disk that is full
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
elif os.getuid() == 0:
    os.setuid(65534)
try:
    brought_up(folder, index)
except StoreError as error:
    print(error)
    sys.exit(2)
"""


def ingested_apart(kind: str, folder: Path, index: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", INGEST, kind, folder, index],
        cwd=ROOT, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip


def test_a_full_disk_is_one_clear_line_and_nothing_is_lost(folder: Path, tmp_path: Path) -> None:
    written(folder, 60, "house")
    run = ingested_apart("full", folder, tmp_path / "index")
    assert run.returncode == 2, run.stderr
    assert len(run.stdout.splitlines()) == 1
    assert "cannot be" in run.stdout
    brought_up(folder, tmp_path / "index")
    with Store.in_folder(tmp_path / "index", IDENTITY) as store:
        whole(store, load_documents(folder)[0])


def test_a_read_only_folder_is_one_clear_line(folder: Path) -> None:
    written(folder, 2, "house")
    with tempfile.TemporaryDirectory() as base:  # pytest's own folders are closed to others
        docs, index = Path(base) / "docs", Path(base) / "index"
        shutil.copytree(folder, docs)
        index.mkdir(mode=0o555)
        Path(base).chmod(0o555)
        run = ingested_apart("closed", docs, index)
        Path(base).chmod(0o755)
        index.chmod(0o755)
    assert run.returncode == 2, run.stderr
    assert len(run.stdout.splitlines()) == 1
    assert "cannot be written" in run.stdout


# ── moves ────────────────────────────────────────────────────────────────────────────────────


class Unwilling(ComputedEmbedder):
    """For what must not embed again."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError(f"embeds {len(texts)} texts")


def test_a_renamed_or_copied_file_is_not_embedded_again(folder: Path, tmp_path: Path) -> None:
    written(folder, 3, "house")
    brought_up(folder, tmp_path / "index")
    (folder / "00.txt").rename(folder / "new.txt")
    (folder / "copy.txt").write_bytes((folder / "01.txt").read_bytes())
    documents = load_documents(folder)[0]
    with Store.in_folder(tmp_path / "index", IDENTITY) as store:
        report = ingest(documents, store, Unwilling(), CONFIG)
        whole(store, documents)
    assert report.moved == (("00.txt", "new.txt"),)
    assert (report.added, report.removed, report.unchanged) == (("copy.txt",), (), 2)


def test_a_clock_that_is_set_back_hides_no_change(folder: Path, tmp_path: Path) -> None:
    """Neither from an ingest nor from a look at what has changed; the size stays the same."""
    written(folder, 2, "house")
    brought_up(folder, tmp_path / "index")
    seen = snapshot(folder)
    name = folder / "00.txt"
    name.write_text(name.read_text().replace("house", "tower"))
    os.utime(name, (0, 0))
    os.utime(tmp_path / "index" / "state.json", (2**33, 2**33))  # the index is of the year 2242
    assert snapshot(folder) != seen
    assert brought_up(folder, tmp_path / "index").changed == ("00.txt",)
    with Store.in_folder(tmp_path / "index", IDENTITY) as store:
        whole(store, load_documents(folder)[0])


def test_opening_what_is_not_there_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no index"):
        Store.in_folder(tmp_path / "index")
    assert not (tmp_path / "index").exists()
