"""The page in a real browser: Chromium, a real server, the real models.

No test here is skipped: without Chromium they fail and say how to install it.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlparse

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from assistant import Assistant
from assistant.errors import BusyError, SettingError
from assistant.index.watch import Follower
from assistant.records import Answer, Sentence
from assistant.verify import Verifier, find_claims
from assistant.web import serve, view
from assistant.web.endpoint import WAITING, Turnstile
from assistant.web.serve import credentials
from eval.smollm import served

from .test_compose import events, reply, serving
from .test_formats import placed

ROOT = Path(__file__).parent.parent
POPULATION = "How many people live in Greenland?"
SENTENCE = "The ferry to Eldvik leaves at seven in the morning."
FERRY = "When does the ferry to Eldvik leave?"
# The canoes are two UTF-16 units each: offsets counted in those would light up the wrong words.
HARBOUR = f"""🛶🛶🛶 Notes from the harbour

{SENTENCE}

Nobody keeps the lighthouse in winter. The quay is closed on Sundays.

Coffee is sold in the red shed by Marta Lund. The nets dry behind it.

{SENTENCE}

The harbour master is Jonas Vik.
"""
HOSTILE = """# <img src=x onerror="window.pwned=1"> Zorblax & <script>window.pwned=2</script>

The Zorblax vault is kept by <script>window.pwned=3</script><b onclick="window.pwned=4">Olga</b>.

[A link](javascript:window.pwned=5) and **stars** and {{value}} and ${window.pwned=6} stay text.

The Zorblax password is \u202erevo nettirw\u202c and nobody may read it backwards.
"""
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
TURNSTILE = Turnstile()
SETTLED = {"color_scheme": "light", "reduced_motion": "reduce"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    shutil.copy(ROOT / "corpus" / "greenland-live-blog.txt", folder)
    (folder / "harbour.txt").write_text(HARBOUR, "utf-8")
    (folder / '"><img src=x onerror=alert(1)>.md').write_text(HOSTILE, "utf-8")
    return folder


@pytest.fixture(scope="module")
def candidates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("eval") / "candidates.jsonl"


@pytest.fixture(scope="module")
def asked(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant.from_corpus(corpus, index=tmp_path_factory.mktemp("index")) as made:
        yield made


@pytest.fixture(scope="module")
def url(
    asked: Assistant,
    corpus: Path,
    candidates: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    follower = Follower(asked, corpus, every=0.5).start()
    app = serve(
        asked,
        port=None,
        block=False,
        quiet=True,
        environ={},
        examples=[POPULATION],
        candidates=candidates,
        uploads=corpus,
        talks=tmp_path_factory.mktemp("talks") / "talks.sqlite3",
        follower=follower,
        turnstile=TURNSTILE,
    )
    yield app.local_url
    app.close()
    follower.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, ["/usr/bin/chromium", *map(shutil.which, names)]), "")
    if not os.path.exists(found):
        found = next(filter(None, map(shutil.which, names)), "")
    if not found:
        pytest.fail("The tests of the page need Chromium: apt-get install chromium", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


class Visitors:
    """Browser contexts that note what left the machine and what went wrong in the page."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self.contexts: list[BrowserContext] = []
        self.hosts: set[str] = set()
        self.trouble: list[str] = []

    def leave(self, go: Callable[[], object]) -> None:
        """Load a page anew: Gradio tells the console of its own request that this calls off."""
        before = len(self.trouble)
        go()
        called_off = re.compile(r"AbortError: signal is aborted|errored out\. ?$")
        self.trouble[before:] = [t for t in self.trouble[before:] if not called_off.search(t)]

    def visit(self, fragment: str = "", **options: object) -> Page:
        context = self.browser.new_context(
            **{"viewport": {"width": 1400, "height": 900}, **SETTLED, **options}
        )
        self.contexts.append(context)
        context.on("request", lambda r: self.hosts.add(urlparse(r.url).hostname or "inline"))
        page = context.new_page()
        page.on("pageerror", lambda e: self.trouble.append(str(e)))
        page.on("console", lambda m: m.type == "error" and self.trouble.append(m.text))
        page.on("dialog", lambda d: (self.trouble.append(f"dialog {d.message}"), d.dismiss()))
        page.goto(self.url + fragment)
        expect(page.locator(".welcome h2")).to_be_visible()
        page.wait_for_function("window.assistantPage")
        # Gradio's own sign may still stand beside the page that it announces, in no landmark
        expect(page.locator("p.loading")).to_have_count(0)
        return page


@pytest.fixture
def visitors(chromium: Browser, url: str) -> Iterator[Visitors]:
    made = Visitors(chromium, url)
    yield made
    for context in made.contexts:
        context.close()
    assert made.hosts <= {"127.0.0.1", "inline"}
    assert made.trouble == []


def ask(page: Page, question: str) -> None:
    turns = page.locator(".turn").count()
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    expect(page.locator(".turn")).to_have_count(turns + 1, timeout=30_000)


def shown(page: Page) -> dict[str, object]:
    """What the source pane marks: the offset of its first mark in code points, and the words."""
    page.wait_for_selector("#source mark", state="attached")
    return page.evaluate(
        """() => {
            const text = document.querySelector("#source .text");
            const marks = [...text.querySelectorAll("mark")];
            const before = document.createRange();
            before.setStart(text, 0);
            before.setEndBefore(marks[0]);
            const said = (list) => list.map((m) => m.textContent).join("");
            const box = marks[0].getBoundingClientRect();
            const frame = text.getBoundingClientRect();
            return {
                start: [...before.toString()].length,
                text: said(marks),
                answer: said(marks.filter((m) => m.matches(".answer"))),
                visible: box.top >= frame.top && box.bottom <= frame.bottom,
            };
        }"""
    )


def wait_for_mark(page: Page, start: int) -> dict[str, object]:
    for _ in range(100):
        if page.locator("#source mark").count() and shown(page)["start"] == start:
            break
        page.wait_for_timeout(50)
    return shown(page)


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for v in found
        for node in v["nodes"]
    ]


# ── asking ───────────────────────────────────────────────────────────────────────────────────


def test_an_answer_comes_with_its_quotes_marked_in_the_source(
    visitors: Visitors, asked: Assistant
) -> None:
    answer = asked.ask(POPULATION)
    page = visitors.visit()
    ask(page, POPULATION)
    expect(page.locator(".short")).to_have_text(answer.text)
    expect(page.locator(".question")).to_have_text(POPULATION)
    expect(page.locator("figure.quote")).to_have_count(len(answer.quotes))
    assert page.locator("#question textarea").input_value() == ""
    for number, quote in enumerate(answer.quotes):
        card = page.locator("figure.quote").nth(number)
        expect(card.locator("blockquote")).to_have_text(quote.text)
        expect(card.locator(".answer")).to_have_text(quote.parts[1])
        expect(card.locator(".place")).to_contain_text(f"paragraph {quote.paragraph}")
        card.locator("blockquote").click(position={"x": 3, "y": 3})
        mark = wait_for_mark(page, quote.start)
        assert mark == {
            "start": quote.start, "text": quote.text, "answer": quote.parts[1], "visible": True
        }  # fmt: skip


def test_a_repeated_sentence_lights_up_where_it_was_quoted(visitors: Visitors) -> None:
    first, second = (m.start() for m in re.finditer(re.escape(SENTENCE), HARBOUR))
    page = visitors.visit()
    ask(page, FERRY)
    expect(page.locator(".short")).to_contain_text("seven")
    places = page.locator("a.place")
    starts = []
    for number in range(places.count()):
        link = places.nth(number)
        starts.append(int(re.findall(r"start=(\d+)", link.get_attribute("href") or "")[0]))
        link.click()
        mark = wait_for_mark(page, starts[-1])
        assert (mark["start"], mark["text"]) == (starts[-1], SENTENCE)
        assert mark["answer"] in SENTENCE
    assert set(starts) <= {first, second}
    for start in (second, first):  # both places, whichever were quoted
        fields = {"doc": "harbour.txt", "start": start, "end": start + len(SENTENCE)}
        page.evaluate("hash => location.hash = hash", urlencode(fields))
        assert wait_for_mark(page, start)["text"] == SENTENCE


def test_the_source_shows_the_document_to_the_letter(visitors: Visitors, asked: Assistant) -> None:
    page = visitors.visit()
    for document in asked.documents():
        page.evaluate("hash => location.hash = hash", urlencode({"doc": document.doc_id}))
        expect(page.locator("#source .file")).to_have_text(document.doc_id)
        assert page.locator("#source .text").evaluate("e => e.textContent") == document.text
        skipped = "".join(page.locator("#source .skipped").all_text_contents())
        assert skipped == "".join(document.text[a:b] for a, b in document.skipped)


def test_quotes_are_stepped_through_by_keyboard(visitors: Visitors, asked: Assistant) -> None:
    starts = [q.start for q in asked.ask(FERRY).quotes]
    assert len(starts) > 1
    page = visitors.visit()
    ask(page, FERRY)
    wait_for_mark(page, starts[0])
    expect(page.locator(".position")).to_have_text(f"1 of {len(starts)}")
    page.keyboard.press("Alt+ArrowDown")  # while the caret is in the question
    assert wait_for_mark(page, starts[1])["start"] == starts[1]
    page.locator("a.place").nth(1).focus()
    page.keyboard.press("ArrowLeft")
    assert wait_for_mark(page, starts[0])["start"] == starts[0]
    page.get_by_label("Next quote").click()
    assert wait_for_mark(page, starts[1])["start"] == starts[1]
    page.keyboard.press("Escape")
    expect(page.locator("body.reading-source")).to_have_count(0)


def test_of_quick_clicks_the_last_one_counts(visitors: Visitors, asked: Assistant) -> None:
    quotes = asked.ask(POPULATION).quotes
    page = visitors.visit()
    ask(page, POPULATION)
    page.evaluate("document.querySelectorAll('a.place').forEach(link => link.click())")
    assert wait_for_mark(page, quotes[-1].start)["text"] == quotes[-1].text
    page.wait_for_timeout(500)
    assert shown(page)["text"] == quotes[-1].text


def test_not_found_is_an_answer_with_the_closest_passages(visitors: Visitors) -> None:
    page = visitors.visit()
    ask(page, "What is the boiling point of tungsten?")
    expect(page.locator(".short")).to_have_text("The documents don't say.")
    expect(page.locator("#source .reader.empty")).to_be_visible()
    expect(page.locator("figure.quote").first).to_be_visible()
    page.get_by_text("Closest passages (not an answer)").click()
    expect(page.locator("figure.quote").first).to_be_hidden()
    page.get_by_text("Closest passages (not an answer)").click()
    marked = page.locator("figure.quote .answer").first.inner_text()  # the reader's best place
    page.locator("figure.quote", has=page.locator(".answer")).first.locator("blockquote").click(
        position={"x": 3, "y": 3}
    )
    assert shown(page)["answer"] == marked


def test_a_follow_up_shows_what_was_searched(visitors: Visitors, asked: Assistant) -> None:
    first = "How many soldiers is Germany sending to Greenland?"
    then = "When will they be deployed?"
    expected = asked.ask(then, history=[asked.ask(first)]).query_used
    page = visitors.visit()
    ask(page, first)
    expect(page.locator(".searched")).to_have_count(0)
    ask(page, then)
    assert expected != then
    expect(page.locator(".searched")).to_have_text(f"Searched for: {expected}")


def test_what_cannot_be_asked_is_one_line_and_stays_in_the_box(visitors: Visitors) -> None:
    page = visitors.visit()
    box = page.locator("#question textarea")
    box.press("Enter")
    expect(page.locator("#notice .notice")).to_have_text("The question is empty: type one.")
    long = "why " * 12_500
    for _ in range(2):  # the same trouble twice must not lock the box
        box.fill(long)
        box.press("Enter")
        expect(page.locator("body.asking")).to_have_count(0)
        expect(page.locator("#notice .notice")).to_contain_text("50,000 characters")
        expect(box).to_have_value(long)
    ask(page, POPULATION)
    expect(page.locator("#notice .notice")).to_have_count(0)


def test_a_first_answer_stays_where_the_page_begins_late(visitors: Visitors) -> None:
    context = visitors.browser.new_context()
    visitors.contexts.append(context)
    page = context.new_page()
    late: list[Route] = []  # the page's own first requests, which no question waits for
    page.route("**/run/predict*", lambda route: late.append(route))
    page.goto(visitors.url)
    ask(page, POPULATION)
    with page.expect_response("**/run/predict*"):
        for route in tuple(late):
            route.continue_()
    page.wait_for_timeout(500)  # nothing to see: what must not happen would come after it
    expect(page.locator(".turn")).to_have_count(1)


def test_what_is_typed_while_a_question_fails_is_kept(visitors: Visitors) -> None:
    page = visitors.visit()
    box = page.locator("#question textarea")
    box.fill("why " * 12_500)
    # in one go, so that no answer can come in between, however slow this machine is
    left = box.evaluate(
        """box => {
            const key = { key: "Enter", bubbles: true, cancelable: true };
            box.dispatchEvent(new KeyboardEvent("keydown", key));
            const left = box.value;
            box.value += "And then?";
            box.dispatchEvent(new Event("input", { bubbles: true }));
            return left;
        }"""
    )
    assert left == ""  # at once: emptied later, it would lose the next words
    expect(page.locator("#notice .notice")).to_contain_text("50,000 characters")
    expect(page.locator("body.asking")).to_have_count(0)
    page.wait_for_timeout(500)  # nothing to see: what must not happen would come after the notice
    expect(box).to_have_value("And then?")


def test_a_question_is_asked_with_the_button(visitors: Visitors) -> None:
    page = visitors.visit()
    box = page.locator("#question textarea")
    box.fill(POPULATION)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(box).to_have_value("")
    expect(page.locator(".short")).to_have_text("57,000", timeout=30_000)
    expect(page.locator(".turn")).to_have_count(1)  # and once


def test_examples_are_asked_with_a_click(visitors: Visitors) -> None:
    page = visitors.visit()
    page.get_by_role("button", name=POPULATION).click()
    expect(page.locator(".short")).to_have_text("57,000", timeout=30_000)


# ── the talk ─────────────────────────────────────────────────────────────────────────────────


def test_two_users_at_once_do_not_see_each_other(visitors: Visitors) -> None:
    one, two = visitors.visit(), visitors.visit()
    for page, question in ((one, POPULATION), (two, FERRY)):
        page.locator("#question textarea").fill(question)
    for page in (one, two):
        page.locator("#question textarea").press("Enter")
    for page, question in ((one, POPULATION), (two, FERRY)):
        expect(page.locator(".turn")).to_have_count(1, timeout=30_000)
        expect(page.locator(".question")).to_have_text(question)
    ask(two, "Who is the harbour master?")
    expect(two.locator(".turn")).to_have_count(2)
    expect(one.locator(".turn")).to_have_count(1)


def test_copy_download_judge_and_new_chat(visitors: Visitors, candidates: Path) -> None:
    page = visitors.visit(permissions=["clipboard-read", "clipboard-write"])
    ask(page, FERRY)
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator(".copy.did")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(FERRY)
    assert f"“{SENTENCE}”" in copied
    with page.expect_download() as download:
        page.get_by_role("button", name="Download talk").click()
    saved = download.value.path().read_text("utf-8")
    assert download.value.suggested_filename.endswith(".md")
    assert saved.startswith("# Questions and answers")
    assert "of harbour\\.txt, SHA\\-256" in saved or "harbour\\.txt" in saved
    page.get_by_label("Bad answer").click()
    expect(page.get_by_label("Bad answer")).to_have_attribute("aria-pressed", "true")
    kept = json.loads(candidates.read_text("utf-8").splitlines()[-1])
    assert (kept["question"], kept["verdict"]) == (FERRY, "wrong")
    assert kept["quotes"][0]["text"] == SENTENCE
    before = len(candidates.read_text("utf-8").splitlines())
    page.get_by_label("What would be right?").fill("at seven in the morning")
    page.get_by_label("What would be right?").press("Enter")
    expect(page.locator("#notice")).to_contain_text("what would be right")
    lines = candidates.read_text("utf-8").splitlines()
    assert json.loads(lines[-1])["expected"] == "at seven in the morning" and len(lines) == before
    page.get_by_label("Bad answer").click()
    expect(page.get_by_label("Bad answer")).to_have_attribute("aria-pressed", "false")
    assert len(candidates.read_text("utf-8").splitlines()) == before - 1
    page.get_by_role("button", name="New chat").click()
    expect(page.locator(".welcome h2")).to_be_visible()
    expect(page.locator("#source .reader.empty")).to_be_visible()
    ask(page, POPULATION)
    expect(page.locator(".turn")).to_have_count(1)


def test_a_question_can_be_asked_the_moment_an_answer_stands(visitors: Visitors) -> None:
    """Gradio ends an event a little after it has drawn what came of it."""
    page = visitors.visit()
    page.evaluate(
        """(question) => {
            let asked = 1;
            new MutationObserver(() => {
                if (document.querySelectorAll(".turn").length !== asked || asked === 4) return;
                asked += 1;
                const box = document.querySelector("#question textarea");
                box.value = question;
                box.dispatchEvent(new Event("input", { bubbles: true }));
                const enter = { key: "Enter", bubbles: true, cancelable: true };
                box.dispatchEvent(new KeyboardEvent("keydown", enter));
            }).observe(document.body, { childList: true, subtree: true });
        }""",
        POPULATION,
    )
    # not `ask`: the first answer alone is there for a moment only
    page.locator("#question textarea").fill(FERRY)
    page.locator("#question textarea").press("Enter")
    expect(page.locator(".turn")).to_have_count(4, timeout=30_000)


def test_a_talk_stays(visitors: Visitors, asked: Assistant) -> None:
    page = visitors.visit()
    ask(page, FERRY)
    ask(page, POPULATION)
    expect(page.locator(".turn")).to_have_count(2)
    address = page.url
    assert "?talk=" in address
    visitors.leave(page.reload)
    expect(page.locator(".turn")).to_have_count(2)
    page.get_by_role("button", name="New chat").click()
    expect(page.locator(".welcome h2")).to_be_visible()
    assert "?talk=" not in page.url
    page.get_by_role("button", name="Back to the last one").click()
    expect(page.locator(".turn")).to_have_count(2)
    page.go_back()
    expect(page.locator(".welcome h2")).to_be_visible()
    page.go_forward()
    expect(page.locator(".turn")).to_have_count(2)
    ask(page, "Who is the harbour master?")
    expect(page.locator(".turn")).to_have_count(3)

    again = visitors.visit()
    again.get_by_role("tab", name="Talks").click()
    row = again.locator("#talk-list li", has_text=FERRY).first
    row.get_by_role("button", name="Rename").click()
    again.get_by_label("A name for this talk").fill("The crossing")
    again.get_by_label("A name for this talk").press("Enter")
    row = again.locator("#talk-list li", has_text="The crossing")
    expect(row).to_have_count(1)
    again.get_by_label("Search the talks").fill("people greenland")
    expect(row).to_be_visible()
    again.get_by_label("Search the talks").fill("nothing of the sort")
    expect(row).to_be_hidden()
    again.get_by_label("Search the talks").fill("")
    for kind in ("Markdown", "JSON"):
        with again.expect_download() as download:
            row.get_by_role("button", name=kind).click()
        claims = find_claims(download.value.path().read_text("utf-8"))
        there = Verifier(asked.documents())
        assert {there.check(claim).verdict for claim in claims} == {"exact"}
    row.locator("a").click()
    expect(again.locator(".turn")).to_have_count(3)
    again.get_by_role("tab", name="Talks").click()
    delete = row.get_by_role("button", name="Delete")
    delete.click()
    expect(row).to_have_count(1)
    delete.click()
    expect(row).to_have_count(0)
    again.get_by_role("tab", name="Chat").click()
    expect(again.locator(".welcome h2")).to_be_visible()
    visitors.leave(lambda: page.goto(address.split("#")[0]))
    expect(page.locator("#notice")).to_contain_text("no longer kept")


def test_a_server_that_is_away_is_told_and_the_question_kept(visitors: Visitors) -> None:
    page = visitors.visit()
    for path in ("**/robots.txt", "**/queue/join*"):
        page.route(path, lambda route: route.abort())
    page.locator("#question textarea").fill(FERRY)
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#kept-to")).to_contain_text("does not answer")
    expect(page.locator("#question textarea")).to_have_value(FERRY)
    visitors.trouble.clear()
    for path in ("**/robots.txt", "**/queue/join*"):
        page.unroute(path)
    visitors.leave(page.reload)  # as Gradio does when the server is back
    expect(page.locator("#question textarea")).to_have_value(FERRY)
    page.locator("#question textarea").press("Enter")
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator("#kept-to .away")).to_be_empty()


def test_what_takes_long_can_be_stopped(visitors: Visitors) -> None:
    page = visitors.visit()
    with TURNSTILE, TURNSTILE:  # two others are being answered
        page.locator("#question textarea").fill(FERRY)
        page.locator("#question textarea").press("Enter")
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("#question textarea")).to_have_value(FERRY)
        expect(page.locator("#pending .question")).to_have_count(0)
    page.locator("#question textarea").press("Enter")
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator("#turn-0 .short")).to_contain_text("seven")


def test_keys_are_listed_and_lead_to_the_question(visitors: Visitors) -> None:
    page = visitors.visit()
    expect(page).to_have_title("Ask your documents")
    page.locator("#question textarea").fill("what?")
    page.keyboard.press("?")  # while typing it is a character
    expect(page.locator("#question textarea")).to_have_value("what??")
    page.get_by_role("tab", name="Documents").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("/")
    expect(page.locator("#question textarea")).to_be_focused()
    ask(page, FERRY)
    expect(page).to_have_title(f"{FERRY} – Ask your documents")


def test_words_are_found_in_the_source(visitors: Visitors) -> None:
    page = visitors.visit("#" + urlencode({"doc": "harbour.txt"}))
    page.locator("#source .find").click()
    box = page.get_by_role("searchbox", name="Find in this document")
    box.fill("  The ferry ")
    expect(page.locator(".found")).to_have_text("1 of 2")
    box.press("Enter")
    expect(page.locator(".found")).to_have_text("2 of 2")
    marked = "[...CSS.highlights.get('found-now')].map(String)"
    assert page.evaluate(marked) == ["The ferry"]
    assert page.locator("#source .text").evaluate("e => e.textContent") == HARBOUR
    box.fill("submarine")
    expect(page.locator(".found")).to_have_text("not found")
    box.press("Escape")
    expect(box).to_be_hidden()
    expect(page.locator("#source .reader")).to_be_visible()


def test_further_questions_are_offered_that_are_answered(
    visitors: Visitors, asked: Assistant
) -> None:
    page = visitors.visit()
    ask(page, "Who is the harbour master?")
    further = page.locator("#further .example")
    expect(further.first).to_be_visible(timeout=60_000)
    for question in further.all_text_contents():
        answer = asked.ask(question)
        assert answer.found and answer.quotes[0].doc_id == "harbour.txt"
    question = further.first.inner_text()
    further.first.click()
    expect(page.locator("#turn-1 .question")).to_have_text(question)


def test_on_a_phone_all_that_is_touched_is_large(visitors: Visitors) -> None:
    page = visitors.visit(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    ask(page, FERRY)
    small = """() => [...document.querySelectorAll("button, a[href], input, select, summary")]
        .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.matches(".ref, .pick"))
        .map((e) => [e, e.getBoundingClientRect()])
        .filter(([, box]) => box.width && box.height && Math.min(box.width, box.height) < 43.5)
        .map(([e, box]) => `${e.outerHTML.slice(0, 120)} ${box.width}x${box.height}`)"""
    assert page.evaluate(small) == []
    page.get_by_role("tab", name="Documents").click()
    expect(page.locator("#shelf")).to_be_visible()
    assert page.evaluate(small) == []
    page.get_by_role("tab", name="Chat").click()
    page.locator("a.place").first.tap()
    expect(page.locator("#source mark").first).to_be_visible()
    assert page.evaluate(small) == []


def test_a_phone_held_sideways_shows_question_and_answer(visitors: Visitors) -> None:
    page = visitors.visit(viewport={"width": 740, "height": 360}, has_touch=True, is_mobile=True)
    ask(page, FERRY)
    for part in (".short", "#question textarea", "figure.quote >> nth=0"):
        expect(page.locator(part)).to_be_in_viewport(ratio=0.5)
    assert page.evaluate("document.documentElement.scrollWidth") <= 740


def test_back_on_a_phone_closes_the_source(visitors: Visitors) -> None:
    page = visitors.visit(viewport={"width": 390, "height": 800})
    ask(page, FERRY)
    expect(page.locator("#turn-0")).to_be_visible()
    page.locator("a.place").first.click()
    expect(page.locator("#source mark").first).to_be_visible()
    page.go_back()
    expect(page.locator("#source mark")).to_have_count(0)
    expect(page.locator("#turn-0")).to_be_visible()
    page.locator("a.place").first.click()
    expect(page.locator("#source mark").first).to_be_visible()
    page.get_by_label("Close the source").click()
    expect(page.locator("#source mark")).to_have_count(0)
    expect(page.locator("#turn-0")).to_be_visible()


def test_a_pdf_shows_its_page_with_the_quote_marked(
    chromium: Browser, tmp_path: Path, candidates: Path
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    rows = [
        (72, 700, "Notes on the kiln"),
        (72, 600, "The kiln at Orrestad was built by Signe Moe in 1911."),
        (72, 500, "It is fired twice a year."),
    ]
    (folder / "kiln.pdf").write_bytes(placed(rows, [(72, 700, "The clay comes from the river.")]))
    with Assistant.from_corpus(folder, index=tmp_path / "index") as assistant:
        options = {"port": None, "block": False, "quiet": True, "environ": {}}
        app = serve(assistant, candidates=candidates, **options)
        page = chromium.new_page(viewport={"width": 1400, "height": 900}, **SETTLED)
        try:
            page.goto(app.local_url)
            about = page.get_by_role("button", name="What is Kiln about?")
            expect(about).to_be_visible(timeout=60_000)
            ask(page, "Who built the kiln at Orrestad?")
            expect(page.locator(".sheet .mark.answer")).to_have_count(1)
            expect(page.locator(".sheet img")).to_be_visible()
            assert violations(page) == []
            sheet, answer = (
                page.locator(at).bounding_box() for at in (".sheet", ".sheet .mark.answer")
            )
            assert sheet and answer
            # "The kiln at Orrestad was built by " is some 180 of 612 points wide, at 600 of 792
            across = (answer["x"] - sheet["x"]) / sheet["width"]
            down = (answer["y"] - sheet["y"]) / sheet["height"]
            assert 230 / 612 < across < 275 / 612 and 175 / 792 < down < 195 / 792
            page.get_by_role("button", name="Text").click()
            expect(page.locator("#source mark.answer")).to_have_text("Signe Moe")
            page.get_by_role("button", name="Page", exact=True).click()
            expect(page.locator(".sheet .mark.answer")).to_have_count(1)
            page.get_by_role("button", name="Later").click()
            expect(page.locator("#source .where")).to_have_text("Page 2")
            expect(page.locator(".sheet .mark")).to_have_count(0)
        finally:
            page.close()
            app.close()


def test_a_link_opens_the_source_at_its_quote(visitors: Visitors, asked: Assistant) -> None:
    quote = asked.ask(POPULATION).quotes[0]
    fields: dict[str, object] = {
        "doc": quote.doc_id,
        "start": quote.start,
        "end": quote.end,
        "from": quote.answer_start,
        "to": quote.answer_end,
    }
    page = visitors.visit("#" + urlencode({**fields, "sha": quote.doc_sha256[:16]}))
    assert wait_for_mark(page, quote.start)["text"] == quote.text
    page = visitors.visit("#" + urlencode({**fields, "sha": "0123456789abcdef"}))
    expect(page.locator("#source .notice")).to_contain_text("has changed")
    assert page.locator("#source mark").count() == 0
    page = visitors.visit("#" + urlencode({**fields, "doc": "gone.txt"}))
    expect(page.locator("#source .notice")).to_contain_text("gone.txt")


# ── hostile text ─────────────────────────────────────────────────────────────────────────────


def test_hostile_text_is_shown_and_runs_nothing(visitors: Visitors, asked: Assistant) -> None:
    page = visitors.visit()
    attack = (
        '<img src=x onerror="window.pwned=7"> [x](javascript:window.pwned=8) \u202eZorblax ${1}?'
    )
    for question in ("Who keeps the Zorblax vault?", attack):
        ask(page, question)
    for summary in page.locator("summary").all():
        summary.click()
    texts = page.locator(".question").all_text_contents()
    assert texts[1] == attack
    for document in asked.documents():
        page.evaluate("hash => location.hash = hash", urlencode({"doc": document.doc_id}))
        expect(page.locator("#source .file")).to_have_text(document.doc_id)
    page.get_by_role("tab", name="Documents").click()
    expect(page.locator("a.document")).to_have_count(len(asked.documents()))
    assert page.evaluate("window.pwned") is None
    inside = "#talk, #source, #shelf"
    assert page.locator(inside).locator("img, script, iframe, [onerror], [onclick]").count() == 0
    assert page.locator(inside).locator("a:not([href^='#'])").count() == 0


# ── widths, themes, accessibility ────────────────────────────────────────────────────────────


def test_on_a_phone_the_source_takes_the_page_and_gives_it_back(visitors: Visitors) -> None:
    page = visitors.visit(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    ask(page, POPULATION)
    expect(page.locator("#right")).to_be_hidden()
    page.locator("a.place").first.tap()
    mark = shown(page)
    assert mark["visible"]
    box = page.locator("#source .reader").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []
    page.get_by_label("Close the source").tap()
    expect(page.locator("#right")).to_be_hidden()
    expect(page.locator("a.place").first).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visitors: Visitors, scheme: str) -> None:
    page = visitors.visit(color_scheme=scheme)
    assert violations(page) == []
    ask(page, POPULATION)
    expect(page.locator("#source mark").first).to_be_visible()
    ask(page, "What is the boiling point of tungsten?")
    assert violations(page) == []
    page.get_by_role("tab", name="Documents").click()
    page.locator("a.document", has_text="greenland").click()
    expect(page.locator("#source .where")).to_contain_text("words")
    assert violations(page) == []


def test_the_theme_is_a_choice_that_stays(visitors: Visitors) -> None:
    page = visitors.visit()
    page.get_by_label("Dark or light").click()
    expect(page.locator("body.dark")).to_have_count(1)
    visitors.leave(page.reload)
    expect(page.locator("body.dark")).to_have_count(1)


# ── documents ────────────────────────────────────────────────────────────────────────────────


def test_a_visitor_brings_a_document_where_that_is_allowed(
    visitors: Visitors, corpus: Path, tmp_path: Path
) -> None:
    new = tmp_path / "orchard.txt"
    new.write_text("Notes on the orchard\n\nThe oldest pear tree was planted by Ines Falk.\n")
    page = visitors.visit()
    page.get_by_role("tab", name="Documents").click()
    page.locator("#drop input[type=file]").set_input_files(new)
    expect(page.locator("#added .notice")).to_have_text("Added orchard.txt.", timeout=30_000)
    expect(page.locator("a.document", has_text="orchard.txt")).to_have_count(1)
    new.write_text("Notes on the orchard\n\nThe oldest plum tree was planted by Odd Lie.\n")
    page.locator("#drop input[type=file]").set_input_files(new)
    expect(page.locator("#added .notice")).to_contain_text("Replaced orchard.txt", timeout=30_000)
    (before,) = (corpus / ".removed").glob("* orchard.txt")
    assert "pear" in before.read_text() and "plum" in (corpus / "orchard.txt").read_text()
    page.get_by_role("tab", name="Chat").click()
    ask(page, "Who planted the oldest plum tree?")
    expect(page.locator(".short")).to_have_text("Odd Lie")


def test_documents_are_sorted_filtered_and_asked_one_by_one(
    visitors: Visitors, asked: Assistant
) -> None:
    page = visitors.visit()
    page.get_by_role("tab", name="Documents").click()
    page.get_by_label("Sorted by").select_option("longest")
    lengths = [
        len(asked.document(str(row.get_attribute("data-doc"))).text)
        for row in page.locator("#shelf .row").all()
    ]
    assert len(lengths) > 2 and lengths == sorted(lengths, reverse=True)
    page.get_by_label("Kind").select_option(".md")
    expect(page.locator("#shelf .row:visible")).to_have_count(1)
    page.get_by_label("Kind").select_option("all")
    page.locator("#shelf .row", has_text="harbour.txt").get_by_role("button", name="Ask").click()
    expect(page.locator("#question textarea")).to_be_focused()
    expect(page.locator("#kept-to")).to_contain_text("Keeping to 1 document")
    ask(page, POPULATION)
    expect(page.locator("#turn-0 .short.none")).to_be_visible()


def test_an_empty_folder_says_how_to_begin(chromium: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    with Assistant.from_corpus(folder, index=tmp_path / "index", update=False) as assistant:
        follower = Follower(assistant, folder, every=0.3).start()
        app = serve(
            assistant, port=None, block=False, quiet=True, environ={},
            uploads=folder, follower=follower,
        )  # fmt: skip
        visitors = Visitors(chromium, app.local_url)
        try:
            page = visitors.visit()
            expect(page.locator(".welcome h2")).to_have_text("No documents yet")
            expect(page.locator(".welcome p").first).to_contain_text(str(folder))
            assert violations(page) == []
            (folder / "harbour.txt").write_text(HARBOUR, "utf-8")
            expect(page.locator(".welcome h2")).to_have_text("What would you like to know?")
            ask(page, "Who is the harbour master?")
            expect(page.locator(".short")).to_have_text("Jonas Vik")
        finally:
            for context in visitors.contexts:
                context.close()
            app.close()
            follower.stop()


def test_a_question_keeps_to_the_documents_that_are_ticked(visitors: Visitors) -> None:
    page = visitors.visit()
    page.get_by_role("tab", name="Documents").click()
    page.get_by_label("Find a document").fill("harbour")
    expect(page.locator("#shelf .row:visible")).to_have_count(1)
    page.locator("#shelf .row:visible .pick").check()
    page.get_by_role("tab", name="Chat").click()
    expect(page.locator("#kept-to")).to_contain_text("Keeping to 1 document")
    ask(page, POPULATION)
    expect(page.locator("#turn-0 .short.none")).to_be_visible()
    page.get_by_role("button", name="Ask all").click()
    expect(page.locator("#kept-to .kept-to")).to_be_empty()
    ask(page, POPULATION)
    expect(page.locator("#turn-1 .short")).to_contain_text("57,000")


def test_a_document_is_removed_and_its_file_kept(visitors: Visitors, corpus: Path) -> None:
    (corpus / "shed.txt").write_text("The shed\n\nThe red shed was painted by Ulla Berg.\n")
    page = visitors.visit()
    page.get_by_role("tab", name="Documents").click()
    row = page.locator("#shelf .row", has_text="shed.txt")
    expect(row).to_have_count(1)
    remove = row.get_by_role("button", name="Remove")
    remove.click()
    expect(row).to_have_count(1)
    remove.click()
    expect(row).to_have_count(0)
    expect(page.locator("#added .notice")).to_contain_text("Removed shed.txt")
    (kept,) = (corpus / ".removed").glob("* shed.txt")
    assert "Ulla Berg" in kept.read_text() and not (corpus / "shed.txt").exists()


# ── the server ───────────────────────────────────────────────────────────────────────────────


def test_the_endpoint_ask_returns_the_answer(url: str, asked: Assistant) -> None:
    endpoint = url + "gradio_api/run/ask"
    reply = httpx.post(endpoint, json={"data": [POPULATION, None]}, timeout=60)
    assert reply.json()["data"][0] == json.loads(json.dumps(asked.ask(POPULATION).to_dict()))
    reply = httpx.post(endpoint, json={"data": ["And how?", [POPULATION]]}, timeout=60)
    assert reply.json()["data"][0]["question"] == "And how?"
    reply = httpx.post(endpoint, json={"data": [" ", None]}, timeout=60)
    assert reply.json()["error"] == "The question is empty: type one."
    assert "Traceback" not in reply.text


def test_plain_http_answers_in_json(url: str, asked: Assistant) -> None:
    reply = httpx.post(url + "api/ask", json={"question": POPULATION}, timeout=60)
    assert reply.json() == json.loads(json.dumps(asked.ask(POPULATION).to_dict()))
    follow_up = {"question": "And the population?", "earlier": [POPULATION]}
    assert httpx.post(url + "api/ask", json=follow_up, timeout=60).json()["status"]
    kept = {"question": FERRY, "documents": ["greenland*"]}
    assert httpx.post(url + "api/ask", json=kept, timeout=60).json()["status"] == "not_found"
    health = httpx.get(url + "health").json()
    assert health == {"status": "ok", "documents": asked.count_documents()}


def test_the_request_in_the_readme_runs_as_printed(url: str) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    found = re.search(r"^    (curl [^\n]*\\\n[^\n]*)\n", readme, re.MULTILINE)
    assert found
    command = found[1].replace("http://127.0.0.1:7860/", url)
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert json.loads(done.stdout)["text"] == "57,000"


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"{", 400, "no JSON"),
        (b"[]", 400, '"question" is missing'),
        (b'{"question": 3}', 400, '"question" is missing'),
        (b'{"question": "a", "only": "b"}', 400, '"only" is no field'),
        (b'{"question": "a", "documents": "b"}', 400, '"documents" is no list'),
        (b'{"question": "\\ud800"}', 400, "surrogate"),
        (b'{"question": " "}', 422, "is empty"),
        (b'{"question": "a", "documents": ["nowhere"]}', 422, "no document nowhere"),
        (b" " * 64_001, 413, "bytes"),
    ],
)
def test_a_caller_s_mistake_has_its_reason(url: str, body: bytes, status: int, reason: str) -> None:
    reply = httpx.post(url + "api/ask", content=body, timeout=60)
    assert reply.status_code == status
    assert reason in reply.json()["error"] and "\n" not in reply.json()["error"]
    assert httpx.get(url + "api/ask").status_code == 405


def test_many_requests_at_once_are_answered_or_turned_away(url: str) -> None:
    def post(_: int) -> int:
        return httpx.post(url + "api/ask", json={"question": FERRY}, timeout=120).status_code

    with ThreadPoolExecutor(120) as pool:
        with TURNSTILE, TURNSTILE:  # two others are being answered
            told = [pool.submit(post, i) for i in range(100)]
            while sum(t.done() for t in told) < 100 - WAITING:
                time.sleep(0.05)
        codes = Counter(t.result() for t in told)
    assert codes.keys() == {200, 503}
    assert codes[200] == WAITING


def test_past_its_bound_a_queue_is_busy() -> None:
    turnstile = Turnstile(at_once=1, waiting=1)
    entered = threading.Semaphore(0)
    go_on = threading.Event()

    def wait() -> None:
        with turnstile:
            entered.release()
            go_on.wait(10)

    threads = [threading.Thread(target=wait) for _ in range(2)]
    for thread in threads:
        thread.start()
    entered.acquire(timeout=10)
    while turnstile.inside < 2:
        pass
    with pytest.raises(BusyError, match="ask again"), turnstile:
        pass
    go_on.set()
    for thread in threads:
        thread.join()
    with turnstile:
        assert turnstile.inside == 1


def test_a_file_put_into_the_folder_is_answered_from(
    url: str, corpus: Path, visitors: Visitors
) -> None:
    page = visitors.visit()
    count = sum(path.is_file() for path in corpus.iterdir())
    expect(page.locator(".masthead p")).to_have_text(f"{count} documents")
    (corpus / "mill.txt").write_text("The mill\n\nThe miller of Vestby is called Tora Brandt.\n")
    question = {"question": "What is the miller of Vestby called?"}
    begun = time.monotonic()
    while "Tora Brandt" not in httpx.post(url + "api/ask", json=question, timeout=60).text:
        assert time.monotonic() - begun < 15
        time.sleep(0.2)
    expect(page.locator(".masthead p")).to_have_text(f"{count + 1} documents")
    (corpus / "mill.txt").unlink()
    expect(page.locator(".masthead p")).to_have_text(f"{count} documents")
    assert "Tora Brandt" not in httpx.post(url + "api/ask", json=question, timeout=60).text


def test_a_page_of_another_site_may_not_ask(url: str) -> None:
    for path in ("api/ask", "gradio_api/run/ask", "gradio_api/upload"):
        for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
            reply = httpx.post(url + path, json={"question": "x"}, headers={"origin": origin})
            assert reply.status_code == 403, (path, origin)
    ours = {"origin": url.rstrip("/")}
    asked = httpx.post(url + "api/ask", json={"question": FERRY}, headers=ours, timeout=60)
    assert asked.status_code == 200


def test_ask_is_all_that_is_public(url: str) -> None:
    info = httpx.get(url + "gradio_api/info").json()
    assert set(info["named_endpoints"]) == {"/ask"}
    assert info["unnamed_endpoints"] == {}
    for path in ("gradio_api/file=/etc/hostname", "monitoring", "gradio_api/runs", "docs"):
        assert httpx.get(url + path).status_code == 404
    elsewhere = httpx.get(url, headers={"Host": "rebound.example"})
    assert elsewhere.status_code == 421
    assert "default-src 'self'" in httpx.get(url).headers["content-security-policy"]


def call_mcp(at: str, method: str, params: dict[str, object], **options: Any) -> dict[str, Any]:
    reply = httpx.post(
        at + "mcp",
        json={"jsonrpc": "2.0", "id": 1, "method": method, "params": params},
        headers={"Accept": "application/json, text/event-stream"},
        timeout=60,
        **options,
    )
    reply.raise_for_status()
    made: dict[str, Any] = reply.json()["result"]
    return made


def test_mcp_tools_say_what_they_take_and_return(url: str, asked: Assistant) -> None:
    ask, listed = call_mcp(url, "tools/list", {})["tools"]
    assert (ask["name"], listed["name"]) == ("ask", "list_documents")
    assert all(tool["annotations"]["readOnlyHint"] for tool in (ask, listed))
    takes = ask["inputSchema"]
    assert set(takes["properties"]) == {"question", "earlier", "documents"}
    assert takes["required"] == ["question"]
    assert all(field["description"] for field in takes["properties"].values())
    fields = {field.name for field in dataclasses.fields(Answer)}
    assert set(ask["outputSchema"]["properties"]) == fields

    def call(name: str, **arguments: object) -> dict[str, Any]:
        return call_mcp(url, "tools/call", {"name": name, "arguments": arguments})

    made = call("ask", question=POPULATION)["structuredContent"]
    assert made == json.loads(json.dumps(asked.ask(POPULATION).to_dict()))
    other = call("ask", question=POPULATION, documents=["harbour.txt"])["structuredContent"]
    assert other["status"] == "not_found"
    ids = {d["doc_id"] for d in call("list_documents")["structuredContent"]["result"]}
    assert ids == {d.doc_id for d in asked.documents()}
    empty = call("ask", question=" ")
    assert empty["isError"] and "empty" in empty["content"][0]["text"]


def test_a_login_guards_everything(asked: Assistant, chromium: Browser) -> None:
    app = serve(asked, port=None, block=False, quiet=True, environ={"ASSISTANT_AUTH": "ada:s:cret"})
    try:
        at = app.local_url
        for path in ("config", "gradio_api/info", "mcp", "mcp/", "gradio_api/mcp/"):
            assert httpx.get(at + path).status_code == 401
        assert httpx.post(at + "gradio_api/run/ask", json={"data": ["x"]}).status_code == 401
        assert httpx.post(at + "api/ask", json={"question": "x"}).status_code == 401
        known = {"json": {"question": POPULATION}, "auth": ("ada", "s:cret"), "timeout": 60}
        assert "57,000" in httpx.post(at + "api/ask", **known).text
        known = {"name": "ask", "arguments": {"question": POPULATION}}
        made = call_mcp(at, "tools/call", known, auth=("ada", "s:cret"))
        assert "57,000" in made["structuredContent"]["text"]
        page = chromium.new_page()
        page.goto(at)
        expect(page.get_by_role("heading", name="Ask your documents")).to_be_visible()
        page.get_by_label("username").fill("ada")
        page.get_by_label("password").fill("s:cret")
        page.get_by_role("button", name="Login").click()
        expect(page.locator(".welcome h2")).to_be_visible()
        page.get_by_role("link", name="Log out").click()
        expect(page.get_by_label("password")).to_be_visible()
        assert page.request.get(at + "config").status == 401
        page.close()
    finally:
        app.close()


def test_a_login_that_is_none_is_refused() -> None:
    assert credentials({}) is None
    assert credentials({"ASSISTANT_AUTH": "ada:s:cret"}) == ("ada", "s:cret")
    for wrong in ("ada", "ada:", ":secret"):
        with pytest.raises(SettingError):
            credentials({"ASSISTANT_AUTH": wrong})


def test_a_taken_port_is_one_clear_line(asked: Assistant, url: str) -> None:
    with pytest.raises(SettingError, match="cannot be used"):
        serve(asked, port=urlparse(url).port, block=False, quiet=True, environ={})


# ── with a language model ────────────────────────────────────────────────────────────────────


@contextmanager
def chatting(corpus: Path, index: Path, llm: str, browser: Browser) -> Iterator[Visitors]:
    """Visitors of a chat in which this language model writes."""
    with Assistant.from_corpus(corpus, index=index, llm=llm, llm_timeout=30) as made:
        app = serve(made, port=None, block=False, quiet=True, environ={}, candidates=index / "c")
        visitors = Visitors(browser, app.local_url)
        try:
            yield visitors
        finally:
            for context in visitors.contexts:
                context.close()
            app.close()
        assert visitors.trouble == []


class Paced:
    """A server whose model says one of these pieces more each time that it is let."""

    def __init__(self, *pieces: str) -> None:
        self.pieces, self.go = pieces, threading.Semaphore(0)

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        reply(handler)
        for piece in self.pieces:
            self.go.acquire(timeout=20)
            handler.wfile.write(events(piece))
        self.go.acquire(timeout=20)
        handler.wfile.write(b"data: [DONE]\n\n")


def test_prose_grows_by_checked_sentences(
    corpus: Path, tmp_path: Path, chromium: Browser, asked: Assistant
) -> None:
    answer = asked.ask(POPULATION)
    model = Paced(
        "57,000 people live in <b onclick='alert(1)'>Greenland</b>. [1] ",
        "57,000 people live in Greenland [1]. And one by one they were ",
        "all born in Portugal [1]. Greenland has 57,000 ",
        "of them ![x](javascript:alert(2)) [1].",
    )
    with serving(model) as llm, chatting(corpus, tmp_path, llm, chromium) as visitors:
        page = visitors.visit()
        ask(page, POPULATION)
        expect(page.locator(".short")).to_have_text(answer.text)
        expect(page.locator(".by")).to_contain_text("is writing")
        expect(page.locator(".prose, .tools")).to_have_count(0)
        wait_for_mark(page, answer.quotes[0].start)
        page.locator("a.place").first.focus()
        for _ in range(2):
            model.go.release()
        expect(page.locator(".prose")).to_have_text("57,000 people live in Greenland.1")
        expect(page.locator(".by")).to_contain_text("is writing")
        expect(page.locator("a.place").first).to_be_focused()
        expect(page.locator("a.place").first).to_have_attribute("aria-current", "true")
        box = page.locator("#question textarea")
        box.fill(FERRY)
        box.press("Enter")  # not yet
        for _ in range(3):
            model.go.release()
        expect(page.locator(".by")).to_contain_text("3 sentences struck out")
        expect(page.locator(".by")).to_contain_text("quotes are the source's own words")
        expect(page.locator(".prose")).to_have_text("57,000 people live in Greenland.1")
        expect(page.locator(".turn")).to_have_count(1)
        expect(box).to_have_value(FERRY)
        page.keyboard.press("Escape")
        page.get_by_label("Quote 1").click()
        assert wait_for_mark(page, answer.quotes[0].start)["text"] == answer.quotes[0].text
        assert page.locator("#talk").locator("b, img, [onclick], a:not([href^='#'])").count() == 0
        assert violations(page) == []
        page.get_by_label("Good answer").click()
        expect(page.locator(".kept")).to_be_visible()


def test_a_first_answer_stays_while_it_is_written(tmp_path: Path, chromium: Browser) -> None:
    # The first screen, drawn anew for a document that comes in, took its place.
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "harbour.txt").write_text(HARBOUR, "utf-8")
    model = Paced(f"{SENTENCE[:-1]} [1].")
    with (
        serving(model) as llm,
        Assistant.from_corpus(docs, index=tmp_path / "index", llm=llm, llm_timeout=60) as made,
    ):
        app = serve(made, port=None, block=False, quiet=True, environ={}, candidates=None)
        visitors = Visitors(chromium, app.local_url)
        try:
            page = visitors.visit()
            ask(page, FERRY)
            expect(page.locator(".by")).to_contain_text("is writing")
            first = page.locator("a.place").first
            expect(first).to_have_attribute("aria-current", "true")
            (docs / "another.txt").write_text("Nuuk has a harbour.", "utf-8")
            made.refresh(docs)
            expect(page.locator(".masthead")).to_contain_text("2 documents")
            expect(page.locator(".welcome")).to_have_count(0)
            expect(page.locator(".short")).to_have_count(1)
            for _ in range(2):
                model.go.release()
            expect(page.locator(".prose")).to_contain_text(SENTENCE[:-1])
            expect(first).to_have_attribute("aria-current", "true")
        finally:
            for context in visitors.contexts:
                context.close()
            app.close()


def test_what_a_model_wrote_is_shown_as_text(asked: Assistant) -> None:
    answer = asked.ask(POPULATION)
    wrote = "<script>alert(1)</script> [x](javascript:alert(2)) \u202e"
    hostile = Sentence(wrote, (answer.quotes[0].quote_id,), True)
    turn = view.Turn(dataclasses.replace(answer, sentences=(hostile,)))
    drawn = view.render_talk([turn], judged=False)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:alert(2)) <bdi" in drawn
    assert "<script" not in drawn


def test_a_new_chat_ends_the_writing(corpus: Path, tmp_path: Path, chromium: Browser) -> None:
    model = Paced("57,000 people live in Greenland [1]. ", "It is an island in the Arctic. ")
    with serving(model) as llm, chatting(corpus, tmp_path, llm, chromium) as visitors:
        page = visitors.visit()
        ask(page, POPULATION)
        page.get_by_role("button", name="New chat").click()
        expect(page.locator(".welcome h2")).to_be_visible()
        for _ in range(3):
            model.go.release()
        page.wait_for_timeout(1000)
        expect(page.locator(".turn")).to_have_count(0)
        ask(page, FERRY)
        expect(page.locator(".turn")).to_have_count(1)


def test_a_model_that_fails_leaves_the_answer_and_says_so(
    corpus: Path, tmp_path: Path, chromium: Browser
) -> None:
    with serving(lambda handler: None) as llm:
        pass
    with chatting(corpus, tmp_path, llm, chromium) as visitors:
        page = visitors.visit()
        for question, text in ((POPULATION, "57,000"), (FERRY, "seven")):
            ask(page, question)
            expect(page.locator(".short").last).to_contain_text(text)
            expect(page.locator("#notice .notice")).to_contain_text("cannot be reached")
            expect(page.locator("#notice .notice")).to_contain_text("stands as it was quoted")
        expect(page.locator(".written")).to_have_count(0)


def test_the_real_model_writes(
    corpus: Path, tmp_path: Path, chromium: Browser, asked: Assistant
) -> None:
    pytest.importorskip("xllamacpp", reason="pip install '.[dev]'")
    with served() as llm, chatting(corpus, tmp_path, llm, chromium) as visitors:
        page = visitors.visit()
        for question in (POPULATION, "Who is the Prime Minister of Sweden?"):
            answer = asked.ask(question)
            ask(page, question)
            turn = page.locator(".turn").last
            expect(turn.locator(".tools")).to_be_visible(timeout=60_000)
            expect(turn.locator(".short")).to_have_text(answer.text)
            expect(turn.locator(".by")).to_contain_text(re.compile("Written|What"))
            for number, quote in enumerate(answer.quotes):
                expect(turn.locator("blockquote").nth(number)).to_have_text(quote.text)
            wrote = " ".join(turn.locator(".prose span").all_inner_texts())
            held = " ".join(turn.locator("blockquote").all_inner_texts())
            assert all(f in held for f in re.findall(r"\d[\d,]*\d", wrote))
