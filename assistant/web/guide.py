"""What a newcomer to the documents is shown: a few of their sentences, and questions to begin with;
and after an answer, further questions about the same document.

The questions are made of the documents' own sentences, in a few plain forms, and each is asked
before it is shown: only what is surely answered, in words that the question does not hold, is left.
Where these are few, what a document is about may be asked.
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
from assistant.language.english import FUNCTION, PRONOUN
from assistant.language.fold import fold
from assistant.language.terms import find_names, stems, words
from assistant.pipeline import Assistant
from assistant.question.anaphora import POSSESSIVE
from assistant.records import Answer, Document, Quote
from assistant.web.endpoint import Turnstile

SURELY = 0.75  # least confidence of an answer whose question is shown
TRIES = 16  # questions asked, at most
SHOWN = 4  # questions shown
FURTHER = 3  # questions shown after an answer
FURTHER_TRIES = 6  # questions asked of a document for these, at most
QUOTES_SHOWN = 3  # quotes shown
LOOKED_AT = 8  # documents, the first by name
LOOK_AGAIN = 2.0  # seconds between looks at whether the documents have changed
IDLE_LOOK = 0.2  # seconds between looks at whether somebody else asks
A_NAME = r"(?:the )?[A-Z][\w’'.-]+(?: (?:of |the |and )?[A-Z][\w’'.-]+){0,3}"
NAME_SHAPE, THING = rf"({A_NAME})", rf"({A_NAME}|[Tt]he [a-z]+(?: [a-z]+)?)"
PARTICIPLE = r"(\w+ed|built|made|held|found|born|written)"
# A plain statement, whose subject is asked for: it is left out.
STATES = "is|are|was|were|has|have|can|must|will|may|should"
SUBJECT = (
    r"(?!(?:It|There|This|That|These|Those|What|Who|If|When|As|In|On|At|For|Here)\b)"
    rf"[A-Z](?:(?!\b(?:{STATES}|which|that|who|and)\b)[^,;:()“”\"]){{2,60}}?"
)
PLAIN_WORD = r"(?:(?!which\b|who\b|that\b|but\b|while\b)[\w’'/%-]+(?:\.\w+)*(?: |(?=[.,;])))"
REST = rf"(?!and ){PLAIN_WORD}{{4,13}}(?=[.,;](?: |$))"
FORMS = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (
            rf"\b{THING} (?:is|was|were)\b[^.,;]{{0,40}} {PARTICIPLE} by (?:the )?[A-Z]",
            "Who {1} {0}?",
        ),
        (rf"\b{THING},? (?:was|were) {PARTICIPLE} (?:in|on)\b", "When was {0} {1}?"),
        (rf"\b(?:is|was) the ([a-z][a-z -]{{3,30}}) of {NAME_SHAPE}", "Who is the {0} of {1}?"),
        (rf"\b{THING} (?:is|was) (?:located|based|situated) (?:in|on|at)\b", "Where is {0}?"),
        (rf"\b{THING} ([a-z]{{3,}}[^s\W])s (?:at|on) (?:\d|[A-Z])", "When does {0} {1}?"),
        (rf"\b{THING} has \d[\d,.]* ([a-z]+s)\b", "How many {1} does {0} have?"),
        (rf"\b{THING} (weigh|cost)s \S*\d", "How much does {0} {1}?"),
        (rf"\b{THING} lasts \S*\d", "How long does {0} last?"),
        (rf"^{SUBJECT} ((?:{STATES}) {REST})", "What {0}?"),
        (rf"\b{NAME_SHAPE} (?:is|was) an? [a-z]", "What is {0}?"),
    )
)
log = logging.getLogger("assistant")


@dataclass(frozen=True)
class Tour:
    """Sentences that say what the documents are about, and questions that they answer."""

    quotes: tuple[Quote, ...] = ()
    questions: tuple[str, ...] = ()


class Guide:
    """Makes the tour of an assistant's documents in a thread of its own, anew when they change, and
    finds further questions about what was answered from.

    It asks only while nobody else does.  `examples` are shown in place of questions of its own.
    """

    def __init__(
        self,
        assistant: Assistant,
        turnstile: Turnstile,
        follower: Follower | None,
        examples: Sequence[str] = (),
    ) -> None:
        self._assistant, self._turnstile, self._follower = assistant, turnstile, follower
        self._examples = tuple(examples)
        self.tour = Tour((), self._examples)
        self._further: dict[str, tuple[Answer, ...]] = {}  # by document: what it surely answers
        self._wanted: dict[str, int] = {}  # documents to find questions about, near which offset
        self._stir, self._ended = threading.Event(), threading.Event()

    def start(self) -> Self:
        threading.Thread(target=self._run, name="guide", daemon=True).start()
        return self

    def stop(self) -> None:
        self._ended.set()
        self._stir.set()

    def suggest(self, talk: Sequence[Answer]) -> tuple[str, ...]:
        """Up to `FURTHER` questions about the document of the last answer, surely answered and not
        yet asked; none as long as they are being tried: ask again later."""
        if not talk or not talk[-1].quotes:
            return ()
        place = talk[-1].quotes[0]
        if place.doc_id not in self._further:
            self._wanted.setdefault(place.doc_id, place.start)
            self._stir.set()
        told = {(q.doc_id, q.start) for answer in talk for q in answer.quotes}
        asked = {fold(answer.question) for answer in talk}
        fit = [
            answer.question
            for answer in self._further.get(place.doc_id, ())
            if fold(answer.question) not in asked
            and (answer.quotes[0].doc_id, answer.quotes[0].start) not in told
        ]
        return tuple(fit[:FURTHER])

    def _run(self) -> None:
        made_of = -1
        if self._follower:
            self._follower.level.wait()
        while not (self._ended.is_set() or self._assistant.closed):
            times = self._assistant.changes
            try:
                if times != made_of:
                    self._further.clear()
                    self.tour = self._make()
                    made_of = times
                while self._wanted and not self._ended.is_set():
                    doc_id, near = next(iter(self._wanted.items()))
                    self._further[doc_id] = self._find_further(doc_id, near)
                    self._wanted.pop(doc_id, None)
            except (BusyError, StoreError):  # people come first; or the document is gone
                self._wanted.clear()
            except Exception:  # a page without examples is one
                log.exception("No examples could be made")
                made_of = times
                self._wanted.clear()
            self._stir.wait(LOOK_AGAIN)
            self._stir.clear()

    def _make(self) -> Tour:
        documents = self._assistant.documents()
        overview = self._read("What is this about?")
        quotes = overview.quotes[:QUOTES_SHOWN]
        if self._examples:
            return Tour(quotes, self._examples)
        kept: list[str] = []
        for question in islice(make_questions(documents[:LOOKED_AT]), TRIES):
            if self._ended.is_set() or len(kept) == SHOWN:
                break
            if is_fit(question, self._read(question)):
                kept.append(question)
        kept += [f"What is {d.title} about?" for d in documents[: SHOWN - len(kept)]]
        return Tour(quotes, tuple(kept))

    def _find_further(self, doc_id: str, near: int) -> tuple[Answer, ...]:
        """Questions that a document surely answers, those about what stands near first."""
        document = self._assistant.document(doc_id)
        found: dict[int, Answer] = {}  # one of each quote
        for question in islice(dict.fromkeys(questions_of(document, near)), FURTHER_TRIES):
            if self._ended.is_set() or len(found) > FURTHER:
                break
            answer = self._read(question)
            if is_fit(question, answer) and answer.quotes[0].doc_id == doc_id:
                found.setdefault(answer.quotes[0].start, answer)
        return tuple(found.values())

    def _read(self, question: str) -> Answer:
        """The answer as it is read, once nobody else asks: no language model is asked for these."""
        while self._turnstile.inside and not self._ended.wait(IDLE_LOOK):
            pass
        with self._turnstile:
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


def fill_in(form: str, found: re.Match[str]) -> str:
    """A form filled in; "" where it would speak of what only the text around it tells, or where its
    capitals are no name wherever they stand."""
    parts = [re.sub("^The ", "the ", part) for part in found.groups()]
    told = set(words(" ".join(parts)))
    names = set(words(" ".join(find_names(found.string)))) - FUNCTION
    capital = set(words(" ".join(re.findall(r"\b[A-Z][\w’'.-]*", " ".join(parts)))))
    begun = {w for part in found.groups() if part[0].isupper() for w in words(part)[:1]}
    of_others = (
        told & (PRONOUN | POSSESSIVE)
        or not capital - FUNCTION <= names
        or begun & (FUNCTION - {"the"})  # "After the White House talks"
    )
    return "" if of_others or parts[-1].split()[-1] in FUNCTION else form.format(*parts)


def questions_of(document: Document, near: int = 0) -> Iterator[str]:
    """A form after the other, of the sentences by their distance from an offset."""
    places = sorted(document.sentences, key=lambda s: abs(s[0] - near))
    sentences = [" ".join(document.text[a:b].split()) for a, b in places]
    by_form = [
        list(
            filter(
                None, (fill_in(form, found) for found in map(pattern.search, sentences) if found)
            )
        )
        for pattern, form in FORMS
    ]
    for round_ in islice(zip_longest(*by_form), SHOWN):
        yield from filter(None, round_)
