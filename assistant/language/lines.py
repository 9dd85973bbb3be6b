"""Lines of a paragraph: which of them were wrapped to a width, and which stand alone, as those of a
form, a leaflet, an address, or a heading above its text.  Offsets are those of the whole text.
"""

from __future__ import annotations

import bisect
import math
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from assistant.language.english import AUXILIARY, DETERMINER, PREPOSITION
from assistant.language.sentences import belongs_together
from assistant.records import Document, Range

FENCED = re.compile(  # or never closed
    r"^[ \t]*(?:(?:[-*+]|\d{1,3}[.)]) +)?(```|~~~).*?(?:^[ \t]*\1|\Z)", re.MULTILINE | re.DOTALL
)
WHOLE_LINE = re.compile(r"[^\n]+")
# of a quotation, a comment, an item, before what a line says
LEADING_MARKS = re.compile(r"[ \t>#*/;|]*")
HEADING_LINE = re.compile(r"#{1,6} ")
ENTRY = re.compile(  # "Rent: 900", "**Rent** – 900"
    r"(?:\*\*|__)?[A-Z0-9][^\n.!?:–—]{0,60}(?::(?:\*\*|__)?|(?:\*\*|__)? [–—-])\s+\S"
)
BEGUN = re.compile(r"[a-z][.!?] +[A-Z]")  # a sentence behind another
WANTING = AUXILIARY | DETERMINER | PREPOSITION  # the next word
CLOSING = (".", "!", "?", "…", ":", ";")
ENDED = (*CLOSING, '"', "”", "’", ")", "*", "_")  # perhaps
WRAPPED = 40  # characters of a line that may have been wrapped
EVEN = 0.8  # how much shorter lines are that somebody wrapped by hand
# a line above another that says what that is about, and is no entry of a form or a list itself
LABEL_CHARS = 60
LABEL_ABOVE = re.compile(r"(?!.*(?::\s| = | [–—-] |-->)).{1,60}(?<![.!?…:;,])", re.S)


@lru_cache(maxsize=64)
def find_code(text: str) -> tuple[Range, ...]:
    """The stretches of code between fences."""
    return tuple(m.span() for m in FENCED.finditer(text))


def in_code(text: str, at: int) -> bool:
    code = find_code(text)
    i = bisect.bisect_right(code, at, key=lambda stretch: stretch[0]) - 1
    return i >= 0 and at < code[i][1]


def find_line_ends(text: str, start: int, end: int, room: float = math.inf) -> Iterator[int]:
    """Where lines of the paragraph `text[start:end]` end that stand alone: the next one is
    labelled as they are, or its first word would have had room.  `room`: of a line, in characters,
    where the paragraph does not say it by its own `find_wraps`.  Never before what stands further
    in, nor behind a backslash.

    >>> form = "Rent: 900 a month, heating included\\nDeposit: 1,800\\nKeys: two"
    >>> [form[i:].split("\\n")[0] for i in find_line_ends(form, 0, len(form))]
    ['Deposit: 1,800', 'Keys: two']
    """
    room = min(find_wraps(text, start, end), default=room)
    for (_, line), (at, after) in pairwise(lines_of(text, start, end)):
        if HEADING_LINE.match(line):
            yield at
            continue
        said = strip_marks(after)
        fits = len(line) + 1 + len(said.split(None, 1)[0]) <= EVEN * room
        form = ENTRY.match(said) and (ENTRY.match(strip_marks(line)) or line.endswith(ENDED))
        further_in = len(after) - len(after.lstrip()) > len(line) - len(line.lstrip())
        if not further_in and (form or (fits and not runs_on(line, after))):
            yield at


def find_wraps(text: str, start: int, end: int) -> list[int]:
    """The lengths of lines that were wrapped to a width: long, and in mid-sentence."""
    lines = [line for _, line in lines_of(text, start, end)]
    return [
        len(line)
        for line, after in pairwise(lines)
        if len(line) >= WRAPPED and not line.endswith(ENDED) and runs_on(line, after)
    ]


def lines_of(text: str, start: int, end: int) -> list[tuple[int, str]]:
    """The lines that say something, each with its place; the first one as far in as it stands."""
    begin = text.rfind("\n", 0, start) + 1
    found = [(m.start(), m.group().rstrip()) for m in WHOLE_LINE.finditer(text, start, end)]
    if found and text[begin:start].isspace():
        found[0] = start, text[begin:start] + found[0][1]
    return [(at, line) for at, line in found if any(map(str.isalnum, line))]


def strip_marks(line: str) -> str:
    return line[LEADING_MARKS.match(line).end() :] or line  # type: ignore[union-attr]  # nothing matches


def runs_on(line: str, after: str) -> bool:
    """Whether a sentence goes on from one line to the next: before a small letter, or a letter of a
    script that has none, behind a word that wants another, or where it was begun behind another
    sentence."""
    said, line = strip_marks(after), line.strip()
    if line.endswith("\\") or belongs_together(line, said):
        return True
    first, last = said[:1], line.rsplit(None, 1)[-1]
    if first.isalpha() and not first.isupper():
        return not line.endswith(CLOSING)
    return last in WANTING or bool(BEGUN.search(line) and not line.endswith(ENDED))


def with_label(document: Document, part: Range) -> Range:
    """A value with the line above it that says what it is the value of: "Children under 12", where
    "not recommended" or "1 tablet" stands below it in its paragraph.  Anything else as it is."""
    start, text = part[0], document.text
    value = text[start : start + 1]
    if not (value.islower() or value.isdigit()) or document.table_at(start):
        return part
    above = document.sentences_at(max(0, start - LABEL_CHARS), start)[-1:]
    if not above or text.count("\n", above[0][1], start) != 1:
        return part
    line = text[slice(*above[0])]
    labelled = line[:1].isupper() and LABEL_ABOVE.fullmatch(line)
    return (above[0][0], part[1]) if labelled else part
