"""A cell of a table by its row and its column, as the question names them.

The reader finds a cell by the words around it, and takes the next column's, or another row's, where
these look alike.  Which row and which column are asked for is told by form: by the row's label (its
first cell) and the column's head, each with all of its words in the question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.documents.chunk import find_context
from assistant.language.english import AUXILIARY, LARGEST, SMALLEST
from assistant.language.fold import fold
from assistant.language.terms import find_numbers, stems, words
from assistant.records import Asked, Document, Hit, Range, Span, Table

CELL_RIGHT = 0.9  # the share of cells so found that is right, about: eval/bench_tables.py


@dataclass(frozen=True)
class Cell:
    """Where a candidate stands in a table: in the row of `label`, under `head`, among these; both
    are "" where it stands in the first column.  `row` holds the row's other cells."""

    label: str
    head: str
    labels: tuple[str, ...]
    heads: tuple[str, ...]
    row: str


def locate_cell(document: Document, start: int, end: int) -> Cell | None:
    """The cell that `document.text[start:end]` lies in; None where it lies in none."""
    table = document.table_at(start)
    if table is None:
        return None
    text = document.text
    for row in table.rows:
        for column, (a, b) in enumerate(row):
            if a <= start and end <= b:
                own = column > 0
                return Cell(
                    text[slice(*row[0])] if own else "",
                    text[slice(*table.head[column])] if own and column < len(table.head) else "",
                    tuple(text[slice(*r[0])] for r in table.rows),
                    tuple(text[slice(*h)] for h in table.head),
                    " ".join(text[slice(*c)] for i, c in enumerate(row) if i != column),
                )
    return None


def terms_of(text: str) -> frozenset[str]:
    """What tells a label or a head: its stems, and its numbers by value."""
    return stems(text) | find_numbers(text)


UNIT = re.compile(r"\s*(?:[(\[,/].*|\bin\b.*)$", re.DOTALL)  # "Weight (kg)", "Price in euros"


def named(asked: Asked, texts: Iterable[str]) -> list[str]:
    """Those that the question names with all of their words; of "Ridge" and "Ridge 2" the
    longer one alone."""
    wanted = terms_of(asked.text)
    whole = {t: terms_of(t) for t in texts if terms_of(t) and terms_of(t) <= wanted}
    return [t for t, own in whole.items() if not any(own < other for other in whole.values())]


def named_heads(asked: Asked, heads: Iterable[str]) -> list[str]:
    """The heads of columns that it names, with or without their units."""
    plain = {head: UNIT.sub("", head) or head for head in heads}
    found = set(named(asked, plain.values()))
    return [head for head, text in plain.items() if text in found]


def find_another(asked: Asked, cell: Cell) -> str:
    """Why a cell is not the one asked for: the question names another column or row, or a column
    and no row, and nothing in the cell's own row is of the question; "" if it may be."""
    columns = named_heads(asked, cell.heads[1:])
    if cell.head and columns and cell.head not in columns:
        return f"it stands under {cell.head}, not {columns[0]}"
    rows = named(asked, cell.labels)
    if cell.label and rows and cell.label not in rows:
        return f"it stands in the row {cell.label}, not {rows[0]}"
    of_row = terms_of(f"{cell.label} {cell.row}") & terms_of(asked.text)
    if cell.label and columns and not of_row and len(cell.labels) > 1:
        return f"it stands in the row {cell.label}"
    return ""


def find_cell(asked: Asked, hits: Sequence[Hit], lookup: Callable[[str], Document]) -> Span | None:
    """The one cell, of the tables that were read, whose row and column the question names; None
    where none is, or several with different words are."""
    if asked.whether or asked.negated:
        return None
    found: dict[tuple[str, int, int], tuple[int, Span]] = {}
    wanted = terms_of(asked.text)
    names = {w for name in asked.names for w in words(name)}
    for i, hit in enumerate(hits):
        document, chunk = lookup(hit.chunk.doc_id), hit.chunk
        lead = chunk.text[: chunk.text.find("\n") + 1]  # what stands before the table
        above = f"{find_context(document, chunk)}\n{lead}"
        for table in tables_of(document, chunk.start, chunk.end):
            for row, cell in cells_named(asked, document, table):
                whole = f"{above}\n{document.text[row[0][0] : row[-1][1]]}"
                if cell[0] == cell[1] or not in_chunk(row, hit):
                    continue
                if not names <= {*words(whole), *words(chunk.text)}:
                    continue
                score = len(wanted & terms_of(whole))
                span = Span(document.doc_id, *cell, document.text[slice(*cell)], 0.0, i)
                found.setdefault((document.doc_id, *cell), (score, span))
    best = max((score for score, _ in found.values()), default=0)
    spans = [span for score, span in found.values() if score == best]
    return spans[0] if spans and len({fold(s.text) for s in spans}) == 1 else None


def find_like_rows(asked: Asked, document: Document, start: int, end: int) -> list[Range]:
    """The cells of a column, that of the cell at `start:end`, in all rows that hold the same as its
    own where that is what the question names: all surgeons, of the names in the rows of a surgeon.
    Empty where the question names nothing that other rows hold too."""
    table = document.table_at(start)
    if table is None:
        return []
    text, wanted = document.text, terms_of(asked.text)
    for row in table.rows:
        own = next((i for i, (a, b) in enumerate(row) if a <= start and end <= b), None)
        if own is None:
            continue
        for column, cell in enumerate(row):
            value = text[slice(*cell)]
            if column == own or not terms_of(value) or not terms_of(value) <= wanted:
                continue
            like = [r for r in table.rows if len(r) > max(own, column)]
            like = [r for r in like if fold(text[slice(*r[column])]) == fold(value)]
            if len(like) > 1:
                return [r[own] for r in like]
    return []


@dataclass(frozen=True)
class Extreme:
    """The row of a table with the largest or smallest value of a column: what of it is asked for,
    and the rows that were compared, this one first, then as they stand."""

    doc_id: str
    words: Range
    rows: tuple[tuple[Range, ...], ...]


VALUE = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?")
TOTALS = {"total", "sum", "all", "overall", "average", "mean"}  # labels of rows that add others up
EXTREMES = LARGEST | SMALLEST


def find_extreme(
    asked: Asked, hits: Sequence[Hit], lookup: Callable[[str], Document]
) -> Extreme | None:
    """Which row has the most or least, of the one table that has the column that the question names
    and of which all that it asks is told; None where no cell may be compared with all others."""
    said = words(asked.text)
    wanted = [w for w in said if w in EXTREMES]
    if len(wanted) != 1 or asked.negated or said[0] not in ("which", "who", "what", "whose"):
        return None
    sign = 1 if wanted[0] in LARGEST else -1
    found: dict[tuple[str, int], Extreme] = {}
    for hit in hits:
        document = lookup(hit.chunk.doc_id)
        for table in tables_of(document, hit.chunk.start, hit.chunk.end):
            above = f"{find_context(document, hit.chunk)}\n{hit.chunk.text.split(chr(10))[0]}"
            if extreme := compare_rows(asked, document, table, above, sign):
                found[document.doc_id, table.start] = extreme
    return next(iter(found.values())) if len(found) == 1 else None


def compare_rows(
    asked: Asked, document: Document, table: Table, above: str, sign: int
) -> Extreme | None:
    text = document.text
    heads = [text[slice(*h)] for h in table.head]
    columns = named_heads(asked, heads[1:])
    told = terms_of(f"{above} {' '.join(heads)}")
    if len(columns) != 1 or terms_of(asked.text) - told - EXTREMES:
        return None
    column = heads.index(columns[0])
    rows = [row for row in table.rows if not TOTALS & set(words(text[slice(*row[0])]))]
    if len(rows) < 2 or any(len(row) <= column for row in rows):
        return None
    cells = [text[slice(*row[column])] for row in rows]
    values = [VALUE.findall(cell) for cell in cells]
    units = {VALUE.sub("", cell).strip() for cell in cells}
    if len(units) > 1 or any(len(value) != 1 for value in values):
        return None
    numbers = [sign * float(v[0].replace(",", "").replace("−", "-")) for v in values]
    best = max(numbers)
    if numbers.count(best) > 1:
        return None
    row = rows[numbers.index(best)]
    # "What is the highest price?" asks for the price, "What tool has …?" for the tool
    of_value = words(asked.text)[:1] == ("what",) and words(asked.text)[1] in AUXILIARY - {"has"}
    others = tuple(r for r in rows if r is not row)
    return Extreme(document.doc_id, row[column] if of_value else row[0], (row, *others))


def tables_of(document: Document, start: int, end: int) -> Iterator[Table]:
    return (t for t in document.tables if t.start < end and start < t.end)


def in_chunk(row: Sequence[Range], hit: Hit) -> bool:
    return hit.chunk.start <= row[0][0] < hit.chunk.end


def cells_named(
    asked: Asked, document: Document, table: Table
) -> Iterator[tuple[tuple[Range, ...], Range]]:
    """(row, cell) where the question names one column and the row.  A row that goes by a number
    ("512") is named only with a word of its column's head ("block size"); where rows share their
    labels, another cell must be named too."""
    text = document.text
    heads = [text[slice(*h)] for h in table.head]
    columns = named_heads(asked, heads[1:])
    labels = {text[slice(*row[0])] for row in table.rows}
    rows = named(asked, labels)
    if len(columns) != 1 or len(rows) != 1 or heads.count(columns[0]) != 1:
        return
    if not stems(rows[0]) - find_numbers(rows[0]) and not stems(heads[0]) & asked.stems:
        return
    column = heads.index(columns[0])
    for row in table.rows:
        if text[slice(*row[0])] == rows[0] and column < len(row):
            others = [text[slice(*c)] for i, c in enumerate(row) if i not in (0, column)]
            if len(labels) == len(table.rows) or named(asked, others):
                yield row, row[column]
