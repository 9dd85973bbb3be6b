"""Do quotes still stand where they are said to?  Claims and documents in, a verdict each out.

Reads what this product wrote (an Answer as JSON, a talk as Markdown) and what anybody else did (the
stretches of a text in quotation marks).  Needs the documents as they are now, no index and no
model.  Words must match; only typography may differ: quotation marks, dashes, spaces, hyphens at
line ends, ligatures, and what print does at the edges of a quote (its first capital, the comma that
ends it, "[…]" for what is left out).
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

from assistant.documents.formats import SUFFIXES, read
from assistant.errors import QuoteFileError
from assistant.language.fold import PAIRS
from assistant.records import Document, Range

Finding = Literal["exact", "moved", "typographic", "altered", "gone"]
VERDICTS: tuple[Finding, ...] = ("exact", "moved", "typographic", "altered", "gone")
STANDING: frozenset[Finding] = frozenset(VERDICTS[:3])
HELD = 0.6  # share of a claim's words that a stretch must hold, in order, to be what was altered
LEAST = 3  # such words, at least
ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:…|\.{3}|\. \. \.)\s*\]|…|\.{3}|\. \. \.)\s*")
END_MARKS = ".,;:!?"
# between two characters of one word or number
CUT = re.compile(r"(?<=[^\W_])(?=[^\W_])|(?<=\d)(?=[.,]\d)|(?<=\d[.,])(?=\d)")
TOKEN = re.compile(r"\w+(?:['’.,]\w+)*|[^\w\s]")
TYPOGRAPHY = str.maketrans({c: plain for chars, plain in PAIRS.items() for c in chars})


@dataclass(frozen=True)
class Cited:
    """Words that are said to stand in the documents, and where, as far as that is said.  `of` says
    what they are, for a person."""

    text: str
    doc_id: str = ""
    start: int | None = None
    sha256: str = ""  # of the document's text, or its first digits
    of: str = "quote"


@dataclass(frozen=True)
class Checked:
    """What came of a claim.

    verdict     "exact": these words stand at that place, or, where none was told, somewhere;
                "moved": at another place; "typographic": but for quotation marks, dashes, spaces
                and the like; "altered": other words stand there; "gone": nothing like it does
    doc_id      the document where they stand, or what is like them; "" when gone
    start, end  there
    stands      the document's words there
    note        what else a reader must know; "" for nothing
    """

    claim: Cited
    verdict: Finding
    doc_id: str = ""
    start: int = 0
    end: int = 0
    stands: str = ""
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "said": self.claim.text,
            "of": self.claim.of,
            "stands": self.stands,
            "doc_id": self.doc_id,
            "start": self.start,
            "end": self.end,
            "note": self.note,
        }

    @property
    def difference(self) -> list[tuple[str, str]]:
        """Of altered words: (" ", both), ("-", only said), ("+", only in the document)."""
        said, there = TOKEN.findall(self.claim.text), TOKEN.findall(self.stands)
        found: list[tuple[str, str]] = []
        matcher = SequenceMatcher(None, list(map(plain, said)), list(map(plain, there)), False)
        for kind, a, b, c, d in matcher.get_opcodes():
            if kind == "equal":
                found.append((" ", " ".join(there[c:d])))
            else:
                found += [(s, " ".join(w)) for s, w in (("-", said[a:b]), ("+", there[c:d])) if w]
        return found


# ── what is claimed ──────────────────────────────────────────────────────────────────────────


def read_claims(path: Path) -> list[Cited]:
    """What a file claims, of any kind that is read.  Raises QuoteFileError where it claims
    nothing, CorpusError where it cannot be read."""
    if not path.is_file():
        raise QuoteFileError(f"There is no file {path}.")
    if path.suffix.lower() in (".json", ".md", ".txt", "") or path.suffix not in SUFFIXES:
        try:
            return find_claims(path.read_text(encoding="utf-8-sig"))
        except UnicodeDecodeError:
            pass  # as a document of unknown encoding
        except OSError as error:
            raise QuoteFileError(f"{path} cannot be read ({error.strerror}).") from error
    return find_claims(read(path).text)


def find_claims(text: str) -> list[Cited]:
    """What a file claims: an answer or several as JSON, a talk as this product exports it, or any
    text with quotes.  Raises QuoteFileError where there is none."""
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        loaded = None
    if isinstance(loaded, dict | list):
        try:
            claims = list(claims_of_json(loaded))
        except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
            raise QuoteFileError(
                f"This JSON holds no answer as `assistant ask --json` writes it ({error})."
            ) from error
    else:
        claims = list(claims_of_export(text)) or list(claims_of_text(text))
    if not claims:
        raise QuoteFileError("There is nothing to verify: no answer, and nothing in quotes.")
    return claims


def claims_of_json(loaded: Any) -> Iterator[Cited]:
    """The quotes of an answer, their table heads, and what is said to be in them."""
    if isinstance(loaded, list) or "answers" in loaded:
        for one in loaded if isinstance(loaded, list) else loaded["answers"]:
            yield from claims_of_json(one)
        return
    quotes = [*loaded["quotes"], *loaded["closest"]]
    for q in quotes:
        yield Cited(q["text"], q["doc_id"], int(q["start"]), q["doc_sha256"])
        if q.get("head"):
            yield Cited(q["head"], q["doc_id"], q["head_start"], q["doc_sha256"], "table head")
    for item in loaded.get("items") or ():
        q = loaded["quotes"][item["quote"]]
        yield Cited(item["text"], q["doc_id"], item["start"], q["doc_sha256"], "item")
    if loaded["text"] and not loaded.get("items"):
        q, at = loaded["quotes"][0], loaded["quotes"][0]["answer_start"]
        yield Cited(loaded["text"], q["doc_id"], at, q["doc_sha256"], "short answer")


EXPORTED = re.compile(
    r"^> (?P<text>[^\n]+)\n\n— [^\n]*\(characters (?P<start>\d+) to \d+ of (?P<doc>[^\n]+),"
    r" SHA-256 (?P<sha>[0-9a-f]{16})\)$",
    re.MULTILINE,
)


def claims_of_export(text: str) -> Iterator[Cited]:
    """The quotes of a talk as `render.talk_to_markdown` writes it."""
    for found in EXPORTED.finditer(text):
        words, doc_id = map(unescape_markdown, (found["text"].replace("**", ""), found["doc"]))
        yield Cited(words, doc_id, int(found["start"]), found["sha"])


def unescape_markdown(text: str) -> str:
    return html.unescape(re.sub(r"\\([^\w\s]|_)", r"\1", text))


IN_MARKS = re.compile(
    r"“(?P<a>[^“”]+)”|„(?P<b>[^„“”]+)[“”]|«(?P<c>[^«»]+)»|»(?P<d>[^«»]+)«"
    r'|(?<![\w"])"(?P<e>[^"\n](?:[^"]*[^"\s])?)"(?!\w)'
)
BLOCK = re.compile(r"(?:^[ \t]*>[^\n]*\n?)+", re.MULTILINE)


def claims_of_text(text: str) -> Iterator[Cited]:
    """The stretches of a text in quotation marks, and its block quotes."""
    for block in BLOCK.finditer(text):
        inside = re.sub(r"^[ \t]*>[ \t]?", "", block.group(), flags=re.MULTILINE).strip()
        if inside and not IN_MARKS.search(inside):
            yield Cited(inside)
    for found in IN_MARKS.finditer(BLOCK.sub(lambda m: m.group().replace(">", " "), text)):
        inside = next(filter(None, found.groups())).strip()
        if re.search(r"\w", inside):
            yield Cited(inside)


# ── whether it stands ────────────────────────────────────────────────────────────────────────


class Verifier:
    """Documents in which claims are looked up.

    >>> from assistant.documents.corpus import make_document
    >>> there = Verifier([make_document("a.txt", "It rained for nine days.")])
    >>> there.check(Cited("rained for nine days")).verdict
    'exact'
    >>> there.check(Cited("rained for six days")).difference
    [(' ', 'rained for'), ('-', 'six'), ('+', 'nine'), (' ', 'days')]
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = {d.doc_id: d for d in documents}
        self._plain: dict[str, tuple[str, list[int]]] = {}
        self._words: dict[str, tuple[list[str], list[Range], Mapping[str, list[int]]]] = {}

    def check(self, claim: Cited) -> Checked:
        """The verdict on a claim, from the document that it names before all others."""
        named = self.documents.get(claim.doc_id)
        order = [named] if named else []
        order += [d for d in self.documents.values() if d is not named]
        if found := self._find_exact(claim, order) or self._find_typographic(claim, order):
            return found
        return self._find_altered(claim, order)

    def _find_exact(self, claim: Cited, order: Sequence[Document]) -> Checked | None:
        named = self.documents.get(claim.doc_id)
        if named and claim.start is not None:
            # as an export writes it, on one line
            words = re.compile(r"\s+".join(map(re.escape, claim.text.split())))
            there = words.match(named.text, claim.start) if claim.text.strip() else None
            if there and not any(CUT.match(named.text, at) for at in there.span()):
                same = not claim.sha256 or named.sha256.startswith(claim.sha256)
                note = "" if same else "the document has changed elsewhere since"
                return Checked(
                    claim, "exact", named.doc_id, there.start(), there.end(), there.group(), note
                )
        for document in order:
            start = find_whole(document.text, claim.text)
            if start >= 0:
                end = start + len(claim.text)
                told = bool(claim.doc_id)
                note = "" if not told or document is named else f"now in {document.doc_id}"
                verdict: Finding = "moved" if told else "exact"
                return Checked(claim, verdict, document.doc_id, start, end, claim.text, note)
        return None

    def _find_typographic(self, claim: Cited, order: Sequence[Document]) -> Checked | None:
        parts = [p for p in map(strip_edges, ELLIPSIS.split(claim.text)) if p]
        for document in order:
            text, places = self._plain_of(document)
            at, found = 0, []
            for part in parts:
                start = find_whole(text, part, at)
                if start < 0:  # of a quote within a sentence the first letter
                    start = find_whole(text, part[0].swapcase() + part[1:], at)
                if start < 0:
                    break
                at = start + len(part)
                found.append((places[start], places[at - 1] + 1))
            if parts and len(found) == len(parts):
                start, end = found[0][0], found[-1][1]
                note = f"{len(parts)} parts, in this order" if len(parts) > 1 else ""
                if claim.doc_id and claim.doc_id != document.doc_id:
                    note = " ".join(filter(None, (note, f"now in {document.doc_id}")))
                stands = " … ".join(document.text[a:b] for a, b in found)
                return Checked(claim, "typographic", document.doc_id, start, end, stands, note)
        return None

    def _find_altered(self, claim: Cited, order: Sequence[Document]) -> Checked:
        said = [w for w in map(plain, TOKEN.findall(claim.text)) if re.match(r"\w", w)]
        best, most = Checked(claim, "gone"), 0
        for document in order:
            words, places, index = self._words_of(document)
            votes: Counter[int] = Counter()
            width = max(4, len(said) // 3)
            for i, word in enumerate(said):
                at = index.get(word, [])
                for diagonal in {(p - i) // width for p in at}:
                    votes[diagonal] += 1
                    votes[diagonal + 1] += 1
            for diagonal, _ in votes.most_common(3):
                low = max(0, (diagonal - 1) * width)
                high = min(len(words), (diagonal + 1) * width + len(said) + width)
                matcher = SequenceMatcher(None, said, words[low:high], False)
                blocks = [b for b in matcher.get_matching_blocks() if b.size]
                held = sum(b.size for b in blocks)
                if held > most and held >= max(min(LEAST, len(said)), HELD * len(said)):
                    # as many words before the first and after the last as the claim has
                    first = low + blocks[0].b - blocks[0].a
                    last = low + blocks[-1].b + len(said) - blocks[-1].a - 1
                    first, last = max(low, first), min(high - 1, last)
                    start, end = places[first][0], places[last][1]
                    mark = claim.text[len(claim.text.rstrip(END_MARKS)) :]
                    end += len(mark) * document.text.startswith(mark, end)
                    stands, most = document.text[start:end], held
                    best = Checked(claim, "altered", document.doc_id, start, end, stands)
        if claim.doc_id and claim.doc_id not in self.documents and best.verdict == "gone":
            return Checked(claim, "gone", note=f"there is no document {claim.doc_id}")
        return best

    def _plain_of(self, document: Document) -> tuple[str, list[int]]:
        if document.doc_id not in self._plain:
            self._plain[document.doc_id] = flatten(document.text)
        return self._plain[document.doc_id]

    def _words_of(
        self, document: Document
    ) -> tuple[list[str], list[Range], Mapping[str, list[int]]]:
        if document.doc_id not in self._words:
            found = [m for m in TOKEN.finditer(document.text) if re.match(r"\w", m.group())]
            words = [plain(m.group()) for m in found]
            index: dict[str, list[int]] = {}
            for i, word in enumerate(words):
                index.setdefault(word, []).append(i)
            self._words[document.doc_id] = words, [m.span() for m in found], index
        return self._words[document.doc_id]


def find_whole(text: str, part: str, at: int = 0) -> int:
    """Where `part` stands in `text` from `at` on, not within a word or number; -1 for nowhere."""
    start = text.find(part, at) if part else -1
    while start >= 0:
        end = start + len(part)
        if not CUT.match(text, start) and not CUT.match(text, end):
            return start
        start = text.find(part, start + 1)
    return -1


def plain(text: str) -> str:
    """Text without what typography makes of it, case kept."""
    return flatten(text)[0]


def flatten(text: str) -> tuple[str, list[int]]:
    """Text with plain quotes, dashes and single spaces, ligatures taken apart, soft hyphens and
    hyphens at line ends left out; and for each of its characters the offset that it had."""
    found: list[str] = []
    places: list[int] = []
    joined = {
        at
        for m in re.finditer(r"(?<=[^\W\d_])[-‐]\n\s*(?=[a-zß-ÿ])", text)
        for at in range(m.start(), m.end())
    }
    for at, letter in enumerate(text):
        if at in joined or unicodedata.category(letter) == "Cf":
            continue
        raised = unicodedata.category(letter) == "No"  # a footnote's mark is no figure
        for c in letter if raised else unicodedata.normalize("NFKC", letter).translate(TYPOGRAPHY):
            c = " " if c.isspace() else c
            c = "'" if c == '"' else c  # one within another changes its kind
            if c == " " and (not found or found[-1] in " -"):
                continue
            if c == "-" and found and found[-1] == " ":  # dashes with spaces and without
                found.pop()
                places.pop()
            found.append(c)
            places.append(at)
    return "".join(found), places


def strip_edges(part: str) -> str:
    """A part of a quote without what print adds at its edges: "[W]e", a comma before the mark."""
    text = plain(re.sub(r"\[(\w+)\]", r"\1", part)).strip()
    return text.rstrip(END_MARKS + "' ").lstrip("' ") or text
