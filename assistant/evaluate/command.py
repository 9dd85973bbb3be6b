"""`assistant eval`: arguments, progress bar, table.  Exit status: 0 done or passed, 1 the gate
failed, 2 it refused to compare (or an error, as everywhere)."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from assistant.documents.corpus import load_documents
from assistant.errors import SettingError
from assistant.evaluate import gate, questions
from assistant.evaluate.questions import Case, Speech
from assistant.evaluate.report import between, number, write_report
from assistant.evaluate.review import review
from assistant.evaluate.run import Results, run
from assistant.evaluate.summary import Figure, Summary, summarise
from assistant.feedback import add_candidate
from assistant.pipeline import Assistant

QUESTIONS = Path("eval/questions.jsonl")
PIPED = 110  # columns when there is no terminal
CANDIDATES_FILE = Path("eval/candidates.jsonl")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `eval`, and its `add`.  The caller sets what is run."""
    parser.add_argument(
        "--questions",
        type=Path,
        default=QUESTIONS,
        metavar="FILE",
        help="questions to ask, in the format of eval/README.md (%(default)s)",
    )
    parser.add_argument(
        "--speakers",
        type=Path,
        metavar="FILE",
        help="passages with their speakers (speakers.jsonl beside the questions, if there is one)",
    )
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="write report.html and results.json there"
    )
    parser.add_argument(
        "--gate",
        type=Path,
        metavar="BASELINE",
        help="fail (exit 1) when a rule breaks or a measure falls significantly below this file",
    )
    parser.add_argument(
        "--update-baseline", action="store_true", help="write this run to the --gate file instead"
    )
    parser.add_argument("--only", metavar="KIND", help="ask only questions of this kind")
    parser.add_argument("--limit", type=int, metavar="N", help="ask at most N questions")
    places(parser)
    actions = parser.add_subparsers(metavar="add | review", dest="action")
    add = actions.add_parser("add", help="ask a question and keep it as a candidate for the set")
    add.add_argument("question")
    add.add_argument(
        "--right", action="store_true", help="the answer is right (without it: it is wrong)"
    )
    add.add_argument(
        "--file",
        type=Path,
        default=CANDIDATES_FILE,
        metavar="FILE",
        help="file that it is added to (%(default)s)",
    )
    places(add, of_action=True)
    look = actions.add_parser("review", help="make questions of the answers that were judged")
    look.add_argument(
        "--file",
        type=Path,
        default=CANDIDATES_FILE,
        metavar="FILE",
        help="file of judged answers (%(default)s)",
    )
    look.add_argument(
        "--to",
        type=Path,
        default=QUESTIONS,
        metavar="FILE",
        help="eval file that they are added to (%(default)s)",
    )
    places(look, of_action=True)


def places(parser: argparse.ArgumentParser, of_action: bool = False) -> None:
    """--corpus and --index; after an action they override what stood before it."""
    for name, default, text in (
        ("--corpus", os.environ.get("ASSISTANT_CORPUS", "corpus"), "folder of documents"),
        ("--index", os.environ.get("ASSISTANT_INDEX"), "folder of the index"),
    ):
        parser.add_argument(
            name, default=argparse.SUPPRESS if of_action else default, metavar="DIR", help=text
        )


def run_eval(args: argparse.Namespace) -> int:
    """Run `eval` or one of its actions.  Raises AssistantError for what a person can mend."""
    return {"add": add, "review": review_all}.get(args.action, evaluate)(args)


def review_all(args: argparse.Namespace) -> int:
    documents, _ = load_documents(Path(args.corpus))
    added = review(args.file, args.to, documents, input, print)
    print(f"{added} added to {args.to}.")
    return 0


def add(args: argparse.Namespace) -> int:
    """Ask, show what was said, and append it to the candidates."""
    with Assistant.from_corpus(args.corpus, index=args.index) as assistant:
        answer = assistant.ask(args.question)
    try:
        add_candidate(args.file, answer, "right" if args.right else "wrong")
    except OSError as error:
        raise SettingError(f"{args.file} cannot be written: {error.strerror}.") from error
    said = f"“{answer.text}”" if answer.found else "not found"
    Console(highlight=False).print(Text(f"Added to {args.file}, with its answer: {said}"))
    return 0


def evaluate(args: argparse.Namespace) -> int:
    """Ask the questions, show the table, write the report, hold the run against the baseline."""
    if args.update_baseline and args.gate is None:
        raise SettingError("--update-baseline writes the file that --gate names: name one.")
    baseline = gate.read_baseline(args.gate) if args.gate and not args.update_baseline else None
    results = asked(args)
    summary = summarise(results)
    verdict = gate.compare(results, baseline) if baseline else None
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=PIPED)
    print_summary(results, summary, console)
    if args.report:
        page = write_report(results, summary, args.report, verdict)
        console.print(Text(f"Report: {page}"), soft_wrap=True)
    if args.update_baseline:
        gate.write_baseline(results, args.gate)
        console.print(Text(f"Baseline written: {args.gate}"), soft_wrap=True)
    if verdict:
        style = "green" if verdict.exit_code == gate.PASSED else "bold red"
        for n, line in enumerate(verdict.lines):
            console.print(Text(line, style=style if n == 0 else ""), soft_wrap=True)
        return verdict.exit_code
    if broken := gate.broken_rules(results):
        for line in broken:
            console.print(Text(f"Broken rule: {line}", style="bold red"), soft_wrap=True)
        return gate.FAILED
    return 0


def asked(args: argparse.Namespace) -> Results:
    """The run, behind a progress bar."""
    documents, _ = load_documents(Path(args.corpus))
    cases = chosen(questions.load_questions(args.questions, documents), args.only, args.limit)
    file = args.speakers or args.questions.with_name("speakers.jsonl")
    speeches: tuple[Speech, ...] = ()
    if args.speakers or (file.exists() and not args.only and args.limit is None):
        speeches = questions.load_speakers(file, documents)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        embedding = bar.add_task("Embedding documents", total=None)
        assistant = Assistant.from_corpus(
            args.corpus,
            index=args.index,
            progress=lambda done, total: bar.update(embedding, completed=done, total=total),
        )
        bar.remove_task(embedding)
        asking = bar.add_task("Asking questions", total=len(cases))
        with assistant:
            return run(
                assistant,
                cases,
                documents,
                speeches,
                tick=lambda done, total: bar.update(asking, completed=done, total=total),
            )


def chosen(cases: tuple[Case, ...], only: str | None, limit: int | None) -> tuple[Case, ...]:
    """The questions of a kind, up to a number.  Raises SettingError when none is left."""
    if only is not None and only not in {case.kind for case in cases}:
        known = ", ".join(dict.fromkeys(case.kind for case in cases))
        raise SettingError(f"There is no question of kind {only!r}; there are {known}.")
    if limit is not None and limit < 1:
        raise SettingError(f"--limit cannot be {limit}: ask at least one question.")
    return tuple(case for case in cases if only in (None, case.kind))[:limit]


def print_summary(results: Results, summary: Summary, console: Console) -> None:
    """The figures in the terminal."""
    rows = results.rows
    title = f"{len(rows)} questions, {results.seconds:.0f} s"
    console.print(figure_table(title, summary.figures, console))
    console.print(figure_table("Threshold cross-validated", summary.cross_validated, console))
    by_kind = make_table("By kind", "kind", console)
    for name in ("n", "right", "silent without need", "answered wrongly"):
        by_kind.add_column(name, justify="right")
    for kind in summary.kinds:
        counts = (str(kind.missed or ""), str(kind.wrong or ""))
        by_kind.add_row(kind.name, str(kind.n), number(kind.share), *counts)
    console.print(by_kind)
    wait = summary.latency
    console.print(
        f"An answer takes {wait.ask_p50:.0f} ms (p50), {wait.ask_p95:.0f} ms (p95); its retrieval "
        f"{wait.retrieve_p50:.0f} and {wait.retrieve_p95:.0f} ms."
    )


def make_table(title: str, first: str, console: Console) -> Table:
    """An empty table, without lines where no person looks at it."""
    style = box.SIMPLE_HEAD if console.is_terminal else None
    return Table(first, title=f"\n{title}", title_justify="left", title_style="bold", box=style)


def figure_table(title: str, figures: tuple[Figure, ...], console: Console) -> Table:
    made = make_table(title, "measure", console)
    for name in ("value", "95 % interval", "n"):
        made.add_column(name, justify="right")
    made.add_column("", style="dim")
    for figure in figures:
        if figure.n:
            value = number(figure.value, figure.name)
            made.add_row(figure.label, value, between(figure), str(figure.n), figure.note)
    return made
