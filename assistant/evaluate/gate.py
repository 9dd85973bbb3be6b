"""Keeps a run from being worse than an earlier one: Results and a baseline -> Verdict.

Hard rules fail at once: any fault in any answer.  Each measure fails when it is lower than the
baseline's over the same questions and a paired permutation test finds p < 0.05; it compares
questions to which the measure applies in both runs.  Unlike things are not compared: the
documents, the questions and the models must be the baseline's.  Settings may differ; what they
do is what is measured.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import SettingError
from assistant.evaluate.measures import paired_permutation_test
from assistant.evaluate.run import Results, SpeechRow
from assistant.evaluate.summary import MEANS

FORMAT = 1  # of the baseline file
SIGNIFICANT = 0.05
UNGATED = {"correct", "exact"}  # right and silent together; a hard rule
PASSED, FAILED, REFUSED = 0, 1, 2

Baseline = Mapping[str, Any]


@dataclass(frozen=True)
class Fall:
    """A measure that fell: its mean then and now over `n` questions, and how sure that is."""

    measure: str
    before: float
    now: float
    p: float
    n: int

    def __str__(self) -> str:
        label = MEANS[self.measure][0] if self.measure in MEANS else self.measure.capitalize()
        return f"{label} fell from {self.before:.3f} to {self.now:.3f} (n={self.n}, p={self.p:.3g})"


@dataclass(frozen=True)
class Change:
    """A question that was right and is not now, or the other way round."""

    id: str
    question: str
    before: str
    now: str
    better: bool

    def __str__(self) -> str:
        sign = "+" if self.better else "-"
        return f"{sign} {self.id}: {self.question}  was {self.before}, is {self.now}"


@dataclass(frozen=True)
class GateVerdict:
    """What the gate found.  `exit_code`: 0 passed, 1 failed, 2 refused to compare."""

    refused: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    fallen: tuple[Fall, ...] = ()
    turned: tuple[Change, ...] = ()

    @property
    def exit_code(self) -> int:
        if self.broken:
            return FAILED
        if self.refused:
            return REFUSED
        return FAILED if self.fallen else PASSED

    @property
    def lines(self) -> tuple[str, ...]:
        """The verdict for a person, the reasons first."""
        head = {
            PASSED: "Gate passed: no measure fell significantly.",
            FAILED: "Gate failed.",
            REFUSED: "Gate refused to compare.",
        }[self.exit_code]
        turned = sorted(self.turned, key=lambda turn: turn.better)
        return (
            head,
            *(f"Broken rule: {line}" for line in self.broken),
            *(f"Unlike: {line}" for line in self.refused),
            *map(str, self.fallen),
            *(["Questions that turned (- worse, + better):"] if turned else []),
            *map(str, turned),
        )


def compare(results: Results, baseline: Baseline) -> GateVerdict:
    """Hold a run against a baseline, as `baseline_of` makes it."""
    broken = broken_rules(results)
    refused = unlike(results.fingerprints, baseline["fingerprints"])
    if refused:
        return GateVerdict(refused=refused, broken=broken)
    now, before = baseline_of(results)["rows"], baseline["rows"]
    return GateVerdict(
        broken=broken,
        fallen=tuple(fallen(now, before)),
        turned=tuple(find_changes(results, before)),
    )


def broken_rules(results: Results) -> tuple[str, ...]:
    """Every fault of every answer; a run with one is never good enough."""
    return tuple(f"{row.case.id}: {fault}" for row in results.rows for fault in row.faults)


def unlike(now: Mapping[str, str], before: Mapping[str, str]) -> tuple[str, ...]:
    """A line for each fingerprint that differs, with what to do."""
    return tuple(
        f"the {what} is {now.get(what, 'none')[:32]}, "
        f"the baseline's {before.get(what, 'none')[:32]}; "
        "if that is meant, store this run with --update-baseline"
        for what in sorted(now.keys() | before.keys())
        if now.get(what) != before.get(what)
    )


def fallen(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[Fall]:
    """The measures that are significantly lower over the questions that both runs measured."""
    found = []
    measures = dict.fromkeys(m for row in before.values() for m in row["scores"])
    for measure in measures:
        if measure in UNGATED:
            continue
        pairs = [
            (now[name]["scores"][measure], before[name]["scores"][measure])
            for name in sorted(before)
            if measure in before[name]["scores"] and measure in now[name]["scores"]
        ]
        if not pairs:
            continue
        ours, theirs = zip(*pairs, strict=True)
        mean_now, mean_before = sum(ours) / len(pairs), sum(theirs) / len(pairs)
        if mean_now < mean_before and (p := paired_permutation_test(ours, theirs)) < SIGNIFICANT:
            found.append(Fall(measure, mean_before, mean_now, p, len(pairs)))
    return found


def find_changes(results: Results, before: Mapping[str, Any]) -> list[Change]:
    """The questions, and speakers, that are right in one run and wrong in the other."""
    rows = [
        (row.case.id, row.case.question, row.answer.text if row.answer.found else None, row.right)
        for row in results.rows
    ]
    rows += [
        (speaker_id(row), "who speaks?", row.said, bool(row.scores["speaker"]))
        for row in results.speeches
    ]
    return [
        Change(name, question, said(before[name]["said"]), said(now), right)
        for name, question, now, right in rows
        for then in [before[name]["scores"]]
        if right != bool(then.get("correct", then.get("speaker")))
    ]


def speaker_id(row: SpeechRow) -> str:
    return f"speaker/{row.speech.id}"


def said(text: str | None) -> str:
    return "not found" if text is None else f"“{text}”"


# ── the file ────────────────────────────────────────────────────────────────────────────────────


def baseline_of(results: Results) -> dict[str, Any]:
    """What is kept of a run: fingerprints, settings, and each question's scores."""
    rows = {
        row.case.id: {
            "said": row.answer.text if row.answer.found else None,
            "confidence": round(row.answer.confidence, 4),
            "scores": {name: round(value, 6) for name, value in row.scores.items()},
        }
        for row in results.rows
    }
    rows |= {speaker_id(row): {"said": row.said, "scores": row.scores} for row in results.speeches}
    return {
        "format": FORMAT,
        "fingerprints": results.fingerprints,
        "settings": results.settings,
        "rows": rows,
    }


def write_baseline(results: Results, path: Path) -> None:
    """Store a run as the baseline, a question a line.  Raises SettingError for a run that breaks
    a hard rule, or a file that cannot be written."""
    if broken := broken_rules(results):
        raise SettingError(f"This run cannot be a baseline: {broken[0]}.")
    made = baseline_of(results)
    rows = ",\n".join(
        f"  {json.dumps(name)}: {json.dumps(row, ensure_ascii=False)}"
        for name, row in made.pop("rows").items()
    )
    head = json.dumps(made, ensure_ascii=False, indent=1).removesuffix("\n}")
    try:
        path.write_text(f'{head},\n "rows": {{\n{rows}\n }}\n}}\n', encoding="utf-8")
    except OSError as error:
        raise SettingError(f"The baseline {path} cannot be written: {error.strerror}.") from error


def read_baseline(path: Path) -> Baseline:
    """A stored baseline.  Raises SettingError when there is none or it is not one."""
    try:
        made: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingError(
            f"There is no baseline {path}: make it with --gate {path} --update-baseline."
        ) from error
    except (ValueError, RecursionError) as error:
        raise SettingError(
            f"{path} is not a baseline: make it anew with --update-baseline."
        ) from error
    whole = isinstance(made, dict) and {"fingerprints", "rows"} <= made.keys()
    if not whole or made.get("format") != FORMAT:
        raise SettingError(
            f"{path} is a baseline of another version: make it anew with --update-baseline."
        )
    return made
