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
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from kit import (
    HELD_OUT,
    Case,
    Row,
    cases_of,
    compare_auc,
    compare_means,
    draw,
    make_parser,
    open_assistant,
    pair_rows,
    read_squad,
    to_percent,
    track,
    write_rows,
)

from assistant.evaluate.measures import (
    BestThreshold,
    auroc,
    best_threshold_f1,
    bootstrap_interval,
    exact_match,
    mean,
    percentile,
    token_f1,
)
from assistant.question.disfluency import repair
from assistant.reading.read import FOLDER, Reader
from assistant.records import Chunk, Hit

# ── asking ──────────────────────────────────────────────────────────────────────────────────────


def judge(case: Case, text: str, score: float, begun: float) -> Row:
    """One question with what was said to it; `begun`: when it was asked, by perf_counter."""
    return {
        "id": case.case_id,
        "question": case.question,
        "golds": case.golds,
        "answerable": bool(case.golds),
        "text": text,
        "score": score,
        "f1": token_f1(text, case.golds) if case.golds else 0.0,
        "em": exact_match(text, case.golds) if case.golds else 0.0,
        "ms": (time.perf_counter() - begun) * 1000,
    }


def read_given(reader: Reader, cases: Sequence[Case], description: str = "Reading") -> list[Row]:
    rows = []
    for case in track(cases, description):
        begun = time.perf_counter()
        chunk = Chunk("paragraph", "", 0, len(case.context), case.context)
        best = reader.read(case.question, [Hit(chunk, 1.0)])[0]
        rows.append(judge(case, best.text, best.margin, begun))
    return rows


def ask_given(a: argparse.Namespace) -> list[Row]:
    return read_given(Reader(a.reader), draw(cases_of(read_squad(a.data / HELD_OUT)), a.limit))


def ask_open(a: argparse.Namespace) -> list[Row]:
    """What `ask` says is scored, its confidence is the score.  An unanswerable question of SQuAD
    was written against one paragraph: now and then another paragraph does answer it, so a perfect
    reader would not reach 100."""
    articles = read_squad(a.data / HELD_OUT)
    rows = []
    # threshold 0: every question gets its best span, and where to fall silent is ours to choose
    with open_assistant(articles, threshold=0) as assistant:
        for case in track(draw(cases_of(articles), a.limit), "Asking"):
            begun = time.perf_counter()
            answer = assistant.ask(case.question)
            context = " ".join(case.context.split())
            there = {"right_paragraph": any(q.text[:60] in context for q in answer.quotes)}
            rows.append(judge(case, answer.text, answer.confidence, begun) | there)
    return rows


def ask_disfluent(a: argparse.Namespace) -> list[Row]:
    """Each question three times: as written, as spoken, and that as `ask` repairs it."""
    pairs = json.loads((a.data / "disfl_qa" / "dev.json").read_text(encoding="utf-8"))
    cases = {case.case_id: case for case in cases_of(read_squad(a.data / HELD_OUT))}
    fluent = draw([cases[name] for name in pairs if name in cases], a.limit)
    spoken = [replace(case, question=pairs[case.case_id]["disfluent"]) for case in fluent]
    mended = [replace(case, question=repair(case.question)) for case in spoken]
    reader = Reader(a.reader)
    return [
        row | {"form": form, "id": f"{form}/{row['id']}"}
        for form, asked in (("fluent", fluent), ("disfluent", spoken), ("repaired", mended))
        for row in read_given(reader, asked, form.capitalize())
    ]


def ask_premises(a: argparse.Namespace) -> list[Row]:
    with (a.data / "falseqa" / "valid.csv").open(encoding="utf-8", newline="") as file:
        asked = draw([(row["question"], row["label"]) for row in csv.DictReader(file)], a.limit)
    rows = []
    with open_assistant(read_squad(a.data / HELD_OUT)) as assistant:
        for question, label in track(asked, "Asking"):
            answer = assistant.ask(question)
            form = "false premise" if label == "1" else "sound"
            rows.append({"id": question, "form": form} | asdict(answer))
    return rows


# ── figures ─────────────────────────────────────────────────────────────────────────────────────


def summarise(rows: Sequence[Row], threshold: float | None = None) -> Row:
    """F1 at the best single threshold (SQuAD 2.0's own figure), AUC, and where answerable."""
    answerable = [row["answerable"] for row in rows]
    best = best_f1(rows)
    at = best.threshold if threshold is None else threshold
    has_answer = [row for row in rows if row["answerable"]]
    return {
        "n": len(rows),
        "unanswerable": answerable.count(False),
        "best_f1": round(100 * best.value, 1),
        "threshold": round(at, 2),
        "f1_at_threshold": to_percent(bootstrap_interval(each_f1(rows, at))),
        "always_silent": round(100 * answerable.count(False) / len(rows), 1),
        "auc": round(auroc([row["score"] for row in rows], answerable), 3),
        "has_answer_f1": round(100 * mean([row["f1"] for row in has_answer]), 1),
        "has_answer_em": round(100 * mean([row["em"] for row in has_answer]), 1),
        "p50_ms": round(percentile([row["ms"] for row in rows], 50), 1),
    }


def best_f1(rows: Sequence[Row]) -> BestThreshold:
    columns = ([row[name] for row in rows] for name in ("score", "f1", "answerable"))
    return best_threshold_f1(*columns)


def each_f1(rows: Iterable[Row], threshold: float) -> list[float]:
    """F1 of each question where one is silent below a threshold."""
    return [
        (row["f1"] if row["score"] >= threshold else 0.0)
        if row["answerable"]
        else float(row["score"] < threshold)
        for row in rows
    ]


def summarise_disfluent(rows: Sequence[Row]) -> Row:
    """All at the threshold that is best for the fluent ones; `changed`: how many `ask` repairs."""
    forms = group_by_form(rows)
    best = best_f1(forms["fluent"]).threshold
    changed = {
        form: sum(row["question"] != repair(row["question"]) for row in forms[form])
        for form in ("fluent", "disfluent")
    }
    return {form: summarise(some, best) for form, some in forms.items()} | {"changed": changed}


def summarise_premises(rows: Sequence[Row]) -> Row:
    return {
        form: {"n": len(some), "silent": to_percent(bootstrap_interval(silent_of(some)))}
        for form, some in group_by_form(rows).items()
    }


def silent_of(rows: Iterable[Row]) -> list[float]:
    return [float(row["status"] != "answered") for row in rows]


def group_by_form(rows: Iterable[Row]) -> dict[str, list[Row]]:
    forms: dict[str, list[Row]] = {}
    for row in rows:
        forms.setdefault(row.get("form", ""), []).append(row)
    return forms


def compare(here: Sequence[Row], there: Sequence[Row]) -> Row:
    """Of answers F1, each side at its own best threshold, and AUC; of premises silence."""
    if "status" in here[0]:
        gain = compare_means("silent", silent_of(here), silent_of(there))
    else:
        first, second = (each_f1(rows, best_f1(rows).threshold) for rows in (here, there))
        gain = compare_means("f1", first, second) | compare_auc(here, there)
    return {"pairs": len(here)} | gain


SETTINGS = {
    "given": (ask_given, summarise),
    "open": (ask_open, summarise),
    "disfluent": (ask_disfluent, summarise_disfluent),
    "premises": (ask_premises, summarise_premises),
}


def main() -> None:
    p = make_parser(__doc__, "data", "limit", "rows", "against")
    p.add_argument("setting", choices=list(SETTINGS))
    p.add_argument(
        "--reader", type=Path, default=FOLDER, help="another one, for `given` and `disfluent`"
    )
    a = p.parse_args()
    ask, summarise_setting = SETTINGS[a.setting]
    rows = ask(a)
    write_rows(a.rows, rows)
    figures = summarise_setting(rows)
    figures["mb"] = round(sum(path.stat().st_size for path in a.reader.iterdir()) / 1e6, 1)
    if a.against:
        gains = {
            form: compare(*pair_rows(some, a.against)) for form, some in group_by_form(rows).items()
        }
        figures |= gains.get("", {"against": gains})
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
