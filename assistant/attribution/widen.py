"""A quote that never loses its speaker, nor what its first word refers to."""

from __future__ import annotations

import re

from assistant.attribution.speakers import Speaker
from assistant.records import Document, Range

LONGEST_QUOTE = 500  # characters that a quote may reach when it is widened
REFERS_BACK = re.compile(
    r"(?:(?:But|And|Yet|So)\s+)?(?:[Hh]e|[Ss]he|[Tt]hey|[Hh]is|[Hh]er|[Tt]heir|[Tt]his|[Tt]hese|[Tt]hose"
    r"|[Ii]t|[Ii]ts)\b"
)


def widen(document: Document, sentences: Range, speaker: Speaker | None) -> Range:
    """Whole sentences widened, inside their paragraph and up to `WIDEST` characters, over the one
    that names the speaker and the one that a first word such as "He" or "These" refers to."""
    start, end = sentences
    if document.table_at(start):  # a row stands by itself
        return sentences
    if speaker:
        named = document.sentences_at(speaker.start, speaker.end)
        around = min(start, named[0][0]), max(end, named[-1][1])
        if fits(document, around):
            start, end = around
    before = document.sentences_at(0, start)
    if before and REFERS_BACK.match(document.text, start) and fits(document, (before[-1][0], end)):
        start = before[-1][0]
    return start, end


def fits(document: Document, part: Range) -> bool:
    """Whether a stretch is short enough to be quoted as one, of one paragraph."""
    start, end = part
    paragraph = document.paragraphs[document.paragraph_at(start) - 1]
    return end - start <= LONGEST_QUOTE and paragraph[0] <= start and end <= paragraph[1]
