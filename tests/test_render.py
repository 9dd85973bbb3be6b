"""Answers as plain text and as Markdown; hostile text stays text."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

from assistant.feedback import add_candidate
from assistant.records import Answer, Document, Quote
from assistant.render import escaped, markdown, place, plain, sureness, talk
from assistant.web import view
from assistant.web.view import Mark, Turn

TEXT = "First.\n\nThe ferry leaves at *seven* <b>sharp</b>, she said.\n\nLast."
START, END = 8, 56
RANGES = ((0, 6), (8, 56), (58, 63))
DOCUMENT = Document("a b.txt", "ab" * 32, TEXT, "Ferry_times", RANGES, RANGES)
QUOTE = Quote(
    "a b.txt", "ab" * 32, START, END, TEXT[START:END], 28, 35, 2, "Ferry_times", "Ada Holm", 1.0
)
FOUND = Answer("answered", "*seven*", (QUOTE,), (), 0.9, "When?", "When does the ferry leave?")
NONE = Answer("not_found", "", (), (QUOTE,), 0.1, "Who?", "Who?")


def test_the_fixture_is_what_it_claims() -> None:
    assert TEXT[QUOTE.answer_start : QUOTE.answer_end] == FOUND.text
    assert QUOTE.text == "The ferry leaves at *seven* <b>sharp</b>, she said."[: END - START]


def test_plain_holds_question_answer_quote_and_place() -> None:
    assert plain(FOUND) == (
        "When?\n(searched for: When does the ferry leave?)\n\n*seven*\n\n"
        f"“{QUOTE.text}”\n    Ferry_times · paragraph 2 · Ada Holm\n"
    )


def test_not_found_says_so_and_calls_the_closest_no_answer() -> None:
    said = plain(NONE)
    assert "The documents don't say." in said
    assert said.index("Closest passages (not an answer)") < said.index(QUOTE.text)
    assert "**The documents don't say.**" in markdown(NONE)


def test_markdown_escapes_documents_and_emphasises_only_the_answer() -> None:
    made = markdown(FOUND)
    assert "**\\*seven\\*** &lt;b\\>sharp&lt;/b\\>" in made
    assert "characters 8 to 56" in made
    assert "abababababababab" in made
    assert "<b>" not in made


def test_markdown_escapes_links_headings_and_line_breaks() -> None:
    assert escaped("# a\n[b](javascript:c)") == "\\# a \\[b\\]\\(javascript\\:c\\)"


def test_a_talk_holds_every_answer() -> None:
    made = talk([FOUND, NONE])
    assert made.startswith("# Questions and answers\n")
    assert made.count("\n## ") == 2


def test_words_for_confidence() -> None:
    assert [sureness(c) for c in (0.95, 0.7, 0.2)] == ["sure", "fairly sure", "unsure"]


def test_place_leaves_out_an_unknown_speaker() -> None:
    assert place(QUOTE) == "Ferry_times · paragraph 2 · Ada Holm"


def test_searched_for_is_shown_only_when_it_differs() -> None:
    assert "Searched for" in view.talk([Turn(FOUND)], [], True)
    assert "Searched for" not in view.talk([Turn(NONE)], [], True)


def test_speaker_and_confidence_are_shown() -> None:
    page = view.talk([Turn(FOUND)], [], True)
    assert '<span class="speaker">Ada Holm</span>' in page
    assert "Confidence 0.90" in page


def test_shown_text_cannot_be_markup_nor_turn_its_surroundings() -> None:
    assert view.shown("<b>&\"'") == "&lt;b&gt;&amp;&quot;&#x27;"
    assert view.shown("a\u202eb") == 'a<bdi class="control" data-name="RLO">\u202e</bdi>b'
    assert "\n" not in view.attribute('"\n')


def test_a_mark_over_a_paragraph_break_covers_both_and_the_gap() -> None:
    page = view.text_html(DOCUMENT, 0, len(TEXT), Mark(3, 12))
    assert page.count("<mark>") == 3


def test_a_long_document_is_shown_in_parts_that_cover_it() -> None:
    paragraphs = [(i * 1000, i * 1000 + 900) for i in range(1000)]
    document = Document("d", "0" * 64, "x" * 1_000_000, "D", tuple(paragraphs), ())
    found = view.parts(document)
    assert len(found) > 1
    assert found[0][0] == 0
    assert found[-1][1] == len(document.text)
    assert all(a[1] == b[0] for a, b in pairwise(found))
    assert all(b - a <= 1.5 * view.PART for a, b in found)
    page = view.source(document, Mark(777_000, 777_100))
    assert "<mark>" in page
    assert "Part 4 of 5" in page


def test_a_candidate_is_one_line_with_the_whole_answer(tmp_path: Path) -> None:
    path = tmp_path / "eval" / "candidates.jsonl"
    add_candidate(path, FOUND)
    add_candidate(path, NONE, "right")
    first, second = map(json.loads, path.read_text("utf-8").splitlines())
    assert first["verdict"] == "wrong"
    assert first["question"] == "When?"
    assert first["quotes"][0]["start"] == START
    assert first["time"].endswith("+00:00")
    assert second["verdict"] == "right"
    assert second["closest"][0]["text"] == QUOTE.text
