"""A question's vector without PyTorch, held against sentence-transformers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from assistant.index.embed import Embedder, packaged
from tests.conftest import ROOT


def test_a_question_has_the_vector_that_sentence_transformers_gives() -> None:
    embedder = Embedder()
    lines = (ROOT / "eval" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line)["question"] for line in lines][:60]
    asked += ["", "é ﬁ 東京", "long words " * 300]
    small = np.stack([embedder.encode_question(text) for text in asked])
    assert small.shape == (63, 384)
    assert np.abs(embedder.encode_few(asked) - small).max() < 1e-4  # together as one by one
    reference = SentenceTransformer(str(packaged()), local_files_only=True, device="cpu")
    exact = reference.encode(asked, normalize_embeddings=True)
    assert ((small * exact).sum(1) > 0.9999).all()
    assert ((embedder.encode(asked) * exact).sum(1) > 0.9999).all()  # few, without PyTorch
    many = embedder.encode([*asked, *asked])  # in bfloat16, where it can
    assert ((many * np.concatenate([exact, exact])).sum(1) > 0.9999).all()


def test_a_question_needs_no_torch_and_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    (folder / "a.txt").write_text("The harbour was built in 1871 by Mary Cole.")
    code = (
        "import sys; from assistant import Assistant\n"
        f"with Assistant.from_corpus({str(folder)!r}) as a:\n"
        "    print(a.ask('Who built the harbour?').text, sorted(set(sys.modules) & set(sys.argv)))"
    )
    home = tmp_path / "home"
    home.mkdir()
    env = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    heavy = ["torch", "transformers", "llama_index", "scipy", "gradio", "kreuzberg", "pdfplumber"]
    run = [sys.executable, "-c", code, *heavy]
    first = subprocess.run(run, env=env, check=True, capture_output=True, text=True)
    assert "'torch'" not in first.stdout  # nor does one file that is read for the first time
    again = subprocess.run(run, env=env, check=True, capture_output=True, text=True)
    # ONNX Runtime's telemetry would leave a device id here
    assert list(home.rglob("*")) == []
    assert again.stdout.split("\n")[0] == "Mary Cole []"
