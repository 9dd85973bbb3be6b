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

from assistant import premises
from assistant.errors import ModelError
from assistant.fold import fold
from assistant.read import FOLDER
from assistant.records import Hit, Span

FEATURES = ("margin", "lead", "agreement", "similarity", "reciprocal_rank", *premises.FEATURES)
CANDIDATES = 4  # different answers that are weighed


def features(
    question: str, span: Span, spans: Sequence[Span], hits: Sequence[Hit]
) -> tuple[float, ...]:
    """The values of `FEATURES` for `span`, one of `spans`, which were read in `hits`.

    margin           its score over the null of its window, in logits, within ±20
    lead             its margin less that of the best different answer, within ±10
    agreement        share of the hits holding its place in which the reader marked it
    similarity       the best cosine of question and chunk
    reciprocal_rank  1 / rank of the hit it was read in
    and those of `premises.features`: how well question and span fit together.
    """
    rivals = [s.margin for s in spans if not same_answer(span, s)]
    lead = span.margin - max(rivals) if rivals else 10.0
    holding = [
        h.chunk.doc_id == span.doc_id and h.chunk.start <= span.start < h.chunk.end for h in hits
    ]
    marked = {s.hit for s in spans if same_answer(span, s) and s.margin > span.margin - 5}
    similarity = max((h.similarity for h in hits if h.similarity is not None), default=0.0)
    return (
        max(-20.0, min(20.0, span.margin)),
        max(-10.0, min(10.0, lead)),
        min(1.0, len(marked) / max(1, sum(holding))),
        similarity,
        1 / (1 + span.hit),
        *premises.features(question, span.text, hits[span.hit].chunk.text),
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


@dataclass(frozen=True)
class Confidence:
    """A fitted model.  `curve` holds (threshold, coverage, risk) with falling thresholds: at or
    above `threshold`, that share of all questions is answered and `risk` of those wrongly."""

    weights: tuple[float, ...]
    bias: float
    curve: tuple[tuple[float, float, float], ...]

    @classmethod
    def load(cls, path: Path = FOLDER / "confidence.json") -> Confidence:
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ModelError(f"{path} is missing: reinstall the package.") from error
        if tuple(data["features"]) != FEATURES:
            raise ModelError(f"{path} is of another version: reinstall the package.")
        curve = tuple((float(t), float(c), float(r)) for t, c, r in data["curve"])
        return cls(tuple(data["weights"]), float(data["bias"]), curve)

    def __call__(self, values: Sequence[float]) -> float:
        score = self.bias + sum(w * v for w, v in zip(self.weights, values, strict=True))
        return 1 / (1 + math.exp(-score))

    def threshold(self, max_risk: float) -> float:
        """The lowest confidence at which at most `max_risk` of the answers given were wrong."""
        reachable = [t for t, _, risk in self.curve if risk <= max_risk]
        return min(reachable, default=1.0)
