"""Two places that make one answer, by the real models over real documents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant import Answer, Assistant
from assistant.answer import BRIDGED
from assistant.documents.corpus import make_document
from assistant.question.asked import understand
from assistant.reading.bridges import COMMON, drop_common, find_bridges, leads_to, takes_up
from assistant.records import Chunk, Document, Hit, Span

FILES = {
    "play.txt": "On the stage\n\nThe comedy Two Umbrellas was written by Irma Solberg and opens in "
    "May.\n\nThe set was painted by Klaus Emmer.",
    "people.txt": "People of the theatre\n\nIrma Solberg was born in Bergen in 1948. She studied "
    "law in Vienna before she turned to the stage.\n\nGreta Lind was born in Umeå.",
    "concert.txt": "The concert in Tarnby was conducted by Mette Holm, who stood in for Jon Friis.",
    "musicians.txt": "Jon Friis lives in Vejle.",
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
        "Where does the conductor of the concert in Tarnby live?",  # told of the other one named
    ],
)
def test_one_of_them_alone_makes_none(theatre: Assistant, question: str) -> None:
    assert not theatre.ask(question).found


def test_it_keeps_to_the_documents_chosen(theatre: Assistant) -> None:
    answer = theatre.ask("Where was the author of Two Umbrellas born?", documents=["play.txt"])
    assert not answer.found


def test_the_talk_may_come_back_to_it(theatre: Assistant) -> None:
    first = theatre.ask("Where was the author of Two Umbrellas born?")
    again = theatre.ask("Where was the author of Two Umbrellas born?", history=[first])
    assert again.text == "Bergen"


def test_whether_is_settled_by_one_sentence_or_not_at_all(theatre: Assistant) -> None:
    answer = theatre.ask("Was the author of Two Umbrellas born in Bergen?")
    assert answer.note != BRIDGED
    assert answer.kind == "yes_no" or not answer.found


def leads(question: str, text: str, answer: str) -> bool:
    """Whether two places of a text would answer so, if the reader were sure."""
    document = make_document("one.txt", text)

    def lookup(_: str) -> Document:
        return document

    chunk = Chunk("one.txt", document.sha256, 0, len(text), text)
    start = text.index(answer)
    span = Span("one.txt", start, start + len(answer), answer, 9.0, 0)
    asked = understand(question)
    bridges = find_bridges(asked, [Hit(chunk, 1.0)], lookup)
    return any(leads_to(asked, bridge, span, lookup) for bridge in bridges)


LED = "The Halden expedition of 1903 was led by Captain Rolf Aasen in March."
DIED = "When did the man who led the Halden expedition of 1903 die?"


@pytest.mark.parametrize(
    "text",
    [
        f"{LED}\n\nRolf Aasen, a rich man, died in 1931.",
        f"{LED}\n\nAasen was a man of few words. He, a man alone, is said to die in 1931.",
        f"{LED} He, a man of few words, died in 1931.",
    ],
)
def test_it_leads_to_what_is_told_of_the_same(text: str) -> None:
    assert leads(DIED, text, "1931")


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        # of another by that title, in that month
        (DIED, f"{LED}\n\nCaptain Emil Stang, a quiet man, died in March 1931.", "1931"),
        # the pronoun takes up another
        (DIED, f"{LED} The doctor was Emil Stang. He was a man who died in 1931.", "1931"),
        # the name that is asked about stands in neither
        (
            "When was the judge in the Dunn case appointed?",
            "The case of Marlow is heard by Judge Anneke Visser.\n\nJudge Anneke Visser was "
            "appointed in 2016.",
            "2016",
        ),
        (  # denied
            "Which plot does the new treasurer have?",
            "Joan Pryce is no longer the new treasurer.\n\nJoan Pryce has plot 14.",
            "14",
        ),
        (  # of another number
            "Where is the office of the landlord of unit 7?",
            "The landlord of unit 8 is Northgate Limited.\n\nNorthgate Limited has its office in "
            "Quay Street.",
            "Quay Street",
        ),
        (  # what the bridge names itself
            "Which building houses the main ceremonial office of the board?",
            "The board left the Eisner Building.\n\nThe meeting is in the Eisner Office Building, "
            "whose main office is empty.",
            "Eisner Office Building",
        ),
        (  # the second place adds nothing of what is asked
            "When was the bridge over the Tarn painted?",
            "The bridge over the Tarn was built by Kessler Brothers.\n\nKessler Brothers went "
            "bankrupt in 2011.",
            "2011",
        ),
    ],
)
def test_it_leads_nowhere_else(question: str, text: str, answer: str) -> None:
    assert not leads(question, text, answer)


def test_what_many_passages_name_does_not_tell_which_is_meant() -> None:
    text = "The expedition was led for the Navy by Rolf Aasen."
    document = make_document("one.txt", text)
    hit = Hit(Chunk("one.txt", document.sha256, 0, len(text), text), 1.0)
    (bridge,) = find_bridges(understand("Where did its expedition end?"), [hit], lambda _: document)
    others = [Hit(Chunk("b.txt", "", 0, 9, "The Navy again."), 0.5)] * COMMON
    assert drop_common(bridge, others).names == bridge.names
    assert drop_common(bridge, [hit, *others]).names == (("rolf", "aasen"),)


def test_a_sentence_takes_up_by_a_pronoun_before_any_name() -> None:
    assert takes_up("Their yard was sold to Emden.")
    assert takes_up("Before that she was a prosecutor in Delft.")
    assert not takes_up("Tessa Boyle is away until she is well.")
    assert not takes_up("The rent is due in May.")
