"""The index follows the folder: real Chroma, the real embedder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.documents import chunk
from assistant.errors import StoreError


def opened(folder: Path, tmp_path: Path, **settings: object) -> Assistant:
    return Assistant.from_corpus(folder, index=tmp_path / "index", **settings)


def test_a_second_run_embeds_nothing(folder: Path, tmp_path: Path) -> None:
    (folder / "a.txt").write_text("The harbour was built in 1871 by Mary Cole.")
    with opened(folder, tmp_path) as first:
        assert first.report.added == ("a.txt",) and first.report.chunks == 1
    with opened(folder, tmp_path) as second:
        assert second.report.unchanged == 1 and second.report.chunks == 0


def test_a_changed_file_answers_with_its_new_words_only(folder: Path, tmp_path: Path) -> None:
    (folder / "a.txt").write_text("The harbour was built in 1871 by Mary Cole.")
    (folder / "b.txt").write_text("The railway was closed in 1964.")
    opened(folder, tmp_path).close()
    (folder / "a.txt").write_text("The harbour was built in 1875 by Mary Cole.")
    with opened(folder, tmp_path) as assistant:
        assert assistant.report.changed == ("a.txt",) and assistant.report.chunks == 1
        assert assistant.ask("When was the harbour built?").text == "1875"
        assert not any("1871" in h.chunk.text for h in assistant.retrieve("harbour 1871"))


def test_a_removed_file_leaves_no_trace(folder: Path, tmp_path: Path) -> None:
    (folder / "a.txt").write_text("The harbour was built in 1871 by Mary Cole.")
    (folder / "b.txt").write_text("The railway was closed in 1964.")
    opened(folder, tmp_path).close()
    (folder / "a.txt").unlink()
    with opened(folder, tmp_path) as assistant:
        assert assistant.report.removed == ("a.txt",)
        assert [d.doc_id for d in assistant.documents()] == ["b.txt"]
        answer = assistant.ask("Who built the harbour?")
        assert all(q.doc_id == "b.txt" for q in answer.quotes + answer.closest)


def test_an_index_made_otherwise_is_built_anew_and_says_so(
    folder: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (folder / "a.txt").write_text("The harbour was built in 1871 by Mary Cole.")
    opened(folder, tmp_path).close()
    monkeypatch.setattr(chunk, "CHARS", 500)
    with opened(folder, tmp_path) as assistant:
        assert assistant.report.chunks == 1
        assert assistant.ask("When was the harbour built?").text == "1871"
    assert "building it anew" in caplog.text


def test_documents_come_back_as_they_were_read(folder: Path, tmp_path: Path) -> None:
    text = "Line\u00a0one.\r\n\r\n“Quoted” – 𝔘nicode é.\n\nAdvertisement\n\nEnd."
    (folder / "a.txt").write_bytes(text.encode())
    with opened(folder, tmp_path) as assistant:
        document = assistant.document("a.txt")
        assert document.text == text
        assert [text[a:b] for a, b in document.skipped] == ["Advertisement"]
        with pytest.raises(StoreError, match="no longer in the index"):
            assistant.document("b.txt")


def test_a_second_process_is_told_at_once(folder: Path, tmp_path: Path) -> None:
    (folder / "a.txt").write_text("The harbour was built in 1871 by Mary Cole.")
    with opened(folder, tmp_path):
        run = subprocess.run(
            [sys.executable, "-m", "assistant.cli", "ask", "Who?", "--corpus", folder,
             "--index", tmp_path / "index"],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert run.returncode == 2
    assert "is in use by process" in run.stderr and "Traceback" not in run.stderr


def test_chunks_of_an_unfinished_ingest_are_not_answered_from(folder: Path, tmp_path: Path) -> None:
    """As after a kill between writing a document's chunks and its record."""
    (folder / "a.txt").write_text("The harbour was built in 1871 by Mary Cole.")
    (folder / "b.txt").write_text("The railway was closed in 1964.")
    with opened(folder, tmp_path) as assistant:
        assistant._store.remove("a.txt")
        found = assistant.retrieve("Who built the harbour?")
        assert {h.chunk.doc_id for h in found} == {"b.txt"}
    with opened(folder, tmp_path) as assistant:
        assert assistant.report.added == ("a.txt",)
        assert assistant.ask("Who built the harbour?").text == "Mary Cole"


def test_a_damaged_index_is_a_clear_line_and_built_anew(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "a.txt").write_text("The harbour was built in 1871 by Mary Cole.")
    opened(folder, tmp_path).close()
    (tmp_path / "index" / "chroma" / "chroma.sqlite3").write_bytes(b"not a database" * 100)
    with opened(folder, tmp_path) as assistant:
        assert assistant.ask("Who built the harbour?").text == "Mary Cole"
    assert "building it anew" in caplog.text
