"""What is no question of fact: overviews, topics, and what is said where nothing is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.errors import CorpusError
from assistant.question.replies import find_overview, find_topic
from assistant.reading.overview import choose_sentences
from tests.conftest import ROOT

HARBOUR = """The harbour of Velmark was built in 1871 by the engineer Mary Cole.

The harbour of Velmark is the largest harbour on this coast. Ships from eleven countries use the \
harbour. Two cranes were added in 1960.

Tom Vik runs the harbour café."""
MILL = """The old mill stands above the village and grinds rye. It burnt down in 1902.

The mill of the village was built again with money that the village had saved."""


@pytest.fixture
def assistant(folder: Path, tmp_path: Path) -> Assistant:
    (folder / "harbour.txt").write_text(HARBOUR)
    (folder / "mill.txt").write_text(MILL)
    return Assistant.from_corpus(folder, index=tmp_path / "index")


@pytest.mark.parametrize(
    ("said", "of"),
    [
        ("Summarize", ""),
        ("Please summarise this document.", ""),
        ("Can you give me a short summary of the mill?", "mill"),
        ("Give me a short summary of the mill", "mill"),
        ("What is this about?", ""),
        ("What's the harbour document about?", "harbour"),
        ("tl;dr", ""),
        ("Key points", ""),
        ("What are the main findings of the audit?", "audit"),
        ("What did she say about it?", None),
        ("Who wrote the summary?", None),
    ],
)
def test_an_overview_is_asked_for(said: str, of: str | None) -> None:
    assert find_overview(said) == of


def test_an_overview_of_all_or_one_in_their_own_words(assistant: Assistant) -> None:
    for asked, names in (
        ("What are these documents about?", {"harbour.txt", "mill.txt"}),
        ("Summarize the mill, please.", {"mill.txt"}),
    ):
        answer = assistant.ask(asked)
        assert (answer.status, answer.kind, answer.text) == ("answered", "overview", "")
        assert {q.doc_id for q in answer.quotes} == names
        for quote in answer.quotes:
            assert assistant.document(quote.doc_id).text[quote.start : quote.end] == quote.text
    assert assistant.ask("Summarize the opera.").kind != "overview"  # there is none


def test_sentences_that_carry_most_are_like_the_others_and_unlike_each_other() -> None:
    texts = ["Tom left.", "Figs and almonds grow in the garden.", "Figs grow in the garden.",
             "Almonds grow in the south garden.", "It rained."]  # fmt: skip
    assert choose_sentences(texts, 1) in ([1], [2], [3])
    assert len({1, 2} & set(choose_sentences(texts, 3))) == 1  # they say the same
    assert choose_sentences([], 3) == []
    assert choose_sentences(["Of the and."], 3) == [0]


def test_a_word_or_two_are_a_topic(assistant: Assistant) -> None:
    assert find_topic("cranes") == "cranes"
    assert find_topic("Velmark's harbour") == "Velmark's harbour"
    assert find_topic("Who left?") is None
    answer = assistant.ask("cranes")
    assert (answer.status, answer.kind) == ("answered", "passages")
    assert "cranes" in answer.quotes[0].text
    assert not assistant.ask("zeppelins").found


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("Tell me about the old crane.", "the old crane"),
        ("What do the documents say about Bea Holm's plan?", "Bea Holm's plan"),
        ("is there anything on penalties", "penalties"),
        ("Where can I read about footnotes?", "footnotes"),
        ("Show me everything about it", None),  # for the talk to say
        ("What does Bea say about the crane?", None),  # asks for an answer
        ("Tell me who left.", None),
        ("Tell me on which day the ship sailed.", None),
        ("Are there any restrictions on fishing?", None),
        ("What was written on the stone?", None),
        ("What does the report say on page 3?", None),
    ],
)
def test_passages_are_asked_for_in_whole_sentences_too(said: str, topic: str | None) -> None:
    assert find_topic(said) == topic


def test_questions_of_others_ask_for_no_passages() -> None:
    """What the forms cost on questions that they were not made for."""
    asked = [
        json.loads(line)["question"]
        for path in ("eval/questions.jsonl", "eval/genres/questions.jsonl")
        for line in (ROOT / path).read_text(encoding="utf-8").splitlines()
    ]
    assert not {q: topic for q in asked if (topic := find_topic(q)) and topic != q}


def test_a_name_that_stands_nowhere_is_named(assistant: Assistant) -> None:
    answer = assistant.ask("When was the harbour of Oslo built?")
    assert not answer.found
    assert answer.note == "“Oslo” stands nowhere in these documents."
    assert assistant.ask("When did Mary Cole die?").note == ""


def test_the_closest_are_the_readers_own_places_marked(assistant: Assistant) -> None:
    answer = assistant.ask("When did Mary Cole die?")
    assert not answer.found and any(q.answer_start is not None for q in answer.closest)
    assert "Mary Cole" in answer.closest[0].text


def test_a_question_keeps_to_the_documents_named(assistant: Assistant) -> None:
    asked = "When was it built by Mary Cole?"
    assert assistant.ask(asked, documents=["harbour.txt"]).found
    for names in (["mill.txt"], ["mi*"]):
        answer = assistant.ask(asked, documents=names)
        assert {q.doc_id for q in (*answer.quotes, *answer.closest)} == {"mill.txt"}
    with pytest.raises(CorpusError, match=r"no document opera\.txt"):
        assistant.ask(asked, documents=["opera.txt"])


def test_whether_is_settled_by_a_whole_sentence(assistant: Assistant) -> None:
    answer = assistant.ask("Was the harbour of Velmark built by Mary Cole?")
    assert answer.kind == "yes_no"
    assert answer.text == "The harbour of Velmark was built in 1871 by the engineer Mary Cole."


def test_a_list_is_its_items_each_with_its_place(folder: Path, tmp_path: Path) -> None:
    (folder / "crew.md").write_text(
        "The crew needs three tools: a saw, a hammer and a drill. They sail on Monday.\n\n"
        "Every visitor must bring:\n\n* a torch\n* two pens\n* a warm coat\n"
    )
    with Assistant.from_corpus(folder, index=tmp_path / "index") as assistant:
        for question, items in (
            ("Which three tools does the crew need?", ["a saw", "a hammer", "a drill"]),
            ("Which things must every visitor bring?", ["a torch", "two pens", "a warm coat"]),
        ):
            answer = assistant.ask(question)
            assert answer.note == ""
            assert answer.kind == "list" and [item.text for item in answer.items] == items
            for item in answer.items:
                quote = answer.quotes[item.quote]
                assert quote.start <= item.start < item.end <= quote.end
                text = assistant.document(quote.doc_id).text
                assert text[item.start : item.end] == item.text
