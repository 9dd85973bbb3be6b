"""Sentences of a stretch of text, with exact offsets.

sentencex (Wikimedia) splits; two repairs are ours, for the English of news: initials before a
surname ("J.D. Vance"), and a speaker's name after a quotation that ends in ! or ?
("…GOING TO HAPPEN!" Trump said.).  Both only join, so a sentence is never cut in half, but where it
is longer than any sentence is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

from assistant.records import Range

INITIALS = re.compile(r"(?:^|[\s(\"“])(?:[A-Z]\.){1,4}$|\b(?:Dr|Mr|Mrs|Ms|Prof|Gen|Sen|Rep|St)\.$")
CAPITAL_FIRST = re.compile(r"^[A-Z]")
ENDS_IN_QUOTE = re.compile(r"[,.!?…][\"”’']$")
ATTRIBUTION = re.compile(
    r"^(?:[a-z]|(?:[A-Z][\w.'’-]*,?\s+){1,4}(?:said|says|told|added|wrote|asked|warned|continued|"
    r"explained|stressed|replied|insisted|argued|declared|announced)\b)"
)
# sentencex 1.0 takes each white space for one byte long, and ends the process at a longer one
WIDE_SPACES = {code: " " for code in range(0x80, 0x3001) if chr(code).isspace()}
LONGEST_SENTENCE = (
    600  # characters of a sentence; longer ones are no prose: a table, a log, a run of links
)
WINDOW = 20_000  # characters split at a time, so that one endless line costs no more than many
# where a stretch that is too long is cut, best first; then at any white space, then anywhere
SEAMS = (re.compile(r"[.!?…]\s+|\n\s*"), re.compile(r"[;:]\s+"), re.compile(r",\s+|\s[–—|]\s+"),
         re.compile(r"\s+"))  # fmt: skip


def split(text: str) -> tuple[Range, ...]:
    """Ranges of the sentences of `text`, without the white space around them; none is longer than
    `LONGEST` characters."""
    found: list[Range] = []
    start = 0
    while start < len(text):
        stop = start + WINDOW
        if stop < len(text):
            stop = seam(text, start, stop) or stop
        found += [
            part
            for a, b in split_window(text[start:stop])
            for part in shortened(text, start + a, start + b)
        ]
        start = stop
    return tuple(found)


def seam(text: str, start: int, stop: int) -> int:
    """The best place to cut before `stop`, in the latter half of the stretch; 0 for none."""
    for pattern in SEAMS:
        cuts = [m.end() for m in pattern.finditer(text, (start + stop) // 2, stop)]
        if cuts:
            return cuts[-1]
    return 0


def shortened(text: str, start: int, end: int) -> Iterator[Range]:
    """A stretch in parts of at most `LONGEST` characters, without white space at their ends."""
    while end - start > LONGEST_SENTENCE:
        cut = seam(text, start, start + LONGEST_SENTENCE) or start + LONGEST_SENTENCE
        yield start, start + len(text[start:cut].rstrip())
        start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
    if start < end:
        yield start, end


def split_window(text: str) -> list[Range]:
    """The sentences of a stretch of moderate length."""
    pieces: list[Range] = []
    cursor = 0
    text = text.translate(WIDE_SPACES)
    for piece in sentencex.segment("en", text):
        start = text.index(piece, cursor)
        cursor = start + len(piece)
        stripped = piece.strip()
        if not stripped:
            continue
        start += len(piece) - len(piece.lstrip())
        end = start + len(stripped)
        if pieces and belongs_together(text[slice(*pieces[-1])], stripped):
            pieces[-1] = pieces[-1][0], end
        else:
            pieces.append((start, end))
    return pieces


def belongs_together(before: str, after: str) -> bool:
    """Whether a cut between these two pieces was wrong."""
    if INITIALS.search(before) and CAPITAL_FIRST.match(after):
        return True
    return bool(ENDS_IN_QUOTE.search(before) and ATTRIBUTION.match(after))


def sentences(text: str, start: int, end: int) -> tuple[Range, ...]:
    """The sentences of `text[start:end]` as ranges of `text`."""
    return tuple((start + a, start + b) for a, b in split(text[start:end]))
