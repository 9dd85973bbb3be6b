"""Follow-ups: a question and the talk before it -> the questions that may be meant.

Nothing here decides which is meant: the caller reads them all and takes the one that the documents
support best.  What a pronoun stands for is asked of the reader, over the talk; a fragment takes the
place of each part like it in the last question; a bare question word is put to the last question.
Only turns that found something count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from assistant.language.english import AUXILIARY, DETERMINER, FUNCTION, PREPOSITION, WH, listed
from assistant.language.fold import fold
from assistant.language.tokens import (
    Token,
    expand_contractions,
    finish,
    join,
    strip_opening,
    tokens,
)
from assistant.records import Answer

TURNS = 3  # earlier turns that are looked at
MEANINGS = 4  # tried at most: each costs a whole reading
FRAGMENT_WORDS = 8  # words of one, at most

OWNERS = listed("his her its their")
POINTERS = listed("this that these those")
PRONOUNS = listed("he him she her it they them there") | OWNERS | POINTERS
ONE = re.compile(r"(?:the |an? )?(?P<which>[\w' -]+?) ones?$", re.IGNORECASE)

FindReferent = Callable[[str, str], str]  # what a text says that a question's "it" is, or ""


def find_meanings(
    question: str, history: Sequence[Answer], find_referent: FindReferent
) -> list[str]:
    """The questions that may be meant, likeliest first, each one that a person could have typed;
    the question itself among them, unless it asks nothing alone.

    history         oldest first
    find_referent   given a question of the form `ask_referent` makes and the talk, the words of the
                    talk that answer it
    """
    turns = [a for a in history if a.found][-TURNS:]
    if not turns:
        return [question]
    last, asked = strip_opening(turns[-1].query_used), strip_opening(question)
    if is_fragment(question):
        whole = [finish(text) for text in exchange(asked, last)]
        return list(dict.fromkeys(whole))[:MEANINGS] or [question]
    if is_bare_word(asked):
        return [finish(reask(asked, last, turns[-1].text))]
    talk = "\n".join(f"{a.query_used} {a.text}" for a in turns)
    resolved = resolve(question, talk, find_referent)
    return [question] if resolved == question else [resolved, question]


def ask_referent(pronoun: str, question: str) -> str:
    """What is put to the reader; it was trained on questions of this form."""
    return f"Who or what is “{pronoun}” in “{question}”?"


def leans(question: str) -> bool:
    """Whether a question leans on the talk by its form: a fragment, a bare question word, or a
    pronoun that nothing before it explains."""
    found = tokens(expand_contractions(question))
    open_ones = any(is_open(found, i) for i in range(len(found)))
    return open_ones or is_fragment(question) or is_bare_word(strip_opening(question))


# Pronouns


def resolve(question: str, talk: str, find_referent: FindReferent) -> str:
    """The question with what each open pronoun stands for in its place."""
    found = tokens(expand_contractions(question))
    made, cursor = "", 0
    for i, token in enumerate(found):
        if not is_open(found, i):
            continue
        meant = find_referent(ask_referent(token.text, question), talk)
        if not meant or fold(meant) in fold(question):
            continue
        follows = found[i + 1] if i + 1 < len(found) else None
        owns = follows is not None and follows.full and not follows.apart
        if token.low in OWNERS and (token.low != "her" or owns):
            meant += "'" if meant.endswith("s") else "'s"
        elif token.low == "there" and not (i and found[i - 1].low in PREPOSITION):
            meant = f"in {meant}"
        made += expand_contractions(question)[cursor : token.start] + meant
        cursor = token.end
    return made + expand_contractions(question)[cursor:] if made else question


def is_open(found: Sequence[Token], i: int) -> bool:
    """Whether a word is a pronoun that no name before it in the question explains."""
    token = found[i]
    if token.low not in PRONOUNS or any(t.named for t in found[:i]):
        return False
    if token.low in POINTERS:  # "who said that", not "that law" or "says that"
        return i > 0 and i == len(found) - 1
    beside = {t.low for t in found[max(i - 1, 0) : i + 2]}
    return token.low != "there" or not beside & AUXILIARY


# Fragments and bare question words


def is_fragment(question: str) -> bool:
    """A phrase without verb or question word: "And Norway?", "What about the bill?", "Norway?"."""
    asked = strip_opening(question)
    found = tokens(asked)
    opened = len(asked) < len(expand_contractions(question).strip(" ?!.,"))
    if not found or len(found) > FRAGMENT_WORDS:
        return False
    if any(t.low in AUXILIARY | WH for t in found):
        return opened and found[0].low in PREPOSITION and not WH & {t.low for t in found}
    return opened or len(found) == 1 or found[0].low in PREPOSITION


def is_bare_word(asked: str) -> bool:
    """A question word with nothing of its own beside it: "When?", "Why is that?"."""
    found = tokens(asked)
    return any(t.low in WH for t in found[:2]) and not any(
        t.full and t.low not in ("exactly", "happen", "happened") for t in found
    )


def exchange(fragment: str, last: str) -> Iterator[str]:
    """The last question with the fragment in the place of each part that is like it."""
    found = tokens(fragment)
    if found[0].low in PREPOSITION:
        same = list(re.finditer(rf"\b{re.escape(found[0].low)}\b.*$", last, re.IGNORECASE))
        # the question word's own preposition ("In which town …") stays
        same = [m for m in same if m.start() and not WH & set(fold(m.group()).split()[1:2])]
        yield last[: same[0].start()] + fragment if same else join(last, fragment)
        return
    if one := ONE.fullmatch(fragment):
        for m in re.finditer(r"\b(?:the|an?|which|what) (\w[\w'-]*) (?=\w)", last, re.IGNORECASE):
            yield last[: m.start(1)] + one["which"] + last[m.end(1) :]
        return
    parts = list(find_phrases(last))
    alike = [p for p in parts if kind(last[slice(*p)]) == kind(fragment)]
    others = [p for p in parts if p not in alike and kind(fragment) != "figure"]
    for start, end in [*alike, *others]:
        yield last[:start] + fragment + last[end:]


def kind(phrase: str) -> str:
    """figure, name or noun."""
    if any(c.isdigit() for c in phrase):
        return "figure"
    named = [w for w in phrase.split() if w[0].isupper()]
    return "name" if named and fold(phrase.split()[0]) not in DETERMINER else "noun"


def find_phrases(text: str) -> Iterator[tuple[int, int]]:
    """Names, figures, and nouns with their article, where they stand in a question."""
    found = [m.span() for m in re.finditer(r"[^\s?!,;:()“”\"]+", text)]  # CAP_NET_RAW is one word
    words = [text[a:b] for a, b in found]
    low = [fold(w).removesuffix("'s") for w in words]
    i = 0
    while i < len(found):
        article, named = low[i] in DETERMINER, i > 0 and is_marked(words[i])
        i, first = i + 1, i
        if not article and (not named or low[first] in FUNCTION):
            continue
        while i < len(found) and text[found[i - 1][1] : found[i][0]] == " ":
            of = low[i] == "of" and i + 1 < len(found)
            plain = article and low[i] not in FUNCTION and i - first < 4
            if not of and not plain and not (is_marked(words[i]) and low[i] not in FUNCTION):
                break
            article = article or (of and low[i + 1] in DETERMINER)
            i += 1 + of
        if article and i == len(found) and i - first > 2:  # a verb may end it: "the shield cost"
            yield found[first][0], found[i - 2][1]
        yield found[first][0], found[i - 1][1]


def is_marked(word: str) -> bool:
    """Whether it is a name or a figure by its form."""
    return word[0].isupper() or word[0].isdigit()


def reask(asked: str, last: str, answer: str) -> str:
    """The last question with another question word: "When?" -> "When did Norway send …?"."""
    words = tokens(asked)
    put = asked[: next((t.start for t in words if t.low in AUXILIARY), len(asked))].strip()
    found = tokens(last)
    word = next((i for i, t in enumerate(found) if t.low in WH), None)
    if word is None:
        return join(put, last)
    verb = next((i for i in range(word + 1, len(found)) if found[i].low in AUXILIARY), None)
    alone = found[word].low in ("who", "what", "which", "whose") and verb is None
    if alone or verb is None:  # it asked for its own subject: "Who owned the lodge"
        return join(put, "was it that", answer, last[found[word].end :].strip())
    subject = found[verb + 1] if verb + 1 < len(found) else None
    if found[word].low == "who" and subject is not None and not is_noun(subject):
        return join(put, found[verb].low, answer, last[found[verb].end :].strip())
    return join(put, last[found[verb].start :])


def is_noun(token: Token) -> bool:
    """Whether a subject may begin with it."""
    return token.named or token.low in DETERMINER or token.low in PRONOUNS
