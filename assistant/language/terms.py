"""The words, names and numbers of a text, and whether another text holds them.

Pure functions over strings.  Words are compared by stem, names by their parts, demonyms and
initials, numbers by value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import Stemmer

from assistant.language.english import (
    DEMONYM,
    FUNCTION,
    IRREGULAR,
    NUMERALS,
    SETTLED,
    WORD,
)
from assistant.language.fold import fold

PASSAGES = 1024  # texts of which words, names and numbers are remembered: chunks come again
_stem = Stemmer.Stemmer("english")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    return str(_stem.stemWord(word))


@lru_cache(maxsize=PASSAGES)
def words(text: str) -> tuple[str, ...]:
    """Folded words, figures such as 57,000 and hyphenated ones whole."""
    return tuple(WORD.findall(fold(text)))


@lru_cache(maxsize=PASSAGES)
def content(text: str) -> tuple[str, ...]:
    """Folded words without function words, possessives taken off."""
    return tuple(w for w in (w.removesuffix("'s") for w in words(text)) if w not in FUNCTION)


@lru_cache(maxsize=PASSAGES)
def stems(text: str) -> frozenset[str]:
    return frozenset(stem(part) for w in content(text) for part in (w, *w.split("-")))


@lru_cache(maxsize=PASSAGES)
def find_names(text: str) -> tuple[str, ...]:
    """Runs of capitalised words ("House of Representatives" is one); not the first word of the
    text unless a capital or a possessive follows; none where all is in capitals."""
    if text.isupper():
        return ()
    found: list[str] = []
    run: list[re.Match[str]] = []
    for token in [*WORD.finditer(text), None]:
        if token is not None and token.group() == "of" and run:
            run.append(token)
            continue
        joined = run and token is not None and text[run[-1].end() : token.start()].isspace()
        if token is not None and capital(token.group()) and (not run or joined):
            run.append(token)
            continue
        found += find_name(run)
        run = [token] if token is not None and capital(token.group()) else []
    return tuple(found)


def find_name(run: list[re.Match[str]]) -> Iterator[str]:
    """The name in a run of capitalised tokens, if it is one."""
    while run and fold(run[-1].group()) == "of":
        run.pop()
    first = bool(run) and run[0].start() == 0
    while run and fold(run[0].group()).removesuffix("'s") in FUNCTION and not short(run[0]):
        run.pop(0)
    if run and not (first and len(run) == 1 and run[0].start() == 0 and not owned(run[0])):
        text = run[0].string[run[0].start() : run[-1].end()]
        yield re.sub(r"['’]s?$", "", text)


def short(token: re.Match[str]) -> bool:
    """US, IT, WHO and the like: capitals inside a text that has small letters."""
    word = re.sub(r"['’]s?$", "", token.group())
    return word.isupper() and len(word) > 1


def owned(token: re.Match[str]) -> bool:
    return token.group().endswith(("'s", "’s"))


def capital(word: str) -> bool:
    return word[0].isupper() and (len(word) > 1 or word != "I")


@lru_cache(maxsize=PASSAGES)
def find_numbers(text: str) -> frozenset[str]:
    """The numbers of a text by value: "57,000", "twelve", "20th", "the 1990s"."""
    found: set[str] = set()
    for word in words(text):
        plain = word.replace(",", "")
        if match := re.match(r"\d+(?:\.\d+)?", plain):
            found.update((match.group(), *re.findall(r"\d+", plain)))
        for part in word.split("-"):
            if part in NUMERALS:
                found.add(str(NUMERALS[part]))
    return frozenset(found)


def coverage(asked: Sequence[str], text: str) -> float:
    """Share of the content words of a question (numerals aside) that a text holds, by stem or as
    a name's kin."""
    wanted = [w for w in asked if w not in NUMERALS]
    if not wanted:
        return 1.0
    held = stems(text)
    return sum(stem(w) in held or related(w, content(text)) for w in wanted) / len(wanted)


def abbreviates(initials: str, there: list[str]) -> bool:
    """Whether neighbouring words of a text begin with these letters: WHO for its full name."""
    plain = initials.replace(".", "")
    bare = [w for w in there if w not in ("of", "the", "and", "for")]
    return 2 < len(plain) < 7 and plain in "".join(w[0] for w in bare)


def related(word: str, there: Iterable[str]) -> bool:
    """Whether a text, given as words, holds a word or its kin."""
    if word in SETTLED:
        return any(kin(word, t) for t in there)
    return any(t[0] == word[0] and kin(word, t) for t in there)


def kin(a: str, b: str) -> bool:
    """Whether two folded words are a name and its people, or the same name in two spellings:
    they share four letters and more, and at most two others follow on either side."""
    a, b = unaccented(a.removesuffix("'s")), unaccented(b.removesuffix("'s"))
    if a == b:
        return True
    if a in SETTLED or b in SETTLED:
        return any(a in group and b in group for group in IRREGULAR)
    x, y = DEMONYM.sub("", a), DEMONYM.sub("", b)
    same = next((i for i, (p, q) in enumerate(zip(x, y, strict=False)) if p != q), None)
    same = min(len(x), len(y)) if same is None else same
    return same >= 4 and len(x) - same <= 2 and len(y) - same <= 2


@lru_cache(maxsize=65536)
def unaccented(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
