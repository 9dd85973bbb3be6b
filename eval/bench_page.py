"""From Enter to the answer on the page, beside the pure `ask`, in milliseconds of this machine.

    python eval/bench_page.py [--corpus DIR] [--questions FILE] [--limit N]

Asks N questions that need no history, drawn at random, in turn of the assistant itself and typed
into the page in Chromium (Playwright, as the tests have it) over a real server, each in a new talk.
Times are from the key to the moment that the answer stands on the page.  No question is asked both
ways: what was read once is in memory.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from itertools import cycle
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from assistant import Assistant
from assistant.evaluate.questions import load_questions
from assistant.web import serve
from assistant.web.endpoint import Turnstile

HERE = Path(__file__).parent


def wait_until_idle(page: Page, turnstile: Turnstile) -> None:
    """Until nobody asks any more: the page tries questions that it may offer."""
    still = 0
    while still < 10:
        page.wait_for_timeout(250)
        still = 0 if turnstile.inside else still + 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=HERE / "genres" / "docs")
    parser.add_argument("--questions", type=Path, default=HERE / "genres" / "questions.jsonl")
    parser.add_argument("--limit", type=int, default=60)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Assistant.from_corpus(given.corpus, index=folder) as assistant,
        sync_playwright() as playwright,
    ):
        cases = load_questions(given.questions, assistant.documents())
        asked = [c.question for c in cases if not c.history]
        random.Random(0).shuffle(asked)
        asked = asked[: given.limit]
        turnstile = Turnstile()
        app = serve(assistant, port=None, block=False, quiet=True, environ={}, turnstile=turnstile)
        path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(app.local_url)
        page.wait_for_function("window.assistantPage")
        wait_until_idle(page, turnstile)
        pure, seen = [], []
        for typed, question in zip(cycle([False, True]), asked, strict=False):
            if typed:
                page.get_by_role("textbox", name="Your question").fill(question)
            begun = time.perf_counter()
            if typed:
                page.keyboard.press("Enter")
                page.locator("#turn-0 .said").wait_for()
            else:
                assistant.ask(question)
            (seen if typed else pure).append(1000 * (time.perf_counter() - begun))
            if typed:
                page.get_by_role("button", name="New chat").click()
                page.locator(".welcome h2").wait_for()
                wait_until_idle(page, turnstile)
        browser.close()
        app.close()
    for name, values in (("ask", pure), ("Enter to answer", seen)):
        p50, p95 = np.percentile(values, [50, 95])
        print(f"{name:16} p50 {p50:6.0f}  p95 {p95:6.0f}")
    print(f"p50 on the page: {np.median(seen) / np.median(pure):.2f} times that of ask")


if __name__ == "__main__":
    main()
