"""One file of each format: its text, title, date, pages; and files that cannot be read."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader, PdfWriter

from assistant import answer
from assistant.documents.chunk import cut_chunks, find_context
from assistant.documents.corpus import load_documents
from assistant.documents.formats import decode, read
from assistant.errors import CorpusError

PROSE = "The harbour was built in 1871 by Mary Cole. It was closed in 1964 after a storm."


def pdf(*pages: str, title: str = "") -> bytes:
    """A PDF of Helvetica lines, written by hand."""
    count = len(pages)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(f'{4 + 2 * i} 0 R' for i in range(count))}]"
        f" /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for i, page in enumerate(pages):
        shown = " ".join(f"({line}) Tj T*" for line in page.splitlines())
        stream = f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * i} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
    objects.append(f"<< /Title ({title}) /CreationDate (D:20260304120000Z) >>")
    out, starts = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        starts.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    rows = "".join(f"{start:010} 00000 n \n" for start in starts)
    tail = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>"
    return (
        out
        + (
            f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}trailer\n{tail}\n"
            f"startxref\n{len(out)}\n%%EOF\n"
        ).encode()
    )


def placed(*pages: Sequence[tuple[int, int, str]]) -> bytes:
    """A PDF of lines at places (points from the lower left)."""
    made = pdf(*("x" for _ in pages))
    for page in pages:
        shown = " ".join(f"1 0 0 1 {x} {y} Tm ({text}) Tj" for x, y, text in page)
        made = made.replace(b"72 720 Td (x) Tj T*", shown.encode(), 1)
    return re.sub(rb"/Length \d+", b"/Length 9999", made)


def locked(data: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt("secret", algorithm="RC4-128")
    return saved(writer.write)


def word() -> bytes:
    made = docx.Document()
    made.core_properties.title = "Harbour report"
    made.add_heading("The harbour", 1)
    made.add_paragraph(PROSE)
    made.sections[0].header.paragraphs[0].text = "Contract HX-1"
    table = made.add_table(rows=2, cols=2)
    for row, texts in zip(table.rows, (("Quay", "Depth"), ("north", "12 metres")), strict=True):
        row.cells[0].text, row.cells[1].text = texts
    made.add_paragraph("It opened again on Monday.")
    return saved(made.save)


def book() -> bytes:
    page = "<html xmlns='http://www.w3.org/1999/xhtml'><body><h1>{}</h1><p>{}</p></body></html>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(
            "META-INF/container.xml",
            "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
            "<rootfile full-path='OPS/book.opf'/></rootfiles></container>",
        )
        made.writestr(
            "OPS/book.opf",
            "<package xmlns='http://www.idpf.org/2007/opf'><metadata"
            " xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>The harbour</dc:title>"
            "<dc:date>2026-03-04</dc:date></metadata><manifest><item id='b' href='b.xhtml'/>"
            "<item id='a' href='a.xhtml'/></manifest><spine><itemref idref='a'/>"
            "<itemref idref='b'/></spine></package>",
        )
        made.writestr("OPS/b.xhtml", page.format("Two", "It was&nbsp;closed in 1964."))
        doctype = '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "x" "y">'
        made.writestr("OPS/a.xhtml", doctype + page.format("One", PROSE))
    return out.getvalue()


def saved(save: Callable[[io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


def written(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


HTML = f"""<!doctype html><html><head><meta charset="CHARSET"><title>Harbour | The Paper</title>
<meta property="og:title" content="Harbour reopens"><meta name="date" content="2026-03-04">
<link rel="canonical" href="https://example.org/harbour"></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/world">World news</a></li></ul></nav>
<main><article><h1>Harbour reopens</h1><p>{PROSE}</p>
<p>It opened again on Monday, and 3,000 people came to see the first caf\u00e9 of the town.</p>
<p>Advertisement</p><p>The mayor thanked the engineers, who had worked on it for six years.</p>
</article></main><footer>All rights reserved. <a href="/privacy">Privacy policy</a></footer>
</body></html>"""

MAIL = (
    "From: Ada Holm <ada@example.org>\r\nTo: ben@example.org\r\n"
    "Date: Wed, 04 Mar 2026 12:00:00 +0000\r\nSubject: =?utf-8?q?The_caf=C3=A9?=\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\n" + PROSE + "\r\n\r\nAda\r\n"
)


def test_pdf_keeps_its_pages(folder: Path) -> None:
    path = written(folder, "a.pdf", pdf("One page.", PROSE, "Last.", title="Harbour report"))
    found = read(path)
    assert [found.text[a:].split("\n")[0] for a in found.pages] == ["One page.", PROSE, "Last."]
    assert (found.title, found.date) == ("Harbour report", "2026-03-04")
    document = load_documents(folder)[0][0]
    start = document.text.index("Mary Cole")
    made = answer.quote(document, (start, start + 9), 1.0, (start, start + 9))
    assert (made.page, made.text) == (2, "The harbour was built in 1871 by Mary Cole.")


def test_a_pdf_paragraph_ends_where_a_sentence_ends_short_of_the_margin(folder: Path) -> None:
    lines = "The harbour was built in the year of\n1871 by Mary Cole.\nIt was closed after a storm."
    assert read(written(folder, "a.pdf", pdf(lines))).text.split("\n\n") == [
        "The harbour was built in the year of 1871 by Mary Cole.", "It was closed after a storm.",
    ]  # fmt: skip


def test_a_word_divided_at_a_line_end_is_whole(folder: Path) -> None:
    text = read(written(folder, "a.pdf", pdf("The harbour has a light-\nhouse of granite."))).text
    assert text == "The harbour has a lighthouse of granite."
    text = read(written(folder, "b.pdf", pdf("A state-owned port, a state-\nowned ship."))).text
    assert text == "A state-owned port, a state-owned ship."


def test_a_sentence_runs_on_over_a_page_and_its_heads_and_feet_are_left_out(folder: Path) -> None:
    def page(number: int, body: str) -> tuple[tuple[int, int, str], ...]:
        return ((72, 770, "Lease of the quay"), (72, 700, body), (72, 30, f"Page {number} of 2"))

    pages = [page(1, "The tenant gives notice not later than"), page(2, "nine months before.")]
    found = read(written(folder, "a.pdf", placed(*pages)))
    assert "not later than nine months before." in found.text
    assert found.text.count("Lease of the quay") == 1
    assert "Page" not in found.text
    assert found.text[found.pages[1] :].startswith("nine months")


def test_columns_are_read_one_after_the_other(folder: Path) -> None:
    left = ["The council met on Monday", "to discuss the new quay and", "its lights."]
    right = ["Ada Holm opposed the plan", "and said that a dry dock", "would be cheaper."]
    rows = [(72, 700 - 14 * i, text) for i, text in enumerate(left)]
    rows += [(320, 700 - 14 * i, text) for i, text in enumerate(right)]
    text = read(written(folder, "a.pdf", placed([*rows]))).text
    assert text.split("\n\n") == [" ".join(left), " ".join(right)]


def test_a_page_without_text_is_named(folder: Path) -> None:
    written(folder, "a.pdf", pdf(PROSE, ""))
    (document,), left_out = load_documents(folder)
    assert PROSE in document.text
    assert left_out == ["a.pdf: page 2 holds no text: run text recognition (OCR) on it."]


def test_html_keeps_the_article_and_loses_the_page_around_it(folder: Path) -> None:
    written(folder, "a.html", HTML.replace("CHARSET", "utf-8"))
    document = load_documents(folder)[0][0]
    assert PROSE in document.text
    assert "World news" not in document.text
    assert [document.text[a:b] for a, b in document.skipped] == ["Advertisement"]
    assert document.title.startswith("Harbour")


def test_html_keeps_lists_tables_and_the_contacts_in_its_footer(folder: Path) -> None:
    page = (
        "<html><body><dl><dt>Owner</dt><dd>Ada Holm</dd></dl><table><tr><th>Day</th><th>Open</th>"
        "</tr><tr><td>Monday</td><td>9 to 12</td></tr></table><p>A <b>bold</b> word and a"
        " <a href='/x'>link</a>.</p><footer><p>Phone 555 0134</p></footer></body></html>"
    )
    text = read(written(folder, "a.xhtml", page)).text
    for words in ("Ada Holm", "| Monday | 9 to 12 |", "A bold word and a link.", "555 0134"):
        assert words in text


def test_code_of_a_page_is_kept_as_it_stands_and_its_comments_head_nothing(folder: Path) -> None:
    code = "# Install\n__x__ = a[0](b)\n\n# Then run"
    page = f"<h1>Guide</h1><h2>Tent</h2><pre>{code}</pre><p>3 kilos.</p>"
    page += "<ul><li><pre>a=1</pre></li></ul>"
    written(folder, "a.html", f"<html><body>{page}</body></html>")
    (document,), _ = load_documents(folder)
    assert "# Install\n__x__ = a[0](b)\n# Then run" in document.text
    assert document.text.endswith("\n\n- a=1")
    last = cut_chunks(document)[-1]
    assert find_context(document, replace(last, start=document.text.index("3 kilos"))) == (
        "Guide – Tent\n"
    )


def test_a_page_with_a_long_head_is_read_at_once(folder: Path) -> None:
    metas = "".join(f"<meta name='m{n}' content='https://a.example/x?y={n}'>" for n in range(40))
    page = f"<head>{metas}<meta name='z' content='one\ntwo'><title>A\nB</title></head><h2>k: v</h2>"
    assert read(written(folder, "a.html", f"<html>{page}<hr><p>Text.</p></html>")).text == (
        "## k: v\n\nText."
    )
    for told in (
        "<h2>Note: the fee is 5</h2>",
        "<p>Fee is 5: yes</p>",
        "<ul><li>fee is 5</li></ul>",
    ):
        plain = f"<html><body><hr>{told}<hr><p>Text.</p></body></html>"
        assert "fee is 5" in read(written(folder, "b.html", plain)).text.lower()


def test_html_keeps_all_up_to_its_first_rule_and_nothing_of_its_head(folder: Path) -> None:
    page = (
        "<html><head><meta name='viewport' content='w'><meta property='og:title' content=''>"
        "<title>Quay: old</title></head><body><svg><path d='M1'/></svg><h1>One</h1><p>x: y</p>"
        "<hr><p>Two</p><hr></body>"
    )
    found = read(written(folder, "a.html", page))
    assert found.text.split("\n\n") == ["# One", "x: y", "Two"]
    assert found.title == "Quay: old"


def test_what_closes_a_page_is_not_read_though_a_heading_says_so(folder: Path) -> None:
    page = "<h4>Quays</h4>{}<h2>Related articles</h2><p>Ten best quays.</p>"
    told = "".join(f"<p>The quay number {n} is old.</p>" for n in range(12))
    written(folder, "a.html", f"<html><body>{page.format(told)}</body></html>")
    (document,), _ = load_documents(folder)
    assert document.title == "Quays"
    assert [document.text[a:b].split("\n")[0] for a, b in document.skipped] == [
        "## Related articles"
    ]


RST = """\
Quay
====

.. toctree::

   other/page

Depth
-----

- The north quay is 12 metres
  deep, see :ref:`the soundings <soundings>`.
- The south quay is :unit:`9 metres` deep.

.. versionadded:: 5.0
   :since: spring
   :flag:

   Ships are moored by
   their stern.

=======  =====
Samples     41
Berths       7
=======  =====

.. include:: /etc/passwd

.. image:: {secret}?x.svg
   :loading: embed
   :alt: A chart

.. code-block:: yaml
   :caption: quay.yml

   # not a heading
   depth: 12

   # nor this one

Too short
=====

The file is :file:`/quay/<name>`.

===  ===
Too wide for it
===  ===
"""


def test_rst_keeps_headings_whole_items_and_what_sphinx_adds(folder: Path) -> None:
    secret = written(folder.parent, "secret.txt", "what another file says")
    written(folder, "a.rst", RST.replace("{secret}", str(secret)))
    (document,), _ = load_documents(folder)
    assert document.text == (
        "# Quay\n\n## Depth\n\n"
        "- The north quay is 12 metres deep, see the soundings.\n"
        "- The south quay is 9 metres deep.\n\n"
        "versionadded 5.0\n\nsince: spring\n\nShips are moored by their stern.\n\n"
        "| Samples | 41 |\n| --- | --- |\n| Berths | 7 |\n\n"
        ".. include:: /etc/passwd\n\nA chart\n\n"  # as it stands, and is not done
        "```\n# not a heading\ndepth: 12\n# nor this one\n```\n\n"
        "# Too short\n\nThe file is /quay/<name>.\n\n"
        "===  ===\nToo wide for it\n===  ==="
    )
    (table,) = document.tables
    assert [document.text[slice(*row[0])] for row in table.rows] == ["Samples", "Berths"]


def test_rst_that_cannot_be_parsed_is_read_as_plain_text(folder: Path) -> None:
    written(folder, "a.rst", "* " * 3000 + PROSE)
    (document,), left_out = load_documents(folder)
    assert document.text.endswith(PROSE)
    assert left_out == ["a.rst: its markup cannot be parsed; read as plain text."]


def test_a_passage_of_a_page_is_read_under_its_headings(folder: Path) -> None:
    page = "<html><body><h1>Kit</h1><p>Bring it.</p><h2>Tent</h2>{}</body></html>"
    written(folder, "a.html", page.format("".join(f"<p>It weighs {n} kilos.</p>" for n in "12345")))
    (document,), _ = load_documents(folder)
    last = cut_chunks(document)[-1]
    assert last.text.endswith("It weighs 5 kilos.")
    assert find_context(document, last) == "Kit – Tent\n"


FILES = {
    "a.csv": ("quay,depth\nnorth,12 metres\n", "| north | 12 metres |"),
    "a.tsv": ("quay\tdepth\nnorth\t12 metres\n", "| north | 12 metres |"),
    "semicolon.csv": ("quay;depth\nnorth;12,5\n", "| north | 12,5 |"),
    "a.json": ('{"quay": "north", "depth": 12}', "depth: 12"),
    "a.rst": ("Quay\n====\n\nThe *north* quay is 12 metres deep.\n", "north quay is 12"),
    "a.rtf": (r"{\rtf1\ansi The quay is \b north\b0 .\par}", "The quay is north"),
    "a.log": ("2026-03-04 12:00 quay closed\n", "quay closed"),
    "a.markdown": ("# Quay\n\nIt is 12 metres deep.\n", "12 metres"),
    "README.md": ("The quay is old.\n", "The quay is old."),
    "LICENSE": ("Anyone may moor here.\n", "moor here"),
}


@pytest.mark.parametrize("name", FILES)
def test_files_of_many_kinds_are_read(folder: Path, name: str) -> None:
    data, words = FILES[name]
    assert words in read(written(folder, name, data)).text


def test_every_file_is_read_or_named(folder: Path) -> None:
    for name, (data, _) in FILES.items():
        written(folder, name, data)
    written(folder, "photo.png", b"\x89PNG\r\n")
    written(folder, ".hidden.txt", "x")
    documents, left_out = load_documents(folder)
    assert {d.doc_id for d in documents} == set(FILES)
    assert left_out == ["photo.png: .png files are not read."]


def test_files_of_one_title_are_told_apart(folder: Path) -> None:
    for year in ("2021", "2022"):
        (folder / year).mkdir()
        written(folder / year, "report.txt", PROSE)
    titles = [d.title for d in load_documents(folder)[0]]
    assert titles == ["Report (2021/report.txt)", "Report (2022/report.txt)"]


def test_a_tracked_change_is_read_as_accepted_and_said_so(folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(word())) as box:
        parts = {name: box.read(name) for name in box.namelist()}
    body = parts["word/document.xml"].decode()
    run = "<w:r><w:t>{}</w:t></w:r>"
    gone = "<w:del w:id='1' w:author='a'><w:r><w:delText>forty</w:delText></w:r></w:del>"
    new = f"<w:ins w:id='2' w:author='a'>{run.format('sixty')}</w:ins>"
    price = f"<w:p>{run.format('It cost ')}{gone}{new}{run.format(' crowns.')}</w:p><w:sectPr"
    parts["word/document.xml"] = body.replace("<w:sectPr", price, 1).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        for name, data in parts.items():
            box.writestr(name, data)
    found = read(written(folder, "a.docx", out.getvalue()))
    assert "It cost sixty crowns." in found.text
    assert "forty" not in found.text
    assert found.notes == ("has tracked changes; read as if they were accepted.",)


def test_html_is_decoded_as_it_declares(folder: Path) -> None:
    path = written(folder, "a.htm", HTML.replace("CHARSET", "iso-8859-1").encode("latin-1"))
    assert "first caf\u00e9" in read(path).text


def test_docx_keeps_the_order_of_paragraphs_and_tables(folder: Path) -> None:
    found = read(written(folder, "a.docx", word()))
    assert found.text.split("\n\n") == [
        "Contract HX-1", "# The harbour", PROSE,
        "| Quay | Depth |\n| --- | --- |\n| north | 12 metres |", "It opened again on Monday.",
    ]  # fmt: skip
    assert found.title == "Harbour report"


def test_mail_says_who_wrote_when_and_what(folder: Path) -> None:
    found = read(written(folder, "a.eml", MAIL))
    assert found.text.startswith("From: Ada Holm <ada@example.org>\nTo: ben@example.org\nDate: ")
    assert PROSE in found.text
    assert (found.title, found.date) == ("The caf\u00e9", "2026-03-04")


def test_epub_is_read_in_its_order(folder: Path) -> None:
    found = read(written(folder, "a.epub", book()))
    assert [found.text.index(t) for t in ("One", PROSE, "Two")] == sorted(
        found.text.index(t) for t in ("One", PROSE, "Two")
    )
    assert "closed in 1964." in found.text
    assert found.title == "The harbour"


def test_front_matter_is_read_and_not_indexed(folder: Path) -> None:
    matter = '---\ntitle: "The harbour"\ndate: 2026-03-04\nurl: https://example.org/h\n---\n'
    written(folder, "a.md", f"{matter}{PROSE}\n\nIt opened again.")
    document = load_documents(folder)[0][0]
    assert document.text.startswith("---")  # the text is the file
    assert [document.text[a:b] for a, b in document.paragraphs] == [PROSE, "It opened again."]
    assert document.skipped == ((0, len(matter)),)
    assert (document.title, document.date) == ("The harbour", "2026-03-04")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_told_by_its_mark(encoding: str) -> None:
    mark = (
        b"" if encoding.startswith("utf-8") or encoding == "utf-16" else "\ufeff".encode(encoding)
    )
    assert decode(mark + "Café – 𝔘.".encode(encoding))[0] == "Café – 𝔘."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Мэр города подал в отставку в понедельник после долгого спора.", "cp1251"),
        (
            "Le maire a démissionné lundi après une longue dispute à propos du port. "
            "Il était à l’hôtel.",
            "cp1252",
        ),
        ("Loïc Bazin paid 12 € – “too much”, said Zoë.", "cp1252"),
        ("The quay is 12 metres deep.", "utf-16-le"),
    ],
)
def test_other_encodings_are_detected_where_it_is_certain(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text


def test_an_uncertain_encoding_is_refused() -> None:
    with pytest.raises(CorpusError, match="save it as UTF-8"):
        decode("Příliš žluťoučký kůň".encode("cp1250"))


def test_each_bad_file_is_one_line_and_the_rest_go_in(folder: Path) -> None:
    written(folder, "good.txt", PROSE)
    bad = {
        "cut.docx": word()[:2000],
        "cut.epub": book()[:300],
        "empty.html": b"",
        "locked.pdf": locked(pdf(PROSE)),
        "noise.pdf": bytes(range(256)) * 20,
        "nothing.eml": b"\r\n\r\n",
        "picture.pdf": pdf(""),
        "tags.html": b"<html><body><script>x()</script></body></html>",
        "utf16.txt": b"\xff\xfea",
    }
    for name, data in bad.items():
        written(folder, name, data)
    found, left_out = load_documents(folder)
    assert [d.doc_id for d in found] == ["good.txt"]
    assert [p.split(":")[0] for p in left_out] == sorted(bad)
    assert all("\n" not in p for p in left_out)
    assert "encrypted" in left_out[3]
    assert "OCR" in left_out[6]


def test_reading_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name, data in (("a.docx", word()), ("a.html", HTML.encode()), ("a.csv", b"a,b\n1,2\n")):
        written(folder, name, data)
    code = (
        "from pathlib import Path; from assistant.documents.corpus import load_documents\n"
        f"print(len(load_documents(Path({str(folder)!r}))[0]))"
    )
    env = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    run = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=home, check=True, capture_output=True, text=True
    )
    assert run.stdout == "3\n"
    assert list(home.rglob("*")) == []
