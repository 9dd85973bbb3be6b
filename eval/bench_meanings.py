"""What is made of the turns of a talk, and what each rule of it gives.

    python eval/bench_meanings.py [--limit N] [--rules]

The talks of `training/written` say of each turn that leans on those before it what it means.
Printed is the F1 of the stems of the first meaning that `find_meanings` makes, and of the best of
them, with those of what is meant; and how many of the turns that stand alone it leaves alone.  The
reader has learnt from these talks, and the rules were worked out on the first `LOOKED_AT` of them,
in an order drawn at random: they and the others have a line each.

--rules leaves out each rule of `question/anaphora.py`, `turn.py` and `follow_up.py` in turn
(`rules.py`), and prints how many of the turns looked at it changes, how many for the better and for
the worse, and how much F1 is gained without it, by the best of the meanings and by the first.  The
order of words counts for nothing there.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kit import ROOT, make_parser, track
from rules import leave_out_each, load

from assistant.language.english import FUNCTION, WH
from assistant.language.fold import fold
from assistant.language.terms import stem, words
from assistant.reading.read import Reader
from assistant.records import Answer, Quote, ReadText

sys.path.append(str(ROOT / "training"))
from written import read_written

MODULES = [f"assistant.question.{name}" for name in ("anaphora", "turn", "follow_up")]
LOOKED_AT = 4000  # turns, when the rules were cut by half on 2026-11-30
Meanings = Sequence[tuple[str, ...]]
Find = Callable[[str, Sequence[Answer], ReadText], list[str]]


@dataclass(frozen=True)
class Turn:
    """A turn with the answers before it, and what it means; `leans` where that is not itself."""

    question: str
    history: tuple[Answer, ...]
    meant: str
    leans: bool


def list_turns() -> Iterator[Turn]:
    """The turns that have others before them, those with what they mean and their answers."""
    for written in read_written():
        for talk in written.talks:
            history: list[Answer] = []
            for turn in talk:
                meant = turn.meant or turn.question
                if history:
                    yield Turn(turn.question, tuple(history), meant, bool(turn.meant))
                said = written.text[slice(*turn.answer)] if turn.answer else ""
                quotes = (Quote("", "", 0, len(said), said, None, None, 1, "", "", 1.0),)
                status = "answered" if said else "not_found"
                history.append(
                    Answer(status, said, quotes if said else (), (), 1.0, turn.question, meant)  # type: ignore[arg-type]  # one of the two
                )


def count_stems(text: str) -> Counter[str]:
    """Of the words that carry meaning, question words and "not" among them."""
    idle = FUNCTION - WH - {"not"}
    return Counter(stem(word) for word in words(fold(text)) if word not in idle)


def stem_f1(one: str, other: str) -> float:
    a, b = count_stems(one), count_stems(other)
    return 2 * sum((a & b).values()) / max(1, sum(a.values()) + sum(b.values()))


def find_all(turns: Sequence[Turn], find: Find, read: ReadText) -> Meanings:
    return [tuple(find(turn.question, turn.history, read)) for turn in turns]


def best_f1(turn: Turn, meanings: Sequence[str]) -> float:
    return max(stem_f1(meaning, turn.meant) for meaning in meanings)


def report(turns: Sequence[Turn], found: Meanings) -> None:
    leaning = [(t, m) for t, m in zip(turns, found, strict=True) if t.leans]
    alone = [m == (t.question,) for t, m in zip(turns, found, strict=True) if not t.leans]
    first = sum(stem_f1(m[0], t.meant) for t, m in leaning) / max(1, len(leaning))
    best = sum(best_f1(t, m) for t, m in leaning) / max(1, len(leaning))
    left = sum(alone) / max(1, len(alone))
    print(
        f"{len(leaning)} turns that lean: F1 of the first meaning {first:.3f}, of the best "
        f"{best:.3f}; {len(alone)} that stand alone: {left:.3f} left alone"
    )


def compare_rules(turns: Sequence[Turn], found: Meanings, read: ReadText) -> None:
    print("changed  better  worse  F1 gained   by the first")
    for rule, without_it in track(list(leave_out_each(MODULES)), "Leaving out"):
        try:
            without = find_all(turns, without_it().find_meanings, read)
        except Exception as error:  # a guard, without which it fails
            print(f"{'–':>7}  {'':6}  {'':5}  {type(error).__name__:10}  {rule}")
            continue
        gains = [
            best_f1(t, b) - best_f1(t, a)
            for t, a, b in zip(turns, found, without, strict=True)
            if a != b
        ]
        won, lost = sum(g > 0 for g in gains), sum(g < 0 for g in gains)
        first = sum(
            stem_f1(b[0], t.meant) - stem_f1(a[0], t.meant)
            for t, a, b in zip(turns, found, without, strict=True)
            if a != b
        )
        print(f"{len(gains):7}  {won:6}  {lost:5}  {sum(gains):+9.2f}  {first:+13.2f}  {rule}")


def main() -> None:
    parser = make_parser(__doc__, "limit")
    parser.add_argument("--rules", action="store_true", help="leave out each rule in turn")
    args = parser.parse_args()
    turns = list(list_turns())
    random.Random(3).shuffle(turns)
    turns = turns[: args.limit or None]
    read = cache(Reader().read_text)
    found = find_all(turns, load(MODULES).find_meanings, read)
    report(turns[:LOOKED_AT], found[:LOOKED_AT])
    if turns[LOOKED_AT:]:
        report(turns[LOOKED_AT:], found[LOOKED_AT:])
    if args.rules:
        compare_rules(turns[:LOOKED_AT], found[:LOOKED_AT], read)


if __name__ == "__main__":
    main()
