"""Answers as plain text and as Markdown; hostile text stays text."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from lxml import html
from rich.console import Console

from assistant import cli, templates
from assistant.feedback import add_candidate
from assistant.records import Answer, Document, Quote, Sentence
from assistant.render import (
    describe_place,
    escape_markdown,
    sureness,
    talk_to_markdown,
    to_markdown,
    to_plain,
)
from assistant.web import view
from assistant.web.guide import Tour
from assistant.web.talks import Turn
from assistant.web.view import Mark

TEXT = "First.\n\nThe ferry leaves at *seven* <b>sharp</b>, she said.\n\nLast."
START, END = 8, 56
RANGES = ((0, 6), (8, 56), (58, 63))
DOCUMENT = Document("a b.txt", "ab" * 32, TEXT, "Ferry_times", RANGES, RANGES)
QUOTE = Quote(
    "a b.txt", "ab" * 32, START, END, TEXT[START:END], 28, 35, 2, "Ferry_times", "Ada Holm", 1.0
)
FOUND = Answer("answered", "*seven*", (QUOTE,), (), 0.9, "When?", "When does the ferry leave?")
NONE = Answer("not_found", "", (), (QUOTE,), 0.1, "Who?", "Who?")
HOSTILE = (
    """</p></figure><script>alert(1)</script> " onclick=x ' & {{ 7 * 7 }} {% raw %} \u202e\r."""
)


def test_the_fixture_is_what_it_claims() -> None:
    assert TEXT[QUOTE.answer_start : QUOTE.answer_end] == FOUND.text
    assert QUOTE.text == "The ferry leaves at *seven* <b>sharp</b>, she said."[: END - START]


def test_plain_holds_question_answer_quote_and_place() -> None:
    assert to_plain(FOUND) == (
        "When?\n(searched for: When does the ferry leave?)\n\n*seven*\n\n"
        f"“{QUOTE.text}”\n    Ferry_times · paragraph 2 · Ada Holm\n"
    )


def test_not_found_says_so_and_calls_the_closest_no_answer() -> None:
    said = to_plain(NONE)
    assert "The documents don't say." in said
    assert said.index("Closest passages (not an answer)") < said.index(QUOTE.text)
    assert "**The documents don't say.**" in to_markdown(NONE)


def test_markdown_escapes_documents_and_emphasises_only_the_answer() -> None:
    made = to_markdown(FOUND)
    assert "**\\*seven\\*** &lt;b\\>sharp&lt;/b\\>" in made
    assert "characters 8 to 56" in made
    assert "abababababababab" in made
    assert "<b>" not in made


def test_markdown_escapes_links_headings_and_line_breaks() -> None:
    assert escape_markdown("# a\n[b](javascript:c)") == "\\# a \\[b\\]\\(javascript\\:c\\)"


def test_a_talk_holds_every_answer() -> None:
    made = talk_to_markdown([FOUND, NONE])
    assert made.startswith("# Questions and answers\n")
    assert made.count("\n## ") == 2


def test_words_for_confidence() -> None:
    assert [sureness(c) for c in (0.95, 0.7, 0.2)] == ["sure", "fairly sure", "unsure"]


def test_place_leaves_out_an_unknown_page_and_speaker() -> None:
    assert describe_place(QUOTE) == "Ferry_times · paragraph 2 · Ada Holm"
    assert (
        describe_place(replace(QUOTE, page=3, speaker="")) == "Ferry_times · page 3 · paragraph 2"
    )


def test_the_page_of_a_pdf_is_told_wherever_a_quote_is() -> None:
    paged = replace(FOUND, quotes=(replace(QUOTE, page=2),))
    where = "Ferry_times · page 2 · paragraph 2 · Ada Holm"
    assert where in to_plain(paged)
    assert escape_markdown(where) in to_markdown(paged)
    assert where in shown_by_cli(paged)
    card = html.fromstring(view.render_talk([Turn(paged)], True)).find_class("place")[0]
    assert " · ".join(part.text_content() for part in card) == where
    source = view.source(replace(DOCUMENT, pages=(0, 8)), Mark(START, END))
    assert '<span class="where">Page 2 · paragraph 2</span>' in source


def test_a_note_is_shown_with_and_without_an_answer() -> None:
    for answer in (FOUND, NONE):
        noted = replace(answer, note="The sources differ.")
        assert "The sources differ." in shown_by_cli(noted)
        notes = html.fromstring(view.render_talk([Turn(noted)], True)).find_class("note")
        assert [note.text_content() for note in notes] == ["The sources differ."]


def shown_by_cli(answer: Answer) -> str:
    file = io.StringIO()
    cli.print_answer(answer, Console(file=file, width=200))
    return file.getvalue()


def test_searched_for_is_shown_only_when_it_differs() -> None:
    assert "Searched for" in view.render_talk([Turn(FOUND)], True)
    assert "Searched for" not in view.render_talk([Turn(NONE)], True)


def test_speaker_and_confidence_are_shown() -> None:
    page = view.render_talk([Turn(FOUND)], True)
    assert '<span class="speaker">Ada Holm</span>' in page
    assert "Confidence 0.90" in page


def drawn(words: str) -> html.HtmlElement:
    """All of the page, with these words wherever others may put some."""
    quote = Quote(words, "ab" * 32, 0, len(words), words, 1, 9, 1, words, words, 1.0)
    wrote = Sentence(words, (quote.quote_id,), True)
    found = Answer("answered", words, (quote,), (), 0.9, words, words + "!", (wrote,), words)
    silent = replace(found, status="not_found", quotes=(), closest=(quote,), sentences=())
    document = Document(words, "ab" * 32, words, words, ((1, 30),), ((10, 20),))
    pieces = (
        view.masthead(words, words),
        view.render_talk([Turn(found), Turn(silent)], True),
        view.welcome(Tour((), (words,))),
        view.source(document, Mark(2, 40, 5, 15), notice=words),
        view.nothing(words),
        view.shelf([document], words),
        view.notice(words),
    )
    return html.fromstring("".join(pieces), parser=html.HTMLParser(encoding="utf-8"))


def test_hostile_text_is_shown_to_the_letter_and_is_no_markup() -> None:
    page, harmless = drawn(HOSTILE), drawn("x" * len(HOSTILE))
    assert page.xpath("//bdi")
    assert not page.xpath("//text()[contains(., '\u202e')][not(parent::bdi)]")
    for fence in page.xpath("//bdi"):
        fence.drop_tag()
    assert [(e.tag, e.keys()) for e in page.iter()] == [(e.tag, e.keys()) for e in harmless.iter()]
    for name in ("question", "short", "note", "answer", "speaker", "example", "text", "file"):
        assert page.find_class(name)[0].text_content() in HOSTILE
        assert len(page.find_class(name)[0].text_content()) > 5
    assert page.find_class("text")[0].text_content() == HOSTILE
    assert page.find_class("example")[0].get("data-ask") == HOSTILE
    assert page.find_class("reader")[0].get("data-doc") == HOSTILE
    assert page.find_class("place")[0].get("title") == f"Show it in {HOSTILE}"


def test_what_turns_the_writing_is_fenced_in() -> None:
    assert templates.shown("<b>&\"'") == "&lt;b&gt;&amp;&#34;&#39;"
    assert templates.shown("a\u202eb") == 'a<bdi class="control" data-name="RLO">\u202e</bdi>b'


def test_a_template_that_lacks_a_value_fails() -> None:
    with pytest.raises(UndefinedError):
        view.draw("notice", message="Nobody said whether it failed.")


def test_a_mark_over_a_paragraph_break_covers_both_and_the_gap() -> None:
    assert view.source(DOCUMENT, Mark(3, 12)).count("<mark>") == 3


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
