"""Pages of PDFs: four real files (`eval/pdfs`), and made-up ones for what these do not hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.documents.corpus import load_documents
from assistant.documents.pdf import read_pages
from assistant.records import Document

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
