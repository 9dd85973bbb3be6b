"""Files that need a parser, read in a process of their own.

A file that takes too long or too much memory, or on which its parser dies, is left out, and the
next one is read.  Plain text is read here: nothing in it is parsed.

`python -m assistant.documents.isolated` is that process: it reads a request a line from its
standard input and writes a reply a line, both JSON.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Self

from assistant.documents import formats
from assistant.documents.formats import Extract
from assistant.errors import CorpusError

SECONDS, SECONDS_A_MB = 60.0, 60.0  # a long PDF takes a tenth of a second a page
MOST = 2  # files read at a time
MEMORY = 3_000_000_000  # bytes of address space, of which the libraries take one


class IsolatedReader:
    """Reads files one after the other; to be used in a `with` statement.

    >>> with IsolatedReader() as reader:  # doctest: +SKIP
    ...     reader.read(Path("report.pdf")).pages
    (0, 1804)
    """

    def __init__(self, seconds: float = SECONDS, seconds_a_mb: float = SECONDS_A_MB) -> None:
        self._seconds, self._seconds_a_mb = seconds, seconds_a_mb
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def read(self, path: Path, encoding: str = "") -> Extract:
        """As `formats.read`.  Raises CorpusError also for what takes too long."""
        if path.suffix.lower() in formats.TEXTS:
            return formats.read(path, encoding)
        limit = self._seconds + self._seconds_a_mb * path.stat().st_size / 1e6
        if self._process is None or self._process.poll() is not None:
            self._start()
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps([str(path), encoding]) + "\n")
            self._process.stdin.flush()
            reply = self._replies.get(timeout=limit)
        except queue.Empty:
            self._end()
            raise CorpusError(f"takes longer than {limit:.0f} s to read.") from None
        except OSError:
            reply = ""
        if not reply.endswith("\n"):  # it ended, in the midst of a line or before
            self._end()
            raise CorpusError("its parser fails on it.")
        found = json.loads(reply)
        if "error" in found:
            raise CorpusError(found["error"])
        pages, notes = tuple(found.pop("pages")), tuple(found.pop("notes"))
        return Extract(**found, pages=pages, notes=notes)

    def _start(self) -> None:
        path = os.pathsep.join(part or os.getcwd() for part in sys.path)
        self._process = subprocess.Popen(
            # -P: not the folder that it runs in, whose files may have a library's name
            [sys.executable, "-P", "-m", __spec__.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="ascii",
            start_new_session=True,  # Ctrl+C is for us: what it reads is not to be left out
            env={**os.environ, "PYTHONPATH": path},
        )
        self._replies: queue.SimpleQueue[str] = queue.SimpleQueue()
        stream = self._process.stdout
        assert stream is not None
        threading.Thread(target=pass_on, args=(stream, self._replies), daemon=True).start()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                with suppress(OSError):
                    stream and stream.close()
            self._process = None


def read_files(paths: Sequence[Path], encoding: str = "") -> Iterator[Extract | Exception]:
    """Each file as `IsolatedReader.read` gives it, in their order, or the CorpusError or OSError
    that it raises; as many at a time as there are processors, up to `MOST`."""
    idle: queue.SimpleQueue[IsolatedReader] = queue.SimpleQueue()
    with ExitStack() as stack:
        count = max(1, min(MOST, os.cpu_count() or 1))
        pool = ThreadPoolExecutor(count)
        stack.callback(pool.shutdown)  # last, for what reads is ended before
        for _ in range(count):
            idle.put(stack.enter_context(IsolatedReader()))

        def read(path: Path) -> Extract | Exception:
            reader = idle.get()
            try:
                return reader.read(path, encoding)
            except (CorpusError, OSError) as error:
                return error
            finally:
                idle.put(reader)

        stack.callback(pool.shutdown, wait=False, cancel_futures=True)
        yield from pool.map(read, paths)


def pass_on(stream: IO[str], replies: queue.SimpleQueue[str]) -> None:
    """Every line as it comes, and "" at the end."""
    with suppress(ValueError, OSError):  # closed meanwhile
        for line in stream:
            replies.put(line)
    replies.put("")


def reply_to_requests() -> None:
    with suppress(ImportError, ValueError, OSError):  # where there are such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    out = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # what a parser prints is no reply
    for line in sys.stdin:
        path, encoding = json.loads(line)
        try:
            reply = asdict(formats.read(Path(path), encoding))
        except (CorpusError, OSError, MemoryError) as error:
            reply = {"error": str(error) or "too large for the memory."}
        out.write(json.dumps(reply) + "\n")
        out.flush()


if __name__ == "__main__":
    reply_to_requests()
