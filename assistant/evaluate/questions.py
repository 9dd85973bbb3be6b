"""A questions file -> Cases, each checked against the documents.

The format is in eval/README.md.  Whatever is wrong with a line is said with its number; a file
with a bad line is not used.  Knows nothing of answers given or of models.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from assistant.errors import QuestionsError
from assistant.language.fold import fold
from assistant.records import Document

ANSWERED_KINDS = {
    "fact",
    "paraphrase",
    "number",
    "time",
    "who_said",
    "why",
    "noisy",
    "two_passages",
    "follow_up",
}
SILENT_KINDS = {"absent", "near_miss", "false_premise", "off_topic"}
REQUIRED, OPTIONAL = (
    ("id", "question", "answers", "support", "kind"),
    ("history", "standalone", "contradicts", "needs", "doc", "items"),
)
SPEECH_KEYS = ("id", "quote", "speaker", "accept", "kind", "doc")


@dataclass(frozen=True)
class Place:
    """A stretch of a document: `document.text[start:end]`."""

    doc_id: str
    start: int
    end: int

    def overlaps(self, other: Place) -> bool:
        return self.doc_id == other.doc_id and self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Case:
    """One question with all that is needed to judge its answer.

    `supports` holds one tuple for each passage listed: every place where that passage stands.
    One passage is enough, unless `needs_all`.  A case without answers must not be answered.
    `items`: of a list, the accepted forms of each thing that belongs to it.
    """

    id: str
    question: str
    kind: str
    answers: tuple[str, ...] = ()
    support: tuple[str, ...] = ()  # as written in the file
    supports: tuple[tuple[Place, ...], ...] = ()  # where that is
    history: tuple[str, ...] = ()  # earlier questions, oldest first
    standalone: str = ""
    contradicts: str = ""
    contradiction: tuple[Place, ...] = ()
    needs_all: bool = False
    items: tuple[tuple[str, ...], ...] = ()

    @property
    def answerable(self) -> bool:
        return bool(self.answers)

    @property
    def changes_subject(self) -> bool:
        """Whether it has a history that has nothing to do with it."""
        return bool(self.history) and self.standalone == self.question

    @property
    def places(self) -> tuple[Place, ...]:
        """Everywhere a support stands."""
        return tuple(place for support in self.supports for place in support)


@dataclass(frozen=True)
class Speech:
    """A passage, and who speaks in it: every accepted form of the name, none when nobody does."""

    id: str
    kind: str
    place: Place
    speaker: str
    accept: tuple[str, ...]


class Passages:
    """The documents, folded once, to find passages in."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = {d.doc_id: d for d in documents}
        self._folded = {d.doc_id: fold(d.text) for d in documents}

    def find(self, what: str, passage: str, doc: str) -> tuple[Place, ...]:
        """Every place of a passage.  Raises BadLine unless it stands, indexed, in a paragraph."""
        if doc and doc not in self._documents:
            raise BadLine(f"there is no document {doc!r}")
        searched = {doc: self._folded[doc]} if doc else self._folded
        found = [
            Place(doc_id, start, end)
            for doc_id, text in searched.items()
            for start, end in occurrences(passage, text)
        ]
        if not found:
            raise BadLine(f"{what} is not in the documents{self._parting(passage, searched)}")
        whole = [p for p in found if self._in_one_paragraph(p)]
        if not whole:
            raise BadLine(f"{what} stretches over two paragraphs: list them as two passages")
        indexed = tuple(p for p in whole if not self._skipped(p))
        if not indexed:
            raise BadLine(f"{what} is in text that is not indexed, such as page furniture")
        return indexed

    @staticmethod
    def _parting(passage: str, searched: dict[str, str]) -> str:
        """Where passage and documents part, for a person who looks for a slip of the pen."""
        words = passage.split()
        low, high = 0, len(words)  # the first `low` words are somewhere, the first `high` are not
        while high - low > 1:
            middle = (low + high) // 2
            start = " ".join(words[:middle])
            if any(occurrences(start, text) for text in searched.values()):
                low = middle
            else:
                high = middle
        same, other = " ".join(words[max(0, low - 4) : low]), " ".join(words[low : low + 4])
        return f": it is up to “…{same}”, but not with “{other}” after it" if low else ""

    def _in_one_paragraph(self, place: Place) -> bool:
        paragraphs = self._documents[place.doc_id].paragraphs
        return any(a <= place.start and place.end <= b for a, b in paragraphs)

    def _skipped(self, place: Place) -> bool:
        skipped = self._documents[place.doc_id].skipped
        return any(a < place.end and place.start < b for a, b in skipped)


class BadLine(Exception):
    """What is wrong with one line."""


def load_questions(path: Path, documents: Sequence[Document]) -> tuple[Case, ...]:
    """All questions of a file.  Raises QuestionsError that lists every bad line."""
    passages = Passages(documents)
    return _checked(path, lambda entry: as_case(entry, passages))


def load_speakers(path: Path, documents: Sequence[Document]) -> tuple[Speech, ...]:
    """All passages of a speakers file.  Raises QuestionsError that lists every bad line."""
    passages = Passages(documents)
    return _checked(path, lambda entry: as_speech(entry, passages))


def fingerprint(cases: Sequence[Case | Speech]) -> str:
    """sha256 of what the lines say, in whatever order and spacing they say it."""
    told = [asdict(case) for case in cases]
    for line in told:
        if not line.get("items"):  # a key of later files: without it the digest is as it was
            line.pop("items", None)
    lines = sorted(json.dumps(line, sort_keys=True) for line in told)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def occurrences(passage: str, folded: str) -> list[tuple[int, int]]:
    """Where a passage stands in a folded text, as whole words, whatever the white space."""
    words = [re.escape(word) for word in fold(passage).split()]
    if not words:
        return []
    pattern = r"(?<!\w)" * passage.strip()[0].isalnum() + r"\s+".join(words)
    pattern += r"(?!\w)" * passage.strip()[-1].isalnum()
    return [match.span() for match in re.finditer(pattern, folded)]


# ── one line ────────────────────────────────────────────────────────────────────────────────────


def as_case(entry: dict[str, Any], passages: Passages) -> Case:
    """One line as a Case.  Raises BadLine."""
    known(entry, (*REQUIRED, *OPTIONAL))
    kind, doc = word(entry, "kind"), text(entry, "doc", required=False)
    answers, support = texts(entry, "answers"), texts(entry, "support")
    if bool(answers) != bool(support):
        missing = "support" if answers else "answers"
        raise BadLine(f"{missing} is empty: give both answers and support, or neither")
    if kind in ANSWERED_KINDS and not answers:
        raise BadLine(f"a {kind} question needs answers")
    if kind in SILENT_KINDS and answers:
        raise BadLine(f"an {kind} question must not have answers")
    supports = tuple(
        passages.find(f"support {n}", passage, doc) for n, passage in enumerate(support, start=1)
    )
    for answer in answers:
        if not any(occurrences(answer, fold(passage)) for passage in support):
            raise BadLine(f"the answer {answer!r} is not in a support")
    needs = text(entry, "needs", required=False)
    if needs not in ("", "all"):
        raise BadLine(f'needs can only be "all", not {needs!r}')
    if needs and len(support) < 2:
        raise BadLine('needs is "all", but there are not two supports')
    history = texts(entry, "history", required=False)
    standalone = text(entry, "standalone", required=False)
    if standalone and not history:
        raise BadLine("standalone is for a question with a history")
    contradicts = text(entry, "contradicts", required=False)
    if contradicts and answers:
        raise BadLine("contradicts is for a question that must not be answered")
    return Case(
        id=text(entry, "id"),
        question=text(entry, "question"),
        kind=kind,
        answers=answers,
        support=support,
        supports=supports,
        history=history,
        standalone=standalone,
        contradicts=contradicts,
        contradiction=passages.find("contradicts", contradicts, doc) if contradicts else (),
        needs_all=bool(needs),
        items=as_items(entry, support),
    )


def as_items(entry: dict[str, Any], support: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The key `items`.  Raises BadLine."""
    value = entry.get("items", [])
    if not isinstance(value, list):
        raise BadLine('items must be a list of lists, such as [["Denmark"], ["Sweden", "Swedes"]]')
    found = tuple(texts({"items": forms}, "items") for forms in value)
    for forms in found:
        if not any(occurrences(form, fold(passage)) for form in forms for passage in support):
            raise BadLine(f"no form of the item {forms} is in a support")
    return found


def as_speech(entry: dict[str, Any], passages: Passages) -> Speech:
    """One line as a Speech.  Raises BadLine."""
    known(entry, SPEECH_KEYS)
    speaker, accept = text(entry, "speaker", blank=True), texts(entry, "accept")
    if bool(speaker) != bool(accept) or (speaker and speaker not in accept):
        raise BadLine("accept must hold the speaker, or both must be empty")
    places = passages.find("quote", text(entry, "quote"), text(entry, "doc", required=False))
    if len(places) > 1:
        raise BadLine("quote stands in the documents more than once")
    return Speech(text(entry, "id"), word(entry, "kind"), places[0], speaker, accept)


def known(entry: dict[str, Any], keys: Sequence[str]) -> None:
    for key in entry:
        if key not in keys:
            raise BadLine(f"there is no key {key!r}; there are {', '.join(keys)}")


def text(entry: dict[str, Any], key: str, required: bool = True, blank: bool = False) -> str:
    value = entry.get(key, None if required else "")
    if value is None:
        raise BadLine(f"{key} is missing")
    if not isinstance(value, str):
        raise BadLine(f"{key} must be a text in quotes")
    if key in entry and not blank and not any(c.isalnum() for c in value):
        raise BadLine(f"{key} is blank")
    return value


def word(entry: dict[str, Any], key: str) -> str:
    value = text(entry, key)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", value):
        raise BadLine(f"{key} must be one word in small letters, not {value!r}")
    return value


def texts(entry: dict[str, Any], key: str, required: bool = True) -> tuple[str, ...]:
    value = entry.get(key, None if required else [])
    if value is None:
        raise BadLine(f"{key} is missing; write [] for none")
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise BadLine(f'{key} must be a list of texts, such as ["at noon"]')
    return tuple(value)


# ── a file ──────────────────────────────────────────────────────────────────────────────────────

Made = TypeVar("Made", Case, Speech)


def _checked(path: Path, make: Callable[[dict[str, Any]], Made]) -> tuple[Made, ...]:
    made: list[Made] = []
    problems: list[str] = []
    first: dict[str, int] = {}
    for number, line in _lines(path):
        try:
            one = make(_entry(line))
            if one.id in first:
                raise BadLine(f"the id {one.id!r} is that of line {first[one.id]}")
        except BadLine as problem:
            problems.append(f"line {number}: {problem}")
        else:
            first[one.id] = number
            made.append(one)
    if problems:
        raise QuestionsError(path, problems)
    if not made:
        raise QuestionsError(path, ["there is no line in it"])
    return tuple(made)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise QuestionsError(path, ["not UTF-8 text: save it as UTF-8"]) from error
    except OSError as error:
        raise QuestionsError(path, [f"cannot be read ({error.strerror})"]) from error
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            yield number, line


def _entry(line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadLine(f"not JSON: {error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise BadLine("not JSON that can be read: it is nested too deep") from error
    if not isinstance(entry, dict):
        raise BadLine("not a JSON object: a line begins with { and ends with }")
    return entry
