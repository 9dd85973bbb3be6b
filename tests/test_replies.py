"""What asks nothing of the documents, and what is said to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.question.replies import find_move
from tests.conftest import ROOT

if TYPE_CHECKING:
    from assistant import Assistant


@pytest.mark.parametrize(
    ("said", "move"),
    [
        ("Thanks!", "thanks"), ("OK, thank you so much.", "thanks"), ("hello", "greeting"),
        ("What can you do?", "help"), ("Are you sure?", "repeat"), ("And who says so?", "who"),
        ("Where does it say that?", "repeat"), ("Tell me more", "more"),
        ("What else did she say?", "more"), ("Wann wurde das Schiff gebaut?", "language"),
        ("¿Dónde está?", "language"), ("Кто построил корабль?", "language"),
        ("什么是量子力学?", "language"),
        ("Which documents do you have?", "documents"), ("Are you a robot?", "help"),
        ("Hvor mange soldater kommer?", "language"),
    ],
)  # fmt: skip
def test_moves_of_a_talk(said: str, move: str) -> None:
    assert find_move(said) == move


@pytest.mark.parametrize("said", ["Who is Владимир Путин?", "Who attended?", "Are you in Oslo?"])
def test_questions_are_no_moves(said: str) -> None:
    assert find_move(said) is None


def test_questions_of_others_are_none_of_them() -> None:
    """What the rules cost on questions that they were not made for."""
    asked = [
        json.loads(line)["question"]
        for path in (ROOT / "eval" / "questions.jsonl", ROOT / "eval/genres/questions.jsonl")
        for line in Path(path).read_text(encoding="utf-8").splitlines()
    ]
    assert len(asked) > 600
    found = {q: move for q in asked if (move := find_move(q))}
    # the set's own follow-ups of these kinds
    assert found == {"Who said so?": "who", "who said that": "who", "Is that true?": "repeat"}


def test_a_doubt_shows_the_quotes_again_and_more_shows_others(assistant: Assistant) -> None:
    first = assistant.ask("Who is the prime minister of Sweden?")
    again = assistant.ask("Are you sure?", [first])
    assert again.quotes == first.quotes
    assert again.text == first.text
    assert again.note
    more = assistant.ask("Tell me more.", [first, again])
    assert more.kind == "passages"
    assert more.quotes
    assert more.text == ""
    assert not {q.quote_id for q in more.quotes} & {q.quote_id for q in first.quotes}


def test_of_what_was_not_found_there_is_no_more(assistant: Assistant) -> None:
    """Not the quotes of the answer before it, which are no longer meant."""
    first = assistant.ask("Who is the prime minister of Sweden?")
    silent = assistant.ask("Who was the king of Peru?", [first])
    assert first.found and not silent.found
    for said in ("Where does it say that?", "What else did he say?", "Tell me more", "Says who?"):
        for talk in ([first, silent], [silent], []):
            reply = assistant.ask(said, talk)
            assert (reply.kind, reply.quotes) == ("help", ()), said
            assert "Nothing was found" in reply.note
        thanked = assistant.ask("Thanks", [first])
        assert assistant.ask(said, [first, thanked]).quotes, said


def test_what_there_is_is_listed(assistant: Assistant) -> None:
    reply = assistant.ask("What documents do you have?")
    assert (reply.kind, reply.quotes) == ("help", ())
    assert all(document.doc_id in reply.note for document in assistant.documents())


def test_a_kind_word_has_no_quotes(assistant: Assistant) -> None:
    for said in ("Thanks!", "hello", "What can you do?", "Wer ist der Minister?"):
        reply = assistant.ask(said)
        assert reply.kind == "help"
        assert reply.note
        assert not reply.found
        assert not reply.quotes
        assert reply.headline == ""
