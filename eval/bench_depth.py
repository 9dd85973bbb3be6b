"""How many passages to read: what the first n of them answer, for each n, and until it is sure.

    python eval/bench_depth.py [--corpus DIR --questions FILE] [--most N]

The questions that stand alone; each passage is read once.  Prints, for the first n passages and for
reading on from three until the confidence is so high: the share of the answerable whose best
candidate is right (token F1 of at least 1/2), of those that it is right and sure enough to be said,
of the others left unanswered, and the passages read a question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kit import CORPUS, QUESTIONS, make_parser

from assistant import Assistant
from assistant.evaluate.judge import NEAR_ENOUGH
from assistant.evaluate.measures import token_f1
from assistant.evaluate.questions import Case, load_questions
from assistant.pipeline import FIRST, MORE
from assistant.reading.confidence import weigh
from assistant.records import Reading


@dataclass(frozen=True)
class Best:
    """The best candidate of the passages read."""

    confidence: float
    right: bool
    read: int


def find_best(assistant: Assistant, case: Case, found: Reading) -> Callable[[int], Best]:
    """n -> what the first n passages give."""
    lookup = cache(assistant.document)

    @cache
    def best(n: int) -> Best:
        spans = [span for span in found.spans if span.hit < n]
        hits = found.hits[:n]
        weighed = weigh(found.asked, hits, spans, assistant.confidence, lookup)
        if not weighed:
            return Best(0.0, False, n)
        right = token_f1(weighed[0].span.text, case.answers) >= NEAR_ENOUGH
        return Best(weighed[0].confidence, case.answerable and right, n)

    return best


def until_sure(best: Callable[[int], Best], sure: float, most: int) -> Best:
    n = FIRST
    while n < most and best(n).confidence < sure:
        n = min(n + MORE, most)
    return best(n)


def share(flags: Iterator[bool], of: int) -> str:
    return f"{sum(flags) / max(of, 1):6.3f}"


def main() -> None:
    parser = make_parser(__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--most", type=int, default=12)
    args = parser.parse_args()
    with (
        TemporaryDirectory() as folder,
        Assistant.from_corpus(args.corpus, index=Path(folder, "index"), passages=args.most) as made,
    ):
        cases = [c for c in load_questions(args.questions, made.documents()) if not c.history]
        bests = [find_best(made, c, made.read(c.question, sure=2.0)) for c in cases]
        answerable = sum(c.answerable for c in cases)
        print(f"{'':22} never silent  right  silent  passages")

        def show(name: str, rows: list[Best]) -> None:
            said = [row.confidence >= made.threshold for row in rows]
            yes = [c.answerable for c in cases]
            print(
                f"{name:22}",
                share((r.right for r in rows), answerable),
                share((r.right and s for r, s in zip(rows, said, strict=True)), answerable),
                share(
                    (not s and not y for s, y in zip(said, yes, strict=True)),
                    len(cases) - answerable,
                ),
                f"{sum(row.read for row in rows) / len(rows):6.1f}",
                sep="   ",
            )

        for n in range(1, args.most + 1):
            show(f"first {n}", [best(n) for best in bests])
        for sure in (0.6, 0.7, 0.8, 0.9):
            show(f"until {sure}", [until_sure(best, sure, args.most) for best in bests])


if __name__ == "__main__":
    main()
