"""The reader on public questions: `python eval/bench_reader.py SETTING --data DIR`.

given       SQuAD 2.0, the question's own paragraph handed to the reader (the classic setting)
open        the same questions over all paragraphs as one corpus, through `Assistant.ask`
disfluent   Disfl-QA beside its fluent twins, paragraph given
premises    FalseQA, false premises beside sound ones, asked of the same corpus as `open`: it comes
            without passages, so neither kind should be answered

DIR holds `squad2-dev-heldout14.json` (14 of the 35 articles of SQuAD 2.0's dev set; the whole
dev-v2.0.json from https://rajpurkar.github.io/SQuAD-explorer/ works the same),
`disfl_qa/dev.json` (https://github.com/google-research-datasets/Disfl-QA) and `falseqa/valid.csv`
(https://github.com/thunlp/FalseQA).  Nothing in the product is tuned on them.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from rich.progress import track

from assistant import Assistant
from assistant.evaluate.measures import (
    auroc,
    best_threshold_f1,
    bootstrap_interval,
    exact_match,
    paired_bootstrap_difference,
    paired_permutation_test,
    percentile,
    token_f1,
)
from assistant.question.disfluency import repaired
from assistant.reading.read import FOLDER, Reader
from assistant.records import Chunk, Hit

T = TypeVar("T")


@dataclass(frozen=True)
class Case:
    """One question.  `golds` is empty when its paragraph does not answer it."""

    case_id: str
    question: str
    golds: tuple[str, ...]
    context: str
    article: str


def squad(path: Path) -> list[Case]:
    return [
        Case(
            qa["id"],
            qa["question"].strip(),
            () if qa["is_impossible"] else tuple(a["text"] for a in qa["answers"]),
            paragraph["context"],
            article["title"],
        )
        for article in json.loads(path.read_text(encoding="utf-8"))["data"]
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
    ]


def hit(text: str) -> Hit:
    return Hit(Chunk("paragraph", "", 0, len(text), text), 1.0, 1, None, None)


def given(reader: Reader, cases: list[Case], silent: str = "Reading") -> list[dict[str, Any]]:
    rows = []
    for case in track(cases, description=silent):
        begun = time.perf_counter()
        best = reader.read(case.question, [hit(case.context)])[0]
        rows.append(
            {
                "id": case.case_id,
                "question": case.question,
                "golds": case.golds,
                "answerable": bool(case.golds),
                "text": best.text,
                "score": best.margin,
                "f1": token_f1(best.text, case.golds) if case.golds else 0.0,
                "em": exact_match(best.text, case.golds) if case.golds else 0.0,
                "ms": (time.perf_counter() - begun) * 1000,
            }
        )
    return rows


def summary(rows: list[dict[str, Any]], threshold: float | None = None) -> dict[str, Any]:
    """F1 at the best single threshold (SQuAD 2.0's own figure), AUC, and where answerable."""
    scores = [r["score"] for r in rows]
    answerable = [r["answerable"] for r in rows]
    best = best_threshold_f1(scores, [r["f1"] for r in rows], answerable)
    at = best.threshold if threshold is None else threshold
    interval = bootstrap_interval(each_f1(rows, at))
    return {
        "n": len(rows),
        "unanswerable": answerable.count(False),
        "best_f1": round(100 * best.value, 1),
        "threshold": round(float(at), 2),
        "f1_at_threshold": [round(100 * v, 1) for v in interval],
        "always_silent": round(100 * answerable.count(False) / len(rows), 1),
        "auc": round(auroc(scores, answerable), 3),
        "has_answer_f1": round(100 * float(np.mean([r["f1"] for r in rows if r["answerable"]])), 1),
        "has_answer_em": round(100 * float(np.mean([r["em"] for r in rows if r["answerable"]])), 1),
        "p50_ms": round(percentile([r["ms"] for r in rows], 50), 1),
    }


def each_f1(rows: list[dict[str, Any]], threshold: float) -> list[float]:
    """F1 of each question where one is silent below a threshold."""
    return [
        (r["f1"] if r["score"] >= threshold else 0.0)
        if r["answerable"]
        else float(r["score"] < threshold)
        for r in rows
    ]


def compared(rows: list[dict[str, Any]], others: Path) -> dict[str, Any]:
    """By how much F1 is above that of other rows, by pairs, each at its own best threshold."""
    kept = {r["id"]: r for r in map(json.loads, others.read_text(encoding="utf-8").splitlines())}
    both = [rows, [kept[r["id"]] for r in rows]]
    here, there = (each_f1(some, summary(some)["threshold"]) for some in both)
    gain = paired_bootstrap_difference(here, there)
    return {
        "f1_above_others": [round(100 * v, 1) for v in gain],
        "p": round(paired_permutation_test(here, there), 4),
    }


def run_given(a: argparse.Namespace) -> dict[str, Any]:
    rows = given(Reader(a.reader), sample(squad(a.data / "squad2-dev-heldout14.json"), a.limit))
    write(a.rows, rows)
    size = sum(p.stat().st_size for p in a.reader.iterdir()) / 1e6
    found = summary(rows) | {"mb": round(size, 1)}
    return found | (compared(rows, a.against) if a.against else {})


def run_disfluent(a: argparse.Namespace) -> dict[str, Any]:
    pairs = json.loads((a.data / "disfl_qa" / "dev.json").read_text(encoding="utf-8"))
    cases = {c.case_id: c for c in squad(a.data / "squad2-dev-heldout14.json")}
    fluent = sample([cases[i] for i in pairs if i in cases], a.limit)
    spoken = [
        Case(c.case_id, pairs[c.case_id]["disfluent"], c.golds, c.context, c.article)
        for c in fluent
    ]
    mended = [replace(c, question=repaired(c.question)) for c in spoken]
    reader = Reader(a.reader)
    first = summary(given(reader, fluent, "Fluent"))
    return {
        "fluent": first,
        "disfluent": summary(given(reader, spoken, "Disfluent"), first["threshold"]),
        "repaired, as `ask` does": summary(given(reader, mended, "Repaired"), first["threshold"]),
        "changed": {
            "fluent": sum(c.question != repaired(c.question) for c in fluent),
            "disfluent": sum(c != m for c, m in zip(spoken, mended, strict=True)),
        },
    }


@contextmanager
def over(cases: list[Case], **settings: Any) -> Iterator[Assistant]:
    """An assistant over the paragraphs of all cases, each article one document."""
    articles: dict[str, dict[str, None]] = {}
    for case in cases:
        articles.setdefault(case.article, {})[" ".join(case.context.split())] = None
    with tempfile.TemporaryDirectory() as folder:
        for name, paragraphs in articles.items():
            path = Path(folder, "corpus", name.replace("/", "_") + ".txt")
            path.parent.mkdir(exist_ok=True)
            path.write_text("\n\n".join(paragraphs), encoding="utf-8")
        with Assistant.from_corpus(
            Path(folder, "corpus"), index=Path(folder, "index"), **settings
        ) as assistant:
            yield assistant


def run_open(a: argparse.Namespace) -> dict[str, Any]:
    """What `ask` says is scored, its confidence is the score.  An unanswerable question of SQuAD
    was written against one paragraph: now and then another paragraph does answer it, so a perfect
    reader would not reach 100."""
    cases = squad(a.data / "squad2-dev-heldout14.json")
    rows = []
    # threshold 0: every question gets its best span, and where to fall silent is ours to choose
    with over(cases, threshold=0) as assistant:
        for case in track(sample(cases, a.limit), description="Asking"):
            begun = time.perf_counter()
            answer = assistant.ask(case.question)
            rows.append(
                {
                    "id": case.case_id,
                    "question": case.question,
                    "golds": case.golds,
                    "answerable": bool(case.golds),
                    "text": answer.text,
                    "score": answer.confidence,
                    "f1": token_f1(answer.text, case.golds) if case.golds else 0.0,
                    "em": exact_match(answer.text, case.golds) if case.golds else 0.0,
                    "ms": (time.perf_counter() - begun) * 1000,
                    "right_paragraph": any(
                        q.text[:60] in " ".join(case.context.split()) for q in answer.quotes
                    ),
                }
            )
    write(a.rows, rows)
    return summary(rows)


def run_premises(a: argparse.Namespace) -> dict[str, Any]:
    with (a.data / "falseqa" / "valid.csv").open(encoding="utf-8", newline="") as file:
        asked = sample([(r["question"], r["label"]) for r in csv.DictReader(file)], a.limit)
    rows = []
    with over(squad(a.data / "squad2-dev-heldout14.json")) as assistant:
        for question, label in track(asked, description="Asking"):
            answer = assistant.ask(question)
            rows.append({"question": question, "false": label == "1", **asdict(answer)})
    write(a.rows, rows)
    return {
        kind: {
            "n": len(silent),
            "silent": [round(100 * v, 1) for v in bootstrap_interval(silent)],
        }
        for kind, wanted in (("false premise", True), ("sound", False))
        for silent in [[float(r["status"] != "answered") for r in rows if r["false"] == wanted]]
    }


def sample(cases: list[T], limit: int) -> list[T]:
    return random.Random(0).sample(cases, limit) if 0 < limit < len(cases) else cases


def write(path: Path | None, rows: list[dict[str, Any]]) -> None:
    if path is not None:
        path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows))


SETTINGS = {
    "given": run_given,
    "open": run_open,
    "disfluent": run_disfluent,
    "premises": run_premises,
}


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("setting", choices=list(SETTINGS))
    p.add_argument("--data", type=Path, required=True, help="folder of the benchmark files")
    p.add_argument("--reader", type=Path, default=FOLDER, help="another reader to measure")
    p.add_argument("--limit", type=int, default=0, help="a random sample of this many questions")
    p.add_argument("--rows", type=Path, help="write what was said to each question, as JSON lines")
    p.add_argument("--against", type=Path, help="compare `given` by pairs with such a file")
    a = p.parse_args()
    print(json.dumps(SETTINGS[a.setting](a), indent=2))


if __name__ == "__main__":
    main()
