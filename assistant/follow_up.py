"""Follow-ups: a question and the talk before it -> the question as it would stand alone.

Pure functions over words: no models, no documents, no parser.  `depends` tells whether a question
leans on what was said before; `rewritings` fills in what it leaves out from the earlier questions,
answers and speakers, most recent first.  Nothing here decides which rewriting is meant: the caller
reads them all and keeps the one that the documents support best.

A question leans on the talk when it is a fragment ("And Norway?", "In which town?"), a bare
question word ("When?"), lacks its noun ("how many is Norway sending?"), or holds a pronoun that
nothing inside it explains.  Everything else is left alone: bending a question that stands alone is
the worse mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.fold import fold
from assistant.premises import (
    AUXILIARY,
    DETERMINER,
    FUNCTION,
    IRREGULAR,
    PREPOSITION,
    PRONOUN,
    WH,
    WORD,
    content,
    listed,
    names,
)
from assistant.records import Answer

TURNS = 3  # earlier turns that are searched
REWRITINGS = 3  # tried at most, beside the question as it stands
TOPIC_WORDS = 20  # of an earlier turn set before a question: the reader keeps 64 word pieces
ANSWER_WORDS = 12  # a longer earlier answer is not put into a question

OPENING = re.compile(
    r"^(?:(?:and|but|so|ok|okay|well|n|also)\b(?! far| many| much)[\s,]*)?"
    r"(?:(?:what|how) about\b\s*)?",
    re.IGNORECASE,
)
CONTRACTED = re.compile(r"\b(what|who|where|when|how|why)['’]s\b", re.IGNORECASE)
FALSE_START = re.compile(
    r"^.*\b(?:sorry|i mean|no wait|wait no)\b[\s,.]+(?=\w+ \w+)", re.IGNORECASE
)
LOOSE = listed(
    "exactly together then again else first not so come one for long often far old soon now yet"
)

KINDS = {
    **dict.fromkeys(listed("he him his she her hers"), "person"),
    **dict.fromkeys(listed("it its"), "thing"),
    **dict.fromkeys(listed("they them their theirs"), "many"),
}
POSSESSIVE = listed("his her its their")
LINKS = listed("of by from and or")
AGREES = {  # kinds of referent that a pronoun can stand for: readily, or for want of those
    "person": (("person", "name"), ()),
    "thing": (("thing", "name"), ("place",)),
    "many": (("many",), ("thing", "person", "name", "place")),
    "place": (("place",), ("name",)),
}
PEOPLE = re.compile(
    r"\b(?:minister|president|senator|leader|spokes\w+|chancellor|secretary|king|queen|mayor|"
    r"ambassador|governor|general|chief|head|director|author|editor|doctor|professor|captain|"
    r"coach|judge|lawyer|writer|painter|singer|actor|actress|man|woman|boy|girl|founder|owner|"
    r"chair\w*|democrat|republican)$"
)
SAYING = (
    r"say|says|said|saying|think|thinks|thought|claim|claims|claimed|believe|believes|believed|"
    r"write|writes|wrote|post|posted|tell|told|report|reported|announce|announced|add|added|"
    r"insist|insists|insisted|warn|warned|suggest|suggested|hope|want|wants|wanted|feel|feels|felt|"
    r"know|knows|knew|decide|decided|prove|proved|agree|agreed|show|shows|showed|argue|argued"
)
BOUNDARY = listed(
    "that who which whom what where when why how if while because after before since until "
    "although whether as and or but than to so then"
) | frozenset(SAYING.split("|"))
EXPLETIVE = re.compile(
    r"\b(?:is|was|be|been|would|does|did|how)\s+it\s+(?:be\s+)?(?:\w+\s+){0,3}"
    r"(?:to|for|that|if|when|whether|how)\b"
    r"|\b(?:find|finds|found|make|makes|made|making|consider|considers|considered)\s+it\b"
    r"|\bit\s+(?:takes?|took|rains?|snows?|costs?|possible)\b|\bit\s+(?:take|rain|snow|cost)\b"
    r"|\bwhat\s+(?:time|day|year)\s+(?:is|was)\s+it\b"
)
AT_HAND = listed(  # "this week", "this article": nothing said before is meant
    "week month year morning afternoon evening weekend summer winter spring century article page "
    "document text report file chapter passage story time"
)
ASIDE = re.compile(
    r"(?:\bin (?:his|her|its|their) (?:view|opinion|eyes|words)|\baccording to (?:him|her|it|them))"
)


@dataclass(frozen=True)
class Token:
    """A word of a question; `apart`: punctuation stands between it and the word before."""

    text: str
    low: str
    start: int
    end: int
    apart: bool

    @property
    def named(self) -> bool:
        """Whether it is a name by its capital; the first word of a text is not taken for one."""
        return self.start > 0 and self.text[0].isupper() and self.low not in FUNCTION

    @property
    def full(self) -> bool:
        """Whether it carries meaning of its own."""
        return self.low.removesuffix("'s") not in FUNCTION


@dataclass(frozen=True)
class Turn:
    """An earlier question taken apart, with its answer: asked + verb + subject + rest.

    "How many soldiers | is | Germany | sending to Greenland"; a question about its own subject
    ("Who | | | requested the talks") has none, and one that asks whether has no `asked`.
    """

    asked: str
    verb: str
    subject: str
    rest: str
    answer: str
    speaker: str

    @property
    def noun(self) -> str:
        """What is asked for by name: "soldiers" of "how many soldiers"."""
        found = re.search(r"\b(?:how many|how much|which|what|whose)\s+(.+)$", self.asked, re.I)
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
        return self.answer or (f"the {self.noun}" if self.noun else "")

    @property
    def statement(self) -> str:
        """The question as a statement, its answer filled in as well as may be."""
        if not self.subject:
            return joined(self.given if self.asked else "", self.verb, self.rest)
        verb = "" if self.verb.lower() in ("do", "does", "did") else self.verb
        return joined(self.subject, verb, self.rest, self.answer)

    @property
    def clause(self) -> str:
        """What was said, where the question was what someone says; else the statement."""
        said = re.match(rf"(?:{SAYING})\b(?:\s+about\b)?\s*(.*)", self.rest, re.I)
        if not said or not self.subject:
            return self.statement
        what = said.group(1)
        turned = what.split(" ")[0].lower() in AUXILIARY
        return joined(self.answer, what) if turned else joined(what, self.answer)


def rewritings(question: str, history: Sequence[Answer]) -> list[str]:
    """The questions that may be meant; never empty.

    `history` oldest first.  A question that stands alone comes back as it is, alone.  One that
    leans on the talk comes first as it stands, then resolved in up to `REWRITINGS` ways, the
    likeliest first; a fragment ("When?", "And Norway?") that could be resolved is left out, since
    by itself it asks nothing.
    """
    if not history or not depends(question):
        return [question]
    turns = [taken_apart(answer) for answer in reversed(history[-TURNS:])]
    asked = bare(question)
    if fragment(question) or bare_word(question) or lacks_noun(question):
        made = [finished(text) for turn in turns[:2] for text in completed(asked, turn)]
        if made:
            return unique(made)[:REWRITINGS]
    resolved = list(substituted(asked if question.islower() else finished(asked)[:-1], turns))
    topic = " ".join(turns[0].statement.split()[-TOPIC_WORDS:])
    told = joined(topic and f"{topic}:", *(resolved or [asked])[:1])
    return unique([question, *map(finished, (*resolved, told))])[: REWRITINGS + 1]


def depends(question: str) -> bool:
    """Whether a question leans on the talk before it."""
    opened = bool(re.match(r"(?:and|but|n)\b", question, re.I))
    asked = bare(question)
    return (
        fragment(question)
        or bare_word(question)
        or lacks_noun(question)
        or dangling(question)
        or (opened and len(content(asked)) < 3)
        or definite_only(question)
        or bool(re.match(r"any(?:thing|one)?(?: [\w-]+){1,4}$", asked, re.I))
    )


# Kinds of leaning


def fragment(question: str) -> bool:
    """A phrase without verb or question word: "And Norway?", "What about the bill?", "Any news?".

    Without an opening word only one of a single name or noun counts: "greenland population" is a
    question in telegram style.
    """
    asked = bare(question)
    found = tokens(asked)
    if any(t.low in AUXILIARY or t.low in WH for t in found) or not found:
        return False
    opened = len(asked) < len(expanded(question).strip(" ?!."))
    if opened:
        return len(found) <= 8
    return len(names(f"{asked}")) <= 1 and (
        len(found) == 1 or (found[0].low in DETERMINER | PREPOSITION and len(found) <= 3)
    )


def bare_word(question: str) -> bool:
    """A question word with little beside it: "When?", "Why so slim?", "At whose request?"."""
    found = tokens(bare(question))
    if any(t.low in AUXILIARY or t.named for t in found):
        return False
    asked = [i for i, t in enumerate(found) if t.low in WH]
    if not asked:
        return False
    own = [t for t in found if t.full and t.low not in LOOSE]
    if not own:
        return len(found) <= 5
    before = found[: asked[0]]
    led = bool(before) and all(t.low in PREPOSITION or t.low == "together" for t in before)
    started = len(found) == 2 and asked[0] == 1 and found[0].low.endswith("ing")
    why = found[0].low in ("why", "how") and len(found) == 3 and found[1].low in ("so", "not")
    happened = len(found) == 2 and asked[0] == 0 and found[0].low in ("who", "what")
    return len(own) == 1 and ((led and found[-1] is own[0]) or started or why or happened)


def lacks_noun(question: str) -> bool:
    """ "How many is Norway sending?": the noun is left to the talk."""
    found = re.search(r"\bhow many (?:is|are|was|were|has|have|does|do|did) (\w+)", fold(question))
    return found is not None and found.group(1) not in PREPOSITION | AUXILIARY


def definite_only(question: str) -> bool:
    """Nothing of its own but "the exercise" and a verb, or "anything similar"."""
    asked = bare(question)
    if re.search(r"\b(?:any|some)thing similar\b(?! to)", asked, re.I):
        return True
    found = tokens(asked)
    if any(t.named or re.search(r"[\d\"]", t.low) for t in found):
        return False
    return sum(t.full for t in found) <= 2 and bool(
        re.match(rf"(?:{'|'.join(WH)})\b(?: \w+)? the \w+ \w+$", asked, re.I)
    )


def dangling(question: str) -> bool:
    """Whether a pronoun stands in the question that nothing in it explains."""
    asked = expanded(question)
    found = tokens(asked)
    own = named(found)
    return bool(unexplained(asked)) or any(
        (t.low in ("that", "this", "these", "those") and demonstrative(found, i, own))
        or (t.low == "so" and 0 < i == len(found) - 1 and said(found[i - 1]))
        for i, t in enumerate(found)
        if not quoted(asked, t)
    )


def unexplained(asked: str) -> list[tuple[int, str]]:
    """The pronouns that nothing in the question explains: the place of each among its tokens, and
    the kind of what it stands for."""
    found = tokens(asked)
    low = fold(asked)
    idle = {i for m in EXPLETIVE.finditer(low) for i in range(m.start(), m.end())}
    aside = ASIDE.search(low)
    loose = []
    for i, token in enumerate(found):
        if quoted(asked, token) or (token.low == "it" and token.start in idle):
            continue
        if token.low == "there" and not named(found) and not existential(found, i):
            loose.append((i, "place"))
        elif token.low in KINDS:
            spoken = aside is not None and aside.start() <= token.start < aside.end()
            if (spoken and not any(said(t) for t in found)) or not explained(found, i):
                loose.append((i, KINDS[token.low]))
    return loose


def explained(found: Sequence[Token], i: int) -> bool:
    """Whether a word of the question can be what the pronoun `found[i]` stands for.

    It stands before it in another clause, or in the same one for a possessive ("Which company
    moved its office?"); or after it where the pronoun's clause comes first ("After his visit, what
    did Vance say?", "In which of his terms did Trump …?").
    """
    kind = KINDS[found[i].low]
    owner = found[i].low in POSSESSIVE and i + 1 < len(found) and found[i + 1].full
    for j in range(i - 1, -1, -1):
        if not fits(found, j, kind, owner):
            continue
        between = found[j + 1 : i]
        if owner or any(t.apart for t in (*between, found[i])):
            return True
        if any(
            t.low in BOUNDARY and not (t.low in PREPOSITION and t is between[-1]) for t in between
        ):
            return True
    for j in range(i + 2, len(found)):
        comma = any(t.apart for t in found[i + 1 : j + 1])
        turned = found[j - 1].low in AUXILIARY and any(t.low == "of" for t in found[:i])
        if found[j].named and (turned or (comma and found[0].low not in WH | AUXILIARY)):
            return True
    return False


def fits(found: Sequence[Token], j: int, kind: str, owner: bool) -> bool:
    """Whether `found[j]` can be meant by a pronoun of this kind."""
    token, before = found[j], found[j - 1].low if j else ""
    if token.low in ("who", "whose") and j == 0 and kind != "thing":
        return not (found[1].low in AUXILIARY and not (owner and found[1].low in ("has", "had")))
    if not token.full:
        return False
    if not any(t.text[0].isupper() for t in found):  # telegram style hides the names
        return True
    if kind == "person":
        place = before in ("the", "in", "to", "at", "from", "into", "near")
        return bool(PEOPLE.search(token.low)) or (token.named and not place)
    leads = DETERMINER | AUXILIARY | {"which", "what", "many", "of"}
    return token.named or before in leads or (j > 1 and found[j - 2].low in leads)


def named(found: Sequence[Token]) -> bool:
    """Whether there is a name; a question all in small letters has one if it has two words of
    its own."""
    small = not any(t.text[0].isupper() for t in found)
    return any(t.named for t in found) or (small and sum(t.full for t in found) > 1)


def said(token: Token) -> bool:
    return bool(re.fullmatch(SAYING + "|do|does|did", token.low))


def quoted(asked: str, token: Token) -> bool:
    """Whether a word stands in quotation marks: other people's pronouns are not the asker's."""
    return fold(asked)[: token.start].count('"') % 2 == 1


def existential(found: Sequence[Token], i: int) -> bool:
    """ "Is there", "there are", "up there": no place said before is meant."""
    before = found[i - 1].low if i else ""
    near = [before, *(t.low for t in found[i + 1 : i + 2])]
    if before in ("up", "out", "over", "down"):
        return True
    return any(w in AUXILIARY for w in near) and before not in PREPOSITION


def demonstrative(found: Sequence[Token], i: int, own: bool) -> bool:
    """ "Who said that?", "Is this true?": not "says that …", "the bill that …", "this week".
    `own`: the question has a name of its own, so that "this Nordic country" is no riddle."""
    token, after = found[i], found[i + 1 :]
    before = found[i - 1].low if i else ""
    if after and after[0].low in AT_HAND | DETERMINER | PRONOUN | {"who", "of"}:
        return False
    if not after or all(not t.full or t.low in LOOSE for t in after):
        return i > 0 and not (after and after[0].low in AUXILIARY)
    if token.low != "that":
        limited = any(t.low in ("that", "who", "which") for t in after)
        return not own and not limited and not re.search(r"ed$", after[0].low)
    if not i or token.apart:
        return False
    if (before in AUXILIARY and i < 3) or (before in PREPOSITION and before != "than"):
        return not own
    return len(after) == 2 and not after[0].named and after[1].low in PREPOSITION


# Taking earlier turns apart


def taken_apart(answer: Answer) -> Turn:
    """The parts of an earlier question, as it was resolved then."""
    text = answer.text.strip(" .,;:!?") if len(answer.text.split()) <= ANSWER_WORDS else ""
    if fold(text) in ("yes", "no"):
        text = ""
    speaker = answer.quotes[0].speaker if answer.quotes else ""
    asked = bare(answer.query_used or answer.question).rsplit(": ", 1)[-1]
    found = tokens(asked)
    word = next((i for i, t in enumerate(found[:4]) if t.low in WH), None)
    if word is None and not (found and found[0].low in AUXILIARY):
        return Turn("", "", "", asked if found else "", text, speaker)
    first = 0 if word is None else ends_asked(found, word)
    if first >= len(found):
        return Turn(asked, "", "", "", text, speaker)
    turned = found[first].low in AUXILIARY and inverted(found, first)
    verb = found[first] if found[first].low in AUXILIARY else None
    begin = first + 1 if verb else first
    end = ends_subject(found, first) if turned else begin
    return Turn(
        asked[: found[first].start].strip(" ,"),
        verb.low if verb else "",
        asked[found[begin].start : found[end - 1].end] if begin < end else "",
        asked[found[end].start :] if end < len(found) else "",
        text,
        speaker,
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
                or said(token)
                or (re.search(r"(?:ing|ed)$", token.low) and before.low not in DETERMINER)
                or (helped and before.full and token.named and not before.named)
                or (first.named and before.named and not token.named and not adjective(before.text))
            )
        ):
            break
        end += 1
    last = found[end - 1]
    short = end - verb <= 2 + (first.low in DETERMINER)
    stopped = end < len(found) and (said(found[end]) or found[end].low in AUXILIARY)
    return end - (helped and not short and not stopped and last.full and not last.named)


def adjective(name: str) -> bool:
    """Whether a noun may follow a name: "Swedish officers", "Norway's minister"."""
    return bool(re.search(r"(?:ish|an|ese|ic|['’]s?|s['’])$", name))


def referents(turn: Turn) -> Iterator[tuple[str, str]]:
    """What a pronoun after this turn may stand for, with its kind, likeliest first."""
    asked = turn.asked.lower()
    person = bool(re.match(r"(?:who|whom)\b", asked) or PEOPLE.search(turn.noun.lower()))
    noun = re.match(r"(?:an?|the)\b|[^\W\d]", turn.answer) and nominal(turn.answer)
    if person and noun:
        yield turn.answer, "many" if many(turn.answer) else "person"
    elif noun and re.match(r"(?:where|(?:in|at|on|to) (?:which|what))\b", asked):
        yield turn.answer, "place"
    elif noun and re.match(r"(?:what|which)\b", asked):
        called = "name" if re.search(r"\bname\b", turn.subject) else "thing"
        yield definite(turn.answer), "many" if many(turn.answer) else called
    if turn.noun and not person and many(turn.noun):
        verb = "" if turn.verb in ("do", "does", "did") else turn.verb
        detail = joined(turn.subject, verb, turn.rest)
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
    if len(found) > 6 or any(t.low in AUXILIARY | WH for t in found):
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


# Filling in


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
    old.sort(key=lambda n: n not in turn.subject)
    for name in old[:2]:
        yield re.sub(rf"(?:\bthe )?\b{re.escape(name)}(?!\w)", asked, whole, count=1)


def substituted(asked: str, turns: Sequence[Turn]) -> Iterator[str]:
    """The question with its pronouns replaced, by the likeliest referents and then by the next."""
    last = turns[0]
    when = r"(.*\b(?:which|what|when|where|how long)\b.*?)\s+(?:is|was|were|are)\s+(?:that|this|it)"
    if found := re.fullmatch(when, asked, re.I):
        yield reasked(found.group(1), last)
        return
    if found := re.fullmatch(r"(is|was)\s+(?:that|this|it)\s+(\w+)", asked, re.I):
        yield f"{found.group(1)} it {found.group(2)} that {last.clause}"
        return
    for choice in range(2):
        text = replaced(asked, turns, choice)
        if choice and text == asked:
            return
        text = re.sub(
            rf"\b({SAYING}|reported|do)\s+(?:so|that|this)\b(?=$|\s+(?:first|too|again)$)",
            lambda m: f"{m.group(1)} that {last.clause}",
            text,
            flags=re.IGNORECASE,
        )
        text = re.sub(
            r"\b(for|about|of|than|after|before|to|with|by)\s+that$",
            lambda m: f"{m.group(1)} {last.clause}",
            text,
        )
        if text != asked:
            yield text


def replaced(asked: str, turns: Sequence[Turn], choice: int) -> str:
    """Each kind of dangling pronoun replaced, where it first stands, by the referent that agrees
    with it: of those in the most recent turn that has any, the one at place `choice`."""
    found = tokens(asked)
    out, cursor, done = "", 0, set()
    for i, wanted in unexplained(asked):
        options = agreeing(wanted, turns, asked)
        if wanted in done or len(options) <= choice:
            continue
        done.add(wanted)
        token, new = found[i], options[choice]
        follows = i + 1 < len(found) and not found[i + 1].apart and found[i + 1].full
        if token.low in ("its", "his", "their") or (token.low == "her" and follows):
            new = new.split(" that ")[0]
            new += "'" if new.endswith("s") else "'s"
        elif token.low == "there" and found[i - 1].low not in PREPOSITION:
            new = f"in {new}"
        out += asked[cursor : token.start] + new
        cursor = token.end
    return out + asked[cursor:]


def agreeing(wanted: str, turns: Sequence[Turn], asked: str) -> list[str]:
    """Referents for a kind of pronoun from the most recent turn that has any, likeliest first; not
    one that the question names itself."""
    for turn in turns:
        options = [
            (text, kind)
            for text, kind in referents(turn)
            if fold(text) not in fold(asked) and not (wanted == "person" and country(text))
        ]
        for kinds in AGREES[wanted]:
            if found := [text for text, kind in options if kind in kinds]:
                return unique(found)
    return []


def country(name: str) -> bool:
    """Whether it is a people or one of the best known countries, so that "he" cannot mean it."""
    return adjective(name) or any(fold(name).removeprefix("the ") in group for group in IRREGULAR)


# Words


def bare(question: str) -> str:
    """The question without its opening word ("And", "What about") and end mark."""
    whole = expanded(question).strip(" ?!.,")
    return OPENING.sub("", whole, count=1).strip(" ?!.,") or whole or question


def expanded(question: str) -> str:
    """ "What's" as "what is", without what the asker took back ("did they.. sorry, what …")."""
    return CONTRACTED.sub(r"\1 is", FALSE_START.sub("", question))


def tokens(text: str) -> list[Token]:
    found: list[Token] = []
    for match in WORD.finditer(text):
        gap = text[found[-1].end : match.start()] if found else ""
        low = "u.s" if match.group() == "US" else fold(match.group())
        found.append(
            Token(
                match.group(),
                low,
                match.start(),
                match.end(),
                bool(gap.strip(" \"'“”‘’")),
            )
        )
    return found


def finished(text: str) -> str:
    """As a sentence: a capital first, a question mark last."""
    return text[0].upper() + text[1:].rstrip(" ?") + "?"


def joined(*parts: str) -> str:
    return " ".join(p for p in parts if p)


def unique(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(texts))
