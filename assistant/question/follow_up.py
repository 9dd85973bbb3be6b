"""Follow-ups: a question that leans on the talk is searched and read behind the turns before it.

Nothing is filled in: the reader was trained on talks, and "Who keeps the key? Ines Dahl | Since
when?" is what is put to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.language.terms import words
from assistant.question.asked import SAID_BEFORE, own_words
from assistant.records import Answer

TURNS = 2  # before a question, that are read with it
MOST_WORDS = 45  # of them all: the reader takes no much longer question
OF_ANSWER = 15  # words of an answer: a sentence that settles whether may be long


def in_talk(before: Iterable[tuple[str, str]], question: str) -> str:
    """A question behind earlier ones, each with its answer, as the reader was trained to read it.

    >>> in_talk([("Who keeps the key?", "Ines Dahl"), ("Since when?", "")], "And where?")
    'Who keeps the key? Ines Dahl | Since when? | And where?'
    """
    return SAID_BEFORE.join([*(f"{asked} {answer}".strip() for asked, answer in before), question])


def behind(history: Sequence[Answer], question: str) -> str:
    """A question behind as many of the last turns as can be read with it; as it is, where there
    were none.  What asked nothing new ("thanks", "tell me more") is passed over."""
    asked: dict[str, str] = {}  # each question with its answer
    for a in history:
        if a.kind != "help":
            asked.setdefault(own_words(a.query_used), " ".join(a.text.split()[:OF_ANSWER]))
    before = list(asked.items())[-TURNS:]
    while before and len(words(in_talk(before, question))) > MOST_WORDS:
        del before[0]
    return in_talk(before, question)
