"""Document -> Chunks with exact offsets.

A chunk is a window of up to `paragraphs` neighbouring paragraphs, moved on by one, so that a
one-sentence paragraph keeps its neighbours; a paragraph longer than a chunk is cut at sentences.
"""

from __future__ import annotations

from assistant.records import Chunk, Document, Range

PARAGRAPHS = 3  # in a chunk at most: one-sentence paragraphs of news need their neighbours
CHARS = 900  # in a chunk at most: about the 256 word pieces that the embedder reads


def cut_chunks(document: Document) -> list[Chunk]:
    """Windows over the indexed part of a document; each is at most `CHARS` characters long,
    unless a single sentence is longer."""
    found = []
    reached = 0
    units = [u for p in indexed_paragraphs(document) for u in cut_paragraph(document, p)]
    for first in range(len(units)):
        last = first
        while (
            last + 1 < len(units)
            and last + 1 - first < PARAGRAPHS
            and units[last + 1][1] - units[first][0] <= CHARS
            and not skips(document, units[last][1], units[last + 1][0])
        ):
            last += 1
        start, end = units[first][0], units[last][1]
        if end > reached:  # else the window lies inside the one before
            found.append(
                Chunk(document.doc_id, document.sha256, start, end, document.text[start:end])
            )
            reached = end
    return found


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
