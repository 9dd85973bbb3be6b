"""Spans -> Answer: groups what says the same, quotes it from the documents, or says not found."""

from __future__ import annotations

from collections.abc import Callable

from assistant.confidence import same_answer
from assistant.errors import StoreError
from assistant.records import Answer, Document, Quote, Range, Reading
from assistant.sentences import sentences
from assistant.speakers import asks_for_speaker, name_range, speaker, with_attribution

QUOTES = 3  # places shown of one answer
CLOSEST = 3  # passages shown when nothing was found
BEHIND = 3.0  # logits that another place of the same answer may lie behind the best

Lookup = Callable[[str], Document]


def answered(question: str, found: Reading, lookup: Lookup) -> Answer:
    """The best candidate as the answer, with every place that says the same."""
    best = found.candidates[0].span
    places = [best] + [
        span
        for span in found.spans
        if same_answer(best, span) and span.margin > max(0.0, best.margin - BEHIND)
    ]
    quotes: list[Quote] = []
    for span in places:
        document = lookup(span.doc_id)
        words = (span.start, span.end)
        told = who(document, words) if asks_for_speaker(found.query) else words
        cover = min(words[0], told[0]), max(words[1], told[1])
        made = quote(document, cover, span.margin, told)
        if not any(overlap(made, q) for q in quotes):
            quotes.append(made)
    return Answer(
        "answered",
        quotes[0].parts[1],
        tuple(quotes[:QUOTES]),
        (),
        found.confidence,
        question,
        found.query,
    )


def who(document: Document, words: Range) -> Range:
    """To "who said …?" the reader may point at the words said: then whoever says them."""
    name = name_range(document, *around(document, words), words)
    return words if name is None else name


def not_found(question: str, found: Reading, lookup: Lookup) -> Answer:
    """No answer, with the passages that came nearest."""
    places = [(c.span.doc_id, (c.span.start, c.span.end), c.span.margin) for c in found.candidates]
    places += [(h.chunk.doc_id, (h.chunk.start, h.chunk.start + 1), h.score) for h in found.hits]
    quotes: list[Quote] = []
    for doc_id, words, score in places:
        made = quote(lookup(doc_id), words, score)
        if not any(overlap(made, q) for q in quotes):
            quotes.append(made)
        if len(quotes) == CLOSEST:
            break
    return Answer("not_found", "", (), tuple(quotes), found.confidence, question, found.query)


def quote(document: Document, words: Range, score: float, answer: Range | None = None) -> Quote:
    """The whole sentences around `words`, with who says them, `answer` marked inside.

    Raises StoreError should they not be a slice of the document.
    """
    start, end = with_attribution(document, *around(document, words))
    made = Quote(
        doc_id=document.doc_id,
        doc_sha256=document.sha256,
        start=start,
        end=end,
        text=document.text[start:end],
        answer_start=answer[0] if answer else None,
        answer_end=answer[1] if answer else None,
        paragraph=document.paragraph_at(words[0]),
        title=document.title,
        speaker=speaker(document, start, end, answer),
        score=score,
        page=document.page_at(words[0]),
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


def around(document: Document, words: Range) -> Range:
    """The sentences that `words` touches."""
    start, end = words
    touched = [
        (a, b)
        for p_start, p_end in document.paragraphs
        if p_start < end and start < p_end
        for a, b in sentences(document.text, p_start, p_end)
        if a < end and start < b
    ]
    return (touched[0][0], touched[-1][1]) if touched else words


def overlap(a: Quote, b: Quote) -> bool:
    return a.doc_id == b.doc_id and a.start < b.end and b.start < a.end
