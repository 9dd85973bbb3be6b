"""The real thing, once: one assistant on the real article, and a guard against the network."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("TQDM_DISABLE", "1")

ROOT = Path(__file__).parent.parent
ARTICLE = ROOT / "corpus" / "greenland-live-blog.txt"


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Any connection beyond this machine fails the test that makes it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
            host = str(address[0])
            assert host.startswith("127.") or host in ("::1", "localhost"), f"reached for {host}"
        connect(self, address)  # type: ignore[arg-type]

    socket.socket.connect = guarded  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    """The assistant on the default corpus, its index in a temporary folder."""
    from assistant import Assistant

    index = tmp_path_factory.mktemp("index")
    with Assistant.from_corpus(ROOT / "corpus", index=index) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small corpus of one's own, to write into."""
    made = tmp_path / "docs"
    made.mkdir()
    return made
