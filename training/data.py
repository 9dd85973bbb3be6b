"""Questions, passages and answer spans from public sets; and questions as people type them.

Knows the file formats and how noisy questions are made; knows nothing of corpora or models.
Everything is a pure function of the files and a seed.  Never reads `bench/`.
"""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

NOISY = 0.3  # the share of questions lower-cased, shortened, misspelt or with a false start


@dataclass(frozen=True)
class Example:
    """A question beside a passage; `start:end` is the answer in `context`, or None, None."""

    question: str
    context: str
    start: int | None
    end: int | None
    source: str
    article: str

    @property
    def answer(self) -> str:
        return "" if self.start is None else self.context[self.start : self.end]


def held_out(example: Example) -> bool:
    return example.article in HELD_OUT


HELD_OUT = {"European_Union_law", "Harvard_University", "Oxygen"}


def read(folder: Path, source: str) -> Iterator[Example]:
    """All questions of one set, one answer each."""
    if source == "qamr":
        yield from read_qamr(folder / "qamr")
    elif source == "fairytaleqa":
        yield from read_fairytales(folder / "fairytaleqa")
    elif source == "covid_qa":
        yield from read_squad(folder / "covid_qa" / "200423_covidQA.json", source)
    elif source == "policyqa":
        for name in ("dev", "test"):
            yield from read_squad(folder / "policyqa" / f"{name}.json", source)
    else:
        yield from read_squad(folder / f"{source}.json", source)


def read_squad(path: Path, source: str) -> Iterator[Example]:
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        title = article.get("title") or article["paragraphs"][0]["context"][:40]
        for paragraph in article["paragraphs"]:
            context = paragraph["context"]
            for qa in paragraph["qas"]:
                question = qa["question"].strip()
                if "(Answer:" in question:
                    continue  # a slip of TimeQA's
                if qa.get("is_impossible"):
                    yield Example(question, context, None, None, source, title)
                elif spans := [s for a in qa["answers"] if (s := place(a, context))]:
                    yield Example(question, context, *usual(spans), source, title)


def usual(spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """What most annotators marked; where they differ, the one of middling length.  The shortest
    of them is often too short to be an answer ("no", "failed")."""
    by_length = sorted(spans, key=lambda s: s[1] - s[0])
    middle = by_length[(len(spans) - 1) // 2]
    return max(by_length, key=lambda s: (spans.count(s), s == middle))


def place(answer: dict[str, object], context: str) -> tuple[int, int] | None:
    """Where an answer stands.  Some offsets of these copies are off: search near them."""
    text, start = str(answer["text"]), int(str(answer["answer_start"]))
    if context[start : start + len(text)] != text:
        start = context.find(text, max(0, start - 20))
    stripped = text.strip(" ,;.")
    if start < 0 or not stripped:
        return None
    start += text.index(stripped)
    return start, start + len(stripped)


def read_qamr(folder: Path) -> Iterator[Example]:
    """Questions over single sentences, each shown between its neighbours."""
    sentences: dict[str, list[str]] = {}
    for row in csv.reader(
        (folder / "wiki-sentences.tsv").open(encoding="utf-8"), delimiter="\t", quoting=3
    ):
        sentences[row[0]] = row[1].split(" ")
    order = list(sentences)
    position = {name: i for i, name in enumerate(order)}
    for name in ("dev", "test"):
        for row in csv.reader(
            (folder / "filtered" / f"{name}.tsv").open(encoding="utf-8"),
            delimiter="\t",
            quoting=3,
        ):
            key, question, indices = row[0], row[5], [int(i) for i in row[6].split()]
            if key not in sentences or indices != list(range(indices[0], indices[-1] + 1)):
                continue
            around = order[max(0, position[key] - 1) : position[key] + 2]
            context, offset = "", 0
            for other in around:
                if other == key:
                    offset = len(context)
                context += detokenize(sentences[other])[0] + " "
            text, places = detokenize(sentences[key])
            assert context[offset : offset + len(text)] == text
            start, end = places[indices[0]][0], places[indices[-1]][1]
            if text[start:end].strip():
                question = detokenize(question.split(" "))[0]
                yield Example(question, context.strip(), offset + start, offset + end, "qamr", key)


def read_fairytales(folder: Path) -> Iterator[Example]:
    """Questions over the sections of stories whose answer is a stretch of its section."""
    for part in sorted((folder / "questions").iterdir()):
        for path in sorted(part.glob("*-questions.csv")):
            story = path.name.removesuffix("-questions.csv")
            sections = folder / "section-stories" / part.name / f"{story}-story.csv"
            if not sections.exists():
                continue
            with sections.open(encoding="utf-8", newline="") as file:
                texts = {row["section"]: row["text"] for row in csv.DictReader(file)}
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    text = " ".join(texts.get(row["cor_section"], "").split())
                    answer = (row["answer1"] or "").strip(" .")
                    if row["ex-or-im1"] == "explicit" and answer and text.count(answer) == 1:
                        start = text.index(answer)
                        end = start + len(answer)
                        yield Example(row["question"], text, start, end, "fairytaleqa", story)


BRACKETS = {"-LRB-": "(", "-RRB-": ")", "``": '"', "''": '"', "-LSB-": "[", "-RSB-": "]"}


def detokenize(tokens: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Penn-Treebank tokens as running text, and each token's place in it."""
    text, places, opened = "", [], False
    for token in tokens:
        word = BRACKETS.get(token, token)
        tight = bool(re.fullmatch(r"[.,;:!?%)\]]|'s|n't|'[a-z]{1,2}", word)) or (token in ("''",))
        if text and not tight and not opened:
            text += " "
        opened = word in ("(", "[", "$", "#") or token == "``"
        places.append((len(text), len(text) + len(word)))
        text += word
    return text, places


NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w'’.-]+)(?: (?:of |the |de )?[A-Z][\w'’.-]+)*")
SENTENCE_END = re.compile(r"(?<=[.!?][\"')\s])\s*(?=[A-Z\"'(])")


STOP = set(
    [
        "a",
        "an",
        "the",
        "is",
        "are",
        "was",
        "were",
        "do",
        "does",
        "did",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "by",
        "has",
        "have",
        "had",
        "been",
        "be",
    ]
)
REPAIRS = """no wait, no, sorry, uh no, er no, I mean, no I mean, no sorry, or rather, um, uh sorry,
wait, oh wait, actually, no actually, make that, scratch that, no I meant to ask, er, well,
I meant""".replace("\n", " ").split(", ")
KINDS = ["lower", "telegram", "typo", "begun", "begun", "middle", "middle", "name"]


def noisy(question: str, other: str, rng: random.Random) -> str:
    """The question as people type or speak it: about `NOISY` of them are changed.

    A false start holds words of `other` and takes them back, as Disfl-QA describes them (Gupta et
    al. 2021, arXiv:2106.04016); none of its questions are used.
    """
    if rng.random() > NOISY:
        return question
    kind = rng.choice(KINDS)
    words = question.split()
    if kind == "lower":
        return question.lower().rstrip("?")
    if kind == "telegram":
        return " ".join(w for w in words if w.lower() not in STOP).lower().rstrip("?")
    if kind == "typo":
        return " ".join(misspell(w, rng) if rng.random() < 0.25 else w for w in words)
    repair, rest = rng.choice(REPAIRS), other.rstrip("?").split()
    if " ".join(rest) == question.rstrip("?"):
        return question  # it cannot be taken back for itself
    mine, others = NAME.search(question), NAME.findall(other)
    if kind == "name" and mine and others and mine.group() not in others:
        at = mine.start()
        return f"{question[:at]}{rng.choice(others)} {repair} {question[at:]}"
    if kind == "begun" or len(words) < 4:
        begun = rest[: rng.randint(1, max(1, len(rest) - 1))]
        return " ".join([*begun, repair, *words])
    # in the middle, and often a few words are said again after it
    at = rng.randint(1, len(words) - 2)
    again = rng.choice([0, 0, 1, 2, 3])
    return " ".join(
        [*words[:at], *rest[-rng.randint(1, 3) :], repair, *words[max(0, at - again) :]]
    )


def misspell(word: str, rng: random.Random) -> str:
    if len(word) < 4:
        return word
    i = rng.randint(1, len(word) - 2)
    return rng.choice(
        [
            word[:i] + word[i + 1 :],
            word[:i] + word[i] + word[i:],
            word[:i] + word[i + 1] + word[i] + word[i + 2 :],
        ]
    )
