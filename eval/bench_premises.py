"""How reliable the checks of premises are, on texts that nothing here was written for.

    python eval/bench_premises.py --data squad2-dev-train21.json [--each 4]

Rules alone, without retrieval or reader: of every paragraph of a SQuAD 2.0 file, `--each` questions
(drawn with seed 0) are held against its sentences and those of the paragraphs before and after.
Prints the share of questions for which a sentence plainly denies what is asked and holds as much of
the question as the one with the answer, or with the plausible answer of an unanswerable question:
a false alarm for the first, a catch for the second.  And how often the sentence that bears most on
an unanswerable question is the one with its plausible answer.  The paragraph's sentences are split
anew, so that an answer at a wrong split leaves its question out.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

import numpy as np
from kit import Article, make_parser, read_squad

from assistant.evaluate.measures import bootstrap_interval
from assistant.language.sentences import split
from assistant.language.terms import coverage
from assistant.reading.premises import bearing, refuted

Held = tuple[str, bool, list[str], int]  # question, answerable, sentences, the one with the answer


def held(articles: Iterable[Article], each: int) -> Iterator[Held]:
    """The questions drawn, each with the sentences around it."""
    chance = random.Random(0)
    for article in articles:
        texts = [paragraph.context for paragraph in article.paragraphs]
        for n, (_, cases) in enumerate(article.paragraphs):
            for case in chance.sample(cases, min(each, len(cases))):
                if case.start is None:
                    continue
                near = [
                    (texts[k][a:b], k == n and a <= case.start < b)
                    for k in range(max(0, n - 1), min(len(texts), n + 2))
                    for a, b in split(texts[k])
                ]
                answer = [i for i, (_, has) in enumerate(near) if has]
                if len(answer) == 1:
                    yield case.question, bool(case.golds), [text for text, _ in near], answer[0]


def main() -> None:
    parser = make_parser(__doc__, data={"help": "a SQuAD 2.0 file for training"})
    parser.add_argument("--each", type=int, default=4, help="questions of a paragraph")
    given = parser.parse_args()
    struck: dict[bool, list[float]] = {True: [], False: []}
    first: list[float] = []
    for question, answerable, sentences, answer in held(read_squad(given.data), given.each):
        own = coverage(question, sentences[answer])
        denied = any(refuted(question, s) and coverage(question, s) >= own for s in sentences)
        struck[answerable].append(denied)
        if not answerable:
            first.append(int(np.argmax(bearing(question, sentences))) == answer)
    for name, values in (
        ("answerable, yet denied", struck[True]),
        ("unanswerable and denied", struck[False]),
        ("plausible sentence first", first),
    ):
        share = bootstrap_interval(values)
        print(f"{name:26}{share.value:.4f} [{share.low:.4f}, {share.high:.4f}]  n {len(values)}")


if __name__ == "__main__":
    main()
