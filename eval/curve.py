"""Quality of readers against size and time, drawn: `python eval/curve.py NAME=FILE … > reader.svg`.

Each FILE is what `eval/bench_reader.py given --reader FOLDER` printed for one reader, all on one
machine.  Across: milliseconds a paragraph (p50); up: F1 at the best single threshold with its 95 %
interval; beside each point its name and megabytes.
"""

from __future__ import annotations

import json
import sys
from html import escape
from pathlib import Path
from typing import Any

LEFT, TOP, WIDTH, HEIGHT = 60, 20, 620, 260


def drawn(readers: dict[str, dict[str, Any]]) -> str:
    """The plot, as SVG."""
    slowest = 1.5 * max(r["p50_ms"] for r in readers.values())
    low = min(r["f1_at_threshold"][1] for r in readers.values()) - 1
    high = max(r["f1_at_threshold"][2] for r in readers.values()) + 1

    def x(ms: float) -> float:
        return LEFT + WIDTH * ms / slowest

    def y(f1: float) -> float:
        return TOP + HEIGHT * (high - f1) / (high - low)

    def text(across: float, up: float, words: str, anchor: str = "middle") -> str:
        return f'<text x="{across:.0f}" y="{up:.0f}" text-anchor="{anchor}">{escape(words)}</text>'

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="12" '
        f'viewBox="0 0 {LEFT + WIDTH + 20} {TOP + HEIGHT + 50}">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<rect x="{LEFT}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#999"/>',
        text(LEFT + WIDTH / 2, TOP + HEIGHT + 40, "ms a paragraph, p50"),
        f'<text transform="translate(16,{TOP + HEIGHT / 2}) rotate(-90)" text-anchor="middle">'
        "F1, SQuAD 2.0, 14 held-out articles</text>",
    ]
    for f1 in range(int(low) + 1, int(high) + 1):
        parts.append(text(LEFT - 6, y(f1) + 4, str(f1), "end"))
    for ms in range(0, int(slowest) + 1, 20):
        parts.append(text(x(ms), TOP + HEIGHT + 18, str(ms)))
    for name, r in readers.items():
        f1, lower, upper = r["f1_at_threshold"]
        at = x(r["p50_ms"])
        parts += [
            f'<line x1="{at:.0f}" x2="{at:.0f}" y1="{y(lower):.0f}" y2="{y(upper):.0f}" '
            'stroke="#1b6ca8" stroke-width="2"/>',
            f'<circle cx="{at:.0f}" cy="{y(f1):.0f}" r="5" fill="#1b6ca8"/>',
            text(at + 10, y(f1) + 4, f"{name}, {r['mb']:.0f} MB", "start"),
        ]
    return "\n".join([*parts, "</svg>"])


def main() -> None:
    if not sys.argv[1:] or not all("=" in a for a in sys.argv[1:]):
        sys.exit(__doc__)
    named = (a.split("=", 1) for a in sys.argv[1:])
    print(drawn({name: json.loads(Path(file).read_text()) for name, file in named}))


if __name__ == "__main__":
    main()
