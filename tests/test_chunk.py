"""Chunks: exact slices, neighbours kept, nothing lost, furniture left out."""

from __future__ import annotations

import pytest

from assistant.documents import chunk
from assistant.documents.chunk import cut_chunks, find_context
from assistant.documents.corpus import load_documents, make_document
from assistant.records import Chunk
from tests.conftest import ARTICLE


def test_every_chunk_is_a_slice_and_every_paragraph_is_in_one() -> None:
    article = load_documents(ARTICLE.parent)[0][0]
    found = cut_chunks(article)
    assert all(article.text[c.start : c.end] == c.text for c in found)
    assert len({c.chunk_id for c in found}) == len(found)
    for start, end in article.paragraphs:
        inside = any(c.start <= start and end <= c.end for c in found)
        furniture = any(a <= start < b for a, b in article.skipped)
        assert inside != furniture


def test_a_short_paragraph_keeps_its_neighbours() -> None:
    made = make_document("a.txt", "One here.\n\nTwo here.\n\nThree here.\n\nFour here.")
    texts = [c.text for c in cut_chunks(made)]
    assert texts == [
        "One here.\n\nTwo here.\n\nThree here.",
        "Two here.\n\nThree here.\n\nFour here.",
    ]


def test_a_long_paragraph_is_cut_at_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunk, "CHARS", 100)
    made = make_document("a.txt", "The first sentence is here. " * 20)
    found = cut_chunks(made)
    assert all(len(c.text) <= 100 and c.text.endswith("here.") for c in found)
    assert found[0].start == 0 and found[-1].end == len(made.text.strip())


def test_no_chunk_crosses_furniture() -> None:
    made = make_document("a.txt", "The mayor resigned.\n\nAdvertisement\n\nShe gave no reason.")
    assert [c.text for c in cut_chunks(made)] == ["The mayor resigned.", "She gave no reason."]


def test_a_row_is_read_with_its_heads_and_found_again_in_the_document() -> None:
    rows = "| Thing | Price |\n| --- | --- |\n| kettle | 35 euros |\n| iron | 58 euros |\n"
    document = make_document("a.md", f"Two things.\n\n{rows}")
    (chunk,) = [c for c in cut_chunks(document) if c.parts]
    assert chunk.text == "Two things.\nkettle – Price: 35 euros\niron – Price: 58 euros"
    at = chunk.text.index("58 euros")
    start, end, words = chunk.locate(at, at + 8) or (0, 0, "")
    assert document.text[start:end] == words == "58 euros"
    start, end, words = chunk.locate(at - 7, at + 8) or (0, 0, "")  # with its head
    assert document.text[start:end] == words == "58 euros"
    assert chunk.locate(at - 2, at) is None  # what is set between them


@pytest.mark.parametrize(
    ("first", "read"),
    [
        ("Samples total | 976,158", "Samples total – 976,158\nTargets – text"),
        ("Size: | large | 41", "Size: – large; 41\nTargets – text"),
        ("Country | 2020", "Targets – 2020: text"),
        ("Name | Kind", "Targets – Kind: text"),
        ("City | People (2020)", "Targets – People (2020): text"),
        ("Item: | Kind:", "Targets – Kind:: text"),
    ],
)
def test_a_first_row_that_heads_nothing_is_a_row(first: str, read: str) -> None:
    rule = "|".join("---" for _ in first.split("|"))
    document = make_document("a.md", f"Of it.\n\n| {first} |\n|{rule}|\n| Targets | text |\n")
    (chunk,) = [c for c in cut_chunks(document) if c.parts]
    assert chunk.text == f"Of it.\n{read}"
    at = chunk.text.index("text")
    assert chunk.locate(at, at + 4) == (document.text.index("text"), len(document.text) - 3, "text")


def test_a_long_table_is_cut_between_rows() -> None:
    rows = "".join(f"| thing {i} | {i} euros |\n" for i in range(200))
    document = make_document("a.csv", f"| Thing | Price |\n| --- | --- |\n{rows}")
    parts = [c for c in cut_chunks(document) if c.parts]
    assert len(parts) > 5
    assert all(len(c.text) < 700 for c in parts)
    assert sum(c.text.count("Price") for c in parts) == 200


HANDBOOK = """# Kit list

Bring all of it.

## Tent

It weighs two kilos.

### Pegs

They are of steel. They bend.

## Stove

It burns gas.
"""


@pytest.mark.parametrize(
    ("begins", "context"),
    [
        ("# Kit list", ""),
        ("Bring all", "Kit list\n"),
        ("## Tent", "Kit list\n"),
        ("It weighs", "Kit list – Tent\n"),
        ("### Pegs", "Kit list – Tent\n"),
        ("They are", "Kit list – Tent – Pegs\n"),
        ("## Stove", "Kit list\n"),
        ("It burns", "Kit list – Stove\n"),
    ],
)
def test_a_chunk_is_read_under_its_headings(begins: str, context: str) -> None:
    made = make_document("kit.md", HANDBOOK)
    start = made.text.index(begins)
    found = Chunk("kit.md", made.sha256, start, len(made.text), made.text[start:])
    assert find_context(made, found) == context
