"""What the reader reads: the questions of an eval set, each beside the passages that the product
retrieves for it, as JSON lines of question, passages, answers, id, kind.

    python eval/groups.py --corpus DIR --questions FILE --out FILE

So a reader can be looked at while it is trained (`training/train.py --watch`) on other kinds of
text than it learns from, without the rest of the product.
"""

from __future__ import annotations

from kit import Row, make_parser, open_assistant, read_rows, write_rows

from assistant import Assistant
from assistant.pipeline import FIRST
from assistant.reading.retrieve import take_near

KEPT = ("id", "kind", "question", "answers", "support")


def add_passages(assistant: Assistant, row: Row) -> Row:
    """The question with the texts that the reader would read, best first."""
    hits = assistant.retrieve(row["question"])
    read = take_near(hits, FIRST, assistant.config.passages)
    return {key: row.get(key) for key in KEPT} | {"passages": [hit.chunk.text for hit in read]}


def main() -> None:
    needed = {"required": True, "default": None}
    a = make_parser(__doc__, corpus=needed, questions=needed, out=needed).parse_args()
    with open_assistant(a.corpus) as assistant:
        write_rows(a.out, [add_passages(assistant, row) for row in read_rows(a.questions)])


if __name__ == "__main__":
    main()
