"""The reader: the arithmetic on hand-written logits, then the real model."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from assistant.errors import ModelError
from assistant.reading.read import ANSWER_TOKENS, FOLDER, Reader, best_spans, whole_words
from assistant.records import Chunk, Hit


def logits(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_the_best_span_is_inside_starts_before_it_ends_and_is_measured_against_the_null() -> None:
    #             null  question      passage
    start = logits(1.0, 9.0, 0.0, 2.0, 5.0, 0.0)
    end = logits(0.5, 9.0, 0.0, 6.0, 1.0, 3.0)
    inside = np.array([False, False, True, True, True, True])
    found = best_spans(start, end, inside)
    # token 4 to 3 would score 11 but ends before it starts; 4..5 and 3..3 both score 8
    assert {(i, j) for i, j, _ in found[:2]} == {(4, 5), (3, 3)}
    assert found[0][2] == pytest.approx(8 - 1.5)


def test_overlapping_spans_are_one() -> None:
    start = logits(0, 5, 4, 0, 0)
    end = logits(0, 0, 5, 4, 3)
    inside = np.array([False, True, True, True, True])
    found = best_spans(start, end, inside)
    assert found[0][:2] == (1, 2)
    assert all(i > 2 for i, _, _ in found[1:])


def test_a_span_is_no_longer_than_an_answer_may_be() -> None:
    n = ANSWER_TOKENS + 10
    start, end = np.zeros(n, dtype=np.float32), np.zeros(n, dtype=np.float32)
    start[1], end[n - 1], end[ANSWER_TOKENS] = 10, 10, 5
    inside = np.arange(n) > 0
    assert best_spans(start, end, inside)[0][:2] == (1, ANSWER_TOKENS)


def test_no_span_where_there_is_no_passage() -> None:
    assert best_spans(logits(0, 1), logits(0, 1), np.array([False, False])) == []


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        ("with 57,000 residents", "57", "57,000"),
        ("about 3.4 percent", "4", "3.4"),
        ("the Norwegian Armed", "orweg", "Norwegian"),
        ("in Washington, which", "Washington,", "Washington"),
        ('said "we choose Denmark" today', '"we choose Denmark', "we choose Denmark"),
        ("left the U.S. today", "U.S.", "U.S."),
        ("It ended in 1916.", "1916.", "1916"),
        ("in 1916, 57 people", "1916,", "1916"),
        ("a twenty-first-century idea", "first", "first"),
        ("US-led talks", "US", "US"),
        ("set `queue_lifetime` to", "queue_lifetime`", "queue_lifetime"),
        ("[publish](/commands/publish) it", "/commands/publish)", "/commands/publish"),
        ("the mill (Mølle) there", "mill (Mølle)", "mill (Mølle)"),
    ],
)
def test_a_span_is_widened_to_whole_words(text: str, part: str, whole: str) -> None:
    start = text.index(part)
    a, b = whole_words(text, start, start + len(part))
    assert text[a:b] == whole


def hits(*texts: str) -> list[Hit]:
    return [Hit(Chunk(f"{i}.txt", "", 100, 100 + len(t), t), 1.0) for i, t in enumerate(texts)]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def test_it_reads_the_answer_and_prefers_the_passage_that_has_it(reader: Reader) -> None:
    passages = hits(
        "The harbour of Brindle was built in 1871 by the engineer Mary Cole.",
        "The railway of Brindle was closed in 1964 after a long dispute.",
    )
    best = reader.read("Who built the harbour?", passages)[0]
    assert best.text == "Mary Cole"
    assert best.doc_id == "0.txt"
    assert passages[0].chunk.text[best.start - 100 : best.end - 100] == best.text


def test_a_passage_without_the_answer_scores_below_one_that_has_it(reader: Reader) -> None:
    question = "How much did the harbour cost?"
    with_it = reader.read(question, hits("The harbour of Brindle cost 40,000 pounds."))[0]
    without = reader.read(question, hits("The harbour of Brindle was built in 1871."))[0]
    assert with_it.margin > without.margin + 2


def test_an_answer_deep_in_a_long_passage_is_found(reader: Reader) -> None:
    filler = "The council met on many evenings and talked about roads, lamps and drains. " * 60
    text = filler + "The harbour of Brindle was built by the engineer Mary Cole. " + filler
    best = reader.read("Who built the harbour?", hits(text))[0]
    assert best.text == "Mary Cole"
    assert text[best.start - 100 : best.end - 100] == "Mary Cole"


def test_a_passage_is_read_the_same_whatever_is_read_beside_it(reader: Reader) -> None:
    texts = ["The harbour was built by Mary Cole.", "Lamps. " * 150, "It rained in 1871."]
    question = "Who built the harbour?"
    together = {s.doc_id: s.margin for s in reversed(reader.read(question, hits(*texts)))}
    for i, text in enumerate(texts):
        alone = reader.read(question, hits(text))[0].margin
        assert together[f"{i}.txt"] == pytest.approx(alone, abs=1e-3)


def test_headings_are_read_and_hold_no_answer(reader: Reader) -> None:
    question = "What does the lantern of the Orrestad kiln weigh?"
    heading, text = "Orrestad kiln – Lantern\n", "It weighs 40 kilograms. The door weighs more."
    told = reader.read(question, hits(text), [heading])
    plain = reader.read(question, hits(text))
    assert told[0].text == plain[0].text == "40 kilograms"
    assert told[0].margin > plain[0].margin
    for span in reader.read("What is the name of the kiln?", hits(text), [heading]):
        assert text[span.start - 100 : span.end - 100] == span.text


def copied(place: Path, **changed: str) -> Path:
    """The reader's folder as it is installed, with other lines in its card."""
    copy = place / "reader"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("reader.onnx"))
    card = json.loads((copy / "reader.json").read_text())
    (copy / "reader.json").write_text(json.dumps(card | changed))
    return copy


def test_where_no_file_can_be_written_it_is_loaded_all_the_same(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copied(tmp_path, unpacked_sha256="")  # then it is not kept
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    asked = "What is it called?", "The kiln is called Old Bess."
    assert Reader(copy).read_text(*asked) == reader.read_text(*asked)
    assert not (copy / "reader.onnx").exists()


def test_the_model_stays_unpacked_and_is_checked(reader: Reader, tmp_path: Path) -> None:
    copy = copied(tmp_path)
    kept, asked = copy / "reader.onnx", ("What is it called?", "The kiln is called Old Bess.")
    left = copy / "reader-of-one-that-was-killed"
    left.mkdir()
    os.utime(left, (0, 0))
    assert Reader(copy).read_text(*asked) == reader.read_text(*asked)
    digest = hashlib.sha256(kept.read_bytes()).hexdigest()
    assert digest == json.loads((copy / "reader.json").read_text())["unpacked_sha256"]
    assert sorted(p.name for p in copy.iterdir() if p.name.startswith("reader")) == [
        "reader.json", "reader.onnx", "reader.onnx.gz",
    ]  # fmt: skip
    with kept.open("r+b") as file:  # altered: made anew
        file.seek(50_000_000)
        file.write(b"another weight")
    assert Reader(copy).read_text(*asked) == reader.read_text(*asked)
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == digest


def test_altered_or_missing_weights_are_refused(tmp_path: Path) -> None:
    copy = copied(tmp_path, sha256="0" * 64)
    with pytest.raises(ModelError, match="altered"):
        Reader(copy)
    (copy / "reader.onnx.gz").unlink()
    with pytest.raises(ModelError, match="incomplete"):
        Reader(copy)


def test_processors_without_vnni_read_the_same(reader: Reader) -> None:
    """They add two products of eight bits in sixteen, which overflow unless weights have seven:
    ONNX Runtime's slower, exact path then finds something else."""
    text = "The ferry to Holm sails at nine. The crossing takes two hours, and a dog costs 3 euros."
    found = reader.read_text("How long does the crossing take?", text)
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.x64quantprecision", "1")
    exact = Reader()
    exact._session = onnxruntime.InferenceSession(
        str(FOLDER / "reader.onnx"), options, disabled_optimizers=["SkipLayerNormFusion"]
    )
    again = exact.read_text("How long does the crossing take?", text)
    assert [x[:2] for x in again] == [x[:2] for x in found]
    assert [x[2] for x in again] == pytest.approx([x[2] for x in found], abs=0.01)
