"""A question, understood once: what is asked, of which kind, with which names and figures."""

from __future__ import annotations

import re

from assistant.language.english import AUXILIARY, FUNCTION, NEGATION, NUMERALS, UNITS
from assistant.language.fold import fold
from assistant.language.terms import content, find_names, find_numbers, stem, words
from assistant.records import Asked

QUESTION_KINDS = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"\bhow many\b(?! times (?:more|as))", "count"),
        (r"\b(?:what|which) (?:number|percentage) of\b", "count"),
        (r"\bhow much (?:money|time|of)?\b", "amount"),
        (r"^(?:in |during |by |since |from )?(?:what|which) year\b", "year"),
        (r"^(?:and |so )?(?:since |from |until |by )?when\b", "time"),
    )
)
DECADE = re.compile(r"\d+['’]?s\b")
FEW = rf"(?:{'|'.join(UNITS.split()[2:])}|[2-9]|1\d)"  # two to nineteen
# "Which two ports are open?", "Who are the leaders?", "List all findings": several are asked for.
# A word in -s counts where a verb, an auxiliary or "of" follows it: it may be a verb itself.
SEVERAL = re.compile(
    r"^(?:please )?(?:list|name|enumerate) (?!(?:of|a|an|one|the (?:first|last))\b)(?:\w+ )*?\w+s\b"
    r"|\b(?:who|what|which) (?:are|were) (?:(?:all|some) )?"
    r"(?:(?:of )?the|his|her|its|their|our|[^\W\d]+(?:'s|s'))\b"
    rf"|\b(?:which|what) (?:(?!(?:{'|'.join(sorted(FUNCTION))})\b)[\w-]+ ){{0,2}}"
    r"(?!(?:does|was|is|has|this|us)\b)(?:[\w-]+[^sui\W]s|people|children|men|women)"
    rf"(?= (?:{'|'.join(sorted(AUXILIARY))}|of|who|[^\W\d]+ed)\b)"
    rf"|\b(?:which|what) {FEW}\b"
    r"(?! (?:percent|per cent|year|million|billion))",
)
ONE_FOR_ALL = re.compile(  # one thing of them all, or another than those
    r"\b(?:called|named|known|mean|like|by|for|from|with)$"
    r"|\b(?:along with|besides|other than|apart from|in addition to|aside from)\b"
)
NUMBER = re.compile(rf"\b(?:which|what|the|name|list) ({FEW}) (?!percent|per cent|times)")
QUESTION_WORD = re.compile(r"\b(?:who|whom|what|which|when|where|why|how)\b")


def understand(question: str) -> Asked:
    """The record of a question that stands alone.

    >>> understand("How many ships sailed in 1854?").kind
    'count'
    """
    folded = fold(question)
    asked = content(question)
    first = words(question)[:1]
    plain = folded.strip(" ?!.")
    several = bool(SEVERAL.search(plain)) and not ONE_FOR_ALL.search(plain)
    number = NUMBER.search(plain)
    return Asked(
        text=question,
        kind=find_kind(folded),
        words=asked,
        stems=frozenset(stem(part) for word in asked for part in (word, *word.split("-"))),
        names=find_names(question),
        figures=find_numbers(DECADE.sub("", question)),
        whether=bool(first) and first[0] in AUXILIARY,
        negated=bool(NEGATION.search(folded)),
        several=several,
        number=int(NUMERALS.get(number[1], number[1])) if several and number else 0,
    )


def find_kind(folded: str) -> str:
    """count, amount, time, year, or "" for what no question word settles.

    Only a lone question word counts: with two ("when and where") nothing is settled.
    """
    if len(QUESTION_WORD.findall(folded)) > 1:
        return ""
    return next((kind for pattern, kind in QUESTION_KINDS if pattern.search(folded)), "")
