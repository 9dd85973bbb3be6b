"""How much of a PDF comes out as its paragraphs: against a text edition of the same document.

    python eval/bench_pages.py [PDF TEXT ...]

Without files: the Filesystem Hierarchy Standard of `eval/pdfs`, whose text edition lies beside it.
Counts the paragraphs of the text, of eight words and more, that stand in one block of what is read
of the PDF, and those that stand there in one run, over blocks.  Letters and figures count, white
space and marks do not.  Tables and lists, which a text edition writes in one paragraph, lie in
several blocks: the first number cannot be 1.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from kit import ROOT

from assistant.documents.pdf import read_pages

LEAST_WORDS = 8
SIGN = re.compile(r"^\s*(?:[-*•]|\d+\.|o)\s+")
ASCII_TABLE = re.compile(r"\s*[|+=]")


def letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def paragraphs_of(text: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", text):
        if any(ASCII_TABLE.match(line) for line in block.splitlines()):
            continue
        if len(block.split()) >= LEAST_WORDS:
            yield letters(SIGN.sub("", block))


def compare(pdf: Path, text: Path) -> None:
    start = time.perf_counter()
    found = read_pages(pdf.read_bytes())
    took = time.perf_counter() - start
    blocks = "|".join(letters(SIGN.sub("", block)) for block in re.split(r"\n\s*\n", found.text))
    run = blocks.replace("|", "")
    wanted = list(paragraphs_of(text.read_text(encoding="utf-8")))
    whole = sum(said in blocks for said in wanted)
    together = sum(said in run for said in wanted)
    print(
        f"{pdf.name}: {len(found.pages)} pages in {took:.1f} s; of {len(wanted)} paragraphs"
        f" {whole / len(wanted):.3f} in one block, {together / len(wanted):.3f} in one run"
    )


def main() -> None:
    own = ROOT / "eval" / "pdfs"
    given = [Path(name) for name in sys.argv[1:]]
    files = given or [own / "docs" / "fhs-3.0.pdf", own / "fhs-3.0.txt"]
    for pdf, text in zip(files[::2], files[1::2], strict=True):
        compare(pdf, text)


if __name__ == "__main__":
    main()
