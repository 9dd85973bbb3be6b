"""Chunks: exact slices, neighbours kept, nothing lost, furniture left out."""

from __future__ import annotations

import pytest

from assistant.documents import chunk
from assistant.documents.chunk import cut_chunks
from assistant.documents.corpus import load_documents, make_document
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
