"""Fit the confidence of an answer: `python training/calibrate.py --data DIR`.

Asks every question of the three SQuAD 2.0 articles that training left out (`data.HELD_OUT`) of a
corpus of those articles, through the product's own retrieval and reader, and fits a logistic model
of "this candidate is right" on `assistant.reading.confidence.FEATURES`.  Neither the benchmarks nor
the default corpus's questions are looked at.  The risk-coverage curve is of cross-validated
predictions, each question's article unseen by the model that predicts it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import numpy as np
from data import HELD_OUT
from rich.progress import track
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from assistant import Assistant
from assistant.evaluate.measures import (
    aurc,
    auroc,
    expected_calibration_error,
    risk_coverage,
    token_f1,
)
from assistant.reading.confidence import FEATURES
from assistant.reading.read import FOLDER

POINTS = 200  # of the stored curve


def collect(articles: list[dict]) -> dict[str, np.ndarray]:
    """A row for every candidate answer: its features, whether it is right, the number of its
    article, its question and whether that one is answerable."""
    rows, right, group, asked, answerable = [], [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for article in articles:
            body = "\n\n".join(" ".join(p["context"].split()) for p in article["paragraphs"])
            Path(corpus, article["title"] + ".txt").write_text(body, encoding="utf-8")
        with Assistant.from_corpus(corpus, index=Path(folder, "index")) as assistant:
            for number, article in enumerate(articles):
                questions = [qa for p in article["paragraphs"] for qa in p["qas"]]
                for qa in track(questions, description=article["title"]):
                    golds = [a["text"] for a in qa["answers"]]
                    for candidate in assistant.read(qa["question"].strip()).candidates:
                        rows.append(candidate.features)
                        right.append(bool(golds) and token_f1(candidate.span.text, golds) >= 0.5)
                        group.append(number)
                        asked.append(qa["id"])
                        answerable.append(bool(golds))
    return {
        "rows": np.array(rows),
        "right": np.array(right),
        "group": np.array(group),
        "asked": np.array(asked),
        "answerable": np.array(answerable),
    }


def chosen(guessed: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Of each question the candidate that would be given: the one most likely right."""
    order = np.lexsort((-guessed, asked))
    return order[np.unique(asked[order], return_index=True)[1]]


def balanced(guessed: np.ndarray, right: np.ndarray, answerable: np.ndarray) -> float:
    """The threshold at which the share of answerable questions answered rightly and the share of
    unanswerable ones left unanswered have the largest sum."""
    gains = [
        right[guessed >= t].sum() / answerable.sum() + (guessed[~answerable] < t).mean()
        for t in guessed
    ]
    return guessed[int(np.argmax(gains))]


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--data", type=Path, required=True, help="folder of the training sets")
    p.add_argument("--out", type=Path, default=FOLDER / "confidence.json")
    p.add_argument("--features", type=Path, help="keep the features here, or read them again")
    a = p.parse_args()

    if a.features and a.features.exists():
        kept = dict(np.load(a.features))
    else:
        whole = json.loads((a.data / "squad2-dev-train21.json").read_text(encoding="utf-8"))
        kept = collect([x for x in whole["data"] if x["title"] in HELD_OUT])
        if a.features:
            np.savez(a.features, **kept)
    rows, right, group = kept["rows"], kept["right"], kept["group"]

    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0))
    guessed = cross_val_predict(
        model, rows, right, groups=group, cv=LeaveOneGroupOut(), method="predict_proba"
    )[:, 1]
    model.fit(rows, right)
    scaler, logistic = model[0], model[1]
    weights = logistic.coef_[0] / scaler.scale_
    bias = float(logistic.intercept_[0] - (weights * scaler.mean_).sum())

    margin = FEATURES.index("margin")
    first = chosen(rows[:, margin], kept["asked"])  # what the reader alone would say
    by_margin = auroc(rows[first, margin], right[first]), float(right[first].mean())
    best = chosen(guessed, kept["asked"])
    guessed, right, answerable = guessed[best], right[best], kept["answerable"][best]

    order = np.sort(guessed)[::-1]
    coverages, risks = risk_coverage(guessed, right)
    picks = np.unique(np.linspace(0, len(order) - 1, POINTS).astype(int))
    curve = [[round(float(x), 4) for x in (order[i], coverages[i], risks[i])] for i in picks]
    measured = {
        "questions": len(right),
        "right": int(right.sum()),
        "auroc": round(auroc(guessed, right), 3),
        "aurc": round(aurc(guessed, right), 3),
        "ece": round(expected_calibration_error(guessed, right), 3),
        "auroc_by_margin_alone": round(by_margin[0], 3),
        "right_by_margin_alone": round(by_margin[1] * len(right)),
        "balanced_threshold": round(float(balanced(guessed, right, answerable)), 2),
    }
    reader = hashlib.sha256((FOLDER / "reader.onnx.gz").read_bytes()).hexdigest()
    a.out.write_text(
        json.dumps(
            {
                "features": FEATURES,
                "weights": [round(float(w), 5) for w in weights],
                "bias": round(bias, 5),
                "reader": reader,
                "measured": measured,
                "curve": curve,
            }
        )
        + "\n"
    )
    print(json.dumps(measured))
    for name, weight, spread in zip(FEATURES, weights, scaler.scale_, strict=True):
        print(f"{name:20} {weight:8.3f}   {weight * spread:8.3f} a standard deviation")


if __name__ == "__main__":
    main()
