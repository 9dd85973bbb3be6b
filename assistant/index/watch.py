"""Work on an index without asking it: keep it up to date, say how it stands, copy it.

No reader is loaded, and the embedder only where there is something to embed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, Self
from urllib.parse import urlsplit

from assistant.config import Config
from assistant.documents.corpus import find_files, load_documents
from assistant.errors import CorpusError, StoreError
from assistant.index.embed import Embedder
from assistant.index.ingest import Progress, Report, due, ingest
from assistant.index.open import made_with, open_store
from assistant.index.store import Store

STILL = "Still reading: {} documents are in. What is not yet in cannot be found."
EVERY = 2.0  # seconds between looks at the folder


class Ended(Exception):
    """Raised within, to leave an ingest."""


class Refreshable(Protocol):
    """What brings its index up to date with a folder, as `Assistant` does."""

    def refresh(self, folder: str | Path, progress: Progress | None = None) -> Report: ...


log = logging.getLogger("assistant")


def watched(
    folder: str | Path,
    index: str | Path | None,
    progress: Progress | None = None,
    every: float = EVERY,
) -> Iterator[Report]:
    """Bring the index up to date, now and whenever a document changes; a report each time that
    something was done, and the first time.  Between the times the index is free for others.

    The first time raises what `ingest` raises; later an error is logged and it tries again.
    """
    config = Config.read({})
    embedder = Embedder(config.embedding_model)
    seen: object = None
    first = True
    while True:
        now = snapshot(Path(folder))
        if now != seen:
            try:
                documents, left_out = load_documents(Path(folder), config.encoding)
                for line in left_out:
                    log.warning("%s", line)
                with open_store(Path(folder), index, config, made_with(config)) as store:
                    report = ingest(documents, store, embedder, config, progress, left_out)
                seen = now
                if first or not report.quiet:
                    yield report
                first = False
            except (CorpusError, StoreError) as error:
                if first:
                    raise
                log.warning("%s Trying again in %g s.", error, every)
        time.sleep(every)


class Follower:
    """Keeps an assistant that is in use level with its folder, in a thread of its own.

    A change is taken in once the folder has stood still for a look, so that no file is read while
    it is written.  `progress` is (documents done, documents to do) while there is something to do.
    """

    def __init__(self, assistant: Refreshable, folder: Path, every: float = EVERY) -> None:
        self._assistant, self._folder, self._every = assistant, folder, every
        self.progress: tuple[int, int] | None = None
        self._began = 0.0
        self.level = threading.Event()  # set after the first time
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="follower", daemon=True)

    @property
    def left(self) -> float | None:
        """Seconds that the rest will take at the rate so far; None where it cannot be told."""
        if not self.progress or not self.progress[0]:
            return None
        done, total = self.progress
        return (time.monotonic() - self._began) / done * (total - done)

    @property
    def note(self) -> str:
        """That documents are being read, for whoever asks meanwhile; "" when all are in."""
        if self.progress:
            return STILL.format("{} of {}".format(*self.progress))
        return "" if self.level.is_set() else STILL.format("not all")

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        """Ends it, after the documents that it is at; the next ingest goes on from there."""
        self._ended.set()
        self._thread.join()

    def _follow(self) -> None:
        done: object = None  # the state that was taken in
        before: object = None
        while not self._ended.is_set():
            now = before
            try:
                now = snapshot(self._folder)
                if now != done and (now == before or done is None):
                    self._assistant.refresh(self._folder, self._told)
                    done = now
            except CorpusError as error:  # until it changes again
                log.warning("%s", error)
                done = now
            except Ended:
                return
            except (StoreError, OSError) as error:  # a folder that is being written, for one
                log.warning("%s Trying again in %g s.", error, self._every)
            except Exception:
                log.exception("The folder cannot be followed now")
            finally:
                self.progress = None
                self.level.set()
            before = now
            self._ended.wait(self._every)

    def _told(self, done: int, total: int) -> None:
        if self.progress is None:
            self._began = time.monotonic()
        self.progress = (done, total)
        if self._ended.is_set():
            raise Ended


def snapshot(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells whether a file was written, added, removed or renamed."""
    found = []
    for path in find_files(folder) if folder.is_dir() else []:
        try:
            state = path.stat()
        except FileNotFoundError:  # just removed
            continue
        found.append((str(path), state.st_mtime_ns, state.st_size))
    return tuple(found)


@dataclass(frozen=True)
class Status:
    """How an index stands: what it holds, and what an ingest would do."""

    documents: int
    chunks: int
    bytes: int | None  # None on a server
    todo: Report


def status(folder: str | Path, index: str | Path | None) -> Status:
    """Compare the index with the folder.  Embeds nothing and loads no model."""
    config = Config.read({})
    documents, left_out = load_documents(Path(folder), config.encoding)
    with open_store(Path(folder), index, config, None) as store:
        # Made with other settings, it is to be made anew; saying so must not do so.
        before = store.digests() if store.identity == made_with(config) else {}
        todo = replace(due(documents, before), left_out=tuple(left_out))
        return Status(*store.counts(), store.bytes, todo)


def copy(source: str, target: str, progress: Progress | None = None) -> tuple[int, int]:
    """Copy an index, documents, chunks and vectors, from and to a folder or a server
    (http://HOST:PORT/NAME).  What else the target held is removed.  Returns the counts."""
    with at(source) as old, at(target, old.identity) as new:
        digests = old.digests()
        known = new.digests()
        for doc_id in known.keys() - digests.keys():
            new.remove(doc_id)
        for done, (doc_id, digest) in enumerate(digests.items(), start=1):
            if known.get(doc_id) != digest:
                chunks, vectors = old.passages(doc_id, digest)
                new.put(old.document(doc_id), chunks, vectors)
            if progress:
                progress(done, len(digests))
        new.sweep()
        return new.counts()


def at(place: str, identity: str | None = None) -> Store:
    """The index at a place; made there where `identity` says with what."""
    if not place.startswith(("http://", "https://")):
        return Store.in_folder(Path(place), identity)
    parts = urlsplit(place)
    name = parts.path.strip("/")
    if not name:
        raise StoreError(f"{place} names no index: write http://HOST:PORT/NAME.")
    token = Config.read({}).chroma_token
    return Store.on_server(f"{parts.scheme}://{parts.netloc}", name, identity, token)
