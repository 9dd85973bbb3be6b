"""Spans -> Answer: whole sentences, every place, who says it.  The spans are given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.answer import answered, exact, not_found, quote
from assistant.attribution.speakers import Speaker, find_speaker
from assistant.attribution.widen import CONTEXT
from assistant.documents.corpus import make_document
from assistant.question.asked import understand
from assistant.reading.read import Reader
from assistant.records import Candidate, Chunk, Document, Hit, Reading, Span
from assistant.render import to_plain

TEXT = (
    "The harbour of Brindle cost 40,000 pounds, the mayor, Ann Pike, said on Monday.\n\n"
    'She told the Brindle Echo that it was "worth every penny."\n\n'
    "The railway was closed in 1964.\n\n"
    "A plaque at the quay says that 40,000 pounds were spent.\n\n"
    '"We shall never sell the harbour," said Tom Reed, who owns the quay.'
)


@pytest.fixture
def doc() -> Document:
    return make_document("brindle.txt", TEXT)


def reading(doc: Document, query: str, *found: tuple[str, int, float]) -> Reading:
    """A reading in which the nth occurrence of some words has a margin, best first."""
    hit = Hit(Chunk(doc.doc_id, doc.sha256, 0, len(TEXT), TEXT), 1.0)
    spans = []
    for words, nth, margin in found:
        start = -1
        for _ in range(nth):
            start = TEXT.index(words, start + 1)
        spans.append(Span(doc.doc_id, start, start + len(words), words, margin, 0))
    return Reading(
        understand(query), (hit,), tuple(spans), tuple(Candidate(s, 0.9) for s in spans[:1])
    )


def ask_reader(document: Document, start: int, end: int) -> Speaker | None:
    return find_speaker(document, start, end, Reader().read_text)


def test_one_answer_in_two_places_is_two_quotes(doc: Document) -> None:
    found = reading(doc, "What did it cost?", ("40,000 pounds", 1, 8), ("40,000 pounds", 2, 7))
    answer = answered("What did it cost?", found, lambda _: doc)
    assert answer.text == "40,000 pounds"
    assert [q.paragraph for q in answer.quotes] == [1, 4]
    assert all(exact(q, doc) and q.parts[1] == "40,000 pounds" for q in answer.quotes)


@pytest.mark.parametrize(("margin", "quotes"), [(1, 2), (-1, 1)])
def test_a_place_that_hardly_answers_is_not_quoted(doc: Document, margin: int, quotes: int) -> None:
    again = ("40,000 pounds", 2, margin)
    found = reading(doc, "What did it cost?", ("40,000 pounds", 1, 8), again)
    assert len(answered("What did it cost?", found, lambda _: doc).quotes) == quotes


def test_a_quote_is_whole_sentences_and_names_its_speaker(doc: Document) -> None:
    found = reading(doc, "Is it for sale?", ("never sell", 1, 8))
    made = answered("Is it for sale?", found, lambda _: doc, ask_reader).quotes[0]
    assert made.text.startswith('"We shall') and made.text.endswith("quay.")
    assert made.speaker == "Tom Reed"


@pytest.mark.parametrize(
    ("text", "words", "kind"),
    [
        ("It is warm since the rooms and\nlofts, beams and stairs are of oak.",
         "the rooms and\nlofts, beams and stairs are of oak", "fact"),
        ("It is warm since:\n- all is oak,\n- all is dry.", "all is oak,\n- all is dry", "list"),
    ],
)  # fmt: skip
def test_an_answer_over_several_bullets_is_a_list_over_a_wrapped_line_it_is_none(
    text: str, words: str, kind: str
) -> None:
    made = make_document("a.md", text)
    at = made.text.index(words)
    span = Span("a.md", at, at + len(words), words, 8.0, 0)
    hits = (Hit(Chunk("a.md", made.sha256, 0, len(text), text), 1.0),)
    found = Reading(understand("Why is it warm?"), hits, (span,), (Candidate(span, 0.9),))
    told = answered("Why is it warm?", found, lambda _: made)
    assert told.kind == kind
    assert told.text == words or kind == "list"


def test_a_pronoun_keeps_the_sentence_that_explains_it() -> None:
    text = "Ann Pike met the press. She told the Brindle Echo that it was late. It rained."
    made = make_document("a.txt", text)
    start = text.index("the Brindle Echo")
    assert quote(made, (start, start + 5), 1.0).text == text.removesuffix(" It rained.")


def test_not_found_shows_what_came_nearest_with_the_readers_place_marked(doc: Document) -> None:
    found = reading(doc, "Who built it?", ("1964", 1, -3))
    answer = not_found("Who built it?", found, lambda _: doc)
    assert answer.status == "not_found" and answer.text == "" and answer.quotes == ()
    assert answer.closest[0].text == "The railway was closed in 1964."
    assert answer.closest[0].parts[1] == "1964"


def test_the_closest_stand_in_their_paragraph_and_do_not_overlap() -> None:
    lines = ["The mill stands on the Orla.", "It was built by Ada Vik.", "The wheel is of oak."]
    text = "\n\n".join([" ".join(lines), "A ferry crosses below it. " + "It is slow. " * 40])
    mill = make_document("mill.txt", text)
    hit = Hit(Chunk(mill.doc_id, mill.sha256, 0, len(text), text), 1.0)
    places = [(text.index(w), text.index(w) + len(w)) for w in ("Orla", "oak", "ferry")]
    spans = tuple(Span(mill.doc_id, a, b, text[a:b], -6.0, 0) for a, b in places)
    asked = "When was it sold?"
    found = Reading(understand(asked), (hit,), spans, ())
    first, second, third = not_found(asked, found, lambda _: mill).closest
    assert first.text == " ".join(lines[:2])  # up to the next one that is shown
    assert second.text == lines[2]
    assert third.text.startswith("A ferry") and 200 < len(third.text) <= CONTEXT
    assert [q.parts[1] for q in (first, second, third)] == ["Orla", "oak", "ferry"]


def test_what_may_be_the_answer_is_marked_and_said_to_be_unsure(doc: Document) -> None:
    found = reading(doc, "When was the railway closed?", ("1964", 1, -1))
    assert not_found(found.query, found, lambda _: doc).perhaps == ""
    answer = not_found(found.query, found, lambda _: doc, likely=True)
    assert (answer.status, answer.text, answer.perhaps) == ("not_found", "", "1964")
    assert answer.closest[0].parts[1] == "1964"
    assert "Perhaps “1964”: not sure enough" in to_plain(answer)
    nowhere = not_found(found.query, found, lambda _: doc, ["railway"], likely=True)
    assert nowhere.perhaps == "" and "nowhere" in nowhere.note


def test_of_what_may_settle_whether_the_whole_sentence_is_marked(doc: Document) -> None:
    found = reading(doc, "Was the railway closed in 1963?", ("1964", 1, -1))
    answer = not_found(found.query, found, lambda _: doc, likely=True)
    assert answer.perhaps == answer.closest[0].text == "The railway was closed in 1964."


def test_a_lead_in_that_may_settle_whether_is_shown_with_its_list() -> None:
    text = "* Karsten:\n    * Levels are of use.\n    * They are hard to keep.\n* Gary: one level"
    made = make_document("minutes.md", text)
    span = Span(made.doc_id, 2, 9, "Karsten", -6, 0)
    hit = Hit(Chunk(made.doc_id, made.sha256, 0, len(text), text), 1.0)
    asked = "Did Ada pay for the roof?"  # nothing bears on it: the reader's place comes first
    found = Reading(understand(asked), (hit,), (span,), (Candidate(span, 0.1),))
    shown = not_found(asked, found, lambda _: made).closest
    marked = next(q for q in shown if q.answer_start == span.start)
    assert marked.parts[1].startswith("Karsten:") and marked.parts[1].endswith("to keep.")


def test_another_number_of_things_than_asked_for_is_said() -> None:
    text = "The crew needs a saw, a hammer and a drill."
    crew = make_document("crew.txt", text)
    words = "a saw, a hammer and a drill"
    span = Span("crew.txt", text.index(words), text.index(words) + len(words), words, 6, 0)
    hit = Hit(Chunk("crew.txt", crew.sha256, 0, len(text), text), 1.0)
    for question, note in (
        ("Which four tools does it need?", "The question speaks of 4; 3 were found."),
        ("Which three tools does it need?", ""),
    ):
        found = Reading(understand(question), (hit,), (span,), (Candidate(span, 0.9),))
        answer = answered(question, found, lambda _: crew)
        assert (answer.kind, answer.text, answer.note) == ("list", words, note)


def test_nothing_retrieved_is_not_found(doc: Document) -> None:
    answer = not_found("Who?", Reading(understand("Who?"), (), (), ()), lambda _: doc)
    assert answer.closest == () and answer.confidence == 0


@pytest.mark.parametrize(
    "change",
    [
        {"text": "The railway was closed in 1965."},
        {"end": 10_000},
        {"start": 0},
        {"doc_sha256": "0" * 64},
        {"text": ""},
        {"answer_start": 0, "answer_end": 4},
        {"answer_start": 170, "answer_end": 10_000},
    ],
)
def test_a_quote_that_is_not_the_documents_words_is_told(doc: Document, change: dict) -> None:
    start = TEXT.index("1964")
    made = quote(doc, (start, start + 4), 1.0, (start, start + 4))
    assert exact(made, doc)
    assert not exact(replace(made, **change), doc)


def differing(query: str, *texts: tuple[str, str, str]) -> tuple[Reading, dict[str, Document]]:
    """A reading of a document for each (date, text, answer), the answers as its candidates."""
    docs, hits, found = {}, [], []
    for number, (date, text, words) in enumerate(texts):
        made = replace(make_document(f"{number}.txt", text), date=date)
        start = text.index(words)
        docs[made.doc_id] = made
        chunk = Chunk(made.doc_id, made.sha256, 0, len(text), text)
        hits.append(Hit(chunk, 1.0))
        span = Span(made.doc_id, start, start + len(words), words, 6.0 - number, number)
        found.append(Candidate(span, 0.8 - number / 10, alone=0.8))
    spans = tuple(c.span for c in found)
    return Reading(understand(query), tuple(hits), spans, tuple(found)), docs


OLDER = ("2020-05-01", "Brindle has 900 residents.", "900")
NEWER = ("2024-05-01", "Brindle has 1,200 residents.", "1,200")


def test_sources_that_differ_are_both_quoted_and_the_difference_is_named() -> None:
    asked = "How many residents has Brindle?"
    found, docs = differing(asked, ("", *OLDER[1:]), NEWER)
    made = answered(asked, found, docs.__getitem__)
    assert made.text == "900"
    assert [q.doc_id for q in made.quotes] == ["0.txt", "1.txt"]
    assert made.note == "The sources differ: “900” and “1,200”."
    assert all(exact(q, docs[q.doc_id]) and q.parts[1] for q in made.quotes)


def test_of_sources_that_differ_the_newest_comes_first() -> None:
    asked = "How many residents has Brindle?"
    for order in ((OLDER, NEWER), (NEWER, OLDER)):
        found, docs = differing(asked, *order)
        made = answered(asked, found, docs.__getitem__)
        assert made.text == made.quotes[0].parts[1] == "1,200"
        assert len(made.quotes) == 2


@pytest.mark.parametrize(
    ("asked", "one", "other", "differ"),
    [
        ("What is the fee in Brindle?", "£40", "£55", True),
        ("What is the fee in Brindle?", "40 crowns", "55 crowns", True),
        ("What is the fee in Brindle?", "40 crowns", "£55", False),
        ("What is the deadline in Brindle?", "1 May", "9 June", True),
        ("What is the deadline in Brindle?", "1 May 2020", "May", False),
        ("What is the fee in Brindle?", "£640 a month", "£7,680 a year", False),
        ("What is the fee in Brindle?", "£4.50", "£4.5", False),
        ("What is the fee in Brindle?", "£1.2 million", "£1,200,000", False),
        ("What is the load in Brindle?", "40kg", "88lb", False),
        ("What is the room in Brindle?", "Room 4", "Room 7", False),
        ("What is the plan in Brindle?", "that all 40 of them are to go", "that 55 stay", False),
        ("Which are the fees in Brindle?", "£40", "£55", False),
    ],
)
def test_figures_are_compared_however_they_are_asked_for(
    asked: str, one: str, other: str, differ: bool
) -> None:
    subject = asked.partition(" the ")[2].rstrip("?")
    rows = [("", f"The {subject} is {value}.", value) for value in (one, other)]
    found, docs = differing(asked, *rows)
    assert ("differ" in answered(asked, found, docs.__getitem__).note) == differ


def test_two_counts_of_different_things_do_not_differ() -> None:
    asked = "How many residents has Brindle?"
    found, docs = differing(asked, OLDER, ("", "Brindle has 40 pubs, say residents.", "40"))
    assert answered(asked, found, docs.__getitem__).note == ""


def test_what_denies_the_question_is_the_closest_of_all() -> None:
    text = (
        "The council met on Monday. It runs the harbour of Brindle.\n\n"
        "The harbour was opened long ago.\n\n"
        "The council has no plans to sell the harbour of Brindle."
    )
    made = make_document("brindle.txt", text)
    hit = Hit(Chunk(made.doc_id, made.sha256, 0, len(text), text), 1.0)
    asked = "When did the council sell the harbour of Brindle?"
    answer = not_found(asked, Reading(understand(asked), (hit,), (), ()), lambda _: made)
    assert "no plans" in answer.closest[0].text
