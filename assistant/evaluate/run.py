"""Asks an assistant every question of a suite -> Results, one Row a question.

Knows what to ask and how to time it; `judge` says what is right, `summary` makes figures of it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from assistant.documents.chunk import cut_chunks
from assistant.evaluate import judge
from assistant.evaluate.measures import ndcg
from assistant.evaluate.questions import Case, Place, Speech, fingerprint
from assistant.language.fold import fold
from assistant.pipeline import FIRST, Assistant
from assistant.reading.retrieve import take_near
from assistant.records import Answer, Chunk, Document, Hit

NDCG_DEPTH = 10  # ranks that nDCG looks at

Tick = Callable[[int, int], None]  # questions done, questions to do


@dataclass(frozen=True)
class Passage:
    """A retrieved chunk by its name, where it stands, and whether it holds a support."""

    chunk_id: str
    doc_id: str
    start: int
    end: int
    paragraph: int
    holds: bool


@dataclass(frozen=True)
class Row:
    """What came of one question.

    answer     what the assistant said, after it was asked the history
    forced     what it would have said had it never been silent; `answer` itself when it spoke
    twin       its answer to the stand-alone form without history, where the case has one
    read       the passages that the reader got, best first
    faults     breaches of the contract in any answer of this row: there may be none
    scores     each measure that applies to this question, in 0..1, more is better
    ask_ms, retrieve_ms   wall-clock milliseconds of the whole answer and of retrieval alone
    """

    case: Case
    answer: Answer
    forced: Answer
    twin: Answer | None
    read: tuple[Passage, ...]
    faults: tuple[str, ...]
    scores: dict[str, float]
    ask_ms: float
    retrieve_ms: float

    @property
    def right(self) -> bool:
        return bool(self.scores["correct"])

    @property
    def right_if_answered(self) -> bool:
        """Whether what it says, or would say, is right."""
        return self.case.answerable and judge.is_right(self.case, self.forced)

    @property
    def cause(self) -> str:
        """Where an answer that is not right went wrong; "" when it is right."""
        if self.right:
            return ""
        if not self.case.answerable:
            return "answered, though the documents are silent"
        if not any(passage.holds for passage in self.read):
            return "the passage was not among those read"
        if not self.answer.found:
            if self.right_if_answered:
                return "silent, though its best reading was right"
            return "silent, and its best reading was wrong"
        if not judge.supported(self.case, self.answer.quotes[0]):
            return "answered from another passage"
        return "the right passage, but not the right words"


@dataclass(frozen=True)
class SpeechRow:
    """Whom the assistant named as the speaker of a passage ("" for nobody)."""

    speech: Speech
    said: str
    scores: dict[str, float]


@dataclass(frozen=True)
class Results:
    """A whole run, as plain values.  `passages` holds the text of each chunk that was read."""

    fingerprints: dict[str, str]
    settings: dict[str, Any]
    rows: tuple[Row, ...]
    speeches: tuple[SpeechRow, ...]
    passages: dict[str, str]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """The same as plain JSON types."""
        return dataclasses.asdict(self)


class Talk:
    """Asks, and remembers what was asked: the same question after the same talk is asked once."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._asked: dict[tuple[str, ...], tuple[Answer, float]] = {}

    def ask(self, question: str, history: Sequence[str] = ()) -> tuple[Answer, float]:
        """The answer and its milliseconds; the earlier questions are really asked, in order."""
        key = (*history, question)
        if key not in self._asked:
            earlier = self.history(history)
            begun = time.perf_counter()
            answer = self._assistant.ask(question, history=earlier)
            self._asked[key] = answer, 1000 * (time.perf_counter() - begun)
        return self._asked[key]

    def history(self, questions: Sequence[str]) -> list[Answer]:
        return [self.ask(q, questions[:n])[0] for n, q in enumerate(questions)]

    def forced(self, answer: Answer, history: Sequence[str]) -> Answer:
        """What the assistant would say if no confidence were too low."""
        if answer.found:
            return answer
        earlier = self.history(history)
        with never_silent(self._assistant):
            return self._assistant.ask(answer.question, history=earlier)


@contextmanager
def never_silent(assistant: Assistant) -> Iterator[None]:
    """Within, it says the best that it has, however unsure; silent only with nothing."""
    threshold = assistant.threshold
    assistant.threshold = sys.float_info.min
    try:
        yield
    finally:
        assistant.threshold = threshold


def run(
    assistant: Assistant,
    cases: Sequence[Case],
    documents: Sequence[Document],
    speeches: Sequence[Speech] = (),
    tick: Tick | None = None,
) -> Results:
    """Ask every question.  `documents` are the files themselves, against which quotes are held."""
    begun = time.perf_counter()
    by_name = {d.doc_id: d for d in documents}
    config = assistant.config
    every_chunk = [c for d in documents for c in cut_chunks(d)]
    talk = Talk(assistant)
    if cases:
        assistant.ask(cases[0].question)  # the first question of a process also warms it up
    rows: list[Row] = []
    texts: dict[str, str] = {}
    for done, case in enumerate(cases, start=1):
        row, hits = one(assistant, talk, case, by_name, every_chunk)
        rows.append(row)
        texts |= {hit.chunk.chunk_id: hit.chunk.text for hit in hits}
        if tick:
            tick(done, len(cases))
    return Results(
        fingerprints={
            "corpus": corpus_fingerprint(documents),
            "questions": fingerprint([*cases, *speeches]),
            **assistant.models,
        },
        # what repr keeps to itself, a token, is none of a report's business either
        settings={f.name: getattr(config, f.name) for f in dataclasses.fields(config) if f.repr}
        | {"threshold": assistant.threshold},
        rows=tuple(rows),
        speeches=tuple(ask_speaker(s, by_name, assistant) for s in speeches),
        passages=texts,
        seconds=time.perf_counter() - begun,
    )


def one(
    assistant: Assistant,
    talk: Talk,
    case: Case,
    documents: Mapping[str, Document],
    every_chunk: Sequence[Chunk],
) -> tuple[Row, Sequence[Hit]]:
    """One question: its row, and the passages that were read."""
    answer, ask_ms = talk.ask(case.question, case.history)
    begun = time.perf_counter()
    hits = assistant.retrieve(answer.query_used)
    retrieve_ms = 1000 * (time.perf_counter() - begun)
    forced = talk.forced(answer, case.history)
    twin = talk.ask(case.standalone)[0] if case.standalone else None
    faults = tuple(
        fault
        for given in (answer, forced, twin, *talk.history(case.history))
        if given is not None
        for fault in judge.faults(given, documents)
    )
    read = take_near(hits, FIRST, assistant.config.passages)
    row = Row(
        case=case,
        answer=answer,
        forced=forced,
        twin=twin,
        read=tuple(
            Passage(
                hit.chunk.chunk_id,
                hit.chunk.doc_id,
                hit.chunk.start,
                hit.chunk.end,
                documents[hit.chunk.doc_id].paragraph_at(hit.chunk.start)
                if hit.chunk.doc_id in documents
                else 0,
                any(holds(hit.chunk, p) for p in case.places),
            )
            for hit in read
        ),
        faults=tuple(dict.fromkeys(faults)),
        scores=scores(case, answer, twin, documents)
        | retrieval(case, [hit.chunk for hit in hits], every_chunk)
        | {"exact": float(not faults)},
        ask_ms=ask_ms,
        retrieve_ms=retrieve_ms,
    )
    return row, read


def scores(
    case: Case, answer: Answer, twin: Answer | None, documents: Mapping[str, Document]
) -> dict[str, float]:
    """What can be said of one answer.

    correct          right, or rightly silent
    right            of the answerable: right
    silent           of the unanswerable: not answered
    em, f1           of the answerable: the text against the accepted answers; 0 when silent
    closest          of the answerable that it is silent on: a support is among the closest passages
    support_precision, support_recall   of the answerable that were answered: the quotes
    items            of the lists whose items are given: F1 of the items; 0 when silent
    both             of those that need two passages: every support quoted
    follow_up        of the answerable follow-ups whose stand-alone form is answered rightly: right
    steady           after a change of subject: the same answer as without the talk before
    contradiction    where a passage contradicts the question: silent, with it first of the closest
    """
    right = judge.is_right(case, answer)
    found: dict[str, float] = {"correct": right}
    if case.answerable:
        found |= {"right": right, "em": judge.em(case, answer), "f1": judge.f1(case, answer)}
        if not answer.found:
            found["closest"] = any(judge.supported(case, q) for q in answer.closest)
        else:
            precision, recall = judge.score_support(case, answer, documents)
            found |= {"support_precision": precision, "support_recall": recall}
        if case.items:
            found["items"] = judge.item_f1(case, answer)
        if case.needs_all:
            found["both"] = judge.is_complete(case, answer)
    else:
        found["silent"] = right
    if twin is not None and case.changes_subject:
        found["steady"] = judge.same(answer, twin)
    elif twin is not None and case.answerable and judge.is_right(case, twin):
        found["follow_up"] = right
    if case.contradiction:
        found["contradiction"] = not answer.found and judge.contradicted(case, answer)
    return {name: float(value) for name, value in found.items()}


# ── retrieval ───────────────────────────────────────────────────────────────────────────────────


def holds(chunk: Chunk, place: Place) -> bool:
    """Whether a chunk holds a support: at least half of it, as a long one may be cut in two."""
    if chunk.doc_id != place.doc_id:
        return False
    shared = min(chunk.end, place.end) - max(chunk.start, place.start)
    return 2 * shared >= place.end - place.start


def retrieval(case: Case, found: Sequence[Chunk], every_chunk: Sequence[Chunk]) -> dict[str, float]:
    """hit@1, hit@5, reciprocal rank and nDCG@10 of the chunks found, best first.

    Where all supports are needed, the rank that counts is the one by which all have been seen.
    nDCG is over chunks that hold any support, against all such chunks of the corpus.
    """
    if not case.answerable:
        return {}
    ranks = [
        next((n for n, c in enumerate(found, 1) if any(holds(c, p) for p in places)), None)
        for places in case.supports
    ]
    seen = [rank for rank in ranks if rank is not None]
    if case.needs_all:
        rank = max(seen) if len(seen) == len(ranks) else None
    else:
        rank = min(seen, default=None)
    relevant, judged = (
        [float(any(holds(c, p) for p in case.places)) for c in side]
        for side in (found, every_chunk)
    )
    return {
        "hit@1": float(rank is not None and rank <= 1),
        "hit@5": float(rank is not None and rank <= 5),
        "mrr": 1 / rank if rank is not None else 0.0,
        "ndcg": ndcg(relevant, judged, NDCG_DEPTH),
    }


# ── speakers ────────────────────────────────────────────────────────────────────────────────────


def ask_speaker(
    speech: Speech, documents: Mapping[str, Document], assistant: Assistant
) -> SpeechRow:
    """Whom the assistant names.  `speaker_right`: a form that counts, or nobody where nobody is."""
    place = speech.place
    speaker = assistant.find_speaker(documents[place.doc_id], place.start, place.end)
    said = speaker.name if speaker else ""
    accepted = {fold(name) for name in speech.accept}
    right = fold(said) in accepted if accepted else said == ""
    return SpeechRow(speech, said, {"speaker": float(right)})


def corpus_fingerprint(documents: Sequence[Document]) -> str:
    """sha256 over the names and digests of the documents."""
    lines = sorted(f"{d.sha256} {d.doc_id}" for d in documents)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
