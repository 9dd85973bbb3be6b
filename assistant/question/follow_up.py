"""Follow-ups: a question and the talk before it -> the question as it would stand alone.

Pure functions over words: no models, no documents, no parser.  `rewritings` fills in what a
question that leans on the talk (`anaphora`) leaves out, from the earlier questions, answers and
speakers (`turn`), most recent first.  Nothing here decides which rewriting is meant: the caller
reads them in their order and keeps the first that the documents support.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.language.english import FUNCTION, IRREGULAR, PREPOSITION
from assistant.language.fold import fold
from assistant.language.terms import names
from assistant.language.tokens import SAYING, bare, finished, joined, tokens
from assistant.question.anaphora import (
    POSSESSIVE,
    bare_word,
    depends,
    fragment,
    lacks_noun,
    unexplained,
)
from assistant.question.turn import Turn, referents, taken_apart
from assistant.records import Answer

TURNS = 3  # earlier turns that are searched
REWRITINGS = 3  # tried at most
TOPIC_WORDS = 20  # of an earlier turn set before a question: the reader keeps 64 word pieces

AGREES = {  # kinds of referent that a pronoun can stand for: readily, or for want of those
    "person": (("person", "name"), ()),
    "thing": (("thing", "name"), ("place",)),
    "many": (("many",), ("thing", "person", "name", "place")),
    "place": (("place",), ()),
}


def rewritings(question: str, history: Sequence[Answer]) -> list[str]:
    """The questions that may be meant, likeliest first; never empty.

    `history` oldest first.  A question that stands alone comes back as it is, alone.  One that
    leans on the talk comes with what it leaves out filled in; then, should that say too little,
    with the earlier turn set before it.  As it stands it comes last, and only where nothing could
    be filled in: "When?" asks nothing, and "he" would be anybody.
    """
    if not history or not depends(question):
        return [question]
    turns = [taken_apart(answer) for answer in reversed(history[-TURNS:])]
    asked = bare(question)
    if fragment(question) or bare_word(question) or lacks_noun(question):
        whole = [finished(text) for turn in turns[:2] for text in completed(asked, turn)]
        if whole:
            return unique(whole)[:REWRITINGS]
    asked = asked if question.islower() else asked[0].upper() + asked[1:]
    filled = substituted(asked, turns)
    topic = " ".join(turns[0].statement.split()[-TOPIC_WORDS:])
    told = [finished(f"{topic}: {filled}")] if topic else []
    return unique([finished(filled), *told] if filled != asked else [*told, question])


def completed(asked: str, turn: Turn) -> Iterator[str]:
    """A fragment or bare question word, made whole with an earlier question."""
    whole = joined(turn.asked, turn.verb, turn.subject, turn.rest)
    if not joined(turn.subject, turn.rest):
        return
    if lacks_noun(asked):
        noun = turn.noun or "people"
        tail = re.search(r"\b(?:to|in|at|on|from) [A-Z][^,]*$", turn.rest)
        again = re.sub(r"\b(how (?:many|much))\b", rf"\1 {noun}", asked, flags=re.IGNORECASE)
        held = tail and not re.search(r"\b(?:to|in|at|on|from)\b", asked)
        yield joined(again, tail.group() if tail and held else "")
    elif bare_word(asked):
        yield reasked(asked, turn)
    else:
        yield from slotted(asked, whole, turn)


def reasked(asked: str, turn: Turn) -> str:
    """The earlier question with another question word: "When?" -> "When will Norway …?"."""
    word, tail = asked, ""
    if why := re.match(r"(why|how)\s+(so\s+.*)", asked, re.I):
        word, tail = why.groups()
    if word.lower() == "what for":
        word = "for what"
    if turn.subject:
        first, _, later = turn.rest.partition(" ")
        whom = turn.given if not re.match(r"(?:is|are|was|were)$", turn.verb) or later else ""
        return joined(word, turn.verb, turn.subject, first, whom, later, tail)
    if turn.verb:
        return joined(word, turn.verb, turn.given, turn.rest, tail)
    return joined(word, "was it that" if turn.asked else "", turn.given, turn.rest, tail)


def slotted(asked: str, whole: str, turn: Turn) -> Iterator[str]:
    """The earlier question with a part of the same kind exchanged for the fragment."""
    found = tokens(asked)
    first = found[0].low
    if first in POSSESSIVE and len(found) > 1:
        asked, found = asked[found[1].start :], found[1:]
    if first in PREPOSITION:
        other = re.search(rf"\b{first}\s+(?!which|what|whom|whose).*$", whole, re.IGNORECASE)
        yield whole[: other.start()] + asked if other else joined(whole, asked)
        return
    if re.fullmatch(r"[\w.-]+(?: [\w.-]+)?['’]s?", asked) and asked[0].isupper():
        owner = re.search(r"\b[A-Z][\w.-]*(?: [A-Z][\w.-]*)*['’]s?\b", whole)
        if owner:
            yield whole[: owner.start()] + asked + whole[owner.end() :]
            return
        asked = re.sub(r"['’]s?$", "", asked)
        other = re.search(r"\bof (?:the )?(?=[A-Z])[\w.' -]+$", whole)
        if other:
            yield f"{whole[: other.start()]}of {asked}"
            return
    noun = re.sub(r"^(?:the|a|an)\s+", "", asked, flags=re.IGNORECASE)
    head = noun.split()[-1]
    if same := re.search(rf"((?:\b[a-z]+ )?)\b{re.escape(head)}\b", whole):
        kept = "" if same.group(1).strip() not in FUNCTION else same.group(1)
        yield whole[: same.start()] + kept + noun + whole[same.end() :]
        return
    if noun != asked or not noun[0].isupper():
        if turn.noun:
            yield re.sub(rf"{re.escape(turn.noun)}", noun, whole, count=1)
        elif turn.subject and not turn.rest:
            yield whole.replace(turn.subject, asked)
        elif tokens(whole)[-1].full and not tokens(whole)[-1].named:
            yield re.sub(r"(?:\b(?:an?|the) )?[\w-]+$", asked, whole)
        else:
            yield joined(whole, asked)
        return
    old = [n for n in names(whole) if n != noun]
    old.sort(key=lambda n: n not in turn.subject)  # "And Rubio?" is another subject if it can be
    if old:
        yield re.sub(rf"(?:\bthe )?\b{re.escape(old[0])}(?!\w)", asked, whole, count=1)


def substituted(asked: str, turns: Sequence[Turn]) -> str:
    """The question with its pronouns replaced by what they most likely stand for."""
    last = turns[0]
    when = r"(.*\b(?:which|what|when|where|how long)\b.*?)\s+(?:is|was|were|are)\s+(?:that|this|it)"
    if found := re.fullmatch(when, asked, re.I):
        return reasked(found.group(1), last)
    if found := re.fullmatch(r"(is|was)\s+(?:that|this|it)\s+(\w+)", asked, re.I):
        return f"{found.group(1)} it {found.group(2)} that {last.clause}"
    text = replaced(asked, turns)
    text = re.sub(
        rf"\b({SAYING}|do)\s+(?:so|that|this)\b(?=$|\s+(?:first|too|again)$)",
        lambda m: f"{m.group(1)} that {last.clause}",
        text,
        flags=re.IGNORECASE,
    )
    return re.sub(
        r"\b(for|about|of|than|after|before|to|with|by)\s+that$",
        lambda m: f"{m.group(1)} {last.clause}",
        text,
    )


def replaced(asked: str, turns: Sequence[Turn]) -> str:
    """Each kind of dangling pronoun replaced, where it first stands, by what agrees with it."""
    found = tokens(asked)
    out, cursor, done = "", 0, set()
    for i, wanted in unexplained(asked):
        new = agreeing(wanted, turns, asked)
        if wanted in done or not new:
            continue
        done.add(wanted)
        token = found[i]
        follows = i + 1 < len(found) and not found[i + 1].apart and found[i + 1].full
        if token.low in ("its", "his", "their") or (token.low == "her" and follows):
            new = new.split(" that ")[0]
            new += "'" if new.endswith("s") else "'s"
        elif token.low == "there" and found[i - 1].low not in PREPOSITION:
            new = f"in {new}"
        out += asked[cursor : token.start] + new
        cursor = token.end
    return out + asked[cursor:]


def agreeing(wanted: str, turns: Sequence[Turn], asked: str) -> str:
    """What a kind of pronoun most likely stands for: the first referent that agrees with it, from
    the most recent turn that has any; not one that the question names itself.  "" for none."""
    for turn in turns:
        options = [
            (text, kind)
            for text, kind in referents(turn)
            if fold(text) not in fold(asked) and not (wanted == "person" and country(text))
        ]
        for kinds in AGREES[wanted]:
            if found := next((text for text, kind in options if kind in kinds), ""):
                return found
    return ""


def country(name: str) -> bool:
    """Whether it is one of the best known countries or its people: "he" cannot mean it."""
    return any(fold(name).removeprefix("the ") in group for group in IRREGULAR)


def unique(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(texts))
