"""Records -> HTML, by the macros of view.html.jinja; pure functions.

Every text of a document or a person is escaped there, and shows itself and can run nothing.
"""

from __future__ import annotations

import base64
import math
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import PurePosixPath
from urllib.parse import urlencode

from assistant import render, templates
from assistant.documents.chunk import heading_level
from assistant.documents.page_image import PageImage
from assistant.records import Document, Quote, Range, Table
from assistant.web.guide import Tour
from assistant.web.talks import KeptTalk, Turn

PART = 200_000  # characters of a document shown at a time: more makes a browser slow
LONG = 90  # characters of an answer that no longer suit large type
WRITING = "A language model is writing; each sentence appears when the quotes carry it"
DIGEST_DIGITS = 16  # hex digits of a document's digest in a link


@dataclass(frozen=True)
class Mark:
    """What to light up in a document: a range of its text, and the answer's range inside."""

    start: int
    end: int
    answer_start: int | None = None
    answer_end: int | None = None

    @property
    def words(self) -> Range:
        return self.start, self.end

    @property
    def answer(self) -> Range | None:
        if self.answer_start is None or self.answer_end is None:
            return None
        return self.answer_start, self.answer_end


def draw(macro: str, **values: object) -> str:
    """One macro of the template, filled in."""
    helpers = {
        "render": render,
        "counted": count_things,
        "link": link,
        "size": size,
        "token": lambda: secrets.token_hex(4),  # by it the page knows a new drawing
        "say_day": say_day,
        "suffix": suffix,
        "LONG": LONG,
        "WRITING": WRITING,
    }
    macros = templates.load_template("web/view.html.jinja", helpers).module
    return str(getattr(macros, macro)(**values)).strip()


# ── the talk ─────────────────────────────────────────────────────────────────────────────────


def welcome(tour: Tour, there: bool = True, folder: str = "", removable: bool = False) -> str:
    """The chat before the first question; where no documents are `there` yet, how to begin."""
    return draw("welcome", tour=tour, there=there, folder=folder, removable=removable)


def render_talk(
    turns: Sequence[Turn],
    judged: bool,
    name: str = "",
    writing: bool = False,
) -> str:
    """The turns of a talk.

    judged   whether answers can be marked right or wrong
    name     under which the talk is kept, "" where it is not
    writing  whether a language model is at work on the last answer
    """
    return draw("talk", turns=turns, judged=judged, name=name, writing=writing)


def talks(kept: Sequence[KeptTalk]) -> str:
    """The list of earlier talks, with what can be done with each."""
    return draw("talks", kept=kept)


def reading(subtitle: str, progress: tuple[int, int] | None, left: float | None = None) -> str:
    """How far the reading of documents is and the seconds left, nothing where it is done; and the
    page's subtitle."""
    return draw("reading", subtitle=subtitle, progress=progress, left=say_seconds(left))


def further(questions: Sequence[str]) -> str:
    """Questions that may be asked next."""
    return draw("further", questions=questions)


def put_away() -> str:
    """That a new talk has begun, and how to go back."""
    return draw("put_away")


def link(quote: Quote) -> str:
    """A link, below the page's own address, that opens the source at a quote."""
    fields: dict[str, str | int] = {
        "doc": quote.doc_id,
        "start": quote.start,
        "end": quote.end,
    }
    if quote.answer_start is not None and quote.answer_end is not None:
        fields |= {"from": quote.answer_start, "to": quote.answer_end}
    return "#" + urlencode(fields | {"sha": quote.doc_sha256[:DIGEST_DIGITS]})


def masthead(title: str, subtitle: str, login: bool = False) -> str:
    """The page's head, with a way out where visitors log in."""
    return draw("masthead", title=title, subtitle=subtitle, login=login)


def notice(message: str, failed: bool = False) -> str:
    """One line on what went wrong, or nothing.

    failed   there is no answer: the page puts the question back into the box
    """
    return draw("notice", message=message, failed=failed) if message else ""


# ── the source ───────────────────────────────────────────────────────────────────────────────


def source(document: Document, mark: Mark | None = None, part: int = 0, notice: str = "") -> str:
    """A document, or the part of a long one that holds the mark, with the mark lit up.

    The text content of the `.text` element is `document.text[a:b]` of that part, exactly.
    """
    ranges = parts(document)
    if mark is not None:
        part = max((i for i, (a, _) in enumerate(ranges) if a <= mark.start), default=0)
    part = min(max(part, 0), len(ranges) - 1)
    a, b = ranges[part]
    where = size(document)
    if mark is not None:
        b = max(b, mark.end)
        where = say_where(document, mark, document.page_at(mark.start))
    return draw(
        "source",
        document=document,
        where=where,
        stretches=stretches(document, a, b, mark),
        part=part,
        count=len(ranges),
        notice=notice,
        pages=bool(document.pages),
    )


def page(document: Document, image: PageImage, mark: Mark | None) -> str:
    """A page of a PDF as it looks, its quote marked on it."""
    return draw(
        "page",
        document=document,
        image=image,
        where=say_where(document, mark, image.number),
        source=f"data:image/jpeg;base64,{base64.b64encode(image.jpeg).decode()}",
        lost=mark is not None and not image.boxes,
    )


def say_where(document: Document, mark: Mark | None, page: int | None) -> str:
    """Page and paragraph of what is marked; "paragraphs 3–4" where it lies in several."""
    first = document.paragraph_at(mark.start) if mark else 0
    last = document.paragraph_at(mark.end - 1) if mark else 0
    told = render.position(page, first)
    if last > first:
        told["paragraph"] = f"paragraphs {first}–{last}"
    return " · ".join(told.values()).capitalize()


def nothing(message: str = "") -> str:
    """The source pane without a document: a hint, or why there is none."""
    return draw("nothing", message=message)


def answering(request: int, pane: str) -> str:
    """A source pane that says which request of the page it answers: they may overtake another."""
    return f'<div class="answering" data-request="{request}">{pane}</div>'


def parts(document: Document) -> list[Range]:
    """Ranges of about `PART` characters that cover the text, cut between paragraphs where that
    can be."""
    starts = [start for start, _ in document.paragraphs]
    found = []
    a = 0
    while len(document.text) - a > PART * 1.5:
        b = max((s for s in starts if a + PART // 2 < s <= a + PART), default=a + PART)
        found.append((a, b))
        a = b
    return [*found, (a, len(document.text))]


# words; whether they are skipped; marked as "quote", "answer", "head" of a table, "sign" that a
# heading or a cell is written with, or ""
Piece = tuple[str, bool, str]


@dataclass(frozen=True)
class Stretch:
    """A paragraph with its number and its level as a heading, or what lies between two, with 0.
    Of a table, `rows` hold the pieces of each cell."""

    number: int
    pieces: Sequence[Piece]
    level: int = 0
    rows: Sequence[Sequence[Sequence[Piece]]] = ()
    headed: bool = False


def stretches(document: Document, a: int, b: int, mark: Mark | None) -> Iterator[Stretch]:
    """`document.text[a:b]`, paragraph by paragraph."""
    at = a
    for number, (start, end) in enumerate(document.paragraphs, start=1):
        start, end = max(start, a), min(end, b)
        if start >= end:
            continue
        yield Stretch(0, cut_pieces(document, at, start, mark))
        table = document.table_at(start)
        block = document.text[start:end]
        level = 0 if "\n" in block else heading_level(block)
        if table and (table.start, table.end) == (start, end) and len(block) <= PART // 4:
            headed = any(x < y for x, y in table.head)
            yield Stretch(number, (), 0, list(cut_rows(document, table, mark)), headed)
        else:
            sign = (start, start + level + 1) if level else None
            yield Stretch(number, cut_pieces(document, start, end, mark, sign), level)
        at = end
    yield Stretch(0, cut_pieces(document, at, b, mark))


def cut_rows(document: Document, table: Table, mark: Mark | None) -> Iterator[list[list[Piece]]]:
    """The cells of a table's rows that hold something, each behind the signs before it."""
    at = table.start
    for cells in (table.head, *table.rows):
        if not any(x < y for x, y in cells):
            continue
        row = []
        for x, y in cells:
            signs = cut_pieces(document, at, x, mark, (at, x))
            row.append([*signs, *cut_pieces(document, x, y, mark)])
            at = y
        yield row


def cut_pieces(
    document: Document, a: int, b: int, mark: Mark | None, sign: Range | None = None
) -> list[Piece]:
    """`document.text[a:b]` cut wherever something begins or ends."""
    quote = (mark.start, mark.end) if mark else None
    answer = mark.answer if mark else None
    table = document.table_at(mark.start) if mark else None
    head = (table.start, table.head[-1][1]) if table else None  # that the marked row stands under
    marks = (("sign", sign), ("answer", answer), ("quote", quote), ("head", head))
    all_ranges = (sign, quote, answer, head, *document.skipped)
    ranges = [r for r in all_ranges if r and r[0] < b and a < r[1]]
    cuts = sorted({a, b, *(min(max(x, a), b) for r in ranges for x in r)})

    def dress(x: int, y: int) -> Piece:
        skipped = any(start <= x < end for start, end in document.skipped)
        marked = next((kind for kind, r in marks if r and r[0] <= x < r[1]), "")
        return document.text[x:y], skipped, marked

    return [dress(x, y) for x, y in pairwise(cuts)]


# ── the documents ────────────────────────────────────────────────────────────────────────────


def shelf(
    documents: Sequence[Document],
    opened: str,
    left_out: Sequence[str] = (),
    removable: bool = False,
) -> str:
    """The list of documents.

    opened     a sentence on when the index was brought up to date
    left_out   a line for each file, or part of one, that is not read
    removable  whether documents may be removed from here
    """
    return draw(
        "shelf",
        documents=documents,
        opened=opened,
        left_out=left_out,
        removable=removable,
        kinds=sorted(set(map(suffix, documents))),
    )


def suffix(document: Document) -> str:
    return PurePosixPath(document.doc_id).suffix.lower() or "no ending"


def size(document: Document) -> str:
    words = len(document.text.split())
    left_out = sum(b - a for a, b in document.skipped)
    share = 100 * left_out / max(1, len(document.text))
    said = f"{words:,} words · {count_things(len(document.paragraphs), 'paragraph')}"
    if left_out:
        said += f" · {share:.0f}% not searched" if share >= 1 else " · under 1% not searched"
    return said


def say_day(moment: str) -> str:
    """The day of a moment in ISO 8601, where this machine is.

    >>> say_day("2026-03-01T12:00:00+00:00")
    '1 March 2026'
    """
    return f"{datetime.fromisoformat(moment).astimezone():%-d %B %Y}"


def say_seconds(seconds: float | None) -> str:
    """About how long that is, "" where it is not known.

    >>> say_seconds(200)
    'about 4 minutes'
    """
    if seconds is None:
        return ""
    minutes = math.ceil(seconds / 60)
    return "less than a minute" if minutes <= 1 else f"about {minutes} minutes"


def count_things(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
