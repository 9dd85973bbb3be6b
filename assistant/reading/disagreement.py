"""Sources that differ: a second, different answer of the same kind, nearly as well supported.

Pure: candidates, their passages and a question in, at most one rival out.  Only answers that can
be compared by value are, so that two wordings are never taken for a contradiction: numbers of the
same thing ("57,000 residents" beside "56,500 residents"), and times of the same grain (two years,
two weekdays, two months).  "Thursday" beside "this week" is not a difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from assistant.language.english import CALENDAR, FUNCTION, NUMERALS, WEEKDAYS
from assistant.language.fold import fold
from assistant.language.terms import coverage, find_numbers, stem, words
from assistant.reading.confidence import same_answer
from assistant.records import Asked, Candidate, Span

MARGIN_BEHIND = 2.0  # logits that the rival's margin may lie behind the best's


@dataclass(frozen=True)
class Disagreement:
    """`first` and `second` answer the same question differently; `note` says so in a sentence."""

    first: Span
    second: Span
    note: str


def find_disagreement(
    asked: Asked, candidates: Sequence[Candidate], sentence: Callable[[Span], str]
) -> Disagreement | None:
    """The best candidate's rival, if there is one; `candidates` best first, `sentence` gives the
    sentences of its document that a span touches.

    The rival is marked above the null, lies at most `CLOSE` logits behind, stands in another
    sentence that holds as much of the question as the best one's, and differs by value.
    """
    if not candidates or asked.kind not in ("count", "amount", "time", "year"):
        return None
    first = candidates[0].span
    here = sentence(first)
    for candidate in candidates[1:]:
        second = candidate.span
        if second.margin <= 0 or second.margin < first.margin - MARGIN_BEHIND:
            continue
        there = sentence(second)
        if there == here or same_answer(first, second):
            continue
        if coverage(asked.words, there) < coverage(asked.words, here):
            continue
        compared = find_count if asked.kind in ("count", "amount") else dated
        one, other = compared(first.text, here), compared(second.text, there)
        if one and other and one[0] == other[0] and one[1].isdisjoint(other[1]):
            note = f"The sources differ: “{first.text}” and “{second.text}”."
            return Disagreement(first, second, note)
    return None


def find_count(text: str, sentence: str) -> tuple[str, AbstractSet[str]] | None:
    """What is counted, by stem, and the number: ("resid", {"57000"}) for "57,000" before
    "residents"."""
    values = {value for value in find_numbers(text) if value}
    at = fold(sentence).find(fold(text))
    following = [*words(text), *words(sentence[at + len(text) :])] if at >= 0 else words(text)
    nouns = [
        w for w in following if w not in FUNCTION | NUMERALS.keys() and not re.search(r"\d", w)
    ]
    return (stem(nouns[0]), values) if values and nouns else None


def dated(text: str, _: str) -> tuple[str, AbstractSet[str]] | None:
    """The grain of a time and its value: ("year", {"1916"})."""
    found = words(text)
    years = {w for w in found if re.fullmatch(r"1\d{3}|20\d{2}", w)}
    days = WEEKDAYS & set(found)
    months = (CALENDAR - WEEKDAYS) & set(found)
    for grain, values in (("year", years), ("month", months), ("day", days)):
        if values:
            return grain, values
    return None
