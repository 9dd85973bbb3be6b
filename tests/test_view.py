"""Records -> HTML, without a browser."""

from __future__ import annotations

import re
from html import unescape

import pytest

from assistant.documents.corpus import make_document
from assistant.web import view
from assistant.web.guide import fill_in, questions_of
from assistant.web.view import Mark

PRICES = make_document(
    "prices.md",
    "The prices.\n\n| Boat | Seats |\n|---|---|\n| Ran | 40 |\n| Sif | 60 |\n\nThe end.",
)


def marked(html: str, kind: str) -> list[str]:
    return re.findall(rf'<mark class="{kind}">([^<]*)</mark>', html)


def test_a_table_s_row_is_marked_under_its_heads() -> None:
    start = PRICES.text.index("| Sif")
    answer = PRICES.text.index("60")
    html = view.source(PRICES, Mark(start, start + len("| Sif | 60 |"), answer, answer + 2))
    assert marked(html, "head") == ["Boat", "Seats"]
    assert marked(html, "answer") == ["60"]
    assert not marked(view.source(PRICES, Mark(0, 10)), "head")


def test_what_lies_in_several_paragraphs_has_one_label() -> None:
    document = make_document("a.txt", "One is here.\n\nTwo is here.\n\nThree is here.")
    both = Mark(0, document.text.index("Three") - 2)
    assert "Paragraphs 1–2" in view.source(document, both)
    assert "Paragraph 2<" in view.source(document, Mark(14, 20))


@pytest.mark.parametrize(
    ("seconds", "said"), [(None, ""), (5, "less than a minute"), (200, "about 4 minutes")]
)
def test_time_left(seconds: float | None, said: str) -> None:
    assert view.say_seconds(seconds) == said
    shown = view.reading("12 documents", (3, 12), seconds)
    assert (f"{said} left" in shown) == bool(said) and "3 of 12" in shown


def test_questions_are_made_of_plain_sentences() -> None:
    document = make_document(
        "a.txt",
        "The kiln was built by Signe Moe in 1911. The lower hall is closed to visitors in winter. "
        "It is fired twice.. The kiln weighs 40 tons.",
    )
    made = list(questions_of(document))
    assert "Who built the kiln?" in made and "How much does the kiln weigh?" in made
    assert "What is closed to visitors in winter?" in made
    assert not any("painted" in question for question in made)  # whose boat is not said here


def test_a_question_speaks_of_nothing_that_only_the_text_around_it_tells() -> None:
    pattern = re.compile("^(.+) is (.+)$")
    for sentence, question in (
        ("The mill is old", "Is the mill old?"),
        ("The mill is near his house", ""),
        ("The mill is old and", ""),
        ("After the mill is near the house", ""),
    ):
        found = pattern.match(sentence)
        assert found and fill_in("Is {0} {1}?", found) == question


def test_a_long_sentence_costs_no_time() -> None:
    text = "The " + "very large and old " * 20_000 + "house is " + "far away " * 20_000 + "."
    assert len(list(questions_of(make_document("a.txt", text)))) < 9


@pytest.mark.parametrize(
    "text",
    [
        PRICES.text,
        "# Prices\n\nBoats:\n\n| Boat | Seats |\n|---|---|\n| Ran | |\n| | 6 |\n\n## Oars\n\nFew.",
        "Samples:\n\n| total | 976 |\n|---|---|\n| per class | 40 to 60 |\n\n#no heading",
        "|  |  |\n| --- | --- |\n| a < b | 4 |\n| c | 5 |\n\nThe end.",
    ],
)
def test_a_source_s_text_is_the_document_s(text: str) -> None:
    document = make_document("a.md", text)
    for mark in (None, Mark(0, len(text) - 3, 1, 4)):
        html = view.source(document, mark)
        inside = html[html.index('class="text"') :].split(">", 1)[1].rsplit("</div>", 1)[0]
        shown = unescape(re.sub(r"<[^>]+>", "", inside))
        assert shown.strip() == text.strip()


def test_a_heading_and_a_table_look_like_one() -> None:
    text = "# Prices\n\n| Boat | Seats |\n|---|---|\n| Ran | 40 |\n\nEnd."
    html = view.source(make_document("a.md", text))
    assert '<span class="sign"># </span>Prices' in html and 'aria-level="1"' in html
    assert html.count('role="columnheader"') == 2 and html.count('role="cell"') == 2
