"""Keeps the index equal to the folder of documents, embedding only what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.chunk import chunks
from assistant.config import Config
from assistant.embed import Embedder
from assistant.records import Chunk, Document
from assistant.store import Store

GROUP = 128  # chunks embedded at a time: large enough for speed, small enough for a smooth bar

Progress = Callable[[int, int], None]  # documents done, documents to do


@dataclass(frozen=True)
class Report:
    """What an ingest did: names of documents, and how many chunks it embedded."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    chunks: int
    problems: tuple[str, ...] = ()


def ingest(
    documents: Sequence[Document],
    store: Store,
    embedder: Embedder,
    config: Config,
    progress: Progress | None = None,
    problems: Sequence[str] = (),
) -> Report:
    """Make `store` hold exactly `documents`.  Repeated, it embeds nothing."""
    before = store.digests()
    names = {d.doc_id for d in documents}
    new = [d for d in documents if before.get(d.doc_id) != d.sha256]
    removed = sorted(set(before) - names)
    for doc_id in removed:
        store.remove(doc_id)

    embedded = 0
    group: list[tuple[Document, list[Chunk]]] = []
    for done, document in enumerate(new, start=1):
        group.append((document, chunks(document, config.chunk_paragraphs, config.chunk_chars)))
        size = sum(len(found) for _, found in group)
        if size >= GROUP or done == len(new):
            vectors = embedder.encode([c.text for _, found in group for c in found])
            first = 0
            for member, found in group:
                store.put(member, found, vectors[first : first + len(found)])
                first += len(found)
            embedded += size
            group = []
        if progress:
            progress(done, len(new))
    if new or removed:
        store.sweep()
    return Report(
        added=tuple(d.doc_id for d in new if d.doc_id not in before),
        changed=tuple(d.doc_id for d in new if d.doc_id in before),
        removed=tuple(removed),
        unchanged=len(documents) - len(new),
        chunks=embedded,
        problems=tuple(problems),
    )
