"""Pages of a PDF as they look: the marks lie over the words, checked by the page's own ink."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from assistant.documents.corpus import load_documents
from assistant.documents.page_image import Box, PageImage, draw_page
from assistant.records import Document

from .test_formats import pdf, placed

GENRES = Path(__file__).parent.parent / "eval" / "genres" / "docs"


def read_one(folder: Path, data: bytes) -> Document:
    (folder / "a.pdf").write_bytes(data)
    return next(d for d in load_documents(folder)[0] if d.doc_id == "a.pdf")


def mark(folder: Path, document: Document, words: str, nth: int = 0, page: int = 1) -> PageImage:
    start = -1
    for _ in range(nth + 1):
        start = document.text.index(words, start + 1)
    place = start, start + len(words)
    return draw_page(folder / document.doc_id, document, page, place, place)


def ink(image: PageImage, box: Box) -> int:
    """Dark points in a part of the page."""
    left, top, width, height = box
    with Image.open(io.BytesIO(image.jpeg)) as picture:
        part = picture.convert("L").crop(
            (
                round(left * image.width),
                round(top * image.height),
                round((left + width) * image.width),
                round((top + height) * image.height),
            )
        )
        return sum(part.point(lambda v: v < 128).histogram()[1:])


def test_a_mark_lies_over_its_words_and_no_others(folder: Path) -> None:
    rows = [(72, 700, "Alpha beta gamma."), (72, 660, "Delta epsilon.")]
    document = read_one(folder, placed(rows))
    found = mark(folder, document, "beta")
    (box,) = found.boxes
    assert found.answer == found.boxes
    # Helvetica of 12 points: "Alpha " begins at 72 and is about 32 wide, on a page of 612 by 792
    assert 100 / 612 < box[0] < 110 / 612 and 20 / 612 < box[2] < 30 / 612
    assert (792 - 715) / 792 < box[1] < (792 - 700) / 792
    whole = mark(folder, document, "Alpha beta gamma.").boxes[0]
    assert 0 < ink(found, box) < ink(found, whole)
    beside = (box[0] + box[2] + 0.2, box[1], box[2], box[3])
    assert ink(found, beside) == 0


def test_lines_columns_and_divided_words_are_marked_a_box_a_line(folder: Path) -> None:
    left = ["The council met on Monday", "to discuss the light-", "house and the quay."]
    right = ["Ada Holm opposed the plan", "and said that a dry dock", "would be cheaper."]
    rows = [(72, 700 - 14 * i, text) for i, text in enumerate(left)]
    rows += [(320, 700 - 14 * i, text) for i, text in enumerate(right)]
    document = read_one(folder, placed(rows))
    found = mark(folder, document, "discuss the lighthouse and")
    assert len(found.boxes) == 2
    assert all(box[0] + box[2] < 0.5 for box in found.boxes)
    assert all(ink(found, box) for box in found.boxes)


def test_of_words_that_come_again_the_right_ones_are_marked(folder: Path) -> None:
    rows = [
        (72, 700, "The gate is shut."),
        (72, 600, "Nobody knows."),
        (72, 500, "The gate is shut."),
    ]
    document = read_one(folder, placed(rows))
    tops = [mark(folder, document, "gate is shut", n).boxes[0][1] for n in (0, 1)]
    assert tops[0] < 0.2 < 0.3 < tops[1]


def test_words_that_run_over_a_page_are_marked_on_each(folder: Path) -> None:
    document = read_one(
        folder, pdf("The tenant gives notice not later than", "nine months before.")
    )
    words = "later than nine months"
    first, second = (mark(folder, document, words, page=n) for n in (1, 2))
    assert (first.number, first.count, second.number) == (1, 2, 2)
    assert first.boxes and second.boxes


def test_every_sentence_of_somebody_s_paper_is_marked() -> None:
    documents, _ = load_documents(GENRES)
    paper = next(d for d in documents if d.pages)
    for start, end in paper.sentences:
        page = paper.page_at(start)
        assert page is not None
        found = draw_page(GENRES / paper.doc_id, paper, page, (start, end))
        assert found.boxes, paper.text[start:end]
        assert all(0 <= v <= 1 for box in found.boxes for v in box)


@pytest.mark.parametrize("data", [None, b"%PDF-1.4 no more", b""])
def test_a_file_that_is_gone_or_broken_is_an_error_of_python(
    folder: Path, data: bytes | None
) -> None:
    document = read_one(folder, pdf("One page."))
    if data is None:
        (folder / "a.pdf").unlink()
    else:
        (folder / "a.pdf").write_bytes(data)
    with pytest.raises((OSError, ValueError, RuntimeError)):
        draw_page(folder / "a.pdf", document, 1, (0, 3))
