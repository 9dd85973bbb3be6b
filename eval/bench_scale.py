"""How the index grows: ingest rate, memory, size, and the time of a question.

    python eval/bench_scale.py [--chunks 1 1000 10000] [--articles FILE] [--out FOLDER]

Each size runs in a process of its own.  The corpus is the default article and filler: paragraphs
of a SQuAD file where one is given, else made of the article's words, each varied by a number so
that no two are equal.  Only `--embed` filler is really embedded; the other gets random unit
vectors, which take Chroma as long to store and search and spare the hours of embedding.  The bare
embedding rate is measured on its own.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from assistant import corpus
from assistant.config import Config
from assistant.embed import Embedder, Vectors
from assistant.evaluate.measures import token_f1
from assistant.fold import fold
from assistant.ingest import ingest
from assistant.pipeline import Assistant, made_with
from assistant.records import Document
from assistant.store import Store

ROOT = Path(__file__).parent.parent
EMBED = 200  # chunks on which the bare embedding rate is measured
PARAGRAPHS = 30  # of a document of filler
ASKED = 40  # questions timed


class Filler:
    """Embeds the article, and gives random unit vectors to what begins as filler does."""

    def __init__(self, embedder: Embedder, dimensions: int) -> None:
        self._embedder, self._random = embedder, np.random.default_rng(0)
        self._dimensions = dimensions

    def encode(self, texts: Sequence[str]) -> Vectors:
        found = self._random.standard_normal((len(texts), self._dimensions)).astype(np.float32)
        found /= np.linalg.norm(found, axis=1, keepdims=True)
        real = [i for i, text in enumerate(texts) if not text.startswith("Case ")]
        if real:
            found[real] = self._embedder.encode([texts[i] for i in real])
        unit: Vectors = found
        return unit


def filler(chunks: int, articles: Path | None) -> Iterator[Document]:
    """Documents that make about so many chunks: a paragraph each but the last two of a text."""
    chance = random.Random(0)
    if articles:
        data = json.loads(articles.read_text(encoding="utf-8"))["data"]
        source = [p["context"] for article in data for p in article["paragraphs"]]
    else:
        words = next((ROOT / "corpus").glob("*.txt")).read_text(encoding="utf-8").split()
        source = [" ".join(chance.choices(words, k=40)) for _ in range(500)]
    made = number = 0
    while made < chunks:
        size = min(PARAGRAPHS, chunks - made)
        found = []
        for _ in range(size):
            number += 1
            # One paragraph fills a chunk, so that the number of chunks is known.
            found.append(f"Case {number}. {' '.join(chance.choice(source).split())}"[:880])
        yield corpus.document(f"filler/{number:07}.txt", "\n\n".join(found))
        made += size


def size_of(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def questions() -> list[dict[str, object]]:
    lines = (ROOT / "eval" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [q for q in found if q["answers"] and "history" not in q]


def times(seconds: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=20)
    return {"p50_ms": round(1000 * cuts[9], 1), "p95_ms": round(1000 * cuts[18], 1)}


def measure(chunks: int, articles: Path | None, everything: bool) -> dict[str, object]:
    """One row of the table."""
    config = Config(chunk_chars=900)
    embedder = Embedder()
    documents = corpus.load(ROOT / "corpus")[0] + list(filler(chunks - 1, articles))
    sample = [d.text[:880] for d in documents[-EMBED:]] * EMBED
    started = time.perf_counter()
    dimensions = embedder.encode(sample[:EMBED]).shape[1]
    bare = EMBED / (time.perf_counter() - started)
    encoder = embedder if everything else Filler(embedder, dimensions)

    with tempfile.TemporaryDirectory() as base:
        folder = Path(base) / "index"
        started = time.perf_counter()
        with Store.in_folder(folder, made_with(config)) as store:
            ingest(documents, store, encoder, config)
            stored = store.counts()[1]
        wrote = time.perf_counter() - started
        text = sum(len(d.text.encode()) for d in documents)
        del documents
        started = time.perf_counter()
        with Store.in_folder(folder, made_with(config)) as store:
            assistant = Assistant(store, embedder, config)
            opened = time.perf_counter() - started
            asked = questions()[:: max(1, len(questions()) // ASKED)]
            searched, answered, hits, right = [], [], 0, 0
            for each in asked:
                words = str(each["question"])
                started = time.perf_counter()
                found = assistant.retrieve(words)[: config.passages]
                searched.append(time.perf_counter() - started)
                started = time.perf_counter()
                said = assistant.ask(words)
                answered.append(time.perf_counter() - started)
                right += said.found and token_f1(said.text, each["answers"]) >= 0.5  # type: ignore[arg-type]
                support = [fold(str(s)) for s in each["support"]]  # type: ignore[attr-defined]
                hits += any(s in fold(h.chunk.text) for h in found for s in support)
        return {
            "chunks": stored,
            "embedded": "all" if everything else "the article; filler has random vectors",
            "ingest_per_s": round(stored / wrote, 1),
            "bare_embedding_per_s": round(bare, 1),
            "open_s": round(opened, 2),
            "index_mb": round(size_of(folder) / 1e6, 1),
            "text_mb": round(text / 1e6, 2),
            "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            "retrieve": times(searched),
            "ask": times(answered),
            "hit_at_5": round(hits / len(asked), 3),
            "right": round(right / len(asked), 3),
        }


def plot(rows: list[dict[str, object]]) -> str:
    """The times of a question and the size by the number of chunks, as SVG on log scales."""
    left, top, width, height = 60, 20, 520, 300
    lines = {
        "retrieve p95, ms": [(r["chunks"], r["retrieve"]["p95_ms"]) for r in rows],  # type: ignore[index]
        "ask p95, ms": [(r["chunks"], r["ask"]["p95_ms"]) for r in rows],  # type: ignore[index]
        "index, MB": [(r["chunks"], r["index_mb"]) for r in rows],
        "peak memory, MB": [(r["chunks"], r["peak_memory_mb"]) for r in rows],
    }
    across = max(
        5.0, max(float(np.log10(max(float(str(x)), 1))) for p in lines.values() for x, _ in p)
    )

    def at(x: object, y: object) -> str:
        px = left + width * float(np.log10(max(float(str(x)), 1))) / across
        py = top + height * (1 - float(np.log10(max(float(str(y)), 1))) / 4)
        return f"{px:.0f},{py:.0f}"

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg"'
        f' viewBox="0 0 {left + width + 160} {top + height + 50}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="none" stroke="#999"/>',
    ]
    for power in range(int(across) + 1):
        x = at(10**power, 1).split(",")[0]
        parts.append(
            f'<text x="{x}" y="{top + height + 18}" text-anchor="middle">{10**power:,}</text>'
        )
    for power in range(5):
        y = at(1, 10**power).split(",")[1]
        parts.append(f'<text x="{left - 6}" y="{y}" text-anchor="end">{10**power:,}</text>')
    parts.append(f'<text x="{left + width / 2}" y="{top + height + 40}">chunks</text>')
    for n, ((name, points), colour) in enumerate(
        zip(lines.items(), ("#1b6ca8", "#c0392b", "#2e8b57", "#8e5ea2"), strict=True)
    ):
        path = " ".join(at(x, y) for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(
            f'<text x="{left + width + 10}" y="{top + 20 + 18 * n}" fill="{colour}">{name}</text>'
        )
    return "\n".join([*parts, "</svg>"])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    options.add_argument("--chunks", type=int, nargs="+", default=[1, 1000, 10_000])
    options.add_argument("--articles", type=Path, help="a SQuAD file to take the filler from")
    options.add_argument("--embed", action="store_true", help="embed the filler too")
    options.add_argument("--out", type=Path, default=ROOT / "eval" / "report")
    options.add_argument("--one", type=int, help=argparse.SUPPRESS)
    args = options.parse_args()
    if args.one is not None:
        print(json.dumps(measure(args.one, args.articles, args.embed)))
        return
    rows = []
    for chunks in args.chunks:
        command = [sys.executable, __file__, "--one", str(chunks)]
        command += ["--articles", str(args.articles)] if args.articles else []
        command += ["--embed"] if args.embed else []
        run = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, check=True,
            env={**os.environ, "TQDM_DISABLE": "1"},
        )  # fmt: skip
        rows.append(json.loads(run.stdout.splitlines()[-1]))
        print(json.dumps(rows[-1]), flush=True)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "scale.json").write_text(json.dumps(rows, indent=1) + "\n")
    (args.out / "scale.svg").write_text(plot(rows) + "\n")


if __name__ == "__main__":
    main()
