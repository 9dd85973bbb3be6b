"""A PDF's pages -> text as a person reads it: columns in order, lines joined to paragraphs.

A PDF knows characters and where they stand, nothing else.  pdfplumber finds the words and the ruled
tables; here words become lines, lines columns, columns paragraphs.  What stands at the head or foot
of several pages alike is kept where it first stands.
"""

from __future__ import annotations

import io
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from assistant.errors import CorpusError

SPACE = 0.15  # of the letter size: white space that parts two words
GAP = 1.0  # of the letter size: white space in a line from which on it parts two columns
LINE_STEP = 1.45  # of the usual distance of two lines: from which on a paragraph ends
EDGE = 0.1  # of the page's height: where running heads and feet stand
LARGER = 1.12  # of the usual letter size: a heading
WORDS_OF_A_CELL = 3.5  # on average at most, where columns are those of a table
HYPHEN = re.compile(r"(\w+)[-‐\u00ad]$")
LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)


@dataclass
class Line:
    """Words side by side; the unit is the point, from the page's top left."""

    words: list[dict[str, Any]]
    left: float = field(init=False)
    right: float = field(init=False)
    top: float = field(init=False)
    bottom: float = field(init=False)
    size: float = field(init=False)

    def __post_init__(self) -> None:
        self.left = min(w["x0"] for w in self.words)
        self.right = max(w["x1"] for w in self.words)
        self.top = min(w["top"] for w in self.words)
        self.bottom = max(w["bottom"] for w in self.words)
        self.size = statistics.median(w["size"] for w in self.words)

    @property
    def text(self) -> str:
        return " ".join(w["text"] for w in self.words).translate(LIGATURES)


@dataclass(frozen=True)
class Pdf:
    """The text, where each page begins in it, what its maker says of it, and the numbers of the
    pages that hold no text."""

    text: str
    pages: tuple[int, ...]
    title: str
    created: datetime | None
    blank: tuple[int, ...]


def read_pages(data: bytes) -> Pdf:
    """Raises CorpusError for a PDF that needs a password or that holds only pictures."""
    import pdfplumber  # half a second
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        opened = pdfplumber.open(io.BytesIO(data))
    except PdfminerException as error:
        if error.args and isinstance(error.args[0], PDFPasswordIncorrect):
            raise CorpusError("encrypted; save a copy without a password.") from error
        raise
    pages = []
    with opened as file:
        for page in file.pages:
            pages.append(read_page(page))
            page.close()
        meta = file.metadata
    if not any(page.lines or page.tables for page in pages):
        raise CorpusError("holds no text, only pictures: run text recognition (OCR) on it.")
    text, starts = join_pages(pages)
    blank = tuple(n for n, page in enumerate(pages, 1) if not page.lines and not page.tables)
    title = " ".join(str(meta.get("Title") or "").split())
    return Pdf(text, starts, title, read_date(meta.get("CreationDate")), blank)


def read_date(stated: object) -> datetime | None:
    """D:20260304120000Z -> a moment; None for anything else."""
    found = re.match(r"D:(\d{4})(\d\d)(\d\d)", str(stated or ""))
    try:
        year, month, date = map(int, found.groups()) if found else (0, 0, 0)
        return datetime(year, month, date)
    except ValueError:
        return None


# ── a page -> blocks in reading order ────────────────────────────────────────────────────────


@dataclass
class Block:
    """Lines that belong together, or a table's rows."""

    lines: list[Line]
    rows: list[str] = field(default_factory=list)

    @property
    def top(self) -> float:
        return min(line.top for line in self.lines)

    @property
    def bottom(self) -> float:
        return max(line.bottom for line in self.lines)


@dataclass
class Page:
    """The lines of a page, whatever columns they are of, and its ruled tables."""

    lines: list[Line]
    tables: list[Block]
    height: float

    @property
    def edges(self) -> list[Line]:
        """The lines where running heads and feet stand."""
        low, high = EDGE * self.height, (1 - EDGE) * self.height
        return [line for line in self.lines if line.bottom < low or line.top > high]


def read_page(page: Any) -> Page:
    words = [
        w
        for w in page.extract_words(x_tolerance_ratio=SPACE, extra_attrs=["size"])
        if w["text"].strip()
    ]
    tables = []
    for found in page.find_tables():
        raw = found.extract(x_tolerance_ratio=SPACE)
        cells = [row for whole in raw for row in split_row([(c or "").strip() for c in whole])]
        x0, top, x1, bottom = found.bbox
        inside = [
            w
            for w in words
            if x0 <= (w["x0"] + w["x1"]) / 2 <= x1 and top <= (w["top"] + w["bottom"]) / 2 <= bottom
        ]
        if inside and len(cells) > 1 and len(cells[0]) > 1:
            tables.append(Block([Line(inside)], write_rows(cells)))
            words = [w for w in words if w not in inside]
    return Page(find_lines(words), tables, float(page.height))


def lay_out(page: Page, running: Sequence[Line]) -> list[Block]:
    """The blocks of a page in reading order, without its running heads and feet."""
    out = {id(line) for line in running}
    blocks = list(find_blocks([line for line in page.lines if id(line) not in out]))
    for table in page.tables:
        at = next((i for i, b in enumerate(blocks) if b.top > table.top), len(blocks))
        blocks.insert(at, table)
    return blocks


def split_row(cells: Sequence[str]) -> list[list[str]]:
    """A table's row without empty ones; where no rule parts the rows, its cells hold as many lines
    as there are, each three and more."""
    lines = [c.splitlines() for c in cells if c]
    if len(lines) > 1 and len(lines[0]) > 2 and len({len(x) for x in lines}) == 1:
        parts = [c.splitlines() or [""] * len(lines[0]) for c in cells]
        return [[" ".join(c.split()) for c in row] for row in zip(*parts, strict=True)]
    return [[" ".join(c.split()) for c in cells]] if any(cells) else []


def write_rows(cells: Sequence[Sequence[str]]) -> list[str]:
    """A table as Markdown writes it: `corpus` finds its cells again."""
    lines = ["| " + " | ".join(c.replace("|", "/") for c in row) + " |" for row in cells]
    return [lines[0], "|" + " --- |" * len(cells[0]), *lines[1:]]


def find_lines(words: Sequence[dict[str, Any]]) -> list[Line]:
    """Words on one height, from top to bottom, whatever columns they are of; small ones, raised or
    lowered, with the line that they overlap."""
    if not words:
        return []
    usual = statistics.median(w["size"] for w in words)
    rows: list[list[dict[str, Any]]] = []
    large = [w for w in words if w["size"] >= 0.8 * usual]
    for word in sorted(large, key=lambda w: (w["top"] + w["bottom"]) / 2):
        middle = (word["top"] + word["bottom"]) / 2
        if rows:
            last = rows[-1][0]
            if abs(middle - (last["top"] + last["bottom"]) / 2) < 0.4 * max(last["size"], 4):
                rows[-1].append(word)
                continue
        rows.append([word])
    lone = []
    for word in (w for w in words if w["size"] < 0.8 * usual):
        shared = [min(word["bottom"], r[0]["bottom"]) - max(word["top"], r[0]["top"]) for r in rows]
        best = max(range(len(rows)), key=lambda i: shared[i], default=-1)
        near = (
            best >= 0
            and min(max(word["x0"] - w["x1"], w["x0"] - word["x1"]) for w in rows[best])
            < word["size"]
        )
        if near and shared[best] > 0.25 * (word["bottom"] - word["top"]):
            rows[best].append(word)
        else:
            lone.append(word)
    if lone and len(lone) < len(words):
        rows += [line.words for line in find_lines(lone)]
    return sorted(
        (Line(sorted(row, key=lambda w: w["x0"])) for row in rows), key=lambda line: line.top
    )


def cut_line(line: Line) -> list[Line]:
    """A line in pieces wherever the white space is too wide to be one between words."""
    pieces = [[line.words[0]]]
    for before, word in pairwise(line.words):
        if word["x0"] - before["x1"] > GAP * max(word["size"], before["size"]):
            pieces.append([])
        pieces[-1].append(word)
    return [Line(piece) for piece in pieces]


def find_blocks(lines: Sequence[Line]) -> Iterator[Block]:
    """Paragraphs in reading order: over a gutter that parts several lines the left comes first."""
    if not lines:
        return
    band: list[Line] = []
    gutter = find_gutter(lines)
    if gutter is None:
        yield from find_paragraphs_of(lines)
        return
    for line in [*lines, None]:
        crosses = (
            line is None
            or any(w["x0"] < gutter < w["x1"] for w in line.words)
            or not (line.right < gutter or line.left > gutter or is_parted(line, gutter))
        )
        if not crosses and line is not None:
            band.append(line)
            continue
        yield from find_columns(band, gutter)
        band = []
        if line is not None:
            yield from find_paragraphs_of([line])


def is_parted(line: Line, gutter: float) -> bool:
    pieces = cut_line(line)
    return any(a.right < gutter < b.left for a, b in pairwise(pieces))


def find_gutter(lines: Sequence[Line]) -> float | None:
    """Where white space stands between the pieces of most lines; None without one."""
    gaps = [
        (a.right, b.left)
        for line in lines
        for pieces in [cut_line(line)]
        for a, b in pairwise(pieces)
    ]
    if len(gaps) < 3:
        return None
    best, votes = None, 0
    for _, right in gaps:
        at = right - 1.0
        here = sum(a < at < b for a, b in gaps)
        if here > votes:
            best, votes = at, here
    crossing = sum(any(w["x0"] < (best or 0) < w["x1"] for w in line.words) for line in lines)
    return best if votes >= 3 and votes >= crossing * 0.5 else None


def find_columns(band: Sequence[Line], gutter: float) -> Iterator[Block]:
    """The lines between two that cross the gutter: a table, or left column, then right."""
    if not band:
        return
    pieces = [cut_line(line) for line in band]
    parted = [p for p in pieces if len(p) > 1]
    words = [len(piece.words) for p in parted for piece in p]
    if parted and statistics.mean(words) <= WORDS_OF_A_CELL and len(parted) > 1:
        yield from find_grid(band)
        return
    for side in (
        [[w for w in line.words if w["x1"] <= gutter + 1] for line in band],
        [[w for w in line.words if w["x1"] > gutter + 1] for line in band],
    ):
        yield from find_blocks([Line(words) for words in side if words])


def find_grid(band: Sequence[Line]) -> Iterator[Block]:
    """Lines whose pieces stand below each other: rows of a table without rules."""
    edges: list[list[float]] = []
    for line in band:
        for piece in cut_line(line):
            near = next(
                (e for e in edges if e[0] - 2 <= piece.right and piece.left <= e[1] + 2), None
            )
            if near is None:
                edges.append([piece.left, piece.right])
            else:
                near[0], near[1] = min(near[0], piece.left), max(near[1], piece.right)
    edges.sort()
    if len(edges) < 2:
        yield from find_paragraphs_of(band)
        return
    rows = []
    for line in band:
        row = [""] * len(edges)
        for piece in cut_line(line):
            at = next(i for i, (a, b) in enumerate(edges) if a - 2 <= piece.left <= b + 2)
            row[at] = f"{row[at]} {piece.text}".strip()
        rows.append(row)
    yield Block(list(band), write_rows(rows))


def find_paragraphs_of(lines: Sequence[Line]) -> Iterator[Block]:
    """Lines of one column, cut where a paragraph seems to end."""
    usual = statistics.median(line.size for line in lines)
    steps = [b.top - a.top for a, b in pairwise(lines) if b.top > a.top]
    step = statistics.median(steps) if steps else 0.0
    right = max(line.right for line in lines)
    left = min(line.left for line in lines)
    block: list[Line] = []
    for line in lines:
        if block and ends(block[-1], line, step, left, right, usual):
            yield Block(block)
            block = []
        block.append(line)
    yield Block(block)


def ends(last: Line, line: Line, step: float, left: float, right: float, usual: float) -> bool:
    """Whether a new paragraph begins between two lines of a column."""
    if line.top - last.top > LINE_STEP * step and step:
        return True
    if abs(line.size - last.size) > 0.12 * usual:
        return True
    if re.match(r"[•▪◦‣·*–-] |\(?\d{1,2}[.)] ", line.text):
        return True
    closed = last.text[-1:] in '.!?:”"' and last.right < left + 0.85 * (right - left)
    indented = line.left - left > 0.8 * line.size and last.left - left < 0.5 * line.size
    return closed or (indented and last.text[-1:] in '.!?:”"')


# ── pages -> text ────────────────────────────────────────────────────────────────────────────


def join_pages(pages: Sequence[Page]) -> tuple[str, tuple[int, ...]]:
    """The text of all pages and where each begins; a sentence that runs on over a page's end is
    one.  Running heads and feet stand where they first do."""
    seen = Counter(shape for page in pages for shape in {shape_of(line) for line in page.edges})
    shown: set[str] = set()
    words = Counter(
        word.lower()
        for page in pages
        for line in page.lines
        for word in re.findall(r"\w[\w-]*", line.text)
    )
    text, starts = "", []
    for page in pages:
        running = [line for line in page.edges if seen[shape_of(line)] > 1]
        told = []
        for line in running:
            if shape_of(line) not in shown and re.search(r"[^\W\d_]{5}", line.text):
                told.append(line.text)
            shown.add(shape_of(line))
        blocks = lay_out(page, running)
        parts = ["\n".join(b.rows) if b.rows else join_lines(b.lines, words) for b in blocks]
        parts = [*told, *(part for part in parts if part)]
        runs_on = text[-1:].isalpha() or text[-1:] in ",;-"
        if not told and runs_on and parts and parts[0][0].islower():
            text += " "
        elif text:
            text += "\n\n"
        starts.append(len(text))
        text += "\n\n".join(parts)
    return text, tuple(starts)


def shape_of(line: Line) -> str:
    """Its words with any numbers: "page # of #"."""
    return re.sub(r"\d+", "#", line.text.lower())


def join_lines(lines: Sequence[Line], vocabulary: Counter[str]) -> str:
    """Lines as running text, words divided at a line's end made whole.

    A hyphen stays where the text has the word with it elsewhere, and not without."""
    text = ""
    for line in lines:
        following = (
            line.text.replace("\u00ad", "") if not line.text.endswith("\u00ad") else line.text
        )
        cut = HYPHEN.search(text)
        if cut and following[:1].islower():
            rest = re.match(r"[\w-]*", following)
            second = rest.group() if rest else ""
            whole, parted = f"{cut[1]}{second}".lower(), f"{cut[1]}-{second}".lower()
            keep = vocabulary[parted] > vocabulary[whole]
            text = text[: cut.start()] + cut[1] + ("-" if keep else "") + following
        elif cut:
            text += following
        else:
            text = f"{text} {following}" if text else following
    return text
