"""Questions in other words: WordNet's synonyms in place of the words of a question.

A reader learns from public sets to look for the question's own words, for those who wrote these
questions had the passage before them.  Who asks without having read it uses other words.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

POS = {"1": "noun", "2": "verb", "3": "adj", "4": "adv", "5": "adj"}
DOMINANT = 0.4  # a sense is taken that makes up at least this share of a word's uses
CHANGED = 0.7  # the share of words changed, of those for which there is another one
KEPT = frozenset(
    re.findall(r"\w+", "what when where which whose whom many much long does kind type first last")
)


class Thesaurus:
    """`folder` holds the `index.sense` and `data.*` of WordNet 3.1's `dict`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        counts: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
        for line in (folder / "index.sense").read_text(encoding="utf-8").splitlines():
            key, offset, _, count = line.split(" ")
            lemma, rest = key.split("%")
            counts[lemma][POS[rest[0]], offset] = int(count)
        self.sense = {}
        for lemma, senses in counts.items():
            best = max(senses, key=lambda s: senses[s])
            if senses[best] >= DOMINANT * sum(senses.values()):
                self.sense[lemma] = best
        self.words: dict[tuple[str, str], list[str]] = {}
        self.above: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for pos in ("noun", "verb", "adj", "adv"):
            for line in (folder / f"data.{pos}").read_text(encoding="utf-8").splitlines():
                if line.startswith(" "):
                    continue
                parts = line.split("|")[0].split()
                n = int(parts[3], 16)
                here = pos, parts[0]
                self.words[here] = [
                    re.sub(r"\(.*\)", "", w).replace("_", " ") for w in parts[4 : 4 + 2 * n : 2]
                ]
                self.above[here] = [(pos, b) for a, b in pairwise(parts[5 + 2 * n :]) if a == "@"]

    def synonyms(self, lemma: str, pos: frozenset[str]) -> list[str]:
        """Other words for it; of a noun also the more general ones."""
        here = self.sense.get(lemma)
        if here is None or here[0] not in pos:
            return []
        found = list(self.words[here]) * 2
        if here[0] == "noun":
            found += [w for up in self.above[here] for w in self.words[up]]
        return [w for w in found if w.lower() != lemma and w.islower() and w.count(" ") < 2]

    def other(self, word: str, rng: random.Random) -> str | None:
        """Another word in the same form: plural, past or as it stands; None if there is none."""
        every = frozenset(POS.values())
        if found := self.synonyms(word, every):
            return rng.choice(found)
        if word.endswith("s") and (found := self.synonyms(word[:-1], frozenset(["noun"]))):
            chosen = rng.choice(found)
            return chosen[:-1] + "ies" if re.search("[^aeiou]y$", chosen) else chosen + "s"
        for cut in (1, 2):
            if word.endswith("ed") and (found := self.synonyms(word[:-cut], frozenset(["verb"]))):
                first, *rest = rng.choice(found).split(" ")
                first += "d" if first.endswith("e") else "ed"
                return " ".join([first, *rest])
        return None

    def reword(self, question: str, rng: random.Random) -> str:
        words = re.split(r"(\W+)", question)
        for i, word in enumerate(words):
            usable = word.islower() and len(word) > 3 and word not in KEPT
            if usable and rng.random() < CHANGED and (other := self.other(word, rng)):
                words[i] = other
        return "".join(words)
