"""Plain HTTP beside the page: `POST /api/ask` and `GET /health`, in JSON.

    curl -s localhost:7860/api/ask -H 'content-type: application/json' \\
      -d '{"question": "Who is the harbour master?"}'

A caller's mistake is answered with 4xx and `{"error": "one line that says what to do"}`.
"""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import threading
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from assistant.errors import AssistantError, BusyError, QuestionError
from assistant.index.watch import Follower
from assistant.pipeline import Assistant, finish_writing
from assistant.records import Answer

AT_ONCE = 2  # questions read at the same time: more only slow each other down
WAITING = 64  # questions that wait for their turn; further ones are told to come back
EARLIER = 8  # earlier questions that are answered anew to resolve a follow-up
MAX_BODY = 64_000  # bytes
FIELDS = {"question", "earlier", "documents"}


class Turnstile:
    """Lets a few in at a time, in the order of the lock, and turns away whoever finds too many
    waiting: `with turnstile: …` raises BusyError then."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._slots, self._lock = threading.Semaphore(at_once), threading.Lock()
        self._most, self.inside = at_once + waiting, 0  # inside: being answered or waiting

    def __enter__(self) -> None:
        with self._lock:
            if self.inside >= self._most:
                raise BusyError("Too many questions are waiting: ask again in a moment.")
            self.inside += 1
        self._slots.acquire()

    def __exit__(self, *_: object) -> None:
        self._slots.release()
        with self._lock:
            self.inside -= 1


def ask_with_history(
    assistant: Assistant,
    turnstile: Turnstile,
    question: str,
    earlier: Sequence[str] = (),
    documents: Sequence[str] = (),
) -> Answer:
    """The answer to a question, the last few of the earlier ones answered anew before it."""
    history: list[Answer] = []
    for asked in earlier[-EARLIER:]:
        with turnstile:
            history.append(next(assistant.stream(asked, history, documents)))
    answers = assistant.stream(question, history, documents)
    with turnstile:  # only while we read: a language model's time is its server's
        made = next(answers)
    return finish_writing(made, answers)


def drop_surrogates(question: str | None) -> str:
    """The question without halves of surrogate pairs, which no text file or socket can carry."""
    if not isinstance(question, str):
        raise QuestionError("The question is empty: type one.")
    return question.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def make_routes(
    assistant: Assistant,
    turnstile: Turnstile,
    login: tuple[str, str] | None = None,
    follower: Follower | None = None,
    threads: Executor | None = None,
) -> list[Route]:
    """The routes; with a `login` (user, password) asking wants it as HTTP basic authentication.
    While a `follower` takes documents in, the answers say so.  `threads` in which to ask."""
    expected = b"Basic " + base64.b64encode(":".join(login).encode()) if login else b""

    async def ask(request: Request) -> JSONResponse:
        given = request.headers.get("authorization", "").encode()
        if expected and not secrets.compare_digest(given, expected):
            return refuse("Log in.", 401, {"WWW-Authenticate": "Basic"})
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > MAX_BODY:
                return refuse(f"More than {MAX_BODY:,} bytes: ask less at once.", 413)
        try:
            wanted = read_body(body)
            asking = partial(ask_with_history, assistant, turnstile, **wanted)
            answer = await asyncio.get_running_loop().run_in_executor(threads, asking)
        except BusyError as error:
            return refuse(str(error), 503, {"Retry-After": "5"})
        except AssistantError as error:
            return refuse(str(error), 422)
        except ValueError as error:
            return refuse(str(error), 400)
        return JSONResponse(with_note(answer, follower).to_dict())

    async def health(_: Request) -> JSONResponse:
        count = await asyncio.to_thread(assistant.count_documents)
        return JSONResponse({"status": "ok", "documents": count})

    return [Route("/api/ask", ask, methods=["POST"]), Route("/health", health, methods=["GET"])]


def make_threads() -> Executor:
    """More of them than the turnstile lets wait, so that it is the turnstile that turns away."""
    return ThreadPoolExecutor(AT_ONCE + WAITING + 4, "ask")


def with_note(answer: Answer, follower: Follower | None) -> Answer:
    """The answer, with a word on documents that are still being read."""
    still = follower.note if follower else ""
    return replace(answer, note=f"{answer.note} {still}".strip()) if still else answer


def read_body(body: bytes) -> dict[str, Any]:
    """The fields of a request.  Raises ValueError, in one line, for what is none."""
    try:
        wanted = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError('The body is no JSON: send {"question": "…"}.') from None
    if not isinstance(wanted, dict) or not isinstance(wanted.get("question"), str):
        raise ValueError('"question" is missing or no text: send {"question": "…"}.')
    if unknown := sorted(map(str, wanted.keys() - FIELDS)):
        raise ValueError(f'"{unknown[0]}" is no field: there are {", ".join(sorted(FIELDS))}.')
    for name in ("earlier", "documents"):
        value = wanted.setdefault(name, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise ValueError(f'"{name}" is no list of texts.')
    for value in [wanted["question"], *wanted["earlier"], *wanted["documents"]]:
        if not value.isprintable() and any(0xD800 <= ord(c) <= 0xDFFF for c in value):
            raise ValueError("Half a surrogate pair is no character: send UTF-8.")
    return wanted


def refuse(reason: str, status: int, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": reason}, status, headers)
