"""Kills what writes an index, at points spread over all the lines that it runs, and inside Chroma's
own changes: a program of its own.

`python -m tests.kill_trials FOLDER [--points 50]` prints a line a trial: what was killed, and
"whole", or what is wrong.  It forks for each trial, so that the imports are paid for once; chromadb
cannot be used across a fork, so the forking process never opens an index.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import llama_index.vector_stores.chroma  # noqa: F401  # once, and not in each trial

from assistant.config import Config
from assistant.documents.chunk import cut_chunks
from assistant.documents.corpus import load_documents
from assistant.index import watch
from assistant.index.ingest import ingest
from assistant.index.store import Store
from assistant.records import Document
from tests.computed import ComputedEmbedder

IDENTITY = "computed 3/900"
INSIDE = (0.0002, 0.001, 0.004)  # seconds into a change of Chroma's at which it is killed as well
OURS = str(Path(watch.__file__).parent)
FORK = multiprocessing.get_context("fork")

Work = Callable[[], None]


# ── ending a process, as `kill -9` does ──────────────────────────────────────────────────────


def kill_at_line(number: int, passed: Any) -> None:
    """End this process before the `number`-th line that it runs in `assistant/index`; with 0 the
    lines are only counted, into `passed`."""

    def line(frame: FrameType, event: str, _: object) -> Callable[..., Any]:
        if event == "line":
            passed.value += 1
            if passed.value == number:
                os.kill(os.getpid(), signal.SIGKILL)
        return line

    def call(frame: FrameType, event: str, _: object) -> Callable[..., Any] | None:
        return line if frame.f_code.co_filename.startswith(OURS) else None

    sys.settrace(call)


def kill_inside(number: int, seconds: float, store: Store) -> None:
    """End this process so many seconds into the `number`-th change of a collection of Chroma's."""
    left = [number]

    class Counted:
        def __init__(self, collection: Any) -> None:
            self._collection = collection

        def __getattr__(self, name: str) -> Any:
            if name in ("add", "delete", "upsert"):
                left[0] -= 1
                if left[0] == 0:
                    signal.setitimer(signal.ITIMER_REAL, seconds)  # its default action: to end
            return getattr(self._collection, name)

    store._passages = Counted(store._passages)  # type: ignore[assignment]
    store._documents = Counted(store._documents)  # type: ignore[assignment]


# ── what is killed ───────────────────────────────────────────────────────────────────────────


def write(folder: Path, names: str, word: str) -> None:
    for name in names:
        lines = [f"The {word} {name} of street {i} is {i} years old." for i in range(8)]
        (folder / f"{name}.txt").write_text("\n\n".join(lines))


def bring_up(folder: Path, index: Path, change: int = 0, seconds: float = 0.0) -> None:
    with Store.in_folder(index, IDENTITY) as store:
        if change:
            kill_inside(change, seconds, store)
        ingest(load_documents(folder)[0], store, ComputedEmbedder(), Config())


def build_words(index: Path) -> None:
    (index / "words.sqlite3").unlink(missing_ok=True)
    with Store.in_folder(index, IDENTITY) as store:
        store.level_words()


# ── what is left ─────────────────────────────────────────────────────────────────────────────


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


def check(folder: Path, index: Path, texts: dict[str, set[str]], again: Work | None = None) -> None:
    """Whole as it is; and, once what was killed is run `again`, or an ingest, as if it had never
    been killed."""
    documents: list[Document] = load_documents(folder)[0]
    with Store.in_folder(index, IDENTITY) as store:
        print(f"kept {store.counts()[0]},", end=" ", flush=True)
        slices(store, texts)
        if again is None:
            ingest(documents, store, ComputedEmbedder(), Config())
    if again is not None:
        again()
    with Store.in_folder(index, IDENTITY) as store:
        assert list(store.documents()) == documents, "lost or old documents"
        slices(store, texts)
        assert store.counts()[1] == sum(len(cut_chunks(d)) for d in documents), "swept ill"


def forked(work: Callable[..., None], *args: object) -> int | None:
    process = FORK.Process(target=work, args=args)
    process.start()
    process.join()
    return process.exitcode


def traced(work: Work, number: int, passed: Any) -> None:
    kill_at_line(number, passed)
    work()
    sys.settrace(None)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("--points", type=int, default=50, help="of each kind of work")
    args = parser.parse_args()
    base: Path = args.base
    folder, before, after = base / "docs", base / "before", base / "after"
    folder.mkdir(parents=True)
    write(folder, "abcdef", "house")
    texts = {f"{n}.txt": {(folder / f"{n}.txt").read_text()} for n in "abcdef"}
    forked(bring_up, folder, before)
    write(folder, "bcdegh", "tower")
    (folder / "f.txt").unlink()
    for name in "bcdegh":
        texts.setdefault(f"{name}.txt", set()).add((folder / f"{name}.txt").read_text())
    forked(bring_up, folder, after)
    index = base / "trial"

    def copied() -> None:
        watch.copy(str(after), str(index))

    kinds: dict[str, tuple[Path | None, Work, Work | None]] = {
        "ingest": (None, lambda: bring_up(folder, index), None),
        "update": (before, lambda: bring_up(folder, index), None),
        "copy": (None, copied, copied),
        "words": (after, lambda: build_words(index), None),
    }

    ill: list[str] = []

    def trial(start: Path | None, name: str, again: Work | None, *work: Any) -> None:
        shutil.rmtree(index, ignore_errors=True)
        if start:
            shutil.copytree(start, index)
        code = forked(*work)
        killed = code in (-signal.SIGKILL, -signal.SIGALRM)
        print(f"{name}: {'killed' if killed else f'came through ({code})'},", end=" ", flush=True)
        whole = forked(check, folder, index, texts, again) == 0
        if name.startswith("copy"):  # of what was copied from nothing is lost either
            whole = whole and forked(check, folder, after, texts) == 0
        print("whole" if whole else "NOT WHOLE", flush=True)
        if not whole:
            ill.append(name)

    for kind, (start, work, again) in kinds.items():
        passed = FORK.Value("l", 0, lock=False)
        trial(start, f"{kind}, whole", again, traced, work, 0, passed)
        lines = passed.value
        for point in range(args.points):
            number = 1 + point * (lines - 1) // max(1, args.points - 1)
            passed.value = 0
            trial(start, f"{kind}, line {number} of {lines}", again, traced, work, number, passed)
    for n in range(args.points // 2):
        seconds = INSIDE[n % len(INSIDE)]
        name = f"change {n + 1} + {1000 * seconds:g} ms"
        trial(before, name, None, bring_up, folder, index, n + 1, seconds)
    return 1 if ill else 0


if __name__ == "__main__":
    sys.exit(main())
