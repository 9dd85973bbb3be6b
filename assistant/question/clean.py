"""A question as it was typed -> on one line, without control characters, not too long."""

from __future__ import annotations

import re
import unicodedata

from assistant.errors import QuestionError

LONGEST_QUESTION = 2000  # characters; the reader keeps only the first 64 word pieces


def clean(question: str) -> str:
    """The question on one line without control characters.  Raises QuestionError."""
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters; the limit is {LONGEST_QUESTION:,}."
        )
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in question)
    plain = re.sub(r"\s+", " ", kept).strip()
    if not any(c.isalnum() for c in plain):
        raise QuestionError("The question is empty: type one.")
    return plain
