"""Who says it: a question to the reader, over the words' own lines.

A name counts where the reader is sure of it in quotation marks, or names it as the source of the
sentence, too; of a sentence that holds its speaker, where both ways to ask who tells the rest of it
agree.  A person's label that comes again ("Rick: …"), a heading that is somebody's name and a
mail's header tell it by their form; whether a label or a heading is a person's name, the reader
says.  A wrong name is worse than none.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from assistant.attribution.surroundings import HEADING, find_surroundings, indent, is_heading
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

# Least margins of a name: in quotation marks, where the reader takes it for an answer; as the
# source of the sentence, too; of who said what a sentence tells; as a person's in a heading, and in
# a label that comes again.  But for the first they are set by hand, where sentences of handbooks,
# contracts and forms are left to their writers (eval/bench_speakers.py --own).
LEAST_QUOTED, LEAST_SOURCE, LEAST_TOLD, LEAST_PERSON, LEAST_LABEL = 0.0, -6.0, 6.0, -7.0, -15.0
ASKED_SOURCE = "Who is the source of this statement?"
ASKED_PERSON = "What is the name of the person?"
ASKED_WORDS = 14  # that the reader is asked about, at least
BEFORE = 200  # characters of the sentence before the words, that are asked about, at most
NAME_WORDS = 8  # of a name, at most
RUNS = 8  # of capitals beside a lone name, in which its full form is looked for
TOLD_WORDS = 25  # of what a sentence tells
VIEWS = frozenset(map(stem, VIEWS_OF))
SAYS = 0.55  # least cosine of what somebody says with the question
AHEAD = 0.08  # least lead of that over the next sentence
UPPER = r"[^\W\d_a-zß-öø-ÿ]"  # a capital; beyond Latin-1 any letter
LABEL = re.compile(
    rf"[\s>*+•\[\d.)-]*(?P<name>{UPPER}[\w.'’-]*(?: [^\W\d_][\w.'’-]*){{0,3}})\]?"
    r"[*_]*:[*_]*(?=\s|$)"
)
SENDER = re.compile(
    r"^(?P<quoted>[> ]*)(?:From: *(?P<from>[^\s<(\[](?:[^\n<(\[]{0,80}[^\s<(\[])?)"
    # a mail's header, not a ticket's
    r"(?=[^\n]*\w@\w|[^\n]*\n(?:[> ]*[\w-]+:[^\n]*\n){0,5}?[> ]*(?:Subject|Sent):)"
    rf"|(?:On [^\n]*?\b(?:\d{{1,2}}\.? (?i:{MONTH})\b|\d{{1,4}}(?: ?[AP]M)?),? +)?"
    rf"(?P<wrote>{UPPER}[^\n,<\d]{{1,60}}?)(?: <[^>\n]*>)? wrote:)",
    re.MULTILINE,
)
AUX = rf"(?:{'|'.join(sorted(AUXILIARY))})"
# of "Ada Vik, of the mill, has told us on Monday that it is sold" what stands before "it is sold"
VERB = re.compile(
    rf"(?:\W+[A-Z]\w*)*(?:\W+{AUX}\b|"
    rf"\W+(?:{'|'.join(sorted(PREPOSITION))})\W+\w+)*"
    r"\W+(?:\w+\W+(?:\w+\W+){0,6}?that\b|\w+)\s+"
)
NAMED_ABOVE = re.compile(r"(?:[^\n]*# )?[^\w\n]*(?P<name>\w[^\n,({|–—*]*[\w.])")
BREAKS = re.compile(r"[,;:()–—]|\s-\s")
FIRST_PERSON = re.compile(r"\b(?:I|[Mm]y|me|[Ww]e|[Oo]ur|us)\b(?!\.)")
# "I", not that of "World War I"
SELF_TOLD = re.compile(r"(?:(?:^|[^\w\s]|\b[a-z]\w*)\s*\bI\b|\b[Mm]y\b(?! [A-Z])|\bme\b)(?!\.)")
ASKED_WORDS_OF = re.compile(  # the reader does not take a whole statement for an answer
    r"what (?:else )?(?:did|does|do|has|have) (?P<name>[\w.'’ -]+?) "
    r"(?:say|said|think|write|written|tell|told|believe|suggest|argue|mention|explain)\b"
    r"(?: (?:us|them|reporters))?(?: (?:about|of|on|regarding) (?P<topic>[^?]+))?\s*\??",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Speaker:
    """Who says some words, where the name stands in the document, and the reader's margin; infinite
    where the form tells."""

    name: str
    start: int
    end: int
    margin: float


def find_speaker(document: Document, start: int, end: int, read: ReadText) -> Speaker | None:
    """Who is responsible for `document.text[start:end]`, as the text names them; None where it is
    the writer's own, or not certain."""
    if form := find_by_form(document, start, end, read):
        return Speaker(document.text[slice(*form)], *form, float("inf"))
    found = find_by_reading(document, start, end, read)
    return complete_name(document, found, read) if found else None


def find_by_reading(document: Document, start: int, end: int, read: ReadText) -> Speaker | None:
    """Whom the reader names, where what is said stands in quotation marks or is told."""
    words = find_fragment(document, start, end)
    quoted = is_quoted(document, words[0])
    if not quoted and document.table_at(start):  # "Inspector" is who looked, not who says so
        return None
    found = ask_who(document, words, read, near=True)
    if quoted:
        found = found or ask_who(document, words, read, near=False)
        if found and found.margin >= LEAST_QUOTED:
            return found
    low, high = next(iter(document.sentences_at(start, end)), (start, end))
    sentence = document.text[low:high]
    for a, b, _ in read(ASKED_SOURCE, sentence)[:1]:
        # beside a quotation the rest may be the writer's: "…", said she, looking at the clock
        mixed = not quoted and '"' in sentence.translate(TABLE)
        same = found is not None and not mixed and same_name(found.name, sentence[a:b])
        if found and same and found.margin >= LEAST_SOURCE:
            return found
        if end <= high and not LABEL.match(sentence):
            return find_teller(document, (start, end), (low, high), (a, b), read)
    return None


def find_teller(
    document: Document, words: Range, within: Range, source: Range, read: ReadText
) -> Speaker | None:
    """Whose words a sentence tells without quotation marks: "Ada Vik said that the mill is sold".

    Of a sentence that holds its speaker the reader says that it does not answer who said it.  So,
    in the same sentence, it is asked who said what stands there beside its source, `source` in
    it; both must be the same, and the words must be of what is said.
    """
    low, high = within
    sentence = document.text[low:high]
    name, told = sentence[slice(*source)], cut_told(sentence, *source)
    if not told or not can_be_name(name):
        return None
    shared = min(words[1], low + told[1]) - max(words[0], low + told[0])
    if 2 * shared < words[1] - words[0]:
        return None
    behind = sentence[source[1] : told[0] if told[0] >= source[1] else None]
    if NEGATION.search(fold(behind)):  # "denied that …"
        return None
    # only the clauses of the words: the next one may be the writer's, or another's
    cuts = [told[0], *(m.end() for m in BREAKS.finditer(sentence, *told)), told[1]]
    first = max(cut for cut in cuts if cut <= max(words[0] - low, told[0]))
    last = min(cut for cut in cuts if cut >= min(words[1] - low, told[1]))
    said = " ".join(sentence[first:last].split()[:TOLD_WORDS]).strip(" .,;:")
    for a, b, margin in read(f"Who said that {said}?", sentence)[:1]:
        same = same_name(name, sentence[a:b]) and can_be_name(sentence[a:b])
        if same and margin >= LEAST_TOLD:
            return Speaker(" ".join(sentence[a:b].split()), low + a, low + b, margin)
    return None


def cut_told(sentence: str, start: int, end: int) -> Range | None:
    """What a sentence tells beside a name in it: what follows the name's verb, and its "that"
    where one comes soon, or what stands before the name's own clause; the longer of the two."""
    before, after = sentence[:start].rstrip(), sentence[end:]
    if len(after.split()) < len(before.split()):
        told = 0, max(before.rfind(mark) for mark in ",;:")
    else:
        verb = VERB.match(after)
        told = end + verb.end() if verb else len(sentence), len(sentence)
    return told if told[0] < told[1] else None


def ask_who(document: Document, words: Range, read: ReadText, near: bool) -> Speaker | None:
    """The best of the reader's answers that can be a name and is not part of the words."""
    around = find_surroundings(document, *words, near)
    question = f"Who said “{' '.join(document.text[slice(*words)].split())}”?"
    for a, b, margin in read(question, around.text):
        start, end = around.to_document(a, b)
        # "Ada Vik, State Department"
        end = start + len(re.split(r"[,\n]", document.text[start:end])[0])
        name = " ".join(document.text[start:end].split())
        # of a whole sentence the name may be a part, of a few words it is the answer itself
        rest = words[1] - words[0] - (end - start)
        itself = start < words[1] and words[0] < end and rest < len(question) / 2
        if itself or not can_be_name(name) or is_quoted(document, start):
            continue
        if not is_topic(document, start, words[0], read):
            return Speaker(name, start, end, margin)
    return None


def can_be_name(text: str) -> bool:
    """Whether it can name somebody: with a capital, or in small letters with an article or numeral
    or in the plural ("the ministry", "one webmaster", "officials"), not "straw poll"."""
    said = fold(text).split()
    if not 0 < len(said) <= NAME_WORDS or fold(text) in PRONOUN:
        return False
    led = len(said) > 1 and (said[0] in DETERMINER or said[0] in NUMERALS)
    return led or said[-1].endswith("s") or any(map(str.isupper, text))


def same_name(a: str, b: str) -> bool:
    x, y = set(fold(a).split()), set(fold(b).split())
    return bool(x and y) and (x <= y or y <= x)


# What the form tells


def find_by_form(document: Document, start: int, end: int, read: ReadText) -> Range | None:
    """Where some words have a sender; a person's label that comes again, before them or the bullet
    that they are indented below; or above them a heading that is the name of who tells them in the
    first person."""
    if sender := find_sender(document, start):
        return sender
    text, begin = document.text, document.text.rfind("\n", 0, start) + 1
    ranges = find_surroundings(document, start, end, near=True).ranges
    own = text[begin : ranges[-1][1]]
    for low, high in ((begin, end), *[r for r in ranges if r[1] <= begin][-1:]):
        line, label = text[low:high], LABEL.match(text, low, high)
        if label and (low == begin or indent(line) < indent(own)):
            talks = is_turn(document, label["name"])
            person = talks and is_person(label["name"], read, LEAST_LABEL)
            return label.span("name") if person else None
        if low < begin and HEADING.search(line) and not is_quoted(document, start):
            name = NAMED_ABOVE.match(text, low, high)
            told = SELF_TOLD.search(re.sub(r'"[^"]*"?', "", own.translate(TABLE)))
            # of whom the line tells is not who tells it
            mine = name and told and not names_same(name["name"], own)
            if name and mine and is_person(name["name"], read, LEAST_PERSON):
                return name.span("name")
    return None


def is_turn(document: Document, name: str) -> bool:
    """Whether a label comes again, and somebody speaks or asks behind one like it: no roster."""
    if len(name) < 2 or document.text.count(name) < 2:  # no "Q:"
        return False
    lines = re.findall(r"^.+$", document.text, re.MULTILINE)
    turns = [(label["name"], line) for line in lines if (label := LABEL.match(line))]
    again = {label for label, n in Counter(label for label, _ in turns).items() if n > 1}
    said = [line for label, line in turns if label in again]
    return name in again and any(re.search(rf"\?(?!\S)|{FIRST_PERSON.pattern}", s) for s in said)


def is_person(text: str, read: ReadText, least: float) -> bool:
    """Whether the reader takes a label or a heading for the name of a person from its beginning,
    and what it leaves of it, too ("Ada Vik" and "Holm").

    >>> is_person("Ada Holm", read, -7), is_person("Annual Report", read, -7)  # doctest: +SKIP
    (True, False)
    """
    for start, end, margin in read(ASKED_PERSON, text)[:1]:
        rest = text[end:].strip() if end > start else ""
        return not start and margin >= least and (not rest or is_person(rest, read, LEAST_LABEL))
    return False


def is_topic(document: Document, at: int, words: int, read: ReadText) -> bool:
    """Whether a place stands in a heading above the words that is no person's name: it says what
    is spoken about."""
    begin = document.text.rfind("\n", 0, at) + 1
    line = document.text[begin : document.text.find("\n", at) + 1 or None]
    if begin + len(line) > words or LABEL.match(line) or not is_heading(line):
        return False
    name = NAMED_ABOVE.match(line)
    return not name or not is_person(name["name"], read, LEAST_PERSON)


def find_fragment(document: Document, start: int, end: int) -> Range:
    """What the reader is asked about for some words: their sentence up to them, `ASKED_WORDS` of it
    at least; of what is quoted in it, only that."""
    touched = document.sentences_at(start, end)
    if not touched:
        return start, end
    low, high = min(touched[0][0], start), touched[-1][1]
    text = document.text.translate(TABLE)
    marks = [low + m.start() for m in re.finditer('"', text[low:high])]
    if inside := [m for m in marks if start <= m < end]:  # of what is quoted in part, that part
        start = start if is_quoted(document, start) else inside[0] + 1
        end = next((m for m in marks if m >= start), high)
    low = max(m + 1 for m in (low - 1, *marks) if m < start)
    if start - low > BEFORE:  # the reader cuts a longer question
        low = max(low, text.find(" ", start - BEFORE, start) + 1)
    high = min(m for m in (*marks, high) if m >= start)
    enough = re.match(rf"(?:\s*\S+){{0,{ASKED_WORDS}}}", text[low:high])
    return low, max(min(end, high), low + enough.end() if enough else 0)


def is_quoted(document: Document, at: int) -> bool:
    """Whether a place stands inside double quotation marks, counted from where its line begins;
    not those of markup (`href="…"`)."""
    begin = document.text.rfind("\n", 0, at) + 1
    before = re.sub(r'="[^"]*"?', "", document.text[begin:at].translate(TABLE))
    return before.count('"') % 2 == 1


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


def complete_name(document: Document, speaker: Speaker, read: ReadText) -> Speaker:
    """A lone first or last name in its full form, where the document has just one: the reader finds
    it among the capitals beside it ("Foreign Minister Ada Vik")."""
    if not speaker.name[:1].isupper() or " " in speaker.name:
        return speaker
    lone, full = speaker.name, {speaker.name: (speaker.start, speaker.end)}
    gap = r"(?: |\r?\n)"  # a name may be wrapped
    before, after = rf"(?:{UPPER}[\w.'’-]{{0,30}}{gap}){{0,4}}", rf"(?:{gap}{UPPER}[\w'’-]+)?"
    run = rf"\b{before}{re.escape(lone)}{after}(?!\w)"
    runs: dict[str, int] = {}
    for m in re.finditer(run, document.text):
        runs.setdefault(m[0], m.start())
    if len(runs) > RUNS:
        return speaker
    for text, at in runs.items():
        for a, b, _ in read(ASKED_PERSON, text)[:1]:
            if lone in text[a:b].split():
                full.setdefault(text[a:b], (at + a, at + b))
    longest = max(full, key=len)
    start, end = full[longest]
    # "Ford" of which nobody is named before is a firm, though Henry Ford comes later
    first = re.search(rf"\b{re.escape(lone)}(?!\w)", document.text)
    known = first is not None and start <= first.start() < end
    if not known or not all(set(name.split()) <= set(longest.split()) for name in full):
        return speaker
    return Speaker(" ".join(longest.split()), start, end, speaker.margin)


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
    if not wanted or len(re.findall(r"\b[A-Z]", wanted[0])) < 2:  # "Denmark" says by ministers
        return False
    return not names_same(wanted[0], find_surroundings(document, start, end, near=True).text)


def is_of_the_speaker(asked: Asked, sentence: str) -> bool:
    """Whether somebody tells of themselves, in a sentence that lacks the name that the question is
    about ("How long has Mr. Bodfish …?"): then it may be of another."""
    subjects = [n for n in asked.names if re.search(rf"\b{AUX} {re.escape(n)}\b", asked.text)]
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
    return same_name(speaker.name, best) or (speaker.margin >= LEAST_TOLD and near.lead >= AHEAD)
