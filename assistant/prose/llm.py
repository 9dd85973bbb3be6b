"""The language model: the only module that imports LlamaIndex's LLM classes.

`ollama:llama3.2`, `openai-like:http://127.0.0.1:8080/v1#model` or `openai:gpt-4o-mini`; each class
comes with an extra and is imported only when asked for.  Whatever goes wrong is a
LanguageModelError that says so in one line.  Knows nothing of prompts, questions or documents.
"""

from __future__ import annotations

import os
import queue
import re
import threading
import time
from collections.abc import Iterator
from typing import Any

from assistant.errors import LanguageModelError, SettingError

MODEL_KINDS = {"ollama": "a model's name", "openai-like": "URL#MODEL", "openai": "a model's name"}
LONGEST_REPLY = 4000  # characters read of one reply; prose of three sentences has some 500
TOKENS = 400  # asked for at most, where the server heeds it


class LanguageModel:
    """A language model that is asked over HTTP.  `timeout`: seconds for one whole reply.

    Nothing is connected until it is asked.  Raises SettingError for a name that cannot be, and
    when the extra that it needs is not installed.
    """

    def __init__(self, name: str, timeout: float) -> None:
        kind, _, rest = name.partition(":")
        model = rest.partition("#")[2] if kind == "openai-like" else rest
        if kind not in MODEL_KINDS or not model:
            forms = ", ".join(f"{k}:{form}" for k, form in MODEL_KINDS.items())
            raise SettingError(f"llm cannot be {name!r}: it takes {forms}.")
        self.name, self.timeout = re.sub(r"//[^/@]*@", "//", name), timeout
        try:
            self._make = maker(kind, rest, timeout)
        except ImportError as error:
            raise SettingError(
                f"llm={self.name} needs more: pip install 'grounded-assistant[{kind}]'."
            ) from error
        self._llm: Any = None
        self._lock = threading.Lock()

    def write(self, system: str, user: str) -> Iterator[str]:
        """The reply, piece by piece as it comes; one without end is cut off after `LONGEST`
        characters.  Raises LanguageModelError when none comes, or its end not in time."""
        # A thread reads, so that a server that trickles bytes without end holds nobody up.
        pieces: queue.Queue[str | Exception | None] = queue.Queue()
        stop = threading.Event()

        def read() -> None:
            try:
                for piece in self._chat(system, user):
                    pieces.put(piece)
                    if stop.is_set():
                        return
                pieces.put(None)
            except Exception as error:  # any of three client libraries' many
                pieces.put(error)

        threading.Thread(target=read, daemon=True).start()
        deadline, length, empty = time.monotonic() + self.timeout, 0, True
        try:
            while length < LONGEST_REPLY:
                try:
                    piece = pieces.get(timeout=max(0.0, deadline - time.monotonic()))
                except queue.Empty:
                    raise LanguageModelError(
                        f"The language model {self.name} took more than {self.timeout:g} s."
                    ) from None
                if piece is None:
                    break
                if isinstance(piece, Exception):
                    raise LanguageModelError(self._reason(piece)) from piece
                yield piece[: LONGEST_REPLY - length]
                length += len(piece)
                empty = empty and not piece.strip()
        finally:
            stop.set()
        if empty:
            raise LanguageModelError(f"The language model {self.name} gave an empty answer.")

    def _chat(self, system: str, user: str) -> Iterator[str]:
        from llama_index.core.llms import ChatMessage

        with self._lock:
            if self._llm is None:
                self._llm = self._make()
        said = [ChatMessage(role="system", content=system), ChatMessage(role="user", content=user)]
        for reply in self._llm.stream_chat(said):
            if reply.delta:
                yield str(reply.delta)

    def _reason(self, error: Exception) -> str:
        if isinstance(error, LanguageModelError):
            return str(error)
        chain: list[BaseException] = [error]
        while following := chain[-1].__cause__ or chain[-1].__context__:
            chain.append(following)
        if any("Timeout" in type(e).__name__ for e in chain):
            return f"The language model {self.name} took more than {self.timeout:g} s."
        if any(isinstance(e, ConnectionError) or "Connect" in type(e).__name__ for e in chain):
            return f"The language model {self.name} cannot be reached: is its server running?"
        if getattr(error, "status_code", None) in (401, 403):  # its words may repeat the key
            return f"The language model {self.name} refused the key: is it the right one?"
        line = " ".join(str(error).split())[:200]
        return f"The language model {self.name} failed: {line or type(error).__name__}"


def maker(kind: str, rest: str, timeout: float) -> Any:
    """A function that makes the LlamaIndex object.  Raises ImportError without the extra."""
    if kind == "ollama":
        from llama_index.llms.ollama import Ollama

        where = os.environ.get("OLLAMA_HOST", "http://127.0.0.1:11434")
        where = where if "://" in where else f"http://{where}"
        options = {"num_predict": TOKENS}
        return lambda: Ollama(
            model=rest, base_url=where, request_timeout=timeout, temperature=0.0,
            context_window=8192, additional_kwargs=options, thinking=False,
        )  # fmt: skip
    common: dict[str, Any] = {
        "temperature": 0.0, "max_tokens": TOKENS, "timeout": timeout, "max_retries": 0
    }  # fmt: skip
    if kind == "openai-like":
        from llama_index.llms.openai_like import OpenAILike

        url, _, model = rest.partition("#")
        # Never OPENAI_API_KEY, which LlamaIndex would take by itself: it is another server's.
        key = os.environ.get("ASSISTANT_LLM_KEY", "none")
        return lambda: OpenAILike(
            model=model, api_base=url, api_key=key, is_chat_model=True, **common
        )
    from llama_index.llms.openai import OpenAI

    def made() -> Any:
        if not os.environ.get("OPENAI_API_KEY"):
            raise LanguageModelError(f"openai:{rest} needs a key: set OPENAI_API_KEY.")
        return OpenAI(model=rest, **common)

    return made
