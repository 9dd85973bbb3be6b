"""Fit the confidence of an answer: `python training/calibrate.py --data DIR`.

Asks, through the product's own retrieval and reader, the questions of the three SQuAD 2.0 articles
that training left out (`data.HELD_OUT`), of a corpus of those articles, and those of `eval/genres`,
of its ten documents of other kinds.  Fits a logistic model of "this candidate is right" on its
margin and its lead over the next different answer, each kind of text weighing the same.  Neither
the benchmarks nor the default corpus's questions are looked at.  All that is measured here is of
cross-validated predictions, each question's article or document unseen by the model that predicts
it: the calibration error on each kind, and the two thresholds.

answer   where the share of answerable questions answered rightly and of the others left unanswered,
         averaged over the kinds, have the largest sum; but the one that users know stays as long as
         that is not beyond what so many questions can tell (`SLACK`)
perhaps  the least confidence from which on, up to `answer`, a third of the candidates are right
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from data import HELD_OUT
from rich.progress import track
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict

from assistant import Assistant
from assistant.config import Config
from assistant.documents.corpus import load_documents
from assistant.evaluate import questions
from assistant.evaluate.judge import NEAR_ENOUGH
from assistant.evaluate.measures import aurc, expected_calibration_error, token_f1
from assistant.language.fold import fold
from assistant.reading.confidence import lead_of
from assistant.reading.read import FOLDER
from assistant.records import Reading

GENRES = Path(__file__).parent.parent / "eval" / "genres"
SLACK = 0.03  # of that sum; about its standard error
PERHAPS = 1 / 3  # least share of right ones among what is said to be perhaps the answer


@dataclass(frozen=True)
class Row:
    """The best candidate of a question, and whether it is right."""

    kind: str
    group: str  # the article or document, which a fold leaves out whole
    margin: float
    lead: float  # over the best different candidate, at most `LEAD`
    right: bool
    answerable: bool


def ask_squad(folder: Path, each: int) -> Iterator[Row]:
    whole = json.loads((folder / "squad2-dev-train21.json").read_text(encoding="utf-8"))
    articles = [x for x in whole["data"] if x["title"] in HELD_OUT]
    with tempfile.TemporaryDirectory() as temporary:
        corpus = Path(temporary, "corpus")
        corpus.mkdir()
        for article in articles:
            body = "\n\n".join(" ".join(p["context"].split()) for p in article["paragraphs"])
            Path(corpus, article["title"] + ".txt").write_text(body, encoding="utf-8")
        with Assistant.from_corpus(corpus, index=Path(temporary, "index")) as assistant:
            for article in articles:
                asked = [qa for p in article["paragraphs"] for qa in p["qas"]][::each]
                for qa in track(asked, description=article["title"]):
                    golds = [a["text"] for a in qa["answers"]]
                    reading = assistant.read(qa["question"].strip())
                    yield from rows("squad", article["title"], reading, golds)


def ask_genres() -> Iterator[Row]:
    documents, _ = load_documents(GENRES / "docs")
    cases = questions.load_questions(GENRES / "questions.jsonl", documents)
    lines = (GENRES / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    group = {row["id"]: row["doc"] for row in map(json.loads, lines)}
    with (
        tempfile.TemporaryDirectory() as temporary,
        Assistant.from_corpus(GENRES / "docs", index=Path(temporary)) as assistant,
    ):
        for case in track(cases, description="Genres"):
            reading = assistant.read(case.standalone or case.question)
            yield from rows("genres", group[case.id], reading, case.answers)


def rows(kind: str, group: str, reading: Reading, golds: Sequence[str]) -> Iterator[Row]:
    """The candidate that would be given, unless a check strikes it."""
    if not reading.candidates:
        return
    best = max(reading.candidates, key=lambda c: (not c.struck, c.span.margin))
    right = bool(golds) and token_f1(fold(best.span.text), list(map(fold, golds))) >= NEAR_ENOUGH
    margin = best.span.margin
    lead = lead_of(best.span, [c.span for c in reading.candidates])
    yield Row(kind, group, margin, lead, right, bool(golds))


def balanced_threshold(confidence: np.ndarray, held: Sequence[Row]) -> float:
    """See `answer` above."""
    right, answerable = (np.array([getattr(r, n) for r in held]) for n in ("right", "answerable"))
    kinds = np.array([r.kind for r in held])

    def gain(t: float) -> float:
        return float(
            np.mean(
                [
                    (right & (confidence >= t))[kinds == k].sum() / answerable[kinds == k].sum()
                    + (confidence < t)[(kinds == k) & ~answerable].mean()
                    for k in np.unique(kinds)
                ]
            )
        )

    gains = {t: gain(t) for t in np.unique(confidence.round(3))}
    best = max(gains.values())
    known = Config().threshold
    if gain(known) >= best - SLACK:
        return known
    return float(max(t for t, value in gains.items() if value == best))


def perhaps_threshold(confidence: np.ndarray, right: np.ndarray, answer: float) -> float:
    """See `perhaps` above."""
    below = confidence < answer
    order = np.argsort(-confidence[below])
    share = np.cumsum(right[below][order]) / np.arange(1, below.sum() + 1)
    enough = np.flatnonzero(share >= PERHAPS)
    return float(confidence[below][order][enough[-1]]) if len(enough) else answer


def measured(confidence: np.ndarray, held: Sequence[Row], answer: float) -> dict[str, object]:
    right, answerable = (np.array([getattr(r, n) for r in held]) for n in ("right", "answerable"))
    spoken = confidence >= answer
    return {
        "questions": len(held),
        "right_if_never_silent": round(float(right[answerable].mean()), 3),
        "right": round(float((right & spoken)[answerable].mean()), 3),
        "silent": round(float((~spoken)[~answerable].mean()), 3),
        "auroc_right": round(float(roc_auc_score(right, confidence)), 3),
        "auroc_answerable": round(float(roc_auc_score(answerable, confidence)), 3),
        "aurc": round(float(aurc(confidence, right)), 3),
        "ece": round(float(expected_calibration_error(confidence, right)), 3),
    }


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--data", type=Path, required=True, help="folder of the training sets")
    p.add_argument("--out", type=Path, default=FOLDER / "confidence.json")
    p.add_argument("--rows", type=Path, help="keep what was read there, or take it from there")
    p.add_argument("--each", type=int, default=1, help="ask only each n-th SQuAD question")
    a = p.parse_args()

    if a.rows and a.rows.exists():
        held = [Row(**json.loads(line)) for line in a.rows.read_text().splitlines()]
    else:
        held = [*ask_squad(a.data, a.each), *ask_genres()]
    if a.rows:
        a.rows.write_text("".join(json.dumps(asdict(row)) + "\n" for row in held))
    kinds, groups, right = (
        np.array([getattr(r, n) for r in held]) for n in ("kind", "group", "right")
    )
    weights = np.array([1 / (kinds == k).sum() for k in kinds])
    model = LogisticRegression(C=1e6)

    def predicted(*names: str) -> np.ndarray:
        values = np.array([[getattr(r, n) for n in names] for r in held])
        return cross_val_predict(
            model,
            values,
            right,
            groups=groups,
            cv=LeaveOneGroupOut(),
            params={"sample_weight": weights},
            method="predict_proba",
        )[:, 1]

    confidence = predicted("margin", "lead")
    for names, values in (("margin", predicted("margin")), ("margin, lead", confidence)):
        print(
            f"{names:14} AUROC of right {roc_auc_score(right, values, sample_weight=weights):.3f}"
        )
    answer = balanced_threshold(confidence, held)
    perhaps = perhaps_threshold(confidence, right, answer)
    by_kind = {
        kind: measured(confidence[kinds == kind], [r for r in held if r.kind == kind], answer)
        for kind in ("squad", "genres")
    }
    model.fit(np.array([[r.margin, r.lead] for r in held]), right, sample_weight=weights)
    fit = {
        "reader": json.loads((FOLDER / "reader.json").read_text())["sha256"],
        "weight": round(float(model.coef_[0][0]), 5),
        "lead": round(float(model.coef_[0][1]), 5),
        "bias": round(float(model.intercept_[0]), 5),
        "answer": round(answer, 2),
        "perhaps": round(perhaps, 2),
        "measured": by_kind,
    }
    a.out.write_text(json.dumps(fit) + "\n")
    print(json.dumps(fit, indent=2))


if __name__ == "__main__":
    main()
