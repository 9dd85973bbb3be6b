"""Nothing tries to leave the machine: all that it does, in a network without a way out.

The kernel counts what finds no route, whoever sends it, Python or a library in C++.  The home
folder is fresh and all caches are empty.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

QUESTION = '{"id": "a", "question": "Who keeps the lighthouse?", "kind": "fact", %s}'
GOLD = '"answers": ["Ada Holm"], "support": ["The lighthouse is kept by Ada Holm."]'
WORK = """
import fcntl, json, pathlib, re, socket, struct, sys, threading, urllib.request

def lost():
    lines = [x.split() for x in open("/proc/net/snmp") if x.startswith("Ip:")]
    v4 = dict(zip(*lines))["OutNoRoutes"]
    v6 = dict(x.split() for x in open("/proc/net/snmp6")).get("Ip6OutNoRoutes", 0)
    return int(v4) + int(v6)

loop = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(loop, 0x8914, struct.pack("16sh", b"lo", 0x49))  # SIOCSIFFLAGS: up and running

if sys.argv[1] == "control":
    for address in (("192.0.2.1", 443), ("198.51.100.1", 53)):
        try:
            socket.create_connection(address, 1)
        except OSError:
            pass
    print("lost", lost())
    sys.exit()

from assistant import Assistant
from assistant.cli import main
where = ["--corpus", "docs", "--index", "index"]
assert main(["ingest", *where]) == 0
assert main(["ask", "Who keeps the lighthouse?", *where]) == 0
assert main(["ask", "Who is the pope?", *where]) == 1
assert main(["verify", "memo.txt", "--corpus", "docs"]) == 0
assert main(["eval", "--questions", "questions.jsonl", *where, "--report", "report"]) == 0
from assistant.web import serve
with Assistant.from_corpus("docs", index="index") as assistant:
    app = serve(assistant, port=None, block=False, quiet=True, environ={}, uploads=None)
    page = urllib.request.urlopen(app.local_url).read().decode()
    body = json.dumps({"question": "Who keeps the lighthouse?"}).encode()
    answer = json.load(urllib.request.urlopen(app.local_url + "api/ask", body))
    assert answer["text"] == "Ada Holm"
    app.close()
print("lost", lost())
"""


def run(folder: Path, what: str) -> str:
    home = folder / "home"
    home.mkdir(exist_ok=True)
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "VIRTUAL_ENV")}
    done = subprocess.run(
        ["unshare", "--map-root-user", "--net", sys.executable, "-c", WORK, what],
        cwd=folder,
        env=kept | {"HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.rsplit("lost ", 1)[1].strip()


def test_what_tries_to_leave_is_counted(tmp_path: Path) -> None:
    assert int(run(tmp_path, "control")) >= 2


def test_nothing_tries_to_leave(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "harbour.md").write_text(
        "# Harbour\n\nThe lighthouse is kept by Ada Holm. It was built in 1871.\n"
    )
    (tmp_path / "memo.txt").write_text("They wrote “The lighthouse is kept by Ada Holm.”")
    absent = QUESTION.replace('"a"', '"b"') % '"answers": [], "support": []'
    absent = absent.replace("keeps the lighthouse", "sank the ferry").replace("fact", "absent")
    (tmp_path / "questions.jsonl").write_text(f"{QUESTION % GOLD}\n{absent}\n")
    assert run(tmp_path, "work") == "0"
