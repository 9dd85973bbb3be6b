"""What stands around a stretch of a document, as far as it can tell who says it.

Lines, not paragraphs: a label, a bullet, a header of a mail is a line.  Beside the lines next to it
a stretch has those that it hangs on: the heading that it stands under, and of nested bullets the
ones that it is indented below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.records import Document, Range

FARTHEST = 12_000  # characters back in which a heading or an outer bullet is looked for
NEAREST = 700  # characters of a line before, 400 after, that are taken: the nearest ones
NEAREST_AFTER = 400
LINE = re.compile(r"[^\n]*\S[^\n]*")
HEADING = re.compile(r"(?:^|\}|>)\s*#{1,6} |^\s*\*\*[^*]+\*\*\s*$")
TITLE = 80  # characters; a shorter line without an end mark is taken for a heading


@dataclass(frozen=True)
class Surroundings:
    """Some lines of a document, joined.

    text    the lines, a line break between two
    ranges  where each stands in the document
    """

    text: str
    ranges: tuple[Range, ...]

    def to_document(self, start: int, end: int) -> Range:
        """Where `text[start:end]`, which lies in one line, stands in the document."""
        at = 0
        for a, b in self.ranges:
            if start <= at + b - a:
                return a + start - at, a + end - at
            at += b - a + 1
        raise IndexError(start)


def find_surroundings(document: Document, start: int, end: int, near: bool) -> Surroundings:
    """The lines that `start:end` touches with what they hang on; unless `near`, also the two lines
    before and the one after."""
    text = document.text
    low = text.rfind("\n", 0, max(0, start - FARTHEST)) + 1
    lines = [m.span() for m in LINE.finditer(text, low, min(len(text), end + 4 * NEAREST_AFTER))]
    own = [i for i, (a, b) in enumerate(lines) if a < end and start < b]
    if not own:
        return Surroundings(text[start:end], ((start, end),))
    first, last = own[0], own[-1]
    taken = {*own, *find_holders([text[a:b] for a, b in lines[: first + 1]])}
    if not near:
        taken.update(range(max(0, first - 2), min(len(lines), last + 2)))
    ranges = []
    for i in sorted(taken):
        a, b = lines[i]
        if i == first:
            a = max(a, start - NEAREST)
        elif i < first:
            a = max(a, b - NEAREST) if i >= first - 2 else a
            b = min(b, a + NEAREST)
        if i >= last:
            b = min(b, (end if i == last else a) + NEAREST_AFTER)
        ranges.append((a, b))
    return Surroundings("\n".join(text[a:b] for a, b in ranges), tuple(ranges))


def find_holders(lines: list[str]) -> list[int]:
    """Which of `lines` the last one hangs on: the outer bullets, and the nearest heading."""
    *before, own = lines
    held, depth = [], indent(own)
    for i in range(len(before) - 1, -1, -1):
        if indent(before[i]) < depth:
            held.append(i)
            depth = indent(before[i])
        if is_heading(before[i]) and not before[i].rstrip("* ").endswith("?"):
            return [*held, i]
    return held


def indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def is_heading(line: str) -> bool:
    """Whether a line is marked as a heading, or short and without an end mark."""
    if HEADING.search(line):
        return True
    plain = line.strip()
    return 0 < len(plain) < TITLE and plain[0].isupper() and plain[-1] not in ".!?:;,…\"”’')"
