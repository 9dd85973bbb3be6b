"""Takes documents that a visitor brings into the corpus folder and the index, and removes others,
where that is allowed."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from assistant.documents import formats
from assistant.errors import AssistantError, CorpusError
from assistant.index.ingest import Progress, Report
from assistant.pipeline import Assistant

REMOVED = ".removed"
MAX_SIZE = "20mb"  # of one file
one_at_a_time = threading.Lock()


def take_in(
    assistant: Assistant, folder: Path, files: Sequence[Path], progress: Progress | None = None
) -> Report:
    """Copy files into the corpus folder and bring the index up to date.

    Nothing is copied unless all can be.  Raises CorpusError for a file that is no document or
    whose name is taken: a visitor adds, and replaces nothing.
    """
    with one_at_a_time:
        for file in files:
            check(file, folder)
        for file in files:
            shutil.copyfile(file, folder / file.name)
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
        aside = folder / REMOVED / f"{datetime.now():%Y%m%d-%H%M%S-%f} {path.name}"
        aside.parent.mkdir(exist_ok=True)
        path.rename(aside)
        try:
            assistant.refresh(folder)
        except CorpusError:
            aside.rename(path)
            raise
    return f"Removed {doc_id}; the file is kept in {aside.relative_to(folder)}."


def check(file: Path, folder: Path) -> None:
    if file.suffix.lower() not in formats.SUFFIXES or file.name.startswith("."):
        kinds = ", ".join(sorted(formats.SUFFIXES - {""}))
        raise CorpusError(f"{file.name} is not one of {kinds}.")
    if (folder / file.name).exists():
        raise CorpusError(f"There is a {file.name} already: rename yours.")
    try:
        formats.read(file)
    except (AssistantError, OSError) as error:
        raise CorpusError(f"{file.name}: {error}") from error
