"""Keeps the index equal to the folder of documents, embedding only what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.config import Config
from assistant.documents.chunk import cut_chunks, find_context
from assistant.index.embed import Vectors
from assistant.index.store import Store
from assistant.records import Chunk, Document

GROUP = 128  # chunks embedded at a time: large enough for speed, small enough for a smooth bar


class Encoder(Protocol):
    """What embeds: (n,) texts -> (n, dimensions) vectors of length 1, as `embed.Embedder` does."""

    def encode(self, texts: Sequence[str]) -> Vectors: ...


Progress = Callable[[int, int], None]  # documents done, documents to do


@dataclass(frozen=True)
class Report:
    """What an ingest did: names of documents, and how many chunks it embedded.

    `moved` holds (old name, new name) of files that were only renamed.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    chunks: int
    left_out: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.added or self.changed or self.removed or self.moved)


def due(documents: Sequence[Document], before: Mapping[str, str]) -> Report:
    """What is to be done to an index that holds the texts `before` (name -> sha256)."""
    now = {d.doc_id: d.sha256 for d in documents}
    gone = {sha: name for name, sha in sorted(before.items()) if name not in now}
    added, moved = [], []
    for name, sha in now.items():
        if name not in before and sha in gone:
            moved.append((gone.pop(sha), name))
        elif name not in before:
            added.append(name)
    old = {name for name, _ in moved}
    changed = tuple(n for n, sha in now.items() if n in before and before[n] != sha)
    return Report(
        added=tuple(added),
        changed=changed,
        removed=tuple(sorted(set(before) - set(now) - old)),
        unchanged=len(now) - len(added) - len(moved) - len(changed),
        chunks=0,
        moved=tuple(moved),
    )


def ingest(
    documents: Sequence[Document],
    store: Store,
    embedder: Encoder,
    config: Config,
    progress: Progress | None = None,
    left_out: Sequence[str] = (),
) -> Report:
    """Make `store` hold exactly `documents`.  Repeated, it embeds nothing; nor does it embed a
    text again that is in the index under another name."""
    before = store.digests()
    todo = due(documents, before)
    for doc_id in (*todo.removed, *(old for old, _ in todo.moved)):
        store.remove(doc_id)

    twins = {sha: doc_id for doc_id, sha in before.items()}
    new = [d for d in documents if before.get(d.doc_id) != d.sha256]
    embedded = 0
    if progress and new:
        progress(0, len(new))
    group: list[tuple[Document, list[Chunk]]] = []
    for done, document in enumerate(new, start=1):
        found = cut_chunks(document)
        twin = twins.get(document.sha256)
        known = store.vectors([replace(c, doc_id=twin) for c in found]) if twin else None
        if known is not None:
            store.put(document, found, known)
        else:
            group.append((document, found))
        size = sum(len(found) for _, found in group)
        if group and (size >= GROUP or done == len(new)):
            # found by what it lies under too: "women" below "Liechtenstein – Life expectancy"
            texts = [find_context(d, c) + c.text for d, found in group for c in found]
            vectors = embedder.encode(texts)
            first = 0
            for member, found in group:
                store.put(member, found, vectors[first : first + len(found)])
                first += len(found)
            embedded += size
            group = []
        if progress:
            progress(done, len(new))
    if new or not todo.quiet or store.untidy():
        store.sweep({(d.doc_id, d.sha256) for d in documents})
    store.level_words()
    return replace(todo, chunks=embedded, left_out=tuple(left_out))
