"""Files -> Documents.  Finds files, paragraphs and title, marks what is not to be indexed.

Knows nothing of chunks or the index.  The text of a document is what `formats` reads: cleaning
marks ranges and never edits.
"""

from __future__ import annotations

import hashlib
import html
import math
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median

from assistant.documents import formats
from assistant.documents.chunk import heading_level
from assistant.documents.formats import Extract
from assistant.documents.isolated import read_files
from assistant.errors import CorpusError
from assistant.language.lines import find_line_ends, find_wraps, in_code
from assistant.language.sentences import sentences
from assistant.records import Document, Range, Table

# One paragraph that is furniture of a web page wherever it stands.
FURNITURE = re.compile(
    r"to view this video please enable javascript"
    r"|(?:please )?enable javascript\b.{0,80}$"
    r"|your browser does not support\b"
    r"|(?:advertisement|advertising|sponsored content|skip ad|story continues below.{0,30})$"
    r"|(?:share|save|print|copy link|share this (?:article|story|page)|e-?mail this)$"
    r"|sign up (?:for|to) (?:our|the)\b.{0,80}newsletter"
    r"|(?:we use|this (?:site|website) uses) cookies\b"
    r"|(?:read more|see also|related|watch|recommended)\s*:.{0,200}$"
    r"|(?:©|\(c\)|copyright ©).{0,120}$",
    re.IGNORECASE,
)
# A short line from which on, to the end, a page is no longer the article.
TAIL = re.compile(
    r"(?:editorial context(?: (?:&|and) insight)?|about the authors?|related (?:articles|stories"
    r"|topics|content)|more on this (?:story|topic)|read next|recommended for you|most (?:read"
    r"|popular|viewed)|comments \(\d+\)|leave a (?:reply|comment)|share this article"
    r"|follow us(?: on .{1,40})?|subscribe(?: now)?|newsletter)[:.]?",
    re.IGNORECASE,
)

# The end of a line of a table of contents: dots, or an ellipsis, up to a page's number.
LEADERS = re.compile(r"(?:(?:\s?\.){4,}| …)\s?(\d{1,6}|[ivxlc]{1,6})$")


def load_documents(folder: Path, encoding: str = "") -> tuple[list[Document], list[str]]:
    """All documents below `folder`, and a line for each file, or part of one, that is not read.

    Hidden files are left out.  `encoding`: as in `formats.read`.  Raises CorpusError when the
    folder is missing or no document can be read.
    """
    if not folder.is_dir():
        raise CorpusError(f"There is no folder {folder}: name a folder that holds documents.")
    documents, left_out = [], find_oddities(folder)
    known = []
    for path in find_files(folder):
        if path.suffix.lower() in formats.SUFFIXES:
            known.append(path)
        else:
            name = path.relative_to(folder).as_posix()
            left_out.append(f"{name}: {path.suffix} files are not read.")
    for path, found in zip(known, read_files(known, encoding), strict=True):
        doc_id = path.relative_to(folder).as_posix()
        if isinstance(found, Exception):
            left_out.append(f"{doc_id}: {found}")
        else:
            documents.append(make_document(doc_id, found))
            left_out += [f"{doc_id}: {note}" for note in found.notes]
    left_out.sort()
    if not documents:
        reason = f" ({left_out[0]})" if left_out else ""
        kinds = " or ".join(sorted(formats.SUFFIXES - {""}))
        raise CorpusError(f"No document in {folder}{reason}: put {kinds} files there.")
    return tell_apart(documents), left_out


def find_files(folder: Path) -> list[Path]:
    """The files below a folder in a fixed order, without hidden ones; also those that a link leads
    to, but nothing in folders that it does."""
    return [p for p in list_below(folder) if is_file(p)]


def find_oddities(folder: Path) -> list[str]:
    """A line for each thing below a folder that is no file of its own: links, pipes, devices."""
    inside, found = folder.resolve(), []
    for path in list_below(folder):
        try:
            what = find_oddity(inside, path)
        except (OSError, RuntimeError):  # of a folder that may not be entered; a link in a circle
            what = "cannot be looked at."
        if what:
            found.append(f"{path.relative_to(folder).as_posix()}: {what}")
    return found


def find_oddity(inside: Path, path: Path) -> str:
    """What is odd about a path below the folder `inside`; "" if nothing.  Raises OSError."""
    if path.is_symlink():
        if not is_file(path):
            return "a link to no file; links to folders are not followed."
        there = path.resolve()
        known = path.suffix.lower() in formats.SUFFIXES
        return "" if there.is_relative_to(inside) or not known else f"a link, read from {there}."
    if path.is_dir():
        entered = os.access(path, os.R_OK | os.X_OK)
        return "" if entered else "a folder that may not be entered."
    return "" if path.is_file() else "neither a file nor a folder."


def list_below(folder: Path) -> list[Path]:
    """All below a folder that is not hidden, in a fixed order."""
    return sorted(
        path
        for path in folder.rglob("*")
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def is_file(path: Path) -> bool:
    with suppress(OSError, RuntimeError):  # a link in a circle
        return path.is_file()
    return False


def tell_apart(documents: list[Document]) -> list[Document]:
    """With the file's name in the title of those that have one in common."""
    titles = Counter(d.title for d in documents)
    return [
        replace(d, title=f"{d.title} ({d.doc_id})") if titles[d.title] > 1 else d for d in documents
    ]


def make_document(doc_id: str, found: Extract | str) -> Document:
    """A document with its paragraphs found and its furniture marked."""
    if isinstance(found, str):
        found = Extract(found)
    text = found.text
    tables = find_tables(text)
    blocks = cut_at_tables(find_paragraphs(text, found.body), tables, text)
    front = ((0, found.body),) if found.body else ()
    return Document(
        doc_id=doc_id,
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        text=text,
        # a name, not a quote: what Markdown's "&#8230;" stands for
        title=html.unescape(found.title or title_of(doc_id, text, blocks)),
        paragraphs=blocks,
        sentences=tuple(find_sentences(text, blocks, tables)),
        skipped=front + find_furniture(text, blocks),
        pages=found.pages,
        date=found.date,
        tables=tables,
    )


def find_paragraphs(text: str, body: int = 0) -> tuple[Range, ...]:
    """Blocks between blank lines, from offset `body` on.  In a text without any, each line is a
    paragraph, unless the lines are those of hard-wrapped prose."""
    blank = re.search(r"\S\s*\n[^\S\n]*\r?\n", text[body:])
    breaks = r"\n[^\S\n]*\n\s*" if blank else r"\n\s*"
    if not blank and wrapped(text[body:]):
        breaks = r"\Z"
    found = []
    cursor = body
    for gap in [*re.compile(breaks).finditer(text, body), None]:
        end = gap.start() if gap else len(text)
        block = text[cursor:end]
        if block.strip():
            start = cursor + len(block) - len(block.lstrip())
            found.append((start, start + len(block.strip())))
        cursor = gap.end() if gap else len(text)
    return tuple(found)


VALUE_CELL = re.compile(r"[-+−~<>≤≥]?\s?[$€£¥]?\d(?!(?<=[12])(?:9|0)\d\d\b)")  # no year
CELL = re.compile(r"(?:\\\||[^|\n])*")
RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")


def find_tables(text: str) -> tuple[Table, ...]:
    """Tables as Markdown writes them: a line of heads, one of dashes, and the rows."""
    if "|" not in text:
        return ()
    lines = [m.span() for m in re.finditer(r"[^\n]+", text)]
    found, i = [], 1
    while i < len(lines):
        (a, b), (c, d) = lines[i - 1], lines[i]
        ruled = "|" in text[a:b] and "-" in text[c:d] and RULE.fullmatch(text, c, d)
        i += 1
        if not ruled or c != b + 1:
            continue
        rows = []
        while (
            i < len(lines) and lines[i][0] == lines[i - 1][1] + 1 and "|" in text[slice(*lines[i])]
        ):
            rows.append(find_cells(text, *lines[i]))
            i += 1
        head, rows = find_cells(text, a, b), [row for row in rows if row]
        if head and rows and not heads_columns([text[slice(*cell)] for cell in head]):
            head, rows = (head[0][:1] * 2,) * len(head), [head, *rows]
        if head and rows:
            found.append(Table(head, tuple(rows)))
    return tuple(found)


def heads_columns(cells: Sequence[str]) -> bool:
    """Whether a table's first row heads its columns: not one whose label alone ends in a colon,
    nor, of two cells, one that begins with a figure ("Samples total | 976,158") that is no year."""
    figure = len(cells) == 2 and VALUE_CELL.match(cells[1])
    labelled = cells[0].endswith(":") and not all(cell.endswith(":") for cell in cells)
    return not figure and not labelled


def find_cells(text: str, start: int, end: int) -> tuple[Range, ...]:
    """The cells of a line, without the white space around them; empty ones too."""
    line = text[start:end]
    start += len(line) - len(line.lstrip(" \t|"[:2]))
    if text[start : start + 1] == "|":
        start += 1
    end = start + len(text[start:end].rstrip())
    cells, at = [], start
    while at < end:
        stop = CELL.match(text, at, end).end()  # type: ignore[union-attr]  # it matches nothing too
        words = text[at:stop]
        lead = len(words) - len(words.lstrip())
        cells.append((at + lead, at + lead + len(words.strip())))
        at = stop + 1
    return tuple(cells)


def cut_at_tables(
    blocks: tuple[Range, ...], tables: Sequence[Table], text: str
) -> tuple[Range, ...]:
    """The paragraphs, each table one of its own."""
    cut: list[Range] = []
    for start, end in blocks:
        for table in tables:
            if start <= table.start and table.end <= end:
                before = text[start : table.start].rstrip(" \t\n|")
                if before:
                    cut.append((start, start + len(before)))
                cut.append((table.start, table.end))
                rest = text[table.end : end].lstrip(" \t\n|")
                start = end - len(rest)
        if start < end:
            cut.append((start, end))
    return tuple(cut)


def find_sentences(text: str, blocks: Sequence[Range], tables: Sequence[Table]) -> Iterator[Range]:
    """The sentences of paragraphs; of a table its lines; an item of a list begins one, and so does
    a line after one that stands alone.  Fenced code is cut at no line."""
    ruled = {(table.start, table.end): table for table in tables}
    prose = [block for block in blocks if block not in ruled and not in_code(text, block[0])]
    wraps = [length for block in prose for length in find_wraps(text, *block)]
    room = median(wraps) if wraps else math.inf
    for block in blocks:
        if block in ruled:
            table = ruled[block]
            yield from (span for cells in (table.head, *table.rows) if (span := line_of(cells)))
            continue
        cuts = {m.start() + 1 for m in ITEM.finditer(text, *block)}
        cuts |= {at for at in find_line_ends(text, *block, room) if not in_code(text, at)}
        for a, b in pairwise([block[0], *sorted(cuts), block[1]]):
            yield from sentences(text, a, b)


ITEM = re.compile(r"\n(?=[ \t>]*(?:[-*+•]|\d{1,3}[.)]) +\S)")


def line_of(cells: Sequence[Range]) -> Range | None:
    """From the first to the last cell that holds something."""
    full = [c for c in cells if c[0] < c[1]]
    return (full[0][0], full[-1][1]) if full else None


def wrapped(text: str) -> bool:
    """Whether line breaks fall inside sentences: most lines are long and end in mid-sentence."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    open_ended = [len(line) > 40 and line[-1:] not in '.!?"”:' for line in lines[:-1]]
    return len(lines) > 3 and sum(open_ended) > len(lines) / 2


def title_of(doc_id: str, text: str, found: tuple[Range, ...]) -> str:
    """A Markdown heading, a short first line that is no sentence nor a table's head, or the file's
    name."""
    first = text[slice(*found[0])] if found else ""
    if heading := re.match(r"#{1,6}\s+(.+?)\s*#*$", first.splitlines()[0] if first else ""):
        return heading.group(1)
    if "\n" not in first and len(first) < 120 and first[-1:] not in '.!?:;,|"”' and len(found) > 1:
        return first
    name = doc_id.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return re.sub(r"[-_]+", " ", name).strip().capitalize() or doc_id


def find_furniture(text: str, found: tuple[Range, ...]) -> tuple[Range, ...]:
    """What is not the article: single paragraphs, and all from a closing heading on.

    A closing heading counts only as a whole short paragraph in the latter half of the text; one
    that is marked as such, only where none of its level comes after it.
    """
    skipped = []
    levels = [heading_level(text[start:end]) for start, end in found]
    for number, (start, end) in enumerate(found):
        level = levels[number]
        block = re.sub(r"\s+", " ", text[start + level : end]).strip()
        if (
            TAIL.fullmatch(block)
            and start > len(text) / 2
            and not (level and any(0 < other <= level for other in levels[number + 1 :]))
        ):
            skipped.append((start, len(text)))
            break
        if FURNITURE.match(block) or lists_pages(text[start:end]):
            skipped.append((start, end))
    return tuple(skipped)


def lists_pages(block: str) -> bool:
    """Whether most lines of a paragraph, and three at least, are those of a table of contents:
    they lead to numbers that do not fall."""
    lines = block.splitlines()
    found = [m[1] for line in lines if (m := LEADERS.search(line[-60:]))]
    pages = [int(number) for number in found if number.isdigit()]
    return len(found) > max(2, len(lines) / 2) and pages == sorted(pages)
