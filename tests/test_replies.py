"""What asks nothing of the documents, and what is said to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.question.replies import find_move
from tests.conftest import ROOT

BOARD = """Harbour of Harle, a meeting on 3 May

The board met on Monday in the old school. Olga Lund opened the meeting and thanked the guests.

“The quay is too short for the new ferry, and it must grow by forty metres,” said Tom Reed, the
harbour master. “We have waited ten years.”

Ada Vik, the mayor, said: “The school is sold in June. The town cannot pay for both.”

The ferry company did not send anybody to the meeting, and its letter about the quay was not read.
"""


@pytest.mark.parametrize(
    ("said", "move"),
    [
        ("Thanks!", "thanks"), ("OK, thank you so much.", "thanks"), ("hello", "greeting"),
        ("What can you do?", "help"), ("Are you sure?", "repeat"), ("And who says so?", "who"),
        ("Where does it say that?", "repeat"), ("Tell me more", "more"),
        ("What else did she say?", "words"), ("What else does it say?", "more"),
        ("What else has he written?", "words"), ("anything else?", "more"),
        ("Wann wurde das Schiff gebaut?", "language"),
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


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    docs = tmp_path_factory.mktemp("board")
    (docs / "board.txt").write_text(BOARD, "utf-8")
    with Assistant.from_corpus(docs, index=tmp_path_factory.mktemp("index")) as made:
        yield made


def test_what_somebody_says_is_told_in_their_words(board: Assistant) -> None:
    said = board.ask("What did Tom Reed say?")
    assert {q.speaker for q in said.quotes} == {"Tom Reed"}
    assert "quay is too short" in said.quotes[0].text
    about = board.ask("What did Tom Reed say about the quay?")
    assert about.quotes[0].quote_id == said.quotes[0].quote_id


@pytest.mark.parametrize(
    "question",
    [
        "What did Tom Reed say about the school?",  # Ada Vik did
        "What did Olga Lund say about the quay?",  # she is there, and says nothing
        "What did Peter Moe say about the quay?",  # he is not there
        "What did Ada Reed say about the quay?",  # nor is she: Ada Vik and Tom Reed are
    ],
)
def test_nothing_is_put_into_a_mouth(board: Assistant, question: str) -> None:
    assert not board.ask(question).found


def test_what_else_somebody_says_is_theirs(tmp_path: Path) -> None:
    talk = (
        "Host: Welcome! Do you like zips?\nMo: I do. I was a parachute packer.\nHost: And then?\n"
    )
    talk += (
        "Mo: My knees went, so I mended zips.\nHost: What do zips cost?\nMo: A zip is four euros."
    )
    (tmp_path / "talk.txt").write_text(talk.replace("\n", "\n\n"))
    (tmp_path / "shop.txt").write_text("The shop mends zips and bags. A new zip is nine euros.\n")
    with Assistant.from_corpus(tmp_path, index=tmp_path / "index") as made:
        first = made.ask("What was Mo before?")
        assert "parachute packer" in first.text
        more = made.ask("What else did he say?", [first])
        assert {q.speaker for q in more.quotes} == {"Mo"}
        assert "What else Mo says" in more.note
        assert any("knees" in q.text for q in more.quotes)
        assert not any("parachute" in q.text for q in more.quotes)
        any_more = made.ask("Tell me more", [first])
        assert any_more.quotes and {q.speaker for q in any_more.quotes} != {"Mo"}
        talk = [first, more]
        while (reply := made.ask("What else did she say?", talk)).found:
            assert {q.speaker for q in reply.quotes} == {"Mo"}
            talk.append(reply)
        assert "Nothing else that Mo says" in reply.note and not reply.quotes


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
