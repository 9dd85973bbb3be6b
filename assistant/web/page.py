"""The page: Gradio components and what happens between them.

Per-user state is the list of `Turn`s in a `gr.State`, nothing else; the assistant is shared and
may be asked from several threads.  HTML is made in `view`, the browser's part is `page.js`.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api

from assistant import render
from assistant.documents.formats import READERS
from assistant.errors import AssistantError, QuestionError
from assistant.feedback import add_candidate
from assistant.index.ingest import Progress
from assistant.language.fold import fold
from assistant.pipeline import STANDS, Assistant
from assistant.records import Answer, Document
from assistant.web import view
from assistant.web.uploads import take_in
from assistant.web.view import Mark, Turn

HERE = Path(__file__).parent
EARLIER = 8  # earlier questions that the HTTP endpoint answers anew to resolve a follow-up
EXAMPLES = 4
AT_ONCE = 2  # questions read at the same time: more only slow each other down
WRITERS = 8  # talks in which a language model may be writing
BAR = gr.Progress()
KINDS = ("number", "who_said", "why", "time", "fact")  # of example questions, in this order
TROUBLE = "Something went wrong; the program's log says what. Ask again."
log = logging.getLogger("assistant")


def build_app(
    assistant: Assistant,
    *,
    title: str = "Ask your documents",
    examples: Sequence[str] | None = None,
    candidates: Path | None = Path("eval/candidates.jsonl"),
    uploads: Path | None = None,
) -> gr.Blocks:
    """The chat over an assistant, not yet on any address: see `serve`.

    examples    questions offered to a newcomer; by default those of `eval/questions.jsonl` that
                these documents answer
    candidates  file to which answers judged with a thumb are appended; None: no thumbs
    uploads     the corpus folder, if visitors may add documents to it; None: they may not

    Its only public endpoint is `ask`; the page's own events are private.
    """
    if examples is None:
        examples = example_questions(Path("eval/questions.jsonl"), assistant.documents())
    judged = candidates is not None
    slots = threading.BoundedSemaphore(AT_ONCE)

    def draw(turns: list[Turn], writing: bool = False) -> str:
        return view.talk(turns, examples, judged, writing)

    def respond(turns: list[Turn], event: gr.EventData) -> Iterator[list[Any]]:
        """-> talk, turns, notice, again while a language model writes.  A question that fails
        goes back into the box; a model that fails leaves the answer as it was."""
        question = str(sent(event).get("question", ""))
        answer, trouble = None, ""
        try:
            answers = assistant.stream(whole(question), history=[t.answer for t in turns])
            with slots:  # only while we read: a language model's time is its server's
                answer = next(answers)
            if assistant.config.llm:
                yield [draw([*turns, Turn(answer)], writing=True), gr.skip(), ""]
            for answer in answers:
                yield [draw([*turns, Turn(answer)], writing=True), gr.skip(), ""]
        except AssistantError as error:
            trouble = str(error)
        except Exception:
            log.exception("A question failed")
            trouble = TROUBLE
        if answer is None:
            yield [gr.skip(), gr.skip(), view.notice(trouble, failed=True)]
            return
        turns = [*turns, Turn(answer)]
        yield [draw(turns), turns, view.notice(f"{trouble} {STANDS}" if trouble else "")]

    def show(event: gr.EventData) -> str:
        wanted = sent(event)
        return view.answering(whole_number(wanted.get("request")) or 0, source(assistant, wanted))

    def judge(turns: list[Turn], event: gr.EventData) -> list[Any]:
        """-> talk, turns, notice."""
        data = sent(event)
        number, verdict = whole_number(data.get("turn")), data.get("verdict")
        if candidates is None or number is None or not 0 <= number < len(turns):
            return [gr.skip()] * 3
        if verdict not in ("right", "wrong") or verdict == turns[number].verdict:
            return [gr.skip()] * 3
        try:
            add_candidate(candidates, turns[number].answer, verdict)
        except OSError as error:
            return [gr.skip(), gr.skip(), view.notice(f"{candidates} cannot be written: {error}.")]
        turns = [Turn(t.answer, verdict) if i == number else t for i, t in enumerate(turns)]
        return [draw(turns), turns, ""]

    def forget() -> list[Any]:
        """-> talk, turns, notice."""
        return [draw([]), [], ""]

    def download(turns: list[Turn]) -> str:
        return render.talk(t.answer for t in turns) if turns else ""

    def list_documents() -> str:
        return view.shelf(assistant.documents(), opened(assistant))

    def add(files: list[str] | None, progress: gr.Progress = BAR) -> list[Any]:
        """-> shelf, what became of the upload, the emptied drop area."""
        if uploads is None or not files:
            return [gr.skip(), "", None]
        try:
            report = take_in(assistant, uploads, [Path(f) for f in files], bar(progress))
        except (AssistantError, OSError) as error:
            return [gr.skip(), view.notice(str(error)), None]
        said = f"Added {', '.join(report.added)}." if report.added else "Nothing was new."
        return [list_documents(), view.notice(said), None]

    def ask(question: str, earlier: list[str] | None = None) -> dict[str, Any]:
        """Answer a question from the documents in their own words, or say that they don't say.

        Args:
            question: The question, at most 2,000 characters.
            earlier: The earlier questions of the talk, oldest first, where this is a follow-up.

        Returns:
            status ("answered" or "not_found")
            text (the short answer)
            quotes (exact words of the documents, with their place and speaker)
            closest (where nothing was found, the passages that came nearest: no answer)
            confidence (0 to 1)
            question
            query_used (what was searched, after resolving a follow-up)
            sentences (what a language model wrote, if one is set; show only those supported)
        """
        history: list[Answer] = []
        try:
            for asked_before in (earlier or [])[-EARLIER:]:
                with slots:
                    history.append(next(assistant.stream(whole(asked_before), history=history)))
            with slots:
                return assistant.ask(whole(question), history=history).to_dict()
        except AssistantError as error:
            raise gr.Error(str(error), print_exception=False) from error

    app: gr.Blocks
    with gr.Blocks(
        title=title,
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(3600, 3600),  # seconds: uploads leave Gradio's folder within two hours
    ) as app:
        turns = gr.State([])
        # The header also carries the page's script: the events that Gradio's components do not
        # have (a click on a quote) arrive as events of this one.
        page = gr.HTML(
            view.masthead(title, subtitle(assistant)),
            js_on_load=(HERE / "page.js").read_text("utf-8"),
            apply_default_css=False,
            elem_id="masthead",
        )
        with gr.Row(elem_id="panes", equal_height=True):
            with gr.Column(elem_id="left", min_width=0), gr.Tabs(elem_id="tabs"):
                with gr.Tab("Chat", elem_id="chat"):
                    with gr.Column(elem_id="stream", min_width=0):
                        talk = plain_html(draw([]), "talk")
                        plain_html('<div class="pending"></div>', "pending")
                    with gr.Column(elem_id="composer", scale=0, min_width=0):
                        notice = plain_html("", "notice")
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
                            new = gr.Button("New chat", size="sm", variant="secondary")
                            save = gr.Button("Download talk", size="sm", variant="secondary")
                with gr.Tab("Documents", elem_id="documents"):
                    shelf = plain_html(list_documents(), "shelf")
                    if uploads is not None:
                        added = plain_html("", "added")
                        drop = gr.File(
                            label="Add documents (.txt, .md)",
                            file_count="multiple",
                            file_types=list(READERS),
                            height=120,
                            elem_id="drop",
                        )
            with gr.Column(elem_id="right", min_width=0):
                reader = plain_html(view.nothing(), "source")
        saved = gr.Textbox(visible=False)

        inside: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        asked = page.ask(
            respond, [turns], [talk, turns, notice], concurrency_limit=WRITERS, **inside
        )
        # multiple: else a click while another one is under way would be lost.
        page.show(show, None, [reader], queue=False, trigger_mode="multiple", **inside)
        page.judge(judge, [turns], [talk, turns, notice], queue=False, **inside)
        new.click(forget, None, [talk, turns, notice], queue=False, cancels=[asked], **inside)
        save.click(download, [turns], [saved], queue=False, **inside).then(
            None, [saved], None, js="text => window.assistantPage.save(text)", **inside
        )
        if uploads is not None:
            showing = inside | {"show_progress": "full", "concurrency_limit": 1}
            drop.upload(add, [drop], [shelf, added, drop], **showing)
            app.load(list_documents, None, [shelf], queue=False, **inside)
        # Not queued: so it answers plain POST requests, and MCP with a login set.
        api(ask, api_name="ask", queue=False)
    return app


def plain_html(value: str, name: str) -> gr.HTML:
    return gr.HTML(value, elem_id=name, apply_default_css=False, js_on_load=None)


def bar(progress: gr.Progress) -> Progress:
    def moved(done: int, total: int) -> None:
        progress((done, total), desc="Reading documents", unit="documents")

    return moved


def subtitle(assistant: Assistant) -> str:
    documents = assistant.documents()
    if len(documents) == 1:
        return documents[0].title
    return view.counted(len(documents), "document")


def opened(assistant: Assistant) -> str:
    report = assistant.report
    when = datetime.now().strftime("%d %B %Y, %H:%M")
    new = len(report.added) + len(report.changed)
    done = f"{new} indexed, {report.unchanged} unchanged" if new else "nothing had changed"
    return f"Compared with the folder on {when}: {done}."


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
        if kind in KINDS and kind not in found and support and not line.get("history"):
            held = all(any(fold(words) in text for text in texts) for words in support)
            if held:
                found[kind] = str(line["question"])
    return [found[kind] for kind in KINDS if kind in found][:most]


def source(assistant: Assistant, wanted: dict[str, Any]) -> str:
    """The source pane for what the page asked to see; nothing in `wanted` is trusted."""
    if "doc" not in wanted:
        return view.nothing()
    try:
        document = assistant.document(str(wanted["doc"]))
    except AssistantError as error:
        return view.nothing(str(error))
    digest = str(wanted.get("sha", ""))
    part = whole_number(wanted.get("part")) or 0
    if not document.sha256.startswith(digest):
        return view.source(
            document,
            part=part,
            notice="This document has changed since it was quoted, so the place is not marked.",
        )
    return view.source(document, mark_of(wanted, len(document.text)), part)


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


def whole(question: str | None) -> str:
    """The question without halves of surrogate pairs, which no text file or socket can carry."""
    if not isinstance(question, str):
        raise QuestionError("The question is empty: type one.")
    return question.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
