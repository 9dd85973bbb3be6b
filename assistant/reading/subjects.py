"""Which documents are not about what a question names.

Pure.  "How heavy is the P40?" is answered by the data sheet of the P40; what that of the P75 says
is no rival to it, however like it is.  A document is told from another by the names in the
question, and by its words that stand in a document's title or file name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath

from assistant.language.english import FUNCTION, IRREGULAR
from assistant.language.fold import fold
from assistant.language.terms import kin, stem, stems, words
from assistant.records import Asked, Document


def find_astray(
    asked: Asked, names: Iterable[str], lookup: Callable[[str], Document]
) -> Mapping[str, frozenset[str]]:
    """Of each document those that speak of less of what the question names: they hold some of
    these words, or none, and no other ones.

    names: of the documents, as in `Document.doc_id`

    >>> sheets = {n: make_document(n, f"{n}: 4 kg") for n in ("P40", "P75")}  # doctest: +SKIP
    >>> find_astray(understand("How heavy is the P40?"), sheets, sheets.get)  # doctest: +SKIP
    {'P40': frozenset({'P75'}), 'P75': frozenset()}
    """
    documents = {name: lookup(name) for name in dict.fromkeys(names)}
    if len(documents) < 2:
        return dict.fromkeys(documents, frozenset())
    telling = find_telling(asked, documents.values())
    held = {
        name: {word for word in telling if speaks_of(document, word)}
        for name, document in documents.items()
    }
    return {
        name: frozenset(other for other, less in held.items() if less < mine)
        for name, mine in held.items()
    }


def find_telling(asked: Asked, documents: Iterable[Document]) -> list[str]:
    """The folded words of the question by which documents are told apart."""
    named = {w.removesuffix("'s") for name in asked.names for w in words(name)} - FUNCTION
    titles = frozenset[str]().union(*(stems(name_of(document)) for document in documents))
    return [
        word
        for word in dict.fromkeys([*asked.words, *sorted(named)])
        if word in named or re.search(r"[a-z]-?\d", word) or stem(word) in titles
    ]


def name_of(document: Document) -> str:
    """Title and file name, as words."""
    file = str(PurePosixPath(document.doc_id).with_suffix(""))
    return f"{document.title} {re.sub('[_/]+', ' ', file)}"


def speaks_of(document: Document, word: str) -> bool:
    """Whether a document holds a folded word, in its text or name, by stem or as a name's kin."""
    alike = (form for group in IRREGULAR if word in group for form in group)
    begins = rf"{re.escape(word[: max(3, len(word) - 2)])}[\w'’-]*"
    forms = re.compile(rf"(?<![^\W_])(?:{'|'.join([begins, *alike])})(?![^\W_])", re.IGNORECASE)
    there = {fold(m.group()) for m in forms.finditer(f"{name_of(document)} {document.text}")}
    return any(w == word or stem(w) == stem(word) or kin(w, word) for w in there)
