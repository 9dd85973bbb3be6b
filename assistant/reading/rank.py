"""How well a chunk fits a question: its cosine, and which of the question's words it holds, and
how close together.  Pure functions over strings and numbers.

    fit = cosine + whole * (HELD * held ** 2 + NEAR * near ** 2)

whole is the weight of the question's words, each by its inverse document frequency as BM25 has it;
held and near are the shares of it that a chunk holds, and holds within `NEAR_BY`: single words and
an unordered window, as in the sequential dependence model (Metzler and Croft 2005).  Squared, since
a few words of a question that is in other words than its answer tell little, and all of them much.
Ranks alone, fused, lose by how much one chunk is better than the next.  `eval/bench_ranking.py`
fits the weights on questions in their passage's words, SQuAD's, and in people's own, those of
`training/written`, and says what they give elsewhere.  The fit is flat (.016 and .023 are its
optimum); these larger ones cost .7 % of its log loss, and a question in its passage's words keeps
that passage first.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.language.english import FUNCTION
from assistant.language.fold import fold
from assistant.language.terms import stem

HELD, NEAR = 0.026, 0.026
NEAR_BY = 180  # characters that words stand in which are near each other: a sentence or two

INDEXED_WORD = re.compile(r"[^\W_]{2,}")  # as the inverted index parts them: CAP_NET_RAW is three
SAYS_LITTLE = {part for word in FUNCTION for part in word.split("'")} | {"ll", "re", "ve"}


@dataclass(frozen=True)
class Wanted:
    """The words of a question by stem, with their weights; what finds words that begin like them,
    which are few enough to be stemmed."""

    weights: Mapping[str, float]
    alike: re.Pattern[str]

    @property
    def whole(self) -> float:
        """The weight of all words."""
        return sum(self.weights.values())


def weigh_words(question: str, counts: Mapping[str, int], chunks: int) -> Wanted:
    """What is looked for in chunks: words, each with the number of chunks, of so many, that hold
    it.  Those that none holds count for nothing, nor do function words: "how" is rare in a report
    and tells nothing.  "US" and "May" are none.

    weight(word) = ln(1 + (chunks - count + 0.5) / (count + 0.5))

    >>> sorted(weigh_words("Which ports has Denmark?", {"ports": 1, "denmark": 3}, 9).weights)
    ['denmark', 'port']
    """
    named = {strip_accents(w) for w in INDEXED_WORD.findall(question)[1:] if w[0].isupper()}
    words = {
        part: count
        for word, count in counts.items()
        for part in INDEXED_WORD.findall(strip_accents(word))
        if part not in SAYS_LITTLE or part in named
    }
    weights = {
        stem(word): math.log(1 + (chunks - count + 0.5) / (count + 0.5))
        for word, count in words.items()
        if count
    }
    # forms of a word differ from its stem in the last two letters: companies, company; use, using
    beginnings = sorted({word[: max(1, len(word) - 2)] for word in weights})
    return Wanted(weights, re.compile(rf"(?<![^\W_])(?:{'|'.join(beginnings)})[^\W_]*"))


def strip_accents(text: str) -> str:
    """Folded, without accents: the inverted index tells no more apart."""
    folded = fold(text)
    if folded.isascii():
        return folded
    parted = unicodedata.normalize("NFKD", folded)
    return "".join(c for c in parted if not unicodedata.combining(c)).lower()


def fit(wanted: Wanted, text: str, cosine: float) -> float:
    """How well a chunk of this text fits, by the formula above: the higher the better."""
    held, near = hold(wanted, text)
    return cosine + wanted.whole * (HELD * held**2 + NEAR * near**2)


def hold(wanted: Wanted, text: str) -> tuple[float, float]:
    """The shares of the weight of the question's words that a text holds, and that it holds within
    `NEAR_BY`.

    >>> asked = weigh_words("Who is the prime minister?", {"prime": 1, "minister": 1}, 9)
    >>> hold(asked, "The prime minister left.")
    (1.0, 1.0)
    """
    weights, whole = wanted.weights, wanted.whole
    if not whole:
        return 0.0, 0.0
    found = [
        (m.start(), word)
        for m in wanted.alike.finditer(strip_accents(text))
        if (word := stem(m.group())) in weights
    ]
    near, first = 0.0, 0
    within: Counter[str] = Counter()  # the words from `first` on to the one at hand
    for start, word in found:
        within[word] += 1
        while start - found[first][0] > NEAR_BY:
            within[found[first][1]] -= 1
            first += 1
        near = max(near, sum(weight for w, weight in weights.items() if within[w]))
    there = {word for _, word in found}
    held = sum(weight for word, weight in weights.items() if word in there)
    return held / whole, near / whole
