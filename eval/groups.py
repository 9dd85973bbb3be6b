"""What the reader reads: the questions of an eval set, each beside the passages that the product
retrieves for it, as JSON lines of question, passages, answers, id, kind.

    python eval/groups.py --corpus DIR --questions FILE --out FILE

So a reader can be looked at while it is trained (`training/train.py --watch`) on other kinds of
text than it learns from, without the rest of the product.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from assistant import Assistant


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--corpus", type=Path, required=True)
    p.add_argument("--questions", type=Path, required=True, help="JSON lines: question, answers")
    p.add_argument("--out", type=Path, required=True)
    a = p.parse_args()
    rows = [json.loads(line) for line in a.questions.read_text(encoding="utf-8").splitlines()]
    with (
        tempfile.TemporaryDirectory() as folder,
        Assistant.from_corpus(a.corpus, index=Path(folder)) as assistant,
        a.out.open("w", encoding="utf-8") as out,
    ):
        for row in rows:
            hits = assistant.retrieve(row["question"])[: assistant.config.passages]
            kept = {k: row.get(k) for k in ("id", "kind", "question", "answers", "support")}
            out.write(json.dumps(kept | {"passages": [h.chunk.text for h in hits]}) + "\n")


if __name__ == "__main__":
    main()
