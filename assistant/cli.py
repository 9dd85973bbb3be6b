"""The command line: `assistant ask | ingest | chat | eval`.

Exit status: 0 answered (or done), 1 not found (or the gate failed), 2 an error, in one line.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.logging import RichHandler
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from assistant.errors import AssistantError
from assistant.evaluate import command
from assistant.pipeline import Assistant
from assistant.records import Answer, Quote
from assistant.render import prose, written

ANSWERED, NOT_FOUND, ERROR = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    args = parser().parse_args(argv)
    errors = Console(stderr=True)
    quieten()
    logging.getLogger("assistant").addHandler(
        RichHandler(console=errors, show_time=False, show_path=False, show_level=False)
    )
    try:
        status: int = args.run(args)
        return status
    except AssistantError as error:
        errors.print(Text(f"assistant: {error}", style="red"), soft_wrap=True)
        return ERROR
    except KeyboardInterrupt:
        errors.print("assistant: interrupted; what is done is kept, run it again to go on.")
        return 130


def quieten() -> None:
    """Keep other libraries' bars and notices out of a person's terminal."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TQDM_DISABLE", "1")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="assistant", description="Ask your documents; get the exact words that answer."
    )
    commands = made.add_subparsers(required=True, metavar="COMMAND")

    ask = commands.add_parser("ask", help="answer one question")
    ask.add_argument("question")
    ask.add_argument("--json", action="store_true", help="print the whole Answer as JSON")
    ask.set_defaults(run=run_ask)

    ingest = commands.add_parser("ingest", help="bring the index up to date with the documents")
    ingest.set_defaults(run=run_ingest)

    chat = commands.add_parser("chat", help="open the web chat on this machine")
    chat.add_argument("--port", type=int, default=7860, help="port on 127.0.0.1 (%(default)s)")
    chat.set_defaults(run=run_chat)

    evaluate = commands.add_parser("eval", help="measure the answers on a file of questions")
    command.add_arguments(evaluate)
    evaluate.set_defaults(run=command.run_eval)

    for each in (ask, ingest, chat):
        each.add_argument(
            "--corpus",
            default=os.environ.get("ASSISTANT_CORPUS", "corpus"),
            metavar="DIR",
            help="folder of documents (%(default)s)",
        )
        each.add_argument(
            "--index",
            default=os.environ.get("ASSISTANT_INDEX"),
            metavar="DIR",
            help="folder of the index (.assistant/NAME beside the documents)",
        )
    return made


@contextmanager
def opened(args: argparse.Namespace) -> Iterator[Assistant]:
    """The assistant, with a progress bar on a terminal while it embeds."""
    bar = Progress(
        TextColumn("Embedding documents"), BarColumn(), MofNCompleteColumn(),
        TimeRemainingColumn(), console=Console(stderr=True), transient=True,
    )  # fmt: skip
    task = bar.add_task("")

    def progress(done: int, total: int) -> None:
        bar.start()  # only now: an index that is up to date shows none
        bar.update(task, completed=done, total=total)

    try:
        assistant = Assistant.from_corpus(args.corpus, index=args.index, progress=progress)
    finally:
        bar.stop()
    with assistant:
        yield assistant


def run_ask(args: argparse.Namespace) -> int:
    with opened(args) as assistant:
        answer = assistant.ask(args.question)
    if args.json:
        print(json.dumps(answer.to_dict(), ensure_ascii=False, indent=2))
    else:
        show(answer, Console(highlight=False))
    return ANSWERED if answer.found else NOT_FOUND


def run_ingest(args: argparse.Namespace) -> int:
    with opened(args) as assistant:
        report = assistant.report
        documents = assistant.documents()
    print(
        f"{len(documents)} documents: {len(report.added)} added, {len(report.changed)} changed, "
        f"{len(report.removed)} removed, {report.unchanged} unchanged; "
        f"{report.chunks} chunks embedded."
    )
    return ANSWERED


def run_chat(args: argparse.Namespace) -> int:
    from assistant.web import serve  # gradio takes seconds to import

    with opened(args) as assistant:
        serve(assistant, port=args.port)
    return ANSWERED


def show(answer: Answer, console: Console) -> None:
    """Print an answer for a person."""
    if answer.query_used != answer.question.strip():
        console.print(Text(f"Searched for: {answer.query_used}", style="dim"))
    if answer.found:
        console.print(Text(answer.text, style="bold green"))
        if answer.prose:
            console.print(Text(f"\n{written(answer)}:", style="dim"))
            console.print(Text(prose(answer)))
        for quote in answer.quotes:
            show_quote(quote, console)
        console.print(Text(f"\nconfidence {answer.confidence:.0%}", style="dim"))
    else:
        console.print(Text("The documents don't say.", style="bold yellow"))
        if answer.closest:
            console.print(Text("\nClosest passages (not an answer):", style="dim"))
        for quote in answer.closest:
            show_quote(quote, console)


def show_quote(quote: Quote, console: Console) -> None:
    before, inside, after = quote.parts
    line = Text.assemble("\n“", before, (inside, "bold underline"), after, "”")
    speaker = f", {quote.speaker}" if quote.speaker else ""
    console.print(line)
    console.print(Text(f"  — {quote.title}, paragraph {quote.paragraph}{speaker}", style="dim"))


if __name__ == "__main__":
    sys.exit(main())
