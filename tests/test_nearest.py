"""Where no words answer: the sentence nearest in meaning, by the real models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.reading.nearest import Nearest, find_read
from assistant.records import Chunk, Hit

PAPER = """# Voices of the coast

## Tove Rask, Ticket Office

I have sold tickets for thirty years. I never believed that the crossing would pay for itself.

## Egil Moe, Captain

In winter there are days when we carry more newspapers than people. I grew up on a farm and had
never seen the sea before I was twenty.

## On board

Bicycles travel free of charge. Dogs must not be brought into the dining saloon.

## May I bring my canoe into the sauna?

Dogs are allowed in saloon 2.
"""


@pytest.fixture(scope="module")
def gazette(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("gazette")
    (folder / "gazette.md").write_text(PAPER, "utf-8")
    with Assistant.from_corpus(folder, index=tmp_path_factory.mktemp("index")) as made:
        yield made


def test_who_it_is_that_says_the_nearest_sentence(gazette: Assistant) -> None:
    question = "Who grew up away from the sea?"
    assert gazette.read(question).confidence < gazette.threshold  # no words of the text answer
    answer = gazette.ask(question)
    assert answer.text == "Egil Moe"
    assert answer.quotes[1].text.startswith("I grew up on a farm")
    assert answer.quotes[1].speaker == "Egil Moe"
    text = gazette.document("gazette.md").text
    assert all(text[q.start : q.end] == q.text for q in answer.quotes)


def test_i_is_named(gazette: Assistant) -> None:
    answer = gazette.ask("Who did not know the sea as a child?")
    assert answer.text == "Egil Moe"


def test_a_sentence_settles_whether(gazette: Assistant) -> None:
    answer = gazette.ask("Can I take my dog into the dining saloon?")
    assert answer.kind == "yes_no"
    assert answer.text == "Dogs must not be brought into the dining saloon."


@pytest.mark.parametrize(
    "question",
    [
        "Who thinks that the harbour should be dredged?",
        "Who designed the church of the village?",
        "May I bring a canoe into the sauna?",
        "Did Ragnhild Foss sell tickets for the ferry?",
        "Are dogs allowed in saloon 3?",  # a check strikes it: it is another one
    ],
)
def test_what_nothing_is_near_to_is_not_said(gazette: Assistant, question: str) -> None:
    assert not gazette.ask(question).found


def test_a_stricter_threshold_holds_here_too(gazette: Assistant) -> None:
    question, before = "Who grew up away from the sea?", gazette.threshold
    gazette.threshold = 0.99
    try:
        assert not gazette.ask(question).found
    finally:
        gazette.threshold = before


def test_a_sentence_may_be_longer_than_a_passage(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    long = ", and ".join(f"the boat number {i} may be hired by the hour" for i in range(120))
    (folder / "boats.txt").write_text(f"The boats\n\nIt is so that {long}.\n")
    with Assistant.from_corpus(folder, index=tmp_path / "index") as made:
        for question in ("Can boat 77 be hired?", "Who says that boats may be hired?"):
            answer = made.ask(question)
            text = made.document("boats.txt").text
            assert all(text[q.start : q.end] == q.text for q in (*answer.quotes, *answer.closest))


def test_where_it_was_found_may_begin_before_the_passage() -> None:
    chunk = Chunk("a.txt", "0", 40, 90, "x" * 50)
    other = Chunk("b.txt", "0", 0, 90, "x" * 90)
    hits = [Hit(other, 1.0), Hit(chunk, 0.5)]
    assert find_read(Nearest("a.txt", 10, 60, 0.9, 0.1), hits) == 1
