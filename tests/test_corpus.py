"""Files -> Documents: exact text, paragraphs, titles, and what is marked as furniture."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from assistant.documents.corpus import load_documents, make_document
from assistant.errors import CorpusError
from tests.conftest import ARTICLE


def test_article_is_read_byte_for_byte() -> None:
    found, left_out = load_documents(ARTICLE.parent)
    assert left_out == []
    assert [d.doc_id for d in found] == ["greenland-live-blog.txt"]
    data = ARTICLE.read_bytes()
    assert found[0].text.encode() == data
    assert found[0].sha256 == hashlib.sha256(data).hexdigest()


def test_furniture_of_the_article_is_marked_and_nothing_else() -> None:
    article = load_documents(ARTICLE.parent)[0][0]
    skipped = [article.text[a:b] for a, b in article.skipped]
    assert len(skipped) == 2
    assert skipped[0].startswith("To view this video") and skipped[0].endswith("HTML5 video")
    assert skipped[1].startswith("Editorial Context & Insight")
    assert skipped[1].endswith("Expert analysis")


@pytest.mark.parametrize(
    "line", ["Advertisement", "Read more: Ten things to know", "© 2026 The Paper", "Share"]
)
def test_furniture_of_other_pages(line: str) -> None:
    made = make_document("a.txt", f"The mayor resigned.\n\n{line}\n\nShe gave no reason.")
    assert [made.text[a:b] for a, b in made.skipped] == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement spending rose by 4% in 2025.",
        "Shares in the company fell.",
        "Comments by the minister drew criticism.",
        "Related work began in 1998.",
    ],
)
def test_prose_that_only_looks_like_furniture_is_kept(line: str) -> None:
    made = make_document("a.txt", f"The mayor resigned.\n\nIt was late.\n\n{line}\n\nShe left.")
    assert made.skipped == ()


def test_a_closing_heading_early_in_a_text_closes_nothing() -> None:
    made = make_document("a.txt", "Comments\n\n" + "The council met again. " * 20)
    assert made.skipped == ()


def test_paragraphs_are_exact_and_numbered() -> None:
    text = "One.\r\n\r\n  Two\nlines.  \n \nThree."
    made = make_document("a.txt", text)
    assert [text[a:b] for a, b in made.paragraphs] == ["One.", "Two\nlines.", "Three."]
    assert [made.paragraph_at(a) for a, _ in made.paragraphs] == [1, 2, 3]


def test_lines_are_paragraphs_where_no_line_is_blank() -> None:
    made = make_document("a.txt", "The mayor resigned.\nShe gave no reason.\n")
    assert len(made.paragraphs) == 2


def test_hard_wrapped_prose_is_one_paragraph() -> None:
    lines = [
        "The mayor of the town resigned on Monday after",
        "a long dispute over the new harbour and the",
        "money that it had cost, which nobody could",
        "explain to the council.",
    ]
    assert len(make_document("a.txt", "\n".join(lines)).paragraphs) == 1


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# The harbour\n\nIt is old.", "The harbour"),
        ("Harbour report 2026\n\nIt is old.", "Harbour report 2026"),
        ("# In the beginning&#8230;\n\nIt was old.", "In the beginning…"),
        ("It is old.\n\nVery old.", "My notes"),
    ],
)
def test_title(text: str, title: str) -> None:
    assert make_document("sub/my-notes.txt", text).title == title


def test_one_bad_file_is_reported_and_the_rest_go_in(folder: Path) -> None:
    (folder / "good.txt").write_text("The mayor resigned.")
    (folder / "latin.txt").write_bytes("Le maire a démissionné.".encode("latin-1"))
    (folder / "binary.txt").write_bytes(b"abc\x00def")
    (folder / "empty.md").write_text(" \n")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / ".hidden.txt").write_text("secret")
    (folder / "czech.txt").write_bytes("Příliš žluťoučký kůň".encode("cp1250"))
    found, left_out = load_documents(folder)
    assert [d.doc_id for d in found] == ["good.txt", "latin.txt"]
    assert "a démissionné" in found[1].text
    assert [p.split(":")[0] for p in left_out] == [
        "binary.txt", "czech.txt", "empty.md", "latin.txt", "picture.png",
    ]  # fmt: skip
    assert all("\n" not in p for p in left_out)
    assert "read as cp1252" in left_out[3]
    found, left_out = load_documents(folder, encoding="cp1250")
    assert "Příliš žluťoučký kůň" in [d.text for d in found]


TABLE = """The shop sells three things.

| Thing | Price | Weight |
|-------|:-----:|--------|
| kettle | 35 euros | 1.2 kg |
| a \\| b |  | 3 kg |

They are new.
"""


def test_tables_are_found_with_their_cells_and_heads() -> None:
    made = make_document("a.md", TABLE)
    (table,) = made.tables
    words = [[made.text[a:b] for a, b in row] for row in (table.head, *table.rows)]
    assert words == [
        ["Thing", "Price", "Weight"], ["kettle", "35 euros", "1.2 kg"], ["a \\| b", "", "3 kg"],
    ]  # fmt: skip
    assert next(made.text[slice(*p)] for p in made.paragraphs) == "The shop sells three things."
    assert (table.start, table.end) in made.paragraphs
    assert "kettle | 35 euros | 1.2 kg" in [made.text[slice(*s)] for s in made.sentences]


@pytest.mark.parametrize(
    "text", ["a | b\n\nc | d", "no bars here\n---\n", "|", "x |\n|-", "| a |\n"]
)
def test_what_is_no_table_is_not_one(text: str) -> None:
    assert make_document("a.md", text).tables == ()


def test_a_byte_order_mark_is_no_part_of_the_text(folder: Path) -> None:
    (folder / "a.txt").write_bytes("\ufeffThe mayor resigned.".encode())
    assert load_documents(folder)[0][0].text == "The mayor resigned."


def test_missing_and_empty_folders_are_refused(folder: Path) -> None:
    with pytest.raises(CorpusError, match="There is no folder"):
        load_documents(folder / "nowhere")
    with pytest.raises(CorpusError, match="No document in"):
        load_documents(folder)
