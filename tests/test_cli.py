"""The command line, as a person or a script runs it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import pty
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from assistant.cli import main
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "docs"
    folder.mkdir()
    (folder / "harbour.txt").write_text(
        "The harbour of Brindle was built in 1871 by the engineer Mary Cole.\n\n"
        "It cost 40,000 pounds."
    )
    return folder


class Done(NamedTuple):
    """What a command printed, and its exit status."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs a command in this process: one of its own takes seconds to import what it needs."""
    log = logging.getLogger("assistant")
    before = list(log.handlers)

    def ran(*args: object) -> Done:
        return Done(main(list(map(str, args))), *capfd.readouterr())

    yield ran
    log.handlers[:] = before


def test_answered_is_0_and_json_is_the_contract(run: Run, corpus: Path) -> None:
    done = run("ask", "Who built the harbour?", "--corpus", corpus, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["status"] == "answered" and answer["text"] == "Mary Cole"
    names = "status text quotes closest confidence question query_used"
    assert set(answer) >= set(names.split())
    text = (corpus / "harbour.txt").read_text()
    quote = answer["quotes"][0]
    assert text[quote["start"] : quote["end"]] == quote["text"]
    assert text[quote["answer_start"] : quote["answer_end"]] == "Mary Cole"


def test_not_found_is_1_and_plain_when_piped(run: Run, corpus: Path) -> None:
    done = run("ask", "What is the capital of Australia?", "--corpus", corpus)
    assert done.returncode == 1
    assert done.stdout.startswith("The documents don't say.")
    assert "not an answer" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("ask", " "), "The question is empty"),
        (("ask", "Who?", "--corpus", "nowhere"), "There is no folder nowhere"),
        (("ingest", "--corpus", "nowhere"), "There is no folder nowhere"),
    ],
)
def test_an_error_is_2_and_one_line(
    run: Run, corpus: Path, args: tuple[str, ...], words: str
) -> None:
    extra = () if "--corpus" in args else ("--corpus", corpus)
    done = run(*args, *extra)
    assert done.returncode == 2
    assert words in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_ingest_says_what_it_did(run: Run, corpus: Path) -> None:
    run("ingest", "--corpus", corpus)
    assert "1 unchanged; 0 chunks embedded" in run("ingest", "--corpus", corpus).stdout


def test_a_terminal_gets_colour(corpus: Path) -> None:
    parent, child = pty.openpty()
    asked = "Who built the harbour?"
    subprocess.run(
        [sys.executable, "-m", "assistant.cli", "ask", asked, "--corpus", corpus],
        stdout=child, stderr=subprocess.DEVNULL, timeout=120, check=True,
        env={**os.environ, "TERM": "xterm-256color"},
    )  # fmt: skip
    os.close(child)
    assert b"\x1b[1;" in os.read(parent, 10_000)


def test_a_document_cannot_steer_the_terminal(run: Run, folder: Path, tmp_path: Path) -> None:
    (folder / "a.txt").write_text(
        "The ferry \x1b]0;x\x07leaves at \x1b[31mseven\u202e in the morning."
    )
    index = tmp_path / "index"
    asked = run("ask", "When does the ferry leave?", "--corpus", folder, "--index", index)
    assert "<U+001B>" in asked.stdout
    assert not {"\x1b", "\x07", "\u202e"} & set(asked.stdout)


def test_beside_a_running_chat_ask_goes_through_it(
    run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASSISTANT_AUTH", raising=False)
    index = tmp_path / "index"
    where = ("--corpus", corpus, "--index", index)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "assistant.cli", "chat", *where, "--port", port]
    told = tmp_path / "index-chat.json"
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # where nothing listens
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True) as chat:
        try:
            while not told.exists():
                assert chat.poll() is None
                time.sleep(0.2)
            done = run("ask", "Who built the harbour?", *where)
            while "Still reading" in done.stdout:
                done = run("ask", "Who built the harbour?", *where)
            assert (done.returncode, done.stdout.splitlines()[0]) == (0, "Mary Cole")
            done = run("ask", "Who?", "--only", "nothing", *where)
            assert done.returncode == 2 and "no document nothing" in done.stderr
            for command in ("ingest", "status"):
                done = run(command, *where)
                assert done.returncode == 0 and f"127.0.0.1:{port}" in done.stdout
        finally:
            chat.terminate()
        assert chat.wait(30) == 0
    assert not told.exists()
    assert run("status", *where).stdout.endswith("Up to date.\n")
    told.write_text('{"url": "http://127.0.0.1:9/"}')  # of a chat that was killed
    assert run("ask", "Who built the harbour?", *where).stdout.startswith("Mary Cole")


def test_a_saved_answer_is_verified(run: Run, corpus: Path, tmp_path: Path) -> None:
    saved = tmp_path / "answer.json"
    run("ask", "Who built the harbour?", "--corpus", corpus, "--save", saved)
    done = run("verify", saved, "--corpus", corpus)
    assert done.returncode == 0 and "2 exact" in done.stdout
    saved.write_text(saved.read_text().replace("1871", "1872"))
    done = run("verify", saved, "--corpus", corpus)
    assert done.returncode == 1 and "1872 1871" in " ".join(done.stdout.split())
    done = run("verify", tmp_path / "none.json", "--corpus", corpus)
    assert done.returncode == 2 and "no file" in done.stderr
    done = run("ask", "Who built it?", "--corpus", corpus, "--save", tmp_path / "no" / "a.json")
    assert done.returncode == 2 and "Cannot write" in done.stderr


README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def beginner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the README's examples run as printed."""
    folder = tmp_path_factory.mktemp("beginner")
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    return folder


def test_the_command_in_the_readme_prints_what_is_printed(
    run: Run, beginner: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(beginner)
    block = re.search(r"    \$ assistant (ask .*)\n((?: {4}.*\n|\n)+)", README)
    assert block
    done = run(*shlex.split(block[1]))
    assert done.returncode == 0
    # processors round differently: tests/test_docs.py looks at the confidence
    printed, shown = (re.sub(r"\d+%", "", text).split() for text in (done.stdout, block[2]))
    assert printed == shown


def test_the_python_in_the_readme_runs_as_printed(
    beginner: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(beginner)
    block = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert block
    exec(compile(block[1], "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith("57,000 | ")


def test_mcp_in_the_readme_runs_as_printed(beginner: Path) -> None:
    printed = re.search(r"^    (\{\"mcpServers\".*)$", README, re.MULTILINE)
    assert printed
    told = json.loads(printed[1])["mcpServers"]["documents"]
    command = str(Path(sys.executable).parent / told["command"])
    server = StdioServerParameters(command=command, args=told["args"], cwd=beginner)

    async def ask() -> tuple[list[str], dict[str, Any] | None]:
        async with stdio_client(server) as streams, ClientSession(*streams) as session:
            await session.initialize()
            names = [tool.name for tool in (await session.list_tools()).tools]
            asked = {"question": "How many people live in Greenland?"}
            return names, (await session.call_tool("ask", asked)).structuredContent

    names, answer = asyncio.run(ask())
    assert names == ["ask", "list_documents"]
    assert answer is not None and answer["text"] == "57,000"
