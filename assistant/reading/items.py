"""The best answer -> the items of a list: what stands in a row with it, and what else was read.

Pure functions over a document and places in it.  An item is a slice of its document.  Three things
make a list: an enumeration in a sentence ("A, B and C"), neighbouring bullets, and answers that
the reader finds in other places; whether a question asks for several is `question.asked`'s to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.language.english import DETERMINER, FUNCTION, NUMERALS
from assistant.language.fold import fold
from assistant.language.terms import content, stem, words
from assistant.reading.tables import find_like_rows
from assistant.records import Asked, Document, Range, Span

MOST_ITEMS = 30
LEAST_MARGIN = 4.0  # of a further answer: with no other before it, it would pass the threshold
LONGER = 3  # times as many words as the item beside it make it no item any more
AND = r"(?:and|or|&|as well as)"
SEPARATOR = re.compile(rf"\s*[,;]\s*(?:{AND}\s+)?|\s+{AND}\s+")
CONJUNCTION = re.compile(rf"\b{AND}\b")
BULLET = re.compile(r"[^\S\n]*(?:[-*•–·▪‣]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+")
# from an answer to the bullets that the colon of its sentence opens
OPENED = re.compile(rf"(?:(?![.!?] )[^\n])*:\s*\n\s*{BULLET.pattern}")
SIGNS = "-*•–·▪‣"
TO_NEXT = re.compile(rf"\s*[,;](?:\s+{AND})?$")  # at a bullet's end
PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|“[^”]*”|\"[^\"]*\"")
BEFORE_TWO = re.compile(r"(?:both|either|namely)\s+", re.IGNORECASE)
BEFORE_NOUN = re.compile(rf"^(?:{'|'.join(sorted(DETERMINER))})\s+(?=\S)", re.IGNORECASE)
COUNTED = re.compile(r"[:;(]|, namely\b")
NAMED = re.compile(r"\s+(?:the\s+)?[A-Z]")
OPEN = re.compile(r"\b(?:such as|including|among others|e\.g\.|for example)\W*$")


def find_items(
    asked: Asked,
    best: Span,
    spans: Sequence[Span],
    lookup: Callable[[str], Document],
    led: bool = False,
) -> list[tuple[str, list[Range]]]:
    """The items that the best answer and those like it make, as rows (doc_id, ranges): those that
    stand beside each other, in their order; the best one's row first.  One row of one item where
    the question has one answer.

    spans: all that the reader found, best first.  Where the best answer stands in no row, those
    count that could be an answer alone; where it does, the row is the list
    """
    # each row of a table is a quote of its own
    of_table = find_like_rows(asked, lookup(best.doc_id), best.start, best.end)
    if of_table:
        return [(best.doc_id, [cell]) for cell in of_table[:MOST_ITEMS]]
    rows: list[tuple[str, list[Range]]] = []
    texts: set[str] = set()
    for span in (best, *(s for s in spans if s.margin >= LEAST_MARGIN)):
        document = lookup(span.doc_id)
        if any(
            name == span.doc_id and row[0][0] < span.end and span.start < row[-1][1]
            for name, row in rows
        ):
            continue
        new = [
            (start, end)
            for start, end in find_row(document, span.start, span.end, asked.names, led)
            if not any(same_item(fold(document.text[start:end]), said) for said in texts)
        ][: MOST_ITEMS - len(texts)]
        texts |= {fold(document.text[start:end]) for start, end in new}
        if new:
            rows.append((span.doc_id, new))
        if len(rows[0][1]) > 1:
            break
    return rows


def same_item(one: str, other: str) -> bool:
    """Whether two items, folded, name the same: the words of one are within the other's."""
    return is_within(one, other) or is_within(other, one)


def is_within(one: str, other: str) -> bool:
    return f" {one} " in f" {other} "


def find_row(
    document: Document, start: int, end: int, names: Collection[str], led: bool = False
) -> list[Range]:
    """What stands in a row with `start:end`: its bullets, of them those of the question's names,
    or its enumeration, unless it `is_led`; itself where there is neither."""
    first, last = bounds_of(document, start, end)
    beside = enumerate_around(document.text, first, last, start, end)
    bullets = find_bullets(document, start, end)
    within_one = not led and sum(a < end and start < b for a, b in bullets) < 2
    if within_one and is_whole(document.text, beside, start, end):
        return beside
    if len(bullets) < 2:
        return beside
    named = of_named(document.text, bullets, names, start)
    return [(a, a + len(TO_NEXT.sub("", document.text[a:b]))) for a, b in named]


def bounds_of(document: Document, start: int, end: int) -> Range:
    """The sentences of `start:end`, or what the parentheses that it stands in hold of them."""
    touched = document.sentences_at(start, end)
    first, last = (touched[0][0], touched[-1][1]) if touched else (start, end)
    for found in PARENTHESES.finditer(document.text, first, last):
        if found.start() < start and end < found.end():
            return found.start() + 1, found.end() - 1
    return first, last


def find_bullets(document: Document, start: int, end: int) -> list[Range]:
    """The bullets beside each other of which an answer is one, or several, or that a colon behind
    it opens; without their signs.

    An answer inside a longer bullet is not the bullet: then there are none.
    """
    at = next((n for n, p in enumerate(document.paragraphs) if p[0] <= start < p[1]), None)
    if at is None:
        return []
    text, (begin, stop) = document.text, document.paragraphs[at]
    bullets = cut_bullets(text, begin, stop)
    lead = text[begin : text.rfind("\n", 0, bullets[0][0]) + 1 if bullets else stop].rstrip()
    if end <= begin + len(lead):
        opened = bullets_from(document, at if bullets else at + 1)
        between = text[end : opened[0][0]] if opened else ""
        follows = OPENED.fullmatch(between)
        return find_siblings(text, opened, opened[:1]) if follows else []
    found = bullets_from(document, at)
    own = [(a, b) for a, b in found if a < end and start < b]
    held = sum(min(b, end) - max(a, start) for a, b in own)
    whole = len(own) > 1 or 2 * held >= sum(b - a for a, b in own)
    return find_siblings(text, found, own) if own and whole else []


def is_led(asked: Asked, document: Document, start: int, end: int) -> bool:
    """Whether an answer is one of the bullets whose lead-in says what is asked for: "rules for
    comparing versions", below "The version comparison rule can be summarized as:".  A word of the
    question that only its bullet holds asks for that bullet."""
    bullets = find_bullets(document, start, end)
    own = [document.text[a:b] for a, b in bullets if a < end and start < b]
    if len(bullets) < 2 or len(own) != 1 or asked.kind or asked.whether:
        return False
    before = document.text[: bullets[0][0]].rstrip().rstrip(SIGNS).rstrip()
    lead = document.sentences_at(len(before) - 1, len(before))
    if not before.endswith(":") or not lead:
        return False
    led, said = (
        {stem(part) for word in content(text) for part in (word, *word.split("-"))}
        for text in (document.text[slice(*lead[0])], own[0])
    )
    wanted = asked.stems
    return 2 * len(wanted & led) >= len(wanted) > 0 and not wanted & said - led


def find_siblings(text: str, bullets: list[Range], own: list[Range]) -> list[Range]:
    """Those beside one's own that are indented alike, up to one that is less."""
    depths = [indent_at(text, a) for a, _ in bullets]
    first, last = bullets.index(own[0]), bullets.index(own[-1])
    depth = min(depths[first : last + 1])
    while first > 0 and depths[first - 1] >= depth:
        first -= 1
    while last + 1 < len(bullets) and depths[last + 1] >= depth:
        last += 1
    return [
        b for b, d in zip(bullets[first : last + 1], depths[first:], strict=False) if d == depth
    ]


def of_named(text: str, bullets: list[Range], names: Collection[str], start: int) -> list[Range]:
    """Those that hold the name of which the bullet at `start` is, and only some do: what Steve is
    to do, of what all are to do."""
    for name in names:
        named = " ".join(words(name))  # without marks: "Ada: call the miller"
        own = [(a, b) for a, b in bullets if is_within(named, " ".join(words(text[a:b])))]
        if any(a <= start < b for a, b in own):
            return own
    return bullets


def list_counted(asked: Asked, span: Span, document: Document) -> Span:
    """In place of how many there are what they are, where as many are told behind it: "11 communes
    (Gemeinden); Balzers, …"; the span itself where they are not."""
    text, said = document.text, words(span.text)
    number = count_of(said[0]) if len(said) == 1 else None
    last = bounds_of(document, span.start, span.end)[1]
    after = words(text[span.end : last])[:1]
    if number is None or not after or stem(after[0]) not in asked.stems:
        return span
    for opens in COUNTED.finditer(text, span.end, last):
        closes = text.find(")", opens.end(), last) if opens.group() == "(" else last
        if closes < 0:
            continue
        cuts = [(opens.end(), opens.end()), *find_separators(text, opens.end(), closes)]
        items = [trim(text, a, b) for (_, a), (b, _) in pairwise([*cuts, (closes, closes)])]
        alike = all(goes_on(text, one, other) for one, other in pairwise(items))
        if len(items) == number > 1 and alike:
            start, end = items[0][0], items[-1][1]
            return replace(span, start=start, end=end, text=text[start:end])
    return span


def count_of(word: str) -> int | None:
    """The number that a word or a figure is."""
    return int(word) if word.isascii() and word.isdigit() else NUMERALS.get(word)


def bullets_from(document: Document, at: int) -> list[Range]:
    """The bullets, in their order, of paragraph number `at`, of those that go on from it and of
    those that it goes on from: which begin with a bullet."""
    text, paragraphs = document.text, document.paragraphs
    found = cut_bullets(text, *paragraphs[at]) if at < len(paragraphs) else []
    first = last = at
    while found and first and BULLET.match(text, paragraphs[first][0]):
        first -= 1
        if not (before := cut_bullets(text, *paragraphs[first])):
            break
        found = before + found
    while found and last + 1 < len(paragraphs) and BULLET.match(text, paragraphs[last + 1][0]):
        last += 1
        found = found + cut_bullets(text, *paragraphs[last])
    return found


def cut_bullets(text: str, start: int, end: int) -> list[Range]:
    """The bullets of a paragraph, each with the lines that go on from it, further in or with a
    small letter, without their signs; none behind a first line that no colon ends, and nothing
    behind the first line that goes on from none."""
    found: list[Range] = []
    lead = ":"
    for a, b in cut_lines(text, start, end):
        sign = BULLET.match(text, a, b)
        if sign and not lead.endswith(":"):
            break
        if sign:
            found.append((sign.end(), b))
        elif text[a:b] in SIGNS:
            continue
        elif not found:
            lead = text[a:b]
        elif text[a].islower() or indent_at(text, a) > indent_at(text, found[-1][0]):
            found[-1] = found[-1][0], b
        else:
            break
    return found


def indent_at(text: str, at: int) -> int:
    """How far in the line of a place begins."""
    line = text[text.rfind("\n", 0, at) + 1 : at + 1]
    return len(line) - len(line.lstrip())


def cut_lines(text: str, start: int, end: int) -> Iterator[Range]:
    """The lines of `text[start:end]` that are not blank, without blanks at their ends."""
    for match in re.finditer(r"\S(?:[^\n]*\S)?", text[start:end]):
        yield start + match.start(), start + match.end()


def enumerate_around(text: str, first: int, last: int, start: int, end: int) -> list[Range]:
    """The items of the enumeration in the sentence `text[first:last]` of which `start:end` is one
    or several; the range itself where there is no enumeration.

    A comma before its last "and" says that any other "and" is within an item: "the Office of Trade
    and Industry, the Treasury, and the Court".
    """
    every = find_separators(text, first, last)
    marked = [(a, b) for a, b in every if text[a:b].lstrip()[0] in ",;"]
    found = enumerate_between(text, marked, first, last, start, end)
    if len(found) > 2 and CONJUNCTION.search(text, found[-2][1], found[-1][0]):
        return found
    return enumerate_between(text, every, first, last, start, end)


def enumerate_between(
    text: str, separators: Sequence[Range], first: int, last: int, start: int, end: int
) -> list[Range]:
    """As `enumerate_around`, of what stands between these separators."""
    cuts = [(first, first), *separators, (last, last)]
    pieces = [(a, b) for (_, a), (b, _) in pairwise(cuts)]
    own = [n for n, (a, b) in enumerate(pieces) if a < end and start < b]
    if not own:
        return [(start, end)]
    low, high = own[0], own[-1]
    # the best answer's own bounds at its ends: before and after them stands what is no item
    items = {n: trim(text, *pieces[n]) for n in range(low, high + 1)}
    items[low] = trim(text, max(pieces[low][0], start), items[low][1])
    items[high] = trim(text, items[high][0], min(pieces[high][1], end))
    # then to the right and to the left, as long as what stands there is like what stands here
    if items[high][1] == trim(text, *pieces[high])[1]:
        while high + 1 < len(pieces) and goes_on(text, items[high], pieces[high + 1]):
            high += 1
            items[high] = trim(text, *first_words(text, *pieces[high]))
    if items[low][0] == trim(text, *pieces[low])[0]:
        while low > 0 and goes_on(text, pieces[low - 1], items[low]):
            low -= 1
            items[low] = trim(text, *pieces[low])
    found = [items[n] for n in range(low, high + 1) if items[n][0] < items[n][1]]
    if is_enumeration(text, found) or is_whole(text, found, start, end):
        return found
    return [(start, end)]


def is_enumeration(text: str, items: Sequence[Range]) -> bool:
    """Three and more in a row that a conjunction closes, or four; of two that one joins, those that
    are alike: "Ada Holm and Tom Vik", not "Ministry of Trade and Industry"."""
    closed = any(CONJUNCTION.search(text, a[1], b[0]) for a, b in pairwise(items))
    if len(items) != 2:
        return len(items) > 3 or (closed and len(items) > 2)
    one, two = (len(text[a:b].split()) for a, b in items)
    return closed and abs(one - two) <= 1


def is_whole(text: str, items: Sequence[Range], start: int, end: int) -> bool:
    """Whether an answer is just three items or more that are alike: "Ada, Bea, Tom"."""
    just = bool(items) and start <= items[0][0] and items[-1][1] <= end
    return just and len(items) > 2 and all(goes_on(text, a, b) for a, b in pairwise(items))


def goes_on(text: str, piece: Range, other: Range) -> bool:
    """Whether two neighbours of a sentence are items beside each other: they begin alike, in
    capitals, figures or small letters, none with a preposition, a verb or the like, neither is much
    longer than the other, and no semicolon parts them."""
    one, two = (text[slice(*trim(text, *r))] for r in (piece, other))
    if not one or not two or ";" in text[piece[1] : other[0]]:
        return False
    opens = [fold(words.split()[0]) for words in (one, two)]
    sizes = sorted((len(one.split()), len(two.split())))
    bare = [BEFORE_NOUN.sub("", words) for words in (one, two)]  # "the Institute", "Institute"
    return (
        form(bare[0]) == form(bare[1])
        and not any(word in FUNCTION - DETERMINER or word.startswith("(") for word in opens)
        and sizes[1] <= LONGER * sizes[0]
    )


def first_words(text: str, start: int, end: int) -> Range:
    """A piece up to its first word that cannot be an item's: "Norway" of "Norway are sending", but
    "Centre for Innovative Cities" whole, of which the name goes on."""
    for word in re.finditer(r"[^\W_]+", text[start:end]):
        low = word.group().lower()
        named = low in ("for", "and") and NAMED.match(text, start + word.end(), end)
        if word.start() and low in FUNCTION - DETERMINER and low != "of" and not named:
            return start, start + word.start()
    return start, end


def form(words: str) -> str:
    first = words.lstrip("“\"'(")[:1]
    return "figure" if first.isdigit() else "name" if first.isupper() else "word"


def find_separators(text: str, first: int, last: int) -> list[Range]:
    """The separators of `text[first:last]` outside parentheses and quotation marks, and not inside
    figures."""
    sentence = PARENTHESES.sub(lambda m: "x" * len(m.group()), text[first:last])
    return [
        (first + m.start(), first + m.end())
        for m in SEPARATOR.finditer(sentence)
        if not (
            m.group() == ","
            and sentence[m.start() - 1 : m.start()].isdigit()
            and sentence[m.end() : m.end() + 1].isdigit()
        )
    ]


def trim(text: str, start: int, end: int) -> Range:
    """Without blanks and marks at its ends, and without "both" before it."""
    while start < end and (text[start].isspace() or text[start] in ",;:"):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in ",;:."):
        end -= 1
    lead = BEFORE_TWO.match(text, start, end)
    return (lead.end() if lead else start), end


def is_open(text: str, start: int) -> bool:
    """Whether the words before a list say that it names only some: "such as", "including"."""
    return bool(OPEN.search(fold(text[max(0, start - 40) : start])))
