"""A file -> its text, and what the file says about itself.  One reader a format.

Knows nothing of paragraphs, furniture or the index.  Of a plain text file the text is the file,
decoded.  Of the others it is what the reader extracts, with a blank line between blocks; that text
is stored with the index, and all offsets count in it.
"""

from __future__ import annotations

import codecs
import email
import email.message
import email.policy
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from assistant.errors import CorpusError

MAX_BYTES = 50_000_000  # a larger file is a dump, not a document
MAX_UNPACKED = 500_000_000  # of a zipped format: what is far beyond is a bomb

# charset-normalizer's coherence (0 to 1: how much the letters are those of some language) of the
# best guess, and its lead over the next guess that reads otherwise.
COHERENT, LEAD = 0.3, 0.05

BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
FRONT_MATTER = re.compile(r"---[^\S\n]*\r?\n(.*?)\n---[^\S\n]*(?:\r?\n\s*|\Z)", re.DOTALL)
NO_TITLE = re.compile(r"microsoft word|untitled|.*\.(?:docx?|pdf|indd|tex|dvi)$", re.IGNORECASE)
W3 = "{http://www.w3.org/1999/xhtml}"


@dataclass(frozen=True)
class Extract:
    """What is in a file.  Fields that the file does not state are empty."""

    text: str
    title: str = ""
    date: str = ""  # YYYY-MM-DD where it could be told, else as stated
    body: int = 0  # offset at which the text begins, behind any front matter
    pages: tuple[int, ...] = ()  # offset at which each page begins


def read(path: Path) -> Extract:
    """The text of a file.  Raises CorpusError, in one line, when it has none or cannot be read."""
    if path.stat().st_size > MAX_BYTES:
        raise CorpusError(f"larger than {MAX_BYTES // 1_000_000} MB; split it.")
    reader = READERS[path.suffix.lower()]
    data = path.read_bytes()
    if not data:
        raise CorpusError("empty.")
    try:
        found = reader(data)
    except CorpusError:
        raise
    except Exception as error:  # parsers meet broken files with errors of every kind
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise CorpusError(f"not a readable {path.suffix.lower()} file ({reason}).") from error
    if not found.text[found.body :].strip():
        raise CorpusError("empty.")
    return found


# ── plain text ───────────────────────────────────────────────────────────────────────────────


def read_plain(data: bytes) -> Extract:
    return Extract(decode(data))


def read_markdown(data: bytes) -> Extract:
    """Front matter gives title and date; it stays in the text but is no part of the
    body."""
    text = decode(data)
    matter = FRONT_MATTER.match(text)
    if not matter:
        return Extract(text)
    stated = {
        key.lower(): value.strip().strip("\"'")
        for key, value in re.findall(r"^(\w+)[^\S\n]*:[^\S\n]*(\S.*)$", matter.group(1), re.M)
    }
    return Extract(text, stated.get("title", ""), stated.get("date", ""), matter.end())


def decode(data: bytes, declared: str = "") -> str:
    """Bytes -> text: by byte order mark, as `declared`, as UTF-8, or as detected where that is
    certain enough.  Raises CorpusError otherwise: a wrong guess would be quoted."""
    encoding = next((name for bom, name in BOMS.items() if data.startswith(bom)), "")
    for name in [encoding] if encoding else [declared, "utf-8"]:
        try:
            text = data.decode(name) if name else "\x00"
        except (UnicodeDecodeError, LookupError):
            continue
        if "\x00" not in text:
            return text
    if encoding:
        raise CorpusError(f"damaged {encoding.upper()} text; save it again as UTF-8.")
    if b"\x00" in data:
        raise CorpusError("holds NUL bytes, so it is not a text file.")
    return detected(data)


def detected(data: bytes) -> str:
    from charset_normalizer import from_bytes  # a tenth of a second, hardly ever needed

    guesses = list(from_bytes(data[:200_000]))
    best = guesses[0] if guesses else None
    if best and best.coherence >= COHERENT:
        rivals = [g for g in guesses[1:] if g.chaos <= best.chaos and str(g) != str(best)]
        if all(best.coherence - g.coherence >= LEAD for g in rivals):
            try:
                return data.decode(best.encoding)
            except UnicodeDecodeError:
                pass
    raise CorpusError("not UTF-8 text, and its encoding is uncertain; save it as UTF-8.")


# ── formats with markup ──────────────────────────────────────────────────────────────────────


def read_html(data: bytes) -> Extract:
    """The article without navigation, by trafilatura."""
    declared = re.search(rb"""charset\s*=\s*["']?([\w-]+)""", data[:2048], re.IGNORECASE)
    return page(decode(data, declared.group(1).decode("ascii") if declared else ""))


def page(source: str) -> Extract:
    import trafilatura  # a second or two, with its date parser

    found = trafilatura.bare_extraction(
        source,
        include_comments=False,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if found is None or isinstance(found, dict) or not (found.text or "").strip():
        return Extract(blocks(trafilatura.html2txt(source).splitlines()))
    return Extract(
        blocks((found.text or "").splitlines()),
        collapse_spaces(found.title or ""),
        found.date or "",
    )


def pdf(data: bytes) -> Extract:
    """The text page by page, by pypdf.  Raises CorpusError for one that needs a password or that
    holds only pictures."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    reader = PdfReader(io.BytesIO(data))
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise CorpusError("encrypted; save a copy without a password.")
    except DependencyError as error:
        raise CorpusError("encrypted; save a copy without a password.") from error
    pages, starts, reached = [], [], 0
    for each in reader.pages:
        starts.append(reached)
        pages.append(reflowed(printable(each.extract_text())))
        reached += len(pages[-1]) + 2
    if not any(text.strip() for text in pages):
        raise CorpusError("holds no text, only pictures: run text recognition (OCR) on it.")
    meta = reader.metadata
    title = collapse_spaces(str(meta.title or "")) if meta else ""
    created = meta.creation_date if meta else None
    return Extract(
        "\n\n".join(pages),
        "" if NO_TITLE.match(title) else title,
        day(created),
        pages=tuple(starts),
    )


def reflowed(text: str) -> str:
    """A page's lines with a blank one where a paragraph seems to end: behind a line that closes a
    sentence well short of the right margin.  A PDF knows lines only."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    margin = max(map(len, lines), default=0)
    closed = [line + "\n" * (line[-1:] in '.!?”"' and len(line) < 0.8 * margin) for line in lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(closed)).strip()


def docx(data: bytes) -> Extract:
    """Paragraphs and tables in their order, by python-docx; a table's row is a block."""
    import docx as library
    from docx.table import Table

    unpacked(data)
    document = library.Document(io.BytesIO(data))
    found = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            found += [
                " | ".join(collapse_spaces(cell.text) for cell in row.cells) for row in block.rows
            ]
        else:
            found.append(block.text)
    about = document.core_properties
    return Extract(blocks(found), collapse_spaces(about.title or ""), day(about.modified))


def mail(data: bytes) -> Extract:
    """The message as read: who wrote to whom, when and about what, then its text."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    head = [
        f"{name}: {collapse_spaces(str(message[name]))}"
        for name in ("From", "To", "Date", "Subject")
        if message[name]
    ]
    body = message.get_body(("plain", "html"))
    text = body.get_content() if isinstance(body, email.message.EmailMessage) else ""
    if not head or not text.strip():
        raise CorpusError("not an e-mail with a text.")
    if body is not None and body.get_content_subtype() == "html":
        text = page(text).text
    sent = getattr(message["Date"], "datetime", None)
    return Extract(
        printable("\n".join(head) + "\n\n" + text.replace("\r\n", "\n")),
        collapse_spaces(str(message["Subject"] or "")),
        day(sent),
    )


def epub(data: bytes) -> Extract:
    """The chapters in reading order: an EPUB is a zip of XHTML with a list of what comes when."""
    unpacked(data)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        container = ElementTree.fromstring(book.read("META-INF/container.xml"))
        name = next(e for e in container.iter() if e.tag.endswith("}rootfile")).get("full-path", "")
        package = ElementTree.fromstring(book.read(name))
        files = {e.get("id"): e.get("href", "") for e in package.iter() if e.tag.endswith("}item")}
        order = [e.get("idref") for e in package.iter() if e.tag.endswith("}itemref")]
        folder = PurePosixPath(name).parent
        chapters = [book.read(str(folder / files[part])) for part in order if part in files]
    stated = {e.tag.rpartition("}")[2]: (e.text or "").strip() for e in package.iter()}
    found = [
        "".join(block.itertext())
        for chapter in chapters
        for block in ElementTree.fromstring(entities(chapter)).iter()
        if block.tag in {f"{W3}{tag}" for tag in ("p", "h1", "h2", "h3", "h4", "li", "td", "pre")}
    ]
    return Extract(
        blocks(found), collapse_spaces(stated.get("title", "")), stated.get("date", "")[:10]
    )


def entities(chapter: bytes) -> str:
    """XHTML without its DOCTYPE: names such as &nbsp; are resolved here, none is looked up."""
    text = re.sub(r"<!DOCTYPE[^>\[]*(?:\[.*?\])?[^>]*>", "", decode(chapter), flags=re.DOTALL)
    text = re.sub(r"<\?xml[^>]*\?>", "", text)  # a str has no encoding to declare
    return re.sub(r"&(?!(?:amp|lt|gt|quot|apos);)\w+;", lambda m: unescape(m.group()), text)


# ── help ─────────────────────────────────────────────────────────────────────────────────────


def blocks(found: list[str]) -> str:
    """Blocks, each on one line, with a blank line between them."""
    return printable("\n\n".join(line for line in map(collapse_spaces, found) if line))


def collapse_spaces(text: str) -> str:
    """White space as a page shows it; a non-breaking space stays one."""
    return re.sub(r"[^\S\u00a0\u202f]+", " ", text).strip()


def printable(text: str) -> str:
    """Without what cannot be stored or shown: NULs and half characters, which some PDFs hold."""
    return re.sub(r"[\x00\ud800-\udfff]", "\ufffd", text)


def day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""


def unpacked(data: bytes) -> None:
    """Raises CorpusError for a zip file that would fill the memory."""
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        if sum(item.file_size for item in box.infolist()) > MAX_UNPACKED:
            raise CorpusError(f"unpacks to more than {MAX_UNPACKED // 1_000_000} MB; split it.")


READERS: dict[str, Callable[[bytes], Extract]] = {
    ".txt": read_plain,
    ".md": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": pdf,
    ".docx": docx,
    ".eml": mail,
    ".epub": epub,
}
