"""Several documents that answer one question: editions of one text, and each of another subject.

Pure.  An edition is a later or earlier version of the same text: the handbook of 2022 beside that
of 2024.  Of editions the newest answers, and the older is named.  Of documents about different
subjects, where the question leaves open which one it means, each answers for itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from assistant.language.english import CALENDAR, MONTH
from assistant.language.fold import fold
from assistant.language.terms import find_names, stems, words
from assistant.reading.confidence import same_answer
from assistant.reading.subjects import name_of
from assistant.records import Asked, Candidate, Document, Reading, Span

SHINGLE = 4  # words in a row by which texts are compared
SHARED = 0.3  # of the shorter text's shingles, from which on two are editions of one text
SERIES = 0.1  # the same, where their names differ in nothing but the edition; and of one form
LIKE_PASSAGES = 0.04  # the same of passages, from which on whole texts are compared
COMPARED_TEXT = 20_000  # characters of a text that are compared
SAME = 0.6  # of the words of two sentences, from which on one is the other's new wording
HEAD = 400  # characters at the beginning in which a text states its date
FIRST_WORDS = 250  # characters at the beginning in which a text names its subject
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
YEAR = r"(?:19|20)\d\d"
DATE = re.compile(
    rf"(?P<y>{YEAR})[-/.](?P<m>\d\d?)(?:[-/.](?P<d>\d\d?))?\b"
    rf"|(?:(?P<d2>\d{{1,2}})(?:st|nd|rd|th)? )?\b(?P<m2>{MONTH})\.?,? (?P<y2>{YEAR})\b"
    rf"|\b(?P<m3>{MONTH})\.? (?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y3>{YEAR})\b"
    rf"|(?<!\d)(?P<y4>{YEAR})(?:(?P<m4>0[1-9]|1[0-2])(?P<d4>[0-3]\d))?(?!\d)"
)
VERSION = re.compile(r"\b(?:v|version|edition|revision|rev|release)[ .]*(\d+(?:\.\d+)*)\b")
STATE = re.compile(  # what in a name tells an edition and no subject
    r"\b(?:v|version|edition|revision|rev|release|draft|final|old|new|older|newer|previous|current"
    r"|latest|updated|revised|amended|copy)\b"
)
AUTHORS = re.compile(r"^\W*(?:\w+ )?by\b.*$", re.IGNORECASE | re.MULTILINE)
PRODUCT = re.compile(r"(?!(?:fy|q|h|v)\d)[a-z]+-?\d[\w-]*")  # "hp-40", not "fy24", "3rd"
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


def find_series(document: Document) -> tuple[str, ...]:
    """The words of a file's name without what tells its edition; "lease-12" is none.

    >>> find_series(make_document("leave-policy-2024-05-final.txt", "…"))  # doctest: +SKIP
    ('leave', 'policy')
    """
    name = re.sub(r"_+", " ", fold(PurePosixPath(document.doc_id).stem))
    for edition in (DATE, VERSION, STATE):
        name = edition.sub(" ", name)
    return tuple(w for w in re.split(r"[-. ]+", name) if w and w not in CALENDAR)


def are_editions(one: Document, other: Document) -> bool:
    """Whether two documents are versions of one text that can be put in order: their names differ
    in nothing but the edition, or they share much and do not begin with another subject each."""
    first, second = find_edition(one), find_edition(other)
    if not first or not second or first[0] != second[0] or first[1] == second[1]:
        return False
    alike, series = shared(one.text, other.text), find_series(one)
    if series and series == find_series(other):
        return alike >= SERIES
    return alike >= SHARED and not are_of_two_subjects(one, other)


def are_of_two_subjects(one: Document, other: Document) -> bool:
    """Whether each begins with a name that the other does not begin with: two leases on one form,
    not two versions of one lease."""
    first, second = find_subjects(one), find_subjects(other)
    return bool(first - find_opening(other)) and bool(second - find_opening(one))


def are_twins(one: Document, other: Document) -> bool:
    """Whether two documents share their form and are about different subjects."""
    return (
        are_of_two_subjects(one, other) and share_form(one, other) and not are_editions(one, other)
    )


def share_form(one: Document, other: Document) -> bool:
    """Whether much of either text stands in the other: a note that quotes a report is no form."""
    a, b = shingles(one.text[:COMPARED_TEXT]), shingles(other.text[:COMPARED_TEXT])
    return len(a & b) >= SERIES * max(1, len(a), len(b))


def find_opening(document: Document) -> frozenset[str]:
    """The stems of a document's name and of how it begins."""
    return stems(f"{name_of(document)} {cut_opening(document)}")


def cut_opening(document: Document) -> str:
    """How a document begins, in whole words."""
    return re.sub(r"\w+\Z", "", document.text[: FIRST_WORDS + 1])


def find_subjects(document: Document) -> frozenset[str]:
    """The stems of the names with which a document begins, and of what has letters and figures
    there ("HP-40"), without what tells an edition, whose work it is ("By Ann Lee", "Prepared by …")
    and the first words of sentences and lines."""
    text = AUTHORS.sub("", cut_opening(document))
    names = [
        n for n in find_names(text) if " " in n or re.search(rf"[a-z,;(] {re.escape(n)}", text)
    ]
    models = [w for w in words(VERSION.sub(" ", fold(text))) if PRODUCT.fullmatch(w)]
    told = STATE.sub(" ", fold(" ".join([*names, *models])))
    return stems(" ".join(w for w in words(told) if w not in CALENDAR))


def shared(one: str, other: str) -> float:
    """The share of the shorter text's shingles that the other holds."""
    a, b = shingles(one[:COMPARED_TEXT]), shingles(other[:COMPARED_TEXT])
    return len(a & b) / max(1, min(len(a), len(b)))


@lru_cache(maxsize=128)  # the best passage is compared with every other
def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Words in a row, all figures alike."""
    found = ["#" if any(map(str.isdigit, w)) else w for w in words(text)]
    return frozenset(zip(*(found[i:] for i in range(SHINGLE)), strict=False))


def find_editions(reading: Reading, lookup: Callable[[str], Document]) -> list[Document]:
    """The document of the best candidate and its other editions among what was retrieved, newest
    first; empty where there are no others."""
    alike = find_alike(reading, lookup)
    found = [d for d in alike[1:] if are_editions(alike[0], d)]
    return sorted([alike[0], *found], key=order_of, reverse=True) if found else []


def find_on_form(reading: Reading, lookup: Callable[[str], Document]) -> list[Document]:
    """The document of the best candidate and those that share its form among what was retrieved:
    its editions, and the leases of other flats; empty where there are none."""
    alike = find_alike(reading, lookup)
    found = [other for other in alike[1:] if share_form(alike[0], other)]
    return [alike[0], *found] if found else []


def find_alike(reading: Reading, lookup: Callable[[str], Document]) -> list[Document]:
    """The document of the best candidate, then those of which a passage like its own was
    retrieved: whole texts are compared with no others; empty where there are none."""
    if not reading.candidates:
        return []
    span = reading.candidates[0].span
    passage = reading.hits[span.hit].chunk.text
    others = dict.fromkeys(
        hit.chunk.doc_id
        for hit in (*reading.hits, *reading.unread)
        if hit.chunk.doc_id != span.doc_id and shared(passage, hit.chunk.text) >= LIKE_PASSAGES
    )
    return [lookup(name) for name in (span.doc_id, *others)] if others else []


def match_edition(
    asked: Asked, told: str, candidates: Iterable[Candidate], sentence: Callable[[Span], str]
) -> Candidate | None:
    """The candidate in the sentence that another edition has in the place of `told`, in which it
    answers; None where there is none.  They share most words, and all that the question has."""
    mine = mask_figures(told)

    def likeness(candidate: Candidate) -> float:
        other = mask_figures(sentence(candidate.span))
        if asked.stems & stems(" ".join(sorted(mine ^ other))):
            return 0.0
        return len(mine & other) / max(len(mine), len(other))

    best = max((c for c in candidates if not c.struck), key=likeness, default=None)
    return best if best and likeness(best) >= SAME else None


def mask_figures(text: str) -> frozenset[str]:
    """The words of a text, all figures alike: they are what a new edition changes first."""
    return frozenset("#" if any(map(str.isdigit, w)) else w for w in words(text))


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
        if named and len(named) < len(known) and (rest := without(question, found)):
            return rest, [d.doc_id for d in named], told
    return None


def find_titled(
    question: str, documents: Callable[[], Iterable[Document]]
) -> tuple[str, list[str]] | None:
    """The question without the title before it and whose that is ("In Cupboard Love by Jacobs, who
    …?"), and the documents that have it and say so where they begin; None where none has.

    A title alone is none: in "In Brindle, how many pubs are there?" it says what is asked about.
    """
    found = SOURCE.match(question)
    if (
        not found
        or not question[found.end() :].startswith(",")
        or not (rest := without(question, found))
    ):
        return None
    wanted = stems(found["of"])
    named = [
        d.doc_id
        for d in documents()
        if (title := stems(d.title)) and title < wanted <= stems(f"{name_of(d)} {d.text[:HEAD]}")
    ]
    return (rest, named) if named else None


def without(question: str, source: re.Match[str]) -> str:
    """A question without the source that it names; "" where nothing is asked then."""
    rest = f"{question[: source.start()]} {question[source.end() :]}"
    rest = re.sub(r"\s+(?=[,?.])", "", " ".join(rest.split())).strip(" ,")
    return rest[:1].upper() + rest[1:] if stems(rest) else ""


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
    well and the question does not say which it means ("What is the capital?"); else nothing.  All
    its words ("long" of "how long" aside) stand beside each: what is asked in other words is
    hardly told twice.

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

    wanted = asked.stems - stems(" ".join(re.findall(r"\bhow (\w+)", fold(asked.text))))

    def named(c: Candidate) -> int:
        return len(asked.stems & stems(name_of(lookup(c.span.doc_id))))

    alike = [
        c
        for c in own
        if c.span.margin >= first.span.margin - BEHIND
        and named(c) >= named(first)
        and c.alone >= threshold
        and wanted <= stems(around(c))
        and (c is first or not same_answer(c.span, first.span))
        and (c is first or not set(find_names(around(c))) & set(find_names(around(first))))
    ]
    return alike if len(alike) > 1 and alike[0] is first else []
