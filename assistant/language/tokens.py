"""A question as words: its tokens, and the question without what only opens it.

Knows nothing of the talk around it; `anaphora`, `turn`, `follow_up` and `parts` build on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.language.english import FUNCTION
from assistant.language.fold import fold

# As `english.WORD`, but with the signs of a manual whole: CAP_NET_RAW
WORDS_AND_SIGNS = re.compile(r"[^\W_](?:_*[^\W_])*(?:[.,'’&-][^\W_](?:_*[^\W_])*)*")
SIGN = re.compile(r"\b[^\W_]+(?:_[^\W_]+)+\b")  # of a manual or a program: CAP_NET_RAW
OPENING = re.compile(
    r"^(?:(?:and|but|so|ok|okay|well|n|also)\b(?! far| many| much)[\s,]*)?"
    r"(?:(?:what|how) about\b\s*)?",
    re.IGNORECASE,
)
CONTRACTED = re.compile(r"\b(what|who|where|when|how|why)['’]s\b", re.IGNORECASE)


@dataclass(frozen=True)
class Token:
    """A word of a question; `apart`: punctuation stands between it and the word before."""

    text: str
    low: str
    start: int
    end: int
    apart: bool

    @property
    def named(self) -> bool:
        """Whether it is a name by its capital; the first word of a text is not taken for one."""
        return self.start > 0 and self.text[0].isupper() and self.low not in FUNCTION

    @property
    def full(self) -> bool:
        """Whether it carries meaning of its own."""
        return self.low.removesuffix("'s") not in FUNCTION


def tokens(text: str) -> list[Token]:
    found: list[Token] = []
    for match in WORDS_AND_SIGNS.finditer(text):
        gap = text[found[-1].end : match.start()] if found else ""
        low = "u.s" if match.group() == "US" else fold(match.group())
        found.append(
            Token(
                match.group(),
                low,
                match.start(),
                match.end(),
                bool(gap.strip(" \"'“”‘’")),
            )
        )
    return found


def strip_opening(question: str) -> str:
    """The question without its opening word ("And", "What about") and end mark."""
    whole = expand_contractions(question).strip(" ?!.,")
    return OPENING.sub("", whole, count=1).strip(" ?!.,") or whole or question


def expand_contractions(question: str) -> str:
    """ "What's" as "what is"."""
    return CONTRACTED.sub(r"\1 is", question)


def finish(text: str) -> str:
    """As a sentence: a capital first, a question mark last, no stars of emphasis at words."""
    plain = re.sub(r"(?<![\w*])\*{1,2}(?=\w)|(?<=\w)\*{1,2}(?![\w*])", "", text)
    return plain[0].upper() + plain[1:].rstrip(" ?") + "?"


def join(*parts: str) -> str:
    return " ".join(p for p in parts if p)
