"""What the nearest sentence gives and costs (`assistant.reading.nearest`), on text by others.

    python eval/bench_nearest.py --squad squad2-dev-heldout14.json [--limit N]
    python eval/bench_nearest.py --polnear polnear-150.jsonl [--limit N]
    python eval/bench_nearest.py --silent condaqa-dontknow.json [--limit N]
    python eval/bench_nearest.py --coqa coqa_abg_val.json

Counts the questions on which the reader is silent and the nearest sentence speaks: right ones and
wrong ones.  --squad: all that begin with "who", answerable or not.  --polnear: "Who said that …?"
with the first words of what a named source says in the news, with `--wordnet DIR` (its `dict`, as
`training/reword.py` wants it) in other words where there are some.  --silent: whether-questions, in
the format of SQuAD, whose passages do not settle them: each answer counts as wrong.  --coqa:
those of Abg-CoQA without a pronoun, right where half of the rationale's words are shown.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from kit import ROOT, cases_of, draw, make_parser, open_assistant, read_rows, read_squad, track

from assistant import Assistant
from assistant.attribution.speakers import same_name
from assistant.evaluate.measures import bootstrap_interval, token_f1
from assistant.language.english import FUNCTION, PRONOUN
from assistant.language.fold import fold
from assistant.language.terms import stems, words
from assistant.question.asked import understand

Asked = tuple[str, tuple[str, ...]]  # a question and what answers it
WORDS = 14  # of what somebody says, in a question
NEAR_ENOUGH = 0.5  # token F1 from which an answer is right
LEANING = PRONOUN | {"his", "her", "their", "its", "that", "this", "these", "those"}
FEWEST = 6  # words of what somebody says that is asked about


def ask_all(assistant: Assistant, asked: Iterable[Asked]) -> Iterator[str]:
    """Of each question who spoke and how: "reader right", "nearest wrong", "silent" …"""
    for question, golds in asked:
        answer = assistant.ask(question)
        if not answer.found:
            yield "silent"
            continue
        by = "reader" if assistant.read(question).confidence >= assistant.threshold else "nearest"
        near = token_f1(answer.text, golds) if golds else 0.0
        named = any(same_name(answer.text, gold) for gold in golds)
        if answer.kind == "yes_no":
            named = any(holds(answer.text, gold) for gold in golds)
        yield f"{by} {'right' if named or near >= NEAR_ENOUGH else 'wrong'}"


def holds(text: str, rationale: str) -> bool:
    wanted = stems(rationale)
    return len(wanted & stems(text)) >= len(wanted) / 2


def settled_in(rows: Sequence[dict[str, Any]]) -> Iterator[Asked]:
    """Whether-questions that stand alone, and what settles them."""
    for turn in (row["target_turn"] for row in rows):
        question = turn["question"].strip()
        told = turn.get("rationale") and re.match(r"(yes|no)\b", turn["answer"].lower())
        if told and understand(question).whether and not set(words(question)) & LEANING:
            yield question, (turn["rationale"],)


def said_in(articles: Iterable[dict[str, object]], reword: Callable[[str], str]) -> Iterator[Asked]:
    """Questions after what named sources say."""
    for article in articles:
        for told in article["attributions"]:  # type: ignore[attr-defined]
            source = " ".join(text for *_, text in told["source"])
            content = " ".join(text for *_, text in told["content"])
            plain = " ".join(re.sub(r"[“”\"‘]", "", content).split()[:WORDS]).strip(",;: ")
            names = [w for w in re.findall(r"[A-Z][\w'’-]+", source) if fold(w) not in FUNCTION]
            if (
                names
                and len(plain.split()) >= FEWEST
                and not set(words(source)) & set(words(plain))
            ):
                begin = reword(plain[0].lower() + plain[1:])
                yield f"Who said {'' if begin.startswith('that ') else 'that '}{begin}?", (source,)


def main() -> None:
    parser = make_parser(__doc__, "limit")
    for name in ("squad", "polnear", "silent", "coqa", "wordnet"):
        parser.add_argument(f"--{name}", type=Path)
    a = parser.parse_args()
    if a.coqa:
        rows = json.loads(a.coqa.read_text(encoding="utf-8"))
        rows = rows["data"] if isinstance(rows, dict) else rows
        asked = list(settled_in(rows))
        with TemporaryDirectory() as folder:
            for i, story in enumerate(dict.fromkeys(row["story"] for row in rows)):
                Path(folder, f"{i}.txt").write_text(story, encoding="utf-8")
            with open_assistant(Path(folder)) as assistant:
                came = list(ask_all(assistant, track(asked, "CoQA")))
    elif a.polnear:
        rows = read_rows(a.polnear)
        reword: Callable[[str], str] = str
        if a.wordnet:
            sys.path.insert(0, str(ROOT / "training"))
            from reword import Thesaurus

            reword = partial(Thesaurus(a.wordnet).reword, rng=random.Random(0))
        asked = draw(list(said_in(rows, reword)), a.limit)
        with TemporaryDirectory() as folder:
            for i, row in enumerate(rows):
                Path(folder, f"{i}.txt").write_text(row["text"], encoding="utf-8")
            with open_assistant(Path(folder)) as assistant:
                came = list(ask_all(assistant, track(asked, "PolNeAR")))
    else:
        articles = read_squad(a.squad or a.silent)
        wanted = [
            (case.question, case.golds)
            for case in cases_of(articles)
            if (a.squad and words(case.question)[:1] == ("who",))
            or (a.silent and understand(case.question).whether)
        ]
        random.Random(0).shuffle(wanted)
        with open_assistant(articles) as assistant:
            came = list(ask_all(assistant, track(draw(wanted, a.limit), "Questions")))
    counts = Counter(came)
    for kind in sorted(counts):
        low, high = bootstrap_interval(np.array([c == kind for c in came], dtype=float))[1:]
        print(f"{kind:14} {counts[kind]:5} of {len(came)}  [{100 * low:.1f}, {100 * high:.1f}] %")


if __name__ == "__main__":
    main()
