"""Sources that differ: `python eval/bench_differing.py --data DIR [--limit N]`.

Of SQuAD's 14 held-out articles the questions how many, how much, when and in which year whose
answer is a figure.  Each is asked twice: of the articles, and with a second document for each of
them, that holds the sentence of the answer with another figure.  Prints

told    the share of the questions answered rightly there for which both figures are quoted and
        the answer says that the sources differ
one     the rest of these: only the article's figure, or only the other one
false   the share of the answers over the articles alone that say that sources differ
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kit import (
    HELD_OUT,
    Article,
    Case,
    Paragraph,
    cases_of,
    draw,
    make_parser,
    open_assistant,
    read_squad,
    to_percent,
    track,
    write_rows,
)

from assistant import Assistant
from assistant.evaluate.measures import bootstrap_interval, token_f1
from assistant.question.asked import understand

ASKED = 120
FIGURE = re.compile(r"\d[\d,.]*\d|\d")
SENTENCE = re.compile(r"[^.!?]*(?:[.!?](?!\s)[^.!?]*)*[.!?]?")


def of_figures(cases: list[Case]) -> Iterator[Case]:
    for case in cases:
        if understand(case.question).kind and case.golds and FIGURE.search(case.golds[0]):
            yield case


def another(figure: str) -> str:
    """Of the same length and form: each digit but the first exchanged, or the only one."""
    first = figure[0] if len(figure) > 1 else ""
    return first + re.sub(r"\d", lambda m: str((int(m[0]) + 3) % 10), figure[len(first) :])


def second_source(case: Case, n: int) -> tuple[Article, str]:
    """A document with the sentence of the answer, another figure in it; and this figure."""
    assert case.start is not None
    told = FIGURE.search(case.context, case.start)
    assert told is not None
    sentence = next(
        m for m in SENTENCE.finditer(case.context) if m.start() <= told.start() < m.end()
    )
    other = another(told[0])
    text = case.context[sentence.start() : told.start()] + other
    text += case.context[told.end() : sentence.end()]
    title = case.article.replace("_", " ")
    about = Paragraph(f"# Notes on {title} ({n})", ())
    return Article(f"notes-{n:03}", (about, Paragraph(text.strip(), ()))), other


def ask(assistant: Assistant, case: Case, other: str) -> dict[str, object]:
    said = assistant.ask(case.question)
    quoted = " ".join(quote.text for quote in said.quotes)
    figure = FIGURE.search(case.golds[0])
    assert figure is not None
    return {
        "id": case.case_id,
        "question": case.question,
        "said": said.text,
        "right": said.found and token_f1(said.text, case.golds) >= 0.5,
        "found": said.found,
        "differ": "differ" in said.note,
        "told": "differ" in said.note and figure[0] in quoted and other in quoted,
    }


def share(values: list[bool]) -> list[float]:
    """In hundredths, with its 95 % interval."""
    return to_percent(bootstrap_interval([float(v) for v in values])) if values else []


def main() -> None:
    given = make_parser(__doc__, "data", "rows", limit={"default": ASKED}).parse_args()
    articles = read_squad(Path(given.data) / HELD_OUT)
    cases = draw(list(of_figures(cases_of(articles))), given.limit)
    made = [second_source(case, n) for n, case in enumerate(cases)]
    rows = []
    for name, corpus in (("alone", articles), ("both", [*articles, *(a for a, _ in made)])):
        with open_assistant(corpus) as assistant:
            for case, (_, other) in zip(track(cases, name), made, strict=True):
                rows.append(ask(assistant, case, other) | {"corpus": name})
    alone, both = ([r for r in rows if r["corpus"] == name] for name in ("alone", "both"))
    right = [b for a, b in zip(alone, both, strict=True) if a["right"]]
    write_rows(given.rows, rows)
    print(f"{len(cases)} questions, {len(right)} answered rightly of the articles alone")
    print("told ", share([bool(r["told"]) for r in right]))
    print("one  ", share([bool(r["found"]) and not r["told"] for r in right]))
    print("false", share([bool(r["differ"]) for r in alone if r["found"]]))


if __name__ == "__main__":
    main()
