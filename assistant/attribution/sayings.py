"""Who says what in a passage of news: verbs of saying, their subjects, and what they cover.

`Sayings` reads a passage sentence by sentence and completes short names, titles and pronouns from
what stands before.  What the rules do not settle has no name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assistant.attribution.phrases import (
    CAPITAL,
    CUT,
    HEAD,
    IS_ROLE,
    LEADERS,
    NAME,
    PREPOSITION,
    PRONOUNS,
    ROLE,
    SAYS,
    STATEMENT,
    WHOLE_NAME,
    Passage,
)
from assistant.records import Range

PRONOUN_BACK = 3  # sentences in which a pronoun finds its noun

# Verbs that report only after a quotation or before a clause: "added that", not "added sugar".
MAY_SAY = (
    r"(?:add|maintain|recall|report|demand|suggest|post)(?:ed|s)|claim(?:ed|s)?|suggest|not(?:ed|es)"
    r"|conclude[ds]|believes?|estimate[ds]?|stated|observed|responded|remarked|alleged|recounted"
    r"|signal(?:ed|led)|boasted|wr(?:ote|ites?)"
)
# Verbs that do so only next to a quotation.
QUOTES = r"(?:continue|describe|accuse)[ds]|ask(?:ed|s)|went on|call(?:ed|s)(?! *\")"
ADVERB = (
    r"has|have|had|did|does|do|also|again|too|once|further|however|then|later|earlier|today|still"
    r"|since|first|just|now|even|already|always|often|long|\w+ly"
)
VERB = re.compile(
    rf"(?:\b(?:{ADVERB})\s+){{0,4}}\b(?:(?P<sure>{SAYS})|(?P<may>{MAY_SAY})|{QUOTES})\b(?!')"
)
SPEAKS = re.compile(r"\b(?:sa(?:id|ys?)|t(?:old|ells?)|add(?:ed|s)|wrote|writes|explain(?:ed|s))\b")
CLAUSE = re.compile(  # what makes the latter verbs report: "that", a quotation, or a finite verb
    r"\s*(?:(?:in|on|at|to|during|after) [^,.\"]{1,60}?)?(?:that\b|whether\b|:|,? ?\")"
    r"|\s+(?!(?:to|of)\b)(?:(?!and\b|who\b|which\b)[\w'-]+\s+){1,7}?(?:\"|(?:is|are|was|were"
    r"|has|have|had|will|would|can|could|must|should|did|does)\b)"
)
QUOTATION = re.compile(r"[^\".,:;]{0,60}[,:]?\s*\"")
ADDING = re.compile(r"\b(?:adding|saying|stressing|noting|warning|arguing|insisting)\b")
ACCORDING = re.compile(r"\b[Aa]ccording to\s+")
NO_SOURCE = re.compile(r"\b(?:plans?|schedule|laws?|rules?|tradition|custom|type|size)$")
TURN = re.compile(
    r"[,;]\s+(?:despite|although|though|even|but(?! (?:also|that))|whereas|while|when)\b"
)
PIECE = re.compile(r"[^,;:]*[^,;:\s][^,;:]*")
IF = re.compile(r"\b(?:if|unless|until|once|what|whatever)\s+$", re.I)
OPENERS = re.compile(rf"\s*(?:{CUT.pattern})*")
TITLED = re.compile(
    rf"(?P<title>(?:(?:{CAPITAL}(?:'s)?|vice|deputy|former|prime|foreign|defen[cs]e)\s+){{0,6}}{ROLE})"
    rf",?\s+(?P<name>{NAME})"
)
APPOSED = re.compile(
    rf"(?P<name>{NAME}),\s+(?P<title>(?:the|a|an)\s+[\w' -]{{0,60}}?\b{ROLE})\s*[,.]"
)
AFTER_ALL = re.compile(r"(?:When|While|As|After|Before|If|Although|Though|Once|Since)\b")
GOES_ON = re.compile(r"\b(?:also|added|adds|however|further|continued|went on|then|again)\b")


@dataclass(frozen=True, order=True)
class Saying:
    """One attribution.  `clause` is subject and verb, `said` what they cover."""

    clause: Range
    said: tuple[Range, ...]
    subject: Range
    frames: bool  # stands after what it covers, and so holds for the whole of it
    sentence: int
    name: Range | None = None  # the subject in its fullest form; None where that is unsure
    kind: str = ""  # "person", "group" or "thing"


class Sayings(Passage):
    """A passage with its `sayings`, in their order."""

    def __init__(
        self, text: str, paragraphs: tuple[Range, ...], sentences: tuple[Range, ...]
    ) -> None:
        super().__init__(text, paragraphs, sentences)
        self.sayings: list[Saying] = []
        for number in range(len(self.sentences)):
            self.read(number)

    # Reading: a sentence -> its sayings

    def read(self, number: int) -> None:
        start, end = self.sentences[number]
        if self.is_quotation((start, end)):
            self.run_on(number)
            return
        found: list[Saying] = []
        for match in ACCORDING.finditer(self.masked, start, end):
            source = self.noun_after(match.end(), end)
            apart = self.masked[start : match.start()].rstrip()[-1:] in ("", ",", '"')
            if source and apart and not NO_SOURCE.search(self.masked[slice(*source)]):
                a, b = match.start(), source[1]
                found.append(Saying((a, b), ((start, a), (b, end)), source, True, number))
        for match in VERB.finditer(self.masked, start, end):
            a, b = match.span()
            if subject := self.inverted(start, match.span(), end):
                b = subject[1]
            elif subject := self.subject(start, a):
                a = subject[0]
            if not subject or IF.search(self.masked, start, subject[0]):
                continue
            said, frames = self.covered((start, end), (a, b), match.group())
            quoted = frames and self.masked[start:a].rstrip().endswith('"')
            content = CLAUSE if match["may"] else QUOTATION
            if said and (match["sure"] or quoted or content.match(self.masked, b, end)):
                found.append(Saying((a, b), tuple(said), subject, frames, number))
        found.sort()
        for i, x in enumerate(found):
            reach = x.said if x.frames else self.cut_short(x, found[i + 1 : i + 5])
            name, kind = self.resolve(x.subject, number)
            self.sayings.append(replace(x, said=reach, name=name, kind=kind))

    def cut_short(self, x: Saying, later: list[Saying]) -> tuple[Range, ...]:
        """What is said up to where the next one speaks: "A said this, while B said that"."""
        for y in later:
            between = re.sub(r"^\s*that,", "", self.masked[x.clause[1] : y.clause[0]])
            apart = re.search(r"(?:[,;]|\band|\bbut|\bwhile)\s*$", between)
            if apart and (y.frames or len(between.split()) > 2):
                return tuple((a, min(b, y.clause[0])) for a, b in x.said)
        return x.said

    def is_quotation(self, part: Range) -> bool:
        return not self.masked[slice(*part)].strip('" .,')

    def run_on(self, number: int) -> None:
        """A sentence that is all quotation is said by whoever was speaking just before."""
        part = self.sentences[number]
        paragraph = next(p for p in self.paragraphs if overlap(p, part))
        before = [x for x in self.sayings if x.sentence == number - 1]
        if not before or any(overlap(s, part) for x in before for s in x.said):
            return
        x = before[-1]
        speaks = x.frames or SPEAKS.search(self.masked, *x.clause)
        if speaks and (paragraph[0] < part[0] or self.is_quotation(paragraph)):
            self.sayings.append(replace(x, said=(part,), sentence=number))

    def inverted(self, start: int, verb: Range, end: int) -> Range | None:
        """The subject that stands after a verb: "…," said the minister."""
        mark = self.masked[start : verb[0]].rstrip()[-1:]
        noun = self.noun_after(verb[1], end) if mark in ('"', ",") else None
        if noun and mark == ",":  # or the verb's own subject stands before the comma
            head = HEAD.split(self.masked[slice(*noun)])[0]
            role = IS_ROLE.fullmatch(head.split()[-1])
            known = role or self.person(noun[0], head) or self.complete(noun) != noun
            if not known or self.masked[noun[1] : end].lstrip()[:1] not in ("", ",", "."):
                return None
        return noun

    def subject(self, start: int, verb: int) -> Range | None:
        """The subject that stands before a verb, over what commas set apart."""
        before = self.masked[start:verb].rstrip()
        start += before.rfind('"') + 1
        pieces = [m.span() for m in PIECE.finditer(self.masked, start, verb)]
        if not pieces or before[-1:] in '";:':
            return None
        if not before.endswith(","):
            return self.noun(*pieces[-1])
        nouns = [
            noun
            for a, b in reversed(pieces[-4:])
            if (noun := self.noun(a, b)) and OPENERS.fullmatch(self.masked, a, noun[0])
        ]
        names = [(a, b) for a, b in nouns if self.person(a, HEAD.split(self.masked[a:b])[0])]
        names += [(a, b) for a, b in nouns if re.match(CAPITAL, self.masked[a:b])]
        return [*names, *reversed(nouns)][0] if nouns and len(pieces) > 1 else None

    def covered(self, sentence: Range, clause: Range, verb: str) -> tuple[list[Range], bool]:
        """What an attribution covers, and whether it stands after it."""
        start, end = sentence
        before = self.masked[start : clause[0]].rstrip()
        rest = self.masked[clause[1] : end].strip(" .")
        turn = TURN.search(self.masked, clause[1], end)
        reach = turn.start() if turn else end
        later = [(a, b) for a, b in self.quotations if clause[1] <= a < end]
        if before.endswith('"'):
            opening = min(a for a, b in self.quotations if overlap((a, b), (start, clause[0])))
            adding = [(m.end(), reach) for m in ADDING.finditer(self.masked, clause[1], reach)]
            return [(min(start, opening), clause[0]), *later, *adding], True
        if re.search(r"[\":]|\bthat\b", rest):
            content = True
        elif verb.endswith(("told", "tells")):
            content = bool(re.search(r"\bto\b", rest)) or len(rest.split()) > 6
        else:
            content = not re.match(
                rf"(?:{PREPOSITION}|after|before|during|as|when|earlier|later|this|last)\b|$", rest
            )
        if before.endswith(",") and not content:
            return [(start, clause[0])], True
        reach = max([reach, *(b for _, b in later if b > end)])  # a quotation may run on
        return [(clause[1], reach)] if rest else [], False

    # Resolving: a subject -> the name in its fullest form

    def resolve(self, subject: Range, number: int) -> tuple[Range | None, str]:
        """The fullest name of a subject, and what kind of thing it is."""
        words = self.masked[slice(*subject)]
        if words.lower() in PRONOUNS:
            wants = PRONOUNS[words.lower()]
            return self.antecedent(wants, number), wants
        if re.search(r"\s(?:and|or|as well as)\s", words):
            return subject, "group"
        head = HEAD.split(words)[0]
        if name := self.person(subject[0], head):
            return self.complete(name), "person"
        last = head.split()[-1]
        if words == head and head.lower().startswith("the "):
            if STATEMENT.fullmatch(last):
                for x in reversed(self.sayings):
                    if last in self.masked[slice(*self.sentences[x.sentence])]:
                        return x.name, "thing"
                return subject, "thing"
            held = self.holder(head, subject[0]) if IS_ROLE.fullmatch(last) else None
            subject = held or self.longer(head) or subject
        elif WHOLE_NAME.fullmatch(head) and len(head.split()) == 1:
            full = self.complete(subject)
            return full, "person" if full != subject else "thing"
        plural = re.fullmatch(r"(?:[a-z-]+[^s]s|people|police)", last)
        return subject, "group" if plural else "person" if IS_ROLE.fullmatch(last) else "thing"

    def holder(self, head: str, before: int) -> Range | None:
        """The person named before with the title that "the … minister" refers to."""
        *wanted, role = head.lower().split()[1:]
        held: dict[str, Range] = {}
        for pattern in (TITLED, APPOSED):
            for match in pattern.finditer(self.masked, 0, before):
                title = match["title"].lower().replace("'s", "").split()
                same = role == title[-1] or (role == "leader" and title[-1] in LEADERS)
                second = {"vice", "deputy", "former"} & set(title) - set(wanted)
                if same and set(wanted) <= set(title) and not second:
                    name = self.complete(match.span("name"))
                    held[self.plain[slice(*name)]] = name
        latest = self.sayings[-1].name if self.sayings else None
        if len(held) > 1 and latest:
            return held.get(self.plain[slice(*latest)])
        return held.popitem()[1] if len(held) == 1 else None

    def longer(self, head: str) -> Range | None:
        """The speaker before it that "the ministry" is short for."""
        wanted = head.lower().split()[1:]
        for x in reversed(self.sayings):
            words = self.masked[slice(*x.subject)]
            full = HEAD.split(words)[0].lower().split()
            if full[-1] == wanted[-1] and set(wanted) <= set(full) and len(words) > len(head):
                return x.name
        return None

    def antecedent(self, wants: str, number: int) -> Range | None:
        """What a pronoun stands for: the speaker or subject of the sentences just before."""
        start, end = self.sentences[number]
        back = 0 if AFTER_ALL.match(self.masked, start, end) else PRONOUN_BACK
        for at in range(number, max(-1, number - 1 - back), -1):
            named = [
                x.name for x in self.sayings if x.sentence == at and x.name and x.kind == wants
            ]
            people = self.people(at) if wants == "person" and at < number else {}
            names = {self.plain[slice(*name)] for name in named}
            if len(names) > 1:
                return None
            if named:
                unsure = people.keys() - names
                more = GOES_ON.search(self.masked, *self.sentences[number])
                return None if unsure and not more else named[0]
            if people:
                return self.first_person(at) if len(people) == 1 else None
        return None


def overlap(a: Range, b: Range) -> bool:
    return a[0] < b[1] and b[0] < a[1]
