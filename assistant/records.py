"""The records that the stages hand on.  Frozen, plain, and free of any library.

All offsets count Unicode code points of a document's own text, half-open `[start, end)`.
"""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

NOT_FOUND = "The documents don't say."  # in place of a short answer, wherever one is shown

# the reader over any text: question, text -> (start, end, margin) of answers, best first
ReadText = Callable[[str, str], Sequence[tuple[int, int, float]]]
Range = tuple[int, int]


@dataclass(frozen=True)
class Table:
    """Where the cells of a table stand in a text: of its head, and of each row; empty ones too.
    Those of the head are all empty where the first row heads nothing."""

    head: tuple[Range, ...]
    rows: tuple[tuple[Range, ...], ...]

    @property
    def start(self) -> int:
        return self.head[0][0]

    @property
    def end(self) -> int:
        return max(self.rows[-1][-1][1], self.rows[-1][0][1])


@dataclass(frozen=True)
class Document:
    """One document as it was read: its text is never edited, parts are only marked.

    `paragraphs`, `sentences` and `skipped` are ascending, disjoint ranges of `text`, found once,
    when it was read.  A sentence lies in one paragraph.  What lies in `skipped` (page furniture,
    editorial boilerplate) is not indexed and not quoted.
    """

    doc_id: str  # path below the corpus folder, with forward slashes
    sha256: str  # of `text` in UTF-8
    text: str
    title: str
    paragraphs: tuple[Range, ...]
    sentences: tuple[Range, ...]
    skipped: tuple[Range, ...] = ()
    pages: tuple[int, ...] = ()  # offset at which each page begins; empty where there are none
    date: str = ""  # as the document states it, by preference YYYY-MM-DD
    tables: tuple[Table, ...] = ()

    def table_at(self, offset: int) -> Table | None:
        """The table that holds `offset`."""
        return next((t for t in self.tables if t.start <= offset < t.end), None)

    def page_at(self, offset: int) -> int | None:
        """The number, from 1, of the page that holds `offset`; None in a text without pages."""
        return bisect.bisect_right(self.pages, offset) if self.pages else None

    def sentences_at(self, start: int, end: int) -> tuple[Range, ...]:
        """The sentences that `start:end` touches."""
        first = bisect.bisect_right(self.sentences, start, key=lambda s: s[1])
        last = bisect.bisect_left(self.sentences, end, key=lambda s: s[0])
        return self.sentences[first:last]

    def paragraph_at(self, offset: int) -> int:
        """The number, from 1, of the paragraph that holds `offset` (or the last before it)."""
        number = 0
        for start, _ in self.paragraphs:
            if start > offset:
                break
            number += 1
        return max(number, 1)


@dataclass(frozen=True)
class Asked:
    """One meaning of a question, taken apart once (`question.asked.understand`).

    text      as it is searched and read
    kind      count, amount, time or year, by its question word; "" for any other
    words     its content words, folded; `stems` their stems
    names     runs of capitalised words
    figures   numbers by value, decades left out
    whether   it begins with an auxiliary verb: yes or no
    negated   it holds a negation
    several   it asks for more than one: "which ports are …", "list all …"
    number    of things that it speaks of ("which four parts"); 0 for none
    """

    text: str
    kind: str
    words: tuple[str, ...]
    stems: frozenset[str]
    names: tuple[str, ...]
    figures: frozenset[str]
    whether: bool
    negated: bool
    several: bool = False
    number: int = 0


@dataclass(frozen=True)
class Chunk:
    """A stretch of a document that is embedded, retrieved and read as one.

    text    the document's words; of a table's rows, each cell behind its head
    parts   where the words of `text` stand in the document, where it is no plain slice: (offset in
            `text`, start and end in the document)
    """

    doc_id: str
    doc_sha256: str
    start: int
    end: int
    text: str
    parts: tuple[tuple[int, int, int], ...] = ()

    def locate(self, start: int, end: int) -> tuple[int, int, str] | None:
        """Where `text[start:end]` stands in the document, and its words: of what lies over several
        parts the part that holds most of it.  None where it lies between them."""
        if not self.parts:
            return self.start + start, self.start + end, self.text[start:end]
        best, most = None, 0
        for at, a, b in self.parts:
            low, high = max(start, at), min(end, at + b - a)
            if high - low > most:
                best, most = (a + low - at, a + high - at, self.text[low:high]), high - low
        return best

    @property
    def chunk_id(self) -> str:
        """Unique, and the same whenever the same text stands at the same place."""
        return f"{self.doc_id}#{self.doc_sha256[:16]}:{self.start}-{self.end}"


@dataclass(frozen=True)
class Hit:
    """A retrieved chunk and its score: higher is better."""

    chunk: Chunk
    score: float


@dataclass(frozen=True)
class Span:
    """A candidate answer: `document.text[start:end]`, read in the chunk of one hit.

    `margin` is the span's score (logit of its first plus of its last token) less the score of
    "no answer here" in the same window, so that spans of different passages compare.
    """

    doc_id: str
    start: int
    end: int
    text: str
    margin: float
    hit: int  # index of the hit it was read in


@dataclass(frozen=True)
class Candidate:
    """A span that may be the answer, with what speaks for it and how likely it is right.

    `struck` is why it can hardly be the answer, for a person; "" for most.  `alone` is the
    confidence that it would have without the answers of other documents.
    """

    span: Span
    confidence: float
    struck: str = ""
    alone: float = 0.0


@dataclass(frozen=True)
class Reading:
    """What was read for one meaning of a question.  `spans` by falling margin, `candidates` (of
    different answers) by falling confidence; both empty where nothing was retrieved.  `unread` was
    retrieved too; `only` are the documents that were searched, none for all."""

    asked: Asked
    hits: tuple[Hit, ...]
    spans: tuple[Span, ...]
    candidates: tuple[Candidate, ...]
    unread: tuple[Hit, ...] = ()
    only: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """What was searched."""
        return self.asked.text

    @property
    def confidence(self) -> float:
        """That the best candidate is right; 0 without one."""
        return self.candidates[0].confidence if self.candidates else 0.0


@dataclass(frozen=True)
class Quote:
    """Words of a document: `document.text[start:end] == text`, always.

    The answer inside it is `document.text[answer_start:answer_end]`, or None where the quote
    holds none.  `paragraph` and `page` count from 1; `page` is None in a text without pages.
    `speaker` is who says it, as the text names them, or "" where nobody is quoted or it is not
    certain.  `date` is the document's, as it states it.  Of a table's row `head` is the row of its
    heads, a slice of the document that begins at `head_start`.
    """

    doc_id: str
    doc_sha256: str
    start: int
    end: int
    text: str
    answer_start: int | None
    answer_end: int | None
    paragraph: int
    title: str
    speaker: str
    score: float
    page: int | None = None
    head: str = ""
    head_start: int | None = None
    date: str = ""

    @property
    def quote_id(self) -> str:
        """Unique, and the same whenever the same words are quoted."""
        return f"{self.doc_id}#{self.start}-{self.end}"

    @property
    def parts(self) -> tuple[str, str, str]:
        """The quote before, in and after the answer; the latter two empty without one."""
        if self.answer_start is None or self.answer_end is None:
            return self.text, "", ""
        a, b = self.answer_start - self.start, self.answer_end - self.start
        return self.text[:a], self.text[a:b], self.text[b:]


@dataclass(frozen=True)
class Sentence:
    """A sentence that a language model wrote about the answer.

    quote_ids   the quotes it names, as `Quote.quote_id`
    supported   whether it may be shown: all that it says stands in those quotes
    note        what spoke against it, or was changed; for a person
    """

    text: str
    quote_ids: tuple[str, ...]
    supported: bool
    note: str = ""


@dataclass(frozen=True)
class Item:
    """One of the several things that an answer names: `document.text[start:end]`, in the document
    of the answer's quote number `quote` (from 0)."""

    text: str
    quote: int
    start: int
    end: int


@dataclass(frozen=True)
class Answer:
    """What is returned for a question, found or not.

    status       "answered" or "not_found"
    text         the short answer, a span of the first quote, or of a list the items joined; ""
                 when not found
    quotes       what carries the answer, best first; empty when not found
    closest      what came nearest, only when not found: not an answer
    confidence   probability, 0 to 1, that `text` is right
    question     as asked
    query_used   what was searched, after resolving a follow-up
    sentences    what a language model wrote, struck sentences included; empty without one
    note         what a reader must know beside it: that sources differ, or what came of the further
                 parts of a question that asked several things; "" for nothing
    kind         "fact"; "list": several `items`; "yes_no": the text is the sentence that settles
                 whether; "overview": sentences that carry most; "passages": quotes on the subject;
                 these two have no short answer; "help": nothing was asked of the documents, and the
                 note is the reply
    items        of a list, in the order of the source
    perhaps      where nothing was found for sure, what may be the answer: words marked in one of
                 `closest`; of such a third and more are right.  "" for most
    """

    status: Literal["answered", "not_found"]
    text: str
    quotes: tuple[Quote, ...]
    closest: tuple[Quote, ...]
    confidence: float
    question: str
    query_used: str
    sentences: tuple[Sentence, ...] = ()
    note: str = ""
    kind: Literal["fact", "list", "yes_no", "overview", "passages", "help"] = "fact"
    items: tuple[Item, ...] = ()
    perhaps: str = ""

    @property
    def headline(self) -> str:
        """What is shown first: the short answer, or that there is none; "" where none was due."""
        return self.text or (NOT_FOUND if self.kind == "fact" else "")

    @property
    def found(self) -> bool:
        return self.status == "answered"

    @property
    def prose(self) -> str:
        """What a language model wrote and the quotes carry; "" without any."""
        return " ".join(s.text for s in self.sentences if s.supported)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain JSON types."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Answer:
        """The answer that `to_dict` gave, or an earlier version's: what this one does not know is
        left out.  Raises TypeError, KeyError or AttributeError for anything else."""

        def known(record: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
            names = {field.name for field in dataclasses.fields(record)}
            return {k: v for k, v in values.items() if k in names}

        parts: dict[str, type[Any]] = {
            "quotes": Quote, "closest": Quote, "sentences": Sentence, "items": Item,
        }  # fmt: skip
        made = known(cls, plain)
        for name, record in parts.items():
            made[name] = tuple(record(**known(record, each)) for each in plain.get(name, ()))
        made["sentences"] = tuple(
            dataclasses.replace(s, quote_ids=tuple(s.quote_ids)) for s in made["sentences"]
        )
        return cls(**made)
