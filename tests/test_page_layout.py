"""Pages of PDFs: four real files (`eval/pdfs`), and made-up ones for what these do not hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.documents.corpus import lists_pages, load_documents
from assistant.documents.pdf import read_pages
from assistant.records import Document

from .hostile import pdf_file
from .test_formats import placed

DOCS = Path(__file__).parent.parent / "eval" / "pdfs" / "docs"


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    found, left_out = load_documents(DOCS)
    assert left_out == []
    return {d.doc_id: d for d in found}


@pytest.fixture(scope="module")
def standard(documents: dict[str, Document]) -> Document:
    return documents["fhs-3.0.pdf"]


def blocks_of(document: Document) -> list[str]:
    return [document.text[a:b] for a, b in document.paragraphs]


def test_a_table_without_rules_is_read_row_by_row(standard: Document) -> None:
    cells = {
        tuple(standard.text[a:b] for a, b in row) for table in standard.tables for row in table.rows
    }
    assert ("rmdir", "Utility to remove empty directories") in cells
    assert ("echo", "Utility to display a line of text") in cells
    # goes on from the line above
    assert ("lib<qual>", "Alternate format essential shared libraries (optional)") in cells
    # with rules, but no frame, and cells half a line lower than their neighbours
    assert ("Japanese", "Japan", "SJIS", "/usr/share/man/ja_JP.sjis") in cells
    heads = {tuple(standard.text[a:b] for a, b in table.head) for table in standard.tables}
    assert ("Command", "Description") in heads


def test_prose_beside_tables_keeps_its_paragraphs(standard: Document) -> None:
    blocks = blocks_of(standard)
    for whole in (
        "Each directory listed above is specified in detail in separate subsections below. /usr and"
        " /var each has a complete section in this document due to the complexity of those"
        " directories.",
        "The following programs, or symbolic links to programs, must be in /bin if the"
        " corresponding subsystem is installed:",
        "Various shells behave differently when called as sh, so as to preserve POSIX compatibility"
        " while allowing changes or extensions to POSIX when desired.",
    ):
        assert whole in blocks


def test_a_sentence_runs_on_over_a_page_and_its_footnote(documents: dict[str, Document]) -> None:
    paper = documents["crc-doc.pdf"].text
    assert "64-bit reads, and 32 or 64-bit generating polynomials was implemented" in paper


def test_headings_are_marked_by_their_letters(documents: dict[str, Document]) -> None:
    heads = {
        name: [m.group() for m in re.finditer(r"^#+ .+", d.text, re.MULTILINE)]
        for name, d in documents.items()
    }
    standard = heads["fhs-3.0.pdf"]
    assert standard[0] == "# Filesystem Hierarchy Standard"
    assert "## 3.4. /bin : Essential user command binaries (for use by all users)" in standard
    assert "### 3.4.1. Purpose" in standard
    assert "# Everything we know about CRC but afraid to forget" in heads["crc-doc.pdf"]
    assert "### 4.6 Computing a CRC byte by byte" in heads["crc-doc.pdf"]
    # who wrote it, on the title page
    assert not any("Publication date" in head for head in standard)
    assert all(len(head) < 150 for found in heads.values() for head in found)


def test_code_keeps_its_lines_and_how_far_in_they_stand(documents: dict[str, Document]) -> None:
    assert (
        "{\n  unsigned i;\n  for (i = 0; i<length; i++)\n    printf("
        in documents["nettle.pdf"].text
    )


def test_a_table_of_contents_is_not_indexed(documents: dict[str, Document]) -> None:
    for document in documents.values():
        searched = document.text
        for start, end in sorted(document.skipped, reverse=True):
            searched = searched[:start] + searched[end:]
        # an index at the end is of another form
        assert not re.search(r" … \d+\n.* … \d+\n", searched[: len(searched) // 2])
    nettle = documents["nettle.pdf"]
    assert any("7.5.1.3 HMAC-SHA1 … 63" in nettle.text[a:b] for a, b in nettle.skipped)


def test_an_accent_set_before_its_letter_is_part_of_it(documents: dict[str, Document]) -> None:
    assert "Niels Möller" in documents["nettle.pdf"].text


def test_small_capitals_are_no_words_of_their_own(documents: dict[str, Document]) -> None:
    assert "RSA can be used freely, even in the USA." in documents["nettle.pdf"].text


def drawn(*pages: Sequence[tuple[float, float, str, str, float] | str]) -> bytes:
    """A PDF of texts at (x, y from below, text, font, size), or of raw operators."""
    fonts = {"R": "Helvetica", "B": "Helvetica-Bold", "C": "Courier"}
    first = 3 + len(fonts)
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(pages)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
    objects += [f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} >>" for name in fonts.values()]
    named = " ".join(f"/{key} {3 + n} 0 R" for n, key in enumerate(fonts))
    for n, page in enumerate(pages):
        shown = "\n".join(
            one
            if isinstance(one, str)
            else "BT /{3} {4} Tf 1 0 0 1 {0} {1} Tm ({2}) Tj ET".format(*one)
            for one in page
        )
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792]"
            f" /Contents {first + 2 * n + 1} 0 R /Resources << /Font << {named} >> >> >>"
        )
        objects.append(f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream")
    return pdf_file(objects)


def lines(
    x: float, y: float, texts: Sequence[str], font: str = "R", size: float = 12, step: float = 14
) -> list[tuple[float, float, str, str, float]]:
    return [(x, y - step * n, text, font, size) for n, text in enumerate(texts)]


PROSE = [
    "The council met on Monday in order to discuss the plan for the new quay, its",
    "lights and the cost of its walls, which a storm had brought down in the winter",
    "before. Ada Holm opposed the plan and said that a dry dock would be cheaper.",
]


def test_columns_on_different_heights_are_read_one_after_the_other() -> None:
    left = [
        "The council met on Monday in order", "to discuss the plan for the new quay,",
        "its lights and the cost of its walls", "which a storm had brought down.",
    ]  # fmt: skip
    right = [
        "Ada Holm opposed the plan of a quay", "and said that a dry dock for the boats",
        "would be cheaper, and that she had", "seen the figures of both of them.",
    ]  # fmt: skip
    rows = [(72, 700 - 14 * i, text) for i, text in enumerate(left)]
    rows += [(320, 694 - 14 * i, text) for i, text in enumerate(right)]
    assert read_pages(placed(rows)).text.split("\n\n") == [" ".join(left), " ".join(right)]


def test_lines_that_end_before_the_next_word_had_to_stay_lines() -> None:
    prose = (72, 600, "The tenant gives notice nine months before the end of the year in writing")
    lines = ["Ada Holm", "Quay 4", "3900 Nuuk"]
    address = [(72, 700 - 14 * i, text) for i, text in enumerate(lines)]
    assert read_pages(placed([*address, prose])).text.split("\n\n")[0] == "\n".join(lines)


def test_lines_that_count_the_pages_are_running_heads() -> None:
    names = ["Lease", "Rent", "Repairs", "Notice", "Deposit"]
    words = [
        "The tenant pays for the",
        "quay, for its lamps and",
        "for its",
        "walls, until the",
        "end.",
    ]
    pages = [
        [(72, 640, f"Chapter on {name} {7 + i}"), (72, 600, said)]
        for i, (name, said) in enumerate(zip(names, words, strict=True))
    ]
    text = read_pages(placed(*pages)).text
    assert " ".join(words) in re.sub(r"\n\nChapter on \w+ \d+|Chapter on Lease 7\n\n", "", text)


def test_a_hyphen_stays_behind_a_figure_and_before_and() -> None:
    text = read_pages(placed([(72, 700, "It reads words of 32-"), (72, 686, "or 64-bit")])).text
    assert text == "It reads words of 32- or 64-bit"
    text = read_pages(placed([(72, 700, "It reads words of 64-"), (72, 686, "bit machines")])).text
    assert text == "It reads words of 64-bit machines"


def test_lines_alike_but_for_a_figure_are_kept() -> None:
    sums = ["Balance carried forward 1,417.50", "Balance carried forward 2,427.50"]
    text = read_pages(drawn(*([*lines(72, 600, PROSE), (72, 60, s, "R", 12)] for s in sums))).text
    assert all(said in text for said in sums)
    pages = ([(72, 700, f"Schedule {n}", "B", 12), *lines(72, 660, PROSE)] for n in (1, 2, 3))
    assert read_pages(drawn(*pages)).text.count("# Schedule ") == 3


def test_a_large_initial_is_of_its_word_and_a_large_word_a_line_of_its_own() -> None:
    rest = ["he council met on Monday in order", "to discuss the plan for the quay,", "its lights"]
    page = [(72.0, 660.0, "T", "R", 40.0), *lines(98, 684, rest)]
    assert read_pages(drawn(page)).text.startswith("The council met on Monday in order to discuss")
    dates = lines(400, 715, ["Date: 4 March 2026", "Number: 2026-114"], size=10, step=12)
    text = read_pages(drawn([(72, 700, "INVOICE", "B", 26), *dates, *lines(72, 600, PROSE)])).text
    assert {"# INVOICE", "Date: 4 March 2026", "Number: 2026-114"} <= set(text.split("\n\n"))


def test_clauses_with_a_hanging_indent_are_paragraphs() -> None:
    page = [
        line
        for n in range(3)
        for line in [
            (72, 700 - 60 * n, f"1.{n + 1}", "R", 12),
            *lines(110, 700 - 60 * n, PROSE[:2]),
        ]
    ]
    blocks = read_pages(drawn(page)).text.split("\n\n")
    assert [block[:15] for block in blocks] == [f"1.{n} The council" for n in (1, 2, 3)]


def test_what_stands_sideways_is_read_whole() -> None:
    texts = ["Place", "north pier 12 lit", "south mole 7 fitted", "still filling"]
    for way in ("0 1 -1 0", "0 -1 1 0"):
        places = range(100, 164, 16) if way.startswith("0 1") else range(300, 236, -16)
        page = [
            f"BT /R 12 Tf {way} {x} 400 Tm ({t}) Tj ET" for x, t in zip(places, texts, strict=True)
        ]
        found = read_pages(drawn(page))
        assert found.text.split() == " ".join(texts).split() and found.blank == ()


def test_what_no_reader_sees_is_not_read() -> None:
    numbers = [(40, 700 - 14 * n, str(n + 1), "R", 8) for n in range(6)]  # of lines
    twice = [(72.3, 740, "Notice", "B", 12), (72, 740, "Notice", "B", 12)]
    hidden = [(72, 500, "hidden", "R", 0), "72 640 m 300 640 l S"]
    page = [*twice, *numbers, *lines(72, 700, [*PROSE, *PROSE]), *hidden]
    text = read_pages(drawn(page)).text
    assert (
        text.startswith("# Notice\n\nThe council met") and text.count("new quay, its lights") == 2
    )
    assert not re.search(r"\d|hidden", text)


def test_numbers_of_clauses_and_years_are_kept() -> None:
    clauses = [(40, 700 - 14 * n, str(n + 1), "R", 12) for n in range(6)]
    says = [f"The tenant keeps the {what} dry." for what in ("quay", "hull", "mast", "deck")] * 2
    text = read_pages(drawn([*clauses, *lines(72, 700, says[:6])])).text
    assert set("123456") <= set(text)
    years = [(72, 700 - 14 * n, str(2018 + n), "R", 12) for n in range(6)]
    text = read_pages(drawn([*years, *lines(200, 700, [f"{n}00 boats" for n in range(1, 7)])])).text
    assert all(str(2018 + n) in text for n in range(6))


def test_a_foot_stands_behind_its_page() -> None:
    pages = ([*lines(72, 700, PROSE), (72, 500, "See the annex.", "R", 12)] for _ in range(2))
    blocks = read_pages(drawn(*pages)).text.split("\n\n")
    assert [block[:11] for block in blocks] == ["The council", "See the ann", "The council"]


def test_a_sentence_below_a_table_leaves_its_columns_alone() -> None:
    rows = [
        ["Place", "2019", "2020"],
        ["north", "2", "15"],
        ["south", "3", "17"],
        ["mole", "4", "9"],
    ]
    cells = [
        (72 + 90 * i, 700 - 14 * n, cell, "R", 12)
        for n, row in enumerate(rows)
        for i, cell in enumerate(row)
    ]
    text = read_pages(
        drawn([*cells, (72, 632, "The council", "R", 12), (162, 632, "met on Monday.", "R", 12)])
    ).text
    assert "| north | 2 | 15 |" in text


def test_forms_are_no_tables_of_contents() -> None:
    form = "Name: ........\nAddress: ........\nDate of birth: ........"
    prices = "A night ..... 120\nA week ..... 700\nCrane ..... 350\nWater ..... 15"
    pages = "Purpose ..... 1\nConventions ..... 1\nThe filesystem ..... 2"
    assert [lists_pages(text) for text in (form, prices, pages)] == [False, False, True]
