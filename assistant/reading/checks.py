"""Checks: what strikes a candidate, in one table.

Each check looks at a question, a candidate and what was read, and says why the candidate can
hardly be the answer, or "".  One stays only while `eval/bench_checks.py` shows that, on text which
it was not made for, it strikes many more wrong answers than right ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.language.english import FUNCTION, NUMERALS, PRONOUN, TITLES
from assistant.language.fold import fold
from assistant.language.terms import coverage, find_numbers, stem, words
from assistant.language.tokens import SIGN
from assistant.reading.premises import find_negation, find_opposite, nearly_holds
from assistant.reading.tables import Cell, find_another
from assistant.records import Asked, Span

LEAST_DIGITS = 3  # of a figure that must stand in the passage: smaller ones may be counted
FOLLOWING = 60  # characters behind a candidate that are looked at
YEAR_WORD = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
# the year that belongs to what stands before it: "2.5% (2011)", "42 euros in 2022"
ITS_YEAR = re.compile(rf"\s?(?:\([^)]{{0,40}}\)|(?:in|during|for) {YEAR_WORD.pattern})")
NUMBERED = re.compile(r"\b([^\W\d_]{3,}) (\d{1,2})\b(?![.,:]\d)")  # "hall 3", "week 6"
DESCRIBED = re.compile(r"(?:(who) (?:is|was)|what (?:is|was)(?: the)?) (.+?)[\s?!.]*")
TELLS = re.compile(r"\W*(?:[,(:–—]|(?:is|was|are|were)\b)")  # behind a name
BESIDE = 1  # words in small letters, at most, between a name and what is told of it beside it
KEY = re.compile(rf"[\s>*+•`\"'-]*({SIGN.pattern})")  # how a line of settings begins
IDENTIFIED = re.compile(r"\b([A-Z]{1,6})-?(\d{1,6})\b(?![.,:]\d)")  # "MO5151", "F-16"
LINK_TARGET = re.compile(r"\]\((?:[/#]|\.\.?/)[^\s()]*\)")  # of Markdown, to a page beside
QUESTION_MARK = re.compile(r"\?[\s*_\"”'’)]*$")


@dataclass(frozen=True)
class Evidence:
    """What stands around a candidate.

    sentence   those of its document that it touches
    passage    the chunk that it was read in, under its headings, as the reader saw it
    sentences  all sentences of all the chunks that were read
    after      the words that follow the candidate in its document
    above      the headings that the passage stands under
    cell       where it stands in a table, if it does
    at         where the candidate begins in the sentence
    """

    sentence: str
    passage: str
    sentences: Sequence[str]
    after: str = ""
    above: str = ""
    cell: Cell | None = None
    at: int = 0


Check = Callable[[Asked, Span, Evidence], str]


def lacks_figure(asked: Asked, span: Span, evidence: Evidence) -> str:
    """A figure of the question, a year above all, that the passage does not hold."""
    wanted = sorted(f for f in asked.figures if len(f) >= LEAST_DIGITS)
    held = find_numbers(evidence.passage) if wanted else frozenset()
    return next((f"{f} is not mentioned here" for f in wanted if f not in held), "")


def is_of_another_number(asked: Asked, span: Span, evidence: Evidence) -> str:
    """The passage is of another one of what the question numbers: "hall 2" for "hall 3"."""
    there: dict[str, set[str]] = {}
    for word, number in find_numbered(evidence.passage):
        there.setdefault(word, set()).add(number)
    return next(
        (
            f"here it is {word} {min(there[word])}"
            for word, number in find_numbered(asked.text)
            if word not in FUNCTION and word in there and number not in there[word]
        ),
        "",
    )


def find_numbered(text: str) -> Iterator[tuple[str, str]]:
    """(word, number) of what goes by one: ("hall", "3"), ("mo", "5151")."""
    yield from NUMBERED.findall(fold(text))
    yield from ((letters.lower(), digits) for letters, digits in IDENTIFIED.findall(text))


def is_bare_number(asked: Asked, span: Span, evidence: Evidence) -> str:
    """How many there are, where it is asked which: "Which communes …?" – "11 communes"."""
    if not asked.several or asked.kind:
        return ""
    said, after = words(span.text), words(evidence.after)[:1]
    bare = len(said) == 1 and (said[0] in NUMERALS or said[0].isdigit())
    return "it is how many" if bare and after and stem(after[0]) in asked.stems else ""


def is_of_another_year(asked: Asked, span: Span, evidence: Evidence) -> str:
    """Neither the sentence nor a heading names a year that is asked for, but the sentence another
    one; or another one stands right behind the candidate: "2.5% (2011)"."""
    wanted = {f for f in asked.figures if YEAR_WORD.fullmatch(f)}
    if not wanted:
        return ""
    own_year = ITS_YEAR.match(evidence.after)
    own = set(YEAR_WORD.findall(span.text))
    around = set(YEAR_WORD.findall(evidence.above))
    for text, held in ((evidence.sentence, around), (own_year[0] if own_year else "", set())):
        there = set(YEAR_WORD.findall(text))
        if there - own and not wanted & (there | held):
            return f"here it is {min(there - own)}"
    return ""


def is_apart_from_name(asked: Asked, span: Span, evidence: Evidence) -> str:
    """Who somebody is, told in a sentence that names them, but not beside the name: "Mr. Bodfish
    leaned over towards his niece"; or but a title of theirs: "Dr".  What something is, told by what
    the name is only part of: "Centaur" – "tone control" of "Centaur tone control"."""
    whole = DESCRIBED.fullmatch(fold(asked.text))
    named = words(whole[2]) if whole else ()
    if not whole or not named or tuple(words(" ".join(asked.names))) != named or "'s" in asked.text:
        return ""  # "the head of the bank", "Ada's boss" are no names
    sentence, last, of_who = evidence.sentence, named[-1], whole[1]
    start, end = evidence.at, evidence.at + len(span.text)
    places = [m.span() for m in re.finditer(rf"\b{re.escape(last)}\b", fold(sentence))]
    if not places:  # elsewhere in what was read; nowhere: it is spelled in another way
        apart = last in words(evidence.passage) and last not in words(evidence.above)
        apart = apart and not {*words(sentence)[:1]} <= PRONOUN  # "She is the mayor."
        return f"{last} is not named here" if apart and of_who else ""
    if not of_who:
        joined = any(sentence[b:start] == " " for _, b in places)
        return f"it is of more than {last}" if joined and span.text[0].isupper() else ""
    if any(b <= start and TELLS.match(sentence, b) for _, b in places):
        return ""
    gaps = [sentence[b:start] if b <= start else sentence[end:a] for a, b in places]
    if min(map(count_plain, gaps)) > BESIDE:
        return f"it stands apart from {last}"
    return "it is but a title" if {*words(span.text)} <= TITLES else ""


def count_plain(text: str) -> int:
    """How many words in small letters carry meaning."""
    found = re.findall(r"[^\W\d_]+", text)
    return sum(word[0].islower() and word not in FUNCTION for word in found)


def is_of_another_key(asked: Asked, span: Span, evidence: Evidence) -> str:
    """Its line is of another sign than the question's: the value of FTL_PORT for FTL_HOST's."""
    wanted = set(SIGN.findall(fold(asked.text)))
    begin = evidence.sentence.rfind("\n", 0, evidence.at) + 1
    key = KEY.match(evidence.sentence, begin) if wanted else None
    if not key or key.start(1) <= evidence.at < key.end(1):
        return ""
    line = fold(evidence.sentence[begin:].split("\n", 1)[0])
    if wanted & set(SIGN.findall(line)):
        return ""
    return f"here it is {key[1]}"


def is_of_another_cell(asked: Asked, span: Span, evidence: Evidence) -> str:
    """It stands in another row or column of a table than the question names."""
    return find_another(asked, evidence.cell) if evidence.cell else ""


def is_link_target(asked: Asked, span: Span, evidence: Evidence) -> str:
    """Where a link to a page beside leads, "/commands/npm-publish", says nothing to a reader; a
    whole address or a file may be asked for."""
    links = LINK_TARGET.finditer(evidence.sentence)
    inside = any(link.start() < evidence.at < link.end() for link in links)
    return "it is where a link leads" if inside else ""


def is_itself_asked(asked: Asked, span: Span, evidence: Evidence) -> str:
    """Whether something is so is not settled by a question, such as a heading that asks it."""
    return "this is a question" if asked.whether and QUESTION_MARK.search(evidence.sentence) else ""


def is_opposite(asked: Asked, span: Span, evidence: Evidence) -> str:
    """An opposite of what the question takes for granted in a sentence about just that."""
    return denied_by(find_opposite, asked, evidence)


def is_negated(asked: Asked, span: Span, evidence: Evidence) -> str:
    """A negation of what the question takes for granted in a sentence about just that."""
    return denied_by(find_negation, asked, evidence)


def denied_by(find: Callable[[Asked, str], str], asked: Asked, evidence: Evidence) -> str:
    """The denial in a sentence that holds as much of the question as the candidate's own."""
    own = coverage(asked.words, evidence.sentence)
    return next(
        (
            reason
            for sentence in evidence.sentences
            if nearly_holds(asked, sentence) and coverage(asked.words, sentence) >= own
            if (reason := find(asked, sentence))
        ),
        "",
    )


# Right and wrong answers struck of a thousand, by `eval/bench_checks.py`, on SQuAD 2.0's 21 dev
# articles (3,871 right, 1,768 wrong) and on eval/genres (176, 864):
CHECKS: tuple[Check, ...] = (
    lacks_figure,  # 0.8 and 15.8; 0 and 27.8
    is_of_another_number,  # 0.0 and 1.1; 0 and 4.6
    is_of_another_year,  # 1.3 and 22.1; 0 and 0
    is_apart_from_name,  # 16 and 272 of "Who is NAME?", SQuAD's training set (61, 184)
    is_of_another_key,  # no sign of this form stands in a question there
    is_of_another_cell,  # 0 and 0, for nothing there is a table: eval/bench_tables.py
    is_link_target,  # 0 and 0, for nothing there is a link
    is_itself_asked,  # 0 and 0, for no text there asks
    is_bare_number,  # 0 and 0; .0 right ones of a thousand on SQuAD's training set
    is_opposite,  # 0.3 and 9.0; 0 and 0
    is_negated,  # 1.0 and 11.3; 0 and 4.6
)


def find_reason_against(asked: Asked, span: Span, evidence: Evidence) -> str:
    """Why a candidate can hardly be the answer, by the first check that strikes it; "" if none."""
    return next((reason for c in CHECKS if (reason := c(asked, span, evidence))), "")
