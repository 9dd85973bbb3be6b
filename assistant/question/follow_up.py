"""Follow-ups: a question and the talk before it -> the questions that may be meant.

A question that leans on the talk (`anaphora`) is filled in from the earlier questions, answers and
speakers (`turn`), most recent first; what a pronoun stands for is asked of the reader too, over the
talk.  Nothing here decides which is meant: the caller reads them in their order and keeps the first
that the documents support.  A turn that found nothing counts by what it asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.language.english import AUXILIARY, FUNCTION, IRREGULAR, PREPOSITION, PRONOUN, WH
from assistant.language.fold import fold
from assistant.language.terms import find_names
from assistant.language.tokens import (
    SAYING,
    SIGN,
    Token,
    expand_contractions,
    finish,
    join,
    strip_opening,
    tokens,
)
from assistant.question.anaphora import (
    POSSESSIVE,
    bare_word,
    depends,
    fragment,
    lacks_noun,
    pointing,
    unexplained,
)
from assistant.question.turn import EarlierTurn, referents, taken_apart
from assistant.records import Answer, ReadText

TURNS = 3  # earlier turns that are searched
MEANINGS = 3  # tried at most

ONE = re.compile(r"(?:the |an? )?(?P<which>[\w' -]+?) ones?", re.IGNORECASE)

DEMONSTRATIVE = {"this", "that", "these", "those"}
REFERENT = 0.0  # least margin of what the talk says that a pronoun stands for


AGREES = {  # kinds of referent that a pronoun can stand for: readily, or for want of those
    "person": (("person", "name"), ()),
    "thing": (("thing", "name"), ("place",)),
    "many": (("many",), ("thing", "person", "name", "place")),
    "place": (("place",), ("name",)),
}


def find_meanings(question: str, history: Sequence[Answer], read: ReadText) -> list[str]:
    """The questions that may be meant, likeliest first, each one that a person could have typed;
    never empty.

    history   oldest first
    read      the reader over any text

    A question that stands alone comes back as it is, alone.  As it stands one that leans on the
    talk comes last, and only where nothing could be filled in: "When?" asks nothing, and "he" would
    be anybody.
    """
    told = list(filter(tells_subject, history))
    if not told or not depends(question):
        return [question]
    turns = [taken_apart(answer) for answer in reversed(told[-TURNS:])]
    asked = strip_opening(question)
    if leans_by_form(question):
        whole = [finish(text) for turn in turns[:2] for text in completed(asked, turn)]
        if whole:
            return unique(whole)[:MEANINGS]
    asked = asked if question.islower() else asked[0].upper() + asked[1:]
    filled = substituted(asked, turns)
    talk = "\n".join(f"{a.query_used} {a.text}" for a in told[-TURNS:])
    places = [i for i, _ in unexplained(asked)] or (pointing(asked) if filled == asked else [])
    resolved = resolve(asked, places[:1], talk, read)
    made = unique([finish(text) for text in (filled, resolved) if text != asked])
    return made or [question]


def tells_subject(answer: Answer) -> bool:
    """Whether a turn tells what the talk is about: one that found something, or a whole question
    about something by name or noun.  "You are wrong." and "Where is he?" are about nothing new."""
    if answer.found:
        return True
    asked = tokens(strip_opening(answer.question))
    opens = bool(asked) and (asked[0].low in AUXILIARY or any(t.low in WH for t in asked))
    if answer.kind != "fact" or not opens or depends(answer.question):
        return False
    subject = tokens(taken_apart(answer).subject)[:1]
    return not any(t.low in PRONOUN - {"there"} | DEMONSTRATIVE for t in subject)


def leans_by_form(question: str) -> bool:
    """Whether it is no whole question: a fragment, a bare question word, or without its noun."""
    return fragment(question) or bare_word(question) or lacks_noun(question)


def points_back(question: str) -> bool:
    """Whether what it is about is left to the talk: no whole question, or one with a pronoun that
    nothing in it explains."""
    asked = expand_contractions(question)
    return leans_by_form(question) or bool(unexplained(asked) or pointing(asked))


def ask_referent(pronoun: str, question: str) -> str:
    """What is put to the reader; it was trained on questions of this form."""
    return f"Who or what is “{pronoun}” in “{question}”?"


def find_referent(question: str, talk: str, read: ReadText) -> str:
    """What a talk says to a question about it, within one of its sentences and no pronoun itself;
    "" for nothing."""
    for a, b, margin in read(question, talk):
        meant = talk[a:b]
        if margin > REFERENT and not re.search(r"[?\n]", meant) and fold(meant) not in PRONOUN:
            return meant
    return ""


def resolve(asked: str, places: Sequence[int], talk: str, read: ReadText) -> str:
    """The question with what the reader takes an open pronoun for, at one of these places among
    its tokens, instead of it."""
    text = expand_contractions(asked)
    found = tokens(text)
    for i in places:
        token = found[i]
        meant = find_referent(ask_referent(token.text, f"{text}?"), talk, read)
        if meant and fold(meant) not in fold(text):
            return f"{text[: token.start]}{in_form(meant, found, i)}{text[token.end :]}"
    return asked


def in_form(noun: str, found: Sequence[Token], i: int) -> str:
    """A noun in the form of the pronoun `found[i]`: "its" as "the lodge's", "there" as "in …"."""
    token = found[i]
    follows = i + 1 < len(found) and not found[i + 1].apart and found[i + 1].full
    if token.low in ("its", "his", "their") or (token.low == "her" and follows):
        noun = noun.split(" that ")[0]
        return noun + ("'" if noun.endswith("s") else "'s")
    if token.low == "there" and (i == 0 or found[i - 1].low not in PREPOSITION):
        return f"in {noun}"
    return noun


def completed(asked: str, turn: EarlierTurn) -> Iterator[str]:
    """A fragment or bare question word, made whole with an earlier question."""
    whole = join(turn.asked, turn.verb, turn.subject, turn.rest)
    if not join(turn.subject, turn.rest):
        return
    if lacks_noun(asked):
        noun = turn.noun or "people"
        tail = re.search(r"\b(?:to|in|at|on|from) [A-Z][^,]*$", turn.rest)
        again = re.sub(r"\b(how (?:many|much))\b", rf"\1 {noun}", asked, flags=re.IGNORECASE)
        held = tail and not re.search(r"\b(?:to|in|at|on|from)\b", asked)
        yield join(again, tail.group() if tail and held else "")
    elif bare_word(asked):
        yield reasked(asked, turn)
    else:
        alike = list(like_for_like(asked, whole))
        yield from alike
        if not (alike and SIGN.fullmatch(asked)):  # a sign is exchanged for a sign
            yield from slotted(asked, whole, turn)


def reasked(asked: str, turn: EarlierTurn) -> str:
    """The earlier question with another question word: "When?" -> "When will Norway …?"."""
    word, tail = asked, ""
    if why := re.match(r"(why|how)\s+(so\s+.*)", asked, re.I):
        word, tail = why.groups()
    if word.lower() == "what for":
        word = "for what"
    if turn.subject:
        first, _, later = turn.rest.partition(" ")
        whom = turn.given if not re.match(r"(?:is|are|was|were)$", turn.verb) or later else ""
        return join(word, turn.verb, turn.subject, first, whom, later, tail)
    if turn.verb:
        return join(word, turn.verb, turn.given, turn.rest, tail)
    return join(word, "was it that" if turn.asked else "", turn.given, turn.rest, tail)


def like_for_like(asked: str, whole: str) -> Iterator[str]:
    """By form alone: "the blue one" for "the red pump", one sign such as NET_RAW for another."""
    if one := ONE.fullmatch(asked):
        for m in re.finditer(r"\b(?:the|an?) (\w[\w'-]*) (\w+)", whole, re.IGNORECASE):
            if m.group(2).lower() not in FUNCTION:  # an adjective, its noun behind it
                yield whole[: m.start(1)] + one["which"] + whole[m.end(1) :]
    elif SIGN.fullmatch(asked):
        for m in SIGN.finditer(whole):
            yield whole[: m.start()] + asked + whole[m.end() :]


def slotted(asked: str, whole: str, turn: EarlierTurn) -> Iterator[str]:
    """The earlier question with a part of the same kind exchanged for the fragment."""
    found = tokens(asked)
    first = found[0].low
    if first in POSSESSIVE and len(found) > 1:
        asked, found = asked[found[1].start :], found[1:]
    if first in PREPOSITION:
        other = re.search(rf"\b{first}\s+(?!which|what|whom|whose).*$", whole, re.IGNORECASE)
        yield whole[: other.start()] + asked if other else join(whole, asked)
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
            yield re.sub(rf"\b{re.escape(turn.subject)}(?!\w)", lambda _: asked, whole)
        elif tokens(whole)[-1].full and not tokens(whole)[-1].named:
            yield re.sub(r"(?:\b(?:an?|the) )?[\w-]+$", asked, whole)
        else:
            yield join(whole, asked)
        return
    old = [n for n in find_names(whole) if n != noun]
    old.sort(key=lambda n: n not in turn.subject)  # "And Rubio?" is another subject if it can be
    if old:
        yield re.sub(rf"(?:\bthe )?\b{re.escape(old[0])}(?!\w)", asked, whole, count=1)


def substituted(asked: str, turns: Sequence[EarlierTurn]) -> str:
    """The question with its pronouns replaced by what they most likely stand for."""
    told = next((turn for turn in turns if turn.found), None)  # "that" is what was said
    if told is None:
        return replaced(asked, turns)
    when = r"(.*\b(?:which|what|when|where|how long)\b.*?)\s+(?:is|was|were|are)\s+(?:that|this|it)"
    # "it" is what the last turn was about, found or not
    if turns[0].found and (found := re.fullmatch(when, asked, re.I)):
        return reasked(found.group(1), told)
    if found := re.fullmatch(r"(is|was)\s+(?:that|this|it)\s+(\w+)", asked, re.I):
        return f"{found.group(1)} it {found.group(2)} that {told.clause}"
    text = replaced(asked, turns)
    text = re.sub(
        rf"\b({SAYING}|do)\s+(?:so|that|this)\b(?=$|\s+(?:first|too|again)$)",
        lambda m: f"{m.group(1)} that {told.clause}",
        text,
        flags=re.IGNORECASE,
    )
    return re.sub(
        r"\b(for|about|of|than|after|before|to|with|by)\s+that$",
        lambda m: f"{m.group(1)} {told.clause}",
        text,
    )


def replaced(asked: str, turns: Sequence[EarlierTurn]) -> str:
    """Each kind of dangling pronoun replaced, where it first stands, by what agrees with it."""
    found = tokens(asked)
    out, cursor, done = "", 0, set()
    for i, wanted in unexplained(asked):
        new = agreeing(wanted, turns, asked)
        if wanted in done or not new:
            continue
        done.add(wanted)
        token = found[i]
        new = in_form(new, found, i)
        out += asked[cursor : token.start] + new
        cursor = token.end
    return out + asked[cursor:]


def agreeing(wanted: str, turns: Sequence[EarlierTurn], asked: str) -> str:
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
