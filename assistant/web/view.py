"""Records -> HTML.  Pure functions; the only place where text of others becomes HTML.

Every text of a document or a person passes through `shown` (between tags) or `attribute` (inside
a quoted attribute).  What they return shows the text and can run nothing.
"""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlencode

from assistant import render
from assistant.feedback import Verdict
from assistant.records import NOT_FOUND, Answer, Document, Quote, Range

PART = 200_000  # characters of a document shown at a time: more makes a browser slow
LONG = 90  # characters of an answer that no longer suit large type
WRITING = "A language model is writing; each sentence appears when the quotes carry it"
DIGEST = 16  # hex digits of a document's digest in a link
BIDI = {
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
}
CONTROLS = re.compile(f"[{''.join(BIDI)}\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Turn:
    """One question of a talk with its answer, and what the reader thought of it."""

    answer: Answer
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Mark:
    """What to light up in a document: a range of its text, and the answer's range inside."""

    start: int
    end: int
    answer_start: int | None = None
    answer_end: int | None = None

    @property
    def answer(self) -> Range | None:
        if self.answer_start is None or self.answer_end is None:
            return None
        return self.answer_start, self.answer_end


# ── escaping ─────────────────────────────────────────────────────────────────────────────────


def shown(text: str) -> str:
    """Text as HTML content.  Characters that turn the direction of writing, or that cannot be
    seen, are fenced in and named, so that a document cannot reorder what stands around them."""
    safe = html.escape(text, quote=True).replace("\r", "&#13;")
    return CONTROLS.sub(named_control, safe)


def named_control(match: re.Match[str]) -> str:
    name = BIDI.get(match[0], f"U+{ord(match[0]):04X}")
    return f'<bdi class="control" data-name="{name}">{match[0]}</bdi>'


def attribute(text: str) -> str:
    """Text for use inside a double-quoted attribute."""
    return html.escape(text, quote=True).replace("\r", "&#13;").replace("\n", "&#10;")


# ── the talk ─────────────────────────────────────────────────────────────────────────────────


def talk(
    turns: Sequence[Turn], examples: Sequence[str], judged: bool, writing: bool = False
) -> str:
    """The whole chat.

    judged   whether answers can be marked right or wrong
    writing  whether a language model is at work on the last answer
    """
    if not turns:
        return welcome(examples)
    last = len(turns) - 1
    body = "".join(
        turn_html(number, turn, judged, writing and number == last)
        for number, turn in enumerate(turns)
    )
    state = " data-writing" if writing else ""
    return f'<div class="talk" data-view="{token()}" data-turns="{len(turns)}"{state}>{body}</div>'


def welcome(examples: Sequence[str]) -> str:
    buttons = "".join(
        f'<li><button type="button" class="example" data-ask="{attribute(e)}">{shown(e)}</button>'
        "</li>"
        for e in examples
    )
    listed = (
        f'<h3 id="try">Try one of these</h3><ul aria-labelledby="try">{buttons}</ul>'
        if examples
        else ""
    )
    return (
        f'<div class="welcome" data-view="{token()}" data-turns="0">'
        "<h2>What would you like to know?</h2>"
        "<p>Every answer comes in the documents’ own words, with the place where they stand. "
        "If the documents don’t say, you are told so.</p>"
        f"{listed}</div>"
    )


def turn_html(number: int, turn: Turn, judged: bool, writing: bool = False) -> str:
    answer = turn.answer
    searched = (
        f'<p class="searched">Searched for: <q dir="auto">{shown(answer.query_used)}</q></p>'
        if render.one_line(answer.query_used) != render.one_line(answer.question)
        else ""
    )
    if answer.found:
        percent = f"{100 * answer.confidence:.0f}"
        short = "short long" if len(answer.text) > LONG else "short"
        said = (
            f'<p class="{short}" dir="auto">{shown(answer.text)}</p>'
            f"{beside(answer)}"
            f'<p class="sureness" title="Confidence {answer.confidence:.2f}: of 100 answers given '
            f'with this confidence, about {percent} should be right">'
            f'<span class="dot {render.sureness(answer.confidence).replace(" ", "-")}"></span>'
            f"{render.sureness(answer.confidence)}"
            f'<span class="hidden">, confidence {percent} percent</span></p>'
        )
        evidence = prose(answer, writing) + cards(number, answer.quotes, bool(answer.prose))
    else:
        said = f'<p class="short none">{html.escape(NOT_FOUND)}</p>'
        evidence = (
            f'<details class="closest"><summary>{render.CLOSEST}</summary>'
            f"{cards(number, answer.closest)}</details>"
            if answer.closest
            else ""
        )
    return (
        f'<article class="turn" id="turn-{number}" data-turn="{number}">'
        f'<h2 class="question" dir="auto">{shown(answer.question.strip())}</h2>'
        f'{searched}<div class="said">{said}</div>{evidence}'
        f"{'' if writing else tools(number, turn, judged)}</article>"
    )


def beside(answer: Answer) -> str:
    """What a reader must know beside the answer: its further parts, or sources that differ."""
    return f'<p class="note" dir="auto">{shown(answer.note)}</p>' if answer.note else ""


def prose(answer: Answer, writing: bool) -> str:
    """What a language model wrote, each sentence with the numbers of its quotes, and whose words
    are whose; nothing where none was asked."""
    numbers = {q.quote_id: n for n, q in enumerate(answer.quotes, start=1)}
    sentences = " ".join(
        f"<span>{shown(s.text)}"
        + "".join(
            f'<a class="ref" href="{attribute(link(answer.quotes[numbers[i] - 1]))}" '
            f'aria-label="Quote {numbers[i]}">{numbers[i]}</a>'
            for i in s.quote_ids
        )
        + "</span>"
        for s in answer.sentences
        if s.supported
    )
    text = f'<p class="prose" dir="auto">{sentences}</p>' if sentences else ""
    said = WRITING if writing else shown(render.written(answer))
    note = f'<p class="by{" reading" if writing else ""}">{said}.</p>' if said else ""
    return f'<div class="written">{text}{note}</div>' if note else ""


def cards(number: int, quotes: Sequence[Quote], numbered: bool = False) -> str:
    listed = "".join(f"<li>{card(quote)}</li>" for quote in quotes)
    kind = "quotes numbered" if numbered else "quotes"
    return f'<ol class="{kind}" data-turn="{number}" aria-label="Quotes">{listed}</ol>'


def card(quote: Quote) -> str:
    before, inside, after = quote.parts
    strong = f'<strong class="answer">{shown(inside)}</strong>' if inside else ""
    speaker = f'<span class="speaker">{shown(quote.speaker)}</span>' if quote.speaker else ""
    return (
        f'<figure class="quote"><blockquote dir="auto">{shown(before)}{strong}{shown(after)}'
        f'</blockquote><figcaption><a class="place" href="{attribute(link(quote))}" '
        f'title="Show it in {attribute(quote.doc_id)}"><span class="title">{shown(quote.title)}'
        f"</span><span>paragraph {quote.paragraph}</span>{speaker}</a></figcaption></figure>"
    )


def link(quote: Quote) -> str:
    """A link, below the page's own address, that opens the source at a quote."""
    fields: dict[str, str | int] = {
        "doc": quote.doc_id,
        "start": quote.start,
        "end": quote.end,
    }
    if quote.answer_start is not None and quote.answer_end is not None:
        fields |= {"from": quote.answer_start, "to": quote.answer_end}
    return "#" + urlencode(fields | {"sha": quote.doc_sha256[:DIGEST]})


def tools(number: int, turn: Turn, judged: bool) -> str:
    text = attribute(render.plain(turn.answer))
    copy = (
        f'<button type="button" class="tool copy" data-copy="{text}">'
        f"{ICONS['copy']}<span>Copy</span></button>"
    )
    if not judged:
        return f'<div class="tools">{copy}</div>'
    thumbs = "".join(
        f'<button type="button" class="tool thumb" data-turn="{number}" data-verdict="{verdict}" '
        f'aria-pressed="{"true" if turn.verdict == verdict else "false"}" '
        f'aria-label="{label}" title="{label}">{ICONS[verdict]}</button>'
        for verdict, label in (("right", "Good answer"), ("wrong", "Bad answer"))
    )
    kept = '<span class="kept">Kept for the evaluation.</span>' if turn.verdict else ""
    return f'<div class="tools">{copy}{thumbs}{kept}</div>'


# ── the source ───────────────────────────────────────────────────────────────────────────────


def source(document: Document, mark: Mark | None = None, part: int = 0, notice: str = "") -> str:
    """A document, or the part of a long one that holds the mark, with the mark lit up.

    The text content of the `.text` element is `document.text[a:b]` of that part, exactly.
    """
    found = parts(document)
    if mark is not None:
        part = max((i for i, (a, _) in enumerate(found) if a <= mark.start), default=0)
    part = min(max(part, 0), len(found) - 1)
    a, b = found[part]
    if mark is not None:
        b = max(b, mark.end)
    where = f"Paragraph {document.paragraph_at(mark.start)}" if mark else size(document)
    warning = f'<p class="notice" role="status">{shown(notice)}</p>' if notice else ""
    return (
        f'<section class="reader" data-view="{token()}" data-doc="{attribute(document.doc_id)}" '
        f'aria-label="Source"><header><div class="names">'
        f'<h2 dir="auto" tabindex="-1">{shown(document.title)}</h2>'
        f'<p><span class="where">{where}</span><span class="file">{shown(document.doc_id)}</span>'
        f"</p></div>{READER_BUTTONS}</header>{warning}{pager(part, found)}"
        f'<div class="text" tabindex="0" role="region" aria-label="Text of the document">'
        f"{text_html(document, a, b, mark)}</div>{pager(part, found)}</section>"
    )


def nothing(message: str = "") -> str:
    """The source pane without a document: a hint, or why there is none."""
    inner = (
        f'<p class="notice" role="status">{shown(message)}</p>'
        if message
        else "<p>Pick a quote to read it where it stands.</p>"
    )
    back = READER_BUTTONS if message else ""
    return f'<section class="reader empty" data-view="{token()}">{back}{inner}</section>'


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


def pager(part: int, found: Sequence[Range]) -> str:
    if len(found) == 1:
        return ""

    def button(to: int, label: str) -> str:
        off = "" if 0 <= to < len(found) else " disabled"
        return f'<button type="button" class="part" data-part="{to}"{off}>{label}</button>'

    return (
        f'<nav class="pager" aria-label="Parts of the document">{button(part - 1, "Earlier")}'
        f"<span>Part {part + 1} of {len(found)}</span>{button(part + 1, 'Later')}</nav>"
    )


def text_html(document: Document, a: int, b: int, mark: Mark | None) -> str:
    """`document.text[a:b]`, a `p` a paragraph; what lies between them is there but not shown."""
    out = []
    at = a
    for number, (start, end) in enumerate(document.paragraphs, start=1):
        start, end = max(start, a), min(end, b)
        if start >= end:
            continue
        out.append(gap(document, at, start, mark))
        inside = pieces(document, start, end, mark)
        out.append(f'<p class="paragraph" dir="auto" data-number="{number}">{inside}</p>')
        at = end
    out.append(gap(document, at, b, mark))
    return "".join(out)


def gap(document: Document, a: int, b: int, mark: Mark | None) -> str:
    return f'<span class="gap">{pieces(document, a, b, mark)}</span>' if a < b else ""


def pieces(document: Document, a: int, b: int, mark: Mark | None) -> str:
    """`document.text[a:b]` cut wherever something begins or ends, each piece in its dress."""
    marked = (mark.start, mark.end) if mark else None
    answer = mark.answer if mark else None
    ranges = [r for r in (marked, answer, *document.skipped) if r and r[0] < b and a < r[1]]
    cuts = sorted({a, b, *(min(max(x, a), b) for r in ranges for x in r)})
    out = []
    for x, y in pairwise(cuts):
        piece = shown(document.text[x:y])
        if any(s <= x < e for s, e in document.skipped):
            piece = f'<span class="skipped" title="Not searched">{piece}</span>'
        if answer and answer[0] <= x < answer[1]:
            piece = f'<mark class="answer">{piece}</mark>'
        elif marked and marked[0] <= x < marked[1]:
            piece = f"<mark>{piece}</mark>"
        out.append(piece)
    return "".join(out)


# ── the documents ────────────────────────────────────────────────────────────────────────────


def shelf(documents: Sequence[Document], opened: str) -> str:
    """The list of documents.  opened: a sentence on when the index was brought up to date."""
    rows = "".join(
        f'<li><a class="document" href="#{attribute(urlencode({"doc": d.doc_id}))}">'
        f'<span class="title" dir="auto">{shown(d.title)}</span>'
        f'<span class="file">{shown(d.doc_id)}</span><span class="size">{size(d)}</span></a></li>'
        for d in documents
    )
    return (
        f'<div class="shelf"><h2>{counted(len(documents), "document")}</h2>'
        f'<p class="opened">{shown(opened)}</p><ul>{rows}</ul></div>'
    )


def size(document: Document) -> str:
    words = len(document.text.split())
    left_out = sum(b - a for a, b in document.skipped)
    share = 100 * left_out / max(1, len(document.text))
    said = f"{words:,} words · {counted(len(document.paragraphs), 'paragraph')}"
    if left_out:
        said += f" · {share:.0f}% not searched" if share >= 1 else " · under 1% not searched"
    return said


def counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def notice(message: str, failed: bool = False) -> str:
    """One line on what went wrong, or nothing.

    failed   there is no answer: the page puts the question back into the box
    """
    if not message:
        return ""
    kind = "notice failed" if failed else "notice"
    return f'<p class="{kind}" role="alert" data-view="{token()}">{shown(message)}</p>'


def token() -> str:
    """New with every rendering: by it the page knows that there is something new to show."""
    return secrets.token_hex(4)


def icon(path: str) -> str:
    return (
        '<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" '
        'stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
        f'<path d="{path}"/></svg>'
    )


THUMB = (
    "M7 11v9H4v-9zM7 11l4-8c1.6 0 2.6 1.2 2.3 2.8L12.7 9h5.6c1.3 0 2.2 1.2 1.9 2.4l-1.7 "
    "6.8c-.2.9-1 1.8-1.9 1.8H7"
)
ICONS = {
    "copy": icon("M9 9h11v11H9zM5 15H4V4h11v1"),
    "right": icon(THUMB),
    "wrong": icon(THUMB).replace("<path", '<path transform="rotate(180 12 12)"'),
    "previous": icon("M6 15l6-6 6 6"),
    "next": icon("M6 9l6 6 6-6"),
    "link": icon(
        "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-6-.4l-3 3A4 4 0 0 0 "
        "10.700 18.300l1-1"
    ),
    "close": icon("M6 6l12 12M18 6L6 18"),
    "theme": icon("M12 3a9 9 0 1 0 9 9 7 7 0 0 1-9-9z"),
}
READER_BUTTONS = (
    '<div class="buttons" role="group" aria-label="Quotes">'
    '<span class="position" aria-live="polite"></span>'
    f'<button type="button" class="tool step" data-step="-1" aria-label="Previous quote" '
    f'title="Previous quote (Alt+↑)" disabled>{ICONS["previous"]}</button>'
    f'<button type="button" class="tool step" data-step="1" aria-label="Next quote" '
    f'title="Next quote (Alt+↓)" disabled>{ICONS["next"]}</button>'
    f'<button type="button" class="tool copy-link" aria-label="Copy a link to this place" '
    f'title="Copy a link to this place">{ICONS["link"]}</button>'
    f'<button type="button" class="tool close" aria-label="Close the source" '
    f'title="Close (Esc)">{ICONS["close"]}</button></div>'
)


def masthead(title: str, subtitle: str) -> str:
    return (
        f'<div class="masthead"><div><h1>{shown(title)}</h1><p>{shown(subtitle)}</p></div>'
        f'<button type="button" class="tool theme" aria-label="Dark or light" '
        f'title="Dark or light">{ICONS["theme"]}</button>'
        '<div class="hidden" id="live" aria-live="polite" role="status"></div></div>'
    )
