"""A page of a PDF as a picture, with where words of its text stand on it.

The text was put together from the words of the page (`pdf`), so the way back is to read that page
again, in the same order, and to find the letters and figures of the words among them: what lies
between, and at the ends of lines, does not count.
"""

from __future__ import annotations

import io
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.documents.page_layout import lay_out, read_page
from assistant.records import Document, Range

WIDTH = 1100  # pixels: sharp in a pane of half a screen
MOST_SCALED = 3.0  # pixels a point, for pages as small as a card
QUALITY = 85  # of the JPEG, of 100
PDFIUM = threading.Lock()  # it may be used by one thread at a time
Box = tuple[float, float, float, float]  # left, top, width, height, as shares of the page's


@dataclass(frozen=True)
class PageImage:
    """A drawn page: a JPEG of `width` by `height` pixels, `count` pages in all, and the lines that
    the words asked for take up on it; none where they were not found."""

    jpeg: bytes
    width: int
    height: int
    number: int
    count: int
    boxes: tuple[Box, ...] = ()
    answer: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """A page without any words marked; `places` are those of its words, in reading order, as
    (text, line, box)."""

    jpeg: bytes
    width: int
    height: int
    count: int
    places: tuple[tuple[str, int, Box], ...]


def draw_page(
    path: Path, document: Document, number: int, words: Range | None, answer: Range | None = None
) -> PageImage:
    """Page `number`, from 1, of the file that a document was read from, with where the ranges
    `words` and `answer` of the document's text stand on it.

    Raises OSError, ValueError or RuntimeError for a file that is gone or no PDF any more.
    """
    drawn = draw_unmarked(path, path.stat().st_mtime_ns, number)
    found = [find_boxes(drawn, document, number, r) if r else () for r in (words, answer)]
    return PageImage(drawn.jpeg, drawn.width, drawn.height, number, drawn.count, *found)


@lru_cache(maxsize=24)
def draw_unmarked(path: Path, _: int, number: int) -> Drawn:
    import pdfplumber  # half a second
    import pypdfium2

    with PDFIUM:
        file = pypdfium2.PdfDocument(path)
        try:
            count = len(file)
            page = file[number - 1]
            scale = min(MOST_SCALED, WIDTH / max(1.0, page.get_width()))
            picture = page.render(scale=scale).to_pil().convert("RGB")
        finally:
            file.close()
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=QUALITY)
    with pdfplumber.open(path, pages=[number]) as opened:
        places = find_places(opened.pages[0])
    return Drawn(jpeg.getvalue(), picture.width, picture.height, count, places)


def find_places(page: Any) -> tuple[tuple[str, int, Box], ...]:
    x0, top, x1, bottom = page.cropbox
    across, down = max(1.0, x1 - x0), max(1.0, bottom - top)
    found: list[tuple[str, int, Box]] = []
    line = 0
    for block in lay_out(read_page(page), ()):
        for row in block.lines:
            for word in row.words:
                a, b, c, d = word["box"]
                box = ((a - x0) / across, (b - top) / down, (c - a) / across, (d - b) / down)
                last = found[-1][2] if found else box
                line += abs(box[1] - last[1]) > last[3] / 2 or box[0] < last[0]
                found.append((word["text"], line, box))
    return tuple(found)


def find_boxes(drawn: Drawn, document: Document, number: int, words: Range) -> tuple[Box, ...]:
    """One box a line; none unless all the letters of the words that are on this page were found."""
    begins = document.pages[number - 1]
    ends = document.pages[number] if number < len(document.pages) else len(document.text)
    start, end = max(words[0], begins), min(words[1], ends)
    wanted = letters(document.text[start:end])
    if not wanted:
        return ()
    # which of the places that have these letters: as many stand before it in the text
    earlier = count_overlapping(letters(document.text[begins:end]), wanted) - 1
    text = ""
    owner: list[int] = []  # of each letter, its word
    for i, (word, _, _) in enumerate(drawn.places):
        text += letters(word)
        owner += [i] * (len(text) - len(owner))
    at = -1
    for _ in range(earlier + 1):
        at = text.find(wanted, at + 1)
        if at < 0:
            return ()
    lines: dict[int, list[Box]] = {}
    for i in dict.fromkeys(owner[at : at + len(wanted)]):
        lines.setdefault(drawn.places[i][1], []).append(drawn.places[i][2])
    return tuple(map(join_boxes, lines.values()))


def count_overlapping(text: str, part: str) -> int:
    count, at = 0, text.find(part)
    while at >= 0:
        count, at = count + 1, text.find(part, at + 1)
    return count


def join_boxes(boxes: list[Box]) -> Box:
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
    return left, top, right - left, bottom - top


def letters(text: str) -> str:
    """The letters and figures of a text, ligatures taken apart, as one run."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
