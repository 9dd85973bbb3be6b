"""Files -> Documents.  Finds files, paragraphs and title, marks what is not to be indexed.

Knows nothing of chunks or the index.  The text of a document is what `formats` reads: cleaning
marks ranges and never edits.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from assistant.documents import formats
from assistant.documents.formats import Extract
from assistant.errors import CorpusError
from assistant.language.sentences import sentences
from assistant.records import Document, Range

# One paragraph that is furniture of a web page wherever it stands.
FURNITURE = re.compile(
    r"to view this video please enable javascript"
    r"|(?:please )?enable javascript\b.{0,80}$"
    r"|your browser does not support\b"
    r"|(?:advertisement|advertising|sponsored content|skip ad|story continues below.{0,30})$"
    r"|(?:share|save|print|copy link|share this (?:article|story|page)|e-?mail this)$"
    r"|sign up (?:for|to) (?:our|the)\b.{0,80}newsletter"
    r"|(?:we use|this (?:site|website) uses) cookies\b"
    r"|(?:read more|see also|related|watch|recommended)\s*:.{0,200}$"
    r"|(?:©|\(c\)|copyright ©).{0,120}$",
    re.IGNORECASE,
)
# A short line from which on, to the end, a page is no longer the article.
TAIL = re.compile(
    r"(?:editorial context(?: (?:&|and) insight)?|about the authors?|related (?:articles|stories"
    r"|topics|content)|more on this (?:story|topic)|read next|recommended for you|most (?:read"
    r"|popular|viewed)|comments(?: \(\d+\))?|leave a (?:reply|comment)|share this article"
    r"|follow us(?: on .{1,40})?|subscribe(?: now)?|newsletter)[:.]?",
    re.IGNORECASE,
)


def load_documents(folder: Path) -> tuple[list[Document], list[str]]:
    """All documents below `folder`, and a line for each file that could not be read.

    Hidden files and READMEs are left out: they speak about the corpus.  Raises CorpusError when
    the folder is missing or no document can be read.
    """
    if not folder.is_dir():
        raise CorpusError(f"There is no folder {folder}: name a folder that holds documents.")
    documents, problems = [], []
    for path in document_files(folder):
        doc_id = path.relative_to(folder).as_posix()
        try:
            documents.append(make_document(doc_id, formats.read(path)))
        except (CorpusError, OSError) as error:
            problems.append(f"{doc_id}: {error}")
    if not documents:
        reason = f" ({problems[0]})" if problems else ""
        raise CorpusError(
            f"No document in {folder}{reason}: put {' or '.join(formats.READERS)} files there."
        )
    return documents, problems


def document_files(folder: Path) -> list[Path]:
    """The files that are documents, in a fixed order."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in formats.READERS
        and path.is_file()
        and path.stem.lower() != "readme"
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def make_document(doc_id: str, found: Extract | str) -> Document:
    """A document with its paragraphs found and its furniture marked."""
    if isinstance(found, str):
        found = Extract(found)
    text = found.text
    blocks = find_paragraphs(text, found.body)
    front = ((0, found.body),) if found.body else ()
    return Document(
        doc_id=doc_id,
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        text=text,
        title=found.title or title_of(doc_id, text, blocks),
        paragraphs=blocks,
        sentences=tuple(s for start, end in blocks for s in sentences(text, start, end)),
        skipped=front + find_furniture(text, blocks),
        pages=found.pages,
        date=found.date,
    )


def find_paragraphs(text: str, body: int = 0) -> tuple[Range, ...]:
    """Blocks between blank lines, from offset `body` on.  In a text without any, each line is a
    paragraph, unless the lines are those of hard-wrapped prose."""
    blank = re.search(r"\S\s*\n[^\S\n]*\r?\n", text[body:])
    breaks = r"\n[^\S\n]*\n\s*" if blank else r"\n\s*"
    if not blank and wrapped(text[body:]):
        breaks = r"\Z"
    found = []
    cursor = body
    for gap in [*re.compile(breaks).finditer(text, body), None]:
        end = gap.start() if gap else len(text)
        block = text[cursor:end]
        if block.strip():
            start = cursor + len(block) - len(block.lstrip())
            found.append((start, start + len(block.strip())))
        cursor = gap.end() if gap else len(text)
    return tuple(found)


def wrapped(text: str) -> bool:
    """Whether line breaks fall inside sentences: most lines are long and end in mid-sentence."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    open_ended = [len(line) > 40 and line[-1:] not in '.!?"”:' for line in lines[:-1]]
    return len(lines) > 3 and sum(open_ended) > len(lines) / 2


def title_of(doc_id: str, text: str, found: tuple[Range, ...]) -> str:
    """A Markdown heading, a short first line that is no sentence, or the file's name."""
    first = text[slice(*found[0])] if found else ""
    if heading := re.match(r"#{1,3}\s+(.+?)\s*#*$", first.splitlines()[0] if first else ""):
        return heading.group(1)
    if "\n" not in first and len(first) < 120 and first[-1:] not in '.!?:;,"”' and len(found) > 1:
        return first
    name = doc_id.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return re.sub(r"[-_]+", " ", name).strip().capitalize() or doc_id


def find_furniture(text: str, found: tuple[Range, ...]) -> tuple[Range, ...]:
    """What is not the article: single paragraphs, and all from a closing heading on.

    A closing heading counts only as a whole short paragraph in the latter half of the text.
    """
    skipped = []
    for start, end in found:
        block = re.sub(r"\s+", " ", text[start:end])
        if TAIL.fullmatch(block) and start > len(text) / 2:
            skipped.append((start, len(text)))
            break
        if FURNITURE.match(block):
            skipped.append((start, end))
    return tuple(skipped)
