"""Two places that make one answer, by the real models over real documents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant import Answer, Assistant
from assistant.answer import BRIDGED
from assistant.reading.bridges import takes_up

FILES = {
    "play.txt": "On the stage\n\nThe comedy Two Umbrellas was written by Irma Solberg and opens in "
    "May.\n\nThe set was painted by Klaus Emmer.",
    "people.txt": "People of the theatre\n\nIrma Solberg was born in Bergen in 1948. She studied "
    "law in Vienna before she turned to the stage.\n\nGreta Lind was born in Umeå.",
    "harbour.md": "# Harbour works\n\nThe crane on the north quay was delivered by Dorn Lifting.\n",
    "suppliers.md": "# Suppliers\n\nDorn Lifting has its workshop in Emden. Ruhr Hoists has one in "
    "Essen.\n",
}


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("theatre")
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    with Assistant.from_corpus(folder, index=tmp_path_factory.mktemp("index")) as made:
        yield made


def assert_bridged(answer: Answer, assistant: Assistant, *quoted: str) -> None:
    assert answer.note == BRIDGED
    assert [q.text for q in answer.quotes] == list(quoted)
    for q in answer.quotes:
        assert assistant.document(q.doc_id).text[q.start : q.end] == q.text


def test_the_second_place_answers_and_the_first_says_which(theatre: Assistant) -> None:
    answer = theatre.ask("Where was the author of Two Umbrellas born?")
    assert answer.text == "Bergen"
    born = "Irma Solberg was born in Bergen in 1948."
    wrote = "The comedy Two Umbrellas was written by Irma Solberg and opens in May."
    assert_bridged(answer, theatre, born, wrote)
    assert answer.quotes[0].answer_start is not None
    assert answer.quotes[1].answer_start is None  # only the first place answers


def test_over_two_files(theatre: Assistant) -> None:
    answer = theatre.ask("Where is the workshop of the company that delivered the crane?")
    assert answer.text == "Emden"
    assert {q.doc_id for q in answer.quotes} == {"suppliers.md", "harbour.md"}


@pytest.mark.parametrize(
    "question",
    [
        "Where was the painter of the set of Two Umbrellas born?",  # the second fact is missing
        "Where was the author of The Glass Bell born?",  # the first one is
        "Where is the workshop of the company that delivered the ladder?",
    ],
)
def test_one_of_them_alone_makes_none(theatre: Assistant, question: str) -> None:
    assert not theatre.ask(question).found


def test_it_keeps_to_the_documents_chosen(theatre: Assistant) -> None:
    answer = theatre.ask("Where was the author of Two Umbrellas born?", documents=["play.txt"])
    assert not answer.found


def test_a_sentence_takes_up_by_a_pronoun_before_any_name() -> None:
    assert takes_up("Their yard was sold to Emden.")
    assert takes_up("Before that she was a prosecutor in Delft.")
    assert not takes_up("Tessa Boyle is away until she is well.")
    assert not takes_up("The rent is due in May.")
