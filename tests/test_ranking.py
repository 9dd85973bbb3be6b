"""The order in which passages are read: which of the question's words they hold, and how close
together, beside the cosine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.language.fold import fold
from assistant.pipeline import FIRST, SURE
from assistant.reading.rank import fit, hold, weigh_words
from assistant.reading.retrieve import FAR_BEHIND
from eval.kit import QUESTIONS, read_rows

QUESTION = (
    "When was the new harbour master appointed, and what of the CAP_NET_RAW companies in May?"
)
COUNTS = {"when": 1, "new": 20, "harbour": 3, "master": 2, "appointed": 2, "zxq": 0}
WANTED = weigh_words(QUESTION, COUNTS, 40)
OTHERS = weigh_words(
    QUESTION, {"cap_net_raw": 2, "companies": 2, "died": 1, "use": 1, "may": 2, "don": 1}, 40
)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("A harbour master was appointed.", "A harbour was built."),
        ("The masters of the harbour.", "The new house."),  # the rarer words; in any form
        ("Harbour. Master.", "Harbour. " + 40 * "Nothing of it. " + "Master."),  # together
        ("A hárbour máster", "A harbou mast"),  # as the inverted index: accents tell nothing apart
        ("New", "When"),  # function words tell nothing
    ],
)
def test_what_holds_the_questions_words_fits_better(better: str, worse: str) -> None:
    assert sum(hold(WANTED, better)) > sum(hold(WANTED, worse))


@pytest.mark.parametrize(
    "text", ["one company", "CAP_NET_RAW", "net of raw", "in May", "dying", "using"]
)
def test_words_are_told_as_the_inverted_index_tells_them(text: str) -> None:
    assert hold(OTHERS, text)[0] > 0


def test_halves_of_a_contraction_tell_nothing() -> None:
    assert hold(OTHERS, "They don't.") == (0, 0)


def test_each_share_is_one_where_all_is_there_and_none_where_nothing_is() -> None:
    assert hold(WANTED, "The new harbour master, appointed in May") == (1, 1)
    nothing = weigh_words("?", {}, 0)
    assert hold(WANTED, "Figs grow.") == hold(nothing, "Figs grow.") == hold(WANTED, "") == (0, 0)


def test_half_of_the_words_count_for_less_than_half_of_what_all_of_them_do() -> None:
    """What asks in other words shares some with the wrong place."""
    half, whole = fit(WANTED, "The harbour.", 0), fit(WANTED, "new harbour master appointed", 0)
    assert 0 < half < hold(WANTED, "The harbour.")[0] * whole


def test_a_long_cell_of_nothing_but_the_questions_words_takes_no_time() -> None:
    """Each word is looked at twice, however many stand close together."""
    begun = time.perf_counter()
    hold(WANTED, 20_000 * "harbour master ")
    assert time.perf_counter() - begun < 2


@pytest.fixture
def town(folder: Path, tmp_path: Path) -> Iterator[Assistant]:
    for n in range(60):
        (folder / f"{n:02}.txt").write_text(
            f"Boat {n} came into the harbour in May and left it in June, its master on board."
        )
    (folder / "office.txt").write_text("Ada Lund was made harbour master of Plzeň in 1871.")
    with Assistant.from_corpus(folder, index=tmp_path / "index") as made:
        yield made


def test_the_passage_is_first_among_many_with_the_same_words(town: Assistant) -> None:
    hits = town.retrieve("Who was the harbour master of Plzen?")
    assert hits[0].chunk.doc_id == "office.txt"
    assert len(hits) == len({h.chunk.chunk_id for h in hits})  # found by both sides, and once


def test_only_the_documents_named_are_searched(town: Assistant) -> None:
    found = town.ask("Who was the harbour master of Plzen?", documents=["0*.txt"])
    assert not found.found and {q.doc_id[0] for q in found.closest} == {"0"}


def test_what_is_far_behind_the_best_is_not_read(town: Assistant) -> None:
    near = town.read("Which boat sank in the harbour in May?")  # any of sixty
    far = town.read("Which wedding did Ada Lund of Plzeň attend?")
    for made in (near, far):
        assert made.confidence < SURE
        first = made.hits[0].score
        assert all(h.score >= first - FAR_BEHIND for h in made.hits[FIRST:])
    assert len(near.hits) == town.config.passages
    assert len(far.hits) == FIRST and len(far.unread) > town.config.passages


def test_on_the_article_the_first_passage_is_mostly_the_right_one(assistant: Assistant) -> None:
    """.72 of these by the fused ranks alone."""
    asked = [r for r in read_rows(QUESTIONS) if r["answers"] and "history" not in r][::3]
    first = [fold(assistant.retrieve(r["question"])[0].chunk.text) for r in asked]
    right = [
        any(fold(s) in text for s in r["support"]) for r, text in zip(asked, first, strict=True)
    ]
    assert sum(right) >= 0.78 * len(asked)
