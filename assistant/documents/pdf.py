"""A PDF's pages -> text as a person reads it: lines joined to paragraphs, headings marked.

pdfplumber finds the words and the ruled tables, `page_layout` a page's blocks in reading order.
What stands at the head or foot of several pages alike is kept where it first stands.
"""

from __future__ import annotations

import io
import math
import re
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from assistant.documents.page_layout import (
    ITEM_LINE,
    Block,
    Line,
    Page,
    has_room,
    lay_out,
    read_page,
)
from assistant.errors import CorpusError

NEAR_SIZE = 0.25  # of the usual letter size: within which sizes that were measured are one
LARGER = 1.12  # of the usual letter size: a heading
WORDS_OF_A_HEADING = 20  # at most
SHARE_BOLD = 0.3  # of a document's letters at most, where a bold line is a heading
SMALL = 0.92  # of the usual letter size at most: a footnote
ROMAN = [
    "",
    "i",
    "ii",
    "iii",
    "iv",
    "v",
    "vi",
    "vii",
    "viii",
    "ix",
    "x",
    "xi",
    "xii",
    "xiii",
    "xiv",
]
PAGE_NUMBER = re.compile(r"(?<![^\W_])(?:\d+|[ivxl]+)(?![^\W_])")  # of a page, a chapter
HYPHEN = re.compile(r"(\w+)[-‐\u00ad]$")
SUSPENDED = re.compile(r"(?:and|or|to)\b")  # "32- or 64-bit"
FOOTNOTE = re.compile(r"(?:\d{1,3}|[¹²³⁴-⁹*†‡§¶]+|\[\d+\])\s*\S")


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
    read_typewritten(pages)
    if not any(map(holds_text, pages)):
        raise CorpusError("holds no text, only pictures: run text recognition (OCR) on it.")
    text, starts = join_pages(pages)
    blank = tuple(n for n, page in enumerate(pages, 1) if not holds_text(page))
    title = " ".join(str(meta.get("Title") or "").split())
    return Pdf(text, starts, title, read_date(meta.get("CreationDate")), blank)


def holds_text(page: Page) -> bool:
    return bool(page.lines or page.tables or page.turned)


def read_typewritten(pages: Sequence[Page]) -> None:
    """Where most words are in a font for code, they are no code; where all are in one font and of
    many sizes, as a scan's are, those near the usual one are of that size."""
    lines = [line for page in pages for line in (*page.lines, *page.turned)]
    words = [w for line in lines for w in line.words]
    if sum(w["code"] for w in words) > len(words) / 2:
        for word in words:
            word["code"] = False
    sizes = Counter(round(w["size"], 1) for w in words)
    if len({w["font"] for w in words}) == 1 and sizes.most_common(1)[0][1] < len(words) / 2:
        usual = statistics.median(w["size"] for w in words)
        for thing in words:
            if abs(thing["size"] - usual) < NEAR_SIZE * usual:
                thing["size"] = usual
        for line in lines:
            if abs(line.size - usual) < NEAR_SIZE * usual:
                line.size = usual


def read_date(stated: object) -> datetime | None:
    """D:20260304120000Z -> a moment; None for anything else."""
    found = re.match(r"D:(\d{4})(\d\d)(\d\d)", str(stated or ""))
    try:
        year, month, date = map(int, found.groups()) if found else (0, 0, 0)
        return datetime(year, month, date)
    except ValueError:
        return None


def join_pages(pages: Sequence[Page]) -> tuple[str, tuple[int, ...]]:
    """The text of all pages and where each begins; a sentence that runs on over a page's end is
    one, behind the page's footnotes.  Running heads and feet stand where they first do, if what
    they say stands nowhere else."""
    running = find_running(pages)
    laid = [lay_out(page, out) for page, out in zip(pages, running, strict=True)]
    words = Counter(
        word.lower()
        for page in pages
        for line in page.lines
        for word in re.findall(r"\w[\w-]*", line.text)
    )
    level_of, body = find_headings(laid)
    shown = "\n".join(letters_of(line) for blocks in laid for b in blocks for line in b.lines)
    text, starts = "", []
    for page, blocks, out in zip(pages, laid, running, strict=True):
        heads, feet = list[str](), list[str]()
        middle = statistics.median(line.top for line in page.lines) if page.lines else 0.0
        for line in out:
            if letters_of(line) not in shown and re.search(r"[^\W\d_]{5}", line.text):
                (heads if line.top < middle else feet).append(line.text)
            shown += "\n" + letters_of(line)
        parts = write_blocks(put_notes_first(blocks, body), level_of, words)
        parts[len(parts) - (1 if parts and may_go_on(parts[-1]) else 0) : 0] = feet
        if parts and parts[0][0].islower() and may_go_on(text):
            text, parts[0] = divide(text, parts[0], words)
            parts[1:1] = heads
        else:
            text += "\n\n" if text else ""
            parts = heads + parts
        starts.append(len(text))
        text += "\n\n".join(parts)
    return text, tuple(starts)


def may_go_on(text: str) -> bool:
    """Whether a sentence may go on behind it."""
    return text[-1:].isalnum() or text[-1:] in (",", ";", "-")


def find_running(pages: Sequence[Page]) -> list[list[Line]]:
    """The running heads and feet of each page: what stands on several to the letter, or alike but
    for a number that counts them."""
    edges = [(n, line) for n, page in enumerate(pages) for line in page.edges]
    same = Counter(text for _, text in {(n, line.text) for n, line in edges})
    alike = Counter(key for _, key in {(n, k) for n, line in edges for k in shapes_of(line, n)})
    steps = Counter(step for _, step in {(n, page_number_of(line) - n) for n, line in edges})
    counting = {step for step, count in steps.items() if count > max(2, len(pages) / 3)}
    running = [list[Line]() for _ in pages]
    for n, line in edges:
        counts = page_number_of(line) - n in counting or any(
            alike[k] > 1 for k in shapes_of(line, n)
        )
        # "Schedule 2" in bold letters on page 2 is a heading
        if same[line.text] > 1 or (counts and (pages[n].is_near_edge(line) or not line.bold)):
            running[n].append(line)
    return running


def shapes_of(line: Line, page: int) -> set[tuple[str, int]]:
    """Its words with any numbers, "page # of #", and by how much each is ahead of the page's."""
    text = line.text.lower()
    shape = PAGE_NUMBER.sub("#", text)
    numbers = [int(n) for n in re.findall(r"(?<![\d.,])\d{1,4}(?![\d.,]*\d)", text)]
    numbers += [ROMAN.index(word) for word in text.split() if word in ROMAN]
    return {(shape, number - page) for number in numbers}


def page_number_of(line: Line) -> float:
    """The number that a line ends in; not a number where it ends in none."""
    found = re.search(r"(?<![\w.,])\d{1,4}$", line.text)
    return int(found.group()) if found else math.nan


def write_blocks(
    blocks: Sequence[Block], level_of: Callable[[Block], int], vocabulary: Counter[str]
) -> list[str]:
    """A page's blocks as text, a list's items in one."""
    parts: list[str] = []
    for block in blocks:
        text = write(block, level_of, vocabulary)
        if parts and ITEM_LINE.match(text) and ITEM_LINE.match(parts[-1]):
            parts[-1] += "\n" + text
        elif text:
            parts.append(text)
    return parts


def write(block: Block, level_of: Callable[[Block], int], vocabulary: Counter[str]) -> str:
    if block.rows:
        return "\n".join(block.rows)
    level = level_of(block)
    text = join_lines(block.lines, vocabulary, 0.0 if level else block.room)
    if not any(map(str.isalnum, text)):  # an ornament
        return ""
    return f"{'#' * level} {text}" if level else text


def find_headings(pages: Sequence[Sequence[Block]]) -> tuple[Callable[[Block], int], float]:
    """What tells a heading's level, 0 for none, and the usual size of letters: headings are
    larger, each size a level, or bold lines of their own."""
    letters = Counter[float]()
    bold = Counter[bool]()
    for block in (b for blocks in pages for b in blocks):
        for line in block.lines:
            count = sum(len(w["text"]) for w in line.words)
            letters[round(line.size, 1)] += count
            bold[line.bold] += count
    body = letters.most_common(1)[0][0] if letters else 0.0
    few_bold = bold[True] <= SHARE_BOLD * bold.total()

    def could_head(block: Block) -> bool:
        said = " ".join(line.text for line in block.lines)
        return (
            not block.rows
            and len(said.split()) <= WORDS_OF_A_HEADING
            and re.search(r"[^\W\d_]{3}", said) is not None
            and said[-1] not in ".,;"
            and not any(line.leads for line in block.lines)
        )

    def is_larger(block: Block) -> bool:
        return block.size > LARGER * body

    def style_of(block: Block) -> tuple[int, bool]:
        return round(block.size), all(line.bold for line in block.lines)

    headings = [[b for b in blocks if could_head(b)] for blocks in pages]
    sizes = sorted({round(b.size) for of in headings for b in of if is_larger(b)}, reverse=True)
    on_title_page = {id(b) for b in headings[0]} if headings[1:] else set()
    later = {style_of(b) for of in headings[1:] for b in of}

    def level_of(block: Block) -> int:
        size, bold = style_of(block)
        if not could_head(block):
            return 0
        if id(block) in on_title_page and size not in sizes[:1] and (size, bold) not in later:
            return 0  # who wrote it, and when
        if is_larger(block):
            return min(6, 1 + sizes.index(size))
        lone = few_bold and bold and len(block.lines) < 3
        return min(6, 1 + len(sizes)) if lone and block.size > SMALL * body else 0

    return level_of, body


def put_notes_first(blocks: list[Block], body: float) -> list[Block]:
    """A page's blocks, its footnotes before a last paragraph that runs on over the page's end."""
    at = len(blocks)
    while at and not blocks[at - 1].rows and blocks[at - 1].size <= SMALL * body:
        at -= 1
    notes = blocks[at:]
    if not at or not notes or not FOOTNOTE.match(notes[0].lines[0].text):
        return blocks
    last = blocks[at - 1]
    if last.rows or not may_go_on(last.lines[-1].text):
        return blocks
    return [*blocks[: at - 1], *notes, last]


def letters_of(line: Line) -> str:
    return re.sub(r"[\W\d_]+", "", line.text.lower())


def join_lines(lines: Sequence[Line], vocabulary: Counter[str], room: float = 0.0) -> str:
    """Lines as running text.  `room`: how far right lines could reach.  Where most end before a
    word that would have had room, as those of an address, they stay lines, but before a small
    letter; entries of a table of contents do."""
    text = lines[0].text
    short = [has_room(a, b, room) and not HYPHEN.search(a.text) for a, b in pairwise(lines)]
    kept = sum(short) >= len(short) / 2
    for (before, line), fits in zip(pairwise(lines), short, strict=True):
        if (
            before.leads
            or (line.leads and text[-1].isdigit())
            or (fits and before.bold)
            or (kept and is_line_apart(before, line))
        ):
            text += "\n" + line.text
        else:
            text = "".join(divide(text, line.text, vocabulary))
    return text.replace("\u00ad", "")


def is_line_apart(before: Line, line: Line) -> bool:
    """Whether, in an address, a line is one of its own."""
    return not (line.text[0].islower() or HYPHEN.search(before.text))


def divide(text: str, following: str, vocabulary: Counter[str]) -> tuple[str, str]:
    """Two lines as running text, cut between them; a word divided at the end of the first is made
    whole.

    A hyphen stays where the text has the word with it elsewhere, and not without; behind a figure;
    and, as the space behind it does, before "and" and "or"."""
    cut = HYPHEN.search(text)
    if cut and SUSPENDED.match(following):
        return f"{text} ", following
    if cut and following[:1].islower():
        rest = re.match(r"[\w-]*", following)
        second = rest.group() if rest else ""
        whole, parted = f"{cut[1]}{second}".lower(), f"{cut[1]}-{second}".lower()
        keep = vocabulary[parted] > vocabulary[whole] or cut[1][-1].isdigit()
        return text[: cut.start()] + cut[1] + ("-" if keep else ""), following
    if cut or (text.endswith("/") and re.match(r"[\w.]", following)):
        return text, following
    return f"{text} ", following
