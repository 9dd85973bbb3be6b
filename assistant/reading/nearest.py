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

from assistant.documents.chunk import find_context, heading_level
from assistant.language.english import FUNCTION
from assistant.language.terms import words
from assistant.reading.checks import find_reason_against
from assistant.reading.confidence import find_evidence, list_sentences
from assistant.records import Asked, Candidate, Document, Hit, Range, Span

HITS = 6  # passages whose sentences are compared
SETTLES = 0.75  # least cosine of a sentence that settles whether
NEAR_RIGHT = 0.75  # the share of answers so found that is right, about: eval/bench_nearest.py

Embed = Callable[[Sequence[str]], NDArray[np.float32]]  # (n,) texts -> (n, dimensions)


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
    """The sentence of the first `HITS` passages that is nearest and states something: no question
    and no heading; None where there is none."""
    places = list(
        dict.fromkeys(
            (chunk.doc_id, *part)
            for chunk in (hit.chunk for hit in hits[:HITS])
            for part in lookup(chunk.doc_id).sentences_at(chunk.start, chunk.end)
            if is_statement(lookup(chunk.doc_id).text[slice(*part)])
        )
    )
    if not places:
        return None
    vectors = embed([asked.text, *(lookup(name).text[a:b] for name, a, b in places)])
    cosines = (vectors[1:] @ vectors[0]).tolist()
    scored = sorted(
        ((cosine, *place) for cosine, place in zip(cosines, places, strict=True)), reverse=True
    )
    cosine, name, start, end = scored[0]
    return Nearest(name, start, end, cosine, cosine - (scored[1][0] if len(scored) > 1 else 0.0))


def is_statement(sentence: str) -> bool:
    return not heading_level(sentence) and not sentence.rstrip(" *_\"”'’)\n").endswith("?")


def find_read(near: Nearest, hits: Sequence[Hit]) -> int:
    """Which of the passages it was found in first.  A long sentence may begin before a passage that
    holds the rest of it."""
    return next(
        i
        for i, chunk in enumerate(hit.chunk for hit in hits)
        if chunk.doc_id == near.doc_id and near.start < chunk.end and chunk.start < near.end
    )


def find_flaw(
    asked: Asked, near: Nearest, hits: Sequence[Hit], lookup: Callable[[str], Document]
) -> str:
    """Why the sentence can hardly be about what is asked, by the checks of candidates; "" if none
    strikes it."""
    document = lookup(near.doc_id)
    at = find_read(near, hits)
    span = Span(near.doc_id, near.start, near.end, document.text[slice(*near.place)], 0.0, at)
    evidence = find_evidence(document, span, hits[at].chunk, list_sentences(hits, lookup))
    return find_reason_against(asked, span, evidence)


def settles(
    asked: Asked, near: Nearest, hits: Sequence[Hit], best: Candidate | None, document: Document
) -> bool:
    """Whether the sentence may settle whether: it is near, holds the reader's own best place, and
    is about whom or what is asked."""
    if best is None or best.span.doc_id != near.doc_id:
        return False
    if not near.start <= best.span.start < near.end:
        return False
    above = find_context(document, hits[find_read(near, hits)].chunk)
    held = set(words(f"{above} {document.text[slice(*near.place)]}"))
    named = set(words(" ".join(asked.names))) - FUNCTION
    return near.cosine >= SETTLES and named <= held
