"""A file -> its text, and what the file says about itself.

Knows nothing of paragraphs, furniture or the index.  Of a plain text or Markdown file the text is
the file, decoded.  Of the others it is what is extracted: kreuzberg reads what people write and
calculate with, `pdf` lays out pages, mails are read here.  That text is stored with the index, and
all offsets count in it.
"""

from __future__ import annotations

import codecs
import email
import email.message
import email.policy
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from assistant.documents.pdf import read_pages
from assistant.errors import CorpusError
from assistant.language.lines import find_code

MAX_BYTES = 50_000_000  # a larger file is a dump, not a document
MAX_UNPACKED = 500_000_000  # of a zipped format: what is far beyond is a bomb

# charset-normalizer's coherence (0 to 1: how much the letters are those of some language) of the
# best guess, and its lead over the next guess that reads otherwise.
COHERENT, LEAD = 0.3, 0.05
# What a text in Windows-1252 has beside ASCII: letters of Western Europe inside words, and the
# punctuation of print.
WESTERN = re.compile(
    r"[A-Za-z]*[ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüœŒ]{1,2}[a-zß]*|[‘’“”–—…•€£§°·«»©®½¼¾×\u00a0]"
)

BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
BOM_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
FRONT_MATTER = re.compile(r"---[^\S\n]*\r?\n(.*?)\n---[^\S\n]*(?:\r?\n\s*|\Z)", re.DOTALL)
NO_TITLE = re.compile(
    r"\W*(?:microsoft word|untitled|anonymous|unspecified)|.*\.(?:docx?|pdf|indd|tex|dvi)$",
    re.IGNORECASE,
)
WORD_XML = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True)
class Extract:
    """What is in a file.  Fields that the file does not state are empty."""

    text: str
    title: str = ""
    date: str = ""  # YYYY-MM-DD where it could be told, else as stated
    body: int = 0  # offset at which the text begins, behind any front matter
    pages: tuple[int, ...] = ()  # offset at which each page begins
    notes: tuple[str, ...] = ()  # what of the file was not read, or not as it stands; for a person


def read(path: Path, encoding: str = "") -> Extract:
    """The text of a file.  `encoding`: that of text files which do not tell theirs, "" to detect
    it.  Raises CorpusError, in one line, when it has no text or cannot be read."""
    if path.stat().st_size > MAX_BYTES:
        raise CorpusError(f"larger than {MAX_BYTES // 1_000_000} MB; split it.")
    suffix = path.suffix.lower()
    data = path.read_bytes()
    if not data:
        raise CorpusError("empty.")
    try:
        if suffix in TEXTS:
            found = TEXTS[suffix](*decode(data, fallback=encoding))
        elif suffix in CONVERTED:
            found = convert_file(data, CONVERTED[suffix], encoding)
        else:
            found = READERS[suffix](data)
    except CorpusError:
        raise
    except Exception as error:  # parsers meet broken files with errors of every kind
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise CorpusError(f"not a readable {suffix} file ({reason}).") from error
    if not found.text[found.body :].strip():
        raise CorpusError("empty.")
    return found


# ── plain text ───────────────────────────────────────────────────────────────────────────────


def read_plain(text: str, notes: tuple[str, ...] = ()) -> Extract:
    return Extract(text, notes=notes)


def read_markdown(text: str, notes: tuple[str, ...] = ()) -> Extract:
    """Front matter gives title and date; it stays in the text but is no part of the
    body."""
    matter = FRONT_MATTER.match(text)
    if not matter:
        return Extract(text, notes=notes)
    stated = {
        key.lower(): value.strip().strip("\"'")
        for key, value in re.findall(r"^(\w+)[^\S\n]*:[^\S\n]*(\S.*)$", matter.group(1), re.M)
    }
    title, date = stated.get("title", ""), stated.get("date", "")
    return Extract(text, title, date, matter.end(), notes=notes)


def decode(data: bytes, declared: str = "", fallback: str = "") -> tuple[str, tuple[str, ...]]:
    """Bytes -> text: by byte order mark, as `declared`, as UTF-8, as `fallback` or as detected
    where that is certain enough; and a note where it was detected.  Raises CorpusError otherwise: a
    wrong guess would be quoted."""
    if data.startswith(BOM_UTF32):
        return data.decode("utf-32"), ()
    encoding = next((name for bom, name in BOMS.items() if data.startswith(bom)), "")
    for name in [encoding] if encoding else [declared, "utf-8", fallback]:
        try:
            text = data.decode(name) if name else "\x00"
        except (UnicodeDecodeError, LookupError):
            continue
        if "\x00" not in text:
            return text, ()
    if encoding:
        raise CorpusError(f"damaged {encoding.upper()} text; save it again as UTF-8.")
    name = detect(data)
    if not name:
        raise CorpusError("not UTF-8 text, and its encoding is uncertain; save it as UTF-8.")
    return data.decode(name), (f"read as {name}: check its accents.",)


def detect(data: bytes) -> str:
    """The encoding of a text that is not UTF-8; "" where it is not certain."""
    if b"\x00" in data:  # of UTF-16 without a mark every other byte of Western text is NUL
        for name, nul in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
            if nul.count(0) > 0.6 * len(nul) and len(data) % 2 == 0:
                return name
        raise CorpusError("holds NUL bytes, so it is not a text file.")
    from charset_normalizer import from_bytes  # a tenth of a second, hardly ever needed

    try:
        western = data.decode("cp1252")
    except UnicodeDecodeError:
        western = ""
    foreign = re.findall(r"[^\x00-\x7f]", western)
    explained = WESTERN.sub("", western) if foreign else western
    if foreign and explained.isascii() and len(foreign) < 0.2 * len(western):
        return "cp1252"
    guesses = list(from_bytes(data[:200_000]))
    best = guesses[0] if guesses else None
    if best and best.coherence >= COHERENT:
        rivals = [g for g in guesses[1:] if g.chaos <= best.chaos and str(g) != str(best)]
        if all(best.coherence - g.coherence >= LEAD for g in rivals):
            try:
                data.decode(best.encoding)
                return str(best.encoding)
            except UnicodeDecodeError:
                pass
    return ""


# ── what kreuzberg reads ─────────────────────────────────────────────────────────────────────


def read_rst(text: str, notes: tuple[str, ...] = ()) -> Extract:
    """Its headings, lists and tables by docutils; what docutils fails at, as plain text."""
    from assistant.documents.rst import to_html  # a tenth of a second

    try:
        page = to_html(text).encode()
    except Exception:  # nested too deep, or names that stand for one another
        return Extract(text, notes=(*notes, "its markup cannot be parsed; read as plain text."))
    found = convert_file(page, "text/html")
    return Extract(found.text, found.title, found.date, notes=notes)


def convert_file(data: bytes, kind: str, encoding: str = "") -> Extract:
    """The text of a file of this MIME type, its headings, lists and tables one below the other;
    headings and tables as Markdown writes them, other markup taken off."""
    from kreuzberg import ExtractionConfig, extract_bytes_sync  # a tenth of a second

    notes: tuple[str, ...] = ()
    if kind.startswith(("text/", "application/json", "application/x")):
        declared = re.search(rb"""(?:charset|encoding)\s*=\s*["']?([\w-]+)""", data[:2048], re.I)
        name = declared.group(1).decode("ascii") if declared and kind != MIME_RST else ""
        text, notes = decode(data, name, encoding)
        if kind == MIME_RST:
            return read_rst(text, notes)
        stated = re.compile(r"""(charset|encoding)(\s*=\s*["']?)[\w-]+""", re.IGNORECASE)
        text = stated.sub(r"\1\2utf-8", text, count=1)
        data = (unwrap(text) if kind == "text/html" else text).encode()
    else:
        unpacked(data)
    # without its cache, which would keep the text in the user's home
    pictures: Any = {"strip_tags": ["svg"]}  # else each is "SVG Image"
    how = ExtractionConfig(output_format="markdown", use_cache=False, html_options=pictures)
    found = extract_bytes_sync(data, kind, config=how)
    about: dict[str, Any] = dict(found.metadata or {})
    parts = [*(head_and_foot(data) if kind == MIME_DOCX else ()), found.content]
    text = printable(join_blocks(unmark("\n\n".join(parts))))
    dated = next((str(about[k]) for k in ("date", "modified_at", "created_at") if about.get(k)), "")
    if kind == MIME_DOCX and is_revised(data):
        notes = (*notes, "has tracked changes; read as if they were accepted.")
    title = collapse_spaces(str(about.get("title") or ""))
    return Extract(text, "" if NO_TITLE.match(title) else title, dated[:10], notes=notes)


PREFORMATTED = re.compile(r"<(/?)(?:pre|textarea)\b", re.IGNORECASE)


def unwrap(page: str) -> str:
    """A page's source without line ends, which are spaces there, but where it is preformatted."""
    parts, at, kept = [], 0, False
    for tag in PREFORMATTED.finditer(page):
        if kept == bool(tag[1]):
            part = page[at : tag.start()]
            parts.append(part if kept else " ".join(part.splitlines()))
            at, kept = tag.start(), not kept
    rest = page[at:]
    return "".join([*parts, rest if kept else " ".join(rest.splitlines())])


MATTER_LINE = re.compile(r"[\w:.\"'-]+\s*[:=](?!\S)|[ \t-]|#")  # how a line of front matter begins
OF_PAGE = re.compile(r"## (?:title|canonical|base-href|(?:meta|link)-[\w:.-]+):(?!\S)")
LINK = re.compile(
    r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\((?:<[^>]*>|[^()\s]*(?:\([^()]*\))?[^()\s]*)(?:\s+\"[^\"]*\")?\)"
)
EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{1,3})(?=\S)([^*_\n]*[^*_\s])\1(?![\w*])")
LIST_ITEM = re.compile(r"\s*[-*+] +\S")
FENCE = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,3}[.)]) +)?```")
ONLY_LINKS = re.compile(r"(?:[-*] +)?(?:\[[^\]]*\]\([^)]*\)[\s|·•>/]*)+$")


def without_matter(source: str) -> str:
    """Without front matter, or what a page's head says, of which the last line is a heading.
    Behind a blank line a fence is a page's rule."""
    fence, *lines = source.split("\n")
    if fence.rstrip() not in ("---", "+++"):
        return source
    within = True
    for number, line in enumerate(lines):
        if OF_PAGE.match(line) or (within and number and line.rstrip() == fence.rstrip()):
            return "\n".join(lines[number + 1 :])
        within = within and bool(line.strip())
        if line.strip() and not (within and MATTER_LINE.match(line)):
            break
    return source


def unmark(source: str) -> Iterator[str]:
    """Markdown's blocks without emphasis, links and the marks of quotations.  Lists of nothing but
    links, three and more, are a page's navigation."""
    source = without_matter(source)
    for block in split_blocks(source):
        if FENCE.match(block):
            if code := take_code(block):
                yield code
            continue
        lines = [line for line in block.splitlines() if line.strip()]
        if len(lines) > 2 and all(ONLY_LINKS.match(line.strip()) for line in lines):
            continue
        table = len(lines) > 1 and bool(re.fullmatch(r"[\s|:-]+", lines[1]))
        if table:
            lines = tidy(lines)
        kept = []
        for line in lines:
            line = LINK.sub(r"\1", LINK.sub(r"\1", line))
            line = EMPHASIS.sub(r"\2", EMPHASIS.sub(r"\2", line))
            line = re.sub(r"\\([\\`*_{}\[\]()#+.!|~>-])", r"\1", line) if not table else line
            line = re.sub(r"^\s*>+ ?", "", line)
            line = re.sub(r"  +", " ", line) if table else line
            kept.append(line.rstrip())
        kept = [line for line in kept if line.strip(" -")]
        if text := "\n".join(kept if table else join_labels(indent_items(kept))):
            yield text


def take_code(block: str) -> str:
    """Code without its fences and blank lines; with fences where its first line would be a heading
    without them."""
    opening, *code = [line for line in block.splitlines() if line.strip()]
    code = [line for line in code if not FENCE.match(line)]
    if code and code[0].startswith("#"):
        return "\n".join(("```", *code, "```"))
    sign = opening.split("`")[0]
    return sign + "\n".join(code).removeprefix(" " * len(sign))


def indent_items(lines: list[str]) -> list[str]:
    """A list's lines, those that go on from an item as far in as its words."""
    if not lines or not LIST_ITEM.match(lines[0]):
        return lines
    indented, within = [], 0
    for line in lines:
        if sign := LIST_ITEM.match(line):
            within = sign.end() - 1
        indented.append(line if sign else " " * within + line.lstrip())
    return indented


def split_blocks(source: str) -> Iterator[str]:
    """What stands between blank lines; code between fences is one block."""
    at = 0
    for start, end in (*find_code(source), (len(source), len(source))):
        yield from re.split(r"\n\s*\n", source[at:start])
        yield source[start:end].lstrip("\n")
        at = end


def join_blocks(blocks: Iterable[str]) -> str:
    """The blocks, a blank line between two; a list's bullets in one block, as they are read."""
    text, listed = "", False
    for block in blocks:
        item = LIST_ITEM.match(block) is not None
        text += ("\n" if item and listed else "\n\n") + block if text else block
        listed = item
    return text


def join_labels(lines: list[str]) -> list[str]:
    """A list's items, "Location:" and what it labels in one; other lines as they are."""
    joined: list[str] = []
    for line in lines:
        item = re.match(r"\s*[-*+] +(?=\S)", line)
        if item and joined and re.fullmatch(r"\s*[-*+] [^.!?]{1,60}:", joined[-1]):
            joined[-1] += " " + line[item.end() :]
        else:
            joined.append(re.sub(r"^(\s*)[*+] +", r"\1- ", line))
    return joined


def tidy(lines: list[str]) -> list[str]:
    """A table's lines with each merged cell once and without empty rows; one that is left with
    heads alone as running text."""
    rows = []
    for line in [lines[0], *lines[2:]]:
        cells = [c.strip() for c in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        once = [c if i == 0 or c != cells[i - 1] else "" for i, c in enumerate(cells)]
        if any(once):
            rows.append(once)
    if len(rows) < 2:
        return [c for row in rows for c in row if c]
    drawn = ["| " + " | ".join(row) + " |" for row in rows]
    return [drawn[0], re.sub("-+", "---", lines[1]), *drawn[1:]]


def head_and_foot(data: bytes) -> Iterator[str]:
    """What stands in the headers and footers of a Word file, each text once."""
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        names = [n for n in box.namelist() if re.fullmatch(r"word/(?:header|footer)\d*\.xml", n)]
        texts = []
        for name in sorted(names, reverse=True):  # headers first
            for paragraph in ElementTree.fromstring(box.read(name)).iter(f"{WORD_XML}p"):
                texts.append("".join(t.text or "" for t in paragraph.iter(f"{WORD_XML}t")).strip())
    yield from (t for t in dict.fromkeys(texts) if re.search(r"[^\W\d_]{3}", t))


def is_revised(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        body = box.read("word/document.xml") if "word/document.xml" in box.namelist() else b""
    return b"<w:ins " in body or b"<w:del " in body


# ── pages and mails ──────────────────────────────────────────────────────────────────────────


def pdf(data: bytes) -> Extract:
    found = read_pages(data)
    notes = tuple(f"page {n} holds no text: run text recognition (OCR) on it." for n in found.blank)
    title = "" if NO_TITLE.match(found.title) else found.title
    return Extract(printable(found.text), title, day(found.created), 0, found.pages, notes)


def mail(data: bytes) -> Extract:
    """The message as read: who wrote to whom, when and about what, then its text."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    head = [
        f"{name}: {collapse_spaces(str(message[name]))}"
        for name in ("From", "To", "Cc", "Date", "Subject")
        if message[name]
    ]
    body = message.get_body(("plain", "html"))
    text = body.get_content() if isinstance(body, email.message.EmailMessage) else ""
    if not head or not text.strip():
        raise CorpusError("not an e-mail with a text.")
    if body is not None and body.get_content_subtype() == "html":
        text = convert_file(text.encode(), "text/html").text
    attached = [str(part.get_filename() or "without a name") for part in message.iter_attachments()]
    sent = getattr(message["Date"], "datetime", None)
    return Extract(
        printable("\n".join(head) + "\n\n" + text.replace("\r\n", "\n")),
        collapse_spaces(str(message["Subject"] or "")),
        day(sent),
        notes=tuple(f"its attachment {name} is not read." for name in attached),
    )


# ── help ─────────────────────────────────────────────────────────────────────────────────────


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
    if not data.startswith(b"PK"):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        if sum(item.file_size for item in box.infolist()) > MAX_UNPACKED:
            raise CorpusError(f"unpacks to more than {MAX_UNPACKED // 1_000_000} MB; split it.")


MIME_RST = "text/x-rst"
MIME_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXTS: dict[str, Callable[..., Extract]] = {
    ".txt": read_plain,
    ".text": read_plain,
    ".log": read_plain,
    "": read_plain,
    ".md": read_markdown,
    ".markdown": read_markdown,
}
READERS: dict[str, Callable[[bytes], Extract]] = {".pdf": pdf, ".eml": mail}
CONVERTED = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".docx": MIME_DOCX,
    ".odt": "application/vnd.oasis.opendocument.text",
    ".rtf": "application/rtf",
    ".rst": MIME_RST,
    ".org": "text/x-org",
    ".epub": "application/epub+zip",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".json": "application/json",
    ".xml": "application/xml",
}
SUFFIXES = frozenset([*TEXTS, *READERS, *CONVERTED])
