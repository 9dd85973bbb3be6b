"""Question -> Hits: the dense and the lexical side, fused.  Knows nothing of answers."""

from __future__ import annotations

from assistant.index.embed import Embedder
from assistant.index.lexical import Lexical
from assistant.index.store import Store
from assistant.records import Hit

RRF_K = 60  # Cormack, Clarke and Büttcher 2009: damps the lead of the first ranks


class Retriever:
    """Fuses Chroma's nearest chunks with those that BM25 finds there.  Holds no copy of the index,
    so what is ingested meanwhile is found."""

    def __init__(self, store: Store, embedder: Embedder, candidates: int) -> None:
        self._store, self._embedder, self._candidates = store, embedder, candidates
        self._lexical = Lexical(store)

    def retrieve(self, question: str) -> list[Hit]:
        """Up to twice `candidates` hits, best first: the candidates of each side by reciprocal
        rank fusion, score(chunk) = Σ over the sides 1 / (60 + rank)."""
        vector = self._embedder.encode([question])[0]
        dense = self._store.nearest(vector, self._candidates)
        lexical = self._lexical.search(question, self._candidates)
        ranks = [
            {c.chunk_id: i for i, (c, _) in enumerate(dense, start=1)},
            {c.chunk_id: i for i, c in enumerate(lexical, start=1)},
        ]
        similarity = {c.chunk_id: s for c, s in dense}
        chunks = {c.chunk_id: c for c in [*(c for c, _ in dense), *lexical]}
        hits = [
            Hit(
                chunk,
                sum(1 / (RRF_K + side[name]) for side in ranks if name in side),
                ranks[0].get(name),
                ranks[1].get(name),
                similarity.get(name),
            )
            for name, chunk in chunks.items()
        ]
        return sorted(hits, key=lambda h: -h.score)
