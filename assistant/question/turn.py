"""An earlier question taken apart, and what a pronoun after it may stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.language.english import AUXILIARY, DETERMINER, FUNCTION, PREPOSITION, PRONOUN, WH
from assistant.language.fold import fold
from assistant.language.tokens import Token, join, strip_opening, tokens
from assistant.records import Answer

ANSWER_WORDS = 12  # a longer earlier answer is not put into a question
VERBAL = re.compile(r"^[a-z]{2}.*(?:ing|ed)$")
WHERE = re.compile(r"where\b|(?:in|at|on|to) (?:which|what)\b", re.IGNORECASE)
LED = re.compile(rf"^(?:{'|'.join(sorted(PREPOSITION))}) ", re.IGNORECASE)
ASKED_FOR = re.compile(r"^.*\b(?:how many|which|whose) (.+)", re.IGNORECASE)
PLURAL = re.compile(r"[^s'ui]s$|\bpeople$")


@dataclass(frozen=True)
class EarlierTurn:
    """An earlier question taken apart, with its answer: asked + verb + subject + rest.

    "How many soldiers | is | Germany | sending to Greenland"; a question about its own subject
    ("Who | | | requested the talks") has none, and one that asks whether has no `asked`.  `topic`
    is what stands before a colon ("Games: does the library lend films?").
    """

    topic: str
    asked: str
    verb: str
    subject: str
    rest: str
    answer: str
    speaker: str

    @property
    def whole(self) -> str:
        return join(self.asked, self.verb, self.subject, self.rest)


def take_apart(answer: Answer) -> EarlierTurn:
    """The parts of an earlier question, as it was resolved then."""
    text = answer.text.strip(" .,;:!?") if len(answer.text.split()) <= ANSWER_WORDS else ""
    speaker = answer.quotes[0].speaker if answer.quotes else ""
    if fold(text) in ("yes", "no"):
        text = ""
    topic, _, asked = re.split(r"(?<=\?)\s", answer.query_used)[0].rpartition(": ")
    asked = strip_opening(asked)
    found = tokens(asked)
    word = next((i for i, t in enumerate(found[:4]) if t.low in WH), None)
    first = 0 if word is None else find_verb(found, word)
    if first >= len(found):
        return EarlierTurn(topic, asked, "", "", "", text, speaker)
    helped = found[first].low in AUXILIARY
    begin = first + helped
    end = ends_subject(found, first) if helped and inverted(found, first) else begin
    return EarlierTurn(
        topic,
        asked[: found[first].start].strip(" ,"),
        found[first].low if helped else "",
        asked[found[begin].start : found[end - 1].end] if begin < end else "",
        asked[found[end].start :] if end < len(found) else "",
        text,
        speaker,
    )


def find_verb(found: Sequence[Token], word: int) -> int:
    """Where the question phrase ends: at the auxiliary verb, or at the verb before what it does
    something to ("Which company | won the bid")."""
    helping = (i for i in range(word + 1, len(found)) if found[i].low in AUXILIARY)
    alone = found[word].low in ("who", "whom", "when", "where", "why")
    behind = (
        max(word + 1, i - 1)
        for i in range(word + 1, len(found))
        if found[i].low in DETERMINER | PREPOSITION | PRONOUN
        and "of" not in (found[i].low, found[i - 1].low)
    )
    return next(helping, word + 1 if alone else next(behind, word + 1))


def inverted(found: Sequence[Token], verb: int) -> bool:
    """Whether the subject follows the auxiliary verb: "is Germany sending", not "is sending"."""
    if verb + 1 >= len(found):
        return False
    after = found[verb + 1]
    if after.named or found[verb].low in ("do", "does", "did"):
        return True
    return after.low in DETERMINER | PRONOUN or not (
        re.search(r"(?:ing|ed|en|ly)$", after.low) or after.low in FUNCTION
    )


def ends_subject(found: Sequence[Token], verb: int) -> int:
    """Where the subject behind an auxiliary verb ends: before the verb it belongs to."""
    end = verb + 2
    while end < len(found) and found[verb + 1].low not in PRONOUN:
        token, before = found[end], found[end - 1]
        if {"of", "and"} & {token.low, before.low}:
            end += 1
            continue
        if token.apart or not token.full or VERBAL.search(token.text):
            break
        if found[verb + 1].named and before.named and not token.named:
            break
        end += 1
    last, det = found[end - 1], found[verb + 1].low in DETERMINER
    helped = found[verb].low not in ("is", "are", "was", "were", "has", "have", "had")
    return end - (helped and end - verb > 2 + det and last.full and not last.named)


def referents(turn: EarlierTurn) -> Iterator[tuple[str, str]]:
    """What a pronoun after this turn may stand for, with its kind, likeliest first: person, many,
    place, or thing for what its form does not tell."""
    if turn.answer and WHERE.match(turn.asked):
        yield LED.sub("", turn.answer), "place"
    if turn.topic:
        yield turn.topic, kind(turn.topic)
    if is_nominal(turn.answer) and not turn.answer[0].isdigit():
        if re.match(r"(?:who|whom)\b", turn.asked, re.I):
            yield turn.answer, "many" if is_plural(turn.answer) else "person"
        elif re.match(r"(?:what|which)\b", turn.asked, re.I):
            yield definite(turn.answer), kind(turn.answer)
    if (asked := ASKED_FOR.match(turn.asked)) and is_plural(asked[1]):
        verb = "" if turn.verb in ("do", "does", "did") else turn.verb
        yield join(f"the {asked[1]} that", turn.subject, verb, turn.rest), "many"
    if turn.subject and turn.subject.lower() not in PRONOUN:
        yield definite(turn.subject), kind(turn.subject)
        if owner := re.match(r"(.+?)['’]s\b", turn.subject):
            yield owner.group(1), kind(owner.group(1))
    for before, phrase in list_phrases(turn.rest):
        place = phrase[0].isupper() and before in ("in", "to", "at", "from", "on")
        yield definite(phrase), "place" if place else kind(phrase)
    if turn.speaker:
        yield turn.speaker, "person"


def list_phrases(text: str) -> Iterator[tuple[str, str]]:
    """Names, and nouns with their article, each with the word before it."""
    found = tokens(text)
    i = 0
    while i < len(found):
        article, end = found[i].low in ("a", "an", "the"), i + 1
        if article or found[i].text[0].isupper():
            while end < len(found) and not found[end].apart and continues_noun(found, i, end):
                end += 1
            if end - i > article:
                yield found[i - 1].low if i else "", text[found[i].start : found[end - 1].end]
        i = end


def continues_noun(found: Sequence[Token], first: int, at: int) -> bool:
    """Whether a name or a noun that begins at `first` goes on with the word `at`."""
    own = found[first].low in ("a", "an", "the") or found[at - 1].low.endswith(("'s", "s'"))
    return found[at].full if own else found[at].text[0].isupper()


def is_nominal(phrase: str) -> bool:
    """Whether an answer is a name or a noun with its article, not a clause or an adjective."""
    found = tokens(phrase)
    if not 0 < len(found) < 7 or any(t.low in AUXILIARY | WH for t in found):
        return False
    if found[0].low in PREPOSITION | PRONOUN:
        return False
    return found[0].low in DETERMINER or phrase[0].isupper() or is_plural(phrase)


def kind(phrase: str) -> str:
    return "many" if is_plural(phrase) else "name" if phrase[0].isupper() else "thing"


def is_plural(phrase: str) -> bool:
    head = fold(phrase).split(" of ")[0]
    return " and " in head or (bool(PLURAL.search(head)) and not phrase[0].isupper())


def definite(phrase: str) -> str:
    return re.sub(r"^an?\s+", "the ", phrase, flags=re.IGNORECASE)
