"""Talks that stay: one SQLite file beside the index, each login's talks apart.

Nothing of it is needed to answer; a file that is damaged is put aside and a new one begun.
"""

from __future__ import annotations

import json
import logging
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.feedback import Verdict
from assistant.records import Answer

TITLE_CHARS = 80  # characters of the first question that name a talk
LAYOUT = """
CREATE TABLE IF NOT EXISTS talks (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, changed TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS turns (
    talk TEXT NOT NULL REFERENCES talks (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    answer TEXT NOT NULL, verdict TEXT, PRIMARY KEY (talk, number));
"""
log = logging.getLogger("assistant")


@dataclass(frozen=True)
class Turn:
    """One question of a talk with its answer, and what the reader thought of it."""

    answer: Answer
    verdict: Verdict | None = None


@dataclass(frozen=True)
class KeptTalk:
    """A talk as a list names it.  `changed` is UTC, in ISO 8601."""

    talk_id: str
    title: str
    changed: str
    questions: tuple[str, ...]


class Talks:
    """The talks of a file.  Each method may be called from any thread.

    `owner` is who is logged in, "" where nobody need be: nobody sees another one's talks.
    """

    def __init__(self, path: Path) -> None:
        """Raises OSError where the file can be neither opened nor made."""
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise OSError(f"{path} cannot be used: {error}") from error
            aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%d%H%M%S}")
            path.replace(aside)
            log.warning("The earlier talks cannot be read; they are in %s.", aside)
            self._prepare()

    def _prepare(self) -> None:
        self.path.touch(mode=0o600)
        with self._open() as db:
            if (found := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise sqlite3.DatabaseError(found)
            db.executescript(LAYOUT)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=10)) as db:
            db.execute("PRAGMA foreign_keys = ON")
            with db:  # one transaction
                yield db

    def keep(self, owner: str, talk_id: str, turns: Sequence[Turn]) -> str:
        """Keep the turns as those of a talk; the talk's name.

        A new talk begins for the name "", and where others than these turns were kept meanwhile, by
        the same talk in another tab."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._open() as db:
            asked = [turn.answer.question for turn in turns]
            known = self._asked(db, talk_id) if self._owns(db, owner, talk_id) else None
            if known not in (asked, asked[:-1]):
                talk_id = secrets.token_urlsafe(12)
                title = " ".join(turns[0].answer.question.split())[:TITLE_CHARS]
                db.execute("INSERT INTO talks VALUES (?, ?, ?, ?)", (talk_id, owner, title, now))
            db.execute("UPDATE talks SET changed = ? WHERE id = ?", (now, talk_id))
            db.execute("DELETE FROM turns WHERE talk = ?", (talk_id,))
            db.executemany(
                "INSERT INTO turns VALUES (?, ?, ?, ?)",
                [
                    (talk_id, i, json.dumps(t.answer.to_dict()), t.verdict)
                    for i, t in enumerate(turns)
                ],
            )
        return talk_id

    def read(self, owner: str, talk_id: str) -> list[Turn]:
        """The turns of a talk; none where there is no such talk, or it is another one's."""
        with self._open() as db:
            if not self._owns(db, owner, talk_id):
                return []
            rows = db.execute(
                "SELECT answer, verdict FROM turns WHERE talk = ? ORDER BY number", (talk_id,)
            )
            return [Turn(Answer.from_dict(json.loads(answer)), v) for answer, v in rows]

    def find(self, owner: str) -> list[KeptTalk]:
        """All talks, the one that changed last first."""
        with self._open() as db:
            asked: dict[str, list[str]] = {}
            for talk_id, question in db.execute(
                "SELECT talk, json_extract(answer, '$.question') FROM turns"
                " JOIN talks ON talk = id WHERE owner = ? ORDER BY number", (owner,)
            ):  # fmt: skip
                asked.setdefault(talk_id, []).append(question)
            rows = db.execute(
                "SELECT id, title, changed FROM talks WHERE owner = ?"
                " ORDER BY changed DESC, rowid DESC", (owner,)
            )  # fmt: skip
            return [
                KeptTalk(i, title, changed, tuple(asked.get(i, ()))) for i, title, changed in rows
            ]

    def rename(self, owner: str, talk_id: str, title: str) -> None:
        if plain := " ".join(title.split())[:TITLE_CHARS]:
            with self._open() as db:
                db.execute(
                    "UPDATE talks SET title = ? WHERE id = ? AND owner = ?", (plain, talk_id, owner)
                )

    def remove(self, owner: str, talk_id: str) -> None:
        with self._open() as db:
            db.execute("DELETE FROM talks WHERE id = ? AND owner = ?", (talk_id, owner))

    @staticmethod
    def _owns(db: sqlite3.Connection, owner: str, talk_id: str) -> bool:
        found = db.execute("SELECT 1 FROM talks WHERE id = ? AND owner = ?", (talk_id, owner))
        return found.fetchone() is not None

    @staticmethod
    def _asked(db: sqlite3.Connection, talk_id: str) -> list[str]:
        rows = db.execute(
            "SELECT json_extract(answer, '$.question') FROM turns WHERE talk = ? ORDER BY number",
            (talk_id,),
        )
        return [question for (question,) in rows]
