"""Noun phrases and names in a stretch of news, by rules for English.

A `Passage` blanks out what stands in quotation marks and finds, in what is left, the phrases that
may name a speaker.  Knows nothing of who says what: `sayings` builds on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from assistant.language.fold import TABLE
from assistant.records import Range

LONGEST = 150  # characters of a subject

# Verbs that report what somebody says, in any sentence.
SAYS = (
    r"sa(?:id|ys?)|t(?:old|ells?)|(?:explain|warn|assert|confirm|vow|express|condemn|stress)(?:e?s|ed)"
    r"|(?:announce|declare|acknowledge|emphasi[sz]e|promise|pledge|reiterate|urge|argue)[ds]|warn|argue"
    r"|urge|(?:insist|predict)(?:ed|s)?|admit(?:ted|s)|(?:den|repl)(?:ied|ies)|tweeted|joked|cautioned"
    r"|conceded|complained|testified|call(?:ed|s) (?:for|on)"
    r"|(?:was|were) quoted(?: by [\w ]+?)? as saying"
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
UP_TO_MARK = re.compile(r"(?:[^,;:\".?!]|\.(?=\w|\s+[A-Z]))+")
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
PRONOUNS = {"he": "person", "she": "person", "they": "group", "it": "thing"}


class Passage:
    """A few paragraphs.  All offsets are into their text.

    plain    the text with quotation marks and spaces folded, of the same length
    masked   the same with times blanked, and what is quoted overwritten with quotation marks
    """

    def __init__(
        self, text: str, paragraphs: tuple[Range, ...], sentences: tuple[Range, ...]
    ) -> None:
        self.plain = text.translate(TABLE)
        self.paragraphs = paragraphs
        self.quotations = list(quotations(self.plain, paragraphs))
        self.masked = ASIDE.sub(lambda m: " " * len(m.group()), self.plain)
        self.masked = DASH.sub(lambda m: ",".center(len(m.group())), self.masked)
        for a, b in self.quotations:
            self.masked = self.masked[:a] + '"' * (b - a) + self.masked[b:]
        self.sentences = sentences

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
