"""What a question takes for granted, against sentences of the source: does one deny it?

Pure functions over a question and sentences.  They know nothing of readers, documents or
thresholds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from assistant.language.english import (
    AFFIRMS,
    CALENDAR,
    CLAUSE_ENDS,
    DONE,
    DOUBT,
    NEGATION,
    NUMERALS,
    OPPOSITES,
)
from assistant.language.fold import fold
from assistant.language.terms import content, coverage, related, stem, stems
from assistant.records import Asked

NEARLY_ALL = 0.8  # share of a question's words in a sentence that may deny it
GOVERNED_SHARE = (
    0.6  # share of its words, names and dates aside, in the clause that a negation governs
)
DENIES = 0.1  # what a denial adds to the share of words that a sentence holds
REACH = 4  # content words that a negation may stand away from what it denies
PREFIXES = ("un", "in", "im", "dis", "non", "mis")


def find_opposite(asked: Asked, sentence: str) -> str:
    """An opposite of a word of the question in the sentence, or words that leave it open; ""."""
    if asked.whether:
        return ""
    mine = {stem(w): w for w in asked.words}
    theirs = {stem(w): w for w in content(sentence)}
    for pair in OPPOSITES:
        for one, other in (pair, pair[::-1]):
            a = {stem(w) for w in one} & mine.keys()
            b = {stem(w) for w in other} & theirs.keys() - mine.keys()
            if a and b and not a & theirs.keys():
                return f"the question says “{mine[min(a)]}”, the source “{theirs[min(b)]}”"
    for word in asked.words:
        for prefix in PREFIXES:
            if stem(prefix + word) in theirs and stem(word) not in theirs and len(word) > 3:
                return f"the question says “{word}”, the source “{prefix}{word}”"
    doubt = DOUBT.search(fold(sentence))
    if doubt and not asked.negated and DONE.search(fold(asked.text)):
        return f"the source says “{doubt.group()}”"
    return ""


def find_negation(asked: Asked, sentence: str) -> str:
    """The negation whose clause holds most of the question's words, names and dates aside; "".

    "Not until 1864" affirms, and none is an answer to how many.
    """
    if asked.whether or asked.negated or asked.kind == "count":
        return ""
    named = stems(" ".join(asked.names))
    own = [w for w in asked.words if w not in CALENDAR | NUMERALS.keys() and stem(w) not in named]
    text = fold(sentence)
    for match in NEGATION.finditer(text):
        clause = CLAUSE_ENDS.split(text[match.end() :])[0]
        held = sum(stem(w) in stems(clause) for w in own)
        if own and held >= GOVERNED_SHARE * len(own) and not AFFIRMS.search(match.group() + clause):
            return f"the source says “{match.group()}{clause.rstrip()}”"
    return ""


def bearing(asked: Asked, sentences: Sequence[str]) -> list[float]:
    """How much each of a few sentences says about what the question takes for granted.

    The share of the question's content words that it holds, a word weighing log((n + 1) / (k +
    1/2)) where k of the n sentences hold it (inverse document frequency, Spärck Jones 1972), and
    `DENIES` more where it contradicts or negates it.
    """
    held = [stems(sentence) for sentence in sentences]
    rarity = {
        w: math.log((len(held) + 1) / (sum(stem(w) in there for there in held) + 0.5))
        for w in asked.words
        if w not in NUMERALS
    }
    whole = sum(rarity.values())
    return [
        sum(r for w, r in rarity.items() if stem(w) in there or related(w, content(sentence)))
        / (whole or 1)
        + DENIES * bool(find_opposite(asked, sentence) or touches_negation(asked, sentence))
        for there, sentence in zip(held, sentences, strict=True)
    ]


def touches_negation(asked: Asked, sentence: str) -> bool:
    """Whether a negation stands near a word of a question that has none itself."""
    if asked.whether or asked.negated:
        return False
    text = fold(sentence)
    return any(
        stem(w) in asked.stems
        for match in NEGATION.finditer(text)
        for w in content(CLAUSE_ENDS.split(text[match.end() :])[0])[:REACH]
    )


def nearly_holds(asked: Asked, sentence: str) -> bool:
    """Whether a sentence speaks of just what is asked: it holds nearly all of its words."""
    return bool(asked.words) and coverage(asked.words, sentence) >= NEARLY_ALL
