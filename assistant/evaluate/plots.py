"""Small plots as inline SVG, drawn with the colours of the page that holds them.

Pure: numbers in, markup out.  Every text is escaped; classes are those of report.css.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from assistant.evaluate.measures import Bin

WIDTH, HEIGHT = 340, 230
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 40

Point = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """Axes from `x` to `y` ranges; turns values into places on the picture."""

    x: Point
    y: Point

    def at(self, x: float, y: float) -> str:
        across, up = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
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

    def label(self, point: Point, text: str, dx: float = 0, dy: float = 0) -> str:
        x, y = (float(v) for v in self.at(*point).split(","))
        anchor = "end" if x > WIDTH * 0.6 else "start"
        return (
            f'<text class="note" x="{x + dx:.1f}" y="{y + dy:.1f}" text-anchor="{anchor}">'
            f"{escape(text)}</text>"
        )

    def picture(
        self,
        body: str,
        title: str,
        across: str,
        up: str,
        x_ticks: Sequence[tuple[float, str]],
        y_ticks: Sequence[tuple[float, str]],
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
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
            f"{''.join(grid)}{body}"
            f'<text class="axis" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}" '
            f'text-anchor="middle">{escape(across)}</text>'
            f'<text class="axis" transform="translate(11,{(TOP + HEIGHT - BOTTOM) / 2}) '
            f'rotate(-90)" text-anchor="middle">{escape(up)}</text></svg>'
        )


def percents(low: float, high: float, step: float) -> list[tuple[float, str]]:
    count = round((high - low) / step)
    return [(low + n * step, f"{100 * (low + n * step):.0f}") for n in range(count + 1)]


def risk_coverage_plot(coverage: Sequence[float], risk: Sequence[float], now: Point) -> str:
    """The curve, and the point at which the assistant stands."""
    top = min(1.0, math.ceil(max([*risk, now[1], 0.1]) * 5 + 0.01) / 5)
    frame = Frame((0, 1), (0, top))
    tip = f"now: answers {now[0]:.0%} of all questions, {now[1]:.0%} of them wrongly"
    body = frame.line(list(zip(coverage, risk, strict=True)), "curve")
    if not any(map(math.isnan, now)):
        body += frame.dot(now, "now", tip, 5) + frame.label(now, "now", dx=-9, dy=-9)
    return frame.picture(
        body, "Risk over coverage", "% of all questions answered", "% of those wrong",
        percents(0, 1, 0.2), percents(0, top, 0.1 if top <= 0.4 else 0.2),
    )


def calibration_plot(bins: Sequence[Bin]) -> str:
    """A bar for each tenth of confidence: how often it was right, against the diagonal."""
    frame = Frame((0, 1), (0, 1))
    most = max([b.size for b in bins], default=1) or 1
    bars = "".join(
        frame.bar(
            (b.low + 0.01, 0), (b.high - 0.01, max(b.accuracy, 0.004)), "bar",
            f"confidence {b.low:.1f} to {b.high:.1f}: right {b.accuracy:.0%} of {b.size}",
        )
        + frame.dot(
            (b.confidence, b.accuracy), "mean",
            f"{b.size} questions, mean confidence {b.confidence:.0%}, right {b.accuracy:.0%}",
            2 + 4 * math.sqrt(b.size / most),
        )
        for b in bins
        if b.size
    )
    return frame.picture(
        bars + frame.line([(0, 0), (1, 1)], "ideal"), "Calibration", "confidence, %",
        "% right", percents(0, 1, 0.2), percents(0, 1, 0.2),
    )


def hit_plot(hits: Sequence[float], read: int) -> str:
    """hit@1 .. hit@k; the passages up to the `read`-th are read."""
    frame = Frame((0.5, len(hits) + 0.5), (0, 1))
    bars = "".join(
        frame.bar(
            (k - 0.38, 0), (k + 0.38, max(hit, 0.004)), "bar" if k <= read else "bar faint",
            f"hit@{k}: {hit:.1%}",
        )
        + frame.label((k - 0.3, hit), "")
        for k, hit in enumerate(hits, start=1)
    )
    return frame.picture(
        bars, "Retrieval hit@k", f"k, the passages that are looked at; {read} are read",
        "% with the support", [(k, str(k)) for k in range(1, len(hits) + 1)],
        percents(0, 1, 0.2),
    )


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
