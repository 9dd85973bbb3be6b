"""Question + Hits -> Spans: the reader finds where a passage answers, or that it does not.

A span-extraction model in ONNX, made by `training/`, run by ONNX Runtime.  Three steps: windows
of word pieces, the model, and the arithmetic on its logits (`best_spans`, a pure function).
The first token stands for "no answer here" (Devlin et al. 2019, section 4.3), so a span's margin
over it compares across passages.
"""

from __future__ import annotations

import ctypes
import hashlib
import io
import json
import shutil
import tempfile
import time
import zlib
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from assistant.errors import ModelError
from assistant.records import Hit, Span

FOLDER = Path(__file__).parent.parent / "models" / "reader"
MAX_TOKENS = 384  # of a window, question included
STRIDE = 96  # word pieces that neighbouring windows share: longer than any answer
QUESTION_TOKENS = 64
ANSWER_TOKENS = 30  # a sentence or so
SPANS = 4  # kept of each window
PIECE = 1 << 20  # bytes of the packed model read at a time: what the cache holds
LEFT_BEHIND = 3600.0  # seconds after which a folder to unpack in is nobody's
REMEMBERED = 256  # passages beside their question: asking again costs nothing

Logits = NDArray[np.float32]


class Reader:
    """The model in a folder.  Raises ModelError when a file is missing or not what it should be."""

    def __init__(self, folder: Path = FOLDER, threads: int = 0) -> None:
        packed = folder / "reader.onnx.gz"
        try:
            card = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._question_tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            packed.open("rb").close()
        except Exception as error:  # the tokenizer's are plain ones
            raise ModelError(f"The reader in {folder} is incomplete: reinstall the package.") from (
                error
            )
        self.identity = str(card["sha256"])
        self._session = load_session(packed, self.identity, card.get("unpacked_sha256"), threads)
        self._tokenizer.no_padding()
        self._question_tokenizer.no_padding()
        self._question_tokenizer.no_truncation()
        self._tokenizer.enable_truncation(MAX_TOKENS, stride=STRIDE, strategy="only_second")
        self._remembered = lru_cache(REMEMBERED)(self._passage)

    def read(self, question: str, hits: Sequence[Hit], contexts: Sequence[str] = ()) -> list[Span]:
        """Candidate answers in all `hits`, best margin first; the best one of each hit is always
        among them, however low.

        contexts: for each hit what is read before it and holds no answer, such as the headings
        above it; none, where there are none"""
        question = self._shortened(question)
        best: dict[tuple[str, int, int], Span] = {}
        for i, hit in enumerate(hits):
            chunk, context = hit.chunk, contexts[i] if contexts else ""
            at = len(context)
            for a, b, margin in self._remembered(question, context + chunk.text, at):
                if place := chunk.locate(a - at, b - at):
                    found = Span(chunk.doc_id, *place, margin, i)
                    key = (found.doc_id, found.start, found.end)
                    if key not in best or best[key].margin < margin:
                        best[key] = found
        return sorted(best.values(), key=lambda s: -s.margin)

    def read_text(self, question: str, text: str) -> list[tuple[int, int, float]]:
        """Candidate answers in a text that is no hit, as (start, end, margin), best first."""
        return sorted(self._remembered(self._shortened(question), text), key=lambda s: -s[2])

    def knows(self, word: str) -> bool:
        """Whether a word, in lower case, is one of the 30,000 commonest: one piece to the model."""
        return self._question_tokenizer.token_to_id(word) is not None

    def _shortened(self, question: str) -> str:
        offsets = self._question_tokenizer.encode(question, add_special_tokens=False).offsets
        return question[: offsets[:QUESTION_TOKENS][-1][1]] if offsets else question

    def _passage(self, question: str, text: str, at: int = 0) -> list[tuple[int, int, float]]:
        """The best spans of each window of a passage, as (first, last, margin) in characters; none
        begins before `at`.

        One window at a time: the int8 scales are those of the whole input, so in a batch a
        passage's score would hang on its neighbours, and a batch of five gains but 4 % on two
        cores."""
        whole = self._tokenizer.encode(question, text)
        found = []
        for window in [whole, *whole.overflowing]:
            ids = np.array([window.ids], dtype=np.int64)
            feeds: dict[str, Any] = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
            start, end = self._session.run(["start_logits", "end_logits"], feeds)
            found += spans(window, np.asarray(start)[0], np.asarray(end)[0], text, at)
        return found


def load_session(
    packed: Path, identity: str, unpacked: str | None, threads: int
) -> onnxruntime.InferenceSession:
    """The packed model, ready.  It stays unpacked beside its file, as Python's own do in
    __pycache__, where that may be written, and is checked each time by its SHA-256 `unpacked`:
    a seventh of the time.  Raises ModelError as `unpack_weights` does."""
    kept = packed.with_suffix("")
    with suppress(OSError), kept.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() == unpacked:
            return open_session(str(kept), threads)
    for stale in packed.parent.glob("reader-*/"):  # of one that was killed
        with suppress(OSError):  # another process may be taking it away
            if time.time() - stale.stat().st_mtime > LEFT_BEHIND:
                shutil.rmtree(stale, ignore_errors=True)
    for parent in (packed.parent, None) if unpacked else (None,):
        try:
            with tempfile.TemporaryDirectory(prefix="reader-", dir=parent) as place:
                # by a file: from memory it would lie there twice while it is loaded
                model = Path(place) / "reader.onnx"
                with model.open("wb") as out:
                    unpack_weights(packed, out, identity)
                if parent:
                    return open_session(str(model.replace(kept)), threads)
                return open_session(str(model), threads)
        except OSError:  # no room there, or nothing may be written
            continue
    memory = io.BytesIO()
    unpack_weights(packed, memory, identity)
    return open_session(memory.getvalue(), threads)


def unpack_weights(packed: Path, out: IO[bytes], expected: str) -> None:
    """Write the model that is packed.  Raises ModelError where the SHA-256 of what it is packed in
    is not the one expected, OSError where it cannot be written."""
    digest, unpacking = hashlib.sha256(), zlib.decompressobj(wbits=31)  # gzip's form
    with packed.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            with suppress(zlib.error):  # altered, as the digest says
                out.write(unpacking.decompress(piece))
    if digest.hexdigest() != expected:
        raise ModelError(f"The reader in {packed.parent} has been altered: reinstall the package.")


def open_session(model: str | bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(
        model,
        options,
        providers=["CPUExecutionProvider"],
        # its kernel takes ten times as long as the two that it stands for (1.32 on a CPU):
        # a tenth of the reading
        disabled_optimizers=["SkipLayerNormFusion"],
    )
    with suppress(AttributeError, OSError, TypeError):  # of glibc, which keeps what is freed:
        ctypes.CDLL(None).malloc_trim(0)  # more than the model has in the end
    return session


def spans(
    window: Encoding, start: Logits, end: Logits, text: str, at: int = 0
) -> list[tuple[int, int, float]]:
    """The best spans of a window as (first, last, margin) in characters of the passage, from `at`
    on."""
    offsets = window.offsets
    inside = np.array(
        [s == 1 and o[0] >= at for s, o in zip(window.sequence_ids, offsets, strict=True)]
    )
    found = []
    for i, j, margin in best_spans(start, end, inside):
        a, b = whole_words(text, offsets[i][0], offsets[j][1])
        if at <= a < b and any(map(str.isalnum, text[a:b])):  # marks alone answer nothing
            found.append((a, b, margin))
    return found


def best_spans(
    start: Logits, end: Logits, inside: NDArray[np.bool_], n: int = SPANS
) -> list[tuple[int, int, float]]:
    """The `n` best (first, last, margin) with first <= last < first + ANSWER_TOKENS, both inside.

    start, end: (tokens,) logits; token 0 is the null.  inside: (tokens,) where a span may lie.
    margin = start[first] + end[last] - start[0] - end[0].  Of spans that overlap only the best
    is kept.
    """
    places = np.flatnonzero(inside)
    if not len(places):
        return []
    low, high = int(places[0]), int(places[-1]) + 1
    table = start[low:high, None] + end[None, low:high]
    size = high - low
    band = np.triu(np.ones((size, size), dtype=bool)) & ~np.triu(
        np.ones((size, size), dtype=bool), ANSWER_TOKENS
    )
    table = np.where(band, table, -np.inf)
    null = float(start[0] + end[0])
    found: list[tuple[int, int, float]] = []
    while len(found) < n:
        i, j = np.unravel_index(int(np.argmax(table)), table.shape)
        if not np.isfinite(table[i, j]):
            break
        found.append((int(i) + low, int(j) + low, float(table[i, j]) - null))
        table[: j + 1, i:] = -np.inf  # all that starts before its end and ends after its start
    return found


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A span widened to whole words and figures, without punctuation or spaces at its ends."""
    while 0 < start < len(text) and joins(text, start):
        start -= 1
    while 0 < end < len(text) and joins(text, end):
        end += 1
    while start < end and (text[start].isspace() or text[start] in ",;:.!?)]}-–—"):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in ",;:([{-–—"):
        end -= 1
    if end - start > 1 and text[end - 1] in ".!?" and not abbreviated(text[start:end]):
        end -= 1
    for quote in ('"', "“”", "`", "()", "[]", "{}"):  # one that is left of a pair
        if text[start:end].count(quote[0]) + text[start:end].count(quote[-1]) in (1, 2):
            first, last = text[start] in quote, text[end - 1] in quote
            if first and not last and text[start + 1 : end].count(quote[-1]) == 0:
                start += 1
            elif last and not first and text[start : end - 1].count(quote[0]) == 0:
                end -= 1
    return start, end


def joins(text: str, at: int) -> bool:
    """Whether a cut before `text[at]` would part a word or a figure such as 57,000."""
    before, after = text[at - 1], text[at]
    if before.isalnum() and after.isalnum():
        return True
    figure = at + 1 < len(text) and before.isdigit() and after in ".," and text[at + 1].isdigit()
    return figure or (at > 1 and before in ".," and after.isdigit() and text[at - 2].isdigit())


def abbreviated(span: str) -> bool:
    """Whether a full stop at the end belongs to the word: U.S., p.m., Jr."""
    last = span.rsplit(None, 1)[-1]
    return last.count(".") > 1 or last in {"Jr.", "Sr.", "Inc.", "Ltd.", "Co.", "Corp.", "etc."}
