"""Which of several documents on one form a question is about.

Pure.  "How heavy is the P40?" is answered by the data sheet of the P40, not by that of the P75,
however like it is.  Such documents are told from each other by the names in the question, as far as
one of them begins with these, and by its words that stand in a title or file name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from assistant.language.english import CALENDAR, FUNCTION, SETTLED, TITLES
from assistant.language.terms import content, related, stem, stems, words
from assistant.records import Asked, Document

BEGINNING = 400  # characters in which a text names what it is about
SEARCHED = 20_000  # characters of a text in which a name is looked for


def find_astray(asked: Asked, documents: Sequence[Document]) -> frozenset[str]:
    """The names of the documents that speak of less of what the question names than another one:
    they hold some of the telling words, or none, and no other ones.

    >>> sheets = [make_document(f"{n}.txt", f"{n}: 4 kg") for n in ("P40", "P75")]  # doctest: +SKIP
    >>> find_astray(understand("How heavy is the P40?"), sheets)  # doctest: +SKIP
    frozenset({'P75.txt'})
    """
    telling = find_telling(asked, documents)
    held = {d.doc_id: {word for word in telling if speaks_of(d, word)} for d in documents}
    return frozenset(
        name for name, less in held.items() if any(less < more for more in held.values())
    )


def leaves_open(asked: Asked, documents: Sequence[Document]) -> bool:
    """Whether the question names nothing by which these documents differ."""
    return not asked.figures and all(
        speaks_of(document, word) for word in named_in(asked) for document in documents
    )


def find_telling(asked: Asked, documents: Sequence[Document]) -> list[str]:
    """The folded words of the question by which the documents are told apart."""
    titles = frozenset[str]().union(*(stems(name_of(d)) for d in documents))
    begin = frozenset[str]().union(*(stems(d.text[:BEGINNING]) for d in documents))
    named = named_in(asked)
    return [
        word
        for word in dict.fromkeys([*asked.words, *named])
        if stem(word) in titles or (word in named and stem(word) in begin)
    ]


def named_in(asked: Asked) -> list[str]:
    """The folded words of the question's names, and those of letters and figures ("p40")."""
    names = [w.removesuffix("'s") for name in asked.names for w in words(name)]
    models = [w for w in asked.words if re.search(r"[a-z]-?\d", w)]
    return [w for w in (*names, *models) if w not in FUNCTION | CALENDAR | TITLES]


def name_of(document: Document) -> str:
    """Title and file name, as words."""
    file = str(PurePosixPath(document.doc_id).with_suffix(""))
    return f"{document.title} {re.sub('[_/]+', ' ', file)}"


def speaks_of(document: Document, word: str) -> bool:
    """Whether a document holds a folded word, in its name or in its first `SEARCHED` characters,
    by stem or in another spelling of the same name; one with figures as it is."""
    text = document.text[:SEARCHED]
    if stem(word) in stems(name_of(document)) | stems(text):
        return True
    plain = word not in SETTLED and word.isalpha()
    return plain and related(word, content(f"{name_of(document)} {text}"))
