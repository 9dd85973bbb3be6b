"""Slips of the keyboard, mended from the words of the texts and no further."""

from __future__ import annotations

import pytest

from assistant import Assistant
from assistant.question.spelling import spelled
from assistant.reading.read import Reader

TEXTS = ["Greenland and Denmark.", "Sweden announced it. Iceland did not.", "Rasmussen spoke."]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Where is greenlnad?", "Where is Greenland?"),
        ("Why sweeden?", "Why Sweden?"),
        ("What did Rasmusen say?", "What did Rasmussen say?"),
    ],
)
def test_a_slip_becomes_the_word_of_the_texts(reader: Reader, typed: str, meant: str) -> None:
    assert spelled(typed, TEXTS, reader.knows) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "Where is Greenland?",
        "Where is Ireland?",  # one letter from Iceland, and a word
        "Who is Macron?",
        "Who is Ras?",  # too short to tell
    ],
)
def test_what_is_a_word_stays(reader: Reader, typed: str) -> None:
    assert spelled(typed, TEXTS, reader.knows) is None


def test_the_question_as_meant_is_shown(assistant: Assistant) -> None:
    answer = assistant.ask("who is the prime minister of sweeden")
    assert answer.found and "Ulf Kristersson" in answer.text
    assert answer.question == "who is the prime minister of sweeden"
    assert answer.query_used == "who is the prime minister of Sweden"


def test_what_is_found_as_typed_is_not_touched(assistant: Assistant) -> None:
    typed = "wich newspaper reportet the german depoyment first"
    assert assistant.ask(typed).query_used == typed
