"""What a newcomer to the documents is shown: a few of their sentences, and questions to begin with.

The questions are made of the documents' own names, in a few plain forms, and each is asked before
it is shown: only what is surely answered, in words that the question does not hold, is left.  Where
these are few, what a document is about may be asked.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Self

from assistant.errors import BusyError, StoreError
from assistant.index.watch import Follower
from assistant.language.english import FUNCTION
from assistant.language.terms import find_names, stems, words
from assistant.pipeline import Assistant
from assistant.records import Answer, Document, Quote
from assistant.web.endpoint import Turnstile

SURELY = 0.75  # least confidence of an answer whose question is shown
TRIES = 16  # questions asked, at most
SHOWN = 4  # questions shown
QUOTES_SHOWN = 3  # quotes shown
LOOKED_AT = 8  # documents, the first by name
LOOK_AGAIN = 2.0  # seconds between looks at whether the documents have changed
NAMED = r"((?:the )?[A-Z][\w’'.-]+(?: (?:of |the |and )?[A-Z][\w’'.-]+){0,3})"
PARTICIPLE = r"(\w+ed|built|made|held|found|born|written)"
FORMS = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (
            rf"\b{NAMED} (?:is|was|were)\b[^.,;]{{0,40}} {PARTICIPLE} by (?:the )?[A-Z]",
            "Who {1} {0}?",
        ),
        (rf"\b{NAMED},? (?:was|were) {PARTICIPLE} (?:in|on)\b", "When was {0} {1}?"),
        (rf"\b(?:is|was) the ([a-z][a-z -]{{3,30}}) of {NAMED}", "Who is the {0} of {1}?"),
        (rf"\b{NAMED} (?:is|was) (?:located|based|situated) (?:in|on|at)\b", "Where is {0}?"),
        (rf"\b{NAMED} (?:costs?|cost) ", "How much does {0} cost?"),
        (rf"\b{NAMED} (?:is|was) an? [a-z]", "What is {0}?"),
    )
)
log = logging.getLogger("assistant")


@dataclass(frozen=True)
class Tour:
    """Sentences that say what the documents are about, and questions that they answer."""

    quotes: tuple[Quote, ...] = ()
    questions: tuple[str, ...] = ()


class Guide:
    """Makes the tour of an assistant's documents in a thread of its own, anew when they change."""

    def __init__(
        self, assistant: Assistant, turnstile: Turnstile, follower: Follower | None
    ) -> None:
        self._assistant, self._turnstile, self._follower = assistant, turnstile, follower
        self.tour = Tour()
        self._ended = threading.Event()

    def start(self) -> Self:
        threading.Thread(target=self._run, name="guide", daemon=True).start()
        return self

    def stop(self) -> None:
        self._ended.set()

    def _run(self) -> None:
        made_of = -1
        if self._follower:
            self._follower.level.wait()
        while not self._ended.wait(LOOK_AGAIN if made_of >= 0 else 0):
            times = self._follower.times if self._follower else 0
            if times == made_of:
                continue
            made_of = times
            try:
                self.tour = self._make()
            except BusyError:  # people come first
                made_of = -1
                self._ended.wait(LOOK_AGAIN)
            except StoreError:  # a document went while it was read, or the index is being closed
                made_of = -1
                self._ended.wait(LOOK_AGAIN)
                if self._assistant.closed:
                    return
            except Exception:  # a first screen without examples is one
                log.exception("No examples could be made")
            if not self._follower:
                return

    def _make(self) -> Tour:
        documents = self._assistant.documents()
        with self._turnstile:
            overview = self._read("What is this about?")
        kept: list[str] = []
        for question in islice(make_questions(documents[:LOOKED_AT]), TRIES):
            if self._ended.is_set() or len(kept) == SHOWN:
                break
            with self._turnstile:
                answer = self._read(question)
            if is_fit(question, answer):
                kept.append(question)
        kept += [f"What is {d.title} about?" for d in documents[: SHOWN - len(kept)]]
        return Tour(overview.quotes[:QUOTES_SHOWN], tuple(kept))

    def _read(self, question: str) -> Answer:
        """The answer as it is read: no language model is asked for examples."""
        return next(self._assistant.stream(question))


def is_fit(question: str, answer: Answer) -> bool:
    """Whether an answer makes its question a good example."""
    new = stems(answer.text) - stems(question)
    return answer.kind == "fact" and answer.confidence >= SURELY and bool(new) and not answer.note


def make_questions(documents: Sequence[Document]) -> Iterator[str]:
    """Questions that the documents may answer, a form and a document after the other."""
    by_document = [dict.fromkeys(questions_of(d)) for d in documents]
    seen: set[str] = set()
    for round_ in zip_longest(*by_document):
        for question in round_:
            if question and question not in seen:
                seen.add(question)
                yield question


def named_in(found: re.Match[str]) -> list[str]:
    """What a form is filled with; nothing where its capitals are no name wherever they stand."""
    names = set(words(" ".join(find_names(found.string)))) - FUNCTION
    parts = [re.sub("^The ", "the ", part) for part in found.groups()]
    capital = [part for part in parts if re.search("[A-Z]", part)]
    told = all(set(words(part)) - {"the", "of", "and"} <= names for part in capital)
    return parts if told and capital else []


def questions_of(document: Document) -> Iterator[str]:
    sentences = [document.text[a:b] for a, b in document.sentences]
    by_form = [
        [
            form.format(*parts)
            for found in map(pattern.search, sentences)
            if found and (parts := named_in(found))
        ]
        for pattern, form in FORMS
    ]
    for round_ in islice(zip_longest(*by_form), SHOWN):
        yield from filter(None, round_)
