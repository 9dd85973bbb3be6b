"""Results -> a folder with results.json and one page, report.html, that needs nothing else.

The page holds its style and its pictures, runs no script and asks for nothing (its content
security policy forbids both), so it can be mailed or kept.  Every text in it is escaped.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape as e
from pathlib import Path
from typing import Any

from assistant.errors import SettingError
from assistant.evaluate import plots
from assistant.evaluate.gate import Verdict
from assistant.evaluate.measures import hit_at_k, reliability_bins, risk_coverage
from assistant.evaluate.questions import Case, Place
from assistant.evaluate.run import Passage, Results, Row, SpeechRow
from assistant.evaluate.summary import (
    CONFIDENCE,
    COULD,
    Figure,
    Kind,
    Latency,
    Summary,
    coverage,
    risk,
    table,
)
from assistant.records import Quote

HEADLINES = ("right", "silent", "exact", "risk", "hit@5", "follow_up", "auroc_right")
DEPTH = 10  # of the picture of hit@k


def write_report(
    results: Results, summary: Summary, folder: Path, verdict: Verdict | None = None
) -> Path:
    """Write both files and return the page's path.  Raises SettingError when that cannot be."""
    made = datetime.now(UTC).isoformat(timespec="seconds")
    data = {"made": made, "summary": plain(summary), **results.to_dict()}
    page = folder / "report.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(finite(data), ensure_ascii=False, indent=1)
        (folder / "results.json").write_text(text + "\n", encoding="utf-8")
        page.write_text(html(results, summary, made, verdict), encoding="utf-8")
    except OSError as error:
        raise SettingError(f"The report {folder} cannot be written: {error.strerror}.") from error
    return page


def plain(summary: Summary) -> dict[str, Any]:
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


def html(results: Results, summary: Summary, made: str, verdict: Verdict | None = None) -> str:
    """The whole page."""
    rows = results.rows
    failed = [row for row in rows if not row.right or row.faults]
    answerable = sum(row.case.answerable for row in rows)
    style = (Path(__file__).parent / "report.css").read_text(encoding="utf-8")
    sections = [
        f"<header><h1>Evaluation</h1><p>{len(rows)} questions: {answerable} that the documents "
        f"answer, {len(rows) - answerable} that they don’t. Run on {e(made[:10])} in "
        f"{results.seconds:.0f} s. No language model judged anything.</p></header>",
        gate(verdict) if verdict else "",
        f'<section class="cards">{cards(summary)}</section>',
        pictures(results),
        kinds(summary.kinds),
        causes(summary.causes),
        figures(summary),
        f"<section><h2>What went wrong: {len(failed)} of {len(rows)}</h2>"
        "<p>Open a question to see what was expected, what was said, and what was read. The "
        "support is marked in the passages.</p>"
        + "".join(failures(kind.name, failed, results) for kind in summary.kinds)
        + "</section>",
        speakers([s for s in results.speeches if not s.scores["speaker"]], len(results.speeches)),
        everything(rows),
        provenance(results),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Evaluation, {e(made[:10])}</title><style>\n{style}</style></head>\n"
        f"<body><main>{''.join(sections)}</main></body></html>\n"
    )


def gate(verdict: Verdict) -> str:
    first, *rest = verdict.lines
    kind = "good" if verdict.exit_code == 0 else "bad"
    listed = "".join(f"<li>{e(line)}</li>" for line in rest)
    told = f"<ul>{listed}</ul>" if listed else ""
    if kind == "good" and listed:  # what a person may look at, but need not
        told = f"<details><summary>What turned all the same</summary>{told}</details>"
    return f'<section class="gate {kind}"><h2>{e(first)}</h2>{told}</section>'


def number(value: float, name: str = "") -> str:
    """A share in percent, or to three places where that is the custom."""
    if math.isnan(value):
        return "–"
    if name in {"mrr", "ndcg", "aurc", "ece", "auroc_answerable", "auroc_right"}:
        return f"{value:.3f}"
    return f"{100 * value:.1f} %"


def between(figure: Figure) -> str:
    if math.isnan(figure.value):
        return ""
    low, high = (number(bound, figure.name) for bound in (figure.low, figure.high))
    return f"{low.removesuffix(' %')} to {high}"


def cards(summary: Summary) -> str:
    by_name = {f.name: f for f in summary.figures}
    made = "".join(card(by_name[name]) for name in HEADLINES)
    wait = summary.latency
    return made + (
        f'<div class="card"><h3>Time for an answer</h3><b>{wait.ask_p50:.0f} ms</b>'
        f"<small>half are faster; 95 in 100 within {wait.ask_p95:.0f} ms</small></div>"
    )


def card(figure: Figure) -> str:
    return (
        f'<div class="card"><h3>{e(figure.label)}</h3><b>{number(figure.value, figure.name)}</b>'
        f"{plots.whisker(figure.value, figure.low, figure.high)}"
        f"<small>{between(figure)}, n&nbsp;=&nbsp;{figure.n}<br>{e(figure.note)}</small></div>"
    )


def pictures(results: Results) -> str:
    values = table(results.rows)
    if not len(values):
        return ""
    xs, ys = risk_coverage(values[:, CONFIDENCE], values[:, COULD])
    bins = reliability_bins(values[:, CONFIDENCE], values[:, COULD])
    reciprocal = [row.scores["mrr"] for row in results.rows if "mrr" in row.scores]
    ranks = [round(1 / r) if r else None for r in reciprocal]
    hits = [hit_at_k(ranks, k) if ranks else 0.0 for k in range(1, DEPTH + 1)]
    now = (coverage(values), risk(values))
    return (
        '<section class="pictures">'
        + figure_box(
            "Risk and coverage",
            plots.risk_coverage_plot(xs.tolist(), ys.tolist(), now),
            "If only the surest questions were answered: how many answers would be wrong. "
            "Questions that must not be answered count as wrong.",
        )
        + figure_box(
            "Calibration",
            plots.calibration_plot(bins),
            "How often it is right when it is that sure. On the line is honest; dots grow "
            "with the number of questions.",
        )
        + figure_box(
            "Retrieval, hit@k",
            plots.hit_plot(hits, int(results.settings["passages"])),
            "Share of the answerable questions whose support is among the first k passages "
            "(both supports, where both are needed).",
        )
        + "</section>"
    )


def figure_box(title: str, svg: str, caption: str) -> str:
    return f"<figure><h3>{e(title)}</h3>{svg}<figcaption>{e(caption)}</figcaption></figure>"


def kinds(found: Sequence[Kind]) -> str:
    lines = "".join(
        f'<tr><th scope="row"><a href="#{e(k.name)}">{e(k.name)}</a></th><td>{k.n}</td>'
        '<td class="wide">'
        + plots.stack(
            [
                (k.correct, "ok", "as they should be"),
                (k.missed, "missed", "silent without need"),
                (k.wrong, "wrong", "answered wrongly"),
            ],
            k.n,
        )
        + f"</td><td class='num'>{number(k.share)}</td>"
        f"<td class='range'>{number(k.low).removesuffix(' %')} to {number(k.high)}</td>"
        f"<td>{k.missed}</td><td>{k.wrong}</td></tr>"
        for k in found
    )
    return (
        '<section><h2>By kind of question</h2><p class="legend"><i class="ok"></i>as it should be'
        '<i class="missed"></i>silent without need<i class="wrong"></i>answered wrongly</p>'
        "<table><thead><tr><th>kind</th><th>n</th><th></th><th>right</th>"
        "<th class='range'>95 % interval</th>"
        f"<th>silent without need</th><th>answered wrongly</th></tr></thead><tbody>{lines}"
        "</tbody></table></section>"
    )


def causes(found: dict[str, int]) -> str:
    if not found:
        return ""
    most = max(found.values())
    lines = "".join(
        f'<tr><th scope="row">{e(cause)}</th><td>{n}</td><td class="wide">'
        f"{plots.stack([(n, 'wrong', cause)], most)}</td></tr>"
        for cause, n in found.items()
    )
    return f"<section><h2>Where it goes wrong</h2><table><tbody>{lines}</tbody></table></section>"


def figures(summary: Summary) -> str:
    thresholds = ", ".join(f"{t:.2f}" for t in summary.thresholds)
    return (
        "<section><h2>All measures</h2>"
        + figure_table(summary.figures)
        + "<h3>With a threshold chosen on other questions</h3>"
        + figure_table(summary.cross_validated)
        + f"<p>Five folds over {summary.groups} groups of questions about one passage; the "
        f"thresholds were {e(thresholds)}.</p>" + times(summary.latency) + "</section>"
    )


def figure_table(found: Sequence[Figure]) -> str:
    lines = "".join(
        f'<tr><th scope="row">{e(f.label)}</th><td class="num">{number(f.value, f.name)}</td>'
        f"<td>{plots.whisker(f.value, f.low, f.high)}</td><td class='range'>{between(f)}</td>"
        f"<td>{f.n}</td><td class='wide note'>{e(f.note)}</td></tr>"
        for f in found
    )
    return (
        "<table><thead><tr><th>measure</th><th></th><th></th><th class='range'>95 % interval</th>"
        f"<th>n</th><th class='note'></th></tr></thead><tbody>{lines}</tbody></table>"
    )


def times(wait: Latency) -> str:
    return (
        f"<h3>Time on this machine</h3><p>An answer: {wait.ask_p50:.0f} ms at the median, "
        f"{wait.ask_p95:.0f} ms at the 95th percentile. Retrieval alone: "
        f"{wait.retrieve_p50:.0f} and {wait.retrieve_p95:.0f} ms. An answer takes "
        f"{wait.ratio:.1f} times as long as its retrieval.</p>"
    )


# ── one question ────────────────────────────────────────────────────────────────────────────────


def failures(kind: str, failed: Sequence[Row], results: Results) -> str:
    own = [row for row in failed if row.case.kind == kind]
    if not own:
        return f'<h3 id="{e(kind)}">{e(kind)}: none</h3>'
    listed = "".join(failure(row, results) for row in own)
    return f'<h3 id="{e(kind)}">{e(kind)}: {len(own)}</h3>{listed}'


def failure(row: Row, results: Results) -> str:
    case, answer = row.case, row.answer
    said = f"“{e(answer.text)}”" if answer.found else "<em>not found</em>"
    expected = " · ".join(f"“{e(a)}”" for a in case.answers) or "<em>not found</em>"
    facts = [
        ("expected", expected),
        ("said", f"{said}, confidence {answer.confidence:.2f}"),
        ("why it counts as wrong", e("; ".join([*filter(None, [row.cause]), *row.faults]))),
    ]
    if case.history:
        facts.insert(0, ("asked after", " → ".join(e(q) for q in case.history)))
    if answer.query_used != case.question:
        facts.append(("searched for", e(answer.query_used)))
    if not answer.found and row.forced.found:
        facts.append(("would have said", f"“{e(row.forced.text)}”"))
    if row.twin is not None:
        alone = f"“{e(row.twin.text)}”" if row.twin.found else "<em>not found</em>"
        facts.append(("asked alone", f"{e(case.standalone)} → {alone}"))
    body = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts)
    blocks = [
        block("Support", [f"<p>{e(s)}</p>" for s in case.support]),
        block("Contradicted by", [f"<p>{e(case.contradicts)}</p>"] if case.contradicts else []),
        block("Quoted", [quoted(q, case) for q in answer.quotes]),
        block("Closest", [quoted(q, case) for q in answer.closest]),
        folded(
            f"Read: {sum(p.holds for p in row.read)} of {len(row.read)} passages hold the support",
            "".join(passage(p, results.passages.get(p.chunk_id, ""), case) for p in row.read),
        ),
    ]
    kind = "wrong" if answer.found else "missed"
    return (
        f'<details class="question {kind}"><summary><span>{e(case.question)}</span>'
        f"<small>{said}</small></summary><dl>{body}</dl>{''.join(blocks)}"
        f'<p class="id">{e(case.id)}</p></details>'
    )


def block(title: str, items: Sequence[str]) -> str:
    return f"<h4>{e(title)}</h4>{''.join(items)}" if items else ""


def folded(title: str, body: str) -> str:
    return f"<details><summary>{e(title)}</summary>{body}</details>" if body else ""


def quoted(quote: Quote, case: Case) -> str:
    before, inside, after = quote.parts
    own = Place(quote.doc_id, quote.start, quote.end)
    holds = any(own.overlaps(p) for p in (*case.places, *case.contradiction))
    speaker = f", {e(quote.speaker)}" if quote.speaker else ""
    return (
        f"<blockquote{' class=holds' if holds else ''}>{e(before)}<b>{e(inside)}</b>{e(after)}"
        f"<footer>{e(quote.title)}, paragraph {quote.paragraph}{speaker}</footer></blockquote>"
    )


def passage(read: Passage, text: str, case: Case) -> str:
    """A passage with the supports in it marked."""
    cuts = sorted(
        (max(p.start, read.start) - read.start, min(p.end, read.end) - read.start)
        for p in (*case.places, *case.contradiction)
        if p.overlaps(Place(read.doc_id, read.start, read.end))
    )
    made, at = "", 0
    for start, end in cuts:
        made += e(text[at:start]) + f"<mark>{e(text[max(at, start) : end])}</mark>"
        at = max(at, end)
    made += e(text[at:])
    return (
        f"<blockquote{' class=holds' if read.holds else ''}>{made}"
        f"<footer>{e(read.doc_id)}, from paragraph {read.paragraph}</footer></blockquote>"
    )


def speakers(failed: Sequence[SpeechRow], total: int) -> str:
    if not total:
        return ""
    lines = "".join(
        f"<tr><td>{e(row.speech.kind)}</td><td>{e(row.said) or '<em>nobody</em>'}</td>"
        f"<td>{e(row.speech.speaker) or '<em>nobody</em>'}</td><td>{e(row.speech.id)}</td></tr>"
        for row in failed
    )
    head = "<tr><th>kind</th><th>named</th><th>expected</th><th>line</th></tr>"
    return (
        f"<section><h2>Speakers named wrongly: {len(failed)} of {total}</h2>"
        + (f"<table><thead>{head}</thead><tbody>{lines}</tbody></table>" if failed else "")
        + "</section>"
    )


def everything(rows: Sequence[Row]) -> str:
    lines = "".join(
        f'<tr><td class="{"good" if row.right else "bad"}">{"✓" if row.right else "✗"}</td>'
        f"<td>{e(row.case.question)}</td>"
        f"<td>{e(row.answer.text) if row.answer.found else '<em>not found</em>'}</td>"
        f"<td>{row.answer.confidence:.2f}</td><td>{e(row.case.kind)}</td></tr>"
        for row in rows
    )
    head = "<tr><th></th><th>question</th><th>said</th><th>confidence</th><th>kind</th></tr>"
    every = folded(f"All {len(rows)} questions", f"<table>{head}{lines}</table>")
    return f"<section>{every}</section>"


def provenance(results: Results) -> str:
    facts = {**results.fingerprints, **results.settings}
    body = "".join(f"<dt>{e(k)}</dt><dd><code>{e(str(v))}</code></dd>" for k, v in facts.items())
    return f"<section><h2>What was measured</h2><dl>{body}</dl></section>"
