"""A question as it was typed -> on one line, without control characters, not too long."""

from __future__ import annotations

import re
import unicodedata

from assistant.errors import QuestionError


def clean(question: str, limit: int) -> str:
    """The question on one line without control characters.  Raises QuestionError."""
    if len(question) > limit:
        raise QuestionError(
            f"The question has {len(question):,} characters; the limit is {limit:,}."
        )
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in question)
    plain = re.sub(r"\s+", " ", kept).strip()
    if not any(c.isalnum() for c in plain):
        raise QuestionError("The question is empty: type one.")
    return plain
