"""What the benchmarks share: SQuAD files, an assistant over texts, samples, rows, pairs, arguments.

Of ours nothing is imported before it is used: of `peers.py` each system is a process of its own,
whose memory is measured.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from assistant import Assistant

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"
QUESTIONS = ROOT / "eval" / "questions.jsonl"
HELD_OUT = "squad2-dev-heldout14.json"  # 14 of the 35 articles of SQuAD 2.0's dev set

T = TypeVar("T")
Row = dict[str, Any]


# ── SQuAD ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Case:
    """One question.  `golds` is empty when its paragraph does not answer it.

    `start`: where in `context` the first gold begins, or the first plausible answer of a question
    without one, as the file says; None when it marks neither.
    """

    case_id: str
    question: str
    golds: tuple[str, ...]
    context: str
    article: str
    start: int | None = None


class Paragraph(NamedTuple):
    context: str
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Article:
    """One article of a SQuAD file, its paragraphs in order."""

    title: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def text(self) -> str:
        """Each paragraph once and in one line, an empty line between two."""
        lines = dict.fromkeys(" ".join(p.context.split()) for p in self.paragraphs)
        return "\n\n".join(lines)

    @property
    def file_name(self) -> str:
        return self.title.replace("/", "_") + ".txt"


def read_squad(path: Path) -> list[Article]:
    """The articles of a file in the format of SQuAD 1.1 or 2.0."""
    return [
        Article(a["title"], tuple(_paragraph(p, a["title"]) for p in a["paragraphs"]))
        for a in json.loads(path.read_text(encoding="utf-8"))["data"]
    ]


def _paragraph(paragraph: dict[str, Any], title: str) -> Paragraph:
    context, cases = paragraph["context"], []
    for qa in paragraph["qas"]:
        answers = [] if qa.get("is_impossible") else qa["answers"]
        golds = tuple(answer["text"] for answer in answers)
        marked = answers or qa.get("plausible_answers")
        start = marked[0]["answer_start"] if marked else None
        cases.append(Case(qa["id"], qa["question"].strip(), golds, context, title, start))
    return Paragraph(context, tuple(cases))


def cases_of(articles: Iterable[Article]) -> list[Case]:
    """Their questions, in the order of the file."""
    return [case for a in articles for paragraph in a.paragraphs for case in paragraph.cases]


# ── asking ──────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def open_assistant(
    corpus: Path | Iterable[Article], index: Path | None = None, **settings: Any
) -> Iterator[Assistant]:
    """An assistant over a folder of documents, or over articles, each one document.  Without
    `index` it is made in a temporary folder."""
    from assistant import Assistant

    with TemporaryDirectory() as folder:
        if not isinstance(corpus, Path):
            corpus = write_articles(corpus, Path(folder, "corpus"))
        with Assistant.from_corpus(
            corpus, index=index or Path(folder, "index"), **settings
        ) as assistant:
            yield assistant


def write_articles(articles: Iterable[Article], folder: Path) -> Path:
    """Each as a file of a new folder, which is handed back."""
    folder.mkdir()
    for article in articles:
        (folder / article.file_name).write_text(article.text, encoding="utf-8")
    return folder


def draw(items: Sequence[T], limit: int, seed: int = 0) -> Sequence[T]:
    """At most `limit` of them, always the same ones; 0 is all."""
    return random.Random(seed).sample(items, limit) if 0 < limit < len(items) else items


def track(items: Sequence[T], description: str) -> Iterable[T]:
    """The items behind a progress bar, which is not on stdout, where the figures go."""
    from rich.console import Console
    from rich.progress import track

    return track(items, description, console=Console(stderr=True))


# ── rows: what was said to each question ────────────────────────────────────────────────────────


def read_rows(path: Path) -> list[Row]:
    """The rows of a file of JSON lines."""
    with path.open(encoding="utf-8") as lines:  # str.splitlines would part a text at U+2028
        return [json.loads(line) for line in lines if line.strip()]


def write_rows(path: Path | None, rows: Iterable[Row]) -> None:
    """Write them as JSON lines; without a path nowhere."""
    if path is not None:
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        path.write_text("".join(lines), encoding="utf-8")


def pair_rows(rows: Iterable[Row], path: Path) -> tuple[list[Row], list[Row]]:
    """Those rows whose `id` a file of rows has too, and the file's, in the same order.  Ends the
    program when there are none."""
    others = {row["id"]: row for row in read_rows(path)}
    shared = [row for row in rows if row["id"] in others]
    if not shared:
        sys.exit(f"{path} holds none of these questions.")
    return shared, [others[row["id"]] for row in shared]


def compare_means(name: str, here: Sequence[float], there: Sequence[float]) -> Row:
    """By how many hundredths the mean of `here` is above that of `there`, with its 95 % interval
    by pairs and the p-value of the paired permutation test.  Entry i of both is one question."""
    from assistant.evaluate.measures import paired_bootstrap_difference, paired_permutation_test

    return {
        f"{name}_above_others": to_percent(paired_bootstrap_difference(here, there)),
        "p": round(paired_permutation_test(here, there), 4),
    }


def compare_auc(here: Sequence[Row], there: Sequence[Row]) -> Row:
    """By how much the area under the ROC curve of `score` against `answerable` is above that of
    the others, with its 95 % interval by pairs.  Row i of both is one question."""
    from assistant.evaluate.measures import auroc, paired_bootstrap_difference

    columns = ([(row["score"], row["answerable"]) for row in rows] for rows in (here, there))
    gain = paired_bootstrap_difference(*columns, statistic=lambda t: auroc(t[:, 0], t[:, 1]))
    return {"auc_above_others": [round(v, 3) for v in gain]}


def to_percent(values: Iterable[float]) -> list[float]:
    """In hundredths, to one digit."""
    return [round(100 * v, 1) for v in values]


# ── the command line ────────────────────────────────────────────────────────────────────────────

ARGUMENTS: dict[str, dict[str, Any]] = {
    "data": {"type": Path, "required": True, "help": "folder of the benchmark files"},
    "corpus": {"type": Path, "default": CORPUS, "help": "folder of documents"},
    "index": {"type": Path, "help": "folder of the index; by default a temporary one"},
    "questions": {"type": Path, "default": QUESTIONS, "help": "an eval set, as JSON lines"},
    "limit": {"type": int, "default": 0, "help": "a random sample of so many questions; 0 is all"},
    "out": {"type": Path, "help": "file to write"},
    "rows": {"type": Path, "help": "write what was said to each question, as JSON lines"},
    "against": {"type": Path, "help": "compare by pairs with such a file"},
}


def add_arguments(parser: argparse.ArgumentParser, *names: str, **changed: dict[str, Any]) -> None:
    """Those of `ARGUMENTS`, and `changed` ones: name to what differs in it."""
    for name in (*names, *changed):
        parser.add_argument(f"--{name}", **ARGUMENTS[name] | changed.get(name, {}))


def make_parser(doc: str | None, *names: str, **changed: dict[str, Any]) -> argparse.ArgumentParser:
    """A parser whose help is a module's docstring, with such arguments."""
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_arguments(parser, *names, **changed)
    return parser
