"""Two places that make one answer: the one says which is meant, the other what is said of it.

"Where was the author of The Drowned Mill born?" – that Ada Lund wrote it stands here, that she was
born in Harlow there.  The first is a bridge (Yang et al. 2018, arXiv:1809.09600): it holds some of
the question, and a name that other passages hold too.  Those are read with the bridge set before
them, as if it stood above them, so that no second question has to be put into words.  What this
gives and costs is measured by `eval/bench_bridges.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from assistant.language.english import CALENDAR, DOUBT, NEGATION, TITLES
from assistant.language.fold import fold
from assistant.language.terms import content, coverage, find_names, related, stems, words
from assistant.reading.checks import Evidence, is_of_another_number, is_of_another_year
from assistant.reading.nearest import is_statement
from assistant.records import Asked, Document, Hit, ReadText, Span

BRIDGES = 2  # sentences tried
PASSAGES_BEYOND = 3  # read with each
COMMON = 6  # passages found that hold a name, beyond which it does not tell which one is meant
HOLDS = 0.3  # least share of the question's words in a bridge
TOGETHER_HOLD = 2 / 3  # and in both places together
# what takes up somebody or something named before
REFERS = frozenset(["he", "she", "it", "they", "him", "them", "his", "her", "its", "their"])


@dataclass(frozen=True)
class Bridge:
    """A sentence, `document.text[start:end] == text`, and its names that are new to the question,
    each as its words."""

    doc_id: str
    start: int
    end: int
    text: str
    names: tuple[tuple[str, ...], ...]

    def names_one_of(self, text: str) -> bool:
        """Whether a text names one of its names, in full or by the last word: "Lund"."""
        return any(
            set(mine) <= set(there) or (there[-1] == mine[-1] and set(there) <= set(mine))
            for there in list_whole_names(text)
            for mine in self.names
        )


def list_whole_names(text: str) -> Iterator[tuple[str, ...]]:
    """The words of each name in a text, folded; of a lone word that it begins with, too."""
    first = re.match(r"[^\w\n]*([A-Z][\w'’-]+)", text)
    for name in (*find_names(text), *([first[1]] if first else [])):
        if bare := tuple(w for w in content(name) if w not in CALENDAR | TITLES):
            yield bare


def find_bridges(
    asked: Asked, hits: Sequence[Hit], lookup: Callable[[str], Document]
) -> list[Bridge]:
    """The sentences of passages that hold most of a question, but not all of it, and a new name;
    none that denies something or is of another number or year than the question's.  Best first."""
    places = dict.fromkeys(
        (chunk.doc_id, *part)
        for chunk in (hit.chunk for hit in hits)
        for part in lookup(chunk.doc_id).sentences_at(chunk.start, chunk.end)
    )
    found: list[tuple[float, Bridge]] = []
    for doc_id, start, end in places:
        text = lookup(doc_id).text[start:end]
        share = coverage(asked.words, text)
        if not HOLDS <= share < 1 or not is_statement(text) or is_against(asked, text):
            continue
        new = [
            name
            for name in map(content, find_names(text))
            if (bare := [w for w in name if w not in CALENDAR | TITLES])
            and not stems(" ".join(bare)) <= asked.stems
        ]
        if new:
            found.append((share, Bridge(doc_id, start, end, text, tuple(new))))
    return [bridge for _, bridge in sorted(found, key=lambda x: -x[0])[:BRIDGES]]


def is_against(asked: Asked, text: str) -> bool:
    """Whether a sentence denies something, or is of another number or year than is asked for."""
    folded = fold(text)
    if not asked.negated and (NEGATION.search(folded) or DOUBT.search(folded)):
        return True
    span, evidence = Span("", 0, 0, "", 0.0, 0), Evidence(text, text, ())
    return any(c(asked, span, evidence) for c in (is_of_another_number, is_of_another_year))


def find_meant(asked: Asked, bridge: Bridge, read: ReadText) -> Bridge:
    """The bridge with the one of its names that is meant: the reader's best place in it that holds
    one.  Of "It was conducted by Mette Holm, who stood in for Jon Friis" the conductor."""
    if len(bridge.names) < 2:
        return bridge
    for start, end, _ in read(asked.text, bridge.text):
        held = set(words(bridge.text[start:end]))
        if meant := tuple(name for name in bridge.names if set(name) <= held):
            return replace(bridge, names=meant)
    return replace(bridge, names=())


def drop_common(bridge: Bridge, hits: Sequence[Hit]) -> Bridge:
    """The bridge without the names that many of the passages found hold, as "US" in the news."""
    held = [set(words(hit.chunk.text)) for hit in hits]
    rare = (n for n in bridge.names if sum(set(n) <= there for there in held) <= COMMON)
    return replace(bridge, names=tuple(rare))


def find_beyond(
    asked: Asked, bridge: Bridge, hits: Iterable[Hit], lookup: Callable[[str], Document]
) -> list[Hit]:
    """The first passages with a sentence that may answer beside a bridge; most have none, and need
    not be read."""
    last = {name[-1] for name in bridge.names}

    def holds(hit: Hit) -> bool:
        chunk = hit.chunk
        if not last & set(words(chunk.text)):
            return False
        document = lookup(chunk.doc_id)
        parts = document.sentences_at(chunk.start, chunk.end)
        own = chunk.doc_id == bridge.doc_id
        rest = [p for p in parts if not own or p[1] <= bridge.start or bridge.end <= p[0]]
        return any(
            adds(asked, bridge, text) and (bridge.names_one_of(text) or takes_up(text))
            for text in (document.text[a:b] for a, b in rest)
        )

    return list(islice(filter(holds, hits), PASSAGES_BEYOND))


def leads_to(asked: Asked, bridge: Bridge, span: Span, lookup: Callable[[str], Document]) -> bool:
    """Whether an answer is told of what the bridge names, and is not that: its sentence names it
    too, or goes on about it ("She …") behind the one that does; and both places together hold the
    question, its names whole, where neither does alone."""
    if bridge.names_one_of(span.text):
        return False
    document = lookup(span.doc_id)
    touched = document.sentences_at(span.start, span.end)
    if not touched:
        return False
    start, end = touched[0][0], touched[-1][1]
    if span.doc_id == bridge.doc_id and start < bridge.end and bridge.start < end:
        return False
    sentence = document.text[start:end]
    both = f"{bridge.text} {sentence} {document.title} {lookup(bridge.doc_id).title}"
    held, known = stems(both), content(both)
    if any(not stems(w) <= held and not related(w, known) for w in content(" ".join(asked.names))):
        return False
    if not adds(asked, bridge, sentence):
        return False
    if bridge.names_one_of(sentence):
        return True
    first = document.paragraphs[document.paragraph_at(start) - 1][0]
    before = [document.text[a:b] for a, b in document.sentences_at(first, start) if b <= start]
    named = next((text for text in reversed(before) if any(list_whole_names(text))), "")
    return takes_up(sentence) and bridge.names_one_of(named)


def adds(asked: Asked, bridge: Bridge, sentence: str) -> bool:
    """Whether a bridge and a sentence together hold enough of a question, and more than either."""
    both = coverage(asked.words, f"{bridge.text} {sentence}")
    alone = max(coverage(asked.words, bridge.text), coverage(asked.words, sentence))
    return both >= TOGETHER_HOLD and both > alone


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
