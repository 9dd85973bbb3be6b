"""What an index is made with, where it lies, and how it is opened."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.config import Config
from assistant.documents import chunk
from assistant.index.embed import identity
from assistant.index.store import Store


def made_with(config: Config) -> str:
    """What an index depends on: where it was made with something else, it is made anew."""
    cut = f"{chunk.PARAGRAPHS}/{chunk.CHARS} headed, by lines, rows, pages"
    return f"{identity(config.embedding_model)} {cut}"


def open_store(
    folder: Path, index: str | Path | None, config: Config, made_with: str | None
) -> Store:
    """The index of a folder of documents: on the server of the settings, or in a folder."""
    own = Path(index) if index is not None else default_index(folder)
    if config.chroma_url:
        name = config.chroma_name or collection(folder)
        words: Path | None = own / f"words-{name}.sqlite3"
        try:
            own.mkdir(parents=True, exist_ok=True)
        except OSError:  # nothing may be written here: then in memory
            words = None
        return Store.on_server(config.chroma_url, name, made_with, config.chroma_token, words)
    return Store.in_folder(own, made_with)


def is_held(folder: Path, index: str | Path | None, config: Config) -> bool:
    """Whether another process has the index, as far as can be told without opening it."""
    lock = (Path(index) if index is not None else default_index(folder)) / "lock"
    if config.chroma_url or not lock.exists():
        return False
    try:
        FileLock(lock).acquire(timeout=0).lock.release()
    except (Timeout, OSError):
        return True
    return False


def collection(folder: Path) -> str:
    """The name on a server: a folder of the same name elsewhere must not take its place."""
    folder = folder.resolve()
    plain = re.sub(r"[^A-Za-z0-9]+", "-", folder.name).strip("-")[:40] or "root"
    return f"{plain}-{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"


def default_index(folder: Path) -> Path:
    folder = folder.resolve()
    return folder.parent / ".assistant" / (folder.name or "root")
