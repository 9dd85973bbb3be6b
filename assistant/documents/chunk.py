"""Document -> Chunks with exact offsets.

A chunk is a window of up to `paragraphs` neighbouring paragraphs, moved on by one, so that a
one-sentence paragraph keeps its neighbours; a paragraph longer than a chunk is cut at sentences.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator

from assistant.language.lines import in_code
from assistant.records import Chunk, Document, Range, Table

PARAGRAPHS = 3  # in a chunk at most: one-sentence paragraphs of news need their neighbours
ROWS = 500  # of a table's rows, about
LEAD_CHARS = 200  # of the paragraph before a table that is read with its rows, at most
CHARS = 900  # in a chunk at most: about the 256 word pieces that the embedder reads

HEADING_MARK = re.compile(r"(#{1,6}) +\S")
DEEPEST = 6  # level of a heading
HEADINGS = 2  # above a chunk, that are read with it
HEADING_CHARS = 100  # of each
LOOKED_BACK = 300  # paragraphs in which its headings are looked for


def cut_chunks(document: Document) -> list[Chunk]:
    """Windows over the indexed part of a document; each is at most `CHARS` characters long,
    unless a single sentence is longer."""
    found = [c for table in document.tables for c in cut_table(document, table)]
    reached = 0
    units = [
        u
        for p in indexed_paragraphs(document)
        if document.table_at(p[0]) is None
        for u in cut_paragraph(document, p)
    ]
    for first in range(len(units)):
        last = first
        while (
            last + 1 < len(units)
            and last + 1 - first < PARAGRAPHS
            and units[last + 1][1] - units[first][0] <= CHARS
            and not skips(document, units[last][1], units[last + 1][0])
            and not any(units[last][1] <= t.start < units[last + 1][0] for t in document.tables)
        ):
            last += 1
        start, end = units[first][0], units[last][1]
        if end > reached:  # else the window lies inside the one before
            found.append(
                Chunk(document.doc_id, document.sha256, start, end, document.text[start:end])
            )
            reached = end
    return sorted(found, key=lambda c: c.start)


def find_context(document: Document, chunk: Chunk) -> str:
    """What a reader sees above a chunk and cannot know from its words: the document's title, and
    the headings of the parts that it lies in, ended by a line break; "" where it begins with them.

    >>> document = make_document("a.md", "# Kit\\n\\n## Tent\\n\\nIt weighs two kilos.")
    ... # doctest: +SKIP
    """
    begins = document.text[chunk.start : chunk.end]
    level = (not in_code(document.text, chunk.start) and heading_level(begins)) or DEEPEST + 1
    path: list[str] = []
    first = bisect.bisect_left(document.paragraphs, chunk.start, key=lambda p: p[0])
    for start, end in reversed(document.paragraphs[max(0, first - LOOKED_BACK) : first]):
        text = document.text[start:end]
        if 0 < (here := heading_level(text)) < level and not in_code(document.text, start):
            path.insert(0, text.split("\n")[0].strip("#* ").strip())
            level = here
    told = [document.title, *(p for p in path[-HEADINGS:] if p != document.title)]
    begins = chunk.text.lstrip("#* ")
    shown = [part[:HEADING_CHARS] for part in told if part and not begins.startswith(part)]
    return " – ".join(shown) + "\n" if shown else ""


def heading_level(text: str) -> int:
    """The level of the heading that a paragraph begins with, from 1; 0 for none."""
    found = HEADING_MARK.match(text)
    return len(found[1]) if found else 0


def indexed_paragraphs(document: Document) -> list[Range]:
    """The paragraphs outside the skipped ranges."""
    return [(start, end) for start, end in document.paragraphs if not skips(document, start, end)]


def skips(document: Document, start: int, end: int) -> bool:
    """Whether some of `start:end` is marked as not to be indexed."""
    return any(a < end and start < b for a, b in document.skipped)


def cut_paragraph(document: Document, paragraph: Range) -> list[Range]:
    """The paragraph, or, where it is too long, runs of its sentences that fit."""
    start, end = paragraph
    if end - start <= CHARS:
        return [paragraph]
    runs: list[Range] = []
    for a, b in document.sentences_at(start, end):
        if runs and b - runs[-1][0] <= CHARS:
            runs[-1] = runs[-1][0], b
        else:
            runs.append((a, b))
    return runs


def cut_table(document: Document, table: Table) -> Iterator[Chunk]:
    """A table's rows in runs that fit, each cell behind its head: "kettle: Price 35 euros; …",
    under the paragraph before the table, or, where none is, as in a csv file, under the document's
    title, which is read but is no part of the text.  So a cell is found, and read, by its row and
    by its column."""
    if skips(document, table.start, table.end):
        return
    above = [p for p in document.paragraphs if p[1] <= table.start][-1:]
    lead = [p for p in above if p[1] - p[0] <= LEAD_CHARS and not document.table_at(p[0])]
    rows = list(table.rows)
    while rows:
        text, parts = "" if above else f"{document.title}\n", []
        taken: list[tuple[Range, ...]] = []
        for start, end in lead:
            parts.append((0, start, end))
            text = document.text[start:end] + "\n"
        while rows and (not taken or len(text) < ROWS):
            taken.append(rows.pop(0))
            for piece in row_pieces(table, taken[-1]):
                if isinstance(piece, tuple):
                    parts.append((len(text), *piece))
                    text += document.text[slice(*piece)]
                else:
                    text += piece
        yield Chunk(
            document.doc_id,
            document.sha256,
            taken[0][0][0],
            max(end for _, end in taken[-1]),
            text.rstrip(),
            tuple(parts),
        )


def row_pieces(table: Table, row: tuple[Range, ...]) -> Iterator[Range | str]:
    """A row as its reader sees it: slices of the document, and what is set between them."""
    first, *cells = row
    yield first
    yield " –"
    heads = dict(enumerate(table.head))
    between = " "
    for i, cell in enumerate(cells, start=1):
        if cell[0] == cell[1]:
            continue
        yield between
        if i in heads and heads[i][0] < heads[i][1]:
            yield heads[i]
            yield ": "
        yield cell
        between = "; "
    yield "\n"
