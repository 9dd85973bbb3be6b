"""Training sets -> what `train.py` reads:
`python training/prepare.py --data DIR --out DIR --seeds 0 1`.

Each seed is an epoch of its own: other layouts, other passages beside the right one.  Beside them
`squad.jsonl`, the questions kept out, to look at while training.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from groups import SHARE, describe, development_groups, training_groups
from rows import pack
from tokenizers import Tokenizer

READER = Path(__file__).parent.parent / "assistant" / "models" / "reader"


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--data", type=Path, required=True, help="folder of the training sets")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--seeds", type=int, nargs="+", default=[0])
    p.add_argument("--scale", type=float, default=1.0, help="times the questions of groups.SHARE")
    p.add_argument("--times", nargs="*", default=[], help="more of a set: disflqa-train21=8")
    a = p.parse_args()
    try:
        times = {name: float(factor) for name, factor in (x.split("=") for x in a.times)}
    except ValueError:
        p.error("--times takes a set and a number each: disflqa-train21=8")
    if unknown := times.keys() - SHARE.keys():
        p.error(f"--times: no set is called {', '.join(sorted(unknown))}")
    a.out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(READER / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    with (a.out / "squad.jsonl").open("w", encoding="utf-8") as file:
        for g in development_groups(a.data, 480):
            answers = [q.text[x:y] for q in g.passages for x, y in q.spans]
            row = {"question": g.question, "passages": [q.text for q in g.passages]}
            file.write(json.dumps(row | {"answers": answers}) + "\n")
    for seed in a.seeds:
        groups = training_groups(a.data, seed, a.scale, times)
        np.savez_compressed(a.out / f"groups-{seed}.npz", **pack(groups, tokenizer))
        print(seed, len(groups), describe(groups), flush=True)


if __name__ == "__main__":
    main()
