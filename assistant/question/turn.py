"""An earlier question taken apart, and what a pronoun after it may stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.language.english import (
    AUXILIARY,
    DETERMINER,
    FUNCTION,
    IRREGULAR,
    PREPOSITION,
    PRONOUN,
    WH,
    listed,
)
from assistant.language.fold import fold
from assistant.language.tokens import PEOPLE, SAYING, Token, is_saying, join, strip_opening, tokens
from assistant.records import Answer

ANSWER_WORDS = 12  # a longer earlier answer is not put into a question
LINKS = listed("of by from and or")


@dataclass(frozen=True)
class EarlierTurn:
    """An earlier question taken apart, with its answer: asked + verb + subject + rest.

    "How many soldiers | is | Germany | sending to Greenland"; a question about its own subject
    ("Who | | | requested the talks") has none, and one that asks whether has no `asked`.  `found`
    is whether it was answered.
    """

    asked: str
    verb: str
    subject: str
    rest: str
    answer: str
    speaker: str
    found: bool = True

    @property
    def noun(self) -> str:
        """What is asked for by name: "soldiers" of "how many soldiers"."""
        found = re.search(
            r"\b(?:how many|how much|which|what|whose)\s+(?!of\b)(.+)$", self.asked, re.I
        )
        return found.group(1) if found else ""

    @property
    def given(self) -> str:
        """The answer as a noun, or what was asked for: what stood in the place of the question
        word.  "" for when, where, why and how, whose answers are no nouns."""
        if not re.search(r"\b(?:who|whom|what|which|how many)\b", self.asked, re.I):
            return ""
        if re.match(r"(?:in|on|at|since|from|until|by|with) ", self.asked, re.I):
            return ""
        if re.match(r"how many\b", self.asked, re.I) and self.answer:
            return self.answer if len(self.answer.split()) > 1 else f"{self.answer} {self.noun}"
        if nominal(self.answer):
            return self.answer
        return f"the {self.noun}" if self.noun else ""

    @property
    def statement(self) -> str:
        """The question as a statement, its answer filled in as well as may be."""
        if not self.subject:
            return join(self.given if self.asked else "", self.verb, self.rest)
        verb = "" if self.verb.lower() in ("do", "does", "did") else self.verb
        return join(self.subject, verb, self.rest, self.answer)

    @property
    def clause(self) -> str:
        """What was said, where the question was what someone says; else the statement."""
        said = re.match(rf"(?:{SAYING})\b(?:\s+about\b)?\s*(.*)", self.rest, re.I)
        if not said or not self.subject:
            return self.statement
        what = said.group(1)
        turned = what.split(" ")[0].lower() in AUXILIARY
        return join(self.answer, what) if turned else join(what, self.answer)


def taken_apart(answer: Answer) -> EarlierTurn:
    """The parts of an earlier question, as it was resolved then."""
    text = answer.text.strip(" .,;:!?") if len(answer.text.split()) <= ANSWER_WORDS else ""
    if fold(text) in ("yes", "no"):
        text = ""
    speaker = answer.quotes[0].speaker if answer.quotes else ""
    used = answer.query_used or answer.question
    asked = strip_opening(re.split(r"(?<=\?)\s", used)[0]).rsplit(": ", 1)[
        -1
    ]  # of parts, the first
    found = tokens(asked)
    word = next((i for i, t in enumerate(found[:4]) if t.low in WH), None)
    if word is None and not (found and found[0].low in AUXILIARY):
        return EarlierTurn("", "", "", asked if found else "", text, speaker, answer.found)
    first = 0 if word is None else ends_asked(found, word)
    if first >= len(found):
        return EarlierTurn(asked, "", "", "", text, speaker, answer.found)
    turned = found[first].low in AUXILIARY and inverted(found, first)
    verb = found[first] if found[first].low in AUXILIARY else None
    begin = first + 1 if verb else first
    end = ends_subject(found, first) if turned else begin
    return EarlierTurn(
        asked[: found[first].start].strip(" ,"),
        verb.low if verb else "",
        asked[found[begin].start : found[end - 1].end] if begin < end else "",
        asked[found[end].start :] if end < len(found) else "",
        text,
        speaker,
        answer.found,
    )


def ends_asked(found: Sequence[Token], word: int) -> int:
    """Where the question phrase ends: at the auxiliary verb, or before the verb itself."""
    alone = found[word].low in ("who", "whom", "when", "where", "why")
    for i in range(word + 1, len(found)):
        if found[i].low in AUXILIARY:
            return i
        if alone:
            return word + 1
        within = found[i].low == "of" or found[i - 1].low == "of"
        if found[i].low in DETERMINER | PREPOSITION | PRONOUN and not within:
            return max(word + 1, i - 1)
    return min(word + 1, len(found))


def inverted(found: Sequence[Token], verb: int) -> bool:
    """Whether the subject follows the auxiliary verb: "is Germany sending", not "is sending"."""
    if found[verb].low in ("do", "does", "did"):
        return True
    if verb + 1 >= len(found):
        return False
    after = found[verb + 1]
    if verb + 2 == len(found) and found[verb].low not in ("is", "are", "was", "were"):
        return False
    return (
        after.named
        or after.low in DETERMINER | PRONOUN
        or not (re.search(r"(?:ing|ed|en|ly)$", after.low) or after.low in FUNCTION)
    )


def ends_subject(found: Sequence[Token], verb: int) -> int:
    """Where the subject behind an auxiliary verb ends: before the verb it belongs to."""
    helped = found[verb].low not in ("is", "are", "was", "were", "has", "have", "had")
    if verb + 1 == len(found):
        return verb + 1
    first, end = found[verb + 1], verb + 2
    if first.low in PRONOUN:
        return end
    while end < len(found):
        token, before, earlier = found[end], found[end - 1], found[end - 2]
        linked = before.low in LINKS or (before.low in DETERMINER and earlier.low in LINKS)
        if (
            not linked
            and not (token.low in LINKS and before.full)
            and (
                token.apart
                or not token.full
                or is_saying(token)
                or (re.search(r"^[a-z].*(?:ing|ed)$", token.text) and before.low not in DETERMINER)
                or (helped and before.full and token.named and not before.named)
                or (first.named and before.named and not token.named and not adjective(before.text))
            )
        ):
            break
        end += 1
    last = found[end - 1]
    short = end - verb <= 2 + (first.low in DETERMINER)
    stopped = end < len(found) and (is_saying(found[end]) or found[end].low in AUXILIARY)
    return end - (helped and not short and not stopped and last.full and not last.named)


def adjective(name: str) -> bool:
    """Whether a noun may follow a name: "Swedish officers", "Norway's minister"."""
    return bool(re.search(r"(?:ish|ian|ean|[rx]ican|erman|ese|[dltm]ic|['’]s?|s['’])$", name))


def referents(turn: EarlierTurn) -> Iterator[tuple[str, str]]:
    """What a pronoun after this turn may stand for, with its kind, likeliest first."""
    asked = turn.asked.lower()
    person = bool(re.match(r"(?:who|whom)\b", asked) or PEOPLE.search(turn.noun.lower()))
    noun = nominal(turn.answer) and not turn.answer[0].isdigit()
    if person and noun:
        yield turn.answer, "many" if many(turn.answer) else "person"
    elif noun and re.match(r"(?:where|(?:in|at|on|to) (?:which|what))\b", asked):
        yield turn.answer, "place"
    elif noun and re.match(r"(?:what|which)\b", asked):
        called = "name" if re.search(r"\bname\b", turn.subject) else "thing"
        yield definite(turn.answer), "many" if many(turn.answer) else called
    if turn.noun and not person and many(turn.noun):
        verb = "" if turn.verb in ("do", "does", "did") else turn.verb
        detail = join(turn.subject, verb, turn.rest)
        yield f"the {turn.noun} that {detail}", "many"
    if turn.subject and turn.subject.lower() not in PRONOUN:
        yield definite(turn.subject), kind(turn.subject)
        if owner := re.match(r"(.+?)['’]s\b", turn.subject):
            yield owner.group(1), kind(owner.group(1))
    if turn.noun and not person and not many(turn.noun):
        yield f"the {turn.noun}", "thing"
    for before, phrase in phrases(turn.rest):
        place = phrase[0].isupper() and before in ("in", "to", "at", "from", "on")
        yield definite(phrase), "place" if place else kind(phrase)
    if turn.speaker:
        yield turn.speaker, "person"


def phrases(text: str) -> Iterator[tuple[str, str]]:
    """Names and nouns with their article, each with the word before it."""
    found = tokens(text)
    i = 0
    while i < len(found):
        article = found[i].low in ("a", "an", "the")
        name = found[i].text[0].isupper() and not adjective(found[i].text)
        end = i + 1
        while (
            (article or found[i].text[0].isupper())
            and end < len(found)
            and not found[end].apart
            and (
                (found[end].text[0].isupper() if name else found[end].full)
                or (found[end].low == "of" and found[end - 1].full)
                or (found[end].low in DETERMINER and found[end - 1].low == "of")
            )
        ):
            end += 1
        if end - i > article and (article or found[i].text[0].isupper()):
            yield found[i - 1].low if i else "", text[found[i].start : found[end - 1].end]
        i = end


def nominal(phrase: str) -> bool:
    """Whether an answer is a name or a noun with its article, not a clause or an adjective."""
    found = tokens(phrase)
    if not 0 < len(found) < 7 or any(t.low in AUXILIARY | WH for t in found):
        return False
    if found[0].low in PREPOSITION | PRONOUN:  # "In the sand", "They used signs"
        return False
    return found[0].low in DETERMINER or phrase[0].isupper() or many(phrase)


def kind(phrase: str) -> str:
    """person, many, thing, or name where a bare name does not tell."""
    low = fold(phrase)
    if many(phrase):
        return "many"
    if PEOPLE.search(low.split(" of ")[0]):
        return "person"
    named = all(w[0].isupper() or w in ("of", "de", "von", "van", "al") for w in phrase.split())
    return "name" if named and "'" not in low else "thing"


def many(phrase: str) -> bool:
    """Whether it is a plural by its form."""
    low = fold(phrase)
    if any(low.removeprefix("the ") in group for group in IRREGULAR):
        return False
    head = re.split(r" (?:of|in|from|by|with|about|on|for|that) ", low)[0]
    plural = re.search(r"[^s'ui]s$|\bpeople$", head) and not phrase[0].isupper()
    return bool(plural or re.search(r"\b(?:and|or)\b", head))


def definite(phrase: str) -> str:
    return re.sub(r"^(?:an?)\s+", "the ", phrase, flags=re.IGNORECASE)
