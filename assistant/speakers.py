"""Who says it: the speaker of a quote, by rules for the English of news.

Knows nothing of readers, scores or models.  It blanks out what stands in quotation marks, finds
the verbs of saying that are left, their subjects and what they cover, and completes short names,
titles and pronouns from the paragraphs just before.  A wrong name is worse than none: what the
rules do not settle has no speaker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from assistant.fold import TABLE
from assistant.records import Document, Range
from assistant.sentences import sentences

LOOK_BACK = 12  # paragraphs in which a short name is completed: an entry of a live blog
FARTHEST = 6000  # characters read on either side, should paragraphs be very long
LOOK_AHEAD = 3  # paragraphs in which a quotation that runs on finds its speaker
PRONOUN_BACK = 3  # sentences in which a pronoun finds its noun
LONGEST = 150  # characters of a subject
WIDEST = 500  # characters that a quote may reach when it is widened over what it refers to

# Verbs that report what somebody says, in any sentence.
SAYS = (
    r"sa(?:id|ys?)|t(?:old|ells?)|(?:explain|warn|assert|confirm|vow|express|condemn|stress)(?:e?s|ed)"
    r"|(?:announce|declare|acknowledge|emphasi[sz]e|promise|pledge|reiterate|urge|argue)[ds]|warn|argue"
    r"|urge|(?:insist|predict)(?:ed|s)?|admit(?:ted|s)|(?:den|repl)(?:ied|ies)|tweeted|joked|cautioned"
    r"|conceded|complained|testified|call(?:ed|s) (?:for|on)"
    r"|(?:was|were) quoted(?: by [\w ]+?)? as saying"
)
# Verbs that do so only after a quotation or before a clause: "added that", not "added sugar".
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
QUOTING = re.compile(r"\bquot(?:ing|ed)\b(?! (?:by [\w ]+ )?as saying)")
TURN = re.compile(
    r"[,;]\s+(?:despite|although|though|even|but(?! (?:also|that))|whereas|while|when)\b"
)
DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
ASIDE = re.compile(  # a time or a bracket: blanked out, so that it does not part name and verb
    rf"(?:\b(?:late|early|earlier|later)\s+)?(?:(?:\b(?:[Oo]n|[Ll]ast)\s+)?\b{DAY}\b"
    rf"|\b(?:[Oo]n|[Ii]n|[Ll]ast)\s+{MONTH}\b(?:\s+\d{{1,2}}\b)?)"
    r"(?:\s+(?:morning|afternoon|evening|night)\b)?|\([^()]*\)"
)
DASH = re.compile(r"\s-{1,2}\s")
ROLE = (
    r"(?i:president|premier|chancellor|minister"
    r"|secretary(?:[ -]general|\sof\s(?:state|defen[cs]e|war|the treasury))?|sen\.|senator|rep\."
    r"|representative|congress(?:wo)?man|lawmaker|legislator|mp|mep|gov\.|deputy|treasurer|aide"
    r"|governor|mayor|commissioner|ambassador|envoy|king|queen|prince|princess|pope|bishop|gen\."
    r"|general|admiral|colonel|captain|commander|sheriff|judge|justice|attorney|lawyer|prosecutor"
    r"|spokes(?:man|woman|person)|chief|leader|head|boss|chair(?:man|woman|person)?|director|executive"
    r"|founder|coach|manager|owner|professor|prof\.|dr\.?|mr\.?|mrs\.?|ms\.?|sir|lady|lord|analyst"
    r"|economist|scientist|researcher|historian|expert|author|writer|actor|activist|journalist"
    r"|reporter|official|officer|democrat|republican|diplomat|politician|counterpart|advis[eo]r"
    r"|resident|candidate|speaker|editor|doctor|correspondent|agent|detective|inspector"
    r"|sergeant|lieutenant|rev\.|reverend|archbishop|cardinal|rabbi|imam|farmer|teacher|student)"
)
IS_ROLE = re.compile(ROLE + "s?")
SURNAMES = {"King", "Prince", "Bishop", "Pope", "Judge", "Farmer", "Head", "Coach"}
LEADERS = {"president", "premier", "chancellor", "minister", "king", "queen", "leader", "chief"}
BODY = re.compile(
    r"\b(?:minist(?:ry|ries)|department|house|office|union|nations|states|parliament|party|council"
    r"|commission|committee|congress|senate|court|bank|university|institute|agency|times|post|news"
    r"|press|group|company|corporation|street|government|police|army|navy|guard|forces?|airport"
    r"|administration|kingdom|airlines|association|federation|organi[sz]ation|embassy|city|county"
    r"|authority|services?|watch|international|cent(?:er|re)|foundation|military|media|people|regulator"
    r"|watchdog|charity|firm|newspaper|broadcaster|carmaker|airline)$",
    re.I,
)
STATEMENT = re.compile(r"(?:statement|post|letter|report|e-?mail|message|release|communiqu[eé])")
PREPOSITION = r"(?:of|for|from|at|in|on|with|to|by|near|about|against|between|via|within|inside)"
HEAD = re.compile(rf"\s{PREPOSITION}(?:\s(?!(?:State|Defen[sc]e|War|the Treasury)\b)|$)")
PIECE = re.compile(r"[^,;:]*[^,;:\s][^,;:]*")
UP_TO_MARK = re.compile(r"(?:[^,;:\".?!]|\.(?=\w|\s+[A-Z]))+")
IF = re.compile(r"\b(?:if|unless|until|once|what|whatever)\s+$", re.I)
CUT = re.compile(  # where a subject may begin inside a clause
    r"\b(?:[Bb]ut|[Aa]nd|[Yy]et|[Ss]o|[Oo]r|[Mm]eanwhile|Still|Now|[Tt]hen|[Ll]ater|[Ee]arlier|Also"
    r"|However|Instead|Elsewhere|Separately|[Ww]hile|[Ww]hen|[Aa]s|[Tt]hat|[Ii]f|[Aa]fter|[Bb]efore"
    r"|[Bb]ecause|[Aa]lthough|[Tt]hough|[Ww]here|[Ww]hat|[Bb]oth|which|" + SAYS + r")\s+"
)
NO_NOUN = re.compile(  # a word that no plain noun phrase holds
    r"(?:[Ii]|you|we|me|him|them|us|s?he|it|they|(?:him|her|it)self|who[ms]?e?|which|what|that|this|th[eo]se"
    r"|there|is|are|was|were|be|been|has|have|had|do|does|did|will|would|can|could|may|might|must"
    r"|should|not?|nobody|if|when|while|because|(?:al)?though|but|so|than|then|as|sa(?:id|ys?)|told|tells?"
    r"|after|before|during|where|until|since|more|much|very|every|meanwhile|however|instead)"
)
THE = {"the", "a", "an", "his", "her", "its", "their", "our", "my", "one", "two", "three", "some"}
OPENERS = re.compile(rf"\s*(?:{CUT.pattern})*")
FUNCTION = re.compile(rf"(?:{CUT.pattern}|(?i:{PREPOSITION}|{'|'.join(THE)})\s)")
UNFINISHED = re.compile(rf"(?i:{PREPOSITION}|{'|'.join(THE)})|.*'s")
CAPITAL = r"(?:(?:[A-Z]\.)+|[A-Z\u00c0-\u017f][\w-]*(?:'[A-Z][\w-]+)?)"
PARTICLE = r"(?:de|da|del|della|di|du|la|le|van|von|der|den|ten|bin|ibn|al|el|ter|dos|af)"
NAME = rf"{CAPITAL}(?:\s+(?:{PARTICLE}\s+){{0,2}}{CAPITAL}){{0,5}}"
WHOLE_NAME = re.compile(NAME)
ENDS = re.compile(  # what may follow a subject that stands after its verb; not "…, B and C"
    rf"(?!,\s+{NAME},?\s+and\s)(?:\s*(?:$|[,;:.?!\"])|\s+(?:{PREPOSITION}|who|which|that|as|after|before"
    r"|when|while|during|late|early|earlier|later|this|last|and|but|because|is|was|\w+ed|\w+ing)\b)"
)
AFTER_TITLE = re.compile(rf".*\b{ROLE}\s+(?P<name>{NAME})", re.S)
TITLED = re.compile(
    rf"(?P<title>(?:(?:{CAPITAL}(?:'s)?|vice|deputy|former|prime|foreign|defen[cs]e)\s+){{0,6}}{ROLE})"
    rf",?\s+(?P<name>{NAME})"
)
APPOSED = re.compile(
    rf"(?P<name>{NAME}),\s+(?P<title>(?:the|a|an)\s+[\w' -]{{0,60}}?\b{ROLE})\s*[,.]"
)
AFTER_ALL = re.compile(r"(?:When|While|As|After|Before|If|Although|Though|Once|Since)\b")
PRONOUNS = {"he": "person", "she": "person", "they": "group", "it": "thing"}
GOES_ON = re.compile(r"\b(?:also|added|adds|however|further|continued|went on|then|again)\b")

FALSELY = re.compile(
    r"\b(?:falsely|wrongly|incorrectly|baseless(?:ly)?|misleading(?:ly)?|unfounded|debunked"
    r"|inaccurate(?:ly)?|without (?:\w+ )?(?:evidence|proof))\b"
)
CORRECTS = re.compile(
    r"\b(?:no|any|little|without) (?:\w+ )?(?:evidence|proof|basis)\b"
    r"|\b(?:is|are|was|were) (?:false|untrue|wrong|incorrect|inaccurate|misleading)\b"
)
BACK = re.compile(
    r"(?:(?:But|And|Yet|In|On|At|After|During|For)\b[^,\"]{0,40},?\s+(?:he|she|they|it)\b"
    r"|(?:He|She|They|His|Her|Their|Its|This|These|Those|That|Such|Both|It)\b"
    r"|The (?:move|step|decision|announcement|remarks?|comments?|claims?|measure|proposal|incident"
    r"|image|latter|former|pair|two|duo|same)\b)"
)
EMPTY_IT = re.compile(r"It (?:is|was|remains|seems|would be)\b[^.]*? (?:for|to|that|who)\b")
ASKS = re.compile(
    rf"(?:who|which\s(?:\w+\s){{1,3}}?)\s*(?:(?:{ADVERB})\s+)*(?:{SAYS}|{MAY_SAY}|{QUOTES})\b"
    r"|according to (?:whom|who\b|which)|who(?:m|se)?\b.*\baccording to\?"
    r"|whose\b.{0,30}\b(?:words?|quote|statement|claim|view|opinion|remark)s?\b"
    r"|who(?:\sis|\swas|'s)\s(?:\w+\s)?(?:quoted|the speaker|speaking|saying|claiming|warning)"
    r"|(?:by|from) whom\b.*\b(?:said|told|claimed|made)",
    re.I,
)


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


def speaker(document: Document, start: int, end: int, answer: Range | None = None) -> str:
    """Who says `document.text[start:end]`, or its part `answer`, as the text names them.

    The name has its fullest form in the paragraphs just before, on one line, without a title.
    "" when nobody is quoted there, when two are, and whenever it is not certain.
    """
    where = name_range(document, start, end, answer)
    name = " ".join(document.text[slice(*where)].split()) if where else ""
    return re.sub(r"^(?:The|An?)\b", lambda article: article.group().lower(), name)


def name_range(
    document: Document, start: int, end: int, answer: Range | None = None
) -> Range | None:
    """Where the name that `speaker` gives stands: in the quote or shortly before it."""
    near, offset = neighbourhood(document, start, end)
    a, b = answer or (start, end)
    found = near.who((a - offset, b - offset), whole=answer is None)
    return (found[0] + offset, found[1] + offset) if found else None


def with_attribution(document: Document, start: int, end: int) -> Range:
    """The whole sentences around a range, so that no claim stands without who makes it.

    They take in the attribution of what is quoted, the reporter's correction of a claim, and,
    up to `WIDEST` characters, the sentences before that a first word such as "He" or "These"
    refers to.  Always contiguous, never over page furniture.
    """
    near, offset = neighbourhood(document, start, end)
    a, b = near.widened((start - offset, end - offset))
    return a + offset, b + offset


def asks_for_speaker(question: str) -> bool:
    """Whether a question wants to know who said something: "Who told …", "According to whom …"."""
    return bool(ASKS.search(question.translate(TABLE)))


def neighbourhood(document: Document, start: int, end: int) -> tuple[Near, int]:
    """The paragraphs around a range up to a clear break, and where they begin."""
    ranges = document.paragraphs
    here = document.paragraph_at(start) - 1
    first, last = here, document.paragraph_at(max(start, end - 1)) - 1
    stop = min(last + LOOK_AHEAD, len(ranges) - 1)
    while first > max(0, here - LOOK_BACK) and not breaks(document, first - 1):
        first -= 1
    while last < stop and not breaks(document, last + 1):
        last += 1
    offset, reach = max(ranges[first][0], start - FARTHEST), min(ranges[last][1], end + FARTHEST)
    inside = [
        (max(a, offset) - offset, min(b, reach) - offset) for a, b in ranges[first : last + 1]
    ]
    return near(document.text[offset:reach], tuple(r for r in inside if r[0] < r[1])), offset


@lru_cache(maxsize=32)
def near(text: str, paragraphs: tuple[Range, ...]) -> Near:
    """A neighbourhood read once for all that is asked about it."""
    return Near(text, paragraphs)


def breaks(document: Document, number: int) -> bool:
    """Whether a paragraph parts what is around it: page furniture, or a heading."""
    start, end = document.paragraphs[number]
    heading = end - start < 80 and document.text[end - 1] not in ".!?:;,…\"”’')"
    return heading or any(overlap((start, end), skipped) for skipped in document.skipped)


def overlap(a: Range, b: Range) -> bool:
    return a[0] < b[1] and b[0] < a[1]


class Near:
    """A few paragraphs, read for who says what.  All offsets are into their text.

    plain    the text with quotation marks and spaces folded, of the same length
    masked   the same with times blanked, and what is quoted overwritten with quotation marks
    """

    def __init__(self, text: str, paragraphs: tuple[Range, ...]) -> None:
        self.plain = text.translate(TABLE)
        self.paragraphs = paragraphs
        self.quotations = list(quotations(self.plain, paragraphs))
        self.masked = ASIDE.sub(lambda m: " " * len(m.group()), self.plain)
        self.masked = DASH.sub(lambda m: ",".center(len(m.group())), self.masked)
        for a, b in self.quotations:
            self.masked = self.masked[:a] + '"' * (b - a) + self.masked[b:]
        self.sentences = [s for a, b in paragraphs for s in sentences(text, a, b)]
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

    def noun(self, start: int, end: int) -> Range | None:
        """The longest noun phrase that ends a stretch of the text."""
        end = start + len(self.masked[start:end].rstrip())
        cuts = CUT.finditer(self.masked, max(start, end - LONGEST), end)
        for a in [start, *(m.end() for m in cuts)]:
            if end - a < LONGEST and is_noun(phrase := self.masked[a:end].lstrip()):
                return end - len(phrase), end
        return None

    def noun_after(self, start: int, end: int) -> Range | None:
        """The longest noun phrase that begins a stretch of the text."""
        start += len(self.masked[start:end]) - len(self.masked[start:end].lstrip())
        match = UP_TO_MARK.match(self.masked, start, end)
        piece = match.group() if match else ""
        for word in reversed(list(re.finditer(r"\S+", piece[:LONGEST]))):
            if is_noun(piece[: word.end()]):
                last = start + word.end()
                return (start, last) if ENDS.match(self.masked, last, end) else None
        return None

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

    def person(self, start: int, head: str) -> Range | None:
        """The name of a person in the head of a noun phrase, without title."""
        if titled := AFTER_TITLE.fullmatch(head):
            a, b = titled.span("name")
        else:
            a, b = head.rfind("'s ") + 3 if "'s " in head else 0, len(head)
            name = head[a:b].split()
            if len(name) < 2 or FUNCTION.match(head, a) or not WHOLE_NAME.fullmatch(head, a):
                return None
        role = IS_ROLE.fullmatch(head.split()[-1]) and head.split()[-1] not in SURNAMES
        return None if role or BODY.search(head) else (start + a, start + b)

    def complete(self, name: Range) -> Range:
        """A surname's full form in the text before it, where there is only one."""
        surname = self.plain[slice(*name)]
        full: dict[str, Range] = {}
        if len(surname.split()) == 1:
            given = rf"\b(?:{CAPITAL}\s+(?:{PARTICLE}\s+){{0,2}}){{1,6}}{re.escape(surname)}"
            for match in re.finditer(rf"{given}\b(?!-|\s+[A-Z])", self.plain[: name[0]]):
                title = re.match(rf"(?:.*\b{ROLE}\s+)?(?:{CUT.pattern})*", match.group(), re.S)
                a = match.start() + (title.end() if title else 0)
                if " " in self.plain[a : match.end()]:
                    full[self.plain[a : match.end()]] = a, match.end()
        return full.popitem()[1] if len(full) == 1 else name

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

    def people(self, number: int) -> dict[str, Range]:
        """The people named in a sentence, outside of quotations."""
        found = {}
        for match in WHOLE_NAME.finditer(self.masked, *self.sentences[number]):
            if name := self.person(match.start(), match.group()):
                name = self.complete(name)
                found[self.plain[slice(*name)]] = name
        return found

    def first_person(self, number: int) -> Range | None:
        """The person that a sentence begins with, be it after "On Tuesday,"."""
        begin = re.compile(rf"(?:[^,\"]{{0,60}},)?\s*(?P<noun>(?:{CAPITAL}(?:'s)?\s+)+)(?!and\b)")
        match = begin.match(self.masked, *self.sentences[number])
        name = self.person(match.start("noun"), match["noun"].rstrip()) if match else None
        return self.complete(name) if name else None

    # Answering

    def who(self, part: Range, whole: bool) -> Range | None:
        """The name of the one who says all of this part, or some of each of its sentences."""
        if QUOTING.search(self.masked, *part):
            return None
        if whole:
            here = [x for x in self.sayings if any(overlap(part, s) for s in x.said)]
            for i, span in enumerate(self.sentences):
                spoken = any(overlap(span, s) for x in here for s in x.said)
                if overlap(part, span) and not spoken and not (i and self.corrected(i - 1)):
                    return None
        else:
            a, b = part
            here = [x for x in self.sayings if any(s[0] <= a and b <= s[1] for s in x.said)]
        if whole or any(x.frames for x in here):
            outer = [x for x in here if not any(overlap(x.clause, s) for y in here for s in y.said)]
            here = outer or here
        names = {x.name and self.plain[slice(*x.name)] for x in here}
        return here[0].name if len(names) == 1 else None

    def widened(self, part: Range) -> Range:
        inside = [i for i, s in enumerate(self.sentences) if overlap(s, part)]
        if not inside:
            return part
        first, last = inside[0], inside[-1]
        for x in self.sayings:
            if any(overlap(self.sentences[i], s) for i in inside for s in x.said):
                at = next(i for i, s in enumerate(self.sentences) if overlap(x.clause, s))
                if self.together(min(first, at), max(last, at)):
                    first, last = min(first, at), max(last, at)
        if self.corrected(last):
            last += 1
        if first and self.corrected(first - 1):
            first -= 1
        while first and self.refers_back(first) and self.together(first - 1, last):
            first -= 1
        return self.sentences[first][0], self.sentences[last][1]

    def together(self, first: int, last: int) -> bool:
        """Whether these sentences are of one paragraph, or short enough to be quoted as one."""
        a, b = self.sentences[first][0], self.sentences[last][1]
        return b - a <= WIDEST or any(p[0] <= a and b <= p[1] for p in self.paragraphs)

    def corrected(self, number: int) -> bool:
        """Whether a sentence reports a claim that the next one, in the reporter's words, denies."""
        if number + 1 == len(self.sentences) or not self.together(number, number + 1):
            return False
        speaking = {x.sentence for x in self.sayings}
        falsely = FALSELY.search(self.masked, *self.sentences[number])
        corrects = CORRECTS.search(self.masked, *self.sentences[number + 1])
        told = number in speaking and number + 1 not in speaking
        return told and bool(falsely or corrects)

    def refers_back(self, number: int) -> bool:
        a, b = self.sentences[number]
        return bool(BACK.match(self.plain, a, b)) and not EMPTY_IT.match(self.plain, a, b)


def is_noun(phrase: str) -> bool:
    """Whether a phrase can be the subject of a verb of saying: a pronoun, a name, some noun."""
    if phrase.lower() in PRONOUNS:
        return True
    phrase = re.sub(r"\bas well as\b", "and", phrase)
    words, joint = phrase.split(), re.split(r"\s(?:and|or)\s", phrase)
    if len(joint) > 1:
        return all(is_noun(part) for part in joint)
    head = HEAD.split(f" {phrase}")[0].split()
    first = words[0] if words[0] in ("May", "Will", "US", "WHO") else words[0].lower()
    if not head or len(words) > 14 or any(NO_NOUN.fullmatch(w) for w in (first, *words[1:])):
        return False
    if re.search(
        r"\b[a-z]+(?:ed|ly) [A-Z]|\b[A-Z][\w-]* (?!family\b)[a-z]+(?:ed|ly)\b", " ".join(words)
    ):
        return False  # a verb or adverb stands in it
    for i, (word, following) in enumerate(pairwise(head)):
        # "Trump met Putin" is no noun phrase; "the outgoing German leader" is one
        known = word in THE or re.fullmatch(PARTICLE, word) or IS_ROLE.fullmatch(word)
        known = known or BODY.search(word)
        adjective = i == 1 and head[0].lower() in THE
        if following[0].isupper() and word[0].islower() and not (known or adjective):
            return False
    last = head[-1]
    if THE.intersection(head[1:]) or UNFINISHED.fullmatch(words[-1]) or UNFINISHED.fullmatch(last):
        return False
    if last[0].isupper() or IS_ROLE.fullmatch(last) or BODY.search(last):
        return True
    owned = head[0].lower() in THE or any(word.endswith("'s") for word in head)
    return bool(re.search(r"(?<!ed|ly)(?<!ing)$" if owned else r"[^s']s$", last))


def quotations(plain: str, paragraphs: tuple[Range, ...]) -> Iterator[Range]:
    """What stands in double quotation marks, marks included.

    A quotation that is open where its paragraph ends goes on in the next one if that begins with
    a mark, as is the custom in print; otherwise it ends there.
    """
    start: int | None = None
    for number, (a, b) in enumerate(paragraphs):
        for match in re.compile('"').finditer(plain, a, b):
            if start is None:
                start = match.start()
            elif match.start() > a:
                yield start, match.end()
                start = None
        following = paragraphs[number + 1][0] if number + 1 < len(paragraphs) else None
        if start is not None and (following is None or plain[following] != '"'):
            yield start, b
            start = None
