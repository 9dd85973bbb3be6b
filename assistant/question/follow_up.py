"""Follow-ups: a question and the talk before it -> the questions that may be meant.

A question that leans on the talk (`anaphora`) is filled in from the earlier questions, answers and
speakers (`turn`), most recent first; what a pronoun stands for is asked of the reader too, over the
talk.  Nothing here decides which is meant: the caller reads them in their order and keeps the first
that the documents support.  A turn that found nothing counts by what it asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.language.english import AUXILIARY, DETERMINER, FUNCTION, PREPOSITION, PRONOUN, WH
from assistant.language.fold import fold
from assistant.language.terms import find_names
from assistant.language.tokens import (
    SIGN,
    Token,
    expand_contractions,
    finish,
    join,
    strip_opening,
    tokens,
)
from assistant.question.anaphora import (
    THAT_WAS,
    bare_word,
    depends,
    leans_by_form,
    pointing,
    unexplained,
)
from assistant.question.turn import EarlierTurn, is_nominal, list_phrases, referents, take_apart
from assistant.records import Answer, ReadText

TURNS = 3  # earlier turns that are searched
MEANINGS = 3  # tried at most
COUNT = re.compile(r"\d[\d.,]*")
ONE = re.compile(r"(?:the |an? )?(?P<which>[\w' -]+?) ones?", re.IGNORECASE)
AGREES = {  # kinds of referent that a pronoun can stand for: readily, or for want of those
    "person": (("person", "name"), ("thing",)),
    "thing": (("thing", "name"), ("place",)),
    "many": (("many",), ("thing", "name", "person", "place")),
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
    told = list(filter(tells_subject, history))[-TURNS:]
    if not told or not depends(question):
        return [question]
    turns = [take_apart(answer) for answer in reversed(told)]
    asked = strip_opening(question)
    if leans_by_form(question):
        whole = asked if bare_word(asked) else replace_pronouns(asked, turns)
        made = [text for turn in turns[:2] for text in complete(whole, turn)]
    else:
        talk = "\n".join(f"{a.query_used} {a.text}" for a in told)
        made = [replace_pronouns(asked, turns), resolve(asked, talk, read)]
    found = dict.fromkeys(finish(text) for text in made if text != asked)
    return list(found)[:MEANINGS] or [question]


def tells_subject(answer: Answer) -> bool:
    """Whether a turn tells what the talk is about: one that found something, or a whole question
    about something by name or noun.  "You are wrong." and "Where is he?" are about nothing new."""
    asked = tokens(strip_opening(answer.question))
    opens = bool(asked) and (asked[0].low in AUXILIARY or any(t.low in WH for t in asked))
    return answer.found or (answer.kind == "fact" and opens and not depends(answer.question))


def ask_referent(pronoun: str, question: str) -> str:
    """What is put to the reader; it was trained on questions of this form."""
    return f"Who or what is “{pronoun}” in “{question}”?"


def resolve(asked: str, talk: str, read: ReadText) -> str:
    """The question with what the reader takes its first open pronoun for instead of it: a noun
    within a sentence of the talk."""
    text = expand_contractions(asked)
    found = tokens(text)
    for i in ([i for i, _ in unexplained(text)] or pointing(text))[:1]:
        token = found[i]
        for a, b, _ in read(ask_referent(token.text, f"{text}?"), talk):
            meant = talk[a:b]
            if re.search(r"[?\n]", meant) or fold(meant).split(" ")[0] in PRONOUN | PREPOSITION:
                continue
            if fold(meant) not in fold(text):
                return f"{text[: token.start]}{in_form(meant, found, i)}{text[token.end :]}"
            break
    return asked


def in_form(noun: str, found: Sequence[Token], i: int) -> str:
    """A noun in the form of the pronoun `found[i]`: "its" as "the lodge's", "there" as "in …"."""
    token = found[i]
    follows = i + 1 < len(found) and not found[i + 1].apart and found[i + 1].full
    if token.low in ("its", "his", "their") or (token.low == "her" and follows):
        owner = noun.split(" that ")[0]
        return owner + ("'" if owner.endswith("s") else "'s")
    if token.low == "there" and (i == 0 or found[i - 1].low not in PREPOSITION):
        return f"in {noun}"
    return noun


def complete(asked: str, turn: EarlierTurn) -> Iterator[str]:
    """A fragment or bare question word, made whole with an earlier question."""
    found, whole = tokens(asked), turn.whole
    if not found or not join(turn.subject, turn.rest):
        return
    if bare_word(asked):
        word = THAT_WAS.sub(r"\1", asked)
        given = turn.answer if is_nominal(turn.answer) else ""
        denied = late = ""
        if word.lower() == "why not":
            word, denied = "why", "not"
        elif word.lower().startswith("why "):  # "Why so slim?"
            word, _, late = word.partition(" ")
        elif word.lower() == "what for":
            word = "for what"
        subject = turn.subject or given
        said = join(word, turn.verb or "was it that", subject, denied, turn.rest, late)
        yield f"{turn.topic}: {said}" if turn.topic else said
    elif found[0].low in PREPOSITION:
        other = re.search(rf"\b{found[0].low}\s+(?!which|what|whom|whose).*$", whole, re.I)
        yield whole[: other.start()] + asked if other else join(whole, asked)
    elif old := find_counterpart(asked, turn):
        new = re.sub(r"['’]s?$", "", asked)  # "And Turin's?"
        yield re.sub(rf"(?:\bthe )?\b{re.escape(old)}(?!\w)", lambda _: new, whole, count=1)
    else:
        if one := ONE.fullmatch(asked):
            for m in re.finditer(r"\b(?:the|an?) (\w[\w'-]*) (\w+)", whole, re.I):
                if m.group(2).lower() not in FUNCTION:  # an adjective, its noun behind it
                    yield whole[: m.start(1)] + one["which"] + whole[m.end(1) :]
        ends = [phrase for _, phrase in list_phrases(whole) if whole.endswith(phrase)]
        last = tokens(whole)[-1]
        if not ends and last.full and not last.named:
            ends = [last.text]
        if ends and not one and asked[0].islower():  # "What about games?" for films
            yield whole.removesuffix(ends[-1]) + asked
        yield f"{asked}: {whole[0].lower()}{whole[1:]}"


def find_counterpart(asked: str, turn: EarlierTurn) -> str:
    """What stands in an earlier question in the place of a fragment: a figure for a figure, a sign
    of a manual, a name (the subject's, if it has one); "" for nothing."""
    form = next((form for form in (COUNT, SIGN) if form.fullmatch(asked)), None)
    others = form.findall(turn.whole) if form else find_names(turn.whole)
    name = re.sub(r"^the ", "", asked, flags=re.I)
    if not form and (not name[0].isupper() or fold(name).split(" ")[0] in DETERMINER):
        return ""
    others = [other for other in others if fold(other) not in fold(asked)]
    return min(others, key=lambda other: other not in turn.subject, default="")


def replace_pronouns(asked: str, turns: Sequence[EarlierTurn]) -> str:
    """Each kind of open pronoun replaced, where it first stands, by what agrees with it."""
    found = tokens(asked)
    out, cursor, done = "", 0, set()
    for i, wanted in unexplained(asked):
        new = find_agreeing(wanted, turns, out + asked)
        if wanted in done or not new:
            continue
        done.add(wanted)
        out += asked[cursor : found[i].start] + in_form(new, found, i)
        cursor = found[i].end
    return out + asked[cursor:]


def find_agreeing(wanted: str, turns: Sequence[EarlierTurn], asked: str) -> str:
    """What a kind of pronoun most likely stands for: the first referent that agrees with it, from
    the most recent turn that has any; not one that the question names itself.  "" for none."""
    for kinds in AGREES[wanted]:
        for turn in turns:
            for text, kind in referents(turn):
                if kind in kinds and fold(text) not in fold(asked):
                    return text
    return ""
