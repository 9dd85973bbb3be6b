"""The contract of Answer, on the real article and on hostile questions."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import assistant as package
from assistant import Answer, Assistant
from assistant.answer import exact
from assistant.errors import CorpusError, QuestionError, SettingError, StoreError


def test_the_first_question(assistant: Assistant) -> None:
    answer = assistant.ask("How many people live in Greenland?")
    assert answer.status == "answered"
    assert "57,000" in answer.text
    quote = answer.quotes[0]
    assert (
        quote.text[quote.answer_start - quote.start : quote.answer_end - quote.start] == answer.text
    )
    assert quote.text.endswith(".")
    assert answer.query_used == answer.question


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who is the Prime Minister of Sweden?", "Ulf Kristersson"),
        ("Which newspaper first reported the German deployment?", "Bild"),
        ("Who tabled the bill together with Jeanne Shaheen?", "Lisa Murkowski"),
        ("When will France open a consulate in Greenland?", "next month"),
    ],
)
def test_facts_of_the_article(assistant: Assistant, question: str, text: str) -> None:
    assert text in assistant.ask(question).text


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of Australia?",
        "How do I bake sourdough bread?",
        "Who won the football match on Saturday?",
    ],
)
def test_what_the_article_does_not_say(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert (answer.status, answer.text, answer.quotes) == ("not_found", "", ())
    assert 1 <= len(answer.closest) <= 3


def test_every_quote_is_a_slice_of_its_document(assistant: Assistant) -> None:
    for question in ["Who is Sandvik?", "What did Trump say?", "Why?", "Where is Pituffik?"]:
        answer = assistant.ask(question)
        for quote in answer.quotes + answer.closest:
            assert exact(quote, assistant.document(quote.doc_id))
        assert 0 <= answer.confidence <= 1


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "?!", "\x00\x07", "\u202e\u200b"])
def test_a_blank_question_is_refused(assistant: Assistant, question: str) -> None:
    with pytest.raises(QuestionError, match="empty"):
        assistant.ask(question)


def test_a_question_without_end_is_refused(assistant: Assistant) -> None:
    with pytest.raises(QuestionError, match="100,000 characters; the limit is 2,000"):
        assistant.ask("a" * 100_000)


@pytest.mark.parametrize(
    "question",
    [
        "How many\x00 people\x1b[31m live\r\nin \u202eGreenland?",
        "How many people live in Greenland? " + "Please tell me now. " * 90,
        "<script>alert(1)</script> How many people live in Greenland?",
        '{"$where": "1=1"} \' OR 1=1 --',
        "𝕳𝖔𝖜 𝖒𝖆𝖓𝖞?",
        "\ud800 lone surrogate",
    ],
)
def test_odd_questions_are_answered_or_not_but_never_fail(
    assistant: Assistant, question: str
) -> None:
    assert assistant.ask(question).status in ("answered", "not_found")


def test_many_threads_get_the_same_answer(assistant: Assistant) -> None:
    answers: list[Answer] = []
    ask = lambda: answers.append(assistant.ask("Who is the Prime Minister of Sweden?"))  # noqa: E731
    threads = [threading.Thread(target=ask) for _ in range(6)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len(answers) == 6 and len(set(answers)) == 1


@pytest.mark.parametrize(
    "question", ["Who wants closer cooperation?", "What did Rasmussen say about a wedding?"]
)
def test_what_was_fetched_for_a_question_is_not_fetched_again(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    fetched: list[str] = []

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(key: str, *rest: Any) -> Any:
            fetched.append(key)
            return real(key, *rest)

        return call

    for part, call in ((assistant._retriever, "retrieve"), (assistant._store, "document")):
        monkeypatch.setattr(part, call, counted(getattr(part, call)))
    answer = assistant.ask(question)
    assert fetched.count(question) == 1
    document = (answer.quotes or answer.closest)[0].doc_id
    assert 1 <= fetched.count(document) <= 2  # to weigh what was read, and to quote it


def test_the_threshold_decides_and_nothing_else_changes(folder: Path, tmp_path: Path) -> None:
    (folder / "a.txt").write_text("The harbour was built in 1871 by Mary Cole.")
    said = []
    for threshold in (0.0, 1.0):
        with Assistant.from_corpus(folder, index=tmp_path / "i", threshold=threshold) as made:
            said.append(made.ask("Who built the harbour?"))
    lax, strict = said
    assert (lax.status, strict.status) == ("answered", "not_found")
    assert lax.confidence == strict.confidence
    assert strict.closest[0].text == lax.quotes[0].text


def test_closing_waits_for_what_is_under_way(folder: Path, tmp_path: Path) -> None:
    (folder / "a.txt").write_text("The harbour was built in 1871 by Mary Cole.")
    assistant = Assistant.from_corpus(folder, index=tmp_path / "index")
    came: list[str] = []

    def ask_on() -> None:
        try:
            while True:
                came.append(assistant.ask("Who built the harbour?").text)
        except StoreError as error:
            came.append(str(error))

    threads = [threading.Thread(target=ask_on) for _ in range(4)]
    for thread in threads:
        thread.start()
    while len(came) < 4:
        time.sleep(0.01)
    assistant.close()
    for thread in threads:
        thread.join(30)
    told = [line for line in came if line != "Mary Cole"]
    assert told == ["This assistant was closed: open another one."] * 4


def test_settings_are_checked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.txt").write_text("x")
    for bad in ({"threshold": 2}, {"passages": "many"}, {"no_such": 1}):
        with pytest.raises(SettingError):
            Assistant.from_corpus(folder, **bad)
    monkeypatch.setenv("ASSISTANT_PASSAGES", "0")
    with pytest.raises(SettingError, match="passages cannot be 0"):
        Assistant.from_corpus(folder)


def test_a_corpus_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CorpusError):
        Assistant.from_corpus(tmp_path / "nowhere")


def test_query_engine_carries_text_sources_and_scores(assistant: Assistant) -> None:
    engine = assistant.as_query_engine()
    response = engine.query("How many people live in Greenland?")
    assert "57,000" in str(response)
    assert response.source_nodes[0].score > 0
    assert "57,000" in response.source_nodes[0].get_content()
    assert response.metadata["answer"].status == "answered"
    assert str(engine.query("What is the capital of Australia?")) == "The documents don't say."


def test_public_names() -> None:
    assert sorted(package.__all__) == ["Answer", "Assistant", "AssistantError", "Config", "Quote"]


def test_importing_loads_no_model_and_no_torch() -> None:
    code = (
        "import sys, assistant; "
        "assert not {'torch', 'sentence_transformers', 'gradio'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
