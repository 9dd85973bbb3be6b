"""Spans -> Answer: groups what says the same, quotes it from the documents, or says not found."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.confidence import same_answer
from assistant.errors import StoreError
from assistant.records import Answer, Document, Hit, Quote, Range, Span
from assistant.sentences import sentences

QUOTES = 3  # places shown of one answer
CLOSEST = 3  # passages shown when nothing was found
BEHIND = 3.0  # logits that another place of the same answer may lie behind the best

Lookup = Callable[[str], Document]


def answered(
    question: str, query: str, spans: Sequence[Span], confidence: float, lookup: Lookup
) -> Answer:
    """The best span as the answer, with every place that says the same.  `spans` best first."""
    best = spans[0]
    places: list[Span] = []
    for span in spans:
        if (
            same_answer(best, span)
            and span.margin > max(0.0, best.margin - BEHIND)
            and not any(span.doc_id == p.doc_id and overlap(span, p) for p in places)
        ) or span is best:
            places.append(span)
    quotes: list[Quote] = []
    for span in places:
        made = quote(lookup(span.doc_id), span.start, span.end, span.margin)
        if not any(made.doc_id == q.doc_id and overlap(made, q) for q in quotes):
            quotes.append(made)
    return Answer(
        "answered", best.text, tuple(quotes[:QUOTES]), (), confidence, question, query
    )


def not_found(
    question: str,
    query: str,
    spans: Sequence[Span],
    hits: Sequence[Hit],
    confidence: float,
    lookup: Lookup,
) -> Answer:
    """No answer, with the passages that came nearest."""
    quotes: list[Quote] = []
    places = [(s.doc_id, s.start, s.end, s.margin) for s in spans]
    places += [(h.chunk.doc_id, h.chunk.start, h.chunk.start + 1, h.score) for h in hits]
    for doc_id, start, end, score in places:
        made = quote(lookup(doc_id), start, end, score, marked=False)
        if not any(made.doc_id == q.doc_id and overlap(made, q) for q in quotes):
            quotes.append(made)
        if len(quotes) == CLOSEST:
            break
    return Answer("not_found", "", (), tuple(quotes), confidence, question, query)


def quote(
    document: Document, start: int, end: int, score: float, marked: bool = True
) -> Quote:
    """The whole sentences around `start:end`.  Raises StoreError should they not be a slice."""
    a, b = around(document, start, end)
    made = Quote(
        doc_id=document.doc_id,
        doc_sha256=document.sha256,
        start=a,
        end=b,
        text=document.text[a:b],
        answer_start=start if marked else None,
        answer_end=end if marked else None,
        paragraph=document.paragraph_at(start),
        title=document.title,
        speaker="",
        score=score,
    )
    if not exact(made, document):
        raise StoreError(f"A quote of {document.doc_id} is not in its text: delete the index.")
    return made


def exact(made: Quote, document: Document) -> bool:
    """Whether a quote is what it claims: this document's words, with the answer inside."""
    inside = (
        made.answer_start is None
        or made.answer_end is None
        or made.start <= made.answer_start < made.answer_end <= made.end
    )
    return (
        inside
        and made.text != ""
        and made.doc_sha256 == document.sha256
        and document.text[made.start : made.end] == made.text
    )


def around(document: Document, start: int, end: int) -> Range:
    """The sentences that `start:end` touches."""
    touched = [
        (a, b)
        for p_start, p_end in document.paragraphs
        if p_start < end and start < p_end
        for a, b in sentences(document.text, p_start, p_end)
        if a < end and start < b
    ]
    return (touched[0][0], touched[-1][1]) if touched else (start, end)


def overlap(a: Span | Quote, b: Span | Quote) -> bool:
    return a.start < b.end and b.start < a.end
