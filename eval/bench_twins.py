"""Documents on one form about different subjects: `python eval/bench_twins.py`.

Pairs (`twins.jsonl`, made up by somebody who did not know the assistant: two leases, two data
sheets, two invoices …) lie in one folder.  They share much of their wording and state dates, but
neither is an older version of the other.  Counts what is answered where a question names one of
them, where it leaves open which, and where neither answers; and how often one is called an older
version.

right    the named one's answer, and not the other's; of an open question the answers of both
wrong    the other's answer instead; of an open question that of one alone
other    anything else; silent: nothing
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from kit import ROOT, Row, make_parser, open_assistant, read_rows, track, write_rows

from assistant.answer import same_words
from assistant.records import Answer

PAIRS = ROOT / "eval" / "twins.jsonl"
CALLED = "his is from "  # in what is said of an older version


def judge(answer: Answer, wanted: list[str], other: str = "") -> str:
    """What is given: `wanted` are the answers, `other` is what the twin says instead."""
    if not answer.found:
        return "silent"
    told = [answer.text, *(item.text for item in answer.items)]
    told += re.findall("“(.*?)”", answer.note)
    if other and any(same_words(each, other) for each in told):
        return "wrong"
    here = [any(same_words(each, want) for each in told) for want in wanted]
    if all(here):
        return "right"
    return "wrong" if any(here) else "other"


def ask_all(pairs: list[Row]) -> Iterator[Row]:
    with TemporaryDirectory() as temporary:
        for file in (pair[which] for pair in pairs for which in "ab"):
            path = Path(temporary, file["file"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file["text"], encoding="utf-8")
        with open_assistant(Path(temporary)) as assistant:
            for pair in track(pairs, "Asking"):
                for kind in ("named", "open", "silent"):
                    for row in pair[kind]:
                        made = assistant.ask(row["question"])
                        if kind == "named":
                            given = judge(made, [row["answer"]], row["other"])
                        elif kind == "open":
                            given = judge(made, [row["a"], row["b"]])
                        else:
                            given = "wrong" if made.found else "right"
                        called = CALLED in made.note
                        yield {
                            "pair": pair["kind"],
                            "kind": kind,
                            "question": row["question"],
                            "is": given,
                            "called": called,
                            "said": made.text,
                            "note": made.note,
                            "confidence": round(made.confidence, 3),
                        }


def main() -> None:
    a = make_parser(__doc__, "rows").parse_args()
    logging.disable(logging.WARNING)
    rows = list(ask_all(read_rows(PAIRS)))
    write_rows(a.rows, rows)
    for kind in ("named", "open", "silent"):
        of = [row for row in rows if row["kind"] == kind]
        counts = Counter(row["is"] for row in of).most_common()
        print(f"{kind}, {len(of)} questions:", ", ".join(f"{n} {what}" for what, n in counts))
    print(f"called an older version: {sum(row['called'] for row in rows)}")


if __name__ == "__main__":
    main()
