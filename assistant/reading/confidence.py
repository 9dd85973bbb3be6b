"""How likely a candidate answer is right: a logistic model on what was read and asked.

P(right) = 1 / (1 + exp(-(bias + Σ weight · feature))), fitted by `training/calibrate.py` on
questions over articles that neither the reader learnt from nor any evaluation uses, and stored
beside the reader with the risk-coverage curve measured there.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ModelError
from assistant.language.fold import fold
from assistant.language.sentences import split
from assistant.language.terms import coverage
from assistant.reading.premises import misfit, refuted
from assistant.reading.read import FOLDER
from assistant.records import Chunk, Hit, Range, Span

FEATURES = ("margin", "lead")
CANDIDATES = 4  # different answers that are weighed
RULED_OUT = 0.05  # the most that a candidate's confidence is when it can hardly be the answer


def features(span: Span, spans: Sequence[Span]) -> tuple[float, ...]:
    """The values of `FEATURES` for `span`, one of `spans`.

    margin  its score over the null of its window, in logits, within ±20
    lead    its margin less that of the best different answer, within ±10

    What retrieval says (cosine, rank) and how question and span fit (names, numbers, negations)
    was tried as well and made it worse on other texts than those it was fitted on: eval/LOG.md.
    """
    rivals = [s.margin for s in spans if not same_answer(span, s)]
    lead = span.margin - max(rivals) if rivals else 10.0
    return (
        max(-20.0, min(20.0, span.margin)),
        max(-10.0, min(10.0, lead)),
    )


def candidates(spans: Sequence[Span]) -> list[Span]:
    """The best span of each of the first few different answers, in their order."""
    found: list[Span] = []
    for span in spans:
        if not any(same_answer(span, other) for other in found):
            found.append(span)
            if len(found) == CANDIDATES:
                break
    return found


def same_answer(a: Span, b: Span) -> bool:
    """Whether two spans give one answer: they overlap, or one's words are within the other's."""
    if a.doc_id == b.doc_id and a.start < b.end and b.start < a.end:
        return True
    x, y = f" {fold(a.text)} ", f" {fold(b.text)} "
    return x in y or y in x


def ruled_out(question: str, span: Span, chunk: Chunk, denied: float) -> bool:
    """Whether a span can hardly be the answer: it is of another kind than asked for, a figure of
    the question is not in its passage, or what the question takes for granted was `denied` by a
    sentence that holds as much of the question as the span's own."""
    if misfit(question, span.text, chunk.text):
        return True
    return denied > 0 and denied >= coverage(question, chunk.text[slice(*sentence(chunk, span))])


def denial(question: str, hits: Sequence[Hit]) -> float:
    """Share of the question's words in the sentence that denies it, the largest of those read;
    0 where none does."""
    read = {hit.chunk.text[a:b] for hit in hits for a, b in split(hit.chunk.text)}
    return max((coverage(question, text) for text in read if refuted(question, text)), default=0.0)


def sentence(chunk: Chunk, span: Span) -> Range:
    """The sentences of a chunk that a span touches, as a range of the chunk."""
    start, end = span.start - chunk.start, span.end - chunk.start
    touched = [(a, b) for a, b in split(chunk.text) if a < end and start < b]
    return (touched[0][0], touched[-1][1]) if touched else (start, end)


@dataclass(frozen=True)
class Confidence:
    """A fitted model: `weights` in the order of `FEATURES`."""

    weights: tuple[float, ...]
    bias: float

    @classmethod
    def load(cls, path: Path = FOLDER / "confidence.json") -> Confidence:
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ModelError(f"{path} is missing: reinstall the package.") from error
        if tuple(data["features"]) != FEATURES:
            raise ModelError(f"{path} is of another version: reinstall the package.")
        return cls(tuple(data["weights"]), float(data["bias"]))

    def __call__(self, values: Sequence[float]) -> float:
        score = self.bias + sum(w * v for w, v in zip(self.weights, values, strict=True))
        return 1 / (1 + math.exp(-score))
