"""The page: Gradio components and what happens between them.

Per-user state is the list of `Turn`s in a `gr.State`, the name under which they are kept, and what
"New chat" put away; the assistant is shared and may be asked from several threads.  HTML is made in
`view`, the browser's part is `page.js`.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api

from assistant import render
from assistant.documents.formats import SUFFIXES
from assistant.documents.page_image import draw_page
from assistant.errors import AssistantError
from assistant.feedback import add_candidate, take_back
from assistant.index.watch import Follower
from assistant.language.fold import fold
from assistant.pipeline import STANDS, Assistant
from assistant.records import Answer, Document
from assistant.web import view
from assistant.web.endpoint import Turnstile, ask_with_history, drop_surrogates
from assistant.web.guide import Guide
from assistant.web.talks import Talks, Turn
from assistant.web.uploads import REMOVED, put_aside, take_in
from assistant.web.view import Mark

WEB_FOLDER = Path(__file__).parent
EXAMPLES = 4
LOOK = 2.0  # seconds between looks at what the follower is at
EXPECTED = 500  # characters of what a reader says would be right
NOTED = "Noted for the evaluation, with what would be right."
WRITERS = 8  # talks in which a language model may be writing
BAR = gr.Progress()
EXAMPLE_KINDS = ("number", "who_said", "why", "time", "fact")  # of example questions, in this order
CHANGED = "This document has changed since it was quoted, so the place is not marked."
TROUBLE = "Something went wrong; the program's log says what. Ask again."
log = logging.getLogger("assistant")


def build_app(
    assistant: Assistant,
    *,
    title: str = "Ask your documents",
    examples: Sequence[str] | None = None,
    candidates: Path | None = Path("eval/candidates.jsonl"),
    uploads: Path | None = None,
    talks: Path | None = None,
    turnstile: Turnstile | None = None,
    follower: Follower | None = None,
    login: bool = False,
) -> gr.Blocks:
    """The chat over an assistant, not yet on any address: see `serve`.

    examples    questions offered to a newcomer; by default those of `eval/questions.jsonl` that
                these documents answer, or else some that are made of them and tried (`Guide`)
    candidates  file to which answers judged with a thumb are appended; None: no thumbs
    uploads     the corpus folder, if visitors may add documents to it; None: they may not
    talks       SQLite file in which talks stay, each login's apart; None: they go with the page
    turnstile   what else asks this assistant goes through it too
    follower    what keeps the index level with the folder, started by the caller: the page says
                what it is at
    login       visitors log in: the page has a way out

    Its only public endpoint is `ask`; the page's own events are private.
    """
    if examples is None:
        examples = example_questions(Path("eval/questions.jsonl"), assistant.documents())
    kept, turnstile = open_talks(talks), turnstile or Turnstile()
    guide = Guide(assistant, turnstile, follower, examples).start()
    return Chat(
        assistant, title, candidates, uploads, kept, turnstile, follower, guide, login
    ).build()


@dataclass(eq=False)
class Chat:
    """One page: its components are laid out, then connected with the methods further down."""

    assistant: Assistant
    title: str
    candidates: Path | None
    uploads: Path | None
    talks: Talks | None
    turnstile: Turnstile
    follower: Follower | None
    guide: Guide
    login: bool

    def __post_init__(self) -> None:
        self.stopped: set[str] = set()  # sessions whose pending question was called off
        self.asking: set[str] = set()  # sessions whose question is being answered

    def build(self) -> gr.Blocks:
        app: gr.Blocks
        with gr.Blocks(
            title=self.title,
            analytics_enabled=False,
            fill_width=True,
            delete_cache=(3600, 3600),  # seconds: uploads leave Gradio's folder within two hours
        ) as app:
            self.turns = gr.State([])
            self.name = gr.State("")  # of the talk, where talks are kept
            self.before = gr.State(([], ""))  # turns and name of the talk that "New chat" ended
            # The header also carries the page's script: the events that Gradio's components do
            # not have (a click on a quote) arrive as events of this one.
            self.header = gr.HTML(
                view.masthead(self.title, self.subtitle(), self.login),
                js_on_load=(WEB_FOLDER / "page.js").read_text("utf-8"),
                apply_default_css=False,
                elem_id="masthead",
            )
            with gr.Row(elem_id="panes", equal_height=True):
                with gr.Column(elem_id="left", min_width=0), gr.Tabs(elem_id="tabs") as self.tabs:
                    with gr.Tab("Chat", elem_id="chat", id="chat"):
                        self.lay_out_talk()
                    with gr.Tab("Documents", elem_id="documents", id="documents"):
                        self.lay_out_documents()
                    with gr.Tab(
                        "Talks", elem_id="talks", id="talks", visible=self.talks is not None
                    ):
                        self.listed = plain_html("", "talk-list")
                with gr.Column(elem_id="right", min_width=0):
                    self.source = plain_html(view.nothing(), "source")
            self.saved = gr.Textbox(visible=False)
            self.told = gr.State(())  # what the page last said of the follower
            self.reading = plain_html("", "reading-documents")
            self.connect(app)
        return app

    def lay_out_talk(self) -> None:
        with gr.Column(elem_id="stream", min_width=0):
            self.talk = plain_html(self.draw([]), "talk")
            plain_html('<div class="pending"></div>', "pending")
        with gr.Column(elem_id="composer", scale=0, min_width=0):
            self.further = plain_html("", "further")
            self.notice = plain_html("", "notice")
            plain_html(
                '<div class="away"></div><div class="kept-to" role="status"></div>', "kept-to"
            )
            gr.Textbox(
                label="Your question",
                show_label=False,
                container=False,
                placeholder="Ask a question",
                lines=1,
                max_lines=6,
                autofocus=True,
                submit_btn="Ask",
                elem_id="question",
            )
            with gr.Row(elem_id="talk-tools"):
                self.new = gr.Button("New chat", size="sm", variant="secondary")
                self.save = gr.Button("Download talk", size="sm", variant="secondary")

    def lay_out_documents(self) -> None:
        if self.uploads is not None:
            kinds = sorted(SUFFIXES - {""})
            self.drop = gr.File(
                label="Add documents",
                file_count="multiple",
                file_types=kinds,
                height=120,
                elem_id="drop",
            )
            self.added = plain_html("", "added")
        self.shelf = plain_html(self.list_documents(), "shelf")

    def connect(self, app: gr.Blocks) -> None:
        inside: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        at_once = inside | {"queue": False}
        turns, talk = [self.turns, self.name], [self.talk, self.turns, self.name, self.notice]
        # multiple: else what follows at once, while Gradio still ends the event before, is lost.
        asked = self.header.ask(
            self.respond, turns, talk, concurrency_limit=WRITERS, trigger_mode="multiple", **inside
        )
        self.header.show(self.show, None, [self.source], trigger_mode="multiple", **at_once)
        self.header.judge(self.judge, turns, talk, **at_once)
        self.header.stop(self.stop, None, None, cancels=[asked], **at_once)
        parted = [*talk, self.before]
        self.new.click(self.forget, turns, parted, cancels=[asked], **at_once)
        self.header.undo(self.undo, [self.before], talk, **at_once)
        to_file = {"js": "text => window.assistantPage.save(text)"} | inside
        self.save.click(self.download, [self.turns], [self.saved], **at_once).then(
            None, [self.saved], None, **to_file
        )
        app.load(self.begin, [self.turns], talk, **at_once)
        shown = [self.told, self.reading, self.shelf, self.talk, self.further]
        gr.Timer(LOOK).tick(self.look, [self.told, self.turns], shown, **at_once)
        if self.talks is not None:
            self.header.reopen(self.reopen, None, [*talk, self.tabs], cancels=[asked], **at_once)
            self.header.list(self.list_talks, None, [self.listed], **at_once)
            self.header.rename(self.rename, None, [self.listed], **at_once)
            self.header.remove(self.remove, turns, [self.listed, *talk], cancels=[asked], **at_once)
            self.header.export(self.export, None, [self.saved], **at_once).then(
                None, [self.saved], None, **to_file
            )
        if self.uploads is not None:
            showing = inside | {
                "show_progress": "full",
                "show_progress_on": self.added,  # the list stays as it is
                "concurrency_limit": 1,
            }
            self.drop.upload(self.add, [self.drop], [self.shelf, self.added, self.drop], **showing)
            self.header.discard(self.discard, None, [self.shelf, self.added], **at_once)
            app.load(self.list_documents, None, [self.shelf], **at_once)
        # Not queued: so it answers plain POST requests.
        api(self.ask, api_name="ask", queue=False)

    # ── the talk ─────────────────────────────────────────────────────────────────────────────

    def draw(self, turns: list[Turn], name: str = "", writing: bool = False) -> str:
        if not turns:
            there = self.assistant.count_documents() > 0
            folder = str(self.assistant.folder or "")
            return view.welcome(self.guide.tour, there, folder, self.uploads is not None)
        return view.render_talk(turns, self.candidates is not None, name, writing)

    def respond(
        self, turns: list[Turn], name: str, event: gr.EventData, request: gr.Request
    ) -> Iterator[list[Any]]:
        """-> talk, turns, name, notice, again while a language model writes.  A question that fails
        goes back into the box; a model that fails leaves the answer as it was."""
        question, keep_to = str(sent(event).get("question", "")), sent(event).get("documents")
        documents = list(map(str, keep_to)) if isinstance(keep_to, list) else []
        answer, trouble = None, ""
        session = str(request.session_hash)
        self.stopped.discard(session)
        self.asking.add(session)
        try:
            try:
                history = [t.answer for t in turns]
                answers = self.assistant.stream(drop_surrogates(question), history, documents)
                with self.turnstile:  # only while we read: a language model's time is its server's
                    answer = next(answers)
                if self.assistant.config.llm:
                    yield self.growing([*turns, Turn(answer)], name)
                for answer in answers:
                    yield self.growing([*turns, Turn(answer)], name)
            except AssistantError as error:
                trouble = str(error)
            except Exception:
                log.exception("A question failed")
                trouble = TROUBLE
            if answer is None:
                yield [gr.skip(), gr.skip(), gr.skip(), view.notice(trouble, failed=True)]
                return
            turns = [*turns, Turn(answer)]
            if session in self.stopped:  # Gradio drops the answer, and it is not kept either
                return
            name = self.keep(turns, name, request)
            still = self.follower.note if self.follower else ""
            said = f"{trouble} {STANDS}" if trouble else still
            yield [self.draw(turns, name), turns, name, view.notice(said)]
        finally:
            self.asking.discard(session)

    def stop(self, request: gr.Request) -> None:
        """The question of this page that is being read is no longer wanted."""
        self.stopped.add(str(request.session_hash))
        self.asking.discard(str(request.session_hash))

    def growing(self, turns: list[Turn], name: str) -> list[Any]:
        return [self.draw(turns, name, writing=True), gr.skip(), gr.skip(), ""]

    def keep(self, turns: list[Turn], name: str, request: gr.Request) -> str:
        """The name under which the talk is kept now; a talk that cannot be kept goes on."""
        if self.talks is None:
            return ""
        try:
            return self.talks.keep(owner_of(request), name, turns)
        except (OSError, sqlite3.Error) as error:
            log.warning("The talk is not kept: %s.", error)
            return name

    def judge(
        self, turns: list[Turn], name: str, event: gr.EventData, request: gr.Request
    ) -> list[Any]:
        """-> talk, turns, name, notice."""
        data = sent(event)
        number, verdict = whole_number(data.get("turn")), data.get("verdict")
        if self.candidates is None or number is None or not 0 <= number < len(turns):
            return [gr.skip()] * 4
        if verdict not in ("right", "wrong"):
            return [gr.skip()] * 4
        answer, before, wished = turns[number].answer, turns[number].verdict, data.get("expected")
        expected = str(wished).strip()[:EXPECTED] if wished else ""
        try:
            if before:
                take_back(self.candidates, answer)
            if again := verdict != before or bool(expected):
                add_candidate(self.candidates, answer, verdict, expected)
        except (OSError, ValueError) as error:
            trouble = f"{self.candidates} cannot be written: {error}."
            return [gr.skip(), gr.skip(), gr.skip(), view.notice(trouble)]
        judged = Turn(answer, verdict if again else None)
        turns = [judged if i == number else t for i, t in enumerate(turns)]
        said = view.notice(NOTED) if expected else ""
        return [self.draw(turns, name), turns, self.keep(turns, name, request), said]

    def forget(self, turns: list[Turn], name: str, request: gr.Request) -> list[Any]:
        """-> talk, turns, name, notice, before."""
        self.stop(request)
        if not turns:
            return [self.draw([]), [], "", "", gr.skip()]
        return [self.draw([]), [], "", view.put_away(), (turns, name)]

    def undo(self, before: tuple[list[Turn], str]) -> list[Any]:
        """-> talk, turns, name, notice: the talk that "New chat" ended."""
        turns, name = before
        return [self.draw(turns, name), turns, name, ""]

    def download(self, turns: list[Turn]) -> str:
        return as_file([t.answer for t in turns], "md") if turns else ""

    # ── earlier talks ────────────────────────────────────────────────────────────────────────

    def begin(self, turns: list[Turn], request: gr.Request) -> list[Any]:
        """-> talk, turns, name, notice: the talk of the address, as a reload finds it; where this
        comes late, what was asked meanwhile stays."""
        if turns or str(request.session_hash) in self.asking:
            return [gr.skip()] * 4
        return self.bring(str(request.query_params.get("talk", "")), request)

    def bring(self, name: str, request: gr.Request) -> list[Any]:
        try:
            turns = self.talks.read(owner_of(request), name) if self.talks and name else []
        except (sqlite3.Error, ValueError, TypeError, KeyError) as error:
            log.warning("A talk cannot be read: %s.", error)
            turns = []
        gone = view.notice("This talk is no longer kept.") if name and not turns else ""
        return [self.draw(turns, name if turns else ""), turns, name if turns else "", gone]

    def reopen(self, event: gr.EventData, request: gr.Request) -> list[Any]:
        """-> talk, turns, name, notice, tabs."""
        self.stop(request)
        made = self.bring(str(sent(event).get("talk", "")), request)
        return [*made, gr.Tabs(selected="chat")]

    def list_talks(self, request: gr.Request) -> str:
        try:
            return view.talks(self.talks.find(owner_of(request))) if self.talks else ""
        except sqlite3.Error as error:
            return view.notice(f"The talks cannot be read: {error}.")

    def rename(self, event: gr.EventData, request: gr.Request) -> str:
        data = sent(event)
        if self.talks:
            self.talks.rename(owner_of(request), str(data.get("talk")), str(data.get("title")))
        return self.list_talks(request)

    def remove(
        self, turns: list[Turn], name: str, event: gr.EventData, request: gr.Request
    ) -> list[Any]:
        """-> list, talk, turns, name, notice."""
        self.stop(request)
        wanted = str(sent(event).get("talk"))
        if self.talks:
            self.talks.remove(owner_of(request), wanted)
        here = [self.draw([]), [], "", ""] if wanted == name else [gr.skip()] * 4
        return [self.list_talks(request), *here]

    def export(self, event: gr.EventData, request: gr.Request) -> str:
        data = sent(event)
        turns = self.talks.read(owner_of(request), str(data.get("talk"))) if self.talks else []
        form = "json" if data.get("form") == "json" else "md"
        return as_file([t.answer for t in turns], form) if turns else ""

    def ask(self, question: str, earlier: list[str] | None = None) -> dict[str, Any]:
        """Answer a question from the documents in their own words, or say that they don't say.

        Args:
            question: The question, at most 2,000 characters.
            earlier: The earlier questions of the talk, oldest first, where this is a follow-up.

        Returns:
            status ("answered" or "not_found")
            text (the short answer)
            kind ("fact", "list", "passages" or "help"), items (of a list, each with its place)
            quotes (exact words of the documents, with their place and speaker)
            closest (where nothing was found, the passages that came nearest: no answer)
            confidence (0 to 1)
            question
            query_used (what was searched, after resolving a follow-up)
            sentences (what a language model wrote, if one is set; show only those supported)
        """
        try:
            before = [drop_surrogates(q) for q in earlier or ()]
            asked = drop_surrogates(question)
            return ask_with_history(self.assistant, self.turnstile, asked, before).to_dict()
        except AssistantError as error:
            raise gr.Error(str(error), print_exception=False) from error

    # ── the source ───────────────────────────────────────────────────────────────────────────

    def show(self, event: gr.EventData) -> str:
        """-> source: what the page asked to see; nothing that it sent is trusted."""
        wanted = sent(event)
        return view.answering(whole_number(wanted.get("request")) or 0, self.draw_source(wanted))

    def draw_source(self, wanted: dict[str, Any]) -> str:
        if "doc" not in wanted:
            return view.nothing()
        try:
            document = self.assistant.document(str(wanted["doc"]))
        except AssistantError as error:
            return view.nothing(str(error))
        part = whole_number(wanted.get("part")) or 0
        if not document.sha256.startswith(str(wanted.get("sha", ""))):
            return view.source(document, part=part, notice=CHANGED)
        mark = mark_of(wanted, len(document.text))
        page = whole_number(wanted.get("page")) or (mark and document.page_at(mark.start))
        if page and wanted.get("as") != "text" and (drawn := self.draw_page(document, page, mark)):
            return drawn
        return view.source(document, mark, part)

    def draw_page(self, document: Document, number: int, mark: Mark | None) -> str:
        """A page of a PDF as it looks; "" where it cannot be drawn, and its text is to do."""
        if self.assistant.folder is None or not 1 <= number <= len(document.pages):
            return ""
        if mark and document.page_at(mark.start) != number:
            mark = None
        words, answer = (mark.words, mark.answer) if mark else (None, None)
        try:
            path = self.assistant.folder / document.doc_id
            return view.page(document, draw_page(path, document, number, words, answer), mark)
        except Exception as error:  # a parser meets broken files with errors of every kind
            log.warning("Page %d of %s cannot be drawn: %s", number, document.doc_id, error)
            return ""

    # ── the documents ────────────────────────────────────────────────────────────────────────

    def subtitle(self) -> str:
        documents = self.assistant.documents()
        if len(documents) == 1:
            return documents[0].title
        return view.count_things(len(documents), "document")

    def look(self, told: tuple[Any, ...], turns: list[Turn], request: gr.Request) -> list[Any]:
        """-> told, reading, shelf, talk, further: what has changed since the page was told."""
        times = self.assistant.changes
        progress = self.follower.progress if self.follower else None
        left = self.follower.left if self.follower else None
        further = self.guide.suggest([turn.answer for turn in turns])
        now = times, progress, self.guide.tour, further
        if now == told:
            return [gr.skip()] * 5
        # at first both: they may have changed since the page was loaded
        shelf = self.list_documents() if not told or now[0] != told[0] else gr.skip()
        toured = not told or now[0] != told[0] or now[2] != told[2]
        # a first answer that is being written is no turn yet
        empty = not turns and str(request.session_hash) not in self.asking
        welcome = self.draw([]) if toured and empty else gr.skip()
        reading = view.reading(self.subtitle(), progress, left)
        return [now, reading, shelf, welcome, view.further(further)]

    def list_documents(self) -> str:
        report = self.assistant.report
        when = datetime.now().strftime("%d %B %Y, %H:%M")
        new = len(report.added) + len(report.changed)
        done = f"{new} indexed, {report.unchanged} unchanged" if new else "nothing had changed"
        opened = f"Compared with the folder on {when}: {done}."
        removable = self.uploads is not None
        return view.shelf(self.assistant.documents(), opened, report.left_out, removable)

    def discard(self, event: gr.EventData) -> list[Any]:
        """-> shelf, what became of it: a document that is removed."""
        if self.uploads is None:
            return [gr.skip(), gr.skip()]
        try:
            said = put_aside(self.assistant, self.uploads, str(sent(event).get("doc")))
        except (AssistantError, OSError) as error:
            return [gr.skip(), view.notice(str(error))]
        return [self.list_documents(), view.notice(said)]

    def add(self, files: list[str] | None, progress: gr.Progress = BAR) -> list[Any]:
        """-> shelf, what became of the upload, the emptied drop area."""
        if self.uploads is None or not files:
            return [gr.skip(), "", None]

        def moved(done: int, total: int) -> None:
            progress((done, total), desc="Reading documents", unit="documents")

        try:
            report = take_in(self.assistant, self.uploads, [Path(f) for f in files], moved)
        except (AssistantError, OSError) as error:
            return [gr.skip(), view.notice(str(error)), None]
        done = {"Added": report.added, "Replaced": report.changed}
        told = [f"{verb} {', '.join(names)}." for verb, names in done.items() if names]
        if report.changed:
            told.append(f"What was there before is kept in {REMOVED}.")
        said = " ".join(told) or "Nothing was new."
        return [self.list_documents(), view.notice(said), None]


def open_talks(path: Path | None) -> Talks | None:
    """The talks of a file; where it cannot be used they are not kept, and the log says why."""
    if path is None:
        return None
    try:
        return Talks(path)
    except OSError as error:
        log.warning("Talks are not kept: %s.", error)
        return None


def owner_of(request: gr.Request) -> str:
    return str(request.username or "")


def as_file(answers: Sequence[Answer], form: str) -> str:
    """A talk as a file for the page to save: its type, the ending of its name and its text."""
    if form == "json":
        text = json.dumps([a.to_dict() for a in answers], ensure_ascii=False, indent=2) + "\n"
    else:
        text = render.talk_to_markdown(answers)
    kinds = {"json": "application/json", "md": "text/markdown"}
    return json.dumps({"type": kinds[form], "ending": form, "text": text})


def plain_html(value: str, name: str) -> gr.HTML:
    return gr.HTML(value, elem_id=name, apply_default_css=False, js_on_load=None)


def example_questions(path: Path, documents: Sequence[Document], most: int = EXAMPLES) -> list[str]:
    """Questions of an eval file, of several kinds, whose supporting words these documents hold."""
    try:
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError):
        return []
    texts = [fold(d.text) for d in documents]
    found: dict[str, str] = {}
    for line in lines:
        kind, support = line.get("kind"), line.get("support") or []
        if kind in EXAMPLE_KINDS and kind not in found and support and not line.get("history"):
            held = all(any(fold(words) in text for text in texts) for words in support)
            if held:
                found[kind] = str(line["question"])
    return [found[kind] for kind in EXAMPLE_KINDS if kind in found][:most]


def mark_of(wanted: dict[str, Any], length: int) -> Mark | None:
    start, end = whole_number(wanted.get("start")), whole_number(wanted.get("end"))
    if start is None or end is None or not 0 <= start < end <= length:
        return None
    a, b = whole_number(wanted.get("from")), whole_number(wanted.get("to"))
    if a is None or b is None or not start <= a < b <= end:
        return Mark(start, end)
    return Mark(start, end, a, b)


def whole_number(value: Any) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None


def sent(event: gr.EventData) -> dict[str, Any]:
    """What the page's script sent with an event."""
    return event._data if isinstance(event._data, dict) else {}
