"""A question with slips of the keyboard -> the question as it was meant, in the words of the texts.

Tried only where the question as typed leads nowhere, and shown as the query that was used.  What is
a word of the reader's vocabulary is no slip: "Ireland" never becomes "Iceland".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from difflib import get_close_matches

from assistant.language.fold import fold
from assistant.language.terms import stem

LETTERS = re.compile(r"[^\W\d_]+")
SHORTEST = 4  # letters; a shorter word resembles too many others
LEAST_RATIO = (
    0.8  # least 2·M / (letters of both), M in common and in order (Ratcliff and Metzener 1988)
)


def spelled(question: str, texts: Iterable[str], known: Callable[[str], bool]) -> str | None:
    """The question with each unknown word replaced by the word of `texts` that it is nearly; None
    where that changes nothing.

    known: whether a word in lower case is one of the language.
    """
    written = Counter(word for text in texts for word in LETTERS.findall(text))
    forms: dict[str, str] = {}  # as it is mostly written
    for word, _ in reversed(written.most_common()):
        forms[fold(word)] = word
    stems = {stem(form) for form in forms}

    def mended(found: re.Match[str]) -> str:
        word = fold(found.group())
        inflected = stem(word) in stems  # "webcast" where the texts have "webcasts" is no slip
        if len(word) < SHORTEST or inflected or known(word):
            return found.group()
        alike = [f for f in forms if f[0] == word[0] and abs(len(f) - len(word)) <= 2]
        near = get_close_matches(word, alike, n=1, cutoff=LEAST_RATIO)
        return forms[near[0]] if near else found.group()

    mended_question = LETTERS.sub(mended, question)
    return None if mended_question == question else mended_question
