"""A cell by its row and column, in tables of six kinds of files: `python eval/bench_tables.py`.

Tables with made-up things and values are written as Markdown, HTML, Word, PDF, csv and Excel files,
with a paragraph before each, and each kind is asked the same questions: some for a cell, some for a
row or column that the table does not have.  Prints how many are right, wrong and silent.
"""

from __future__ import annotations

import csv
import io
import logging
import random
import re
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

import docx
from kit import Row, make_parser, open_assistant, track, write_rows

TABLES = 7  # each with four questions, one of which it does not answer
THINGS = (
    "heron", "otter", "badger", "lynx", "marten", "puffin", "falcon", "beaver", "stoat", "raven",
)  # fmt: skip
COLUMNS = {
    "Length": "{} cm", "Mass": "{} kg", "Speed": "{} km/h", "Cost": "{} francs",
    "Age": "{} years", "Depth": "{} m", "Seats": "{}", "1998": "{}", "2004": "{}", "2011": "{}",
}  # fmt: skip
FORMS = (
    "What is the {0} of the {1} in {2}?", "In {2}, which {0} does the {1} have?",
    "{1} {0} {2}", "What {0} was measured for {1}s in {2}?",
    "How is the {1} of {2} listed as to its {0}?", "Tell me the {1}'s {0} ({2}).",
)  # fmt: skip


@dataclass(frozen=True)
class Grid:
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def lead(self) -> str:
        return f"The register of the {self.title} lists what was measured by its keepers."


def make_grids(rng: random.Random) -> list[Grid]:
    grids = []
    for n in range(TABLES):
        things = rng.sample(THINGS, 4)
        columns = rng.sample(list(COLUMNS), 3)
        rows = [(t, *(COLUMNS[c].format(rng.randint(11, 990)) for c in columns)) for t in things]
        grids.append(Grid(f"north hall {n + 1}", ("Name", *columns), tuple(rows)))
    return grids


def ask_of(grid: Grid, rng: random.Random) -> list[tuple[str, str | None]]:
    """Three cells that it has, and one that it has not, each asked in one of the `FORMS`."""
    cells = [(r, c) for r in grid.rows for c in range(1, len(grid.head))]
    absent = rng.choice([t for t in THINGS if t not in [r[0] for r in grid.rows]])
    asked = [(r[0], c, r[c]) for r, c in rng.sample(cells, 3)] + [(absent, 1, None)]
    return [
        (rng.choice(FORMS).format(put(grid.head[c]), thing, grid.title), value)
        for thing, c, value in asked
    ]


def put(column: str) -> str:
    return f"value for {column}" if column.isdigit() else column.lower()


def as_markdown(g: Grid) -> bytes:
    rows = [g.head, ("---",) * len(g.head), *g.rows]
    return (f"{g.lead}\n\n" + "\n".join("| " + " | ".join(r) + " |" for r in rows)).encode()


def as_html(g: Grid) -> bytes:
    cells = "".join(
        "<tr>" + "".join(f"<{tag}>{escape(c)}</{tag}>" for c in row) + "</tr>"
        for tag, row in [("th", g.head), *(("td", r) for r in g.rows)]
    )
    return f"<html><body><p>{g.lead}</p><table>{cells}</table></body></html>".encode()


def as_docx(g: Grid) -> bytes:
    made = docx.Document()
    made.add_paragraph(g.lead)
    table = made.add_table(rows=len(g.rows) + 1, cols=len(g.head))
    for row, texts in zip(table.rows, (g.head, *g.rows), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def as_csv(g: Grid) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([g.head, *g.rows])
    return out.getvalue().encode()


def as_xlsx(g: Grid) -> bytes:
    """The least that Excel opens: one sheet with its texts in line."""
    rows = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(c)}</t></is></c>' for c in r) + "</row>"
        for r in (g.head, *g.rows)
    )
    space = "http://schemas.openxmlformats.org"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{space}/package/2006/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
            f'<Override PartName="/xl/s.xml" ContentType="{kinds}.worksheet+xml"/></Types>',
        )
        rel = f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="r" '
        doc = f"{space}/officeDocument/2006/relationships"
        box.writestr(
            "_rels/.rels",
            f'{rel}Type="{doc}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        box.writestr(
            "xl/_rels/workbook.xml.rels",
            f'{rel}Type="{doc}/worksheet" Target="s.xml"/></Relationships>',
        )
        box.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{space}/spreadsheetml/2006/main" xmlns:r="{doc}"><sheets>'
            f'<sheet name="{g.title}" sheetId="1" r:id="r"/></sheets></workbook>',
        )
        box.writestr(
            "xl/s.xml",
            f'<worksheet xmlns="{space}/spreadsheetml/2006/main"><sheetData>{rows}</sheetData>'
            "</worksheet>",
        )
    return out.getvalue()


def as_pdf(g: Grid) -> bytes:
    """Cells at their places, with a rule below each row."""
    shown = [f"1 0 0 1 72 740 Tm ({g.lead}) Tj"]
    for i, row in enumerate((g.head, *g.rows)):
        shown += [f"1 0 0 1 {72 + 110 * j} {700 - 20 * i} Tm ({c}) Tj" for j, c in enumerate(row)]
    rules = " ".join(f"72 {695 - 20 * i} m 500 {695 - 20 * i} l S" for i in range(len(g.rows) + 1))
    stream = f"BT /F1 11 Tf {' '.join(shown)} ET {rules}"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R"
        " /Resources << /Font << /F1 3 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
    ]
    body, starts = "%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        starts.append(len(body))
        body += f"{number} 0 obj\n{part}\nendobj\n"
    rows = "".join(f"{start:010} 00000 n \n" for start in starts)
    tail = f"trailer\n<< /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{rows}{tail}".encode()


WRITERS: dict[str, Callable[[Grid], bytes]] = {
    ".md": as_markdown,
    ".html": as_html,
    ".docx": as_docx,
    ".pdf": as_pdf,
    ".csv": as_csv,
    ".xlsx": as_xlsx,
}


def ask_kind(suffix: str, seed: int) -> list[Row]:
    rng = random.Random(seed)
    grids = make_grids(rng)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for grid in grids:
            Path(folder, grid.title.replace(" ", "-") + suffix).write_bytes(WRITERS[suffix](grid))
        with open_assistant(Path(folder)) as assistant:
            for question, value in [q for grid in grids for q in ask_of(grid, rng)]:
                answer = assistant.ask(question)
                fits = value is not None and re.sub(r"\W", "", answer.text) == re.sub(
                    r"\W", "", value
                )
                found = "right" if fits or (value is None and not answer.found) else "wrong"
                kind = "silent" if value is not None and not answer.found else found
                rows.append(
                    {
                        "kind": suffix,
                        "question": question,
                        "gold": value,
                        "said": answer.text,
                        "is": kind,
                    }
                )
    return rows


def main() -> None:
    parser = make_parser(__doc__, "rows")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    rows = [
        row for suffix in track(list(WRITERS), "Asking") for row in ask_kind(suffix, given.seed)
    ]
    write_rows(given.rows, rows)
    for suffix in WRITERS:
        counts = Counter(r["is"] for r in rows if r["kind"] == suffix)
        print(f"{suffix:6}" + "  ".join(f"{n} {counts[n]:3}" for n in ("right", "wrong", "silent")))
    whole = Counter(r["is"] for r in rows)
    print(
        f"{len(rows)} questions: " + ", ".join(f"{k} {v / len(rows):.2f}" for k, v in whole.items())
    )


if __name__ == "__main__":
    main()
