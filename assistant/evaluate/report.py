"""Results -> a folder with results.json and one page, report.html, that needs nothing else.

The page holds its style and its pictures, runs no script and asks for nothing (its content
security policy forbids both), so it can be mailed or kept.  Every text in it is escaped.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.errors import SettingError
from assistant.evaluate import plots
from assistant.evaluate.gate import GateVerdict
from assistant.evaluate.measures import hit_at_k, reliability_bins, risk_coverage
from assistant.evaluate.questions import Case, Place
from assistant.evaluate.run import Passage, Results
from assistant.evaluate.summary import (
    CONFIDENCE,
    COULD,
    Figure,
    Summary,
    compute_coverage,
    risk,
    tabulate,
)
from assistant.records import Quote
from assistant.render import describe_place
from assistant.templates import load_template

HEADLINES = ("right", "silent", "exact", "risk", "hit@5", "follow_up", "auroc_right")
HIT_DEPTH = 10  # of the picture of hit@k


def write_report(
    results: Results, summary: Summary, folder: Path, verdict: GateVerdict | None = None
) -> Path:
    """Write both files and return the page's path.  Raises SettingError when that cannot be."""
    made = datetime.now(UTC).isoformat(timespec="seconds")
    data = {"made": made, "summary": to_json(summary), **results.to_dict()}
    page = folder / "report.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(finite(data), ensure_ascii=False, indent=1)
        (folder / "results.json").write_text(text + "\n", encoding="utf-8")
        page.write_text(render_report(results, summary, made, verdict), encoding="utf-8")
    except OSError as error:
        raise SettingError(f"The report {folder} cannot be written: {error.strerror}.") from error
    return page


def to_json(summary: Summary) -> dict[str, Any]:
    """The figures by name, as plain JSON types."""

    def by_name(figures: Sequence[Figure]) -> dict[str, Any]:
        return {f.name: {"value": f.value, "low": f.low, "high": f.high, "n": f.n} for f in figures}

    return {
        "figures": by_name(summary.figures),
        "cross_validated": by_name(summary.cross_validated),
        "thresholds": list(summary.thresholds),
        "groups": summary.groups,
        "kinds": {k.name: vars(k) for k in summary.kinds},
        "causes": summary.causes,
        "latency_ms": vars(summary.latency),
    }


def finite(value: Any) -> Any:
    """The same with null for what is not a number: JSON has no nan."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [finite(v) for v in value]
    return value


# ── the page ────────────────────────────────────────────────────────────────────────────────────


def render_report(
    results: Results, summary: Summary, made: str, verdict: GateVerdict | None = None
) -> str:
    """The whole page."""
    helpers = {
        "between": between,
        "interval": interval,
        "marked": mark_supports,
        "number": number,
        "place": describe_place,
        "stack": plots.stack,
        "touches": touches,
        "whisker": plots.whisker,
    }
    by_name = {f.name: f for f in summary.figures}
    return load_template("evaluate/report.html.jinja", helpers).render(
        day=made[:10],
        facts={**results.fingerprints, **results.settings},
        failed=[row for row in results.rows if not row.right or row.faults],
        headlines=[by_name[name] for name in HEADLINES],
        pictures=draw_pictures(results),
        results=results,
        style=(Path(__file__).parent / "report.css").read_text(encoding="utf-8"),
        summary=summary,
        verdict=verdict,
    )


def number(value: float, name: str = "") -> str:
    """A share in percent, or to three places where that is the custom."""
    if math.isnan(value):
        return "–"
    if name in {"mrr", "ndcg", "aurc", "ece", "auroc_answerable", "auroc_right"}:
        return f"{value:.3f}"
    return f"{100 * value:.1f} %"


def interval(low: float, high: float, name: str = "") -> str:
    return f"{number(low, name).removesuffix(' %')} to {number(high, name)}"


def between(figure: Figure) -> str:
    """The interval of a figure, "" where it has no value."""
    return "" if math.isnan(figure.value) else interval(figure.low, figure.high, figure.name)


def draw_pictures(results: Results) -> list[tuple[str, str, str]]:
    """Title, SVG and caption of each; none where nothing was asked."""
    values = tabulate(results.rows)
    if not len(values):
        return []
    xs, ys = risk_coverage(values[:, CONFIDENCE], values[:, COULD])
    bins = reliability_bins(values[:, CONFIDENCE], values[:, COULD])
    reciprocal = [row.scores["mrr"] for row in results.rows if "mrr" in row.scores]
    ranks = [round(1 / r) if r else None for r in reciprocal]
    hits = [hit_at_k(ranks, k) if ranks else 0.0 for k in range(1, HIT_DEPTH + 1)]
    now = (compute_coverage(values), risk(values))
    return [
        (
            "Risk and coverage",
            plots.risk_coverage_plot(xs.tolist(), ys.tolist(), now),
            "If only the surest questions were answered: how many answers would be wrong. "
            "Questions that must not be answered count as wrong.",
        ),
        (
            "Calibration",
            plots.calibration_plot(bins),
            "How often it is right when it is that sure. On the line is honest; dots grow "
            "with the number of questions.",
        ),
        (
            "Retrieval, hit@k",
            plots.hit_plot(hits, int(results.settings["passages"])),
            "Share of the answerable questions whose support is among the first k passages "
            "(both supports, where both are needed).",
        ),
    ]


def touches(case: Case, quote: Quote) -> bool:
    """Whether a quote overlaps what answers the question or contradicts it."""
    own = Place(quote.doc_id, quote.start, quote.end)
    return any(own.overlaps(p) for p in (*case.places, *case.contradiction))


def mark_supports(read: Passage, text: str, case: Case) -> Iterator[tuple[str, bool]]:
    """A passage in pieces, and of each whether it is a support."""
    own = Place(read.doc_id, read.start, read.end)
    at = 0
    for support in sorted((*case.places, *case.contradiction), key=lambda p: (p.start, p.end)):
        start, end = max(support.start - read.start, at), min(support.end - read.start, len(text))
        if support.overlaps(own) and start < end:
            yield text[at:start], False
            yield text[start:end], True
            at = end
    yield text[at:], False
