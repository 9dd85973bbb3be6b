"""Older and newer versions of one text: `python eval/bench_editions.py`.

Twelve pairs (`editions.jsonl`, made up: rules, manuals, a lease, a timetable, price lists …, dated
in their name, their front matter, their text or by a version's number) lie in one folder; each is
asked in four ways.  Counts what the answer gives first, and whether it says where it differs:

newer    the newer version's answer; named: the older's beside it
older    the older version's answer
other    anything else; silent: nothing
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from kit import ROOT, Row, make_parser, open_assistant, read_rows, track, write_rows

from assistant.language.fold import fold
from assistant.records import Answer

PAIRS = ROOT / "eval" / "editions.jsonl"


def judge(answer: Answer, pair: Row) -> Row:
    """What is given first, and whether the older version's answer is named beside it."""
    text, now, was = fold(answer.text), fold(pair["now"]), fold(pair["was"])
    if not answer.found:
        given = "silent"
    else:
        given = "newer" if now in text else "older" if was in text else "other"
    named = given == "newer" and was in fold(answer.note)
    return {"is": given, "named": named, "said": answer.text, "note": answer.note}


def ask_all(pairs: list[Row]) -> Iterator[Row]:
    with TemporaryDirectory() as temporary:
        for file in (pair[which] for pair in pairs for which in ("old", "new")):
            path = Path(temporary, file["file"])
            path.parent.mkdir(exist_ok=True)
            path.write_text(file["text"], encoding="utf-8")
        with open_assistant(Path(temporary)) as assistant:
            for pair in track(pairs, "Asking"):
                for question in pair["questions"]:
                    yield {"question": question} | judge(assistant.ask(question), pair)


def main() -> None:
    a = make_parser(__doc__, "rows").parse_args()
    logging.disable(logging.WARNING)
    rows = list(ask_all(read_rows(PAIRS)))
    write_rows(a.rows, rows)
    for row in rows:
        if not row["named"]:
            print(f"{row['is']}: {row['question']} {row['said']!r} ({row['note']})")
    counts = Counter(row["is"] for row in rows)
    print(f"{len(rows)} questions:", ", ".join(f"{n} {kind}" for kind, n in counts.items()))
    print(f"newer first and the older named: {sum(row['named'] for row in rows)}")


if __name__ == "__main__":
    main()
