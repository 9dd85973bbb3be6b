"""Results -> figures with intervals.  Pure: no files, no assistant."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.evaluate.measures import (
    FloatArray,
    Interval,
    Statistic,
    abstention_precision_recall,
    aurc,
    auroc,
    balanced_threshold,
    bootstrap_interval,
    expected_calibration_error,
    mean,
    percentile,
    speaker_precision_recall,
)
from assistant.evaluate.questions import Case
from assistant.evaluate.run import Results, Row, SpeechRow
from assistant.language.fold import fold

FOLDS = 5
CONFIDENCE, ANSWERED, ANSWERABLE, CORRECT, COULD = range(5)  # columns of `table`

# Measures that are a mean over the questions that they apply to, in the order they are shown.
MEANS = {
    "right": ("Right", "of the answerable"),
    "silent": ("Silent", "of those that must not be answered"),
    "exact": ("Quotes exact", "questions without a fault"),
    "hit@1": ("Retrieval hit@1", "first passage holds the support"),
    "hit@5": ("Retrieval hit@5", "one of the first five does"),
    "mrr": ("Retrieval MRR", "mean reciprocal rank"),
    "ndcg": ("Retrieval nDCG@10", "all passages that hold it, early"),
    "em": ("Exact match", "of the answerable, silence counts 0"),
    "f1": ("Token F1", "of the answerable, silence counts 0"),
    "support_precision": ("Support precision", "characters quoted that are support"),
    "support_recall": ("Support recall", "characters of support that are quoted"),
    "closest": ("Closest helps", "silent, and a closest passage holds the support"),
    "items": ("List items F1", "of the lists, silence counts 0"),
    "both": ("Both passages quoted", "of those that need two"),
    "follow_up": ("Follow-ups", "right, where the stand-alone form is"),
    "steady": ("Subject changed", "same answer as without the talk before"),
    "contradiction": ("Contradiction shown", "silent, and first of the closest"),
}
SETS: dict[str, tuple[str, str, Statistic]] = {}  # filled below, beside their formulas


@dataclass(frozen=True)
class Figure:
    """One measure: its value and 95 % interval over `n` questions; nan when nothing applies."""

    name: str
    label: str
    note: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Kind:
    """One kind of question: how many, how many as they should be, answered wrongly, and silent
    without need; `share` is the first of the three, with its interval."""

    name: str
    n: int
    correct: int
    wrong: int
    missed: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Latency:
    """Milliseconds on this machine; `ratio` is of the medians, whole answer to retrieval."""

    ask_p50: float
    ask_p95: float
    retrieve_p50: float
    retrieve_p95: float
    ratio: float


@dataclass(frozen=True)
class Summary:
    """All that is shown of a run.  `causes` counts what went wrong with those not right."""

    figures: tuple[Figure, ...]
    cross_validated: tuple[Figure, ...]
    thresholds: tuple[float, ...]
    groups: int
    kinds: tuple[Kind, ...]
    causes: dict[str, int]
    latency: Latency


def summarise(results: Results) -> Summary:
    """Every figure of a run."""
    rows = results.rows
    thresholds, cross = cross_validated(rows)
    wrong = [row.cause for row in rows if not row.right]
    return Summary(
        figures=(*means(rows), *sets(rows), *speakers(results.speeches)),
        cross_validated=cross,
        thresholds=thresholds,
        groups=len(set(groups([row.case for row in rows]))),
        kinds=tuple(kinds(rows)),
        causes={cause: wrong.count(cause) for cause in sorted(set(wrong), key=wrong.count)[::-1]},
        latency=latency(rows),
    )


def means(rows: Sequence[Row]) -> Iterable[Figure]:
    for name, (label, note) in MEANS.items():
        values = [row.scores[name] for row in rows if name in row.scores]
        yield figure(name, label, note, values)


def figure(
    name: str, label: str, note: str, values: Sequence[float] | FloatArray, of: Statistic = mean
) -> Figure:
    interval: Interval = bootstrap_interval(values, of)
    return Figure(name, label, note, *interval, n=len(values))


# ── figures of the whole set ────────────────────────────────────────────────────────────────────


def tabulate(rows: Sequence[Row]) -> FloatArray:
    """(questions, 5): confidence, answered, answerable, correct, right if answered."""
    return np.array(
        [
            (
                row.answer.confidence,
                row.answer.found,
                row.case.answerable,
                row.right,
                row.right_if_answered,
            )
            for row in rows
        ],
        dtype=np.float64,
    ).reshape(-1, 5)


def compute_coverage(t: FloatArray) -> float:
    return mean(t[:, ANSWERED])


def risk(t: FloatArray) -> float:
    """Share of the answers given that are wrong, those that should not be given included."""
    return mean(1 - t[t[:, ANSWERED] == 1, CORRECT])


def abstention_precision(t: FloatArray) -> float:
    return abstention_precision_recall(1 - t[:, ANSWERED], 1 - t[:, ANSWERABLE]).precision


def auroc_answerable(t: FloatArray) -> float:
    return auroc(t[:, CONFIDENCE], t[:, ANSWERABLE])


def auroc_right(t: FloatArray) -> float:
    return auroc(t[:, CONFIDENCE], t[:, COULD])


def area(t: FloatArray) -> float:
    return aurc(t[:, CONFIDENCE], t[:, COULD])


def calibration(t: FloatArray) -> float:
    return expected_calibration_error(t[:, CONFIDENCE], t[:, COULD])


SETS |= {
    "coverage": ("Coverage", "questions answered, of all", compute_coverage),
    "risk": ("Answered wrongly", "of the answers given; lower is better", risk),
    "abstention_precision": (
        "Abstention precision",
        "of the silences, right ones",
        abstention_precision,
    ),
    "auroc_answerable": ("AUROC answerable", "confidence tells if there is one", auroc_answerable),
    "auroc_right": ("AUROC right", "confidence tells right from wrong", auroc_right),
    "aurc": ("AURC", "area under risk and coverage; lower is better", area),
    "ece": ("Calibration error", "expected, ten bins; lower is better", calibration),
}


def sets(rows: Sequence[Row]) -> Iterable[Figure]:
    values = tabulate(rows)
    answered = int(values[:, ANSWERED].sum())
    counted = {"risk": answered, "abstention_precision": len(rows) - answered}
    for name, (label, note, statistic) in SETS.items():
        made = figure(name, label, note, values, statistic)
        yield replace(made, n=counted.get(name, len(rows)))


def speakers(rows: Sequence[SpeechRow]) -> Iterable[Figure]:
    """Precision of the names given, and recall of the passages in which somebody speaks."""
    if not rows:
        return
    said = [{fold(row.said)} if row.said else set() for row in rows]
    accepted = [{fold(name) for name in row.speech.accept} for row in rows]

    def pick(which: int) -> Statistic:
        def statistic(index: FloatArray) -> float:
            drawn = index.astype(int)
            return speaker_precision_recall([said[i] for i in drawn], [accepted[i] for i in drawn])[
                which
            ]

        return statistic

    everyone = np.arange(len(rows), dtype=np.float64)
    yield figure("speaker_precision", "Speaker precision", "of the names given", everyone, pick(0))
    yield figure(
        "speaker_recall", "Speaker recall", "of the passages with a speaker", everyone, pick(1)
    )


# ── by kind, latency ────────────────────────────────────────────────────────────────────────────


def kinds(rows: Sequence[Row]) -> Iterable[Kind]:
    """The answerable kinds first, each group in the order of the file."""
    for name in dict.fromkeys(row.case.kind for row in sorted(rows, key=unanswerable)):
        own = [row for row in rows if row.case.kind == name]
        share, low, high = bootstrap_interval([row.right for row in own])
        wrong = sum(row.answer.found and not row.right for row in own)
        correct = sum(row.right for row in own)
        yield Kind(name, len(own), correct, wrong, len(own) - correct - wrong, share, low, high)


def unanswerable(row: Row) -> bool:
    return not row.case.answerable


def latency(rows: Sequence[Row]) -> Latency:
    ask, retrieve = [row.ask_ms for row in rows], [row.retrieve_ms for row in rows]
    a50, r50 = percentile(ask, 50), percentile(retrieve, 50)
    ratio = a50 / r50 if r50 else math.nan
    return Latency(a50, percentile(ask, 95), r50, percentile(retrieve, 95), ratio)


# ── the threshold, cross-validated ──────────────────────────────────────────────────────────────


def cross_validated(rows: Sequence[Row]) -> tuple[tuple[float, ...], tuple[Figure, ...]]:
    """What a threshold chosen on other questions gives: the thresholds, and right and silent.

    The threshold of each fold is the balanced one of the other four.  Questions about one passage
    are in one fold, so that none is judged by a threshold that its twin helped to choose.
    """
    values = tabulate(rows)
    confidence, could, answerable = (values[:, c] for c in (CONFIDENCE, COULD, ANSWERABLE))
    fold_of = np.array(
        [
            int(hashlib.sha256(group.encode()).hexdigest(), 16) % FOLDS
            for group in groups([row.case for row in rows])
        ]
    )
    answered = np.zeros(len(rows), dtype=bool)
    thresholds = []
    for held_out in range(FOLDS):
        here = fold_of == held_out
        threshold = balanced_threshold(confidence[~here], could[~here], answerable[~here])
        thresholds.append(threshold)
        answered[here] = confidence[here] >= threshold
    right = (answered & (could == 1))[answerable == 1]
    silent = ~answered[answerable == 0]
    return tuple(thresholds), (
        figure("right", "Right", "of the answerable, threshold cross-validated", right),
        figure("silent", "Silent", "of the unanswerable, threshold cross-validated", silent),
    )


def groups(cases: Sequence[Case]) -> list[str]:
    """The group of each case, named by one of its ids: cases whose supports or contradictions
    share a place, or that are one question asked alone and in a talk."""
    leader = {case.id: case.id for case in cases}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    for case in cases:
        tied = {f"place {p}" for p in (*case.places, *case.contradiction)}
        tied |= {f"question {fold(q)}" for q in (case.question, case.standalone) if q}
        for tie in sorted(tied) if case.answerable or case.contradiction or case.standalone else ():
            leader[find(tie)] = find(case.id)
    return [find(case.id) for case in cases]
