"""Two stored runs of an eval, question by question: `python eval/pairs.py OLD.json NEW.json`.

The files are baselines as `assistant eval --update-baseline` writes them (an older one:
`git show COMMIT:eval/genres/baseline.json`).  For each measure the mean difference over the
questions that both have, its 95 % bootstrap interval by pairs, and how many were won and lost.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from assistant.evaluate.measures import paired_bootstrap_difference

MEASURES = ("right", "silent", "hit@5")


def read_scores(path: Path) -> dict[str, dict[str, float]]:
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return {name: row["scores"] for name, row in rows.items()}


def main() -> None:
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument("old", type=Path)
    p.add_argument("new", type=Path)
    a = p.parse_args()
    old, new = read_scores(a.old), read_scores(a.new)
    for name in MEASURES:
        both = [k for k in new if k in old and name in old[k] and name in new[k]]
        x, y = (np.array([scores[k][name] for k in both]) for scores in (old, new))
        found = paired_bootstrap_difference(y, x)
        print(
            f"{name:8} {len(both)} questions: {100 * found.value:+.1f} "
            f"({100 * found.low:.1f} to {100 * found.high:.1f}), "
            f"{(y > x).sum()} won, {(y < x).sum()} lost"
        )


if __name__ == "__main__":
    main()
