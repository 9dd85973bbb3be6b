"""`assistant eval review`: judged answers become questions of an eval set, one keystroke each.

A person decides; what is proposed is only where the words stand.  What was decided leaves the file
of candidates, the rest stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import QuestionsError
from assistant.feedback import remove_line
from assistant.language.fold import fold
from assistant.language.terms import content, coverage
from assistant.records import Document

CHOICES = (
    "[a]dd as answered, [n]ot in the documents, [s]kip, [d]rop, [q]uit, or type what is right: "
)
Judged = dict[str, Any]


def review(
    candidates: Path,
    questions: Path,
    documents: Sequence[Document],
    prompt: Callable[[str], str],
    say: Callable[[str], object],
) -> int:
    """Go through the candidates; how many became questions.  Raises QuestionsError for a file of
    candidates that is missing or has bad lines."""
    lines = read_candidates(candidates)
    added = 0
    for i, line in enumerate(lines):
        say(f"\n{i + 1} of {len(lines)}  {line['query_used']}")
        said = line["text"] or "(not found)"
        wished = f"; right would be: {line['expected']}" if line.get("expected") else ""
        say(f"  {line['verdict']}: {said}{wished}")
        try:
            decided = prompt(CHOICES).strip() or "s"
        except EOFError:
            decided = "q"
        if decided == "q":
            break
        case = make_case(line, decided, documents)
        if case:
            with questions.open("a", encoding="utf-8") as file:
                file.write(json.dumps(case, ensure_ascii=False) + "\n")
            added += 1
            say(f"  added as {case['id']}")
        elif decided not in ("d", "s"):
            say("  These words stand in no document: copy them from one. Left for later.")
        if case or decided == "d":  # at once, so that an interruption doubles nothing
            remove_line(candidates, line)
    return added


def read_candidates(path: Path) -> list[Judged]:
    try:
        rows = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise QuestionsError(path, [f"cannot be read ({error.strerror})"]) from error
    lines, problems = [], []
    for number, row in enumerate(rows, start=1):
        try:
            line = json.loads(row)
            line["query_used"], line["text"], line["verdict"], line["quotes"]
            lines.append(line)
        except (ValueError, TypeError, KeyError, RecursionError):
            problems.append(f"line {number} is no candidate")
    if problems:
        raise QuestionsError(path, problems)
    return lines


def make_case(line: Judged, decided: str, documents: Sequence[Document]) -> Judged | None:
    """A question of an eval set; None where it is not to be one, or nothing carries the answer."""
    question = line["query_used"]
    made: Judged = {"id": slug(question, line.get("time", "")), "question": question}
    if decided in ("s", "d"):
        return None
    if decided == "n":
        return made | {"answers": [], "support": [], "kind": "absent"}
    answer = line["text"] if decided == "a" else decided
    told = [q["text"] for q in line["quotes"]] if decided == "a" else []
    supports = [t for t in told if fold(answer) in fold(t)]
    supports = supports or list(find_supports(question, answer, documents))[:1]
    if not answer or not supports:
        return None
    return made | {"answers": [answer], "support": supports, "kind": "fact"}


def find_supports(question: str, answer: str, documents: Sequence[Document]) -> Iterator[str]:
    """The sentences that hold an answer, those first that hold most of the question."""
    words = re.compile(rf"(?<!\w){re.escape(fold(answer))}(?!\w)")
    sentences = (d.text[a:b] for d in documents for a, b in d.sentences)
    held = [s for s in sentences if words.search(fold(s))]
    yield from sorted(held, key=lambda s: -coverage(content(question), s))


def slug(question: str, time: str) -> str:
    """A name for a question: its first words and when it was judged, so that no two share one."""
    words = re.findall(r"[a-z0-9]+", fold(question))[:5]
    return "-".join([*words, re.sub(r"\D", "", time)[:14]]).strip("-")
