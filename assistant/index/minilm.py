"""all-MiniLM-L6-v2 without PyTorch: a question, or a few sentences -> their vectors, in NumPy.

One question is a dozen words: the arithmetic takes some milliseconds, and importing PyTorch for it
takes seconds and half a gigabyte.  The same numbers as sentence-transformers gives, but for
rounding; it stays for the documents, and as the reference that a test holds this against.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from tokenizers import Tokenizer

HEADS = 12
MOST_TOKENS = 256  # as the model's sentence_bert_config.json has it
WORD_TABLE = "embeddings.word_embeddings.weight"
EPSILON = 1e-12
ERF = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592]

Array = NDArray[np.float32]


class MiniLM:
    """The model in a folder of sentence-transformers: a BERT (Devlin et al. 2019), whose outputs
    are averaged and brought to length 1."""

    def __init__(self, folder: Path) -> None:
        file = folder / "model.safetensors"
        # laid out as they are multiplied, the three of attention as one: takes a third of the time
        with safe_open(file, framework="numpy") as stored:
            self._weights = {
                name: np.ascontiguousarray(made.T) if name.startswith("encoder") else made
                for name, made in joined(stored)
            }
        # half of the file is a row for each word: those of a question are read when it is asked
        self._stored = safe_open(file, framework="numpy")
        self._words = self._stored.get_slice(WORD_TABLE)  # type: ignore[no-untyped-call]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._layers = 1 + max(
            int(name.split(".")[2]) for name in self._weights if name.startswith("encoder.layer.")
        )

    def encode(self, texts: Sequence[str]) -> Array:
        """(n,) texts -> (n, dimensions) vectors; the tokens of all are multiplied at once."""
        ids = [self._tokenizer.encode(text).ids for text in texts]
        parts = list(pairwise(np.cumsum([0, *map(len, ids)]).tolist()))
        places = np.concatenate([np.arange(len(i)) for i in ids])
        w = self._weights
        x = (
            np.concatenate([self._words[i : i + 1] for part in ids for i in part])
            + w["embeddings.position_embeddings.weight"][places]
            + w["embeddings.token_type_embeddings.weight"][0]
        )
        x = self._norm(x, "embeddings.LayerNorm")
        for i in range(self._layers):
            x = self._layer(x, f"encoder.layer.{i}", parts)
        means = np.stack([x[a:b].mean(0) for a, b in parts])
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        return means.astype(np.float32)

    def _layer(self, x: Array, name: str, parts: Sequence[tuple[int, int]]) -> Array:
        n, size = x.shape
        whole = self._dense(x, f"{name}.attention.self").reshape(n, 3, HEADS, -1)
        mixed = np.concatenate([attend(whole[a:b]) for a, b in parts]).reshape(n, size)
        mixed = self._dense(mixed, f"{name}.attention.output.dense")
        x = self._norm(x + mixed, f"{name}.attention.output.LayerNorm")
        wide = gelu(self._dense(x, f"{name}.intermediate.dense"))
        return self._norm(x + self._dense(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _dense(self, x: Array, name: str) -> Array:
        made: Array = x @ self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return made

    def _norm(self, x: Array, name: str) -> Array:
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + EPSILON)
        made: Array = x * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return made


def attend(whole: Array) -> Array:
    """(tokens, 3, heads, width) query, key and value of one text -> (tokens, heads, width)."""
    query, key, value = whole.transpose(1, 2, 0, 3)
    scores = query @ key.swapaxes(1, 2) / np.sqrt(whole.shape[-1])
    scores = np.exp(scores - scores.max(-1, keepdims=True))
    mixed: Array = (scores / scores.sum(-1, keepdims=True)) @ value
    return mixed.swapaxes(0, 1)


def joined(stored: Any) -> Iterator[tuple[str, Array]]:
    """The weights but those of words, with query, key and value of each layer one above the
    other."""
    for name in stored.keys():  # noqa: SIM118  # no dict
        if ".self.query." in name:
            parts = [stored.get_tensor(name.replace("query", p)) for p in ("query", "key", "value")]
            yield name.replace(".query", ""), np.concatenate(parts)
        elif name != WORD_TABLE and ".self.key." not in name and ".self.value." not in name:
            yield name, stored.get_tensor(name)


def gelu(x: Array) -> Array:
    """x times the share of a normal distribution below it, erf by Abramowitz and Stegun 1964,
    7.1.26, exact to 1.5e-7: scipy's takes longer to import than all questions of a minute."""
    z = np.abs(x) / np.float32(np.sqrt(2))
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = np.zeros_like(t)
    for factor in ERF:  # Horner's scheme
        series = (series + np.float32(factor)) * t
    erf = np.sign(x) * (1 - series * np.exp(-z * z))
    return (x * np.float32(0.5) * (1 + erf)).astype(np.float32)
