"""Examples -> those that a reader has still to learn from.

After a few courses most examples teach nothing: the reader is right and sure.  Leaving most of
them out makes a course shorter by half (selection by loss: Jiang et al. 2019, arXiv:1910.00762).
And where it is very sure of an answer in a passage that was only assumed to hold none, the
assumption is doubted, not the reader.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from itertools import chain, repeat
from pathlib import Path

from data import Example
from rich.progress import track

from assistant.read import Reader
from assistant.records import Chunk, Hit

SURE = 4.0  # margin from which on, on the right side, an example counts as known
STAY = 0.15  # the share of the known that stays, so that they are not unlearnt
DOUBTFUL = 6.0  # margin from which on a passage taken from elsewhere is thought to answer
ASSUMED = ("hard", "removed")
BLOCK = 200


def to_learn(examples: Sequence[Example], reader: Path, kept: Path, seed: int) -> list[Example]:
    """What the reader in a folder does not know; its readings are kept in a file, to resume."""
    if not kept.exists():
        kept.write_text(json.dumps(readings(examples, reader)))
    read = json.loads(kept.read_text())
    if len(read) != len(examples):
        raise SystemExit(f"{kept} is of other examples: delete it.")
    rng = random.Random(seed)
    return [
        e
        for e, (start, end, margin) in zip(examples, read, strict=True)
        if not (e.source in ASSUMED and margin > DOUBTFUL)
        and (not known(e, start, end, margin) or rng.random() < STAY)
    ]


def known(e: Example, start: int, end: int, margin: float) -> bool:
    """Whether the reader is right and sure."""
    if e.start is None or e.end is None:
        return margin < -SURE
    shared = min(end, e.end) - max(start, e.start)
    longest = max(end - start, e.end - e.start)
    return margin > SURE and shared >= 0.8 * longest


def readings(examples: Sequence[Example], reader: Path) -> list[tuple[int, int, float]]:
    """The best span of each example and its margin, (first, last, margin) in characters."""
    blocks = [examples[i : i + BLOCK] for i in range(0, len(examples), BLOCK)]
    with ProcessPoolExecutor() as pool:
        done = pool.map(block, blocks, repeat(reader))
        return list(chain(*track(done, "Reading", total=len(blocks))))


loaded = cache(partial(Reader, threads=1))  # one for each process


def block(examples: Sequence[Example], folder: Path) -> list[tuple[int, int, float]]:
    reader = loaded(folder)
    found = []
    for e in examples:
        chunk = Chunk("", "", 0, len(e.context), e.context)
        spans = reader.read(e.question, [Hit(chunk, 0.0, None, None, None)])
        best = spans[0] if spans else None
        found.append((best.start, best.end, best.margin) if best else (0, 0, -20.0))
    return found
