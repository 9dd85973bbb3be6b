"""What holds for any text, file and question: quotes are slices, and nothing else is raised."""

from __future__ import annotations

import html
import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant import Assistant
from assistant.answer import answered, not_found, quote
from assistant.attribution.speakers import find_fragment, find_sender
from assistant.documents import formats
from assistant.documents.chunk import CHARS, cut_chunks, find_context
from assistant.documents.corpus import make_document
from assistant.errors import AssistantError, QuestionError, QuestionsError
from assistant.evaluate.judge import faults
from assistant.evaluate.questions import load_questions
from assistant.question.asked import understand
from assistant.question.clean import clean
from assistant.question.parts import split_parts
from assistant.reading.read import whole_words
from assistant.records import Answer, Candidate, Document, Hit, Reading, Span
from assistant.verify import Verifier, find_claims
from assistant.web import view
from assistant.web.endpoint import read_body

# Words, marks and breaks as documents have them, and whatever else Unicode holds
PIECES = st.one_of(
    st.sampled_from(
        [
            *("The ferry leaves", "at 7.30", "“Yes,” said Ann.", "Dr. No", "e.g.", "...", "?!"),
            *("# Tents", "| Name | kg |", "|---|---|", "| Ridge | 2 |", "a,b\n1,2", "- item"),
            *("* Bo:\n    * ", "\n  * ", "Note:\n"),
            *("> On 3 May, Bo wrote:", "From: Ann <a@b.no>", "2.5% (2011)", "&amp;", "<b>", "`"),
            *("\r\n", "\n\n", "\t", "\f", "\ufeff", "\u200b", "\u202e", "\ud7ff", "🛶", "ﬁ"),
            *("e\u0301", "İ", "«", "\\", "|"),
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
TEXTS = st.lists(PIECES, max_size=40).map(" ".join)
EXAMPLES = int(os.environ.get("EXAMPLES", "150"))  # `make fuzz` tries many more
MANY = settings(max_examples=EXAMPLES, deadline=None)
FEW = settings(max_examples=EXAMPLES // 6, deadline=None, suppress_health_check=list(HealthCheck))


def in_order(ranges: tuple[tuple[int, int], ...], text: str) -> bool:
    inside = all(0 <= a < b <= len(text) for a, b in ranges)
    return inside and all(x[1] <= y[0] for x, y in pairwise(ranges))


@MANY
@given(TEXTS)
@example("a\x0bb\x1cc\u2028d")
@example("| a | b |\n|---|---|\n| | |\n")
def test_a_document_is_its_text(text: str) -> None:
    document = make_document("a.md", text)
    assert document.text == text
    for ranges in (document.paragraphs, document.sentences, document.skipped):
        assert in_order(ranges, text)
    for chunk in cut_chunks(document):
        find_context(document, chunk)
        if not chunk.parts:
            assert chunk.text == text[chunk.start : chunk.end]
        for at, a, b in chunk.parts:
            assert chunk.text[at : at + b - a] == text[a:b]
        assert len(chunk.text) <= 3 * CHARS


@MANY
@given(TEXTS, st.data())
def test_any_place_can_be_quoted(text: str, data: st.DataObject) -> None:
    document = make_document("a.txt", text)
    if not document.sentences:
        return
    a, b = data.draw(st.sampled_from(document.sentences))
    start = data.draw(st.integers(a, b - 1))
    end = data.draw(st.integers(start + 1, b))
    made = quote(document, (start, end), 0.0, (start, end))
    assert text[made.start : made.end] == made.text
    assert made.start <= start < end <= made.end and "".join(made.parts) == made.text
    x, y = find_fragment(document, start, end)
    assert 0 <= x <= y <= len(text)
    find_sender(document, start)
    answer = Answer("answered", made.parts[1], (made,), (), 0.5, "q", "q")
    assert Answer.from_dict(answer.to_dict()) == answer
    assert (
        Verifier([document]).check(find_claims(json.dumps(answer.to_dict()))[0]).verdict == "exact"
    )


def test_words_that_end_between_two_sentences_can_be_quoted() -> None:
    document = make_document("a.md", "“Yes,” said Ann.   “Yes,” said Ann.")
    made = quote(document, (0, 17), 0.0, (0, 17))
    assert made.text == document.text[:17]


@MANY
@given(TEXTS, st.sampled_from(["Did Ann pay?", "Who said it?", "Which tents leave?"]), st.data())
@example("* Bo:\n    * One is of use.\n    * Two are none.", "Did Ann pay?", None)
def test_any_place_can_be_the_answer_or_near_it(
    text: str, question: str, data: st.DataObject | None
) -> None:
    document = make_document("a.md", text)
    hits = tuple(Hit(chunk, 1.0) for chunk in cut_chunks(document))
    if not hits:
        return
    at, start, end = 0, 2, 4  # "Bo"
    if data:
        at = data.draw(st.integers(0, len(hits) - 1))
        start = data.draw(st.integers(hits[at].chunk.start, hits[at].chunk.end - 1))
        end = data.draw(st.integers(start + 1, min(start + 60, hits[at].chunk.end)))
    start, end = whole_words(text, start, end)
    if not any(map(str.isalnum, text[start:end])):  # no span of the reader's
        return
    span = Span(document.doc_id, start, end, text[start:end], 6.0, at)
    found = Reading(understand(question), hits, (span,), (Candidate(span, 0.9),))
    for made in (
        answered(question, found, lambda _: document),
        not_found(question, found, lambda _: document),
    ):
        assert faults(made, {document.doc_id: document}) == []


@MANY
@given(TEXTS)
def test_the_source_shows_any_text_to_the_letter(text: str) -> None:
    document = make_document("a.txt", text)
    drawn = view.source(document)
    inner = drawn[re.search(r'<div class="text"[^>]*>', drawn).end() : drawn.rindex("</div>")]  # type: ignore[union-attr]
    assert html.unescape(re.sub(r"<[^<>]*>", "", inner)) == text


@MANY
@given(st.one_of(TEXTS, st.text(max_size=200)))
def test_any_question_is_understood_or_refused(question: str) -> None:
    try:
        asked = clean(question)
    except QuestionError:
        return
    for part in split_parts(asked):
        understand(part)


@MANY
@given(st.binary(max_size=200))
@example(b"[" * 9_000)
@example(b'{"question": "\\ud800"}')
def test_a_body_is_read_or_refused(body: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(read_body(body)["question"], str)


@MANY
@given(st.one_of(TEXTS.map(str.encode), st.binary(max_size=300)))
@example(b'{"id": 1}')
@example(b"[1]\n{}\n" + b"[" * 9_000)
def test_a_file_of_questions_is_read_or_refused(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "questions.jsonl")
        path.write_bytes(body)
        with suppress(QuestionsError):
            load_questions(path, [make_document("a.txt", "A text.")])


@MANY
@given(TEXTS)
@example("[" * 9_000)
def test_claims_are_found_in_any_text(text: str) -> None:
    there = Verifier([make_document("a.txt", text)])
    with suppress(AssistantError):
        for claim in find_claims(text):
            there.check(claim)


@FEW
@pytest.mark.parametrize("suffix", sorted(formats.SUFFIXES))
@given(st.one_of(TEXTS.map(str.encode), st.binary(max_size=400)))
def test_a_file_is_read_or_refused(suffix: str, body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"file{suffix}")
        path.write_bytes(body)
        with suppress(AssistantError):
            assert formats.read(path).text.strip()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("small")
    (folder / "ferry.md").write_text(
        "# Ferry\n\nThe ferry to Eldvik leaves at seven. Ann said: “It is never late.”\n\n"
        "| Boat | Seats |\n|---|---|\n| Ran | 40 |\n| Sif | 60 |\n"
    )
    with Assistant.from_corpus(folder, index=tmp_path_factory.mktemp("index")) as made:
        yield made


@settings(FEW, max_examples=EXAMPLES // 15)
@given(question=st.one_of(TEXTS, st.text(max_size=60)))
@example(question="Who says it is never late? And how many seats has the Sif?")
@example(question="who who who")
def test_any_question_gets_slices_and_the_same_twice(small: Assistant, question: str) -> None:
    try:
        answer = small.ask(question)
    except QuestionError:
        return
    assert small.ask(question) == answer
    held: dict[str, Document] = {d.doc_id: d for d in small.documents()}
    for told in (*answer.quotes, *answer.closest):
        assert held[told.doc_id].text[told.start : told.end] == told.text
    for item in answer.items:
        text = held[answer.quotes[item.quote].doc_id].text
        assert text[item.start : item.end] == item.text
