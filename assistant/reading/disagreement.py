"""Sources that differ: a second, different answer of the same kind that is sure by itself.

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

from assistant.language.english import CALENDAR, FUNCTION, MONTH, NUMERALS, WEEKDAYS
from assistant.language.fold import fold
from assistant.language.terms import coverage, find_numbers, stem, words
from assistant.reading.confidence import same_answer
from assistant.records import Asked, Candidate, Span

CURRENCY = re.compile(r"[$€£¥]")
WRITTEN_APART = re.compile(  # "40kg", "9:00", "9 am": one value has many spellings
    r"\d[^\W\d_]|\d:\d|\b[ap]\.?m\b", re.IGNORECASE
)
FEW_WORDS = 4  # of an answer that is a figure and no statement
SURE_ALONE = 0.7  # least confidence of a rival, without the answers of other documents
YEAR_ALONE = re.compile(r"\b(?:1\d{3}|20\d{2})\b(?!['’]s)")
DECADE_ALONE = re.compile(r"\b(\d\d[1-9]0)['’]?s\b")
CENTURY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b(?=.{0,40}\bcentur)")
DAY = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?:{MONTH})\b|\b(?:{MONTH}) (\d{{1,2}})\b"
)
SEVERAL_TIMES = re.compile(  # "12–14 May", "between 1914 and 1918", "4, 5 and 6 May"
    r"\d(?:st|nd|rd|th)?\s?(?:(?:[-–—/]|to|until|and|or|&)\s?\d|,\s?\d{1,2}\b)"
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
    is_of_another: Callable[[Span], bool] = lambda span: False,
) -> Disagreement | None:
    """The best candidate's rival, if there is one; `candidates` best first, `sentence` gives the
    sentences of its document that a span touches, `above` the title and headings over them.

    The rival is sure where only its own document is read, stands in another sentence that holds as
    much of the question as the best one's, and differs by value.  What is above it counts where it
    is of another document; `is_of_another` says that this is about another subject.
    """
    if not candidates or (not asked.kind and (asked.several or asked.whether)):
        return None
    compared = COMPARE.get(asked.kind, find_values)
    apart = compared is find_values  # one text may state several figures of a kind
    first = candidates[0].span
    here = sentence(first)
    for candidate in candidates[1:]:
        second = candidate.span
        if candidate.alone < SURE_ALONE or (apart and second.doc_id == first.doc_id):
            continue
        there = sentence(second)
        if there == here or same_answer(first, second):
            continue
        if first.doc_id != second.doc_id:
            there = f"{above(second)} {there}"
        if coverage(asked.words, there) < coverage(asked.words, here):
            continue
        one, other = compared(first.text, here), compared(second.text, sentence(second))
        differ = any(one[k].isdisjoint(other[k]) for k in one.keys() & other.keys())
        if differ and not is_of_another(second):
            note = f"The sources differ: “{first.text}” and “{second.text}”."
            return Disagreement(first, second, note)
    return None


def find_count(text: str, sentence: str) -> Values:
    """What is counted, by stem, and the number: {"resid": {"57000.0"}} for "57,000"
    before "residents"; of money with its sign: {"£month": {"640.0"}}."""
    found = find_numbers(text)
    parts = {part for value in found if "." in value for part in value.split(".")}
    at = fold(sentence).find(fold(text))
    following = [*words(text), *words(sentence[at + len(text) :])] if at >= 0 else words(text)
    nouns = [
        w for w in following if w not in FUNCTION | NUMERALS.keys() and not re.search(r"\d", w)
    ]
    sign = CURRENCY.search(text)
    key = (sign[0] if sign else "") + (stem(nouns[0]) if nouns else "")
    return {key: {str(float(value)) for value in found - parts}} if found and key else {}


def find_times(text: str, _: str) -> Values:
    """The grains of a time and their values: {"month": {"may"}, "year": {"1916"}}; empty for
    several times, or from one to another."""
    said = fold(text)
    if SEVERAL_TIMES.search(said):
        return {}
    found = {
        "century": set(CENTURY.findall(said)),
        "decade": set(DECADE_ALONE.findall(said)),
        "year": set(YEAR_ALONE.findall(said)),
        "month": {w[:3] for w in (CALENDAR - WEEKDAYS) & set(words(said))},
        "day": {(a or b).lstrip("0") for a, b in DAY.findall(said)},
        "weekday": WEEKDAYS & set(words(said)),
    }
    return {grain: values for grain, values in found.items() if values}


def find_values(text: str, sentence: str) -> Values:
    """Where the question does not say whether a number or a time is asked for ("What is the fee?",
    "What is the deadline?"): what a short answer with figures is; empty for any other, for names
    ("Room 4"), and for what is written in many ways ("40kg", "9 am")."""
    named = any(w[0].isupper() and fold(w) not in CALENDAR for w in re.findall(r"\w+", text))
    if (
        len(words(text)) > FEW_WORDS
        or not re.search(r"\d", text)
        or named
        or WRITTEN_APART.search(text)
    ):
        return {}
    return find_times(text, sentence) or find_count(text, sentence)


COMPARE = {"count": find_count, "amount": find_count, "time": find_times, "year": find_times}
