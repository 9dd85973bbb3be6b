"""How far reading and embedding are from what the processor could do: `python eval/bench_floor.py`.

The floor of a path is the operations of its model over the rate at which this machine multiplies
matrices of the model's own sizes, in the same number of bits: nothing that runs these weights on
these cores can be faster.  Two operations a weight and token, and 4 n d a layer and token for
attention over n tokens of width d.  Measured are the passages of the default corpus, as `ask` reads
them, its chunks as an ingest embeds them, and of a question all parts (`--questions N`).

Besides: what each import of a new process costs, from Python's own `-X importtime`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from kit import CORPUS, QUESTIONS, make_parser, open_assistant, read_rows

from assistant.documents.chunk import cut_chunks
from assistant.documents.corpus import load_documents
from assistant.index.embed import Embedder
from assistant.reading.read import Reader

SECONDS = 2.0  # for which a rate is measured
ROWS = 1024  # of a matrix that is multiplied
IMPORTS = 12  # shown


@dataclass(frozen=True)
class Model:
    """Layers of a transformer: width of its tokens and of its feed-forward part."""

    layers: int
    width: int
    wide: int

    def count_operations(self, tokens: int) -> float:
        """Of one text of so many tokens."""
        weights = 4 * self.width**2 + 2 * self.width * self.wide
        return tokens * self.layers * (2 * weights + 4 * tokens * self.width)


READER, MINILM = Model(12, 768, 3072), Model(6, 384, 1536)


def measure_rate(model: Model, kind: torch.dtype) -> float:
    """Operations a second: rows of tokens times the feed-forward matrix, as the model has it."""
    if kind == torch.int8:
        a, b = (
            torch.randint(-128, 127, s, dtype=kind)
            for s in ((ROWS, model.width), (model.width, model.wide))
        )
        multiply: Callable[[], torch.Tensor] = lambda: torch._int_mm(a, b)  # noqa: E731
    else:
        x, y = (torch.randn(s).to(kind) for s in ((ROWS, model.width), (model.width, model.wide)))
        multiply = lambda: x @ y  # noqa: E731
    multiply()
    begun, done = time.perf_counter(), 0
    while time.perf_counter() - begun < SECONDS:
        multiply()
        done += 1
    return done * 2 * ROWS * model.width * model.wide / (time.perf_counter() - begun)


def show(path: str, operations: float, rate: float, seconds: float, n: int) -> None:
    floor = operations / rate
    print(
        f"{path:34}{n:5}  {operations / n / 1e9:6.1f} G each at {rate / 1e9:5.0f} G/s: floor "
        f"{1000 * floor / n:6.1f} ms, took {1000 * seconds / n:6.1f} ms, {seconds / floor:.1f} ×"
    )


def list_imports() -> list[tuple[str, float]]:
    """Packages that `assistant ask` imports, and the milliseconds that each takes with all that
    it imports first; the costliest first."""
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import assistant.cli, chromadb, onnxruntime"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.findall(r"^import time: +\d+ \| +(\d+) \| ( *)(\S+)$", ran.stderr, re.MULTILINE)
    tops = {name: int(us) / 1000 for us, _, name in found if "." not in name and name[0] != "_"}
    return sorted(tops.items(), key=lambda x: -x[1])[:IMPORTS]


def main() -> None:
    p = make_parser(__doc__)
    p.add_argument("--questions", type=int, default=40, help="how many are asked")
    a = p.parse_args()
    documents, _ = load_documents(CORPUS)
    texts = [c.text for d in documents for c in cut_chunks(d)]

    reader, embedder = Reader(), Embedder()
    question = "Who leads the mission?"
    count = reader._question_tokenizer.encode
    lengths = [len(count(question, text).ids) for text in texts]
    reader.read_text(question, texts[0])
    begun = time.perf_counter()
    for text in texts:
        reader.read_text(question + " ", text)
    took = time.perf_counter() - begun
    whole = sum(map(READER.count_operations, lengths))
    show("reader, a passage, int8", whole, measure_rate(READER, torch.int8), took, len(texts))

    embedder.encode(texts)  # the kernels are made anew for each shape: a tenth of a second
    sizes = [len(embedder._small._tokenizer.encode(text).ids) for text in texts]
    begun = time.perf_counter()
    embedder.encode(texts)
    took = time.perf_counter() - begun
    whole = sum(map(MINILM.count_operations, sizes))
    half = torch.cpu.get_capabilities().get("avx512_bf16")
    kind = torch.bfloat16 if half else torch.float32
    show(f"embedding, a chunk, {kind}"[:33], whole, measure_rate(MINILM, kind), took, len(texts))

    asked = [q["question"] for q in read_rows(QUESTIONS) if "history" not in q][: a.questions]
    with open_assistant(CORPUS) as assistant:
        assistant.ask(asked[0])
        spent = {"read": 0.0}
        inner = assistant._reader._remembered

        def timed(*given: object) -> object:
            begun = time.perf_counter()
            made = inner(*given)
            spent["read"] += time.perf_counter() - begun
            return made

        assistant._reader._remembered = timed  # type: ignore[assignment]
        all_ms = []
        for each in asked[1:]:
            begun = time.perf_counter()
            assistant.ask(each)
            all_ms.append(1000 * (time.perf_counter() - begun))
    share = 1000 * spent["read"] / sum(all_ms)
    middle, mean = np.median(all_ms), np.mean(all_ms)
    print(f"ask: p50 {middle:.0f} ms, mean {mean:.0f}, {share:.0%} of it in the reader")
    print("imports, ms:", ", ".join(f"{name} {ms:.0f}" for name, ms in list_imports()))


if __name__ == "__main__":
    main()
