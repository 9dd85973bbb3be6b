"""How the index grows: ingest rate, memory, size, the time of a question, and quality.

    python eval/bench_scale.py [--chunks 1 1000 10000] [--articles FILE] [--filler FILE ...]
                               [--keep FOLDER]

Each size is built and asked in processes of their own.  The corpus is the default article, the
articles of a SQuAD file where one is given, and filler up to the size: of other SQuAD files some
sentences from each sentence on, or paragraphs made of the article's words.

Filler from files is really embedded: 100,000 chunks take half an hour.  Made-up filler gets random
vectors.  The bare embedding rate is measured on its own.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from kit import CORPUS, QUESTIONS, ROOT, Row, cases_of, draw, make_parser, read_rows, read_squad

from assistant.config import Config
from assistant.documents.corpus import load_documents, make_document
from assistant.evaluate.measures import percentile, token_f1
from assistant.evaluate.plots import growth_plot, standalone
from assistant.index.embed import Embedder, Vectors
from assistant.index.ingest import ingest
from assistant.index.open import made_with
from assistant.index.store import Store
from assistant.language.fold import fold
from assistant.pipeline import Assistant
from assistant.reading.read import Reader
from assistant.reading.retrieve import PER_SIDE
from assistant.records import Document

EMBED = 200  # chunks on which the bare embedding rate is measured
MADE_UP = "Made up. "  # stands in each made-up paragraph
DIMENSIONS = 384
PARAGRAPHS = 30  # of a document of filler
ASKED = 40  # questions on the article
ASKED_MORE = 60  # questions on the other articles


class Filler:
    """Documents of filler, and an embedder that knows the vectors of what was made up."""

    def __init__(self, embedder: Embedder, files: Sequence[Path]) -> None:
        self._embedder = embedder
        self._files = files
        self._noise = np.random.default_rng(0)

    def documents(self, chunks: int) -> Iterator[Document]:
        """So many chunks: one paragraph fills one."""
        found = neighbours(self._files) if self._files else made_up()
        for first in range(0, chunks, PARAGRAPHS):
            part = list(itertools.islice(found, min(PARAGRAPHS, chunks - first)))
            if not part:
                raise SystemExit(f"The filler ends at {first} paragraphs: name more files.")
            yield make_document(f"filler/{first:07}.txt", "\n\n".join(part))

    def encode(self, texts: Sequence[str]) -> Vectors:
        made = np.array([MADE_UP in text for text in texts], dtype=bool)
        found = self._noise.standard_normal((len(texts), DIMENSIONS)).astype(np.float32)
        found /= np.linalg.norm(found, axis=1, keepdims=True)
        real = [text for text, is_made in zip(texts, made, strict=True) if not is_made]
        if real:
            found[~made] = self._embedder.encode(real)
        return found


def neighbours(files: Sequence[Path]) -> Iterator[str]:
    """The text of SQuAD files, of each article some sentences from each sentence on: paragraphs
    whose neighbours say nearly the same, each once."""
    seen = set()
    for file in files:
        for article in read_squad(file):
            sentences = [s for s in re.split(r"(?<=[.!?])\s+", article.text) if s]
            for first in range(len(sentences)):
                window = " ".join(sentences[first : first + 12])[:860].rsplit(" ", 1)[0]
                if len(window) > 450 and window not in seen:
                    seen.add(window)
                    yield window


def made_up() -> Iterator[str]:
    """Paragraphs of the article's words, without end."""
    words = next(CORPUS.glob("*.txt")).read_text(encoding="utf-8").split()
    chance = random.Random(0)
    while True:
        yield MADE_UP + ". ".join(" ".join(chance.choices(words, k=20)) for _ in range(6))


def squad(file: Path, limit: int = ASKED_MORE) -> tuple[list[Document], list[Row]]:
    """The articles of a SQuAD file, and a sample of the questions that they answer, each with the
    first gold answer between 30 characters on each side, which tell its place."""
    articles = read_squad(file)
    documents = [make_document(f"squad/{a.file_name}", a.text) for a in articles]
    asked = []
    for case in draw([c for c in cases_of(articles) if c.golds], limit):
        start, end = case.start, case.start + len(case.golds[0])
        support = " ".join(case.context[max(0, start - 30) : end + 30].split())
        asked.append({"question": case.question, "answers": case.golds, "support": [support]})
    return documents, asked


def size_of(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def questions() -> list[Row]:
    return [q for q in read_rows(QUESTIONS) if q["answers"] and "history" not in q]


def times(seconds: list[float]) -> dict[str, float]:
    return {f"p{q}_ms": round(1000 * percentile(seconds, q), 1) for q in (50, 95)}


def quality(assistant: Assistant, asked: list[Row]) -> Row:
    """What is found and answered, and how long it takes."""
    searched, answered, hits, right = [], [], 0, 0
    for each in asked:
        started = time.perf_counter()
        found = assistant.retrieve(each["question"])[:5]
        searched.append(time.perf_counter() - started)
        started = time.perf_counter()
        said = assistant.ask(each["question"])
        answered.append(time.perf_counter() - started)
        right += said.found and token_f1(said.text, each["answers"]) >= 0.5
        support = [fold(words) for words in each["support"]]
        hits += any(words in fold(hit.chunk.text) for words in support for hit in found)
    return {
        "questions": len(asked),
        "retrieve": times(searched),
        "ask": times(answered),
        "hit_at_5": round(hits / len(asked), 3),
        "right": round(right / len(asked), 3),
    }


def parts(store: Store, embedder: Embedder, asked: list[Row]) -> Row:
    """What retrieval consists of, each part timed alone."""
    taken: dict[str, list[float]] = {"embed": [], "nearest": [], "lexical": []}
    for each in asked:
        marks = [time.perf_counter()]
        vector = embedder.encode_question(each["question"])
        marks.append(time.perf_counter())
        store.nearest(vector, PER_SIDE)
        marks.append(time.perf_counter())
        store.matching(each["question"], PER_SIDE)
        marks.append(time.perf_counter())
        for name, start, end in zip(taken, marks, marks[1:], strict=False):
            taken[name].append(end - start)
    return {name: times(seconds) for name, seconds in taken.items()}


def build(base: Path, chunks: int, articles: Path | None, files: Sequence[Path]) -> None:
    """Make an index in `base`, and `made.json` beside it, which says what that took."""
    config = Config()
    embedder = Embedder()
    documents = load_documents(CORPUS)[0]
    if articles:
        documents += squad(articles)[0]
    made = Filler(embedder, files)
    documents += made.documents(max(0, chunks - 1))
    sample = [text for d in documents for text in d.text.split("\n\n")][-EMBED:]
    embedder.encode(sample[:1])  # loads the model
    started = time.perf_counter()
    embedder.encode(sample)
    bare = len(sample) / (time.perf_counter() - started)
    started = time.perf_counter()
    with Store.in_folder(base / "index", made_with(config)) as store:
        ingest(documents, store, made, config)
        stored = store.counts()[1]
    row = {
        "chunks": stored,
        "ingest_per_s": round(stored / (time.perf_counter() - started), 1),
        "bare_embedding_per_s": round(bare, 1),
        "text_mb": round(sum(len(d.text.encode()) for d in documents) / 1e6, 2),
        "index_mb": round(size_of(base / "index") / 1e6, 1),
    }
    (base / "made.json").write_text(json.dumps(row) + "\n")


def measure(base: Path, articles: Path | None) -> Row:
    """One row of the table: what `build` wrote down, and what asking that index gives."""
    config = Config()
    embedder = Embedder()
    asked = questions()[:: max(1, len(questions()) // ASKED)]
    started = time.perf_counter()
    with Store.in_folder(base / "index", made_with(config)) as store:
        assistant = Assistant(store, embedder, Reader(), config)
        row: Row = json.loads((base / "made.json").read_text())
        row["open_s"] = round(time.perf_counter() - started, 2)
        assistant.ask(str(asked[0]["question"]))  # the first question loads what is lazy
        row["article"] = quality(assistant, asked)
        if articles:
            row["squad"] = quality(assistant, squad(articles)[1])
        row["parts"] = parts(store, embedder, asked)
    row["peak_memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return row


def plot(rows: list[Row]) -> str:
    """The times of a question and the sizes by the number of chunks, as a file of SVG."""
    measures: dict[str, Callable[[Row], float]] = {
        "retrieve p50, ms": lambda row: row["article"]["retrieve"]["p50_ms"],
        "ask p50, ms": lambda row: row["article"]["ask"]["p50_ms"],
        "index, MB": lambda row: row["index_mb"],
        "peak memory, MB": lambda row: row["peak_memory_mb"],
    }
    lines = {name: [(r["chunks"], value(r)) for r in rows] for name, value in measures.items()}
    return standalone(growth_plot(lines, "Growth of the index", "chunks"))


def apart(step: str, base: Path, chunks: int, args: argparse.Namespace) -> str:
    """What a step prints, done by a process of its own."""
    command = [sys.executable, __file__, "--step", step, "--keep", base, "--chunks", chunks]
    command += ["--articles", args.articles] if args.articles else []
    command += ["--filler", *args.filler] if args.filler else []
    return subprocess.run(
        list(map(str, command)), stdout=subprocess.PIPE, text=True, check=True,
        env={**os.environ, "TQDM_DISABLE": "1"},
    ).stdout  # fmt: skip


def main() -> None:
    options = make_parser(__doc__, out={"default": ROOT / "eval" / "report", "help": "folder"})
    options.add_argument("--chunks", type=int, nargs="+", default=[1, 1000, 10_000])
    options.add_argument("--articles", type=Path, help="a SQuAD file: its articles are asked too")
    options.add_argument("--filler", type=Path, nargs="*", default=[], help="SQuAD files")
    options.add_argument("--keep", type=Path, help="make the indexes here; what is there stays")
    options.add_argument("--step", choices=["build", "measure"], help=argparse.SUPPRESS)
    args = options.parse_args()
    if args.step == "build":
        build(args.keep, args.chunks[0], args.articles, args.filler)
        return
    if args.step == "measure":
        print(json.dumps(measure(args.keep, args.articles)))
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for chunks in args.chunks:
            base = (args.keep or Path(folder)) / str(chunks)
            if not (base / "made.json").exists():
                base.mkdir(parents=True, exist_ok=True)
                apart("build", base, chunks, args)
            rows.append(json.loads(apart("measure", base, chunks, args).splitlines()[-1]))
            print(json.dumps(rows[-1]), flush=True)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "scale.json").write_text(json.dumps(rows, indent=1) + "\n")
    (args.out / "scale.svg").write_text(plot(rows))


if __name__ == "__main__":
    main()
