"""Question -> Hits: the dense and the lexical side, fused.  Knows nothing of answers."""

from __future__ import annotations

import Stemmer
from llama_index.core.schema import BaseNode, TextNode
from llama_index.retrievers.bm25 import BM25Retriever

from assistant.embed import Embedder
from assistant.records import Chunk, Hit
from assistant.store import Store

RRF_K = 60  # Cormack, Clarke and Büttcher 2009: damps the lead of the first ranks


class Retriever:
    """Fuses Chroma's nearest chunks with BM25's.  The lexical side is built from what the store
    holds, so it cannot disagree with it; `refresh()` after an ingest."""

    def __init__(self, store: Store, embedder: Embedder, candidates: int) -> None:
        self._store, self._embedder, self._candidates = store, embedder, candidates
        self.refresh()

    def refresh(self) -> None:
        chunks = self._store.chunks()
        self._chunks = {c.chunk_id: c for c in chunks}
        nodes: list[BaseNode] = [TextNode(id_=c.chunk_id, text=c.text) for c in chunks]
        self._bm25 = (
            BM25Retriever(
                nodes,
                stemmer=Stemmer.Stemmer("english"),
                similarity_top_k=min(self._candidates, len(nodes)),
            )
            if nodes
            else None
        )

    def retrieve(self, question: str) -> list[Hit]:
        """Up to twice `candidates` hits, best first: the candidates of each side by reciprocal
        rank fusion, score(chunk) = Σ over the sides 1 / (60 + rank)."""
        vector = self._embedder.encode([question])[0]
        dense = self._store.nearest(vector, self._candidates)
        lexical = self._lexical(question)
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

    def _lexical(self, question: str) -> list[Chunk]:
        if self._bm25 is None:
            return []
        found = self._bm25.retrieve(question)
        return [self._chunks[n.node.node_id] for n in found if (n.score or 0) > 0]
