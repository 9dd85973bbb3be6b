"""What a candidate may be worth at most, and which places give one answer."""

from __future__ import annotations

from assistant import Assistant
from assistant.reading.confidence import denial, ruled_out, same_answer
from assistant.records import Chunk, Hit, Span

TEXT = (
    "On Tuesday the council tabled a plan for the museum. "
    "The odds of the council opening the museum appear slim. "
    "The harbour was built in 1872 by Anna Holm."
)
CHUNK = Chunk("a.txt", "0", 100, 100 + len(TEXT), TEXT)
HITS = [Hit(CHUNK, 1.0, 1, 1, 0.5)]


def span(words: str) -> Span:
    start = CHUNK.start + TEXT.index(words)
    return Span("a.txt", start, start + len(words), words, 5.0, 0)


def out(question: str, words: str) -> bool:
    return ruled_out(question, span(words), CHUNK, denial(question, HITS))


def test_what_a_sentence_denies_is_ruled_out_in_the_others() -> None:
    asked = "When was the museum opened by the council?"
    assert denial(asked, HITS) == 1.0
    assert out(asked, "Tuesday")


def test_a_sentence_that_holds_more_of_the_question_stands_against_a_denial() -> None:
    assert not out("Who built the harbour in 1872?", "Anna Holm")
    assert denial("Who built the harbour in 1872?", HITS) == 0.0
    held = span("1872")
    assert not ruled_out("When was the harbour built by Anna Holm?", held, CHUNK, 0.9)
    assert ruled_out("When was the harbour built by Anna Holm?", held, CHUNK, 1.0)


def test_another_kind_of_answer_and_a_missing_figure_are_ruled_out() -> None:
    assert out("How many people built the harbour?", "Anna Holm")
    assert out("Who built the harbour in 1901?", "Anna Holm")
    assert not out("Who built the harbour?", "Anna Holm")


def test_places_give_one_answer_where_words_agree() -> None:
    assert same_answer(span("Anna Holm"), span("Anna"))
    assert not same_answer(span("Anna Holm"), span("Tuesday"))


def test_the_article_denies_that_the_bill_has_passed(assistant: Assistant) -> None:
    answer = assistant.ask("When did the Senate pass the bill?")
    assert not answer.found
    assert "appear slim" in answer.closest[0].text
    assert len(answer.closest) == 3
