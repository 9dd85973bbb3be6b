"""What libraries read of the same files: `python eval/peers_files.py --data CASES`.

`CASES` is that of `bench_cases.py`.  For each kind of file its cases are asked again and again,
each time over what another library extracts of the files; and the seconds that this takes.
markitdown is compared where it is installed: `pip install 'markitdown[pdf,docx,xlsx,pptx]'`.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import shutil
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

from bench_cases import ask_all
from kit import Row, read_rows

from assistant.documents import formats

Read = Callable[[Path], str]


def by_us(path: Path) -> str:
    return formats.read(path).text


def by_kreuzberg(path: Path) -> str:
    from kreuzberg import ExtractionConfig, extract_file_sync

    config = ExtractionConfig(output_format="markdown", use_cache=False)
    return str(extract_file_sync(str(path), config=config).content)


def by_markitdown(path: Path) -> str:
    from markitdown import MarkItDown

    return str(MarkItDown().convert(str(path)).text_content)


def by_pypdf(path: Path) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def by_pypdfium2(path: Path) -> str:
    import pypdfium2

    return "\n".join(p.get_textpage().get_text_bounded() for p in pypdfium2.PdfDocument(path))


def by_pdfplumber(path: Path) -> str:
    import pdfplumber

    with pdfplumber.open(path) as file:
        return "\n".join(page.extract_text() or "" for page in file.pages)


def by_python_docx(path: Path) -> str:
    import docx

    return "\n".join(p.text for p in docx.Document(str(path)).paragraphs)


PDFS = {"pypdf": by_pypdf, "pypdfium2": by_pypdfium2, "pdfplumber": by_pdfplumber}
READERS: dict[str, dict[str, Read]] = {".pdf": PDFS, ".docx": {"python-docx": by_python_docx}}
ALL: dict[str, Read] = {"this": by_us, "kreuzberg": by_kreuzberg}
if importlib.util.find_spec("markitdown"):
    ALL["markitdown"] = by_markitdown
KINDS = (".pdf", ".docx", ".html", ".xlsx", ".csv", ".pptx", ".rst", ".json", ".eml")


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--kinds", nargs="+", default=KINDS)
    a = p.parse_args()
    by_case = defaultdict(list)
    for row in read_rows(a.data / "cases.jsonl"):
        by_case[row["case"]].append(row)
    for kind in a.kinds:
        cases = {c: rows for c, rows in by_case.items() if any((a.data / c).rglob(f"*{kind}"))}
        print(f"{kind}: {sum(map(len, cases.values()))} questions of {len(cases)} cases")
        for name, read in {**ALL, **READERS.get(kind, {})}.items():
            came, seconds, lost = ask_with(read if name != "this" else None, kind, cases, a.data)
            told = "  ".join(f"{state} {came[state]:3}" for state in ("right", "wrong", "silent"))
            print(f"  {name:12} {told}   {seconds:5.2f} s to read, {lost} files not", flush=True)


def ask_with(
    read: Read | None, kind: str, cases: dict[str, list[Row]], data: Path
) -> tuple[Counter[str], float, int]:
    """How the answers are where files of a kind are what a library makes of them; None: where they
    are read as they are.  Besides: the seconds it took, and how many files it could not read."""
    came: Counter[str] = Counter()
    seconds, lost = 0.0, 0
    for case, rows in cases.items():
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place, "docs")
            shutil.copytree(data / case, folder)
            for file in sorted(folder.rglob(f"*{kind}")):
                begun = time.perf_counter()
                try:
                    text = (read or by_us)(file)
                except Exception:  # of every kind
                    text, lost = "", lost + 1
                seconds += time.perf_counter() - begun
                if read:
                    file.chmod(0o644)
                    file.unlink()
                    file.with_suffix(".md").write_text(text, "utf-8")
            came.update(row["is"] for row in ask_all(folder, rows))
    return came, seconds, lost


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    main()
