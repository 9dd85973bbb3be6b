"""The sentence nearest in meaning to a question, by their vectors: one that may settle whether, or
whose speaker may be who is asked for.

The reader looks for words that answer.  Of "Who wants …?" the answer may stand nowhere near the
words, as the heading of an interview, and of "May I …?" no words are the answer but the whole
sentence.  What these thresholds cost and give is measured by `eval/bench_nearest.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.documents.chunk import find_context
from assistant.language.english import FUNCTION
from assistant.language.terms import words
from assistant.records import Asked, Document, Hit, Range

HITS = 6  # passages whose sentences are compared
SETTLES = 0.75  # least cosine of a sentence that settles whether

Embed = Callable[[str], NDArray[np.float32]]


@dataclass(frozen=True)
class Nearest:
    """A sentence, `document.text[start:end]`, the cosine of its vector with the question's, and by
    how much that is above the next sentence's."""

    doc_id: str
    start: int
    end: int
    cosine: float
    lead: float

    @property
    def place(self) -> Range:
        return self.start, self.end


def find_nearest(
    asked: Asked, hits: Sequence[Hit], lookup: Callable[[str], Document], embed: Embed
) -> Nearest | None:
    """The sentence of the first `HITS` passages that is nearest; None where there is none."""
    places = dict.fromkeys(
        (chunk.doc_id, *part)
        for chunk in (hit.chunk for hit in hits[:HITS])
        for part in lookup(chunk.doc_id).sentences_at(chunk.start, chunk.end)
    )
    question = embed(asked.text)
    scored = sorted(
        ((float(question @ embed(lookup(name).text[a:b])), name, a, b) for name, a, b in places),
        reverse=True,
    )
    if not scored:
        return None
    cosine, name, start, end = scored[0]
    return Nearest(name, start, end, cosine, cosine - (scored[1][0] if len(scored) > 1 else 0.0))


def settles(asked: Asked, near: Nearest, document: Document, hits: Sequence[Hit]) -> bool:
    """Whether the sentence may settle whether: it is near, and about whom or what is asked."""
    if near.cosine < SETTLES:
        return False
    above = [
        find_context(document, hit.chunk)
        for hit in hits
        if hit.chunk.doc_id == near.doc_id and hit.chunk.start <= near.start < hit.chunk.end
    ]
    held = set(words(" ".join([document.text[near.start : near.end], *above])))
    return set(words(" ".join(asked.names))) - FUNCTION <= held
