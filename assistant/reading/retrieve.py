"""Question -> Hits: what the dense and the lexical side find, in one order.  Knows nothing of
answers."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.index.embed import Embedder
from assistant.index.store import Store
from assistant.question.asked import own_words
from assistant.reading.rank import fit, weigh_words
from assistant.records import Chunk, Hit

PER_SIDE = 30  # chunks taken from the dense and from the lexical side before they are ranked


class Retriever:
    """Ranks together Chroma's nearest chunks and those that BM25 finds.  Holds no copy of the
    index, so what is ingested meanwhile is found."""

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self._store, self._embedder = store, embedder

    def retrieve(self, query: str, only: Sequence[str] = ()) -> list[Hit]:
        """Up to twice `PER_SIDE` hits, best first, by `rank.fit`; twice as many for a question
        behind turns of the talk.  This is searched with and without them, and the fits are added:
        without them "Since when?" finds nothing, and with them alone a new subject drowns.

        only: the documents that are searched; all, where none is named"""
        fits = self._search(query, only)
        if (question := own_words(query)) != query:
            both = fits, self._search(question, only)
            # what only one of them finds fits the other no better than the last that this found
            least = [min(each.values(), default=0.0) for each in both]
            fits = {
                chunk: sum(each.get(chunk, low) for each, low in zip(both, least, strict=True))
                for chunk in both[0] | both[1]
            }
        hits = [Hit(chunk, score) for chunk, score in fits.items()]
        return sorted(hits, key=lambda h: -h.score)

    def _search(self, question: str, only: Sequence[str]) -> dict[Chunk, float]:
        """How well each chunk that either side finds fits."""
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
        return {chunk: fit(wanted, chunk.text, cosine) for chunk, cosine in cosines.items()}
