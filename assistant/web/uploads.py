"""Takes documents that a visitor brings into the corpus folder and the index, where allowed."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

from assistant.documents import formats
from assistant.errors import AssistantError, CorpusError
from assistant.index.ingest import Progress, Report
from assistant.pipeline import Assistant

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
