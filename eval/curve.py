"""Quality of readers against size and time, drawn: `python eval/curve.py NAME=FILE … > reader.svg`.

Each FILE is what `eval/bench_reader.py given --reader FOLDER` printed for one reader, all on one
machine.  Across: milliseconds a paragraph (p50); up: F1 at the best single threshold with its 95 %
interval; beside each point its name and megabytes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from assistant.evaluate.measures import Interval
from assistant.evaluate.plots import interval_plot, standalone


def main() -> None:
    if not sys.argv[1:] or not all("=" in a for a in sys.argv[1:]):
        sys.exit(__doc__)
    named = (a.split("=", 1) for a in sys.argv[1:])
    readers = {name: json.loads(Path(file).read_text()) for name, file in named}
    points = {
        f"{name}, {r['mb']:.0f} MB": (r["p50_ms"], Interval(*r["f1_at_threshold"]))
        for name, r in readers.items()
    }
    plot = interval_plot(
        points,
        "Readers: quality, time and size",
        "ms a paragraph, p50",
        "F1, SQuAD 2.0, 14 held-out articles",
    )
    print(standalone(plot), end="")


if __name__ == "__main__":
    main()
