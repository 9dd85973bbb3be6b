"""Who says it: a question to the reader, over the lines around the words.

The reader is asked twice, over the words' own lines and over those beside them too; only a name
that it gives both times counts.  Of what is told without quotation marks it is asked twice within
the sentence: for the source, and for who said the rest.  What stands in quotation marks, or under a
heading that names somebody, is somebody's by its form, so less is asked of the reader there.  A
wrong name is worse than none.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from assistant.attribution.surroundings import HEADING, find_surroundings, is_heading
from assistant.language.english import (
    AUXILIARY,
    DETERMINER,
    FUNCTION,
    MONTH,
    NEGATION,
    NUMERALS,
    PREPOSITION,
    PRONOUN,
    TITLES,
    VIEWS_OF,
)
from assistant.language.fold import TABLE, fold
from assistant.language.terms import content, stem
from assistant.language.terms import words as split_words
from assistant.reading.nearest import Nearest
from assistant.records import Asked, Document, Range, ReadText

# Margins from which a name counts, the mean of two answers that agree, or of one that the form
# makes certain; fitted by eval/bench_speakers.py on eval/genres.
BY_FORM, ELSE = 0.0, 6.0
# of a line whose label alone names who says it: it may be a topic ("Roof: …", 7); set by hand
LABELLED = 10.0
REPEATED = 2  # of somebody, from which on labels are those of a talk
HOPELESS = -6.0  # margin over its own lines below which the lines beside them are not read
ASKED_WORDS = 14  # words around an answer that the reader is asked about, at most
VIEWS = frozenset(map(stem, VIEWS_OF))
SAYS = 0.55  # least cosine of what somebody says with the question
AHEAD = 0.08  # least lead of that over the next sentence
NAME = r"[^\W\d_][\w.'’-]*"
LABEL = re.compile(
    rf"[\s>*+•\[\d.)-]*(?P<name>[A-Z][\w.'’-]*(?: {NAME}){{0,3}})\]?[*_]*(?:: | [–—-]{{1,2}} )"
)
SENDER = re.compile(
    r"^(?P<quoted>[> ]*)(?:From: *(?P<from>[^\n<(\[]*[^\s<(\[])"
    rf"|(?:On [^\n]*?\b(?:\d{{1,2}}\.? (?i:{MONTH})\b|\d{{1,4}}(?: ?[AP]M)?),? +)?"
    r"(?P<wrote>[A-Z][^\n,<]{1,60}?)(?: <[^>\n]*>)? wrote:)",
    re.MULTILINE,
)
NAME_ENDS = re.compile(r"[,\n]|:(?=[\s*_]|$)| from ")
GIVEN = r"[A-Z][\w'’-]*\.?"
NAME_HEADING = re.compile(
    rf"[^#\n]*#+ +\**(?P<name>{GIVEN}(?: {GIVEN}){{1,3}})\**(?:,| [–—|(-]|$)", re.MULTILINE
)
# A heading that begins with a name, each word with a capital: no "Harbour board, minutes"
PERSON = re.compile(
    rf"[#\s*]*(?P<name>{GIVEN}(?: {GIVEN}){{1,3}})\**(?:,| [–—|(-]|:?\s*$)", re.MULTILINE
)
ASKED_SOURCE = "Who is the source of this statement?"
TOLD = 6.0  # margin from which who said what a sentence tells counts
TOLD_WORDS = 25  # of what is told that the reader is asked about
# of "Ada Vik, of the mill, has told us on Monday that it is sold" what stands before "it is sold"
VERB = re.compile(
    rf"(?:\W+[A-Z]\w*)*(?:\W+(?:{'|'.join(sorted(AUXILIARY))})\b|"
    rf"\W+(?:{'|'.join(sorted(PREPOSITION))})\W+\w+)*"
    r"\W+(?:\w+\W+(?:\w+\W+){0,6}?that\b|\w+)\s+"
)
FIRST_PERSON = re.compile(r"\b(?:I|[Mm]y|me|[Ww]e|[Oo]ur|us)\b(?!\.)")
# "I", not that of "World War I"
SELF_TOLD = re.compile(r"(?:(?:^|[^\w\s]|\b[a-z]\w*)\s*\bI|\b(?:[Mm]y|me))\b(?!\.)")
OF_SUBJECT = rf"\b(?:{'|'.join(sorted(AUXILIARY))})"
ASKED_WORDS_OF = re.compile(  # the reader does not take a whole statement for an answer
    r"what (?:else )?(?:did|does|do|has|have) (?P<name>[\w.'’ -]+?) "
    r"(?:say|said|think|write|written|tell|told|believe|suggest|argue|mention|explain)\b"
    r"(?: (?:us|them|reporters))?(?: (?:about|of|on|regarding) (?P<topic>[^?]+))?\s*\??",
    re.IGNORECASE,
)
BREAKS = re.compile(r"[,;:()–—]|\s-\s")


@dataclass(frozen=True)
class Speaker:
    """Who says some words, where the name stands in the document, and how sure that is: the mean
    margin of the reader's two answers; infinite where the form alone tells."""

    name: str
    start: int
    end: int
    margin: float


def find_speaker(document: Document, start: int, end: int, read: ReadText) -> Speaker | None:
    """Who is responsible for `document.text[start:end]`, as the text names them; None where it is
    the writer's own, or not certain."""
    if sender := find_sender(document, start):
        name = document.text[slice(*sender)]
        return complete_name(document, Speaker(name, *sender, float("inf")))
    if heading := find_interviewed(document, start, end):
        name = document.text[slice(*heading)]
        return Speaker(name, *heading, float("inf"))
    words = find_fragment(document, start, end)
    near = ask_who(document, words, read, near=True)
    quoted = is_quoted(document, words[0])
    if quoted or find_turn(document, words[0]) or (near and near.margin >= HOPELESS):
        wide = ask_who(document, words, read, near=False)
        if found := decide(document, words, near, wide):
            return found
    return None if quoted else find_source(document, start, end, read)


def find_source(document: Document, start: int, end: int, read: ReadText) -> Speaker | None:
    """Whose words a sentence tells without quotation marks: "Ada Vik said that the mill is sold".

    Of a sentence that holds its speaker the reader says that it does not answer who said it.  So it
    is asked for the source, and then, in the same sentence, who said what stands there beside that
    name; both must be the same, and the words must be of what is said.
    """
    touched = document.sentences_at(start, end)
    begin = document.text.rfind("\n", 0, start) + 1
    if len(touched) != 1 or LABEL.match(document.text, begin):
        return None
    low, high = touched[0]
    sentence = document.text[low:high]
    for a, b, _ in read(ASKED_SOURCE, sentence)[:1]:
        told = cut_told(sentence, a, b)
        shared = min(end, low + told[1]) - max(start, low + told[0]) if told else 0
        name = sentence[a:b]
        if not told or 2 * shared < end - start or not can_be_name(name):
            continue
        if b <= told[0] and NEGATION.search(fold(sentence[b : told[0]])):  # "denied that …"
            continue
        # only the clauses of the words: the next one may be the writer's, or another's
        cuts = [told[0], *(m.end() for m in BREAKS.finditer(sentence, *told)), told[1]]
        first = max(cut for cut in cuts if cut <= max(start - low, told[0]))
        last = min(cut for cut in cuts if cut >= min(end - low, told[1]))
        words = " ".join(sentence[first:last].split()[:TOLD_WORDS]).strip(" .,;:")
        for x, y, margin in read(f"Who said that {words}?", sentence)[:1]:
            if re.match(r"[*_]*:", sentence[y:]) and not re.search(r"\w", sentence[:x]):
                continue  # a line's label, however long: "- Embassy of the US: none"
            if margin >= TOLD and same_name(name, sentence[x:y]):
                name = " ".join(sentence[x:y].split())
                found = Speaker(name, low + x, low + y, margin)
                return None if fold(name) in PRONOUN else complete_name(document, found)
    return None


def cut_told(sentence: str, start: int, end: int) -> Range | None:
    """What a sentence tells beside a name in it: what follows the name's verb, and its "that"
    where one comes soon, or what stands before the name's own clause; the longer of the two.  None
    where there is nothing, or a quotation begins or ends in it."""
    before, after = sentence[:start].rstrip(), sentence[end:]
    if len(after.split()) < len(before.split()):
        told = 0, max(before.rfind(mark) for mark in ",;:")
    else:
        verb = VERB.match(after)
        told = end + verb.end() if verb else len(sentence), len(sentence)
    whole = sentence[slice(*told)].translate(TABLE).count('"') % 2 == 0
    return told if told[0] < told[1] and whole else None


def decide(
    document: Document, words: Range, near: Speaker | None, wide: Speaker | None
) -> Speaker | None:
    """Whom the reader's two answers name, if they are sure enough."""
    if near and wide and same_name(near.name, wide.name):
        sure = (near.margin + wide.margin) / 2
        least = least_margin(document, words[0], near)
        return complete_name(document, replace(near, margin=sure)) if sure >= least else None
    for one in (near, wide):
        if (
            one
            and is_certain(document, words[0], one, one is near)
            and one.margin >= least_margin(document, words[0], one)
        ):
            return complete_name(document, one)
    return None


def least_margin(document: Document, at: int, speaker: Speaker) -> float:
    """What the form asks of the reader's margin."""
    if same_name(find_turn(document, at), speaker.name):
        return -float("inf")  # the form says it already
    if is_somebodys(document, at, speaker):
        return BY_FORM
    label = LABEL.match(document.text, document.text.rfind("\n", 0, at) + 1)
    return LABELLED if label and same_name(label["name"], speaker.name) else ELSE


def find_turn(document: Document, at: int) -> str:
    """Whose turn of a talk written down a line is, by its label; "" where it is none.  Two labels
    come again and say "I" or ask: topics come again, too ("Roof: …", "Added: …")."""
    label = LABEL.match(document.text, document.text.rfind("\n", 0, at) + 1)
    if not label:
        return ""
    lines = re.finditer(r"^.+$", document.text, re.MULTILINE)
    turns = [(m["name"], line) for line in lines if (m := LABEL.match(document.text, line.start()))]
    counts = Counter(name for name, _ in turns)
    again = {name for name, n in counts.items() if n >= REPEATED and len(name) > 1}  # no "Q:", "A:"
    selves = {name for name, line in turns if name in again and SELF_TOLD.search(line[0])}
    asking = {name for name, line in turns if name in again and "?" in line[0]}
    return label["name"] if label["name"] in again and selves and len(selves | asking) > 1 else ""


def ask_who(document: Document, words: Range, read: ReadText, near: bool) -> Speaker | None:
    """The best of the reader's answers that can be a name and is not part of the words."""
    around = find_surroundings(document, *words, near)
    question = f"Who said “{' '.join(document.text[slice(*words)].split())}”?"
    for a, b, margin in read(question, around.text):
        start, end = around.to_document(a, b)
        if cut := NAME_ENDS.search(document.text, start, end):
            end = cut.start()
        name = " ".join(document.text[start:end].split())
        # of a whole sentence the name may be a part, of a few words it is the answer itself
        rest = words[1] - words[0] - (end - start)
        itself = start < words[1] and words[0] < end and rest < len(question) / 2
        named = name and fold(name) not in PRONOUN and can_be_name(name)
        if (
            named
            and not itself
            and not is_quoted(document, start)
            and not is_topic(document, start, words[0])
        ):
            return Speaker(name, start, end, margin)
    return None


def is_topic(document: Document, at: int, words: int) -> bool:
    """Whether a place stands in a heading above the words that names what is spoken about: one that
    is no label, and no person's name above what has no quotation marks of its own."""
    begin = document.text.rfind("\n", 0, at) + 1
    end = document.text.find("\n", at) + 1 or len(document.text)
    line = document.text[begin:end]
    if end > words or not is_heading(line) or LABEL.match(line):
        return False
    if PERSON.match(line) and not is_quoted(document, words):
        return False
    alone = not document.text[:begin].strip() or document.text[:begin].endswith("\n\n")
    alone = alone and document.text[end : end + 1] in ("", "\n")
    return alone or bool(HEADING.search(line))


def can_be_name(text: str) -> bool:
    """Whether it can name somebody: with a capital, or in small letters with an article or numeral
    or in the plural ("the ministry", "one webmaster", "officials"), not "straw poll"."""
    said = fold(text).split()
    led = said[0] in DETERMINER or said[0] in NUMERALS
    return led or said[-1].endswith("s") or any(map(str.isupper, text))


def same_name(a: str, b: str) -> bool:
    x, y = set(fold(a).split()), set(fold(b).split())
    return bool(x and y) and (x <= y or y <= x)


# What the form tells


def find_fragment(document: Document, start: int, end: int) -> Range:
    """The clause around some words, at most `FRAGMENT` words of it where they are few: what is
    quoted apart from who is named beside it, an aside apart from what it stands in."""
    touched = document.sentences_at(start, end)
    if not touched:
        return start, end
    low, high = touched[0][0], touched[-1][1]
    text = document.text.translate(TABLE)
    marks = [low + m.start() for m in re.finditer('"', text[low:high])]
    if inside := [m for m in marks if start <= m < end]:  # of what is quoted in part, that part
        start = start if is_quoted(document, start) else inside[0] + 1
        end = next((m for m in marks if m >= start), high)
    low = max(m + 1 for m in (low - 1, *marks) if m < start)
    high = min(m for m in (*marks, high) if m >= start)
    end = min(end, high)
    parts = [low, *(low + m.end() for m in BREAKS.finditer(text[low:high])), high]
    a = max(p for p in parts if p <= start or p == low)
    b = min(p for p in parts if p >= end or p == high)
    if len(text[a:b].split()) < 5:  # too little to be asked about
        a, b = low, high
    words = [(a + m.start(), a + m.end()) for m in re.finditer(r"\S+", text[a:b])]
    if not words:  # between two quotation marks
        return start, end
    mine = [i for i, (x, y) in enumerate(words) if x < end and start < y] or [0]
    spare = max(0, ASKED_WORDS - len(mine)) // 2
    kept = words[max(0, mine[0] - spare) : mine[-1] + spare + 1]
    a, b = kept[0][0], kept[-1][1]
    return a, b


def is_quoted(document: Document, at: int) -> bool:
    """Whether a place stands inside double quotation marks, counted from where its line begins."""
    begin = document.text.rfind("\n", 0, at) + 1
    return document.text[begin:at].translate(TABLE).count('"') % 2 == 1


def is_somebodys(document: Document, at: int, speaker: Speaker) -> bool:
    """Whether the form says that somebody speaks: quotation marks, or the speaker's name in the
    heading above.  A label of the line's own ("Rick: …") is not enough: it may be a
    topic ("Roof: …")."""
    if is_quoted(document, at):
        return True
    *held, _ = find_surroundings(document, at, at + 1, near=True).ranges
    heads = (document.text[a:b] for a, b in held)
    named = (PERSON.match(head) for head in heads if is_heading(head))
    return any(m and same_name(m["name"], speaker.name) for m in named)


def is_certain(document: Document, at: int, speaker: Speaker, near: bool) -> bool:
    """Whether one answer of the reader is enough: over its own line of what is quoted, over more
    where the whole line is quoted, and of a line's own label."""
    begin = document.text.rfind("\n", 0, at) + 1
    if label := LABEL.match(document.text, begin):
        return same_name(label["name"], speaker.name)
    if near:
        return is_quoted(document, at)
    line = document.text[begin : document.text.find("\n", at) + 1 or None].translate(TABLE)
    return re.fullmatch(r'[\s>]*"[^"]*"?\s*', line) is not None


def find_interviewed(document: Document, start: int, end: int) -> Range | None:
    """Where the heading names who speaks in the first person below it, as in an interview."""
    *held, own = find_surroundings(document, start, end, near=True).ranges
    if not held or is_quoted(document, start) or not FIRST_PERSON.search(document.text, *own):
        return None
    named = NAME_HEADING.match(document.text, *held[0])
    return named.span("name") if named else None


def find_sender(document: Document, at: int) -> Range | None:
    """Where a mail names its author: the header above a place, or of quoted older mail the line
    "… wrote:" above it."""
    begin = document.text.rfind("\n", 0, at) + 1
    depth = len(re.match(r"[> ]*", document.text[begin:])[0].replace(" ", ""))  # type: ignore[index]
    found = None
    for m in SENDER.finditer(document.text, 0, begin):
        level = m["quoted"].count(">")
        if m["from"] and level == depth:
            found = m.span("from")
        elif m["wrote"] and depth and level in (depth - 1, depth):
            found = m.span("wrote")
    return found


def complete_name(document: Document, speaker: Speaker) -> Speaker:
    """A lone first or last name in its full form, where the document has just one."""
    if not re.fullmatch(NAME, speaker.name) or not speaker.name[0].isupper():
        return speaker
    lone, capital = re.escape(speaker.name), r"[A-Z][\w'’-]+"
    form = rf"\b(?:{capital} (?:[A-Z]\. )?{lone}|{lone} {capital})\b"
    full = {
        m.group(): m.span()
        for m in re.finditer(form, document.text)
        if not FUNCTION & set(fold(m.group()).split())
    }
    if len(full) != 1:
        return speaker
    ((name, (start, end)),) = full.items()
    return replace(speaker, name=name, start=start, end=end)


# Who is asked for


def asks_who(asked: Asked) -> bool:
    return split_words(asked.text)[:1] == ("who",)


def find_asked_speaker(question: str) -> tuple[str, str] | None:
    """Whose words are asked for, and about what, "" for anything; None where no one's are.

    >>> find_asked_speaker("What did Ada Vik say about the old mill?")
    ('Ada Vik', 'the old mill')
    """
    found = ASKED_WORDS_OF.fullmatch(question.strip())
    if not found or not any(map(str.isupper, found["name"])):
        return None
    return found["name"], found["topic"] or ""


def is_of_others(asked: Asked, document: Document, start: int, end: int) -> bool:
    """Whether somebody's words are asked for, by their full name, who is not named in the line."""
    wanted = find_asked_speaker(asked.text)
    if not wanted or len(re.findall(rf"\b{GIVEN}", wanted[0])) < 2:  # "Denmark" says by ministers
        return False
    return not names_same(wanted[0], find_surroundings(document, start, end, near=True).text)


def is_of_the_speaker(asked: Asked, sentence: str) -> bool:
    """Whether somebody tells of themselves, in a sentence that lacks the name that the question is
    about ("How long has Mr. Bodfish …?"): then it may be of another."""
    subjects = [n for n in asked.names if re.search(rf"{OF_SUBJECT} {re.escape(n)}\b", asked.text)]
    held = set(content(sentence))
    return bool(SELF_TOLD.search(sentence)) and any(
        not {*content(name)[-1:]} <= held for name in subjects
    )


def may_be_same(asked_for: str, name: str) -> bool:
    """Whether a name may be of somebody who is asked for: one holds all of the other, titles aside.

    >>> may_be_same("Mr Lim", "Mr Lim Tuang Liang"), may_be_same("Ruth Weiss", "Paul Weiss")
    (True, False)
    """
    x, y = (set(content(one)) - TITLES for one in (asked_for, name))
    return bool(x and y) and (x <= y or y <= x)


def names_same(name: str, text: str) -> bool:
    """Whether a text names somebody by a part of their name that is no title."""
    return bool((set(content(name)) - TITLES) & set(content(text)))


def is_asked_for(asked: Asked, near: Nearest, sentence: str, speaker: Speaker, best: str) -> bool:
    """Whether the speaker of the sentence nearest to a question is who is asked for: one that the
    question does not name, who speaks of themselves or is asked what they say or think, and whom
    either the reader's own `best` names too, or who is sure by itself."""
    named = set(split_words(speaker.name)) - FUNCTION <= set(split_words(asked.text))
    if named or near.cosine < SAYS:
        return False
    if not FIRST_PERSON.search(sentence) and not VIEWS & set(asked.stems):
        return False
    return same_name(speaker.name, best) or (speaker.margin >= ELSE and near.lead >= AHEAD)
