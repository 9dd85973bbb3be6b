"""Answers that two places make: `python eval/bench_bridges.py [--squad FILE --limit N]`.

`two_places.jsonl`, made up: thirty small corpora in three sets, each set in one folder.  Of each,
two questions are answered by two places together ("Where was the author of The Drowned Mill born?")
and two are not, though they look alike.  Sets a and b were looked at while the mechanism was made;
c was written by somebody else, who did not know it, when its first form stood.  What was changed
later (it was made stricter) was not changed for what c showed.

--squad   what it costs on text by others: how many of the unanswerable questions of a SQuAD 2.0
          file, asked of all its articles together, and of its answerable ones that are silent
          without it, it answers, and how many of these are right
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from kit import (
    ROOT,
    Row,
    cases_of,
    draw,
    make_parser,
    open_assistant,
    read_rows,
    read_squad,
    track,
    write_rows,
)

from assistant import answer
from assistant.evaluate.judge import NEAR_ENOUGH
from assistant.evaluate.measures import token_f1
from assistant.language.fold import fold

PAIRS = ROOT / "eval" / "two_places.jsonl"


def ask_pairs(rows: list[Row], part: str) -> Iterator[Row]:
    rows = [row for row in rows if row["set"] == part]
    with TemporaryDirectory() as folder:
        for row in rows:
            for name, text in row["files"].items():
                Path(folder, name).write_text(text, encoding="utf-8")
        with open_assistant(Path(folder)) as assistant:
            for question, gold in track([q for row in rows for q in row["questions"]], part):
                yield judge(assistant.ask(question), [gold] if gold else []) | {"set": part}


def judge(made: answer.Answer, golds: list[str]) -> Row:
    bridged = answer.BRIDGED in made.note
    right = bool(golds) and token_f1(fold(made.text), [fold(g) for g in golds]) >= NEAR_ENOUGH
    given = "silent" if not made.found else "right" if right else "wrong"
    return {"is": given, "bridged": bridged, "answerable": bool(golds), "said": made.text,
            "question": made.question, "sure": round(made.confidence, 2)}  # fmt: skip


def main() -> None:
    p = make_parser(__doc__, "limit", "rows")
    p.add_argument("--squad", type=Path, help="a SQuAD 2.0 file")
    a = p.parse_args()
    logging.disable(logging.WARNING)
    rows: list[Row] = []
    if a.squad:
        articles = read_squad(a.squad)
        with open_assistant(articles) as assistant:
            for case in track(draw(cases_of(articles), a.limit), "Asking"):
                rows.append(
                    judge(assistant.ask(case.question), list(case.golds)) | {"set": "squad"}
                )
    else:
        rows = [row for part in "abc" for row in ask_pairs(read_rows(PAIRS), part)]
    write_rows(a.rows, rows)
    for row in rows:
        if row["bridged"] or (
            not a.squad and row["is"] != ("right" if row["answerable"] else "silent")
        ):
            print(row)
    for part in sorted({row["set"] for row in rows}):
        for answerable in (True, False):
            of = [r for r in rows if r["set"] == part and r["answerable"] == answerable]
            for bridged in (False, True):
                counts = Counter(r["is"] for r in of if r["bridged"] == bridged)
                kind = "answerable" if answerable else "not answerable"
                print(part, kind, len(of), "two places" if bridged else "one place", dict(counts))


if __name__ == "__main__":
    main()
