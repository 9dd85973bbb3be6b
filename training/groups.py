"""Training groups: a question beside the passages that a retriever brings up for it.

The product reads several retrieved chunks of several paragraphs, most of which do not answer; a
reader that has only seen the right paragraph is fooled by the best of the others.  So articles are
laid out as documents of several kinds (short paragraphs, headings, bullet lists), cut by the
product's own chunker and read under their headings as there; a dozen documents make a corpus, and
TF-IDF ranks its chunks for each question, as a lexical retriever would.  The answer's chunk may be
among the passages of a group or not.

Everything is a pure function of the files and a seed.  Never reads `bench/` or `genres-dev`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from asked import about_others, talks, yes_or_no
from cards import cards
from data import SENTENCE_END, Example, held_out, noisy, read
from made_up import Passage, said, tables
from reword import Thesaurus
from sklearn.feature_extraction.text import TfidfVectorizer
from written import Written, read_written

from assistant.documents.chunk import cut_chunks, find_context
from assistant.documents.corpus import make_document
from assistant.documents.formats import Extract
from assistant.records import Chunk

READ = 5  # passages that the product reads
CHUNKS = 250  # of a corpus, at least: about a dozen articles
TITLED = 0.85  # the share of documents with their article's title; the others have a file's name
FILES = ("notes.md", "document.txt", "report-2.pdf", "text.html", "2019-scan.txt")
WITHHELD = 0.15  # the share of answerable questions whose answer was not retrieved

# How many passages a group holds.
SIZES = (1, 2, 3, 4, 5)
SIZE_WEIGHTS = (0.25, 0.2, 0.2, 0.15, 0.2)

WRITTEN_SIZES = (1, 1, 2, 2, 3)  # with the same weights; these documents are short

# Questions of each set that go into an epoch, at most.
SHARE = {
    "squad2-train-rebuilt": 130000,
    "squad2-dev-train21": 8000,
    "squad1-dev-more": 5000,
    "squadshifts-new-wiki": 8000,
    "squadshifts-reddit": 6000,
    "policyqa": 2500,
    "covid_qa": 1400,
    "fairytaleqa": 6000,
    "nq-oracle": 1700,
    "qed-dev": 1300,
    "quoref-contrast": 1100,
    "quotesum-dev": 300,
    "timeqa-human": 1900,
    "timeqa-human-nearwindow": 1500,
    "tweetqa-spans": 4000,
    "disflqa-train21": 3600,
    "qamr": 6000,
}
SAID = 5000  # made-up "who said" questions
YES_NO = 10000  # statements of passages turned into questions
OTHERS = 10000  # questions with another name than the passage's
REWORDED = {"any": 0.15, "yes-no": 0.3}  # the share of questions put in other words
TALKS = 4000  # what a pronoun means after a talk
TABLES = 4000  # made-up questions about cells of tables
CHANGED = 0.15  # the share of written questions behind a turn about something else
MEANT = 0.3  # the share of turns that lean on the talk and are asked as they are meant, without it
CARDS = 18000  # made-up fact sheets, asked in other words than their labels


@dataclass(frozen=True)
class Group:
    """A question and what was retrieved for it; no passage with a span: nowhere here."""

    question: str
    passages: tuple[Passage, ...]
    source: str

    @property
    def answerable(self) -> bool:
        return any(p.spans for p in self.passages)


def training_groups(
    folder: Path, seed: int = 0, scale: float = 1.0, times: Mapping[str, float] | None = None
) -> list[Group]:
    """One epoch, shuffled; `scale` times as many questions as above, of some sets `times` that."""
    rng = random.Random(seed)
    examples: list[Example] = []
    for source, share in SHARE.items():
        of_set = [e for e in read(folder, source) if not held_out(e)]
        rng.shuffle(of_set)
        examples += of_set[: int(share * scale * (times or {}).get(source, 1))]
    squad = [e for e in examples if e.source.startswith("squad")]
    thesaurus = Thesaurus(folder / "wordnet")
    yes_no = list(yes_or_no(squad, int(YES_NO * scale), thesaurus, rng))
    others = about_others(squad + yes_no, int(OTHERS * scale), rng)
    found = [
        replace(g, question=thesaurus.reword(g.question, rng))
        if rng.random() < REWORDED.get(g.source, REWORDED["any"])
        else g
        for g in retrieved([*examples, *yes_no, *others], rng)
    ]
    sentences = [s for e in squad[::4] for s in sentences_of(e.context)]
    names = people(examples)
    found += as_written(list(read_written()), rng)  # few and dear: all of them, whatever the scale
    found += [
        Group(question, passages, source)
        for source, made in (
            ("said", said(sentences, names, int(SAID * scale), rng)),
            ("talks", talks(squad, names, int(TALKS * scale), rng)),
            ("tables", tables(names, int(TABLES * scale), rng)),
            ("cards", cards(names, int(CARDS * scale), rng)),
        )
        for question, passages in made
    ]
    rng.shuffle(found)
    return found


def development_groups(folder: Path, n: int = 160) -> list[Group]:
    """Questions of the articles kept out of training, each beside all that the product reads."""
    rng = random.Random(0)
    examples = [e for e in read(folder, "squad2-dev-train21") if held_out(e)]
    picked = rng.sample(examples, n)
    return list(retrieved(picked, rng, background=examples, sizes=(READ,), withheld=0, plain=True))


def retrieved(
    examples: Sequence[Example],
    rng: random.Random,
    background: Sequence[Example] = (),
    sizes: Sequence[int] = SIZES,
    withheld: float = WITHHELD,
    plain: bool = False,
) -> Iterator[Group]:
    """A group for every example whose passage could be laid out.

    background  examples whose passages are in the corpus although they are not asked
    plain       documents are laid out and questions put as they are
    """
    articles: dict[tuple[str, str], list[Example]] = {}
    for e in [*background, *examples]:
        articles.setdefault((e.source, e.article), []).append(e)
    asked = set(map(id, examples))
    order = rng.sample(list(articles.values()), len(articles))
    corpus: list[Laid] = []
    for i, group in enumerate(order):
        corpus.append(laid_out(group, rng, plain))
        if sum(len(d.chunks) for d in corpus) >= CHUNKS or i == len(order) - 1:
            yield from ranked(corpus, asked, rng, sizes, withheld, plain)
            corpus = []


@dataclass(frozen=True, eq=False)
class Laid:
    """An article as a document.  `places` says where each sentence of each passage went:
    context -> [(its start in the context, its end there, its start in the document)]."""

    text: str
    above: dict[tuple[int, int], str]  # of each chunk what is read before it
    rows: dict[tuple[int, int], Chunk]  # those that are rows of a table, read cell by cell
    places: dict[str, list[tuple[int, int, int]]]
    examples: Sequence[Example]

    def placed(self, context: str, start: int, end: int) -> tuple[int, int] | None:
        """A range of a passage in the document; None where the layout parted it."""
        rows = self.places.get(context, [])
        first = next((d + start - a for a, b, d in rows if a <= start < b), None)
        last = next((d + end - a for a, b, d in rows if a < end <= b), None)
        if first is None or last is None or self.text[first:last] != context[start:end]:
            return None
        return first, last

    @property
    def chunks(self) -> list[tuple[int, int]]:
        return list(self.above)

    def passage(self, start: int, end: int, answer: tuple[int, int] | None = None) -> Passage:
        """A chunk below its headings, and where the answer stands in it."""
        head = self.above[start, end]
        if rows := self.rows.get((start, end)):
            places = [
                (len(head) + at + answer[0] - a, len(head) + at + answer[1] - a)
                for at, a, b in rows.parts
                if answer and a <= answer[0] and answer[1] <= b
            ]
            return Passage(head + rows.text, tuple(places))
        shift = len(head) - start
        spans = ((answer[0] + shift, answer[1] + shift),) if answer else ()
        return Passage(head + self.text[start:end], spans)

    def lies(self, context: str) -> tuple[int, int] | None:
        rows = self.places.get(context, [])
        return (rows[0][2], rows[-1][2] + rows[-1][1] - rows[-1][0]) if rows else None


def sentences_of(text: str) -> list[str]:
    cuts = [0, *(m.end() for m in SENTENCE_END.finditer(text)), len(text)]
    return [text[a:b] for a, b in pairwise(cuts) if text[a:b].strip()]


LAYOUTS = ("whole", "whole", "short", "short", "short", "headed", "bullets")


def laid_out(examples: Sequence[Example], rng: random.Random, plain: bool) -> Laid:
    layout = "whole" if plain else rng.choice(LAYOUTS)
    title = examples[0].article.replace("_", " ")
    text = ""
    if layout in ("headed", "bullets") and title:
        text += f"# {title}\n\n"
    places: dict[str, list[tuple[int, int, int]]] = {}
    for context in dict.fromkeys(e.context for e in examples):
        rows: list[tuple[int, int, int]] = []
        here = layout
        if layout == "bullets" and rng.random() < 0.4:
            here = "short"
        if layout == "headed" and (topic := topic_of(context)):
            text += f"{rng.choice(['## ', '### ', ''])}{topic}\n\n"
        at, left = 0, rng.randint(1, 3)
        for sentence in sentences_of(context):
            stripped = sentence.rstrip()
            lead = len(stripped) - len(stripped.lstrip())
            if here == "bullets":
                text += rng.choice(["- ", "- ", "* ", "  - "])
            rows.append((at + lead, at + len(stripped), len(text)))
            text += stripped[lead:]
            at += len(sentence)
            left -= 1
            if here == "bullets":
                text += "\n"
            elif here == "short" and left <= 0:
                text += "\n\n"
                left = rng.randint(1, 3)
            else:
                text += " "
        text = text.rstrip() + "\n\n"
        places[context] = rows
    titled = title if plain or rng.random() < TITLED else ""
    return cut(rng.choice(FILES), titled, text, places, examples)


def cut(
    name: str,
    title: str,
    text: str,
    places: dict[str, list[tuple[int, int, int]]],
    examples: Sequence[Example],
) -> Laid:
    """The text in the product's chunks."""
    document = make_document(name, Extract(text, title=title))
    chunks = cut_chunks(document)
    above = {(c.start, c.end): find_context(document, c) for c in chunks}
    rows = {(c.start, c.end): c for c in chunks if c.parts}
    return Laid(document.text, above, rows, places, examples)


def in_talk(before: Iterable[tuple[str, str]], question: str) -> str:
    """A question behind earlier ones, each with its answer.

    >>> in_talk([("Who keeps the key?", "Ines Dahl"), ("Since when?", "")], "And where?")
    'Who keeps the key? Ines Dahl | Since when? | And where?'
    """
    return " | ".join([*(f"{asked} {answer}".strip() for asked, answer in before), question])


def as_written(
    documents: Sequence[Written], rng: random.Random, sizes: Sequence[int] = WRITTEN_SIZES
) -> Iterator[Group]:
    """A group for every question about the documents, laid out as they stand, and for every turn of
    the talks, behind the turns before it or, of some that lean on these, as it is meant."""
    corpus, asked = [], set()
    for d in documents:
        examples = []
        for question, answer in d.questions:
            if rng.random() < CHANGED:  # a talk that was about something else
                other = rng.choice(documents)
                before = rng.choice(other.questions)
                said = [(before[0], other.text[slice(*before[1])] if before[1] else "")]
                question = in_talk(said, question)
            examples.append(
                Example(question, d.text, *(answer or (None, None)), "written", d.title)
            )
        for talk in d.talks:
            for i, turn in enumerate(talk):
                said = [
                    (t.question, d.text[slice(*t.answer)] if t.answer else "")
                    for t in talk[max(0, i - rng.randint(1, 3)) : i]
                ]
                question = in_talk(said, turn.question)
                if turn.meant and rng.random() < MEANT:
                    question = turn.meant
                examples.append(
                    Example(question, d.text, *(turn.answer or (None, None)), "turns", d.title)
                )
        asked.update(map(id, examples))
        title = d.title if rng.random() < TITLED else ""
        places = {d.text: [(0, len(d.text), 0)]}
        corpus.append(cut(rng.choice(FILES[:2]), title, d.text, places, examples))
    yield from ranked(corpus, asked, rng, sizes, WITHHELD, plain=False)


CAPITALS = re.compile(r"\b[A-Z][a-z]+(?: (?:of |the |and )?[A-Z][a-z]+)*")


def topic_of(context: str) -> str:
    """What a heading over this passage might say: the longest name near its beginning."""
    return max(CAPITALS.findall(context[:200]), key=len, default="")


def ranked(
    corpus: Sequence[Laid],
    asked: set[int],
    rng: random.Random,
    sizes: Sequence[int],
    withheld: float,
    plain: bool,
) -> Iterator[Group]:
    where = [(d, a, b) for d in corpus for a, b in d.chunks]
    tfidf = TfidfVectorizer(stop_words="english", sublinear_tf=True)
    matrix = tfidf.fit_transform([d.text[a:b] for d, a, b in where])
    for document in corpus:
        mine = [e for e in document.examples if id(e) in asked]
        if not mine:
            continue
        scores = (tfidf.transform([e.question for e in mine]) @ matrix.T).toarray()
        others = [e.question for e in document.examples]
        for e, row in zip(mine, scores, strict=True):
            order = [where[i] for i in row.argsort()[::-1][: 4 * READ]]
            own = document.lies(e.context)
            if own is None:
                continue
            size = rng.choices(sizes, SIZE_WEIGHTS)[0] if len(sizes) > 1 else sizes[0]
            if e.source == "others":
                size = 1  # another passage may answer for the other name
            group = gathered(e, document, own, order, size, rng.random() < withheld, rng)
            if group is not None:
                as_is = plain or e.source == "turns"
                question = e.question if as_is else noisy(e.question, rng.choice(others), rng)
                yield replace(group, question=question)


def gathered(
    e: Example,
    document: Laid,
    own: tuple[int, int],
    order: Sequence[tuple[Laid, int, int]],
    size: int,
    without: bool,
    rng: random.Random,
) -> Group | None:
    """The passages of one question: its own among them, unless `without`, the others drawn from
    the best ranked."""
    answer = None
    if e.start is not None and e.end is not None:
        answer = document.placed(e.context, e.start, e.end)
        if answer is None:
            return None
    holds, silent = [], []
    every = [(document, a, b) for a, b in document.chunks]
    for d, a, b in dict.fromkeys([*order, *every]):
        text = d.text[a:b]
        if answer and d is document and a <= answer[0] and answer[1] <= b:
            holds.append(d.passage(a, b, answer))
        elif answer and e.answer.lower() in text.lower():
            continue  # it may answer too: neither right nor wrong
        elif answer and d is document and a < answer[1] and answer[0] < b:
            continue  # it holds the answer in part
        elif (d, a, b) in order or (answer is None and d is document and a < own[1] and own[0] < b):
            silent.append((d is document and a < own[1] and own[0] < b, d.passage(a, b)))
    near = [p for _, p in silent[: READ + 1]]
    if answer and not without:
        if not holds:
            return None
        first = [holds[0] if rng.random() < 0.6 else rng.choice(holds)]
    elif answer:
        first = []
    else:  # the passage that an unanswerable question was written against
        first = [p for mine, p in silent if mine][:1]
    near = [p for p in near if p not in first]
    picked = first + rng.sample(near, min(len(near), size - len(first)))
    rng.shuffle(picked)
    return Group(e.question, tuple(picked), e.source) if picked else None


NAMED = re.compile(r"[A-Z][a-z]+(?: [A-Z]\.)?(?: (?:van |de |von )?[A-Z][a-z]+){1,2}")


def people(examples: Iterable[Example]) -> list[str]:
    """Names of persons: what answers a "who"."""
    return sorted(
        {
            e.answer
            for e in examples
            if e.question.lower().startswith("who") and NAMED.fullmatch(e.answer)
        }
    )


def describe(groups: Iterable[Group]) -> dict[str, tuple[int, int, int]]:
    """Per source: groups, how many of them have no answer, and passages."""
    counts: dict[str, tuple[int, int, int]] = {}
    for g in groups:
        n, silent, passages = counts.get(g.source, (0, 0, 0))
        counts[g.source] = n + 1, silent + (not g.answerable), passages + len(g.passages)
    return counts
