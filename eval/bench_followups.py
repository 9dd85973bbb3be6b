"""Follow-ups on Abg-CoQA: answer F1 of the bare question, of the same behind the turns before
it, and of our resolution.

    python eval/bench_followups.py --data coqa_abg_val.json [--limit N] [--rows FILE]
                                   [--against FILE]

Every target question that its annotators found clear is read in its own story, without retrieval
and without a threshold: the best span always counts.  The earlier turns come with their gold
answers.  Gold is the target's answer and the stretch of the story that carries it, whichever fits
better, by token F1 as in SQuAD; questions answered by a bare yes, no or unknown are counted apart,
since a span of the story cannot be one of those words.

Guo, Zhang, Reddy and Alikhani, "Abg-CoQA: Clarifying Ambiguity in Conversational Question
Answering", AKBC 2021.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from kit import compare_means, make_parser, pair_rows, write_rows

from assistant.evaluate.measures import (
    bootstrap_interval,
    normalize_answer,
    paired_bootstrap_difference,
    token_f1,
)
from assistant.question.anaphora import depends
from assistant.question.follow_up import find_meanings
from assistant.reading.read import Reader
from assistant.records import Answer, Quote, ReadText

TURNS = 2  # earlier ones that are read before a question
BARE_WORDS = ("yes", "no", "unknown")
Best = Callable[[str], tuple[str, float]]


@dataclass(frozen=True)
class Target:
    """A clear question of a talk about a story, with the turns before it."""

    name: str
    story: str
    question: str
    golds: tuple[str, ...]
    history: tuple[Answer, ...]

    @property
    def worded(self) -> bool:
        """Whether a span of the story can be the answer."""
        return normalize_answer(self.golds[0]) not in BARE_WORDS


def targets(path: Path, read: ReadText) -> Iterator[Target]:
    """The non-ambiguous targets of a file of the data set, in its order."""
    for item in json.loads(path.read_text(encoding="utf-8"))["data"]:
        if item["ambiguity"] == "non_ambiguous":
            turn = item["target_turn"]
            history: list[Answer] = []
            for earlier in item["history_turns"]:
                history.append(answered(item["story"], earlier, history, read))
            golds = tuple(g for g in (turn["answer"], turn["rationale"]) if g.strip())
            yield Target(item["id"], item["story"], turn["question"], golds, tuple(history))


def answered(story: str, turn: dict[str, Any], history: list[Answer], read: ReadText) -> Answer:
    """An earlier turn as the answer that the assistant would have given: with the question as it
    resolves it (its likeliest reading), and the passage that carries it."""
    question = str(turn["question"])
    meant = find_meanings(question, history, read)[0]
    said = str(turn["rationale"]) or str(turn["answer"])
    start = max(story.find(said), 0)
    end = start + len(said)
    made = Quote("story", digest(story), start, end, said, start, end, 1, "", "", 1.0)
    return Answer("answered", str(turn["answer"]), (made,), (), 1.0, question, meant)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def reading(reader: Reader, story: str) -> Best:
    """What the reader finds in a story: the best span's words and margin."""

    def best(question: str) -> tuple[str, float]:
        found = reader.read_text(question, story)
        return (story[found[0][0] : found[0][1]], found[0][2]) if found else ("", float("-inf"))

    return best


def bare(target: Target, best: Best, _: ReadText) -> str:
    return best(target.question)[0]


def talked(target: Target, best: Best, _: ReadText) -> str:
    """The question behind the last turns, as the reader has learnt them (`training/groups.py`)."""
    before = [f"{turn.question} {turn.text}" for turn in target.history[-TURNS:]]
    return best(" | ".join([*before, target.question]))[0]


def resolved(target: Target, best: Best, read: ReadText) -> str:
    """The best supported of the meanings, as `Assistant.ask` takes it."""
    meanings = find_meanings(target.question, target.history, read)
    return max((best(text) for text in meanings), key=lambda found: found[1])[0]


METHODS = (bare, talked, resolved)


def main() -> None:
    parser = make_parser(
        __doc__,
        "rows",
        "against",
        data={"help": "coqa_abg_val.json"},
        limit={"help": "read only the first so many targets; 0 is all"},
    )
    given = parser.parse_args()
    reader = Reader()
    chosen = list(targets(given.data, reader.read_text))[: given.limit or None]
    rows = []
    for target in chosen:
        best = reading(reader, target.story)
        f1 = {
            m.__name__: token_f1(m(target, best, reader.read_text), target.golds) for m in METHODS
        }
        rows.append({"id": target.name, "question": target.question, **f1})
    write_rows(given.rows, rows)
    scores = np.array([[row[method.__name__] for method in METHODS] for row in rows])
    leaning = np.array([bool(t.history) and depends(t.question) for t in chosen])
    worded = np.array([t.worded for t in chosen])
    for name, kept in (
        ("all", np.ones(len(chosen), bool)),
        ("answers with words of the story", worded),
        ("… that lean on the talk", worded & leaning),
        ("… that stand alone", worded & ~leaning),
    ):
        if not kept.any():
            continue
        print(f"{name}: {kept.sum()} questions")
        for column, method in enumerate(METHODS):
            f1 = bootstrap_interval(scores[kept, column])
            print(f"  {method.__name__:14}F1 {f1.value:.3f} [{f1.low:.3f}, {f1.high:.3f}]")
        for column in (0, 1):
            gain = paired_bootstrap_difference(scores[kept, 2], scores[kept, column])
            print(
                f"  resolved less {METHODS[column].__name__}: {gain.value:+.3f} "
                f"[{gain.low:+.3f}, {gain.high:+.3f}]"
            )
    if given.against:
        here, there = ([r["resolved"] for r in side] for side in pair_rows(rows, given.against))
        print(f"resolved, {len(here)} pairs: {compare_means('f1', here, there)}")


if __name__ == "__main__":
    main()
