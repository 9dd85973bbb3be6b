"""Two places that make one answer: the one says which is meant, the other what is said of it.

"Where was the author of The Drowned Mill born?" – that Ada Lund wrote it stands here, that she was
born in Harlow there.  The first is a bridge (Yang et al. 2018, arXiv:1809.09600): it holds much of
the question, and a name that other passages hold too.  Those are read with the bridge set
before them, as if it stood above them, so that no second question has to be made in words.  What
this gives and costs is measured by `eval/bench_bridges.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.language.terms import coverage, find_names, stems
from assistant.records import Asked, Document, Hit, Span

BRIDGES = 2  # sentences tried
PASSAGES_BEYOND = 3  # read with each
HOLDS = 0.3  # least share of the question's words in a bridge
TOGETHER_HOLD = 2 / 3  # and in both places together
# what takes up somebody or something named before
REFERS = frozenset(["he", "she", "it", "they", "him", "them", "his", "her", "its", "their"])


@dataclass(frozen=True)
class Bridge:
    """A sentence, `document.text[start:end] == text`, and the stems of its names that are new to
    the question."""

    doc_id: str
    start: int
    end: int
    text: str
    new: frozenset[str]


def find_bridges(
    asked: Asked, hits: Sequence[Hit], lookup: Callable[[str], Document]
) -> list[Bridge]:
    """The sentences of passages that hold most of a question, but not all of it; best first."""
    places = dict.fromkeys(
        (chunk.doc_id, *part)
        for chunk in (hit.chunk for hit in hits)
        for part in lookup(chunk.doc_id).sentences_at(chunk.start, chunk.end)
    )
    found: list[tuple[float, Bridge]] = []
    for name, start, end in places:
        text = lookup(name).text[start:end]
        share = coverage(asked.words, text)
        new = stems(" ".join(find_names(text))) - asked.stems
        if HOLDS <= share < 1 and new and not text.rstrip().endswith("?"):
            found.append((share, Bridge(name, start, end, text, new)))
    return [bridge for _, bridge in sorted(found, key=lambda x: -x[0])[:BRIDGES]]


def find_beyond(
    bridge: Bridge, hits: Sequence[Hit], lookup: Callable[[str], Document]
) -> list[Hit]:
    """The first passages that hold a name of a bridge, outside of it."""

    def holds(hit: Hit) -> bool:
        chunk = hit.chunk
        parts = lookup(chunk.doc_id).sentences_at(chunk.start, chunk.end)
        own = chunk.doc_id == bridge.doc_id
        rest = [p for p in parts if not own or p[1] <= bridge.start or bridge.end <= p[0]]
        return bool(rest) and bool(bridge.new & stems(chunk.text))

    return [hit for hit in hits if holds(hit)][:PASSAGES_BEYOND]


def leads_to(asked: Asked, bridge: Bridge, span: Span, lookup: Callable[[str], Document]) -> bool:
    """Whether an answer is told of what the bridge names: its sentence names it too, or goes on
    about it ("She …") in the paragraph that does; and both places together hold the question."""
    document = lookup(span.doc_id)
    touched = document.sentences_at(span.start, span.end)
    if not touched:
        return False
    start, end = touched[0][0], touched[-1][1]
    if span.doc_id == bridge.doc_id and start < bridge.end and bridge.start < end:
        return False
    sentence = document.text[start:end]
    if coverage(asked.words, f"{bridge.text} {sentence}") < TOGETHER_HOLD:
        return False
    if bridge.new & stems(sentence):
        return True
    first = document.paragraphs[document.paragraph_at(start) - 1][0]
    return takes_up(sentence) and bool(bridge.new & stems(document.text[first:start]))


def takes_up(sentence: str) -> bool:
    """Whether a sentence takes up what was named before it: "Their yard was sold", and no name
    stands before the pronoun."""
    named = find_names(sentence)
    for word in re.finditer(r"[^\W\d_]+", sentence):
        if any(word[0] in name.split() for name in named):
            return False
        if word[0].lower() in REFERS:
            return True
    return False
