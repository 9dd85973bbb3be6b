"""Who says it: precision and recall, and what each means alone gives.

    python eval/bench_speakers.py --data polnear-150.jsonl [--limit N] [--words N] [--rows FILE]
    python eval/bench_speakers.py --genres [--words N]
    python eval/bench_speakers.py --own [--limit N] [--words N]
    (each with --rules)

PolNeAR (Newell, Margolin and Ruths 2018) marks in political news who says what.  Asked about are
its quotations in quotation marks that have a source with a name or a noun (a pronoun cannot be
judged), all other contents of such sources, whole sentences of which at least half is told without
quotation marks, and as many sentences that no source is marked for.  A name is right that shares a
word with the source's.  `--genres` asks about the fragments of eval/genres.  `--own` asks about
sentences of the handbooks, contracts, fact sheets, products and papers in `training/written`, which
are nearly all their writers' own, and by which the margins were set: how many are given to
somebody.  The reader has learnt from these documents, though not who says what.

An answer is a few words: `--words N` asks about N of the words of each, drawn at random.

--rules leaves out each rule of `attribution/speakers.py` in turn (`rules.py`) and prints how many
names change, how many for the better and for the worse.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from kit import ROOT, draw, make_parser, read_rows, track, write_rows
from rules import leave_out_each

from assistant.attribution.speakers import (
    ASKED_SOURCE,
    ask_who,
    can_be_name,
    find_by_form,
    find_fragment,
    find_speaker,
)
from assistant.documents.corpus import load_documents, make_document
from assistant.evaluate.measures import bootstrap_interval
from assistant.evaluate.questions import load_speakers
from assistant.language.english import FUNCTION
from assistant.language.fold import TABLE, fold
from assistant.reading.read import Reader
from assistant.records import Document, Range, ReadText

sys.path.append(str(ROOT / "training"))
from written import read_written

GENRES = ROOT / "eval" / "genres"
SPEAKERS = ("assistant.attribution.speakers",)
OWN = ("handbooks", "legal", "legal-2", "products", "products-2", "sheets", "sheets-2", "science")
SENTENCES = 700  # of them, asked about


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
        told: dict[Range, Words] = {}
        for i, mark in enumerate(row["attributions"]):
            marks = [(a, b) for a, b, _ in (*mark["content"], *mark["source"], *mark["cue"])]
            taken += marks
            source = " ".join(text for _, _, text in mark["source"])
            if not mark["content"] or not {*fold(source).split()} - FUNCTION:
                continue
            start, end = mark["content"][0][0], mark["content"][-1][1]
            direct = row["text"][start:end].translate(TABLE).count('"') > 0
            for low, high in document.sentences_at(start, end)[:1]:
                whole = all(low <= a and b <= high for a, b in marks)
                if whole and not direct and 2 * (end - start) >= high - low:
                    at = (low, high)
                    told[at] = Words(f"{n}-{i}-whole", "whole sentence", document, at, (source,))
            if direct:  # what stands in the marks
                text = row["text"].translate(TABLE)
                start = text.index('"', start, end) + 1
                end = max(text.find('"', start, end), min(end, start + 200))
            if len(row["text"][start:end].split()) >= 3:
                kind = "direct" if direct else "indirect"
                yield Words(f"{n}-{i}", kind, document, (start, end), (source,))
        yield from told.values()
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


def read_own() -> list[Words]:
    """Sentences of documents whose writers speak for themselves; of none that holds a mail."""
    found = []
    for written in read_written(OWN):
        if re.search(r"^[> ]*From:|wrote:", written.text, re.MULTILINE):
            continue
        document = make_document(f"{written.title}.md", written.text)
        for n, (start, end) in enumerate(document.sentences):
            if end - start > 40:
                case_id = f"{written.title} {n}"
                found.append(Words(case_id, "nobody's", document, (start, end), ()))
    return random.Random(1).sample(found, min(SENTENCES, len(found)))


def shorten(cases: Iterable[Words], count: int) -> Iterator[Words]:
    """The same with `count` words of each, drawn at random; those that have more."""
    rng = random.Random(2)
    for case in cases:
        start, end = case.place
        spans = [m.span() for m in re.finditer(r"\w[\w'’.,-]*", case.document.text[start:end])]
        if len(spans) > count:
            first = rng.randrange(len(spans) - count + 1)
            low, high = spans[first][0], spans[first + count - 1][1]
            yield replace(case, place=(start + low, start + high))


def is_right(name: str, words: Words) -> bool:
    """Whether a name shares a word that is no function word with an accepted one."""
    said = {*re.findall(r"\w+", fold(name))} - FUNCTION
    return any(said & {*re.findall(r"\w+", fold(other))} for other in words.names)


MEANS = ("form alone", "reader alone", "source alone", "all")


def examine(words: Words, read: ReadText) -> dict[str, object]:
    """Whom each means names for some words, and how sure the reader is."""
    document, (start, end) = words.document, words.place
    fragment = find_fragment(document, start, end)
    near = ask_who(document, fragment, read, near=True)
    form = find_by_form(document, start, end, read)
    low, high = next(iter(document.sentences_at(start, end)), (start, end))
    sources = [
        document.text[low + a : low + b]
        for a, b, _ in read(ASKED_SOURCE, document.text[low:high])[:1]
    ]
    whole = find_speaker(document, start, end, read)
    named = {
        "form alone": document.text[slice(*form)] if form else "",
        "reader alone": near.name if near and near.margin > 0 else "",
        "source alone": next(filter(can_be_name, sources), ""),
        "all": whole.name if whole else "",
    }
    return {
        "id": words.case_id,
        "kind": words.kind,
        "words": document.text[start:end],
        "asked": document.text[slice(*fragment)],
        "gold": words.names,
        "near": (near.name, round(near.margin, 1)) if near else None,
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
            if len(share) and spoken.any():
                v = bootstrap_interval(share)
                told.append(f"{name} {v.value:.2f} [{v.low:.2f}, {v.high:.2f}]")
        told.append(f"{said[~spoken].sum()} of {(~spoken).sum()} of the writer's own named")
        print("  ".join(told))


def rate(name: str, words: Words) -> int:
    """1 for the right name or a silence on the writer's own, 0 for another silence, else -1."""
    if not name:
        return int(not words.names)
    return 1 if is_right(name, words) else -1


def compare_rules(cases: Sequence[Words], read: ReadText) -> None:
    def name_all(find: Any) -> list[str]:
        found = [find(c.document, *c.place, read) for c in cases]
        return [speaker.name if speaker else "" for speaker in found]

    named = name_all(find_speaker)
    print("changed  better  worse")
    for rule, without_it in track(list(leave_out_each(SPEAKERS)), "Leaving out"):
        try:
            without = name_all(without_it().find_speaker)
        except Exception as error:  # a guard, without which it fails
            print(f"{'–':>7}  {'':6}  {type(error).__name__:5}  {rule}")
            continue
        pairs = list(zip(cases, named, without, strict=True))
        gains = [rate(b, c) - rate(a, c) for c, a, b in pairs]
        better, worse = sum(g > 0 for g in gains), sum(g < 0 for g in gains)
        print(f"{sum(a != b for _, a, b in pairs):7}  {better:6}  {worse:5}  {rule}", flush=True)


def main() -> None:
    parser = make_parser(__doc__, "limit", "rows", data={"required": False})
    parser.add_argument("--genres", action="store_true", help="eval/genres in place of PolNeAR")
    parser.add_argument("--own", action="store_true", help="what documents say themselves")
    parser.add_argument("--words", type=int, default=0, help="of each, that are asked about")
    parser.add_argument("--rules", action="store_true", help="leave out each rule in turn")
    given = parser.parse_args()
    cases = list(
        read_genres() if given.genres else read_own() if given.own else read_polnear(given.data)
    )
    cases = list(draw(cases, given.limit))
    if given.words:
        cases = list(shorten(cases, given.words))
    read = cache(Reader().read_text)
    if given.rules:
        return compare_rules(cases, read)
    rows = [examine(c, read) for c in track(cases, "Asking who")]
    write_rows(given.rows, rows)
    kinds = (
        ("direct",),
        ("direct", "nobody's"),
        ("whole sentence",),
        ("direct", "indirect", "nobody's", "said"),
    )
    for kind in kinds:
        some = [r for r in rows if r["kind"] in kind]
        if some and (len(some) < len(rows) or kind == kinds[-1]):
            print(f"{', '.join(kind)}: {len(some)}")
            report(some)


if __name__ == "__main__":
    main()
