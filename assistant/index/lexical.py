"""Words -> chunks that hold them, ranked by BM25, with nothing loaded beforehand.

Chroma finds the candidates, word by word, as its full-text index does; only those are fetched and
weighed.  So start and memory do not grow with the index, a server serves it as a folder does, and
it cannot disagree with what is stored.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import Stemmer

from assistant.index.store import Store
from assistant.language.english import listed
from assistant.language.fold import fold
from assistant.records import Chunk

K1, B = 1.5, 0.75  # Robertson and Zaragoza 2009; LlamaIndex's BM25 has the same
MOST_LISTED = 2000  # chunks listed for a word: one that is in more says little
POOL = 100  # chunks fetched and weighed; with 300 no more are found: eval/LOG.md
SEARCHES = 4  # words looked for at a time

WORDS = re.compile(r"\w\w+")

# Words of the question that are not looked for: Lucene's list of English, without "a".  To leave
# out question words as well costs right answers: eval/LOG.md.
STOP = listed(
    "an and are as at be but by for if in into is it no not of on or such that the their then "
    "there these they this to was will with"
)


class Lexical:
    """BM25 over what a store holds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stem = Stemmer.Stemmer("english")

    def search(self, question: str, k: int) -> list[Chunk]:
        """Up to `k` chunks that hold words of the question, best first."""
        words = WORDS.findall(fold(question))
        words = [w for w in words if w not in STOP] or words
        stems = dict(zip(self._stem.stemWords(words), words, strict=True))
        if not stems:
            return []
        total = self._store.counts()[1]
        # side by side: Chroma reads all text for each word, and what waits on it is not Python
        with ThreadPoolExecutor(SEARCHES) as threads:
            found = threads.map(self._matching, stems.keys(), stems.values())
            listed = dict(zip(stems, found, strict=True))
        weight = {
            stem: math.log(1 + (total - len(ids) + 0.5) / (len(ids) + 0.5))
            for stem, ids in listed.items()
        }
        promise: Counter[str] = Counter()
        for stem, ids in listed.items():
            for name in ids:
                promise[name] += weight[stem]  # type: ignore[assignment]  # weights are floats
        pool = sorted(promise, key=lambda name: (-promise[name], name))[:POOL]
        return self._weighed(self._store.chunks_of(pool), weight)[:k]

    def _matching(self, stem: str, word: str) -> list[str]:
        """Chunks with a word that begins as the word and its stem do: a few too many, no fewer."""
        begin = next((word[:n] for n in range(len(word), 0, -1) if stem.startswith(word[:n])), word)
        return self._store.matching(rf"(?i)\b{begin}", MOST_LISTED)

    def _weighed(self, chunks: list[Chunk], weight: dict[str, float]) -> list[Chunk]:
        counts = [Counter(self._stem.stemWords(WORDS.findall(fold(c.text)))) for c in chunks]
        lengths = [sum(count.values()) for count in counts]
        mean = sum(lengths) / max(len(lengths), 1)
        scored = []
        for chunk, count, length in zip(chunks, counts, lengths, strict=True):
            room = K1 * (1 - B + B * length / mean)
            score = sum(w * count[stem] / (count[stem] + room) for stem, w in weight.items())
            if score > 0:
                scored.append((-score, chunk.chunk_id, chunk))
        return [chunk for _, _, chunk in sorted(scored)]
