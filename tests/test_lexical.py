"""The inverted index: it finds words in any form, stays level with Chroma, and mends itself."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from assistant.config import Config
from assistant.documents.corpus import load_documents
from assistant.index import lexical
from assistant.index.ingest import ingest
from assistant.index.lexical import Lexical
from assistant.index.store import Store
from assistant.records import Chunk
from tests.computed import ComputedEmbedder

IDENTITY = "computed 3/900"


def bring_up(folder: Path, index: Path) -> None:
    with Store.in_folder(index, IDENTITY) as store:
        ingest(load_documents(folder)[0], store, ComputedEmbedder(), Config())


def found(index: Path, question: str) -> list[str]:
    with Store.in_folder(index) as store:
        return [chunk.doc_id for chunk in store.matching(question, 5)]


@pytest.fixture
def index(folder: Path, tmp_path: Path) -> Path:
    (folder / "harbour.txt").write_text("Mary Cole built the harbours at Plzeň in 1871.")
    (folder / "railway.txt").write_text("The railway to the harbour was closed in 1964.")
    (folder / "garden.txt").write_text("Figs grow in the garden.")
    made = tmp_path / "index"
    bring_up(folder, made)
    return made


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("When was the railway closed?", ["railway.txt"]),
        ("Who is building harbours?", ["harbour.txt", "railway.txt"]),  # by their stems
        ("Plzen", ["harbour.txt"]),
        ("GARDEN", ["garden.txt"]),
        ("xyzzy", []),
        ("?", []),
        ('"harbour" AND (railway* OR NEAR', ["railway.txt", "harbour.txt"]),  # no syntax of FTS5
    ],
)
def test_words_find_their_chunks_best_first(index: Path, question: str, names: list[str]) -> None:
    assert found(index, question) == names


def test_it_follows_the_documents(folder: Path, index: Path) -> None:
    (folder / "railway.txt").write_text("The canal was closed in 1964.")
    (folder / "garden.txt").unlink()
    (folder / "mill.txt").write_text("The mill burnt down.")
    bring_up(folder, index)
    assert found(index, "railway") == [] == found(index, "figs")
    assert found(index, "canal mill") == ["mill.txt", "railway.txt"]


def test_what_is_put_while_it_is_open_is_found_at_once(folder: Path, index: Path) -> None:
    with Store.in_folder(index, IDENTITY) as store:
        assert store.matching("mill", 5) == []
        (folder / "mill.txt").write_text("The mill burnt down.")
        ingest(load_documents(folder)[0], store, ComputedEmbedder(), Config())
        assert [c.doc_id for c in store.matching("mill", 5)] == ["mill.txt"]
        store.remove("mill.txt")
        assert store.matching("mill", 5) == []


@pytest.mark.parametrize("damage", ["gone", "noise", "cut", "bit", "other", "no tables"])
def test_it_is_made_anew_alone(index: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    file = index / "words.sqlite3"
    data = file.read_bytes()
    if damage == "gone":
        file.unlink()
    elif damage in ("other", "no tables"):
        with sqlite3.connect(file) as database:
            database.execute(
                "UPDATE made_with SET identity = 'other'"
                if damage == "other"
                else "DROP TABLE documents"
            )
        database.close()
    else:
        half = len(data) // 2
        file.write_bytes(
            {
                "noise": b"no database" * 999,
                "cut": data[:half],
                "bit": data[:half] + bytes([data[half] ^ 1]) + data[half + 1 :],
            }[damage]
        )
    assert found(index, "railway") == ["railway.txt"]
    assert not caplog.text  # nothing was lost, so nothing is said


def test_damage_while_it_is_open_is_mended(index: Path) -> None:
    with Store.in_folder(index, IDENTITY) as store:
        assert store.matching("railway", 5)
        with sqlite3.connect(index / "words.sqlite3") as other:
            other.execute("DROP TABLE chunks")
        other.close()
        assert [c.doc_id for c in store.matching("railway", 5)] == ["railway.txt"]


def test_common_words_give_way_to_rare_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical, "MOST_RANKED", 5)
    words = Lexical(None, IDENTITY)
    chunks = [Chunk("a", "1", n, n + 1, f"harbour {'mill' if n < 3 else ''}") for n in range(9)]
    words.level({"a": "1"}, lambda _: chunks)
    assert len(words.search("the mill of the harbour", 20)) == 3
    assert len(words.search("harbour", 20)) == 9  # the rarest is always looked for


def test_two_processes_may_share_the_file(tmp_path: Path) -> None:
    one, other = (Lexical(tmp_path / "words.sqlite3", IDENTITY) for _ in "ab")
    chunk = Chunk("a", "1", 0, 7, "harbour")
    one.level({"a": "1"}, lambda _: [chunk])
    other.level({"a": "1"}, lambda _: [chunk])
    assert one.search("harbour", 5) == other.search("harbour", 5) == [chunk.chunk_id]
    other.level({}, lambda _: [])
    assert one.search("harbour", 5) == []
