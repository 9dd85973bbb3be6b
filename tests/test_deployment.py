"""Running it for other people: what `deploy/README.md` promises."""

from __future__ import annotations

import configparser
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from assistant import Assistant
from assistant.cli import parser
from assistant.web import serve
from assistant.web.talks import Talks, Turn
from tests.conftest import ROOT

SECRET = "xylophonist"
COMMAND = "import sys; from assistant.cli import main; sys.exit(main())"


def documents(folder: Path, master: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "harbour.txt").write_text(f"The harbour\n\nThe harbour master is {master}.\n")
    return folder


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The addresses of two services, each with a folder and a login of its own."""
    folder, opened = tmp_path_factory.mktemp("groups"), {}
    apps, assistants = [], []
    for name, master in (("ada", "Jonas Vik"), ("bo", "Tove Rask")):
        corpus = documents(folder / name, master)
        (corpus / f"{name}.txt").write_text(f"The key of {name}\n\nThe key is under the mat.\n")
        made = Assistant.from_corpus(corpus, index=folder / f"{name}-index")
        login = {"ASSISTANT_AUTH": f"{name}:of {name}"}
        apps.append(serve(made, port=None, block=False, quiet=True, environ=login))
        assistants.append(made)
        opened[name] = apps[-1].local_url
    yield opened
    for app in apps:
        app.close()
    for made in assistants:
        made.close()


def test_a_login_is_for_its_own_folder(groups: dict[str, str]) -> None:
    question = {"question": "Who is the harbour master?"}
    own, foreign = ("ada", "of ada"), ("bo", "of bo")
    at = groups["ada"]
    told = httpx.post(at + "api/ask", json=question, auth=own, timeout=60).json()
    assert told["text"] == "Jonas Vik"
    assert httpx.post(at + "api/ask", json=question, auth=foreign).status_code == 401
    asked = question | {"documents": ["bo.txt"]}  # a document of the others
    refused = httpx.post(at + "api/ask", json=asked, auth=own, timeout=60)
    assert refused.status_code == 422 and "no document" in refused.json()["error"]
    listing = {
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "list_documents", "arguments": {}},
    }  # fmt: skip
    headers = {"Accept": "application/json, text/event-stream"}
    for auth, status in ((own, 200), (foreign, 401), (None, 401)):
        reply = httpx.post(at + "mcp", json=listing, headers=headers, auth=auth, timeout=60)
        assert reply.status_code == status
        assert ("ada.txt" in reply.text) == (status == 200) and "bo.txt" not in reply.text
    signed_in = httpx.Client(base_url=at)
    wrong = {"username": "bo", "password": "of bo"}
    assert signed_in.post("login", data=wrong).status_code == 400
    assert signed_in.get("config").status_code == 401
    assert signed_in.post("login", data={"username": "ada", "password": "of ada"}).is_success
    assert signed_in.get("config").status_code == 200


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_logs_hold_no_question_and_sigterm_ends_it_whole(tmp_path: Path) -> None:
    corpus, port = documents(tmp_path / "docs", "Jonas Vik"), free_port()
    arguments = ["chat", "--port", port, "--corpus", corpus, "--index", tmp_path / "index"]
    server = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    at = f"http://127.0.0.1:{port}/"
    for _ in range(240):
        with suppress(httpx.HTTPError):
            httpx.get(at + "health").raise_for_status()
            break
        time.sleep(0.25)
    question = f"Who is the {SECRET} of the harbour?"
    for body in (
        {"question": question},
        {"question": question * 200},
        {"question": question, "documents": [SECRET]},
        {"question": question, SECRET: 1},
    ):
        assert httpx.post(at + "api/ask", json=body, timeout=60).status_code in (200, 400, 422)
    httpx.get(at + SECRET)
    bad = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"arguments": SECRET}}
    headers = {"Accept": "application/json, text/event-stream"}
    httpx.post(at + "mcp", json=bad, headers=headers, timeout=60)
    server.send_signal(signal.SIGTERM)
    said, _ = server.communicate(timeout=60)
    assert server.returncode in (0, 130)
    assert at.rstrip("/") in said and SECRET not in said
    with Assistant.from_corpus(corpus, index=tmp_path / "index") as again:
        assert again.report.unchanged == 1 and not again.report.added


def test_a_backup_is_restored_elsewhere(tmp_path: Path) -> None:
    corpus = documents(tmp_path / "docs", "Jonas Vik")
    kept = tmp_path / "var" / "docs"
    with Assistant.from_corpus(corpus, index=kept) as assistant:
        answer = assistant.ask("Who is the harbour master?")
    name = Talks(kept.with_name("docs-talks.sqlite3")).keep("", "", [Turn(answer)])
    shutil.copytree(kept.parent, tmp_path / "backup")
    shutil.rmtree(kept.parent)
    shutil.copytree(tmp_path / "backup", tmp_path / "elsewhere")
    with Assistant.from_corpus(corpus, index=tmp_path / "elsewhere" / "docs") as restored:
        assert restored.report.unchanged == 1 and not restored.report.added
        assert restored.ask("Who is the harbour master?") == answer
    talks = Talks(tmp_path / "elsewhere" / "docs-talks.sqlite3")
    assert [turn.answer for turn in talks.read("", name)] == [answer]


def test_the_unit_runs_a_command_that_there_is() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(ROOT / "deploy" / "assistant@.service")
    program, *arguments = unit["Service"]["ExecStart"].split()
    assert program.endswith("/.venv/bin/assistant")
    given = parser().parse_args([a.replace("${PORT}", "7860") for a in arguments])
    assert given.run.__name__ == "run_chat"
    page = (ROOT / "deploy" / "README.md").read_text("utf-8")
    container = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    read = (ROOT / "assistant" / "cli.py").read_text("utf-8")
    for name in set(re.findall(r"ASSISTANT_[A-Z]+", page + container)):
        assert name in read, f"{name} is set and never read."


def test_the_proxy_keeps_to_what_the_assistant_takes() -> None:
    conf = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    uploads = (ROOT / "assistant" / "web" / "uploads.py").read_text("utf-8")
    size = re.search(r"client_max_body_size (\d+)m", conf)
    assert size and f'MAX_SIZE = "{size[1]}mb"' in uploads
    assert "proxy_set_header X-Forwarded-Host" in conf and "Host 127.0.0.1" in conf
