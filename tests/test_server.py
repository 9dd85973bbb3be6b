"""The same index on a real Chroma server, started here on loopback."""

from __future__ import annotations

import dataclasses
import datetime
import http.client
import ipaddress
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from assistant import Assistant
from assistant.config import Config
from assistant.documents.corpus import load_documents
from assistant.errors import StoreError
from assistant.evaluate.run import run
from assistant.index.ingest import ingest
from assistant.index.store import Store
from assistant.index.watch import copy, status
from tests.computed import ComputedEmbedder
from tests.conftest import ROOT

QUESTIONS = [
    "How many people live in Greenland?",
    "Who is NATO's secretary general?",
    "Who is the foreign minister of Greenland?",
    "What did Rasmussen say about the American position?",
    "What is the capital of Mongolia?",
]
IDENTITY = "computed 3/900"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a `chroma run`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    chroma = Path(sys.executable).parent / "chroma"
    folder = tmp_path_factory.mktemp("server")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [chroma, "run", "--path", folder / "data", "--host", "127.0.0.1", "--port", str(port)],
            stdout=log, stderr=log, env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
        )  # fmt: skip
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def certificate(file: Path) -> None:
    """A key and a certificate for 127.0.0.1, signed by itself, into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([here]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(form, serialization.PrivateFormat.PKCS8, plain)
        + signed.public_bytes(form)
    )


@pytest.fixture(scope="module")
def guarded(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The same server behind TLS and a token, as a reverse proxy keeps one; its certificate."""
    port = int(server.rsplit(":", 1)[1])

    class Gate(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Authorization") != "Bearer right":
                status, kind, reply = 401, "application/json", b'{"error": "Unauthorized"}'
            else:
                inner = http.client.HTTPConnection("127.0.0.1", port)
                inner.request(self.command, self.path, body, {"Content-Type": "application/json"})
                found = inner.getresponse()
                status, reply = found.status, found.read()
                kind = found.headers.get("Content-Type", "application/json")
                inner.close()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        do_GET = do_POST = do_PUT = do_DELETE = forward

        def log_message(self, *_: object) -> None:
            pass

    file = tmp_path_factory.mktemp("tls") / "127.0.0.1.pem"
    certificate(file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    gate = ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    gate.socket = context.wrap_socket(gate.socket, server_side=True)
    threading.Thread(target=gate.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{gate.server_port}", file
    gate.shutdown()
    gate.server_close()


def written(folder: Path) -> None:
    (folder / "a.txt").write_text("The harbour was built in 1871 by Mary Cole.")
    (folder / "b.txt").write_text("The railway was closed in 1964.")


def test_the_same_questions_have_the_same_answers(server: str, assistant: Assistant) -> None:
    with Assistant.from_corpus(ROOT / "corpus", chroma_url=server) as remote:
        assert remote.report.chunks > 0
        for question in QUESTIONS:
            ours, theirs = assistant.ask(question), remote.ask(question)
            assert (theirs.status, theirs.text) == (ours.status, ours.text)
            assert [(q.doc_id, q.start, q.end, q.text) for q in theirs.quotes] == [
                (q.doc_id, q.start, q.end, q.text) for q in ours.quotes
            ]
        with Assistant.from_corpus(ROOT / "corpus", chroma_url=server) as second:  # at once
            assert second.report.chunks == 0
            assert second.ask(QUESTIONS[0]).text == remote.ask(QUESTIONS[0]).text


def test_an_index_moves_either_way(server: str, folder: Path, tmp_path: Path) -> None:
    written(folder)
    documents = load_documents(folder)[0]
    with Store.in_folder(tmp_path / "one", IDENTITY) as store:
        ingest(documents, store, ComputedEmbedder(), Config())
        chunks = store.chunks()
        vectors = store.vectors(chunks)
        words = store.matching("Who built the harbour?", 5)
    assert copy(str(tmp_path / "one"), f"{server}/moved") == (2, 2)
    assert copy(f"{server}/moved", str(tmp_path / "two")) == (2, 2)
    assert copy(f"{server}/moved", str(tmp_path / "two")) == (2, 2)  # again: nothing doubled
    with Store.on_server(server, "moved") as there, Store.in_folder(tmp_path / "two") as back:
        for store in (there, back):
            assert store.identity == IDENTITY
            assert list(store.documents()) == documents
            assert store.chunks() == chunks
            assert (store.vectors(chunks) == vectors).all()
            assert store.matching("Who built the harbour?", 5) == words


def test_a_server_behind_tls_and_a_token(
    guarded: tuple[str, Path], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, file = guarded
    with pytest.raises(StoreError, match="cannot be used"):  # nobody vouches for it
        Store.on_server(url, "guarded", IDENTITY, "right")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    for token in ("", "wrong"):
        with pytest.raises(StoreError, match="check the address and the token"):
            Store.on_server(url, "guarded", IDENTITY, token)
    written(folder)
    documents = load_documents(folder)[0]
    with Store.on_server(url, "guarded", IDENTITY, "right") as store:
        ingest(documents, store, ComputedEmbedder(), Config())
        assert list(store.documents()) == documents
        assert store.matching("Who built the harbour?", 5)[0].doc_id == "a.txt"


def test_status_of_a_server_needs_no_model(
    server: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(folder)
    monkeypatch.setenv("ASSISTANT_CHROMA_URL", server)
    monkeypatch.setenv("ASSISTANT_CHROMA_NAME", "counted")
    with pytest.raises(StoreError, match="no index counted-passages"):
        status(folder, None)


def test_what_two_assistants_put_at_once_is_not_swept(server: str, folder: Path) -> None:
    """One has put a document's chunks and not yet its record when the other sweeps."""
    written(folder)
    documents = load_documents(folder)[0]
    with (
        Store.on_server(server, "shared", IDENTITY) as one,
        Store.on_server(server, "shared", IDENTITY) as two,
    ):
        ingest(documents, one, ComputedEmbedder(), Config())
        one.remove("a.txt")  # as before its record is written
        two.sweep({(d.doc_id, d.sha256) for d in documents})
        assert two.counts() == (1, 2)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:9", "cannot be used"),
        ("ftp://127.0.0.1", "no address"),
        ("127.0.0.1:8000", "no address"),
    ],
)
def test_a_server_that_is_not_there_is_one_clear_line(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        Store.on_server(url, "x", IDENTITY, "secret-token")
    assert "\n" not in str(caught.value)
    assert "secret-token" not in str(caught.value)


def test_a_token_is_not_shown(server: str) -> None:
    config = Config.read({"chroma_url": server, "chroma_token": "secret-token"})
    assert "secret-token" not in repr(config)


def test_a_token_is_in_no_report(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    config = dataclasses.replace(assistant.config, chroma_token="secret-token")
    monkeypatch.setattr(assistant, "config", config)
    results = run(assistant, (), assistant.documents())
    assert "secret-token" not in json.dumps(results.to_dict())
    assert results.settings["threshold"] == assistant.threshold
