"""The gate, with regressions planted in the real assistant: it must fail each time."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Assistant, Quote
from assistant.documents.corpus import load_documents
from assistant.errors import SettingError
from assistant.evaluate import questions
from assistant.evaluate.gate import (
    baseline_of,
    broken_rules,
    compare,
    read_baseline,
    write_baseline,
)
from assistant.evaluate.questions import Case
from assistant.evaluate.run import Results, run
from assistant.reading.retrieve import Retriever
from assistant.records import Document, Hit

pytestmark = pytest.mark.timeout(900)  # a busy machine takes seconds for a question

ROOT = Path(__file__).parent.parent
DOCUMENTS: list[Document] = load_documents(ROOT / "corpus")[0]


def suite() -> list[Case]:
    """19 questions of the repository: 10 plain ones and 9 that have nothing to do with it."""
    every = questions.load_questions(ROOT / "eval" / "questions.jsonl", DOCUMENTS)
    plain = [c for c in every if c.kind in ("fact", "who_said", "time") and not c.history]
    return [*plain[5:15], *[c for c in every if c.kind == "off_topic"][:9]]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    index = tmp_path_factory.mktemp("index")
    with Assistant.from_corpus(ROOT / "corpus", index=index) as made:
        yield made


@pytest.fixture(scope="module")
def good(assistant: Assistant) -> Results:
    """A run that is silent where it should be, whatever the reader's calibration."""
    sure = [assistant.ask(case.question).confidence for case in suite() if not case.answerable]
    assistant.threshold = max(sure) + 1e-9
    return run(assistant, suite(), DOCUMENTS)


def stored(results: Results) -> dict[str, Any]:
    """A baseline as it comes back from its file."""
    made: dict[str, Any] = json.loads(json.dumps(baseline_of(results)))
    return made


def fell(results: Results, baseline: dict[str, Any]) -> set[str]:
    verdict = compare(results, baseline)
    assert verdict.exit_code == 1
    assert verdict.lines[0] == "Gate failed."
    return {fall.measure for fall in verdict.fallen}


def test_the_same_again_passes(assistant: Assistant, good: Results) -> None:
    verdict = compare(run(assistant, suite(), DOCUMENTS), stored(good))
    assert verdict.exit_code == 0
    assert verdict.lines == ("Gate passed: no measure fell significantly.",)


# Regressions, planted in the real thing


class WorstFirst:
    """A retriever that finds what the real one finds, and hands it on in the wrong order."""

    def __init__(self, real: Retriever) -> None:
        self._real = real

    def retrieve(self, question: str, only: Sequence[str] = ()) -> list[Hit]:
        return self._real.retrieve(question, only)[::-1]


def test_broken_retrieval_fails(
    assistant: Assistant, good: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assistant, "_retriever", WorstFirst(assistant._retriever))
    bad = run(assistant, suite(), DOCUMENTS)
    assert {"mrr", "hit@1", "hit@5", "ndcg"} <= fell(bad, stored(good))
    turned = [turn for turn in compare(bad, stored(good)).turned if not turn.better]
    assert turned
    assert any(str(turned[0]) == line for line in compare(bad, stored(good)).lines)


def test_abstention_turned_off_fails(
    assistant: Assistant, good: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assistant, "threshold", 1e-9)
    bad = run(assistant, suite(), DOCUMENTS)
    assert "silent" in fell(bad, stored(good))


def one_character_less(quote: Quote) -> Quote:
    return replace(quote, text=quote.text[:-1])


def one_character_other(quote: Quote) -> Quote:
    middle = len(quote.text) // 2
    return replace(quote, text=f"{quote.text[:middle]}~{quote.text[middle + 1 :]}")


def one_character_on(quote: Quote) -> Quote:
    """Still a slice of the document, but it begins inside a word."""
    (text,) = (d.text for d in DOCUMENTS if d.doc_id == quote.doc_id)
    return replace(quote, start=quote.start + 1, text=text[quote.start + 1 : quote.end])


def another_document(quote: Quote) -> Quote:
    return replace(quote, doc_id="elsewhere.txt")


@pytest.mark.parametrize(
    "slip", [one_character_less, one_character_other, one_character_on, another_document]
)
def test_a_quote_off_by_one_character_fails(
    assistant: Assistant, good: Results, monkeypatch: pytest.MonkeyPatch, slip: Any
) -> None:
    few = suite()[:1] + suite()[-1:]
    real = Assistant.ask

    def slipping(self: Assistant, question: str, history: Sequence[Answer] = ()) -> Answer:
        given = real(self, question, history)
        slipped = (tuple(map(slip, quotes)) for quotes in (given.quotes, given.closest))
        quotes, closest = slipped
        return replace(given, quotes=quotes, closest=closest)

    monkeypatch.setattr(Assistant, "ask", slipping)
    bad = run(assistant, few, DOCUMENTS)
    verdict = compare(bad, stored(good))
    assert verdict.exit_code == 1
    for case in few:
        assert any(line.startswith(f"{case.id}: ") for line in verdict.broken)


def test_one_slip_in_one_answer_is_enough(good: Results) -> None:
    first = replace(good.rows[0], faults=("a.txt 1:2: not the words that stand there",))
    verdict = compare(replace(good, rows=(first, *good.rows[1:])), stored(good))
    assert verdict.exit_code == 1
    assert "not the words that stand there" in "\n".join(verdict.lines)


# What is compared, and what is not


@pytest.mark.parametrize("what", ["corpus", "questions", "reader", "embedder"])
def test_unlike_things_are_not_compared(good: Results, what: str) -> None:
    verdict = compare(
        replace(good, fingerprints={**good.fingerprints, what: "other"}), stored(good)
    )
    assert verdict.exit_code == 2
    assert any(what in line and "--update-baseline" in line for line in verdict.lines)


def test_a_fault_fails_even_where_nothing_can_be_compared(good: Results) -> None:
    first = replace(good.rows[0], faults=("outside the document",))
    other = replace(good, fingerprints={}, rows=(first, *good.rows[1:]))
    assert compare(other, stored(good)).exit_code == 1


def test_a_better_run_passes_and_says_what_turned(good: Results) -> None:
    worse = stored(good)
    name = next(row.case.id for row in good.rows if row.right)
    worse["rows"][name]["scores"]["correct"] = 0.0
    verdict = compare(good, worse)
    assert verdict.exit_code == 0
    assert [(turn.id, turn.better) for turn in verdict.turned] == [(name, True)]


def test_a_small_loss_is_reported_and_passes(good: Results) -> None:
    first = next(row for row in good.rows if row.scores.get("right") == 1)
    lost = replace(first, scores={**first.scores, "right": 0.0, "correct": 0.0})
    rows = tuple(lost if row is first else row for row in good.rows)
    verdict = compare(replace(good, rows=rows), stored(good))
    assert verdict.exit_code == 0
    assert [turn.id for turn in verdict.turned] == [first.case.id]


# The file


def test_a_baseline_comes_back_as_it_was(good: Results, tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    write_baseline(good, file)
    assert read_baseline(file) == stored(good)
    assert len(file.read_text().splitlines()) > len(good.rows)  # a question a line, for diffs


def test_a_run_with_a_fault_cannot_be_a_baseline(good: Results, tmp_path: Path) -> None:
    bad = replace(good, rows=(replace(good.rows[0], faults=("outside the document",)),))
    assert broken_rules(bad)
    with pytest.raises(SettingError, match="cannot be a baseline"):
        write_baseline(bad, tmp_path / "baseline.json")
    assert not (tmp_path / "baseline.json").exists()


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"format": 99}', '{"format": 1}'])
def test_what_is_no_baseline_is_refused(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "baseline.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SettingError, match="--update-baseline"):
        read_baseline(file)
