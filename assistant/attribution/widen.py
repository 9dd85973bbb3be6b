"""A quote that never loses its speaker, nor what its first word refers to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, zip_longest

from assistant.attribution.speakers import Speaker
from assistant.language.lines import with_label
from assistant.reading.items import BULLET
from assistant.records import Document, Range

LONGEST_QUOTE = 500  # characters that a quote may reach when it is widened
CONTEXT = 300  # that a passage shown for want of an answer may reach with its neighbours
REFERS_BACK = re.compile(
    r"(?:(?:But|And|Yet|So)\s+)?(?:[Hh]e|[Ss]he|[Tt]hey|[Hh]is|[Hh]er|[Tt]heir|[Tt]his|[Tt]hese|[Tt]hose"
    r"|[Ii]t|[Ii]ts)\b"
)


def widen(document: Document, sentences: Range, speaker: Speaker | None) -> Range:
    """Whole sentences widened, inside their paragraph and up to `LONGEST_QUOTE` characters, over
    the one that names the speaker, the one that a first word such as "He" refers to, and the line
    above another that says what it is about ("Children under 12", "not recommended")."""
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
    labelled = with_label(document, (start, end))
    return labelled if fits(document, labelled) else (start, end)


def add_neighbours(document: Document, part: Range, others: Iterable[Range]) -> Range:
    """A stretch with the sentences after and before it, by turns, of the same paragraph, as far as
    they fit into `CONTEXT` characters and touch none of `others`."""
    start, end = part
    if document.table_at(start):
        return part
    taken = list(others)
    inside = document.sentences_at(*document.paragraphs[document.paragraph_at(start) - 1])
    after = [s for s in inside if s[0] >= end]
    before = [s for s in reversed(inside) if s[1] <= start]
    for place in filter(None, chain.from_iterable(zip_longest(after, before))):
        a, b = min(start, place[0]), max(end, place[1])
        if b - a <= CONTEXT and not any(x < b and a < y for x, y in taken):
            start, end = a, b
    return start, end


def complete_lead_in(document: Document, sentence: Range) -> Range:
    """A sentence that ends with a colon, with what it introduces as far as that fits into a quote:
    the list or the lines below it that stand further in, or the sentence behind it."""
    start, end = sentence
    text = document.text
    if not text[start:end].rstrip().endswith(":"):
        return sentence
    own, sign = indent_of(document, start), sign_of(document, start)
    items = ""  # the kind of sign that they have
    below = False
    for first, last in document.sentences_at(end, len(text)):
        if last - start > LONGEST_QUOTE:
            break
        if "\n" in text[end:first]:
            here = sign_of(document, first)
            further = indent_of(document, first) > own
            if not further and (not here or here == sign or here != (items or here)):
                break
            items, below = items or here, True
        elif not below:
            return start, last
        end = last
    return start, end


def sign_of(document: Document, at: int) -> str:
    """The kind of sign with which a line begins as an item of a list: -, 1, a; "" for none."""
    begin = document.text.rfind("\n", 0, at) + 1
    found = BULLET.match(document.text, begin)
    kind = found.group().strip("(). \t\n") if found else ""
    return "1" if kind.isdigit() else "a" if kind.isalpha() else "-" if found else ""


def indent_of(document: Document, at: int) -> int:
    """How far in its line begins, in characters."""
    begin = document.text.rfind("\n", 0, at) + 1
    line = document.text[begin : begin + LONGEST_QUOTE]
    return len(line) - len(line.lstrip())


def fits(document: Document, part: Range) -> bool:
    """Whether a stretch is short enough to be quoted as one, of one paragraph."""
    start, end = part
    paragraph = document.paragraphs[document.paragraph_at(start) - 1]
    return end - start <= LONGEST_QUOTE and paragraph[0] <= start and end <= paragraph[1]
