"""What was written for training: every answer is a slice of its text, and no talk is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "training"))

from written import FOLDER, read_written  # noqa: E402


def test_every_answer_stands_in_its_document_and_every_question_and_talk_is_read() -> None:
    documents = list(read_written())  # raises where an answer does not stand there once
    lines = [
        line
        for path in FOLDER.glob("*.txt")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith(("QP: ", "QA: ", "QY: ", "QF: ", "QN: ", "Q: ", "--- talk"))
    ]
    asked = sum(len(d.questions) for d in documents)
    turns = sum(len(talk) for d in documents for talk in d.talks)
    talks = sum(len(d.talks) for d in documents)
    assert asked + turns + talks == len(lines)
    assert all(0 < sum(at is None for _, at in d.questions) < len(d.questions) for d in documents)
    for document in documents:
        for answer in (at for _, at in document.questions if at):
            assert document.text[slice(*answer)].strip()


def test_it_can_be_asked_as_an_eval_set(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    subprocess.run([sys.executable, ROOT / "training" / "written.py", folder], check=True)
    texts = [path.read_text("utf-8") for path in sorted((folder / "docs").iterdir())]
    assert len(texts) == len(list(read_written()))
    rows = [json.loads(x) for x in (folder / "questions.jsonl").read_text("utf-8").splitlines()]
    told = sum(at is not None for d in read_written() for _, at in d.questions)
    assert len(rows) == told
    for row in rows[::50]:
        (support,), (answer,) = row["support"], row["answers"]
        assert answer in support and any(support in text for text in texts)
