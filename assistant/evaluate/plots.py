"""Small plots as inline SVG, drawn with the colours of the page that holds them.

Pure: numbers in, markup out.  Every text is escaped; classes are those of report.css, of which
`standalone` brings its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from assistant.evaluate.measures import Bin, Interval

WIDTH, HEIGHT = 340, 230
WIDE, HIGH = 640, 340  # of a picture that stands alone
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 40
STYLE = """svg { font: 11px sans-serif; background: #fff } text { fill: #5c6675 }
.note { fill: #1c2330; font-weight: 600 } .grid { stroke: #e3e1da; fill: none }
.curve { stroke: #2f6fb5; stroke-width: 2; fill: none } .mean { fill: #2f6fb5 }
.line1 { stroke: #c4483e } .line2 { stroke: #3d8f63 } .line3 { stroke: #d69a2d }"""

Point = tuple[float, float]
Ticks = Sequence[tuple[float, str]]


@dataclass(frozen=True)
class Frame:
    """Axes over the ranges `x` and `y`; turns values into places on a picture of so many units."""

    x: Point
    y: Point
    width: int = WIDTH
    height: int = HEIGHT

    def at(self, x: float, y: float) -> str:
        across, up = self.width - LEFT - RIGHT, self.height - TOP - BOTTOM
        px = LEFT + across * (x - self.x[0]) / (self.x[1] - self.x[0])
        py = TOP + up * (1 - (y - self.y[0]) / (self.y[1] - self.y[0]))
        return f"{px:.1f},{py:.1f}"

    def line(self, points: Sequence[Point], kind: str) -> str:
        return f'<polyline class="{kind}" points="{" ".join(self.at(*p) for p in points)}"/>'

    def dot(self, point: Point, kind: str, tip: str, radius: float = 4) -> str:
        x, y = self.at(*point).split(",")
        return (
            f'<circle class="{kind}" cx="{x}" cy="{y}" r="{radius:.1f}">'
            f"<title>{escape(tip)}</title></circle>"
        )

    def bar(self, low: Point, high: Point, kind: str, tip: str) -> str:
        x, bottom = (float(v) for v in self.at(*low).split(","))
        right, top = (float(v) for v in self.at(*high).split(","))
        return (
            f'<rect class="{kind}" x="{x:.1f}" y="{top:.1f}" width="{right - x:.1f}" '
            f'height="{bottom - top:.1f}"><title>{escape(tip)}</title></rect>'
        )

    def label(self, point: Point, text: str, dx: float = 0, dy: float = 4) -> str:
        """Words `dx` beside a point, on the side where there is room."""
        x, y = (float(v) for v in self.at(*point).split(","))
        anchor, x = ("end", x - dx) if x > self.width * 0.6 else ("start", x + dx)
        return (
            f'<text class="note" x="{x:.1f}" y="{y + dy:.1f}" text-anchor="{anchor}">'
            f"{escape(text)}</text>"
        )

    def picture(
        self, body: str, title: str, across: str, up: str, x_ticks: Ticks, y_ticks: Ticks
    ) -> str:
        grid = []
        for value, name in y_ticks:
            grid.append(self.line([(self.x[0], value), (self.x[1], value)], "grid"))
            x, y = (float(v) for v in self.at(self.x[0], value).split(","))
            grid.append(
                f'<text x="{x - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{escape(name)}</text>'
            )
        for value, name in x_ticks:
            x, y = (float(v) for v in self.at(value, self.y[0]).split(","))
            grid.append(
                f'<text x="{x:.1f}" y="{y + 16:.1f}" text-anchor="middle">{escape(name)}</text>'
            )
        return (
            f'<svg viewBox="0 0 {self.width} {self.height}" role="img" '
            f'aria-label="{escape(title)}">{"".join(grid)}{body}'
            f'<text class="axis" x="{(LEFT + self.width - RIGHT) / 2}" y="{self.height - 6}" '
            f'text-anchor="middle">{escape(across)}</text>'
            f'<text class="axis" transform="translate(11,{(TOP + self.height - BOTTOM) / 2}) '
            f'rotate(-90)" text-anchor="middle">{escape(up)}</text></svg>'
        )


def percents(low: float, high: float, step: float) -> Ticks:
    count = round((high - low) / step)
    return [(low + n * step, f"{100 * (low + n * step):.0f}") for n in range(count + 1)]


def find_ticks(low: float, high: float, step: int) -> Ticks:
    """The multiples of a step in a range."""
    first, last = math.ceil(low / step), math.floor(high / step)
    return [(step * n, f"{step * n:,}") for n in range(first, last + 1)]


def risk_coverage_plot(coverage: Sequence[float], risk: Sequence[float], now: Point) -> str:
    """The curve, and the point at which the assistant stands."""
    top = min(1.0, math.ceil(max([*risk, now[1], 0.1]) * 5 + 0.01) / 5)
    frame = Frame((0, 1), (0, top))
    tip = f"now: answers {now[0]:.0%} of all questions, {now[1]:.0%} of them wrongly"
    body = frame.line(list(zip(coverage, risk, strict=True)), "curve")
    if not any(map(math.isnan, now)):
        body += frame.dot(now, "now", tip, 5) + frame.label(now, "now", dx=9, dy=-9)
    return frame.picture(
        body,
        "Risk over coverage",
        "% of all questions answered",
        "% of those wrong",
        percents(0, 1, 0.2),
        percents(0, top, 0.1 if top <= 0.4 else 0.2),
    )


def calibration_plot(bins: Sequence[Bin]) -> str:
    """A bar for each tenth of confidence: how often it was right, against the diagonal."""
    frame = Frame((0, 1), (0, 1))
    most = max([b.size for b in bins], default=1) or 1
    bars = "".join(
        frame.bar(
            (b.low + 0.01, 0),
            (b.high - 0.01, max(b.accuracy, 0.004)),
            "bar",
            f"confidence {b.low:.1f} to {b.high:.1f}: right {b.accuracy:.0%} of {b.size}",
        )
        + frame.dot(
            (b.confidence, b.accuracy),
            "mean",
            f"{b.size} questions, mean confidence {b.confidence:.0%}, right {b.accuracy:.0%}",
            2 + 4 * math.sqrt(b.size / most),
        )
        for b in bins
        if b.size
    )
    return frame.picture(
        bars + frame.line([(0, 0), (1, 1)], "ideal"),
        "Calibration",
        "confidence, %",
        "% right",
        percents(0, 1, 0.2),
        percents(0, 1, 0.2),
    )


def hit_plot(hits: Sequence[float], read: int) -> str:
    """hit@1 .. hit@k; the passages up to the `read`-th are read."""
    frame = Frame((0.5, len(hits) + 0.5), (0, 1))
    bars = "".join(
        frame.bar(
            (k - 0.38, 0),
            (k + 0.38, max(hit, 0.004)),
            "bar" if k <= read else "bar faint",
            f"hit@{k}: {hit:.1%}",
        )
        for k, hit in enumerate(hits, start=1)
    )
    return frame.picture(
        bars,
        "Retrieval hit@k",
        f"k, the passages that are looked at; {read} are read",
        "% with the support",
        [(k, str(k)) for k in range(1, len(hits) + 1)],
        percents(0, 1, 0.2),
    )


def interval_plot(
    points: Mapping[str, tuple[float, Interval]], title: str, across: str, up: str
) -> str:
    """Named points with their intervals: `across` from 0 with a tick each 20, `up` each 1."""
    low = min(interval.low for _, interval in points.values()) - 1
    high = max(interval.high for _, interval in points.values()) + 1
    most = 1.5 * max(x for x, _ in points.values())
    frame = Frame((0, most), (low, high), WIDE, HIGH)
    body = "".join(
        frame.line([(x, interval.low), (x, interval.high)], "curve")
        + frame.dot((x, interval.value), "mean", name, 5)
        + frame.label((x, interval.value), name, dx=10)
        for name, (x, interval) in points.items()
    )
    return frame.picture(body, title, across, up, find_ticks(0, most, 20), find_ticks(low, high, 1))


def growth_plot(lines: Mapping[str, Sequence[Point]], title: str, across: str) -> str:
    """At most four named lines on log scales from 1; what is less is drawn at 1."""
    logs = {
        name: [(math.log10(max(x, 1)), math.log10(max(y, 1))) for x, y in points]
        for name, points in lines.items()
    }
    right, top = (max(1, *(math.ceil(p[i]) for ps in logs.values() for p in ps)) for i in (0, 1))
    frame = Frame((0, right + 2), (0, top), WIDE, HIGH)  # beside the lines stand their names
    body = ""
    for n, (name, points) in enumerate(logs.items()):
        row = top * (0.95 - 0.07 * n)
        key = frame.line([(right + 0.15, row), (right + 0.45, row)], f"curve line{n}")
        body += frame.line(points, f"curve line{n}") + key + frame.label((right + 2, row), name)
    x_ticks, y_ticks = ([(n, f"{10**n:,}") for n in range(top + 1)] for top in (right, top))
    return frame.picture(body, title, across, "", x_ticks, y_ticks)


def standalone(picture: str) -> str:
    """A picture of these as a file of its own."""
    head, rest = picture.split(">", 1)
    return f'{head} xmlns="http://www.w3.org/2000/svg"><style>{STYLE}</style>{rest}\n'


def whisker(value: float, low: float, high: float) -> str:
    """A dot with its interval on a line from 0 to 1."""
    if math.isnan(value):
        return ""
    return (
        '<svg class="whisker" viewBox="0 0 120 12" aria-hidden="true">'
        '<line class="grid" x1="2" y1="6" x2="118" y2="6"/>'
        f'<line class="span" x1="{2 + 116 * low:.1f}" y1="6" x2="{2 + 116 * high:.1f}" y2="6"/>'
        f'<circle class="now" cx="{2 + 116 * value:.1f}" cy="6" r="3.5"/></svg>'
    )


def stack(parts: Sequence[tuple[int, str, str]], total: int) -> str:
    """A bar of (count, class, what it counts), `total` wide."""
    drawn, x = "", 0.0
    for count, kind, tip in parts:
        width = 300 * count / total if total else 0
        if count:
            drawn += (
                f'<rect class="{kind}" x="{x:.1f}" y="0" width="{width:.1f}" height="14">'
                f"<title>{escape(f'{count} {tip}')}</title></rect>"
            )
        x += width
    return (
        '<svg class="stack" viewBox="0 0 300 14" preserveAspectRatio="none" '
        f'aria-hidden="true">{drawn}</svg>'
    )
