"""Takes documents that a visitor brings into the corpus folder and the index, and removes others,
where that is allowed."""

from __future__ import annotations

import filecmp
import shutil
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from assistant.documents import formats
from assistant.documents.isolated import IsolatedReader
from assistant.errors import AssistantError, CorpusError
from assistant.index.ingest import Progress, Report
from assistant.pipeline import Assistant

REMOVED = ".removed"  # folder in the corpus folder; hidden, so it is not read
MAX_SIZE = "20mb"  # of one file
one_at_a_time = threading.Lock()


def take_in(
    assistant: Assistant, folder: Path, files: Sequence[Path], progress: Progress | None = None
) -> Report:
    """Copy files into the corpus folder and bring the index up to date.

    A file of a name that is there replaces it, and the one before goes to `REMOVED`.  Nothing is
    copied unless all can be.  Raises CorpusError for a file that is no document.
    """
    if len({file.name for file in files}) < len(files):
        raise CorpusError("Two of these files have one name: rename one.")
    with one_at_a_time:
        with IsolatedReader() as reader:
            for file in files:
                check(file, reader, assistant.config.encoding)
        for file in files:
            there = folder / file.name
            same = there.exists() and filecmp.cmp(file, there, shallow=False)
            if not same:
                part = folder / f".{file.name}.part"  # hidden: nothing reads half a file
                shutil.copyfile(file, part)
                if there.exists():
                    move_aside(there, folder)
                part.replace(there)
        return assistant.refresh(folder, progress)


def put_aside(assistant: Assistant, folder: Path, doc_id: str) -> str:
    """Remove a document from the folder and the index; a sentence on where its file is now.

    The file goes to the hidden folder `REMOVED`, which is not read, under the time and its name, so
    nothing is lost.  Raises CorpusError for a document that is not there.
    """
    with one_at_a_time:
        path = folder / assistant.document(doc_id).doc_id  # that it is one, and lies in the folder
        if not path.is_file():
            raise CorpusError(f"There is no file {doc_id} any more.")
        aside = move_aside(path, folder)
        try:
            assistant.refresh(folder)
        except CorpusError:
            aside.rename(path)
            raise
    return f"Removed {doc_id}; the file is kept in {aside.relative_to(folder)}."


def move_aside(path: Path, folder: Path) -> Path:
    aside = folder / REMOVED / f"{datetime.now():%Y%m%d-%H%M%S-%f} {path.name}"
    aside.parent.mkdir(exist_ok=True)
    return path.rename(aside)


def check(file: Path, reader: IsolatedReader, encoding: str) -> None:
    if file.suffix.lower() not in formats.SUFFIXES or file.name.startswith("."):
        kinds = ", ".join(sorted(formats.SUFFIXES - {""}))
        raise CorpusError(f"{file.name} is not one of {kinds}.")
    try:
        reader.read(file, encoding)
    except (AssistantError, OSError) as error:
        raise CorpusError(f"{file.name}: {error}") from error
