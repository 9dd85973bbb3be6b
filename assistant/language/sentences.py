"""Sentences of a stretch of text, with exact offsets.

sentencex (Wikimedia) splits; two repairs are ours, for the English of news: initials before a
surname ("J.D. Vance"), and a speaker's name after a quotation that ends in ! or ?
("…GOING TO HAPPEN!" Trump said.).  Both only join, so a sentence is never cut in half.
"""

from __future__ import annotations

import re
from functools import lru_cache

import sentencex

from assistant.records import Range

INITIALS = re.compile(r"(?:^|[\s(\"“])(?:[A-Z]\.){1,4}$|\b(?:Dr|Mr|Mrs|Ms|Prof|Gen|Sen|Rep|St)\.$")
OPENING = re.compile(r"^[A-Z]")
ENDS_IN_QUOTE = re.compile(r"[,.!?…][\"”’']$")
ATTRIBUTION = re.compile(
    r"^(?:[a-z]|(?:[A-Z][\w.'’-]*,?\s+){1,4}(?:said|says|told|added|wrote|asked|warned|continued|"
    r"explained|stressed|replied|insisted|argued|declared|announced)\b)"
)


@lru_cache(maxsize=4096)
def split(text: str) -> tuple[Range, ...]:
    """Ranges of the sentences of `text`, without the white space around them."""
    pieces: list[Range] = []
    cursor = 0
    for piece in sentencex.segment("en", text):
        start = text.index(piece, cursor)
        cursor = start + len(piece)
        stripped = piece.strip()
        if not stripped:
            continue
        start += len(piece) - len(piece.lstrip())
        end = start + len(stripped)
        if pieces and joined(text[slice(*pieces[-1])], stripped):
            pieces[-1] = pieces[-1][0], end
        else:
            pieces.append((start, end))
    return tuple(pieces)


def joined(before: str, after: str) -> bool:
    """Whether a cut between these two pieces was wrong."""
    if INITIALS.search(before) and OPENING.match(after):
        return True
    return bool(ENDS_IN_QUOTE.search(before) and ATTRIBUTION.match(after))


def sentences(text: str, start: int, end: int) -> tuple[Range, ...]:
    """The sentences of `text[start:end]` as ranges of `text`."""
    return tuple((start + a, start + b) for a, b in split(text[start:end]))
