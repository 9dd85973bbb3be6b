"""The command line: `assistant ask | verify | ingest | status | index copy | chat | mcp | eval`.

Exit status: 0 answered (or done), 1 not found (or the gate failed), 2 an error, in one line.
"""

from __future__ import annotations

import argparse
import base64
import json
import logging
import os
import signal
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.console import Console
from rich.logging import RichHandler
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from assistant.errors import AssistantError, CorpusError, InUseError, SettingError
from assistant.evaluate import command
from assistant.index.ingest import Report
from assistant.pipeline import Assistant
from assistant.question.clean import clean
from assistant.records import Answer, Document
from assistant.render import (
    CLOSEST_TITLE,
    beside,
    describe_place,
    position,
    prose,
    say_items,
    written,
)
from assistant.verify import STANDING, VERDICTS, Checked, Verifier, read_claims

ANSWERED, UNANSWERED, ERROR = 0, 1, 2
FOLLOWED = "The chat at {} has this index, and takes in by itself what changes in the folder."
FIRST_LOOK = 5.0  # seconds that the chat waits for the documents before its page is there


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    args = parser().parse_args(argv)
    errors = Console(stderr=True)
    quieten()
    log = logging.getLogger("assistant")
    log.addHandler(RichHandler(console=errors, show_time=False, show_path=False, show_level=False))
    log.propagate = False  # a library that sets up the root would say it again
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
    ask.add_argument(
        "--only", action="append", default=[], metavar="NAME",
        help="keep to this document; a pattern as 'minutes/*.md', and again for more",
    )  # fmt: skip
    ask.add_argument(
        "--save", type=Path, metavar="FILE", help="keep the whole Answer there, to verify it later"
    )
    ask.set_defaults(run=run_ask)

    verify = commands.add_parser(
        "verify", help="say whether the quotes of a file still stand in the documents"
    )
    verify.add_argument(
        "file", type=Path,
        help="an answer that was saved, a talk that was exported, or any text with quotes",
    )  # fmt: skip
    verify.add_argument("--json", action="store_true", help="print what was found as JSON")
    verify.set_defaults(run=run_verify)

    ingest = commands.add_parser("ingest", help="bring the index up to date with the documents")
    ingest.add_argument(
        "--watch", action="store_true", help="go on doing so whenever a document changes"
    )
    ingest.set_defaults(run=run_ingest)

    status = commands.add_parser("status", help="say what is in the index and if it is up to date")
    status.set_defaults(run=run_status)

    index = commands.add_parser("index", help="move an index").add_subparsers(
        required=True, metavar="ACTION"
    )
    copy = index.add_parser("copy", help="copy an index between folders and Chroma servers")
    for end in ("source", "target"):
        copy.add_argument(end, metavar=end.upper(), help="a folder, or http://HOST:PORT/NAME")
    copy.set_defaults(run=run_copy)

    chat = commands.add_parser("chat", help="open the web chat on this machine")
    chat.add_argument("--port", type=int, default=7860, help="port on 127.0.0.1 (%(default)s)")
    for name, what in (
        ("--talks", "talks stay, in a file beside the index"),
        ("--uploads", "documents may be added and removed in the page"),
    ):
        chat.add_argument(
            name, action=argparse.BooleanOptionalAction, default=None,
            help=f"{what} (yes, unless ASSISTANT_AUTH lets others in)",
        )  # fmt: skip
    chat.set_defaults(run=run_chat)

    tools = commands.add_parser("mcp", help="be the tools of a language model's program (stdio)")
    tools.set_defaults(run=run_mcp)

    evaluate = commands.add_parser("eval", help="measure the answers on a file of questions")
    command.add_arguments(evaluate)
    evaluate.set_defaults(run=command.run_eval)

    for each in (ask, ingest, status, chat, tools, verify):
        each.add_argument(
            "--corpus",
            default=os.environ.get("ASSISTANT_CORPUS", "corpus"),
            metavar="DIR",
            help="folder of documents (%(default)s)",
        )
    for each in (ask, ingest, status, chat, tools):
        each.add_argument(
            "--index",
            default=os.environ.get("ASSISTANT_INDEX"),
            metavar="DIR",
            help="folder of the index (.assistant/NAME beside the documents)",
        )
    return made


class RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.1f}/s" if task.speed else "", style="progress.data.speed")


@contextmanager
def bar() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, with rate and time left."""
    shown = Progress(
        TextColumn("Indexing documents"), BarColumn(), MofNCompleteColumn(),
        RateColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    task = shown.add_task("")

    def progress(done: int, total: int) -> None:
        shown.start()  # only now: an index that is up to date shows none
        shown.update(task, completed=done, total=total)
        if done == total:
            shown.stop()

    try:
        yield progress
    finally:
        shown.stop()


@contextmanager
def opened(args: argparse.Namespace) -> Iterator[Assistant]:
    """The assistant, with a progress bar on a terminal while it embeds."""
    with bar() as progress:
        assistant = Assistant.from_corpus(args.corpus, index=args.index, progress=progress)
    with assistant:
        yield assistant


def run_ask(args: argparse.Namespace) -> int:
    clean(args.question)  # before seconds of loading
    try:
        with opened(args) as assistant:
            answer = assistant.ask(args.question, documents=args.only)
    except InUseError as error:
        answer = ask_chat(args, error)
    whole = json.dumps(answer.to_dict(), ensure_ascii=False, indent=2)
    if args.save:
        save(args.save, whole + "\n")
    if args.json:
        print(whole)
    else:
        print_answer(answer, Console(highlight=False))
    return ANSWERED if answer.found else UNANSWERED


def save(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingError(
            f"Cannot write {path} ({error.strerror}): name another --save."
        ) from error


def run_verify(args: argparse.Namespace) -> int:
    """Exit status 1 where a quote does not stand."""
    from assistant.config import Config
    from assistant.documents.corpus import load_documents

    claims = read_claims(args.file)
    documents, _ = load_documents(Path(args.corpus), Config.read({}).encoding)
    verifier = Verifier(documents)
    checked = [verifier.check(claim) for claim in claims]
    if args.json:
        print(json.dumps([c.to_dict() for c in checked], ensure_ascii=False, indent=2))
    else:
        console = Console(highlight=False)
        for one in checked:
            print_checked(one, verifier.documents.get(one.doc_id), console)
        counts = Counter(one.verdict for one in checked)
        console.print(
            f"\n{len(checked)} checked: "
            + ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])
        )
    return ANSWERED if all(one.verdict in STANDING for one in checked) else UNANSWERED


def run_ingest(args: argparse.Namespace) -> int:
    from assistant.index.watch import watched

    with bar() as progress:
        try:
            for report in watched(args.corpus, args.index, progress):
                print(told(report), flush=True)
                if not args.watch:
                    break
        except InUseError as error:
            print(FOLLOWED.format(find_chat(args, error)))
    return ANSWERED


def told(report: Report) -> str:
    """What an ingest did, in a line."""
    total = report.unchanged + sum(
        map(len, (report.added, report.changed, report.moved))  # those removed are no more
    )
    return (
        f"{total} documents: {len(report.added)} added, {len(report.changed)} changed, "
        f"{len(report.moved)} renamed, {len(report.removed)} removed, {report.unchanged} "
        f"unchanged; {report.chunks} chunks embedded."
    )


def run_status(args: argparse.Namespace) -> int:
    """Exit status 1 where the index is not up to date."""
    from assistant.index.watch import status

    try:
        found = status(args.corpus, args.index)
    except InUseError as error:
        print(FOLLOWED.format(find_chat(args, error)))
        return ANSWERED
    size = "" if found.bytes is None else f", {found.bytes / 1e6:.1f} MB"
    print(f"{found.documents} documents, {found.chunks} chunks{size}.")
    todo = found.todo
    for sign, names in (
        ("new", todo.added),
        ("changed", todo.changed),
        ("renamed", [f"{old} -> {new}" for old, new in todo.moved]),
        ("removed", todo.removed),
        ("left out", todo.left_out),
    ):
        for name in names:
            print(f"{sign:8}  {name}")
    print("Up to date." if todo.quiet else "Not up to date: run `assistant ingest`.")
    return ANSWERED if todo.quiet else UNANSWERED


def run_copy(args: argparse.Namespace) -> int:
    from assistant.index.watch import copy

    with bar() as progress:
        documents, chunks = copy(args.source, args.target, progress)
    print(f"Copied {documents} documents with {chunks} chunks to {args.target}.")
    return ANSWERED


def run_chat(args: argparse.Namespace) -> int:
    from assistant.index.watch import Follower
    from assistant.web import serve  # gradio takes seconds to import

    folder, index = Path(args.corpus), index_of(args)
    alone = not os.environ.get("ASSISTANT_AUTH")
    kept = alone if args.talks is None else args.talks
    talks = index.with_name(f"{index.name}-talks.sqlite3") if kept else None
    uploads = folder if (alone if args.uploads is None else args.uploads) else None
    if not folder.is_dir():
        raise CorpusError(f"There is no folder {folder}: name a folder that holds documents.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends what runs, then closes
    with Assistant.from_corpus(folder, index=args.index, update=False) as assistant:
        follower = Follower(assistant, folder).start()
        try:
            follower.level.wait(FIRST_LOOK)
            app = serve(
                assistant, port=args.port, block=False,
                talks=talks, uploads=uploads, follower=follower,
            )  # fmt: skip
            with announced(index, app.local_url):
                app.block_thread()
        finally:
            follower.stop()
    return ANSWERED


def run_mcp(args: argparse.Namespace) -> int:
    """Serve tools over standard input and output, on which nothing else may then be written."""
    from assistant.web.endpoint import Turnstile
    from assistant.web.mcp_server import make_server

    with Assistant.from_corpus(args.corpus, index=args.index) as assistant:
        make_server(assistant, Turnstile()).run("stdio")
    return ANSWERED


def index_of(args: argparse.Namespace) -> Path:
    """The folder of the index, whether there is one or not."""
    from assistant.index.open import default_index

    return (Path(args.index) if args.index else default_index(Path(args.corpus))).resolve()


def chat_file(index: Path) -> Path:
    """Where a running chat says its address."""
    return index.with_name(f"{index.name}-chat.json")


@contextmanager
def announced(index: Path, url: str) -> Iterator[None]:
    """Other commands find a running chat by a file beside the index, since it holds the index."""
    file = chat_file(index)
    with suppress(OSError):  # without it they say that the index is in use
        file.write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def find_chat(args: argparse.Namespace, in_use: InUseError) -> str:
    """The address of the chat that holds the index; raises `in_use` where none does."""
    index = index_of(args)
    try:
        told = json.loads(chat_file(index).read_text("utf-8"))
        if str(told["pid"]) != (index / "holder").read_text("utf-8").strip():
            raise ValueError("of a chat that was killed")
        return str(told["url"])
    except (OSError, ValueError, KeyError, TypeError):
        raise in_use from None


def ask_chat(args: argparse.Namespace, in_use: InUseError) -> Answer:
    """The answer of the chat that holds the index; raises `in_use` where none does."""
    from urllib.error import HTTPError
    from urllib.request import ProxyHandler, Request, build_opener

    body = json.dumps({"question": args.question, "documents": args.only})
    headers = {"content-type": "application/json"}
    if login := os.environ.get("ASSISTANT_AUTH"):
        headers["authorization"] = "Basic " + base64.b64encode(login.encode()).decode()
    try:
        url = find_chat(args, in_use) + "api/ask"
        straight = build_opener(ProxyHandler({}))  # whatever proxy is set: this machine
        with straight.open(Request(url, body.encode(), headers), timeout=120) as reply:
            return Answer.from_dict(json.load(reply))
    except HTTPError as error:
        try:
            reason = str(json.load(error)["error"])
        except (ValueError, KeyError, TypeError):  # no chat of ours
            raise in_use from None
        raise AssistantError(reason) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise in_use from None


def print_answer(answer: Answer, console: Console) -> None:
    """Print an answer for a person."""
    if answer.query_used != answer.question.strip():
        console.print(Text(f"Searched for: {tame(answer.query_used)}", style="dim"))
    if answer.headline:
        style = "bold green" if answer.text else "bold yellow"
        console.print(Text(tame(say_items(answer) or answer.headline), style=style))
    if said := beside(answer):
        console.print(Text(tame(said)))
    if answer.prose:
        console.print(Text(f"\n{written(answer)}:", style="dim"))
        console.print(Text(tame(prose(answer))))
    if answer.closest:
        console.print(Text(f"\n{CLOSEST_TITLE}:", style="dim"))
    for quote in (*answer.quotes, *answer.closest):
        before, inside, after = map(tame, quote.parts)
        if quote.head:
            console.print(Text(f"\n{tame(quote.head)}", style="dim"), end="")
        console.print(Text.assemble("\n“", before, (inside, "bold underline"), after, "”"))
        console.print(Text(f"  — {tame(describe_place(quote))}", style="dim"))
    if answer.text:
        console.print(Text(f"\nconfidence {answer.confidence:.0%}", style="dim"))


def print_checked(one: Checked, document: Document | None, console: Console) -> None:
    """Print the verdict on a quote; of an altered one both versions."""
    style = "green" if one.verdict in STANDING else "bold red"
    kind = "" if one.claim.of == "quote" else f"{one.claim.of} "
    shown = Text(f"\n{one.verdict:12}", style=style).append(f"{kind}“", style="default")
    if one.verdict == "altered":
        signs = {" ": "default", "-": "red strike", "+": "bold green"}
        shown.append(Text(" ").join(Text(tame(w), style=signs[s]) for s, w in one.difference))
    else:
        shown.append(tame(one.claim.text), style="default")
    console.print(shown.append("”", style="default"))
    if document:
        where = position(document.page_at(one.start), document.paragraph_at(one.start))
        said = [document.title, document.doc_id, *where.values()]
        note = [one.note] if one.note else []
        console.print(Text(f"  — {tame(' · '.join([*dict.fromkeys(said), *note]))}", style="dim"))
    elif one.note:
        console.print(Text(f"  — {tame(one.note)}", style="dim"))


def tame(text: str) -> str:
    """Text for a terminal: the control characters of a document, which would steer it, by name."""
    return "".join(
        f"<U+{ord(c):04X}>" if unicodedata.category(c) in ("Cc", "Cf") and c not in "\n\t" else c
        for c in text
    )


if __name__ == "__main__":
    sys.exit(main())
