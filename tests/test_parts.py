"""Questions that ask several things: where they are cut, and what becomes of their answers."""

from __future__ import annotations

import pytest

from assistant import Assistant
from assistant.answer import combine
from assistant.question.parts import split_parts
from assistant.records import Answer, Quote
from assistant.render import to_plain


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "When was the harbour built, and who paid for it?",
            ["When was the harbour built?", "Who paid for it?"],
        ),
        ("Who leads the town and where is it?", ["Who leads the town?", "Where is it?"]),
        ("Is the library open? And who runs it?", ["Is the library open?", "Who runs it?"]),
        (
            "Is the library open, and if not, since when is it closed?",
            ["Is the library open?", "Since when is it closed?"],
        ),
        (
            "Next to which quay does it stand, and has it a name?",
            ["Next to which quay does it stand?", "Has it a name?"],
        ),
    ],
)
def test_a_question_of_several_things_is_cut(question: str, expected: list[str]) -> None:
    assert split_parts(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "When and where was the harbour built?",
        "Who built the harbour and the quay?",
        "What did the mayor say about how and when it was built?",
        "and who paid for it",
        "How many people are Germany and Norway sending?",
        "harbour built when and why?",
    ],
)
def test_a_question_of_one_thing_is_left_as_it_is(question: str) -> None:
    assert split_parts(question) == [question]


def given(question: str, text: str, start: int) -> Answer:
    end = start + len(text)
    made = Quote("a.txt", "0", start, end, text, start, end, 1, "A", "", 1.0)
    return Answer("answered", text, (made,), (), 0.9, question, question)


def missing(question: str) -> Answer:
    return Answer("not_found", "", (), (), 0.1, question, question)


def test_the_first_part_is_the_answer_and_each_is_quoted() -> None:
    made = combine("A, and B?", [given("A?", "one", 0), given("B?", "two", 10)])
    assert (made.status, made.text, made.question) == ("answered", "one", "A, and B?")
    assert [q.text for q in made.quotes] == ["one", "two"]
    assert made.query_used == "A? B?"
    assert made.note == "B? two"
    assert "\nB? two\n" in to_plain(made)


def test_a_part_that_is_not_found_is_named() -> None:
    made = combine("A, and B?", [missing("A?"), given("B?", "two", 10)])
    assert made.text == "two"
    assert made.note == "A? The documents don't say."
    assert combine("A, and B?", [missing("A?"), missing("B?")]).status == "not_found"


def test_one_passage_for_both_parts_is_quoted_once_with_the_first_answer() -> None:
    one, two = given("A?", "one", 0), given("B?", "one", 0)
    made = combine("A, and B?", [one, two])
    assert made.quotes == one.quotes


def test_the_article_answers_both_parts(assistant: Assistant) -> None:
    asked = (
        "Who is the Prime Minister of Sweden, and "
        "which newspaper first reported the German deployment?"
    )
    answer = assistant.ask(asked)
    assert answer.found and "Kristersson" in answer.text
    assert any("Bild" in quote.text for quote in answer.quotes)
    assert answer.question == asked
    assert answer.quotes[0].parts[1] == answer.text
