"""Question -> Hits: the dense and the lexical side, fused.  Knows nothing of answers."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.index.embed import Embedder
from assistant.index.store import Store
from assistant.records import Hit

PER_SIDE = 20  # chunks taken from the dense and from the lexical side before they are fused
RRF_K = 60  # Cormack, Clarke and Büttcher 2009: damps the lead of the first ranks


class Retriever:
    """Fuses Chroma's nearest chunks with those that BM25 finds.  Holds no copy of the index, so
    what is ingested meanwhile is found."""

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self._store, self._embedder = store, embedder

    def retrieve(self, question: str, only: Sequence[str] = ()) -> list[Hit]:
        """Up to twice `PER_SIDE` hits, best first: the candidates of each side by reciprocal rank
        fusion, score(chunk) = Σ over the sides 1 / (60 + rank).

        only: the documents that are searched; all, where none is named"""
        vector = self._embedder.encode_question(question)
        sides = (
            [chunk for chunk, _ in self._store.nearest(vector, PER_SIDE, only)],
            self._store.matching(question, PER_SIDE, only),
        )
        chunks = {chunk.chunk_id: chunk for side in sides for chunk in side}
        scores = dict.fromkeys(chunks, 0.0)
        for side in sides:
            for rank, chunk in enumerate(side, start=1):
                scores[chunk.chunk_id] += 1 / (RRF_K + rank)
        hits = [Hit(chunk, scores[name]) for name, chunk in chunks.items()]
        return sorted(hits, key=lambda h: -h.score)
