"""Groups as token numbers in one file, a few dozen MB for a million passages: what `prepare.py`
writes and `train.py` reads, on another machine perhaps.

A text is cut into word pieces once, however often it is read.  A question and a passage are read
as `<s> question </s></s> passage </s>`, at most `LONGEST` tokens; it is the passage that is cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tokenizers import Tokenizer

if TYPE_CHECKING:
    from groups import Group

LONGEST = 320
BEGIN, PAD, END = 0, 1, 2
MULTIPLE = 16  # widths are padded to it


class Texts:
    """Different texts, numbered in the order of their coming."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.number: dict[str, int] = {}
        self.tokens: list[np.ndarray] = []
        self.places: list[list[tuple[int, int]]] = []  # of each token in its text

    def add(self, text: str) -> int:
        if text not in self.number:
            encoding = self.tokenizer.encode(text, add_special_tokens=False)
            self.number[text] = len(self.tokens)
            self.tokens.append(np.array(encoding.ids, np.uint16))
            self.places.append(encoding.offsets)
        return self.number[text]


def pack(groups: Iterable[Group], tokenizer: Tokenizer) -> dict[str, np.ndarray]:
    """The arrays of `Rows`, and their groups' sources."""
    texts = Texts(tokenizer)
    question, count, passage, spans, sources = [], [], [], [], []
    for group in groups:
        question.append(texts.add(group.question))
        count.append(len(group.passages))
        sources.append(group.source)
        for p in group.passages:
            n = texts.add(p.text)
            for start, end in p.spans:
                inside = [t for t, (a, b) in enumerate(texts.places[n]) if b > start and a < end]
                if inside:
                    spans.append((len(passage), inside[0], inside[-1]))
            passage.append(n)
    return {
        "tokens": np.concatenate(texts.tokens),
        "length": np.array([len(t) for t in texts.tokens], np.uint16),
        "question": np.array(question, np.uint32),
        "count": np.array(count, np.uint8),
        "passage": np.array(passage, np.uint32),
        "spans": np.array(spans, np.uint32).reshape(-1, 3),
        "source": np.array(sources),
    }


class Rows:
    """Groups of one or several files.  Group `g` has the question text `question[g]` and the rows
    `first[g]:first[g + 1]`; row `r` has the passage text `passage[r]` and the (first, last) tokens
    `spans[r]` that answer."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.texts: list[np.ndarray] = []
        question, count, passage, source = [], [], [], []
        self.spans: dict[int, list[tuple[int, int]]] = {}
        rows, self.bounds = 0, [0]  # the groups of file i: bounds[i]:bounds[i + 1]
        for path in files:
            held = np.load(path)
            before = len(self.texts)
            ends = held["length"].astype(np.int64).cumsum()
            self.texts += np.split(held["tokens"], ends[:-1])
            question.append(held["question"].astype(np.int64) + before)
            passage.append(held["passage"].astype(np.int64) + before)
            count.append(held["count"].astype(np.int64))
            source.append(held["source"])
            for row, a, b in held["spans"].tolist():
                self.spans.setdefault(row + rows, []).append((a, b))
            rows += len(passage[-1])
            self.bounds.append(self.bounds[-1] + len(question[-1]))
        self.question, self.passage = np.concatenate(question), np.concatenate(passage)
        self.count, self.source = np.concatenate(count), np.concatenate(source)
        self.first = np.concatenate([[0], self.count.cumsum()])
        lengths = np.array([len(t) for t in self.texts])
        asked = np.repeat(np.minimum(lengths[self.question], LONGEST // 2), self.count)
        self.width = np.minimum(asked + lengths[self.passage] + 4, LONGEST)  # of each row
        self.widest = np.maximum.reduceat(self.width, self.first[:-1])  # of each group

    def __len__(self) -> int:
        return len(self.question)

    def collate(
        self, groups: Sequence[int]
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """ids: (rows, tokens); starts, ends: the same, True where an answer begins or ends;
        member: (groups, most rows of one), which rows are a group's, -1 for none."""
        rows = [(g, r) for g in groups for r in range(self.first[g], self.first[g + 1])]
        width = -(-max(self.width[r] for _, r in rows) // MULTIPLE) * MULTIPLE
        ids = np.full((len(rows), width), PAD, np.int64)
        starts, ends = np.zeros((2, len(rows), width), bool)
        for i, (g, r) in enumerate(rows):
            line, at = join(self.texts[self.question[g]], self.texts[self.passage[r]])
            ids[i, : len(line)] = line
            for a, b in self.spans.get(r, ()):
                if at + b < len(line) - 1:
                    starts[i, at + a] = ends[i, at + b] = True
        member = np.full((len(groups), int(self.count[list(groups)].max())), -1)
        i = 0
        for j, g in enumerate(groups):
            member[j, : self.count[g]] = range(i, i + self.count[g])
            i += self.count[g]
        return ids, starts, ends, member


def join(question: np.ndarray, passage: np.ndarray) -> tuple[np.ndarray, int]:
    """What is read, and where the passage begins in it."""
    question = question[: LONGEST // 2]
    at = len(question) + 3
    parts = [[BEGIN], question, [END, END], passage[: LONGEST - at - 1], [END]]
    return np.concatenate(parts).astype(np.int64), at
