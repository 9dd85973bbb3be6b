"""Kills an ingest at every step it takes, and at moments between: a program of its own.

`python -m tests.kill_trials FOLDER` prints a line a trial: what was killed, and "whole", or what
is wrong.  It forks for each trial, so that the imports are paid for once; chromadb cannot be used
across a fork, so the forking process never opens an index.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import llama_index.vector_stores.chroma  # noqa: F401  # once, and not in each trial

from assistant.config import Config
from assistant.documents.chunk import cut_chunks
from assistant.documents.corpus import load_documents
from assistant.index.ingest import ingest
from assistant.index.store import Store
from assistant.records import Document
from tests.computed import ComputedEmbedder

IDENTITY = "computed 3/900"
INSIDE = (0.0002, 0.001, 0.004)  # seconds into a change at which it is killed as well


class Counted:
    """A Chroma collection that ends the process, as `kill -9` does, before its n-th change or so
    many seconds into it."""

    left = 0
    seconds = 0.0

    def __init__(self, collection: Any) -> None:
        self._collection = collection

    def __getattr__(self, name: str) -> Any:
        if name in ("add", "delete", "upsert"):
            Counted.left -= 1
            if Counted.left == 0 and Counted.seconds:
                signal.setitimer(signal.ITIMER_REAL, Counted.seconds)  # its default action: to end
            elif Counted.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return getattr(self._collection, name)


def write(folder: Path, names: str, word: str) -> None:
    for name in names:
        lines = [f"The {word} {name} of street {i} is {i} years old." for i in range(8)]
        (folder / f"{name}.txt").write_text("\n\n".join(lines))


def update(folder: Path, index: Path, step: int = 0, seconds: float = 0.0) -> None:
    with Store.in_folder(index, IDENTITY) as store:
        if step:
            Counted.left, Counted.seconds = step, seconds
            store._passages = Counted(store._passages)  # type: ignore[assignment]
            store._documents = Counted(store._documents)  # type: ignore[assignment]
        ingest(load_documents(folder)[0], store, ComputedEmbedder(), Config())


def slices(store: Store, texts: dict[str, set[str]]) -> None:
    """What can be answered from: whole documents, old or new, and slices of just these."""
    now = {d.doc_id: d for d in store.documents()}
    assert all(d.text in texts[d.doc_id] for d in now.values()), "half a document"
    found = store.chunks()
    assert len({c.chunk_id for c in found}) == len(found), "doubled"
    for name, document in now.items():
        own = [c for c in found if c.doc_id == name]
        assert own == cut_chunks(document), f"{name} has lost chunks"
    for chunk, _ in store.nearest(ComputedEmbedder().encode(["years street"])[0], 10):
        assert now[chunk.doc_id].text[chunk.start : chunk.end] == chunk.text, "another's chunk"
    by_word = store.matching("street", len(found) + 1)
    assert sorted(c.chunk_id for c in by_word) == sorted(c.chunk_id for c in found), "words lost"


def check(folder: Path, index: Path, texts: dict[str, set[str]]) -> None:
    documents: list[Document] = load_documents(folder)[0]
    with Store.in_folder(index, IDENTITY) as store:
        kept = store.counts()[0]
        slices(store, texts)
        ingest(documents, store, ComputedEmbedder(), Config())
        assert list(store.documents()) == documents, "lost or old documents"
        slices(store, texts)
        assert store.counts()[1] == sum(len(cut_chunks(d)) for d in documents), "swept ill"
    print(f"kept {kept},", end=" ", flush=True)


def forked(work: Callable[..., None], *args: object) -> multiprocessing.Process:
    process = multiprocessing.get_context("fork").Process(target=work, args=args)
    process.start()
    return process


def main(base: Path) -> None:
    folder, old = base / "docs", base / "old"
    folder.mkdir()
    write(folder, "abcdef", "house")
    texts = {f"{n}.txt": {(folder / f"{n}.txt").read_text()} for n in "abcdef"}
    forked(update, folder, old).join()
    write(folder, "bcdegh", "tower")
    (folder / "f.txt").unlink()
    for name in "bcdegh":
        texts.setdefault(f"{name}.txt", set()).add((folder / f"{name}.txt").read_text())

    index = base / "trial"

    def trial(step: int, seconds: float = 0.0) -> bool:
        """Whether the ingest was killed before it came to its end."""
        shutil.rmtree(index, ignore_errors=True)
        shutil.copytree(old, index)
        victim = forked(update, folder, index, step, seconds)
        victim.join()
        end = "killed" if victim.exitcode in (-signal.SIGKILL, -signal.SIGALRM) else "came through"
        print(f"change {step} + {1000 * seconds:g} ms: {end},", end=" ", flush=True)
        checker = forked(check, folder, index, texts)
        checker.join()
        print("whole" if checker.exitcode == 0 else "NOT WHOLE", flush=True)
        return end == "killed"

    last = next(step for step in count(1) if not trial(step)) - 1
    for n, step in enumerate(range(1, last + 1, 2)):
        trial(step, INSIDE[n % len(INSIDE)])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
