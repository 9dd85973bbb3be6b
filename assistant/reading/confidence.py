"""How likely a candidate answer is right, by its margin and its lead over the next answer.

P(right) = 1 / (1 + exp(-z)), z = bias + weight * margin + lead * (margin - the best other margin),
fitted by `training/calibrate.py` on questions over articles that the reader did not learn from and
documents of other kinds, and stored beside the reader.  What retrieval says (cosine, rank) and how
question and span fit were tried as well and made it no better on other texts: eval/LOG.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.documents.chunk import find_context
from assistant.errors import ModelError
from assistant.language.fold import fold
from assistant.language.lines import with_label
from assistant.reading.checks import FOLLOWING, Evidence, find_reason_against
from assistant.reading.items import list_counted
from assistant.reading.read import FOLDER
from assistant.reading.tables import CELL_RIGHT, find_cell, locate_cell
from assistant.records import Asked, Candidate, Chunk, Document, Hit, Span

CANDIDATES = 4  # different answers that are weighed
LEAD = 10.0  # logits beyond which a lead says no more
STRUCK = 0.05  # the most that the confidence of a candidate is that a check strikes


@dataclass(frozen=True)
class Confidence:
    """The fit of one reader.  From `perhaps` on, a candidate that is not sure enough to be the
    answer is worth a look: a third and more of them are right.

    >>> Confidence(weight=1.0, lead=0.1, bias=0.0)(0.0, 0.0)
    0.5
    """

    weight: float
    lead: float
    bias: float
    perhaps: float = 1.0

    @classmethod
    def load(cls, reader: str, path: Path = FOLDER / "confidence.json") -> Confidence:
        """The fit for the reader of this digest.  Raises ModelError where it is of another."""
        try:
            fit = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ModelError(f"{path} is missing: reinstall the package.") from error
        if fit["reader"] != reader:
            raise ModelError(f"{path} is of another reader: reinstall the package.")
        return cls(*(float(fit[name]) for name in ("weight", "lead", "bias", "perhaps")))

    def __call__(self, margin: float, lead: float) -> float:
        return 1 / (1 + math.exp(-(self.bias + self.weight * margin + self.lead * lead)))


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
    read = list_sentences(hits, lookup)

    def flaw(span: Span) -> str:
        chunk = hits[span.hit].chunk
        return find_reason_against(
            asked, span, find_evidence(lookup(span.doc_id), span, chunk, read)
        )

    if asked.several and not asked.kind:
        spans = [list_counted(asked, span, lookup(span.doc_id)) for span in spans]
    struck = {span: flaw(span) for span in different_answers(spans)}
    weighed = []
    for span, reason in struck.items():
        most = STRUCK if reason else 1.0
        own = [s for s in struck if s.doc_id == span.doc_id]
        sure, alone = (confidence(span.margin, lead_of(span, s)) for s in (list(struck), own))
        weighed.append(Candidate(span, min(sure, most), reason, min(alone, most)))
    if (cell := find_cell(asked, hits, lookup)) and not flaw(cell):
        others = [c for c in weighed if not same_answer(c.span, cell)]
        sure = max([CELL_RIGHT, *(c.confidence for c in weighed if same_answer(c.span, cell))])
        weighed = [Candidate(cell, sure, "", sure), *others]
    return sorted(weighed, key=lambda c: -c.confidence)


def list_sentences(hits: Sequence[Hit], lookup: Callable[[str], Document]) -> list[str]:
    """All sentences of the passages, each once, and a value with the label above it."""
    found: dict[str, None] = {}
    for chunk in (hit.chunk for hit in hits):
        document = lookup(chunk.doc_id)
        for sentence in document.sentences_at(chunk.start, chunk.end):
            found[document.text[slice(*with_label(document, sentence))]] = None
    return list(found)


def find_evidence(
    document: Document, span: Span, chunk: Chunk, sentences: Sequence[str]
) -> Evidence:
    """What the checks look at: a candidate in the chunk that it was read in."""
    touched = document.sentences_at(span.start, span.end)
    start, end = (touched[0][0], touched[-1][1]) if touched else (span.start, span.end)
    start, end = with_label(document, (start, end))
    sentence = document.text[start:end]
    above = find_context(document, chunk)
    after = document.text[span.end : span.end + FOLLOWING]
    cell = locate_cell(document, span.start, span.end)
    return Evidence(sentence, above + chunk.text, sentences, after, above, cell, span.start - start)


def lead_of(span: Span, different: Sequence[Span]) -> float:
    """By how much a span's margin is above that of the best other answer, within ±`LEAD`."""
    others = [s.margin for s in different if s != span]
    return max(-LEAD, min(LEAD, span.margin - max(others, default=-math.inf)))


def different_answers(spans: Sequence[Span]) -> list[Span]:
    """The best span of each of the first few different answers, in their order."""
    best: list[Span] = []
    for span in spans:
        if not any(same_answer(span, other) for other in best):
            best.append(span)
            if len(best) == CANDIDATES:
                break
    return best


def same_answer(a: Span, b: Span) -> bool:
    """Whether two spans give one answer: they overlap, or one's words are within the other's."""
    if a.doc_id == b.doc_id and a.start < b.end and b.start < a.end:
        return True
    x, y = f" {fold(a.text)} ", f" {fold(b.text)} "
    return x in y or y in x
