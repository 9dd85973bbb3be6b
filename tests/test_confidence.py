"""What a candidate may be worth at most, and which places give one answer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.config import Config
from assistant.documents.corpus import make_document
from assistant.errors import ModelError
from assistant.question.asked import understand
from assistant.reading.confidence import STRUCK, Confidence, same_answer, weigh
from assistant.reading.read import FOLDER
from assistant.records import Chunk, Hit, Span

TEXT = (
    "On Tuesday the council tabled a plan for the museum. "
    "The council has no plans to open the museum. "
    "The harbour was built in 1872 by Anna Holm."
)
DOCUMENT = make_document("a.txt", TEXT)
HITS = [Hit(Chunk("a.txt", DOCUMENT.sha256, 0, len(TEXT), TEXT), 1.0)]
SURE = Confidence(weight=0.0, lead=0.0, bias=3.0)


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span("a.txt", start, start + len(words), words, 5.0, 0)


def is_struck(question: str, words: str) -> bool:
    (one,) = weigh(understand(question), HITS, [span(words)], SURE, lambda _: DOCUMENT)
    assert bool(one.struck) == (one.confidence <= STRUCK)
    return bool(one.struck)


def test_what_a_sentence_denies_is_struck_in_the_others() -> None:
    assert is_struck("When will the council open the museum?", "Tuesday")


def test_a_sentence_that_holds_more_of_the_question_stands_against_a_denial() -> None:
    assert not is_struck("Who built the harbour in 1872?", "Anna Holm")
    assert not is_struck("When did the council table a plan for the museum?", "Tuesday")


def test_a_missing_figure_is_struck() -> None:
    assert is_struck("Who built the harbour in 1901?", "Anna Holm")
    assert not is_struck("Who built the harbour?", "Anna Holm")


def test_places_give_one_answer_where_words_agree() -> None:
    assert same_answer(span("Anna Holm"), span("Anna"))
    assert not same_answer(span("Anna Holm"), span("Tuesday"))


def test_alone_leaves_out_the_answers_of_other_documents() -> None:
    other = make_document("b.txt", TEXT)
    hits = [*HITS, Hit(Chunk("b.txt", other.sha256, 0, len(TEXT), TEXT), 1.0)]
    best = replace(span("1872"), margin=6.0)
    rival = replace(span("Anna Holm"), doc_id="b.txt", margin=4.0, hit=1)
    behind = replace(span("Tuesday"), margin=1.0)
    fit = Confidence(weight=0.3, lead=0.1, bias=-1.0)
    known = {"a.txt": DOCUMENT, "b.txt": other}
    asked = understand("When was the harbour built?")
    found = {c.span: c for c in weigh(asked, hits, [best, rival, behind], fit, known.__getitem__)}
    assert found[best].confidence == fit(6.0, 2.0) and found[best].alone == fit(6.0, 5.0)
    assert found[rival].confidence == fit(4.0, -2.0) and found[rival].alone == fit(4.0, 10.0)
    assert found[behind].confidence == fit(1.0, -5.0) == found[behind].alone


def test_a_calibration_of_another_reader_is_refused(tmp_path: Path) -> None:
    fit = json.loads((FOLDER / "confidence.json").read_text(encoding="utf-8"))
    path = tmp_path / "confidence.json"
    path.write_text(json.dumps(fit))
    Confidence.load(fit["reader"], path)
    with pytest.raises(ModelError, match="another reader"):
        Confidence.load("0" * 64, path)


def test_the_default_threshold_is_the_one_that_was_fitted() -> None:
    fit = json.loads((FOLDER / "confidence.json").read_text(encoding="utf-8"))
    assert Config().threshold == fit["answer"]
    assert 0 < fit["perhaps"] <= fit["answer"]
