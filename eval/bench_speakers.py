"""Who says it, on text by others: precision and recall, and what each means alone gives.

    python eval/bench_speakers.py --data polnear-150.jsonl [--limit N] [--rows FILE]
    python eval/bench_speakers.py --genres

PolNeAR (Newell, Margolin and Ruths 2018) marks in political news who says what.  Asked about are
its quotations in quotation marks that have a source with a name or a noun (a pronoun cannot be
judged), all other contents of such sources, and as many sentences that no source is marked for.
A name is right that shares a word with the source's.  `--genres` asks about the fragments of
eval/genres.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from kit import ROOT, draw, make_parser, read_rows, track, write_rows

from assistant.attribution.speakers import (
    ask_who,
    find_fragment,
    find_interviewed,
    find_sender,
    find_speaker,
    is_somebodys,
    same_name,
)
from assistant.documents.corpus import load_documents, make_document
from assistant.evaluate.measures import bootstrap_interval
from assistant.evaluate.questions import load_speakers
from assistant.language.english import FUNCTION
from assistant.language.fold import TABLE, fold
from assistant.reading.read import Reader
from assistant.records import Document, Range

GENRES = ROOT / "eval" / "genres"


@dataclass(frozen=True)
class Words:
    """A stretch of a document and who says it: accepted names, none for the writer."""

    case_id: str
    kind: str
    document: Document
    place: Range
    names: tuple[str, ...]


def read_polnear(path: Path) -> Iterator[Words]:
    rng = random.Random(0)
    for n, row in enumerate(read_rows(path)):
        document = make_document(f"{n}.txt", row["text"])
        taken: list[Range] = []
        for i, mark in enumerate(row["attributions"]):
            taken += [(a, b) for a, b, _ in (*mark["content"], *mark["source"], *mark["cue"])]
            source = " ".join(text for _, _, text in mark["source"])
            if not mark["content"] or not {*fold(source).split()} - FUNCTION:
                continue
            start, end = mark["content"][0][0], mark["content"][-1][1]
            direct = row["text"][start:end].translate(TABLE).count('"') > 0
            if direct:  # what stands in the marks
                text = row["text"].translate(TABLE)
                start = text.index('"', start, end) + 1
                end = max(text.find('"', start, end), min(end, start + 200))
            if len(row["text"][start:end].split()) >= 3:
                kind = "direct" if direct else "indirect"
                yield Words(f"{n}-{i}", kind, document, (start, end), (source,))
        own = [
            s
            for s in document.sentences
            if not any(a < s[1] and s[0] < b for a, b in taken) and s[1] - s[0] > 40
        ]
        for i, place in enumerate(rng.sample(own, min(3, len(own)))):
            yield Words(f"{n}-own-{i}", "nobody's", document, place, ())


def read_genres() -> Iterator[Words]:
    documents, _ = load_documents(GENRES / "docs")
    by_name = {d.doc_id: d for d in documents}
    for s in load_speakers(GENRES / "speakers.jsonl", documents):
        kind = "said" if s.accept else "nobody's"
        document = by_name[s.place.doc_id]
        yield Words(s.id, kind, document, (s.place.start, s.place.end), tuple(s.accept))


def is_right(name: str, words: Words) -> bool:
    """Whether a name shares a word that is no function word with an accepted one."""
    said = {*re.findall(r"\w+", fold(name))} - FUNCTION
    return any(said & {*re.findall(r"\w+", fold(other))} for other in words.names)


MEANS = ("form alone", "reader, near", "reader, wide", "both agree", "all")


def examine(words: Words, reader: Reader) -> dict[str, object]:
    """Whom each means names for some words, and how sure the reader is."""
    document, (start, end) = words.document, words.place
    fragment = find_fragment(document, start, end)
    near, wide = (ask_who(document, fragment, reader.read_text, n) for n in (True, False))
    form = near is not None and is_somebodys(document, fragment[0], near)
    agree = near is not None and wide is not None and same_name(near.name, wide.name)
    sender = find_sender(document, start) or find_interviewed(document, start, end)
    whole = find_speaker(document, start, end, reader.read_text)
    named = {
        "form alone": document.text[slice(*sender)] if sender else "",
        "reader, near": near.name if near and near.margin > 0 else "",
        "reader, wide": wide.name if wide and wide.margin > 0 else "",
        "both agree": near.name
        if near and wide and agree and near.margin + wide.margin > 0
        else "",
        "all": whole.name if whole else "",
    }
    return {
        "id": words.case_id,
        "kind": words.kind,
        "words": document.text[slice(*fragment)],
        "gold": words.names,
        "near": (near.name, round(near.margin, 1)) if near else None,
        "wide": (wide.name, round(wide.margin, 1)) if wide else None,
        "form": form,
        "named": named,
        "right": {means: is_right(name, words) for means, name in named.items()},
    }


def report(rows: Sequence[dict[str, Any]]) -> None:
    spoken = np.array([bool(r["gold"]) for r in rows])
    for means in MEANS:
        said = np.array([bool(r["named"][means]) for r in rows])
        right = np.array([r["right"][means] for r in rows])
        told = [f"  {means:14}"]
        for name, share in (("precision", right[said]), ("recall", right[spoken])):
            if len(share):
                v = bootstrap_interval(share)
                told.append(f"{name} {v.value:.2f} [{v.low:.2f}, {v.high:.2f}]")
        told.append(f"{said[~spoken].sum()} of {(~spoken).sum()} of the writer's own named")
        print("  ".join(told))


def main() -> None:
    parser = make_parser(__doc__, "limit", "rows", data={"required": False})
    parser.add_argument("--genres", action="store_true", help="eval/genres in place of PolNeAR")
    given = parser.parse_args()
    cases = list(read_genres() if given.genres else read_polnear(given.data))
    reader = Reader()
    rows = [examine(c, reader) for c in track(draw(cases, given.limit), "Asking who")]
    write_rows(given.rows, rows)
    for kinds in (("direct",), ("direct", "nobody's"), ("direct", "indirect", "nobody's", "said")):
        some = [r for r in rows if r["kind"] in kinds]
        if some:
            print(f"{', '.join(kinds)}: {len(some)}")
            report(some)


if __name__ == "__main__":
    main()
