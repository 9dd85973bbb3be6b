"""What each rule-based part adds to `ask`, in milliseconds of this machine.

    python eval/bench_latency.py [--limit N] [--index DIR]

Reads the first N questions of `eval/questions.jsonl` that need no history, then the first N that
do, and times the parts on what was read, each as `ask` calls it.  Medians and 95th percentiles.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from assistant import Assistant
from assistant.answer import not_found, sentence_of
from assistant.evaluate.questions import load_questions
from assistant.question.parts import split_parts
from assistant.reading.disagreement import find_disagreement
from assistant.records import Answer, Span

HERE = Path(__file__).parent
T = TypeVar("T")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--index", type=Path, help="of corpus/; by default a temporary one")
    given = parser.parse_args()
    spent: dict[str, list[float]] = defaultdict(list)

    def timed(part: str, call: Callable[..., T], *args: Any) -> T:
        begun = time.perf_counter()
        made = call(*args)
        spent[part].append(1000 * (time.perf_counter() - begun))
        return made

    with tempfile.TemporaryDirectory() as folder:
        index = given.index or Path(folder, "index")
        with Assistant.from_corpus(HERE.parent / "corpus", index=index) as assistant:
            cases = load_questions(HERE / "questions.jsonl", assistant.documents())

            def said(span: Span) -> str:
                return sentence_of(assistant.document(span.doc_id), span)

            alone = [c.question for c in cases if not c.history][: given.limit]
            assistant.ask(alone[0])  # the first question also warms up
            for asked in alone:
                timed("cutting a question into parts", split_parts, asked)
                found = timed("retrieving, reading, premises", assistant.read, asked)
                if not found.candidates:
                    continue
                best = found.candidates[0].span
                timed("sources that differ", find_disagreement, found.asked, found.candidates, said)
                place = assistant.document(best.doc_id), best.start, best.end
                timed("speaker of a quote", assistant.find_speaker, *place)
                timed("three closest", not_found, asked, found, cache(assistant.document))
            for case in [c for c in cases if c.history][: given.limit]:
                history: list[Answer] = []
                for earlier in case.history:
                    history.append(assistant.ask(earlier, history=history))
                timed("a follow-up", assistant.ask, case.question, history)
    for part, all_ms in spent.items():
        middle, high = np.percentile(all_ms, [50, 95])
        print(f"{part:32}p50 {middle:7.2f}   p95 {high:7.2f}   n {len(all_ms)}")


if __name__ == "__main__":
    main()
