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


def add_candidate(path: Path, answer: Answer, verdict: Verdict = "wrong") -> None:
    """Append one JSON line: the question, what was answered and from where, and when.

    Raises OSError when the file cannot be written.
    """
    line = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "verdict": verdict,
        **answer.to_dict(),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", errors="replace") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
