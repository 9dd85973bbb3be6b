"""Answers that a reader of the chat judged, kept as candidates for the evaluation set.

A line is no question of the set yet: a person reads it, adds answers and support, and moves it.
"""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from assistant.records import Answer

writing = threading.Lock()  # two visitors may judge at once
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
    with writing, path.open("a", encoding="utf-8", errors="replace") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def take_back(path: Path, answer: Answer) -> None:
    """Remove the last line about an answer, if there is one.  Raises OSError when the file cannot
    be written."""
    remove_line(path, json.loads(json.dumps(answer.to_dict())))


def remove_line(path: Path, line: dict[str, Any]) -> None:
    """Remove the last line that holds all of these values; others that come meanwhile stay."""
    with writing:
        rows = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        for i in range(len(rows) - 1, -1, -1):
            if line.items() <= json.loads(rows[i]).items():
                new = path.with_name(path.name + ".new")
                kept = "".join(row + "\n" for row in rows[:i] + rows[i + 1 :])
                new.write_text(kept, encoding="utf-8", errors="replace")
                new.replace(path)
                return
