"""From Enter to the answer on the page, beside the pure `ask`, in milliseconds of this machine.

    python eval/bench_page.py [--corpus DIR] [--questions FILE] [--limit N]

Asks the first N questions that need no history twice in one run: of the assistant itself, and typed
into the page in Chromium (Playwright, as the tests have it) over a real server, each in a new talk.
Times are from the key to the moment that the answer stands on the page.  Neither repeats what the
other has in memory: the reader keeps nothing between questions.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from assistant import Assistant
from assistant.evaluate.questions import load_questions
from assistant.web import serve

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=HERE / "genres" / "docs")
    parser.add_argument("--questions", type=Path, default=HERE / "genres" / "questions.jsonl")
    parser.add_argument("--limit", type=int, default=40)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Assistant.from_corpus(given.corpus, index=folder) as assistant,
        sync_playwright() as playwright,
    ):
        cases = load_questions(given.questions, assistant.documents())
        asked = [c.question for c in cases if not c.history][: given.limit]
        app = serve(assistant, port=None, block=False, quiet=True, environ={}, examples=["?"])
        path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(app.local_url)
        page.wait_for_function("window.assistantPage")
        page.wait_for_timeout(10_000)  # the first screen has read what it shows
        assistant.ask(asked[0])  # the first question also warms up
        pure, seen = [], []
        for question in asked:
            begun = time.perf_counter()
            assistant.ask(question)
            pure.append(1000 * (time.perf_counter() - begun))
            page.get_by_role("textbox", name="Your question").fill(question)
            begun = time.perf_counter()
            page.keyboard.press("Enter")
            page.locator("#turn-0 .said").wait_for()
            seen.append(1000 * (time.perf_counter() - begun))
            page.get_by_role("button", name="New chat").click()
            page.locator(".welcome h2").wait_for()
        browser.close()
        app.close()
    for name, values in (("ask", pure), ("Enter to answer", seen)):
        p50, p95 = np.percentile(values, [50, 95])
        print(f"{name:16} p50 {p50:6.0f}  p95 {p95:6.0f}")
    ratio = np.median(np.array(seen) / np.array(pure))
    print(f"a question takes {ratio:.2f} times as long (median), of {len(asked)}")


if __name__ == "__main__":
    main()
