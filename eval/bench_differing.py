"""Sources that differ: `python eval/bench_differing.py --data DIR [--limit N] [--others]`.

Of SQuAD's 14 held-out articles the questions how many, how much, when and in which year whose
answer is a figure; with --others those that are put in another way ("What was the price …?") and
have a short answer with a figure.  Each is asked twice: of the articles, and with a second document
for each of them, that holds the sentence of the answer with another figure.  Prints

told    the share of the questions answered rightly there for which both figures are quoted and
        the answer says that the sources differ
one     only the article's figure, or only the other one; the rest is silent
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
from assistant.language.terms import find_numbers
from assistant.question.asked import understand

ASKED = 120
SHORT = 4  # words
FIGURE = re.compile(r"\d[\d,.]*\d|\d")
SENTENCE = re.compile(r"[^.!?]*(?:[.!?](?!\s)[^.!?]*)*[.!?]?")


def of_figures(cases: list[Case], others: bool) -> Iterator[Case]:
    for case in cases:
        figure = bool(case.golds) and FIGURE.search(case.golds[0])
        short = figure and len(case.golds[0].split()) <= SHORT
        kind = understand(case.question).kind
        if (short and not kind) if others else (figure and kind):
            yield case


def another(figure: str) -> str:
    """Of the same length and form; a year of the same century, else with the same first digit."""
    kept = 2 if re.fullmatch(r"1\d{3}|20\d\d", figure) else int(len(figure) > 1)
    return figure[:kept] + re.sub(r"\d", lambda m: str((int(m[0]) + 3) % 10), figure[kept:])


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
    quoted = find_numbers(" ".join(quote.text for quote in said.quotes))
    figures = find_numbers(case.golds[0]), find_numbers(other)
    return {
        "id": case.case_id,
        "question": case.question,
        "said": said.text,
        "right": said.found and token_f1(said.text, case.golds) >= 0.5,
        "found": said.found,
        "differ": "differ" in said.note,
        "told": "differ" in said.note and all(f & quoted for f in figures),
    }


def share(values: list[bool]) -> list[float]:
    """In hundredths, with its 95 % interval."""
    return to_percent(bootstrap_interval([float(v) for v in values])) if values else []


def main() -> None:
    parser = make_parser(__doc__, "data", "rows", limit={"default": ASKED})
    parser.add_argument("--others", action="store_true", help="questions put in another way")
    given = parser.parse_args()
    articles = read_squad(Path(given.data) / HELD_OUT)
    cases = draw(list(of_figures(cases_of(articles), given.others)), given.limit)
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
