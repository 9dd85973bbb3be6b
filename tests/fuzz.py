"""Coverage-guided fuzzing of what reads files: a program of its own.

    pip install atheris
    python -m tests.fuzz files CORPUS -max_total_time=600
    python -m tests.fuzz questions CORPUS -max_total_time=600

CORPUS is a folder that keeps what was found to reach new lines; it begins with small files of each
kind.  Whatever follows goes to libFuzzer.  Ends with the input that raised something else than an
AssistantError, or that took longer than a minute.  `files` are those that Python reads: mails,
PDFs, Markdown, and what is done to the text of all others; `questions` is the eval set's file.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import atheris  # of no lock: it is built for few platforms

with atheris.instrument_imports(include=["assistant", "email", "pdfplumber", "pdfminer"]):
    import email.policy  # noqa: F401

    import pdfminer.high_level  # noqa: F401
    import pdfplumber  # noqa: F401

    from assistant.documents import formats
    from assistant.documents.chunk import cut_chunks, find_context
    from assistant.documents.corpus import make_document
    from assistant.errors import AssistantError
    from assistant.evaluate.questions import (
        OPTIONAL,
        REQUIRED,
        SPEECH_KEYS,
        load_questions,
        load_speakers,
    )

from tests.hostile import KINDS, make

SUFFIXES = (".pdf", ".eml", ".md", ".txt")
DOCUMENT = make_document("a.txt", "A text. Ann said: “It is so.”")


def read_file(data: bytes) -> None:
    """The first byte says which kind."""
    if not data:
        return
    suffix = SUFFIXES[data[0] % len(SUFFIXES)]
    path = Path(FOLDER) / f"file{suffix}"
    path.write_bytes(data[1:])
    with suppress(AssistantError):
        found = formats.read(path)
        document = make_document(path.name, found)
        for chunk in cut_chunks(document):
            find_context(document, chunk)
            for at, a, b in chunk.parts:
                assert chunk.text[at : at + b - a] == document.text[a:b]
        for start, end in document.sentences:
            assert 0 <= start < end <= len(document.text)


KEYS = (*REQUIRED, *OPTIONAL, *SPEECH_KEYS, "other")
VALUES = ("A text.", "Ann", "It is so.", "fact", "all", "a.txt", "", None, 1, [], {}, [["Ann"]])


def read_questions(data: bytes) -> None:
    """As it is; and as lines whose keys and values it chooses."""
    path = Path(FOLDER) / "questions.jsonl"
    taken = atheris.FuzzedDataProvider(data)

    def value(deep: int = 0) -> object:
        kind = taken.ConsumeIntInRange(0, 9)
        if kind < 6 or deep > 3:
            return VALUES[taken.ConsumeIntInRange(0, len(VALUES) - 1)]
        if kind < 8:
            return [value(deep + 1) for _ in range(taken.ConsumeIntInRange(0, 3))]
        return taken.ConsumeUnicode(40)

    lines = [
        {KEYS[taken.ConsumeIntInRange(0, len(KEYS) - 1)]: value() for _ in range(9)}
        for _ in range(3)
    ]
    for content in (data, "\n".join(map(json.dumps, lines)).encode()):
        path.write_bytes(content)
        for load in (load_questions, load_speakers):
            with suppress(AssistantError):
                load(path, [DOCUMENT])


def seed_files(corpus: Path) -> None:
    corpus.mkdir(parents=True, exist_ok=True)
    rows = [b'{"id": "a", "question": "Who said so?", "answers": ["Ann"], "support": ["A text."]}']
    (corpus / "questions").write_bytes(b"\n".join(rows))
    for n, (_, name, content) in enumerate(make(len(KINDS) * 10)):
        suffix = Path(name).suffix
        if suffix in SUFFIXES and len(content) < 20_000:
            (corpus / f"seed{n}").write_bytes(bytes([SUFFIXES.index(suffix)]) + content)


def main() -> None:
    global FOLDER
    kind, corpus = sys.argv[1], Path(sys.argv[2])
    seed_files(corpus)
    with tempfile.TemporaryDirectory() as FOLDER:
        limits = ["-timeout=60", "-rss_limit_mb=3000", "-max_len=20000"]
        atheris.Setup(
            [sys.argv[0], str(corpus), *limits, *sys.argv[3:]],
            {"files": read_file, "questions": read_questions}[kind],
        )
        atheris.Fuzz()


FOLDER = ""

if __name__ == "__main__":
    main()
