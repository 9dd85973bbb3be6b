"""Words -> chunks that hold them, ranked by BM25: an inverted index in a file of SQLite (FTS5).

Derived from the documents that `store` holds, which brings it level with them before it is asked
and drops what it finds that is not there any more: so it cannot disagree with the documents.
"""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant.language.english import listed
from assistant.language.fold import fold
from assistant.records import Chunk

MOST_RANKED = 5000  # chunks ranked for a question: rarer words come first, the rarest always
WAIT = 30.0  # seconds for another process that writes to the file

WORDS = re.compile(r"\w\w+")

# Words of the question that are not looked for: Lucene's list of English, without "a".  To leave
# out question words as well costs right answers: eval/LOG.md.
STOP = listed(
    "an and are as at be but by for if in into is it no not of on or such that the their then "
    "there these they this to was will with"
)
TABLES = (
    "CREATE TABLE made_with (identity TEXT)",
    # `first` to `last` are its rows in chunks
    "CREATE TABLE documents (doc_id TEXT PRIMARY KEY, sha256 TEXT, first INTEGER, last INTEGER)",
    "CREATE VIRTUAL TABLE chunks USING fts5"
    "(chunk_id UNINDEXED, text, tokenize = 'porter unicode61 remove_diacritics 2')",
)


class Lexical:
    """The inverted index in a file, or in memory where `path` is None.

    `identity` says with what the chunks were made: a file that holds others is made anew, as is a
    damaged one.  All methods raise sqlite3.DatabaseError; `discard` mends what is damaged.  It may
    be used from several threads, and the file by several processes.
    """

    def __init__(self, path: Path | None, identity: str) -> None:
        self._path, self._identity = path, identity
        self._lock = threading.RLock()
        try:
            self._file = self._open()
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            self._delete()
            self._file = self._open()

    def _open(self) -> sqlite3.Connection:
        file = sqlite3.connect(
            self._path or ":memory:", timeout=WAIT, isolation_level=None, check_same_thread=False
        )
        try:
            file.execute("PRAGMA synchronous = OFF")  # what a power cut harms is made anew
            with transaction(file):
                if file.execute("PRAGMA quick_check").fetchone() != ("ok",):
                    raise sqlite3.DatabaseError("damaged")
                if not file.execute("SELECT 1 FROM sqlite_schema").fetchone():
                    for statement in TABLES:
                        file.execute(statement)
                    file.execute("INSERT INTO made_with VALUES (?)", [self._identity])
                if file.execute("SELECT identity FROM made_with").fetchone() != (self._identity,):
                    raise sqlite3.DatabaseError("of another version")
        except BaseException:
            file.close()
            raise
        return file

    def level(self, digests: Mapping[str, str], cut: Callable[[str], Sequence[Chunk]]) -> None:
        """Hold the words of exactly these documents (doc_id -> sha256).

        cut: doc_id -> its chunks, of a document that is missing here
        """
        with self._lock:
            here = dict(self._file.execute("SELECT doc_id, sha256 FROM documents").fetchall())
        for doc_id in here.keys() | digests.keys():
            if here.get(doc_id) != digests.get(doc_id):
                self._put(doc_id, digests.get(doc_id, ""), cut(doc_id) if doc_id in digests else ())

    def _put(self, doc_id: str, sha256: str, chunks: Sequence[Chunk]) -> None:
        with self._lock, transaction(self._file):
            place = self._file.execute(
                "SELECT first, last FROM documents WHERE doc_id = ?", [doc_id]
            ).fetchone()
            if place:
                self._file.execute("DELETE FROM chunks WHERE rowid BETWEEN ? AND ?", place)
                self._file.execute("DELETE FROM documents WHERE doc_id = ?", [doc_id])
            if not sha256:
                return
            (last,) = self._file.execute("SELECT coalesce(max(last), 0) FROM documents").fetchone()
            self._file.executemany(
                "INSERT INTO chunks (rowid, chunk_id, text) VALUES (?, ?, ?)",
                [(last + n, c.chunk_id, c.text) for n, c in enumerate(chunks, start=1)],
            )
            self._file.execute(
                "INSERT INTO documents VALUES (?, ?, ?, ?)",
                [doc_id, sha256, last + 1, last + len(chunks)],
            )

    def search(self, question: str, k: int, only: Sequence[str] = ()) -> list[str]:
        """Ids of up to `k` chunks that hold words of the question, best first; of the documents
        `only`, if any are named."""
        return self.look_up(question, k, only)[0]

    def look_up(
        self, question: str, k: int, only: Sequence[str] = ()
    ) -> tuple[list[str], dict[str, int], int]:
        """What `search` gives; the words of the question that were looked for, in its order, each
        with its `count`; and how many chunks there are."""
        words = WORDS.findall(fold(question))
        words = list(dict.fromkeys(w for w in words if w not in STOP)) or words
        asked = "SELECT coalesce(sum(last - first + 1), 0) FROM documents"
        with self._lock:
            whole = int(self._file.execute(asked).fetchone()[0])
            count = {word: self.count(word) for word in words}
            wanted: list[str] = []
            room = MOST_RANKED
            for word in sorted(filter(count.get, count), key=lambda w: count[w]):
                if not wanted or count[word] <= room:
                    wanted.append(f'"{word}"')
                    room -= count[word]
            if not wanted:
                return [], count, whole
            within = (
                "AND EXISTS (SELECT 1 FROM documents WHERE chunks.rowid BETWEEN first AND last"
                " AND doc_id IN (SELECT value FROM json_each(?)))"
            )
            rows = self._file.execute(
                f"SELECT chunk_id FROM chunks WHERE chunks MATCH ? {within if only else ''}"
                " ORDER BY rank, chunk_id LIMIT ?",
                [" OR ".join(wanted), *([json.dumps(list(only))] if only else []), k],
            )
            return [name for (name,) in rows], count, whole

    def count(self, word: str) -> int:
        """In how many chunks a word, of letters and figures, stands in any form."""
        asked = "SELECT count(*) FROM chunks WHERE chunks MATCH ?"
        with self._lock:
            return int(self._file.execute(asked, [f'"{word}"']).fetchone()[0])

    def discard(self) -> None:
        """Empty it, whatever has become of the file."""
        with self._lock:
            self.close()
            self._delete()
            self._file = self._open()

    def _delete(self) -> None:
        if self._path:
            self._path.unlink(missing_ok=True)
            self._path.with_name(f"{self._path.name}-journal").unlink(missing_ok=True)

    def close(self) -> None:
        with self._lock:
            self._file.close()


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether it lies in what the file holds, rather than in room, rights or another process."""
    return not isinstance(error, sqlite3.OperationalError) or str(error).startswith("no such")


@contextmanager
def transaction(file: sqlite3.Connection) -> Iterator[None]:
    file.execute("BEGIN IMMEDIATE")  # at once: two processes may be about to write
    try:
        yield
        file.execute("COMMIT")
    except BaseException:
        if file.in_transaction:
            file.execute("ROLLBACK")
        raise
