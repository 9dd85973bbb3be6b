"""Real files of many kinds, as they lie on a machine: `python eval/bench_files.py [FOLDER ...]`.

Takes files of each kind that is read, drawn from the folders (by default those of Python's packages
and /usr/share), reads each as an ingest does, cuts it into chunks, and prints by kind: how many
were read, how many named with the reason why not, and the seconds a megabyte takes.  Exit status 1
if anything else was raised, if a reason is not one line, or if a chunk is no slice of its document.
"""

from __future__ import annotations

import argparse
import os
import random
import sysconfig
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from rich.progress import track

from assistant.documents import formats
from assistant.documents.chunk import cut_chunks
from assistant.documents.corpus import make_document
from assistant.documents.isolated import IsolatedReader
from assistant.errors import CorpusError

LARGEST = 5_000_000  # bytes of a file taken
FOLDERS = (sysconfig.get_path("purelib"), sysconfig.get_path("stdlib"), "/usr/share")


def find_by_kind(folders: list[str]) -> dict[str, list[Path]]:
    found = defaultdict(list)
    for folder in folders:
        for top, _, names in os.walk(folder):
            for name in names:
                path = Path(top, name)
                suffix = path.suffix.lower()
                if suffix not in formats.SUFFIXES or path.is_symlink() or not path.is_file():
                    continue
                if 0 < path.stat().st_size <= LARGEST:
                    found[suffix].append(path)
    return {suffix: sorted(paths) for suffix, paths in sorted(found.items())}


def read_all(paths: list[Path]) -> Iterator[tuple[str, float, str]]:
    """Of each file how it is (read, named, wrong), the seconds, and why."""
    with IsolatedReader() as reader:
        with suppress(CorpusError):
            reader.read(paths[0])  # the process is started once
        for path in paths:
            begun = time.perf_counter()
            try:
                document = make_document(path.name, reader.read(path))
                state, why = "read", ""
                for chunk in cut_chunks(document):
                    parts = chunk.parts or ((0, chunk.start, chunk.end),)
                    for at, a, b in parts:
                        if chunk.text[at : at + b - a] != document.text[a:b]:
                            state, why = "wrong", "a chunk is no slice"
            except CorpusError as error:
                state, why = "named", str(error)
                if "\n" in why:
                    state = "wrong"
            except Exception as error:
                state, why = "wrong", f"{type(error).__name__}: {error}"
            yield state, time.perf_counter() - begun, why


def main() -> int:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("folders", nargs="*", default=list(FOLDERS))
    p.add_argument("--each", type=int, default=15, help="files of a kind at most")
    p.add_argument("--seed", type=int, default=0)
    a = p.parse_args()
    rng = random.Random(a.seed)
    wrong = total = 0
    reasons: dict[str, int] = defaultdict(int)
    print(f"{'kind':10} read  named  wrong  s/MB   MB")
    for suffix, paths in track(find_by_kind(a.folders).items(), description="Reading"):
        paths = rng.sample(paths, min(a.each, len(paths)))
        came = list(read_all(paths))
        count = {s: sum(state == s for state, *_ in came) for s in ("read", "named", "wrong")}
        size = sum(p.stat().st_size for p in paths) / 1e6
        seconds = sum(s for _, s, _ in came)
        print(
            f"{suffix or '(none)':10} {count['read']:4}  {count['named']:5}  {count['wrong']:5}  "
            f"{seconds / size:5.2f}  {size:.2f}"
        )
        for (state, _, why), path in zip(came, paths, strict=True):
            if state == "named":
                reasons[why.split("(")[0][:70]] += 1
            if state == "wrong":
                print(f"  {path}: {why}")
        wrong, total = wrong + count["wrong"], total + len(paths)
    print(f"{total} files, {wrong} wrong; named:")
    for why, n in sorted(reasons.items(), key=lambda pair: -pair[1]):
        print(f"  {n:3}  {why}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
