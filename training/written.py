"""Documents of many kinds, questions and talks about them, written for training by a language model
that had seen nothing of what is measured: `training/written/*.txt`.

The public sets ask Wikipedia in its own words, one question at a time.  Here leases, minutes,
manuals, letters, price lists are asked as people ask who have not read them (QP), in ordinary words
(QA), whether something is so (QY) and with a false start (QF); and near misses (QN) ask for what
stands beside something like it and is not told.  `eval/odd` is of the same kind and kept out.  A
block of NAME.txt:

    === kind | title
    the text
    --- questions
    QP: where should I leave the car
    A: behind the chapel
    QN: Who mows the chapel's lawn?
    A: -

and of NAME-talks.txt, where a turn that leans on those before it has what it means as M:

    === title
    --- talk
    Q: Who looks after the cat now?
    A: Bill Matangi
    Q: and why is it leaving?
    M: Why is the cat leaving the library?
    A: kidneys are failing slowly
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "written"
BLOCK = re.compile(r"^=== ", re.MULTILINE)
ASKED = re.compile(r"^Q[A-Z]: (.+)\nA: (.+)$", re.MULTILINE)
TURN = re.compile(r"^Q: (.+)\n(?:M: (.+)\n)?A: (.+)$", re.MULTILINE)
TALKS = "-talks"

Place = tuple[int, int] | None


@dataclass(frozen=True)
class Turn:
    """A question of a talk; `meant` is "" where it stands alone."""

    question: str
    meant: str
    answer: Place


@dataclass(frozen=True)
class Written:
    """A document, what was asked about it, each with its answer's place in the text, and talks."""

    title: str
    text: str
    questions: tuple[tuple[str, Place], ...]
    talks: tuple[tuple[Turn, ...], ...]


def read_written(names: Container[str] | None = None) -> Iterator[Written]:
    """All documents, or those of some files.  Raises ValueError where an answer does not stand in
    its text exactly once."""
    for path in sorted(FOLDER.glob("*.txt")):
        if path.stem.endswith(TALKS) or (names is not None and path.stem not in names):
            continue
        talks = dict(read_talks(path.with_stem(path.stem + TALKS)))
        for block in BLOCK.split(path.read_text("utf-8"))[1:]:
            head, _, rest = block.partition("\n")
            title = head.partition(" | ")[2].strip()
            text, _, asked = rest.partition("\n--- questions\n")
            text = text.strip("\n")
            yield Written(
                title,
                text,
                tuple((q, find_place(answer, text)) for q, answer in ASKED.findall(asked)),
                tuple(
                    tuple(Turn(q, meant, find_place(answer, text)) for q, meant, answer in turns)
                    for turns in talks.get(title, ())
                ),
            )


def read_talks(path: Path) -> Iterator[tuple[str, list[list[tuple[str, str, str]]]]]:
    """Of each document, by its title, the turns of its talks; nothing where there is no file."""
    if path.exists():
        for block in BLOCK.split(path.read_text("utf-8"))[1:]:
            title, _, rest = block.partition("\n")
            yield title.strip(), [TURN.findall(talk) for talk in rest.split("--- talk\n")[1:]]


def find_place(answer: str, text: str) -> Place:
    """Where an answer stands; None for "-"."""
    if answer == "-":
        return None
    if text.count(answer) != 1:
        raise ValueError(f"{answer!r} stands {text.count(answer)} times in {text[:60]!r}")
    start = text.index(answer)
    return start, start + len(answer)


def main() -> None:
    """Writes all of it as a folder of documents and an eval set: `DIR/docs`, `DIR/questions.jsonl`,
    by which `eval/bench_ranking.py` fits its weights."""
    p = argparse.ArgumentParser(description=main.__doc__)
    p.add_argument("folder", type=Path)
    folder = p.parse_args().folder
    if folder.exists():
        p.error(f"{folder} is there: name a folder that is not.")
    (folder / "docs").mkdir(parents=True)
    rows = []
    for n, d in enumerate(read_written()):
        (folder / "docs" / f"{n:03}.md").write_text(d.text + "\n", "utf-8")
        for question, answer in d.questions:
            if answer:
                start, end = d.text.rfind("\n", 0, answer[0]) + 1, d.text.find("\n", answer[1])
                support = d.text[start : end if end >= 0 else None]
                answers = [d.text[slice(*answer)]]
                rows.append({"question": question, "answers": answers, "support": [support]})
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    (folder / "questions.jsonl").write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
