"""The sentences that carry most of a text, by LexRank (Erkan and Radev 2004), with the bias of
Otterbacher et al. (2005) for those that come early, where writers say what a text is about.

Pure, over texts: knows nothing of documents or questions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.language.terms import content, stem

DAMPING = 0.85  # as in PageRank (Page et al. 1998)
STEPS = 50
ALIKE = 0.5  # cosine from which two sentences say the same: only the better one is kept
MOST_READ = 600  # sentences of a text that are compared, the first ones


def choose_sentences(texts: Sequence[str], most: int) -> list[int]:
    """Indices, ascending, of up to `most` of the texts: those most like all others, none much like
    another.

    >>> choose_sentences(["Figs grow here.", "Figs and almonds grow.", "Tom left."], 1)
    [1]
    """
    texts = texts[:MOST_READ]
    alike = similarities(texts)
    if not len(alike):
        return []
    early = 1 / np.arange(1, len(texts) + 1)
    early = rank = early / early.sum()
    others = alike - np.diag(alike.diagonal())
    flow = np.where(others.sum(1, keepdims=True) > 0, others, early)  # like none: on to the early
    flow /= flow.sum(1, keepdims=True)
    for _ in range(STEPS):
        rank = (1 - DAMPING) * early + DAMPING * rank @ flow
    chosen: list[int] = []
    for i in np.argsort(-rank, kind="stable"):
        if len(chosen) < most and all(alike[i, j] < ALIKE for j in chosen):
            chosen.append(int(i))
    return sorted(chosen)


def similarities(texts: Sequence[str]) -> NDArray[np.float64]:
    """(n, n) cosines of the texts' stems, weighted tf · idf."""
    counts = [Counter(stem(word) for word in content(text)) for text in texts]
    names = {name: i for i, name in enumerate(sorted(set().union(*counts)))}
    table = np.zeros((len(texts), len(names)))
    for row, count in zip(table, counts, strict=True):
        for name, n in count.items():
            row[names[name]] = n
    table *= np.log((1 + len(texts)) / (1 + (table > 0).sum(0)))
    table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    made: NDArray[np.float64] = table @ table.T
    return made
