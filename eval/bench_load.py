"""Many users at once, over HTTP, of a chat that runs as people run it.

    python eval/bench_load.py [--users 1 16 64] [--seconds 60] [--questions 0] [--corpus DIR]

Starts `assistant chat` in a process of its own and asks `POST /api/ask`: each user the next
question as soon as the last one is answered.  For each number of users: answers a second, p50 and
p95 in seconds, busy (503) and other errors, resident memory.  Beside them one client sends its
question a byte a second and another one goes away before its answer, again and again: they may
harm nobody.  `--questions 10000` asks that many on, and says whether memory grew.  Last a SIGTERM
while questions are being answered: these are finished, and the index is whole.
"""

from __future__ import annotations

import argparse
import itertools
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import numpy as np

from assistant.documents.corpus import load_documents
from assistant.evaluate.questions import load_questions

HERE = Path(__file__).parent
PORT = 7960
URL = f"http://127.0.0.1:{PORT}"
COMMAND = "import sys; from assistant.cli import main; sys.exit(main())"


def ask_for(seconds: float, most: int, users: int, questions: list[str]) -> dict[str, object]:
    """What `users` see who ask for that long, or until `most` questions are answered."""
    following, lock = itertools.count(), threading.Lock()
    took: list[float] = []
    came: Counter[int | str] = Counter()
    end = time.monotonic() + seconds

    def use() -> None:
        with httpx.Client(timeout=120) as client:
            while time.monotonic() < end and (i := next(following)) < most:
                begun = time.monotonic()
                try:
                    reply = client.post(
                        f"{URL}/api/ask", json={"question": questions[i % len(questions)]}
                    )
                    status: int | str = reply.status_code
                except httpx.HTTPError as error:
                    status = type(error).__name__
                with lock:
                    came[status] += 1
                    if status == 200:
                        took.append(time.monotonic() - begun)

    begun = time.monotonic()
    with ThreadPoolExecutor(users) as pool:
        for _ in range(users):
            pool.submit(use)
    p50, p95 = np.percentile(took, [50, 95]) if took else (float("nan"),) * 2
    return {
        "users": users,
        "answers/s": round(len(took) / (time.monotonic() - begun), 2),
        "p50": round(float(p50), 2),
        "p95": round(float(p95), 2),
        "busy": came[503],
        "errors": sum(n for status, n in came.items() if status not in (200, 503)),
    }


@contextmanager
def nuisances(question: str) -> Iterator[None]:
    """One client that sends a byte a second, one that goes away before its answer."""
    ended = threading.Event()
    body = f'{{"question": "{question}"}}'.encode()
    head = f"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"

    def slow() -> None:
        while not ended.is_set():
            with suppress(OSError), socket.create_connection(("127.0.0.1", PORT)) as s:
                for byte in head.encode() + body:
                    s.sendall(bytes([byte]))
                    if ended.wait(1):
                        return

    def vanish() -> None:
        while not ended.wait(1):
            with suppress(OSError), socket.create_connection(("127.0.0.1", PORT)) as s:
                s.sendall(head.encode() + body)

    threads = [threading.Thread(target=run, daemon=True) for run in (slow, vanish)]
    for thread in threads:
        thread.start()
    yield
    ended.set()
    for thread in threads:
        thread.join(5)


def resident(pid: int) -> int:
    """MB of memory that a process holds."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) // 1024  # type: ignore[index]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--users", type=int, nargs="+", default=[1, 16, 64])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--questions", type=int, default=0, help="asked on by 16 users, at last")
    parser.add_argument("--corpus", type=Path, default=HERE.parent / "corpus")
    parser.add_argument("--file", type=Path, default=HERE / "questions.jsonl")
    given = parser.parse_args()
    documents, _ = load_documents(given.corpus)
    questions = [c.question for c in load_questions(given.file, documents) if not c.history]
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder, "index")
        arguments = ["chat", "--port", str(PORT), "--corpus", given.corpus, "--index", index]
        server = subprocess.Popen([sys.executable, "-c", COMMAND, *map(str, arguments)])
        wait_until_up(len(documents))
        httpx.post(f"{URL}/api/ask", json={"question": questions[0]}, timeout=60)
        for users in given.users:
            print(ask_for(given.seconds, 10**9, users, questions), resident(server.pid), "MB")
        with nuisances(questions[0]):
            told = ask_for(given.seconds, 10**9, given.users[0], questions)
            print("beside a slow and a vanishing client", told, resident(server.pid), "MB")
        if given.questions:
            tenth = given.questions // 10
            for _ in range(10):
                told = ask_for(10**9, tenth, 16, questions)
                print(f"{tenth} questions", told, resident(server.pid), "MB", flush=True)
        end_while_asked(server, questions)
        check = ["status", "--corpus", given.corpus, "--index", index]
        subprocess.run([sys.executable, "-c", COMMAND, *map(str, check)], check=True)


def wait_until_up(documents: int) -> None:
    """Until the page answers from all documents: before, it answers from those that are in."""
    while True:
        with suppress(httpx.HTTPError):
            if httpx.get(f"{URL}/health", timeout=5).json()["documents"] == documents:
                return
        time.sleep(0.5)


def end_while_asked(server: subprocess.Popen[bytes], questions: list[str]) -> None:
    with ThreadPoolExecutor(4) as pool:
        url = f"{URL}/api/ask"
        asked = [
            pool.submit(httpx.post, url, json={"question": q}, timeout=60) for q in questions[:2]
        ]
        time.sleep(0.2)
        server.send_signal(signal.SIGTERM)
        came = Counter(
            type(f.exception()).__name__ if f.exception() else f.result().status_code for f in asked
        )
    print("SIGTERM with two questions under way:", dict(came), "exit status", server.wait(60))


if __name__ == "__main__":
    main()
