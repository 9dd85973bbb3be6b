"""Lists: the items found of questions that have several, and what looking for them costs others.

    python eval/bench_lists.py MULTISPANQA.json [--squad SQUAD.json] [--rows FILE]

MultiSpanQA (Li et al. 2022), each question beside its paragraph.  Precision, recall and F1 of the
items, exact after SQuAD's normalization, over all questions, over those that are answered, and
over those that `understand` takes for lists; the best span alone beside it.  With --squad: token F1
of the list questions of a SQuAD file, whose answers are one span, with items and without, by pairs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from kit import Row, draw, make_parser, read_squad, write_rows

from assistant.answer import join_items
from assistant.config import Config
from assistant.documents.corpus import make_document
from assistant.evaluate.measures import normalize_answer, paired_bootstrap_difference, token_f1
from assistant.question.asked import understand
from assistant.reading.confidence import Confidence, different_answers, lead_of
from assistant.reading.items import find_items
from assistant.reading.read import Reader
from assistant.records import Asked, Document, Span


@dataclass(frozen=True)
class Read:
    """What the reader finds in a paragraph, best first, and how sure it is of the best."""

    asked: Asked
    document: Document
    spans: tuple[Span, ...]
    confidence: float

    @property
    def best(self) -> list[str]:
        return [s.text for s in self.spans[:1]]

    @property
    def text(self) -> str:
        """As `Assistant` says it."""
        rows = find_items(self.asked, self.spans[0], self.spans, lambda _: self.document)
        return join_items(rows, lambda _: self.document)

    @property
    def items(self) -> list[str]:
        """As `Assistant` finds them, whatever is asked."""
        rows = (
            find_items(self.asked, self.spans[0], self.spans, lambda _: self.document)
            if self.spans
            else []
        )
        return [self.document.text[a:b] for _, row in rows for a, b in row]


def reading(reader: Reader, confidence: Confidence) -> Callable[[str, str], Read]:
    def read(question: str, context: str) -> Read:
        document = make_document("paragraph.txt", context)
        found = reader.read_text(question, document.text)
        spans = tuple(Span("paragraph.txt", a, b, document.text[a:b], m, 0) for a, b, m in found)
        sure = confidence(spans[0].margin, lead_of(spans[0], different_answers(spans)))
        return Read(understand(question), document, spans, sure if spans else 0.0)

    return read


def item_scores(found: Sequence[str], golds: Sequence[str]) -> tuple[int, int, int]:
    """Items in both, found, and gold."""
    a, b = (Counter(map(normalize_answer, texts)) for texts in (found, golds))
    return (a & b).total(), a.total(), b.total()


def f1(counts: Sequence[tuple[int, int, int]]) -> str:
    both, found, gold = map(sum, zip(*counts, strict=True))
    p, r = both / max(found, 1), both / max(gold, 1)
    return f"P {p:.3f}  R {r:.3f}  F1 {2 * p * r / max(p + r, 1e-9):.3f}  n {len(counts)}"


def measure_lists(path: Path, read: Callable[[str, str], Read]) -> Iterator[Row]:
    threshold = Config().threshold
    for article in read_squad(path):
        for paragraph in article.paragraphs:
            for case in paragraph.cases:
                got = read(case.question, paragraph.context)
                yield {
                    "question": case.question,
                    "golds": case.golds,
                    "several": understand(case.question).several,
                    "answered": got.confidence >= threshold,
                    "best": got.best,
                    "items": got.items,
                }


def measure_cost(path: Path, read: Callable[[str, str], Read], limit: int) -> None:
    cases = [
        case
        for article in read_squad(path)
        for paragraph in article.paragraphs
        for case in paragraph.cases
        if case.golds and understand(case.question).several
    ]
    scores = []
    for case in draw(cases, min(limit, len(cases))):
        got = read(case.question, case.context)
        texts = got.best[0], got.text
        scores.append([token_f1(text, case.golds) for text in texts])
    table = np.array(scores)
    by_pairs = paired_bootstrap_difference(table[:, 1], table[:, 0])
    best, items = table.mean(0)
    print(
        f"{path.stem}: token F1 of {len(table)} of {len(cases)} list questions: best span "
        f"{best:.3f}, items {items:.3f}; by pairs {by_pairs}"
    )


def main() -> None:
    parser = make_parser(__doc__, rows={"type": Path, "help": "write the rows here"})
    parser.add_argument("multispanqa", type=Path)
    parser.add_argument("--squad", type=Path, help="a SQuAD file: what lists cost there")
    parser.add_argument("--limit", type=int, default=300, help="of its questions (%(default)s)")
    args = parser.parse_args()
    reader = Reader()
    read = reading(reader, Confidence.load(reader.identity))
    rows = list(measure_lists(args.multispanqa, read))
    if args.rows:
        write_rows(args.rows, rows)
    for name, chosen in (
        ("all", rows),
        ("answered", [r for r in rows if r["answered"]]),
        ("asked for several", [r for r in rows if r["several"]]),
        ("both", [r for r in rows if r["several"] and r["answered"]]),
    ):
        for kind in ("best", "items"):
            print(f"{name:20}{kind:7}{f1([item_scores(r[kind], r['golds']) for r in chosen])}")
    if args.squad:
        measure_cost(args.squad, read, args.limit)


if __name__ == "__main__":
    main()
