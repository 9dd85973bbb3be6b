"""The folder of an embedded index: who holds it, what made it, and whether its files are whole.

    lock, holder    one process at a time; `holder` is its number
    state.json      what made the index, and each file's size and checksum as of the last clean end
    chroma/         Chroma's files; knows nothing of what is in them
    words.sqlite3   the inverted index of what is in them; where it is not as it was closed, it is
                    deleted alone

An index is disposable: whatever is found damaged is deleted, and built anew from the documents.
A damaged file can end the process that opens it, so files are compared with `state.json` first,
and after an end that was not clean (a kill, a power cut) another process tries them.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from assistant.errors import InUseError, StoreError

SCHEMA = 4  # raised when what is stored changes its form
PROBE_SECONDS = 600
FULL = 20_000_000  # bytes free on a disk that counts as full
log = logging.getLogger("assistant")

Sums = dict[str, list[int]]  # file -> size in bytes, CRC-32


class Folder:
    """The folder, held until `release`.  `identity` says what the index is made with; None takes
    what is there.  Raises StoreError when the folder is in use or cannot be used."""

    def __init__(self, path: Path, identity: str | None) -> None:
        self.path = path
        self.database = path / "chroma"
        self.words = path / "words.sqlite3"
        try:
            if identity is None and not self.database.is_dir():
                raise StoreError(f"There is no index in {path}: build it with `assistant ingest`.")
            path.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(path / "lock")
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise InUseError(
                f"The index {path} is in use{holder(path)}: end that program, or give this "
                "one an index of its own."
            ) from error
        except OSError as error:
            raise StoreError(f"The index folder {path} cannot be written: {error}.") from error
        try:
            (path / "holder").write_text(str(os.getpid()))
            self.identity = self._checked(identity)
            if self._state().get("words") != (self.words.exists() and checksum(self.words)):
                self.words.unlink(missing_ok=True)
            self._record(None)
        except OSError as error:
            self._lock.release()
            raise StoreError(f"The index folder {path} cannot be written: {error}.") from error
        except BaseException:
            self._lock.release()
            raise

    def _checked(self, identity: str | None) -> str:
        """What the index is made with, once no file is left that should not be opened."""
        state = self._state()
        if identity is None:
            if state.get("schema") != SCHEMA:
                raise StoreError(f"The index {self.path} is of another version: ingest again.")
            identity = str(state["made_with"])
        if not self.database.exists() and not state.get("files"):
            return identity
        if (state.get("schema"), state.get("made_with")) != (SCHEMA, identity):
            self.discard("was made by another model or version")
        elif state["files"] is None:
            if not survives(self.database):
                self.discard("was damaged when a program ended without closing it")
        elif state["files"] != sums(self.database):
            self.discard("is damaged: its files are not as they were closed")
        return identity

    def discard(self, reason: str) -> None:
        """Delete the index, and say why."""
        log.warning("The index %s: building it anew from the documents.", reason)
        shutil.rmtree(self.database)

    def _state(self) -> dict[str, Any]:
        try:
            found = json.loads((self.path / "state.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _record(self, files: Sums | None) -> None:
        """Write the state, `files` being None while the index is open."""
        words = files is not None and self.words.exists() and checksum(self.words)
        state = {
            "schema": SCHEMA, "made_with": self.identity, "files": files, "words": words,
        }  # fmt: skip
        written = self.path / "state.new"
        written.write_text(json.dumps(state), encoding="utf-8")
        written.replace(self.path / "state.json")

    def full(self) -> bool:
        """Whether there is hardly any room left where the index lies."""
        return shutil.disk_usage(self.path).free < FULL

    def bytes(self) -> int:
        """Size of the index on the disk."""
        files = [self.words, *self.database.rglob("*")]
        return sum(p.stat().st_size for p in files if p.is_file())

    def release(self, clean: bool = True) -> None:
        """Let another process have the folder.  clean: its files are closed and whole."""
        if not self._lock.is_locked:
            return
        try:
            if clean:
                self._record(sums(self.database))
        except OSError as error:  # the next start then tries the files before it opens them
            log.warning("The state of the index %s could not be written: %s.", self.path, error)
        finally:
            self._lock.release()


def holder(folder: Path) -> str:
    try:
        pid = int((folder / "holder").read_text())
    except (OSError, ValueError):
        return ""
    return " by another Assistant of this program" if pid == os.getpid() else f" by process {pid}"


def sums(database: Path) -> Sums:
    """Size and checksum of each file; about a second for a gigabyte."""
    files = sorted(p for p in database.rglob("*") if p.is_file())
    return {path.relative_to(database).as_posix(): checksum(path) for path in files}


def checksum(path: Path) -> list[int]:
    """Size in bytes, CRC-32."""
    check = 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            check = zlib.crc32(piece, check)
    return [path.stat().st_size, check]


def survives(database: Path) -> bool:
    """Whether another process can open the database, and finds all in it sound."""
    if not (database / "chroma.sqlite3").exists():
        return not any(database.rglob("*.bin"))  # nothing was written yet
    program = Path(__file__).with_name("probe.py")
    try:
        done = subprocess.run(
            [sys.executable, "-I", program, database],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=PROBE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    if done.returncode:
        log.debug("Probe: %s %s", done.returncode, done.stderr.decode(errors="replace")[-500:])
    return done.returncode == 0
