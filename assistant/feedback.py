"""Answers that a reader of the chat judged, kept as candidates for the evaluation set.

A line is no question of the set yet: a person reads it, adds answers and support, and moves it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from assistant.records import Answer

Verdict = Literal["right", "wrong"]


def add_candidate(
    path: Path, answer: Answer, verdict: Verdict = "wrong", expected: str = ""
) -> None:
    """Append one JSON line: the question, what was answered and from where, and when; `expected` is
    what would have been right, where the reader says so.

    Raises OSError when the file cannot be written.
    """
    line = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "verdict": verdict,
        **({"expected": expected} if expected else {}),
        **answer.to_dict(),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", errors="replace") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def take_back(path: Path, answer: Answer) -> None:
    """Remove the last line about an answer, if there is one.  Raises OSError when the file cannot
    be written."""
    plain = json.loads(json.dumps(answer.to_dict()))
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for i in range(len(lines) - 1, -1, -1):
        if plain.items() <= json.loads(lines[i]).items():
            text = "".join(line + "\n" for line in lines[:i] + lines[i + 1 :])
            new = path.with_name(path.name + ".new")
            new.write_text(text, encoding="utf-8", errors="replace")
            new.replace(path)
            return
