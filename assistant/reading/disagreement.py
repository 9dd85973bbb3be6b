"""Sources that differ: a second, different answer of the same kind, nearly as well supported.

Pure: candidates, their passages and a question in, at most one rival out.  Only answers that can
be compared by value are, so that two wordings are never taken for a contradiction: numbers of the
same thing ("57,000 residents" beside "56,500 residents"), and times of the same grain (two years,
two weekdays, two days of a month).  "Thursday" beside "this week" is not a difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from assistant.language.english import CALENDAR, FUNCTION, NUMERALS, WEEKDAYS
from assistant.language.fold import fold
from assistant.language.terms import coverage, find_numbers, stem, words
from assistant.reading.confidence import same_answer
from assistant.reading.editions import MONTH
from assistant.records import Asked, Candidate, Span

LIKELY = 0.5  # least confidence of a rival, by itself
YEAR_ALONE = re.compile(r"\b(?:1\d{3}|20\d{2})\b")
DECADE_ALONE = re.compile(r"\b\d{3}0s\b")
CENTURY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b(?=.*\bcentur)")
DAY = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?:{MONTH})\b|\b(?:{MONTH}) (\d{{1,2}})\b"
)
Values = Mapping[str, AbstractSet[str]]  # what is measured, or the grain of a time -> its values


@dataclass(frozen=True)
class Disagreement:
    """`first` and `second` answer the same question differently; `note` says so in a sentence."""

    first: Span
    second: Span
    note: str


def find_disagreement(
    asked: Asked,
    candidates: Sequence[Candidate],
    sentence: Callable[[Span], str],
    above: Callable[[Span], str] = lambda span: "",
) -> Disagreement | None:
    """The best candidate's rival, if there is one; `candidates` best first, `sentence` gives the
    sentences of its document that a span touches, `above` the title and headings over them.

    The rival is by itself as likely right as not, stands in another sentence that holds, with what
    is above it, as much of the question as the best one's, and differs by value.
    """
    if not candidates or asked.kind not in ("count", "amount", "time", "year"):
        return None
    first = candidates[0].span
    here = sentence(first)
    for candidate in candidates[1:]:
        second = candidate.span
        if candidate.alone < LIKELY or second.margin <= 0:
            continue
        there = sentence(second)
        if there == here or same_answer(first, second):
            continue
        held = [coverage(asked.words, f"{above(s)} {sentence(s)}") for s in (first, second)]
        if held[1] < held[0]:
            continue
        compared = find_count if asked.kind in ("count", "amount") else find_times
        one, other = compared(first.text, here), compared(second.text, there)
        if any(one[k].isdisjoint(other[k]) for k in one.keys() & other.keys()):
            note = f"The sources differ: “{first.text}” and “{second.text}”."
            return Disagreement(first, second, note)
    return None


def find_count(text: str, sentence: str) -> Values:
    """What is counted, by stem, and the number: {"resid": {"57000"}} for "57,000" before
    "residents"."""
    values = {value for value in find_numbers(text) if value}
    at = fold(sentence).find(fold(text))
    following = [*words(text), *words(sentence[at + len(text) :])] if at >= 0 else words(text)
    nouns = [
        w for w in following if w not in FUNCTION | NUMERALS.keys() and not re.search(r"\d", w)
    ]
    what = "%" if "%" in text else stem(nouns[0]) if nouns else ""
    return {what: values} if values and what else {}


def find_times(text: str, _: str) -> Values:
    """The grains of a time and their values: {"month": {"may"}, "year": {"1916"}}."""
    said = fold(text)
    found = {
        "century": set(CENTURY.findall(said)),
        "decade": set(DECADE_ALONE.findall(said)),
        "year": set(YEAR_ALONE.findall(said)),
        "month": {w[:3] for w in (CALENDAR - WEEKDAYS) & set(words(said))},
        "day": {a or b for a, b in DAY.findall(said)},
        "weekday": WEEKDAYS & set(words(said)),
    }
    return {grain: values for grain, values in found.items() if values}
