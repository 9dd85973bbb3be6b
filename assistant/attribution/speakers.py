"""Who says it: the speaker of a quote, and a quote that never loses its speaker.

Knows nothing of readers, scores or models.  Asks `sayings` about the paragraphs around a quote.  A
wrong name is worse than none: what the rules do not settle has no speaker.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.attribution.phrases import SAYS
from assistant.attribution.sayings import ADVERB, MAY_SAY, Sayings, overlap
from assistant.language.fold import TABLE
from assistant.records import Document, Range

LOOK_BACK = 12  # paragraphs in which a short name is completed: an entry of a live blog
FARTHEST = 6000  # characters read on either side, should paragraphs be very long
LOOK_AHEAD = 3  # paragraphs in which a quotation that runs on finds its speaker
WIDEST = 500  # characters that a quote may reach when it is widened over what it refers to

QUOTING = re.compile(r"\bquot(?:ing|ed)\b(?! (?:by [\w ]+ )?as saying)")
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
    rf"(?:who(?: else)?|which\s(?:\w+\s){{1,3}}?)\s*(?:(?:{ADVERB})\s+)*"
    rf"(?:{SAYS}|claim(?:ed|s)|call(?:ed|s)|describe[ds]|wrote|sp(?:oke|eaks) (?:of|about)"
    rf"|(?:{MAY_SAY})(?=\s+that\b|:? \"))\b"
    r"(?!\s+nothing)|according to (?:whom|who\b|which)|who(?:m|se)?\b.*\baccording to\?"
    r"|whose\b.{0,30}\b(?:words?|quote|statement|claim|view|opinion|remark)s?\b"
    r"|who(?:\sis|\swas|'s)\s(?:\w+\s)?(?:quoted|the speaker|speaking|saying|claiming|warning)"
    r"|(?:by|from) whom\b.*\b(?:said|told|claimed|made)",
    re.I,
)


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
    found = who(near, (a - offset, b - offset), whole=answer is None)
    return (found[0] + offset, found[1] + offset) if found else None


def with_attribution(document: Document, start: int, end: int) -> Range:
    """The whole sentences around a range, so that no claim stands without who makes it.

    They take in the attribution of what is quoted, the reporter's correction of a claim, and,
    up to `WIDEST` characters, the sentences before that a first word such as "He" or "These"
    refers to.  Always contiguous, never over page furniture.
    """
    near, offset = neighbourhood(document, start, end)
    a, b = widened(near, (start - offset, end - offset))
    return a + offset, b + offset


def asks_for_speaker(question: str) -> bool:
    """Whether a question wants to know who said something: "Who told …", "According to whom …"."""
    return bool(ASKS.search(question.translate(TABLE)))


def neighbourhood(document: Document, start: int, end: int) -> tuple[Sayings, int]:
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

    def within(ranges: Sequence[Range]) -> tuple[Range, ...]:
        cut = ((max(a, offset) - offset, min(b, reach) - offset) for a, b in ranges)
        return tuple(r for r in cut if r[0] < r[1])

    parts = within(document.paragraphs[first : last + 1])
    return near(
        document.text[offset:reach], parts, within(document.sentences_at(offset, reach))
    ), offset


@lru_cache(maxsize=32)
def near(text: str, paragraphs: tuple[Range, ...], sentences: tuple[Range, ...]) -> Sayings:
    """A neighbourhood read once for all that is asked about it."""
    return Sayings(text, paragraphs, sentences)


def breaks(document: Document, number: int) -> bool:
    """Whether a paragraph parts what is around it: page furniture, or a heading."""
    start, end = document.paragraphs[number]
    heading = end - start < 80 and document.text[end - 1] not in ".!?:;,…\"”’')"
    return heading or any(overlap((start, end), skipped) for skipped in document.skipped)


def who(near: Sayings, part: Range, whole: bool) -> Range | None:
    """The name of the one who says all of this part, or some of each of its sentences."""
    if QUOTING.search(near.masked, *part):
        return None
    if whole:
        here = [x for x in near.sayings if any(overlap(part, s) for s in x.said)]
        for i, span in enumerate(near.sentences):
            spoken = any(overlap(span, s) for x in here for s in x.said)
            if overlap(part, span) and not spoken and not (i and corrected(near, i - 1)):
                return None
    else:
        a, b = part
        here = [x for x in near.sayings if any(s[0] <= a and b <= s[1] for s in x.said)]
    if whole or any(x.frames for x in here):
        outer = [x for x in here if not any(overlap(x.clause, s) for y in here for s in y.said)]
        here = outer or here
    names = {x.name and near.plain[slice(*x.name)] for x in here}
    return here[0].name if len(names) == 1 else None


def widened(near: Sayings, part: Range) -> Range:
    """The whole sentences around a part, with those that it must not stand without."""
    inside = [i for i, s in enumerate(near.sentences) if overlap(s, part)]
    if not inside:
        return part
    first, last = inside[0], inside[-1]
    for x in near.sayings:
        if any(overlap(near.sentences[i], s) for i in inside for s in x.said):
            at = next(i for i, s in enumerate(near.sentences) if overlap(x.clause, s))
            if together(near, min(first, at), max(last, at)):
                first, last = min(first, at), max(last, at)
    if corrected(near, last):
        last += 1
    if first and corrected(near, first - 1):
        first -= 1
    while first and refers_back(near, first) and together(near, first - 1, last):
        first -= 1
    return near.sentences[first][0], near.sentences[last][1]


def together(near: Sayings, first: int, last: int) -> bool:
    """Whether these sentences are of one paragraph, or short enough to be quoted as one."""
    a, b = near.sentences[first][0], near.sentences[last][1]
    return b - a <= WIDEST or any(p[0] <= a and b <= p[1] for p in near.paragraphs)


def corrected(near: Sayings, number: int) -> bool:
    """Whether a sentence reports a claim that the next one, in the reporter's words, denies."""
    if number + 1 == len(near.sentences) or not together(near, number, number + 1):
        return False
    speaking = {x.sentence for x in near.sayings}
    falsely = FALSELY.search(near.masked, *near.sentences[number])
    corrects = CORRECTS.search(near.masked, *near.sentences[number + 1])
    told = number in speaking and number + 1 not in speaking
    return told and bool(falsely or corrects)


def refers_back(near: Sayings, number: int) -> bool:
    a, b = near.sentences[number]
    return bool(BACK.match(near.plain, a, b)) and not EMPTY_IT.match(near.plain, a, b)
