"""How likely a candidate answer is right: a logistic model on what was read and asked.

P(right) = 1 / (1 + exp(-(bias + Σ weight · feature))), fitted by `training/calibrate.py` on
questions over articles that neither the reader learnt from nor any evaluation uses, and stored
beside the reader with the risk-coverage curve measured there.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ModelError
from assistant.language.fold import fold
from assistant.reading.checks import Evidence, find_reason_against
from assistant.reading.read import FOLDER
from assistant.records import Asked, Candidate, Document, Hit, Span

FEATURES = ("margin", "lead")
CANDIDATES = 4  # different answers that are weighed
STRUCK = 0.05  # the most that the confidence of a candidate is that a check strikes


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


def different_answers(spans: Sequence[Span]) -> list[Span]:
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


def weigh(
    asked: Asked,
    hits: Sequence[Hit],
    spans: Sequence[Span],
    confidence: Confidence,
    lookup: Callable[[str], Document],
) -> list[Candidate]:
    """The candidates among `spans`, surest first; what a check strikes has hardly any confidence.

    hits: the passages that were read; a span's `hit` is an index of them.
    """
    read = list(
        dict.fromkeys(
            lookup(chunk.doc_id).text[a:b]
            for chunk in (hit.chunk for hit in hits)
            for a, b in lookup(chunk.doc_id).sentences_at(chunk.start, chunk.end)
        )
    )
    weighed = []
    for span in different_answers(spans):
        document = lookup(span.doc_id)
        touched = document.sentences_at(span.start, span.end)
        evidence = Evidence(
            document.text[touched[0][0] : touched[-1][1]] if touched else span.text,
            hits[span.hit].chunk.text,
            read,
        )
        struck = find_reason_against(asked, span, evidence)
        values = features(span, spans)
        weighed.append(
            Candidate(span, values, min(confidence(values), STRUCK if struck else 1.0), struck)
        )
    return sorted(weighed, key=lambda c: -c.confidence)


@dataclass(frozen=True)
class Confidence:
    """A fitted model: `weights` in the order of `FEATURES`."""

    weights: tuple[float, ...]
    bias: float

    @classmethod
    def load(cls, reader: str, path: Path = FOLDER / "confidence.json") -> Confidence:
        """The fit for the reader of this digest.  Raises ModelError where it is of another."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ModelError(f"{path} is missing: reinstall the package.") from error
        if (tuple(data["features"]), data["reader"]) != (FEATURES, reader):
            raise ModelError(f"{path} is of another reader: reinstall the package.")
        return cls(tuple(data["weights"]), float(data["bias"]))

    def __call__(self, values: Sequence[float]) -> float:
        score = self.bias + sum(w * v for w, v in zip(self.weights, values, strict=True))
        return 1 / (1 + math.exp(-score))
