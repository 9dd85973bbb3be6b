"""Spans -> Answer: groups what says the same, quotes it from the documents, or says not found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Literal

from assistant.attribution.speakers import Speaker, may_be_same
from assistant.attribution.widen import add_neighbours, complete_lead_in, widen
from assistant.documents.chunk import find_context
from assistant.documents.corpus import line_of
from assistant.errors import StoreError
from assistant.language.fold import fold
from assistant.reading.bridges import Bridge
from assistant.reading.confidence import same_answer
from assistant.reading.disagreement import find_disagreement
from assistant.reading.editions import are_twins, say_edition
from assistant.reading.items import BULLET, find_items, is_led, is_open
from assistant.reading.nearest import NEAR_RIGHT, Nearest
from assistant.reading.overview import choose_sentences
from assistant.reading.premises import bearing
from assistant.reading.tables import CELL_RIGHT, Extreme
from assistant.records import (
    NOT_FOUND,
    Answer,
    Candidate,
    Document,
    Item,
    Quote,
    Range,
    Reading,
    Span,
)

QUOTES = 3  # places shown of one answer
TOLD_BY = "What {} says, in the passages that were read"
CLOSEST = 3  # passages shown when nothing was found
ASKED_BY = 12  # sentences of which it is asked whether somebody says them, too
OVERVIEW_SENTENCES = 6  # sentences of an overview
OVERVIEW_DOCUMENTS = 8  # documents of which it has a sentence each
OVERVIEW_NOTE = "The sentences that carry most of {}, as they stand there, in their order."
NOWHERE = "{} {} nowhere in these documents."
TRIED = " “{}” was looked for too."
LISTING = "Ask about any of {}: {}."
LISTED = 20  # documents that are named
ON = "On"  # before a topic
# From a capital to an end mark, of some length: no heading, no bullet, no cell
SENTENCE = re.compile(r"[“\"'(]?[A-Z][^\n]{40,400}[.!…][”\"')]*")
OWN = "The documents answer each for itself: which one is meant?"
OWN_LEFT = " There are more of this form, {} of them found and not asked."
OLDER_SAYS = "This is from {}; {} says “{}”."
SILENT_NEWEST = "The newest, {}, does not say; this is from {}."
OTHER_NUMBER = "The question speaks of {}; {} were found."
COMPARED = 30  # rows of a table quoted, at most
COMPARED_NOTE = "Compared: the {} rows of this table."
BRIDGED = "Two places make this answer: what is asked, and which one is meant."
AMONG_OTHERS = "The source names these among others."

NEXT_BULLET = re.compile(rf"\n\s*{BULLET.pattern}")  # in an answer over several

Lookup = Callable[[str], Document]
FindSpeaker = Callable[[Document, int, int], Speaker | None]


def answered(
    question: str, found: Reading, lookup: Lookup, find_speaker: FindSpeaker | None = None
) -> Answer:
    """The best candidate as the answer, with every place that says the same.

    Without `find_speaker` its quotes name nobody.

    Where another source gives another figure or date, that one is quoted too, the newer document
    first if both state their date, and the note says that they differ.
    """

    def above(span: Span) -> str:
        document = lookup(span.doc_id)
        return f"{document.title} {find_context(document, found.hits[span.hit].chunk)}"

    best, sure = found.candidates[0].span, found.confidence

    def is_of_a_twin(span: Span) -> bool:
        return are_twins(lookup(span.doc_id), lookup(found.candidates[0].span.doc_id))

    other = find_disagreement(
        found.asked,
        found.candidates,
        lambda s: sentence_of(lookup(s.doc_id), s),
        above,
        is_of_a_twin,  # of another flat the rent is another
    )
    if other and newer(lookup(other.second.doc_id), lookup(best.doc_id)):
        best, sure = other.second, next(c.alone for c in found.candidates if c.span == other.second)
    struck = {c.span for c in found.candidates if c.struck}
    led = is_led(found.asked, lookup(best.doc_id), best.start, best.end)
    if other is None and (led or found.asked.several or NEXT_BULLET.search(best.text)):
        spans = [s for s in found.spans if s not in struck]
        rows = find_items(found.asked, best, spans, lookup, led)
        if sum(len(row) for _, row in rows) > 1:
            return as_list(question, found, rows, lookup, find_speaker)
    places = [best] + [span for span in found.spans if same_answer(best, span) and span.margin > 0]
    if other:
        places = [*places[: QUOTES - 1], other.first if best == other.second else other.second]
    quotes: list[Quote] = []
    for span in places:
        document, words = lookup(span.doc_id), (span.start, span.end)
        if found.asked.whether:
            words = settling(document, words)
        quotes.append(quote(document, words, span.margin, words, find_speaker))
    return Answer(
        "answered",
        quotes[0].parts[1],
        apart(quotes)[:QUOTES],
        (),
        sure,
        question,
        found.query,
        note=other.note if other else "",
        kind="yes_no" if found.asked.whether else "fact",
    )


def as_extreme(question: str, found: Reading, extreme: Extreme, document: Document) -> Answer:
    """What has the most or least, with every row that was compared."""
    first = quote(document, extreme.words, 0.0, extreme.words)
    rows = [quote(document, (row[0][0], row[-1][1]), 0.0) for row in extreme.rows[1:COMPARED]]
    note = COMPARED_NOTE.format(len(extreme.rows))
    sure = max(CELL_RIGHT, found.confidence)
    made = first.parts[1]
    return Answer("answered", made, (first, *rows), (), sure, question, found.query, note=note)


def settling(document: Document, words: Range) -> Range:
    """The whole sentence that settles whether, without a bullet's sign; a lead-in with its list."""
    start, end = complete_lead_in(document, around(document, words))
    sign = BULLET.match(document.text, start, end)
    return (sign.end() if sign else start), end


def as_list(
    question: str,
    found: Reading,
    rows: Sequence[tuple[str, Sequence[Range]]],
    lookup: Lookup,
    find_speaker: FindSpeaker | None,
) -> Answer:
    """Several items: a quote for each row of them, marked from its first to its last."""
    quotes, items = [], []
    for number, (name, row) in enumerate(rows):
        words = row[0][0], row[-1][1]
        quotes.append(quote(lookup(name), words, found.spans[0].margin, words, find_speaker))
        text = lookup(name).text
        items += [Item(text[start:end], number, start, end) for start, end in row]
    notes = []
    if any(is_open(lookup(name).text, row[0][0]) for name, row in rows):
        notes.append(AMONG_OTHERS)
    if found.asked.number not in (0, len(items)):
        notes.append(OTHER_NUMBER.format(found.asked.number, len(items)))
    return Answer(
        "answered",
        join_items(rows, lookup),
        tuple(quotes),
        (),
        found.confidence,
        question,
        found.query,
        note=" ".join(notes),
        kind="list",
        items=tuple(items),
    )


def as_own(
    question: str,
    found: Reading,
    own: Sequence[Candidate],
    lookup: Lookup,
    find_speaker: FindSpeaker | None,
    left: int = 0,
) -> Answer:
    """What each of several documents answers for its own subject; `left` more were not asked."""
    quotes, items = [], []
    for number, span in enumerate(c.span for c in own):
        words = span.start, span.end
        quotes.append(quote(lookup(span.doc_id), words, span.margin, words, find_speaker))
        items.append(Item(quotes[-1].parts[1], number, *words))
    return Answer(
        "answered",
        "; ".join(item.text for item in items),
        tuple(quotes),
        (),
        max(c.confidence for c in own),
        question,
        found.query,
        note=OWN + (OWN_LEFT.format(left) if left else ""),
        kind="list",
        items=tuple(items),
    )


def by_edition(told: Sequence[tuple[Document, Answer]], newest: Document) -> Answer:
    """The answer of the newest edition that has one, with those of older ones that differ.

    told    editions that answer, newest first, with their answers
    newest  of all editions, whether it answers or not
    """
    edition, made = told[0]
    older = [(d, a) for d, a in told[1:] if not same_words(a.text, made.text)]
    notes = [made.note] if made.note else []
    if edition != newest:
        notes.append(SILENT_NEWEST.format(say_edition(newest), say_edition(edition)))
    notes += [OLDER_SAYS.format(say_edition(edition), say_edition(d), a.text) for d, a in older]
    return replace(
        made,
        quotes=(*made.quotes, *(a.quotes[0] for _, a in older)),
        note=" ".join(notes),
    )


def by_speaker(made: Answer, document: Document, speaker: Speaker, told: Quote) -> Answer:
    """An answer with who says what is quoted: the place of the name, then the words."""
    name = speaker.start, speaker.end
    if told.doc_id == document.doc_id and told.start <= name[0] and name[1] <= told.end:
        named = replace(told, answer_start=name[0], answer_end=name[1], speaker="")
        quotes: tuple[Quote, ...] = (named,)
    else:
        named = quote(document, name, told.score, name)
        quotes = (named, replace(told, speaker=speaker.name))
    return replace(made, text=named.parts[1], quotes=quotes, kind="fact", items=(), note="")


def as_settled(
    question: str, found: Reading, document: Document, near: Nearest, find_speaker: FindSpeaker
) -> Answer:
    """The sentence that settles whether, where the reader marked no words of it."""
    words = settling(document, near.place)
    made = quote(document, words, 0.0, words, find_speaker)
    text = made.parts[1]
    return Answer("answered", text, (made,), (), NEAR_RIGHT, question, found.query, kind="yes_no")


def as_bridged(
    question: str,
    found: Reading,
    bridge: Bridge,
    candidate: Candidate,
    lookup: Lookup,
    find_speaker: FindSpeaker,
) -> Answer:
    """An answer that two places make: its own, then the one that says which is meant."""
    span = candidate.span
    words = span.start, span.end
    first = quote(lookup(span.doc_id), words, span.margin, words, find_speaker)
    other = quote(lookup(bridge.doc_id), (bridge.start, bridge.end), 0.0, None, find_speaker)
    quotes = apart([first, other])
    note = BRIDGED if len(quotes) > 1 else ""  # one quote may reach over both
    sure = candidate.confidence
    return Answer("answered", first.parts[1], quotes, (), sure, question, found.query, note=note)


def same_words(one: str, other: str) -> bool:
    x, y = f" {fold(one)} ", f" {fold(other)} "
    return x in y or y in x


def join_items(rows: Sequence[tuple[str, Sequence[Range]]], lookup: Lookup) -> str:
    """Items in a line: with the source's own commas and "and", where they stand in one sentence."""
    (name, row), *more = rows
    whole = lookup(name).text[row[0][0] : row[-1][1]]
    if not more and "\n" not in whole:
        return whole
    texts = [" ".join(lookup(n).text[a:b].split()) for n, r in rows for a, b in r]
    return ("; " if any("," in text for text in texts) else ", ").join(texts)


def combine(question: str, parts: Sequence[Answer]) -> Answer:
    """One answer to a question that asked several things: the first that was found is the answer,
    every part is quoted in its turn, and the note says what came of the others."""
    first = next((part for part in parts if part.found), parts[0])
    if len(parts) == 1:
        return replace(first, question=question)
    quotes: dict[str, Quote] = {}  # all that sentences name, so not only those that lie apart
    for made in chain(*(part.quotes for part in parts)):
        quotes.setdefault(made.quote_id, made)
    others = [part for part in parts if part != first]
    return replace(
        first,
        question=question,
        query_used=" ".join(part.query_used for part in parts),
        quotes=tuple(quotes.values()),
        closest=() if first.found else apart(chain(*(part.closest for part in parts)), CLOSEST),
        sentences=tuple(chain(*(part.sentences for part in parts))),
        note=" ".join(
            [
                *(part.note for part in parts if part.note),
                *(f"{part.question} {part.text or NOT_FOUND}" for part in others),
            ]
        ),
    )


def apart(quotes: Iterable[Quote], most: int | None = None) -> tuple[Quote, ...]:
    """Without those that overlap an earlier one; no more are made than the `most` that are kept."""
    kept: list[Quote] = []
    for made in quotes:
        if not any(overlap(made, q) for q in kept):
            kept.append(made)
        if len(kept) == most:
            break
    return tuple(kept)


def not_found(
    question: str,
    found: Reading,
    lookup: Lookup,
    missing: Sequence[str] = (),
    likely: bool = False,
    tried: str = "",
) -> Answer:
    """No answer, with the passages that came nearest: what says most about what the question takes
    for granted, the more so when it denies it; then the reader's own best places, marked.

    missing  names of the question, folded, that stand in no document
    likely   whether the best candidate is worth a look
    tried    the question in the documents' own spelling, where names are missing
    """
    shown = in_context(apart(find_closest(found, lookup), CLOSEST), lookup)
    best = found.candidates[0].span if likely and found.candidates else None
    # only what can be seen: the words as they are marked in one of the passages
    perhaps = next((q.parts[1] for q in shown if best and marks(q, best)), "")
    said = [
        w for w in re.findall(r"[\w'’-]+", found.query) if fold(w).removesuffix("'s") in missing
    ]
    names = " and ".join(f"“{word}”" for word in dict.fromkeys(said))
    note = NOWHERE.format(names, "stands" if len(set(said)) == 1 else "stand") if said else ""
    note += TRIED.format(tried) if said and tried else ""
    return Answer(
        "not_found", "", (), shown, found.confidence, question, found.query, note=note,
        perhaps="" if said else perhaps,
    )  # fmt: skip


def find_closest(found: Reading, lookup: Lookup) -> Iterator[Quote]:
    """The sentence that says most about what the question takes for granted, then those of the
    reader's places, best first; its words marked, or all of a sentence that may settle whether."""

    def mark(span: Span) -> Quote:
        document, words = lookup(span.doc_id), (span.start, span.end)
        answer = settling(document, words) if found.asked.whether else words
        return quote(document, answer, span.margin, answer)

    for name, start, end in islice(find_bearing(found, lookup), 1):
        there = (s for s in found.spans if s.doc_id == name and s.start < end and start < s.end)
        best = next(there, None)
        yield mark(best) if best else quote(lookup(name), (start, end), 0.0)
    yield from map(mark, found.spans)


def in_context(shown: Sequence[Quote], lookup: Lookup) -> tuple[Quote, ...]:
    """Quotes with what stands beside them: where none is the answer, it may be the next line."""
    grown = list(shown)
    for i, made in enumerate(shown):
        document = lookup(made.doc_id)
        others = [(q.start, q.end) for q in grown if q != made and q.doc_id == made.doc_id]
        start, end = add_neighbours(document, (made.start, made.end), others)
        grown[i] = replace(made, start=start, end=end, text=document.text[start:end])
    return tuple(grown)


def marks(made: Quote, span: Span) -> bool:
    """Whether a quote marks a span, or more around it."""
    a, b = made.answer_start, made.answer_end
    return made.doc_id == span.doc_id and a is not None and b is not None and a <= span.start < b


def as_listing(question: str, query: str, names: Sequence[str]) -> Answer:
    """Which documents there are."""
    shown = ", ".join(names[:LISTED]) + (", …" if len(names) > LISTED else "")
    of = "this document" if len(names) == 1 else f"these {len(names)} documents"
    note = LISTING.format(of, shown) if names else "No document is read yet."
    return Answer("not_found", "", (), (), 0.0, question, query, (), note, "help")


def as_overview(question: str, query: str, documents: Sequence[Document]) -> Answer:
    """The sentences that carry most of a document; of several, of each the one or two that do."""
    shown = documents[:OVERVIEW_DOCUMENTS]
    each = max(1, OVERVIEW_SENTENCES // len(shown))
    quotes = apart(
        quote(document, places[i], 0.0)
        for document in shown
        for places in [prose_of(document)]
        for i in choose_sentences([document.text[a:b] for a, b in places], each)
    )
    of = shown[0].title if len(documents) == 1 else f"{len(documents)} documents"
    note = OVERVIEW_NOTE.format(of)
    if len(documents) > len(shown):
        note += f" Here are the first {len(shown)}: name one for more."
    status: Literal["answered", "not_found"] = "answered" if quotes else "not_found"
    return Answer(status, "", quotes, (), 0.0, question, query, (), note, "overview")


def prose_of(document: Document) -> list[Range]:
    """The sentences that are prose, outside tables and what is skipped; else all that are left."""
    found = [
        (a, b)
        for a, b in document.sentences
        if not document.table_at(a) and not any(x < b and a < y for x, y in document.skipped)
    ]
    whole = [(a, b) for a, b in found if SENTENCE.fullmatch(document.text, a, b)]
    told = [(a, b) for a, b in whole if document.text[a] not in "“\"‘'"]  # by nobody in it
    return (told if len(told) >= OVERVIEW_SENTENCES else whole) or found


def find_bearing(found: Reading, lookup: Lookup) -> Iterator[tuple[str, int, int]]:
    """The sentences that were read (document, start, end), first what says most about what the
    question takes for granted."""
    seen = [(c.span.doc_id, c.span.start, c.span.end) for c in found.candidates]
    seen += [(h.chunk.doc_id, h.chunk.start, h.chunk.end) for h in found.hits]
    read = {  # in the order of the reader, then of retrieval, each once
        (name, *part): None
        for name, start, end in seen
        for part in lookup(name).sentences_at(start, end)
    }
    scores = bearing(found.asked, [lookup(name).text[start:end] for name, start, end in read])
    for _, place in sorted(zip(scores, read, strict=True), key=lambda x: -x[0]):
        yield place


def tell_more(
    question: str,
    found: Reading,
    told: Sequence[Quote],
    lookup: Lookup,
    find_speaker: FindSpeaker,
    lead: str = "More on",
    by: str = "",
) -> Answer:
    """What else the passages that were read say on the subject of a question, best first; only
    what `by` says, where somebody is named."""
    quotes: list[Quote] = []
    for name, *words in islice(find_bearing(found, lookup), ASKED_BY if by else None):
        span = words[0], words[1]
        if any(q.doc_id == name and q.start < span[1] and span[0] < q.end for q in told):
            continue
        made = quote(lookup(name), span, 0.0, None, find_speaker)
        theirs = not by or (made.speaker != "" and may_be_same(by, made.speaker))
        if theirs and not any(overlap(made, q) for q in (*told, *quotes)):
            quotes.append(made)
        if len(quotes) == CLOSEST:
            break
    if not quotes:
        return Answer("not_found", "", (), (), 0.0, question, found.query)
    note = f"What else {by} says" if by else f"{lead} “{found.query}”"
    return Answer(
        "answered", "", tuple(quotes), (), found.confidence, question, found.query, (), note,
        "passages",
    )  # fmt: skip


def as_told(
    question: str,
    found: Reading,
    name: str,
    theirs: Sequence[tuple[Document, Range]],
    find_speaker: FindSpeaker,
) -> Answer:
    """What somebody says, in their own words."""
    quotes = apart((quote(d, words, 0.0, None, find_speaker) for d, words in theirs), CLOSEST)
    return Answer(
        "answered", "", quotes, (), found.confidence, question, found.query, (),
        TOLD_BY.format(name), "passages",
    )  # fmt: skip


def quote(
    document: Document,
    words: Range,
    score: float,
    answer: Range | None = None,
    find_speaker: FindSpeaker | None = None,
) -> Quote:
    """The whole sentences around `words`, with who says them, `answer` marked inside.

    Without `find_speaker` nobody is asked who says them.  Raises StoreError should they not be a
    slice of the document.
    """
    speaker = find_speaker(document, *words) if find_speaker else None
    table = document.table_at(words[0])
    head = line_of(table.head) if table else None
    start, end = widen(document, around(document, words), speaker)
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
        speaker=speaker.name if speaker else "",
        score=score,
        page=document.page_at(words[0]),
        head=document.text[slice(*head)] if head else "",
        head_start=head[0] if head else None,
        date=document.date,
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
    head = made.head_start is None or (
        document.text[made.head_start : made.head_start + len(made.head)] == made.head
    )
    return (
        inside
        and head
        and made.text != ""
        and made.doc_sha256 == document.sha256
        and document.text[made.start : made.end] == made.text
    )


def around(document: Document, words: Range) -> Range:
    """The sentences that `words` touches, and what of them stands between two."""
    touched = document.sentences_at(*words)
    if not touched:
        return words
    return min(touched[0][0], words[0]), max(touched[-1][1], words[1])


def newer(one: Document, other: Document) -> bool:
    """Whether both state their date, and the first the later one."""
    dated = all(re.fullmatch(r"\d{4}-\d\d-\d\d", document.date) for document in (one, other))
    return dated and one.date > other.date


def sentence_of(document: Document, span: Span) -> str:
    return document.text[slice(*around(document, (span.start, span.end)))]


def overlap(a: Quote, b: Quote) -> bool:
    return a.doc_id == b.doc_id and a.start < b.end and b.start < a.end
