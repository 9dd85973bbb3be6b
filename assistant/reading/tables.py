"""A cell of a table by its row and column, as the question names them; what rows make a list
or have the most.

The reader finds a cell by the words around it, and takes the next column's, or another row's, where
these look alike.  Which row and which column are asked for is told by form: by the row's label (its
first cell) and the column's head, each with all of its words in the question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.documents.chunk import find_context
from assistant.language.english import AUXILIARY, LARGEST, MEASURES, SMALLEST
from assistant.language.fold import fold
from assistant.language.terms import find_numbers, stems, words
from assistant.records import Asked, Chunk, Document, Hit, Range, Span, Table

CELL_RIGHT = 0.9  # the share of cells so found that is right, about: eval/bench_tables.py
STRANGE = 0.15  # of a question's words the share that may stand nowhere in the document
MOST_ROWS = 500  # of a table whose every row is held against the question: some milliseconds
MEASURE = re.compile(r"\s*[(\[]([^()\[\]]+)[)\]]$")  # "Weight (kg)"
VALUE = re.compile(r"[-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-−]?\d+(?:\.\d+)?")
TOTALS = {"total", "totals", "sum", "all", "overall", "average", "mean", "median", "world"}
EXTREMES = LARGEST | SMALLEST

DocumentOf = Callable[[str], Document]


@dataclass(frozen=True)
class Grid:
    """A table with the words of its cells."""

    table: Table
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def labels(self) -> list[str]:
        return [row[0] for row in self.rows]


@dataclass(frozen=True)
class Cell:
    """Where a candidate stands in a table, by the numbers of its row and column."""

    grid: Grid
    row: int
    column: int


@dataclass(frozen=True)
class Extreme:
    """The row of a table with the largest or smallest value of a column: what of it is asked for,
    and the rows that were compared, this one first, then as they stand."""

    doc_id: str
    words: Range
    rows: tuple[tuple[Range, ...], ...]


def make_grid(document: Document, table: Table) -> Grid:
    text = document.text
    return Grid(
        table,
        tuple(text[slice(*h)] for h in table.head),
        tuple(tuple(text[slice(*c)] for c in row) for row in table.rows),
    )


def locate_cell(document: Document, start: int, end: int) -> Cell | None:
    """The cell that `document.text[start:end]` lies in; None where it lies in none, or in a table
    that is too long to be looked through for each question."""
    table = document.table_at(start)
    if table is None or len(table.rows) > MOST_ROWS:
        return None
    for i, row in enumerate(table.rows):
        for j, (a, b) in enumerate(row):
            if a <= start and end <= b:
                return Cell(make_grid(document, table), i, j)
    return None


# ── what a question names ────────────────────────────────────────────────────────────────────


def terms_of(text: str) -> frozenset[str]:
    """What tells a label or a head: its stems, and its numbers by value."""
    return stems(text) | find_numbers(text)


def names_all(asked: Asked, text: str) -> bool:
    """Whether all words of a text stand in the question."""
    return bool(terms_of(text)) and terms_of(text) <= terms_of(asked.text)


def longest_named(asked: Asked, texts: Iterable[str]) -> list[str]:
    """Those that the question names; of "Ridge" and "Ridge 2" the longer one alone."""
    whole = {text: terms_of(text) for text in texts if names_all(asked, text)}
    return [t for t, own in whole.items() if not any(own < other for other in whole.values())]


def named_columns(asked: Asked, grid: Grid) -> list[int]:
    """The columns, but the first, whose heads it names, with or without a measure behind them."""
    plain = []
    for head in grid.heads:
        found = MEASURE.search(head)
        measured = found and set(fold(found[1]).split()) <= MEASURES
        plain.append(head[: found.start()] if found and measured else head)
    named = longest_named(asked, plain[1:])
    return [i for i, head in enumerate(plain) if i and head in named]


def named_rows(asked: Asked, grid: Grid) -> list[str]:
    """The labels that it names.  A row that goes by a number ("512") is named only with a word of
    its column's head ("block size")."""
    found = longest_named(asked, grid.labels)
    plainly = grid.heads and stems(grid.heads[0]) & asked.stems
    return [label for label in found if plainly or stems(label) - find_numbers(label)]


def find_another(asked: Asked, cell: Cell) -> str:
    """Why a cell is not the one asked for: the question names another column or row, or a column
    and no row, and nothing in the cell's own row is of the question; "" if it may be."""
    grid, row = cell.grid, cell.grid.rows[cell.row]
    columns = named_columns(asked, grid)
    if not cell.column:
        return ""
    head = grid.heads[cell.column] if cell.column < len(grid.heads) else ""
    # "Who has a salary of 50,000?" names the column by which the row is told
    told = any(i < len(row) and names_all(asked, row[i]) for i in columns)
    if head and columns and cell.column not in columns and not told:
        return f"it stands under {head}, not {grid.heads[columns[0]]}"
    labels = named_rows(asked, grid)
    if labels and row[0] not in labels:
        return f"it stands in the row {row[0]}, not {labels[0]}"
    others = " ".join(text for i, text in enumerate(row) if i != cell.column)
    if columns and len(grid.rows) > 1 and not terms_of(others) & terms_of(asked.text):
        return f"it stands in the row {row[0]}"
    return ""


# ── the cell, the list, the most ─────────────────────────────────────────────────────────────


def find_cell(asked: Asked, hits: Sequence[Hit], lookup: DocumentOf) -> Span | None:
    """The one cell, of the tables that were read, whose row and column the question names; None
    where none is, where several with different words are, or where the question, unless it is long,
    holds a word that stands nowhere in the document, and so may ask for something else."""
    said = set(words(asked.text))
    if asked.whether or asked.negated or said & {"why", "than"}:
        return None
    found: dict[tuple[str, int, int], tuple[int, Span]] = {}
    wanted = terms_of(asked.text)
    for i, hit in enumerate(hits):
        document, chunk = lookup(hit.chunk.doc_id), hit.chunk
        for table in tables_of(document, chunk):
            above = f"{find_context(document, chunk)}\n{find_lead(document, chunk, table)}"
            grid = make_grid(document, table)
            for r, c in cells_named(asked, grid):
                start, end = table.rows[r][c]
                if start == end or not chunk.start <= table.rows[r][0][0] < chunk.end:
                    continue
                around = f"{above}\n{' '.join(grid.heads)}\n{' '.join(grid.rows[r])}"
                strange = wanted - terms_of(around) - terms_of(document.text)
                if len(strange) > STRANGE * len(wanted):
                    continue
                span = Span(document.doc_id, start, end, document.text[start:end], 0.0, i)
                score = len(wanted & terms_of(around))
                found.setdefault((document.doc_id, start, end), (score, span))
    best = max((score for score, _ in found.values()), default=0)
    spans = [span for score, span in found.values() if score == best]
    return spans[0] if spans and len({fold(s.text) for s in spans}) == 1 else None


def cells_named(asked: Asked, grid: Grid) -> Iterator[tuple[int, int]]:
    """(row, column) where the question names one column and one label; where rows share their
    labels, another cell must be named too."""
    columns, labels = named_columns(asked, grid), named_rows(asked, grid)
    if len(columns) != 1 or len(labels) != 1:
        return
    for r, row in enumerate(grid.rows):
        if row[0] == labels[0] and columns[0] < len(row):
            others = [text for i, text in enumerate(row) if i not in (0, columns[0])]
            if len(set(grid.labels)) == len(grid.rows) or any(names_all(asked, o) for o in others):
                yield r, columns[0]


def find_like_rows(asked: Asked, document: Document, start: int, end: int) -> list[Range]:
    """The cells of a column, that of the cell at `start:end`, in all rows that hold what of its own
    row the question names: all surgeons, of the names in the rows of a surgeon.  Empty where it
    names nothing that other rows hold too."""
    cell = locate_cell(document, start, end)
    if cell is None:
        return []
    grid, own = cell.grid, cell.grid.rows[cell.row]
    told = [i for i, text in enumerate(own) if i != cell.column and names_all(asked, text)]
    if not told:
        return []
    found: dict[str, Range] = {}
    for row, ranges in zip(grid.rows, grid.table.rows, strict=True):
        alike = all(i < len(row) and fold(row[i]) == fold(own[i]) for i in told)
        if alike and cell.column < len(row) and row[cell.column]:
            found.setdefault(fold(row[cell.column]), ranges[cell.column])
    return list(found.values()) if len(found) > 1 else []


def find_extreme(asked: Asked, hits: Sequence[Hit], lookup: DocumentOf) -> Extreme | None:
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
        for table in tables_of(document, hit.chunk):
            lead = find_lead(document, hit.chunk, table)
            above = f"{find_context(document, hit.chunk)}\n{lead}"
            if extreme := compare_rows(asked, document, table, above, sign):
                found[document.doc_id, table.start] = extreme
    return next(iter(found.values())) if len(found) == 1 else None


def compare_rows(
    asked: Asked, document: Document, table: Table, above: str, sign: int
) -> Extreme | None:
    grid = make_grid(document, table)
    columns = named_columns(asked, grid)
    told = terms_of(f"{above} {' '.join(grid.heads)}")
    if len(columns) != 1 or terms_of(asked.text) - told - EXTREMES:
        return None
    column = columns[0]
    rows = [i for i, row in enumerate(grid.rows) if not TOTALS & set(words(row[0]))]
    if len(rows) < 2 or any(len(grid.rows[i]) <= column for i in rows):
        return None
    cells = [grid.rows[i][column] for i in rows]
    values = [VALUE.findall(cell) for cell in cells]
    units = {VALUE.sub("", cell).strip() for cell in cells}
    if len(units) > 1 or any(len(value) != 1 for value in values):
        return None
    numbers = [sign * float(v[0].replace(",", "").replace("−", "-")) for v in values]
    if numbers.count(max(numbers)) > 1:
        return None
    best = rows[numbers.index(max(numbers))]
    # "What is the highest price?" asks for the price, "What tool has …?" for the tool
    begins = words(asked.text)[:2]
    of_value = begins[0] == "what" and begins[1] in AUXILIARY - {"has", "have", "had"}
    of_value = of_value and not names_all(asked, grid.heads[0])
    label = grid.rows[best][0]
    if not of_value and not any(map(str.isalpha, label)):  # an empty cell, or a running number
        return None
    row = table.rows[best]
    others = tuple(table.rows[i] for i in rows if i != best)
    return Extreme(document.doc_id, row[column] if of_value else row[0], (row, *others))


def tables_of(document: Document, chunk: Chunk) -> Iterator[Table]:
    """The tables that a chunk is of, but for those that are too long to be looked through."""
    near = (t for t in document.tables if t.start < chunk.end and chunk.start < t.end)
    return (t for t in near if len(t.rows) <= MOST_ROWS)


def find_lead(document: Document, chunk: Chunk, table: Table) -> str:
    """What is read with the rows of a chunk and stands before the table."""
    before = [document.text[a:b] for _, a, b in chunk.parts if b <= table.start]
    return " ".join(before) or document.text[chunk.start : table.start]
