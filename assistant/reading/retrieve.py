"""Question -> Hits: what the dense and the lexical side find, in one order.  Knows nothing of
answers."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.index.embed import Embedder
from assistant.index.store import Store
from assistant.reading.rank import fit, weigh_words
from assistant.records import Hit

FAR_BEHIND = 0.4  # fit by which a passage is behind the best that hardly ever answers, as
# eval/bench_ranking.py has it on training/written and SQuAD
PER_SIDE = 30  # chunks taken from the dense and from the lexical side before they are ranked


def take_near(hits: Sequence[Hit], first: int, most: int) -> Sequence[Hit]:
    """Those of some hits, best first, that may be read: the `first`, and as many more, `most` in
    all, as fit within `FAR_BEHIND` of the best."""
    near = sum(hit.score >= hits[0].score - FAR_BEHIND for hit in hits)
    return hits[: min(most, max(first, near))]


class Retriever:
    """Ranks together Chroma's nearest chunks and those that BM25 finds.  Holds no copy of the
    index, so what is ingested meanwhile is found."""

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self._store, self._embedder = store, embedder

    def retrieve(self, question: str, only: Sequence[str] = ()) -> list[Hit]:
        """Up to twice `PER_SIDE` hits, best first, by `rank.fit`.

        only: the documents that are searched; all, where none is named"""
        vector = self._embedder.encode_question(question)
        cosines = dict(self._store.nearest(vector, PER_SIDE, only))
        matching, counts, whole = self._store.look_up(question, PER_SIDE, only)
        others = [chunk for chunk in matching if chunk not in cosines]
        vectors = self._store.vectors(others)
        if vectors is None:  # some are just gone
            others = self._store.chunks_of([chunk.chunk_id for chunk in others])
            vectors = self._store.vectors(others)
        if vectors is not None:
            cosines |= dict(zip(others, (vectors @ vector).tolist(), strict=True))
        wanted = weigh_words(question, counts, whole)
        hits = [Hit(chunk, fit(wanted, chunk.text, cosine)) for chunk, cosine in cosines.items()]
        return sorted(hits, key=lambda h: -h.score)
