"""Several documents that answer one question: editions of one text, and each of another subject.

Pure.  An edition is a later or earlier version of the same text: the handbook of 2022 beside that
of 2024.  Of editions the newest answers, and the older is named.  Of documents about different
subjects, where the question leaves open which one it means, each answers for itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from assistant.language.english import CALENDAR, WEEKDAYS
from assistant.language.fold import fold
from assistant.language.terms import find_names, stems, words
from assistant.reading.confidence import same_answer
from assistant.records import Asked, Candidate, Document, Reading

SHINGLE = 4  # words in a row by which texts are compared
SHARED = 0.3  # of the shorter text's shingles, from which on two are editions of one text
SERIES = 0.1  # the same, where their names differ in nothing but the edition
HEAD = 400  # characters at the beginning in which a text states its date
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = "|".join(sorted(CALENDAR - WEEKDAYS, key=len, reverse=True))
YEAR = r"(?:19|20)\d\d"
DATE = re.compile(
    rf"(?P<y>{YEAR})[-/.](?P<m>\d\d?)(?:[-/.](?P<d>\d\d?))?\b"
    rf"|(?:(?P<d2>\d{{1,2}})(?:st|nd|rd|th)? )?\b(?P<m2>{MONTH})\.?,? (?P<y2>{YEAR})\b"
    rf"|\b(?P<m3>{MONTH})\.? (?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y3>{YEAR})\b"
    rf"|(?<!\d)(?P<y4>{YEAR})(?!\d)"
)
VERSION = re.compile(r"\b(?:v|version|edition|revision|rev|release)[ .]*(\d+(?:\.\d+)*)\b")
STATE = re.compile(  # what in a name tells an edition and no subject
    r"\b(?:v|version|edition|revision|rev|release|draft|final|old|new|older|newer|previous|current"
    r"|latest|updated|revised|amended|copy)\b"
)
Edition = tuple[str, tuple[int, ...]]


def find_edition(document: Document) -> Edition | None:
    """By what an edition is told from others, and its value: a date (year, month, day; 0 for what
    is not said), as the document, its name or its beginning states it, or a version's number.

    >>> find_edition(make_document("leave-v2.txt", "Leave is 30 days."))  # doctest: +SKIP
    ('version', (2,))
    """
    name = name_of(document)
    for text in (document.date, name, document.text[:HEAD]):
        if value := find_dated(fold(text)):
            return "date", value
        if number := VERSION.search(fold(text)):
            return "version", tuple(map(int, number[1].split(".")))
    return None


def find_dated(text: str) -> tuple[int, ...]:
    """The first date of a folded text: (year, month, day), 0 for what is not said; () for none."""
    found = DATE.search(text)
    if not found:
        return ()
    parts = found.groupdict()
    year, month, day = (next((v for k, v in parts.items() if k[0] == c and v), "0") for c in "ymd")
    return int(year), int(month) if month.isdigit() else MONTHS.index(month[:3]) + 1, int(day)


def name_of(document: Document) -> str:
    """Title and file name, as words."""
    file = str(PurePosixPath(document.doc_id).with_suffix(""))
    return f"{document.title} {re.sub('[_/]+', ' ', file)}"


def find_series(document: Document) -> frozenset[str]:
    """The words of a file's name without what tells its edition."""
    stem = re.sub(r"[-_.]+", " ", fold(PurePosixPath(document.doc_id).stem))
    plain = STATE.sub(" ", re.sub(r"\bv\d+\b|\d+", " ", stem))
    return frozenset(w for w in plain.split() if w not in CALENDAR)


def are_editions(one: Document, other: Document) -> bool:
    """Whether two documents are versions of one text that can be put in order."""
    first, second = find_edition(one), find_edition(other)
    if not first or not second or first[0] != second[0] or first[1] == second[1]:
        return False
    series = find_series(one)
    least = SERIES if series and series == find_series(other) else SHARED
    return shared(one.text, other.text) >= least


def shared(one: str, other: str) -> float:
    """The share of the shorter text's shingles that the other holds."""
    a, b = shingles(one), shingles(other)
    return len(a & b) / max(1, min(len(a), len(b)))


def shingles(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {found[i : i + SHINGLE] for i in range(len(found) - SHINGLE + 1)}


def find_editions(reading: Reading, lookup: Callable[[str], Document]) -> list[Document]:
    """The document of the best candidate and its other editions among what was retrieved, newest
    first; empty where there are no others."""
    if not reading.candidates:
        return []
    span = reading.candidates[0].span
    passage = reading.hits[span.hit].chunk.text
    # whole texts are compared only where the passages found are alike
    others = dict.fromkeys(
        hit.chunk.doc_id
        for hit in (*reading.hits, *reading.unread)
        if hit.chunk.doc_id != span.doc_id and shared(passage, hit.chunk.text) >= SERIES
    )
    if not others:
        return []
    best = lookup(span.doc_id)
    found = [d for d in map(lookup, others) if are_editions(best, d)]
    return sorted([best, *found], key=order_of, reverse=True) if found else []


def order_of(document: Document) -> tuple[int, ...]:
    edition = find_edition(document)
    return edition[1] if edition else ()


def say_edition(document: Document) -> str:
    """The date or version of an edition, for a person.

    >>> say_edition(make_document("leave-2024-05.txt", "Leave is 30 days."))  # doctest: +SKIP
    '2024-05'
    """
    edition = find_edition(document)
    if edition is None:
        return document.title
    kind, value = edition
    if kind == "version":
        return "version " + ".".join(map(str, value))
    return "-".join(f"{part:02}" for part in value if part)


SOURCE = re.compile(
    r"\b(?:(?P<strict>according to|as per|per|under|as stated in|as set out in)|in|of|from)"
    r" (?:the |our |its |their |your )?(?P<of>[^,?;]{3,60}?)(?=,|\?|$)",
    re.IGNORECASE,
)
NEWEST = frozenset(["newest", "latest", "current", "new", "newer", "updated"])
OLDER = frozenset(["old", "older", "oldest", "previous", "former", "earlier"])


def find_named(
    question: str, documents: Callable[[], Iterable[Document]]
) -> tuple[str, list[str], bool] | None:
    """The question without the source that it names, the documents in whose name this stands, and
    whether it means no others; None where it names none of them or all.

    "According to the 2022 policy, how long is leave?" is of the documents in whose name "2022" and
    "policy" stand, and of no others, since it tells an edition.  Without "according to" and its
    like, an edition and another word of a name are wanted.
    """
    for found in find_sources(question):
        said = words(found["of"])
        wanted = stems(" ".join(w for w in said if w not in NEWEST | OLDER))
        told = bool(NEWEST.union(OLDER).intersection(said) or re.search(r"\d", found["of"]))
        if not wanted or (not found["strict"] and not (told and len(said) > 1)):
            continue
        known = list(documents())
        named = [d for d in known if wanted <= stems(f"{name_of(d)} {say_edition(d)}")]
        named = sorted((d for d in named if find_edition(d)), key=order_of) or named
        if OLDER.intersection(said):
            named = named[:-1]
        elif NEWEST.intersection(said):
            named = named[-1:]
        if named and len(named) < len(known):
            rest = f"{question[: found.start()]} {question[found.end() :]}"
            rest = re.sub(r"\s+(?=[,?.])", "", " ".join(rest.split())).strip(" ,")
            if stems(rest):
                return rest[:1].upper() + rest[1:], [d.doc_id for d in named], told
    return None


def find_sources(question: str) -> Iterator[re.Match[str]]:
    """Where a source may be named; one may begin within another ("of leave in the old policy")."""
    found = SOURCE.search(question)
    while found:
        yield found
        found = SOURCE.search(question, found.start() + 1)


BEHIND = 3.0  # logits that another document's own answer may lie behind the best


def find_own(
    asked: Asked,
    candidates: Sequence[Candidate],
    lookup: Callable[[str], Document],
    threshold: float,
) -> list[Candidate]:
    """The best candidate of each document, where two and more of different subjects answer alike
    well and the question does not say which it means; else nothing.

    Each is as sure as it would be without the answers of the other documents.
    """
    best: dict[str, Candidate] = {}
    for c in candidates:
        if not c.struck:
            best.setdefault(c.span.doc_id, c)
    own = list(best.values())
    if len(own) < 2 or asked.names or asked.figures:
        return []
    first = own[0]

    def around(c: Candidate) -> str:
        document = lookup(c.span.doc_id)
        touched = document.sentences_at(c.span.start, c.span.end)
        return document.text[touched[0][0] : touched[-1][1]] if touched else c.span.text

    def named(c: Candidate) -> int:
        return len(asked.stems & stems(name_of(lookup(c.span.doc_id))))

    alike = [
        c
        for c in own
        if c.span.margin >= first.span.margin - BEHIND
        and named(c) >= named(first)
        and c.alone >= threshold
        and (c is first or not same_answer(c.span, first.span))
        and (c is first or not set(find_names(around(c))) & set(find_names(around(first))))
    ]
    return alike if len(alike) > 1 and alike[0] is first else []
