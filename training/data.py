"""Training examples for the reader: questions, passages and answer spans from public sets.

Knows the file formats and how negatives and noisy questions are made; knows nothing of models.
Everything is a pure function of the files and a seed.  Never reads `bench/`.
"""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer

# How many questions of each set go into an epoch.  The unanswerable questions of SQuAD 2.0,
# written by people to look answerable, are the scarce part: that set goes in twice, with other
# crops and noise.  Finding a span is learnt early (F1 82 where there is an answer after a fifth of
# an epoch); knowing that there is none is what takes the rest.
SHARE = {
    "squad2-dev-train21": 10**9,
    "squad2-train-partial": 3000,
    "squad1-dev-more": 2500,
    "squadshifts-new-wiki": 2000,
    "squadshifts-reddit": 600,
    "policyqa": 400,
    "qamr": 800,
}
TWICE = ("squad2-dev-train21",)
# The second course, from the shipped reader on: what the first has not seen goes in whole.
SECOND = {
    "squad2-dev-train21": 10**9,
    "squad2-train-partial": 10**9,
    "squad1-dev-more": 10**9,
    "squadshifts-new-wiki": 6000,
    "squadshifts-reddit": 2000,
    "policyqa": 400,
    "qamr": 1000,
}
HARD_NEGATIVES = 4500  # a question beside a passage close to it that lacks the answer
NEAR_MISSES = 6500  # a question with one thing changed, beside its own passage
REMOVED = 4000  # a question beside its own passage without the sentence that answers it
NOISY = 0.3  # the share of questions lower-cased, shortened, misspelt or with a false start
CROPPED = 0.7  # the share of long passages cut to about the size that the product reads


@dataclass(frozen=True)
class Example:
    """A question beside a passage; `start:end` is the answer in `context`, or None, None.

    `lure` is where a wrong answer stands that an unanswerable question was made to look for.
    """

    question: str
    context: str
    start: int | None
    end: int | None
    source: str
    article: str
    lure: tuple[int, int] | None = None

    @property
    def answer(self) -> str:
        return "" if self.start is None else self.context[self.start : self.end]


def training_examples(folder: Path, seed: int = 0, second: bool = False) -> list[Example]:
    """One epoch, shuffled.  `folder` is the folder that holds the training sets."""
    rng = random.Random(seed)
    examples: list[Example] = []
    for source, share in (SECOND if second else SHARE).items():
        found = [e for e in read(folder, source) if not held_out(e)]
        rng.shuffle(found)
        examples += found[:share]
        if source in TWICE:
            examples += found[:share]
    answerable = [e for e in examples if e.start is not None and e.source.startswith("squad")]
    examples += hard_negatives(answerable, HARD_NEGATIVES, rng)
    examples += near_misses(answerable, NEAR_MISSES, rng)
    examples += removed(answerable, REMOVED, rng)
    rng.shuffle(examples)
    # what a false start begins with: mostly a question about the same paragraph
    here: dict[str, list[str]] = {}
    article: dict[str, list[str]] = {}
    for e in examples:
        here.setdefault(e.context, []).append(e.question)
        article.setdefault(e.article, []).append(e.question)
    return [
        crop(replace(e, question=noisy(e.question, rng.choice(near), rng)), rng)
        for e in examples
        for near in [here[e.context] if rng.random() < 0.7 else article[e.article]]
    ]


def development_examples(folder: Path) -> list[Example]:
    """Three SQuAD 2.0 articles kept out of training: to watch it and to calibrate on."""
    return [e for e in read(folder, "squad2-dev-train21") if held_out(e)]


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
                    lures = [s for a in qa.get("plausible_answers", []) if (s := place(a, context))]
                    lure = lures[0] if lures else None
                    yield Example(question, context, None, None, source, title, lure)
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


def hard_negatives(examples: Sequence[Example], n: int, rng: random.Random) -> list[Example]:
    """A question beside one of the three passages of its article closest to it (TF-IDF, as a
    lexical retriever would bring up) that does not hold its answer."""
    articles: dict[tuple[str, str], list[Example]] = {}
    for e in examples:
        articles.setdefault((e.source, e.article), []).append(e)
    found: list[Example] = []
    for group in articles.values():
        passages = sorted({e.context for e in group})
        if len(passages) < 4:
            continue
        tfidf = TfidfVectorizer(stop_words="english", sublinear_tf=True)
        matrix = tfidf.fit_transform(passages)
        scores = (tfidf.transform([e.question for e in group]) @ matrix.T).toarray()
        for e, row in zip(group, scores, strict=True):
            near = [
                passages[i]
                for i in row.argsort()[::-1][:5]
                if passages[i] != e.context and e.answer.lower() not in passages[i].lower()
            ][:3]
            if near:
                context = rng.choice(near)
                found.append(replace(e, context=context, start=None, end=None, source="hard"))
    rng.shuffle(found)
    return found[:n]


NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w'’.-]+)(?: (?:of |the |de )?[A-Z][\w'’.-]+)*")
YEAR = re.compile(r"\b1[0-9]{3}\b|\b20[0-2][0-9]\b")
NUMBER = re.compile(r"\b\d+(?:[.,]\d+)*\b")


def near_misses(examples: Sequence[Example], n: int, rng: random.Random) -> list[Example]:
    """Beside its own passage, a question in which a name, year or number was exchanged."""
    names: dict[str, list[str]] = {}
    for e in examples:
        names.setdefault(e.article, []).extend(NAME.findall(e.question))
    found = []
    for e in rng.sample(list(examples), len(examples)):
        changed = exchange(e, names[e.article], rng)
        if changed is not None:
            found.append(without_answer(e, question=changed, source="near-miss"))
        if len(found) == n:
            break
    return found


def without_answer(e: Example, **changes: str) -> Example:
    """What was the answer is now the lure."""
    lure = (e.start or 0, e.end or 0)
    return replace(e, start=None, end=None, lure=lure, **changes)


SENTENCE_END = re.compile(r"(?<=[.!?][\"')\s])\s*(?=[A-Z\"'(])")


def removed(examples: Sequence[Example], n: int, rng: random.Random) -> list[Example]:
    """A question beside its own passage, less the sentences that hold its answer: all that speaks
    of the subject is there but what was asked."""
    found = []
    for e in rng.sample(list(examples), len(examples)):
        cuts = [0, *(m.end() for m in SENTENCE_END.finditer(e.context)), len(e.context)]
        parts = [e.context[a:b] for a, b in pairwise(cuts)]
        kept = [p for p in parts if e.answer.lower() not in p.lower()]
        text = "".join(kept).strip()
        # an answer cut in two by a wrong sentence end would be left standing in part
        whole = len(kept) < len(parts)
        if whole and len(text.split()) >= 40:
            found.append(replace(e, context=text, start=None, end=None, source="removed"))
        if len(found) == n:
            break
    return found


OPPOSITES = """most least, largest smallest, highest lowest, best worst, first last, oldest newest,
more less, larger smaller, higher lower, better worse, older newer, longer shorter, before after,
north south, northern southern, east west, eastern western, increase decrease, increased decreased,
rise fall, rose fell, won lost, win lose, gain loss, allow forbid, allowed forbidden, include
exclude, included excluded, accept reject, accepted rejected, support oppose, supported opposed,
begin end, began ended, start stop, started stopped, open close, opened closed, early late, earlier
later, major minor, common rare, always never, above below, inside outside, public private, male
female, men women, father mother, son daughter, husband wife, arrive leave, arrived left, buy sell,
bought sold, built destroyed, strong weak, positive negative, maximum minimum, upper lower, founded
abolished, joined left, strengthen weaken, with without, king queen, prime foreign, president
governor, senator judge, Republican Democratic, Republicans Democrats, former current, minister
ambassador, author publisher, teacher student, winner loser, import export, imports exports,
civilian military, friend enemy, allies enemies, predecessor successor, parent child, host guest,
agree disagree, agreed disagreed, praise criticize, praised criticized, grew shrank, urban rural,
domestic international, approve reject, approved rejected, majority minority"""
OPPOSITE = {
    word: other
    for pair in OPPOSITES.split(",")
    for word, other in [pair.split(), pair.split()[::-1]]
}
OPPOSED = re.compile(r"\b(?:" + "|".join(OPPOSITE) + r")\b")
AUXILIARY = re.compile(r"\b(did|does|do|is|was|were|are|can|could|will|would|has|have|had)\b")


def exchange(e: Example, names: Sequence[str], rng: random.Random) -> str | None:
    """The question asking for something else: an opposite, a negation, another year, number or
    name (the kinds of Rajpurkar, Jia and Liang 2018, table 1); None where nothing can change."""
    if (m := OPPOSED.search(e.question)) and rng.random() < 0.9:
        return e.question[: m.start()] + OPPOSITE[m.group()] + e.question[m.end() :]
    if (m := AUXILIARY.search(e.question)) and rng.random() < 0.12:
        subject = re.compile(r"\s+(?:(?:the|a|an)\s+)?[\w'-]+").match(e.question, m.end())
        if subject:
            return e.question[: subject.end()] + " not" + e.question[subject.end() :]
    if m := YEAR.search(e.question):
        other = str(int(m.group()) + rng.choice([-30, -7, -2, -1, 1, 3, 10, 25]))
    elif m := NUMBER.search(e.question):
        other = str(rng.randint(2, 90))
    elif m := NAME.search(e.question):
        # a name of the passage is the harder case, but may stand for the same thing
        # in the answer's own sentence
        sentence = e.context[max(0, (e.start or 0) - 150) : (e.end or 0) + 150].lower()
        pool = [
            name
            for name in names
            if name.lower() not in sentence
            and name not in m.group()
            and m.group() not in name
            and name[-1:] == m.group()[-1:]  # plural for plural, person for person, roughly
        ]
        if not pool:
            return None
        here = [name for name in pool if name in e.context]
        other = rng.choice(here if here and rng.random() < 0.5 else pool)
    else:
        return None
    if other.lower() == m.group().lower() or m.group().lower() in e.answer.lower():
        return None
    return e.question[: m.start()] + other + e.question[m.end() :]


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


def crop(e: Example, rng: random.Random) -> Example:
    """A long passage cut, at words, to 60 to 110 words with the answer or lure anywhere inside."""
    words = list(re.finditer(r"\S+", e.context))
    size = rng.randint(60, 110)
    if len(words) <= size or rng.random() > CROPPED:
        return cut(e, words, answer_words(e, words), 190, rng)
    return cut(e, words, answer_words(e, words), size, rng)


def answer_words(e: Example, words: Sequence[re.Match[str]]) -> tuple[int, int]:
    """The words that a crop keeps: of the answer, else of the lure; (0, 0) for neither."""
    if e.start is not None and e.end is not None:
        start, end = e.start, e.end
    elif e.lure:
        start, end = e.lure
    else:
        return 0, 0
    inside = [i for i, w in enumerate(words) if w.end() > start and w.start() < end]
    return inside[0], inside[-1] + 1


def cut(
    e: Example,
    words: Sequence[re.Match[str]],
    answer: tuple[int, int],
    size: int,
    rng: random.Random,
) -> Example:
    if len(words) <= size:
        return e
    if answer == (0, 0):
        first = rng.randint(0, len(words) - size)
    else:
        low = max(0, answer[1] - size)
        first = rng.randint(low, max(low, min(answer[0], len(words) - size)))
    last = min(len(words), max(first + size, answer[1])) - 1
    begin, end = words[first].start(), words[last].end()
    if e.start is None or e.end is None:
        return replace(e, context=e.context[begin:end])
    return replace(e, context=e.context[begin:end], start=e.start - begin, end=e.end - begin)


def describe(examples: Iterable[Example]) -> dict[str, tuple[int, int]]:
    """Per source: how many, and how many of them unanswerable."""
    counts: dict[str, tuple[int, int]] = {}
    for e in examples:
        n, silent = counts.get(e.source, (0, 0))
        counts[e.source] = n + 1, silent + (e.start is None)
    return counts
