"""Small corpora of one kind of difficulty each: `python eval/bench_cases.py --data CASES`.

`CASES` holds a folder of documents for each case and `cases.jsonl`: case, question, history and
expect, a regular expression that the short answer must match, or null where the documents don't
say.  Prints, for each case, how many are right, wrong and silent without need.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from kit import Row, make_parser, open_assistant, read_rows, track, write_rows

from assistant import Assistant
from assistant.errors import AssistantError
from assistant.records import Answer


def ask_all(folder: Path, rows: list[Row]) -> Iterator[Row]:
    """What is said to the questions of one case, and how that is."""
    try:
        with open_assistant(folder) as assistant:
            for row in rows:
                yield row | judge(ask(assistant, row), row["expect"])
    except AssistantError as error:
        for row in rows:
            yield row | {"said": f"({error})", "is": "right" if row["expect"] is None else "silent"}


def ask(assistant: Assistant, row: Row) -> Answer:
    history: list[Answer] = []
    for earlier in row["history"]:
        history.append(assistant.ask(earlier, history))
    return assistant.ask(row["question"], history)


def judge(answer: Answer, expect: str | None) -> Row:
    """right, wrong, or silent where there is an answer."""
    if not answer.found:
        found = "right" if expect is None else "silent"
    else:
        fits = expect is not None and re.search(expect, answer.text, re.IGNORECASE)
        found = "right" if fits else "wrong"
    quote = answer.quotes[0].text if answer.found else ""
    return {"said": answer.text, "quote": quote, "used": answer.query_used, "is": found}


def main() -> None:
    given = make_parser(__doc__, "data", "rows").parse_args()
    logging.disable(logging.WARNING)
    by_case = [
        (c, list(g)) for c, g in groupby(read_rows(given.data / "cases.jsonl"), lambda r: r["case"])
    ]
    rows = [
        row for case, some in track(by_case, "Asking") for row in ask_all(given.data / case, some)
    ]
    write_rows(given.rows, rows)
    for case, some in groupby(rows, lambda r: r["case"]):
        counts = Counter(r["is"] for r in some)
        told = "  ".join(f"{name} {counts[name]:3}" for name in ("right", "wrong", "silent"))
        print(f"{case:16}{told}")
    whole = Counter(r["is"] for r in rows)
    shares = ", ".join(f"{name} {n} ({n / len(rows):.2f})" for name, n in whole.most_common())
    print(f"{len(rows)} questions: {shares}")


if __name__ == "__main__":
    main()
