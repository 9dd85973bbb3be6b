"""Question against span: does what was read fit what was asked, and what was taken for granted?

Pure functions over strings: the question, the words of a candidate answer, and what they were read
in.  They know nothing of readers, documents or thresholds.  A misfit is what a right answer hardly
ever shows: a "how many" answered without any number, or a year in the question that the context
does not hold.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from assistant.language.english import (
    AFFIRMS,
    AUXILIARY,
    CALENDAR,
    CLAUSE_ENDS,
    DONE,
    DOUBT,
    FUNCTION,
    NEGATION,
    NUMERALS,
    OPPOSITES,
    QUANTITY,
    TEMPORAL,
    TIME,
)
from assistant.language.fold import fold
from assistant.language.terms import content, coverage, names, numbers, related, stem, stems, words
from assistant.reading.offices import HELD, another, is_country

COUNTED = re.compile(r"\b(?i:how many) ([A-Z]\w+)(?! [A-Z])")  # by name: "how many Democrats"
NEARLY_ALL = 0.8  # share of a question's words in a sentence that may deny it
MOST = 0.6  # share of its words, names and dates aside, in the clause that a negation governs
DENIES = 0.1  # what a denial adds to the share of words that a sentence holds
REACH = 4  # content words that a negation or an opposite may stand away from what it denies


def misfit(question: str, span: str, context: str) -> list[str]:
    """Why a span, read in `context`, can hardly be the answer, in words for a person."""
    return [
        *kind_clash(question, span),
        *missing_numbers(question, context),
        *another(question, span, context),
    ]


def kind_clash(question: str, span: str) -> list[str]:
    """Why a span is certainly of another kind than the question asks for, if it is."""
    kind, found = asked_kind(question), words(span)
    if not found:
        return []
    number = any(numeric(w) for w in found)
    moment = any(timely(w) for w in found)
    bare = all(numeric(w) or timely(w) or w in FUNCTION for w in found) and (number or moment)
    if kind == "count" and not number and not any(w in QUANTITY for w in found):
        return ["the question asks how many, and there is no number"]
    if kind == "count" and set(found) == {"first"}:  # a later rank counts: "their second" is two
        return ["the question asks how many, and this is a rank"]
    if kind == "count" and (counted := COUNTED.search(question)):
        named = [w for w in span.split()[1:] if w[0].isupper()]
        if named and not any(related(fold(counted.group(1)), words(w)) for w in named):
            return [f"the question asks how many {counted.group(1)}, and this counts others"]
    if kind == "year" and not number and not moment:
        return ["the question asks for a year, and there is none"]
    if (
        kind == "time"
        and not moment
        and not number
        and not re.search(r"[A-Z]", span)
        and not any(w in TEMPORAL for w in found)
    ):
        return ["the question asks when, and there is no time"]
    if kind == "person" and bare and not re.search(r"[A-Z]", span.replace("I", "")):
        return ["the question asks who, and this is a number or a time"]
    if kind == "place" and bare and not re.search(r"[A-Z]", span):
        return ["the question asks where, and this is a number or a time"]
    if kind == "city" and all(is_country(w) or w in FUNCTION for w in found):
        return ["the question asks for a city, and this is a country"]
    if kind == "party" and HELD.fullmatch(span):
        return ["the question asks for a party, and this is an office"]
    return []


def asked_kind(question: str) -> str:
    """count, amount, time, year, city, party, person, place, or "" for what no question word
    settles.

    Only the question's one question word counts: with two ("when and where") nothing is settled.
    """
    asked = fold(question)
    if len(re.findall(r"\b(?:who|whom|what|which|when|where|why|how)\b", asked)) > 1:
        return ""
    kinds = (
        (r"\bhow many\b(?! times (?:more|as))", "count"),
        (r"\b(?:what|which) (?:number|percentage) of\b", "count"),
        (r"\bhow much (?:money|time|of)?\b", "amount"),
        (r"^(?:in |during |by |since |from )?(?:what|which) year\b", "year"),
        (r"^(?:in |at |to |from )?(?:what|which) (?:\w+ ){0,2}?(?:city|town|village)\b", "city"),
        (r"^(?:what|which) (?:political )?party\b", "party"),
        (r"^(?:and |so )?(?:since |from |until |by )?when\b", "time"),
        (r"^(?:and |so )?(?:who|whom|to whom|with whom|by whom)\b(?!'s)", "person"),
        (r"^(?:and |so )?where\b(?!.*\b(?:rank|stand|place|finish|come)\b)", "place"),
    )
    return next((kind for pattern, kind in kinds if re.search(pattern, asked)), "")


def numeric(word: str) -> bool:
    return bool(re.search(r"\d", word)) or any(
        part in NUMERALS or part in QUANTITY - {"a", "an", "no", "all", "any"}
        for part in word.split("-")
    )


def timely(word: str) -> bool:
    return bool(re.fullmatch(r"(?:\d{1,2}|\d{3,4})(?:s|th|st|nd|rd|am|pm|ad|bc)?", word)) or any(
        part in TIME for part in (word, *word.split("-"), word.removesuffix("'s"))
    )


def missing_numbers(question: str, context: str) -> list[str]:
    """Figures of three digits and more (years above all) that the context does not hold.  Smaller
    ones may be counted rather than written ("which 2 countries"), a decade be in its century."""
    held = numbers(context)
    return [
        f"{figure} is not mentioned here"
        for figure in sorted(numbers(re.sub(r"\d+['’]?s\b", "", question)) - held)
        if len(figure) > 2
    ]


def negated(question: str, span: str, sentence: str) -> list[str]:
    """The negation by which the sentence denies what the question takes for granted.

    It stands outside the span, near a content word of the question, and the question has none.
    A question that asks whether takes nothing for granted.
    """
    if asks_whether(question) or NEGATION.search(fold(question)):
        return []
    asked = stems(question)
    text = fold(sentence).replace(fold(span), " ", 1)
    for match in NEGATION.finditer(text):
        clause = CLAUSE_ENDS.split(text[match.end() :])[0]
        if any(stem(w) in asked for w in content(clause)[:REACH]):
            return [f"the source says “{match.group()}{clause.rstrip()}”"]
    return []


def contradicted(question: str, span: str, sentence: str) -> list[str]:
    """An opposite of a word of the question in the sentence, or words that leave it open."""
    if asks_whether(question):
        return []
    asked = {stem(w): w for w in content(question)}
    said = {stem(w): w for w in content(sentence)}
    for one, other in OPPOSITES:
        for mine, theirs in ((one, other), (other, one)):
            a = {stem(w) for w in mine} & asked.keys()
            b = {stem(w) for w in theirs} & said.keys() - asked.keys()
            if a and b and not a & said.keys():
                return [f"the question says “{asked[min(a)]}”, the source “{said[min(b)]}”"]
    for word in content(question):
        for prefix in ("un", "in", "im", "dis", "non", "mis"):
            if stem(prefix + word) in said and stem(word) not in said and len(word) > 3:
                return [f"the question says “{word}”, the source “{prefix}{word}”"]
    doubt = DOUBT.search(fold(sentence).replace(fold(span), " ", 1))
    if doubt and not NEGATION.search(fold(question)) and DONE.search(fold(question)):
        return [f"the source says “{doubt.group()}”"]
    return []


def refuted(question: str, sentence: str) -> list[str]:
    """Why a sentence plainly denies what the question takes for granted, if it does.

    It holds nearly all words of the question, and an opposite of one, or a doubt, or a negation
    whose clause holds most of what is asked.  `eval/bench_premises.py` counts how often that
    happens to questions that have an answer.
    """
    if coverage(question, sentence) < NEARLY_ALL:
        return []
    return contradicted(question, "", sentence) or flatly_negated(question, sentence)


def flatly_negated(question: str, sentence: str) -> list[str]:
    """The negation whose clause holds most of the question's words, names and dates aside.

    "Not until 1864" affirms, and none is an answer to how many.
    """
    asks = asks_whether(question) or asked_kind(question) == "count"
    if asks or NEGATION.search(fold(question)):
        return []
    named = stems(" ".join(names(question)))
    asked = [w for w in content(question) if w not in CALENDAR | NUMERALS.keys()]
    asked = [w for w in asked if stem(w) not in named]
    text = fold(sentence)
    for match in NEGATION.finditer(text):
        clause = CLAUSE_ENDS.split(text[match.end() :])[0]
        held = sum(stem(w) in stems(clause) for w in asked)
        if not AFFIRMS.search(match.group() + clause) and asked and held >= MOST * len(asked):
            return [f"the source says “{match.group()}{clause.rstrip()}”"]
    return []


def bearing(question: str, sentences: Sequence[str]) -> list[float]:
    """How much each of a few sentences says about what the question takes for granted.

    The share of the question's content words that it holds, a word weighing log((n + 1) / (k +
    1/2)) where k of the n sentences hold it (inverse document frequency, Spärck Jones 1972), and
    `DENIES` more where it contradicts or negates it.
    """
    held = [stems(sentence) for sentence in sentences]
    asked = [w for w in content(question) if w not in NUMERALS]
    rarity = {
        w: math.log((len(held) + 1) / (sum(stem(w) in there for there in held) + 0.5))
        for w in asked
    }
    whole = sum(rarity.values())
    return [
        sum(r for w, r in rarity.items() if stem(w) in there or related(w, content(sentence)))
        / (whole or 1)
        + DENIES * bool(contradicted(question, "", sentence) or negated(question, "", sentence))
        for there, sentence in zip(held, sentences, strict=True)
    ]


def asks_whether(question: str) -> bool:
    """Whether it is a yes-or-no question: it begins with an auxiliary verb."""
    first = words(question)[:1]
    return bool(first) and first[0] in AUXILIARY
