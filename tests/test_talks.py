"""Talks that stay: the file beside the index."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.records import Answer, Item, Quote, Sentence
from assistant.web.talks import Talks, Turn

QUOTE = Quote("a.txt", "0" * 64, 3, 9, "rained", 3, 9, 1, "A", "Ann", 1.5, None, "head", 0, "2024")
ANSWER = Answer(
    "answered", "rained", (QUOTE,), (QUOTE,), 0.9, "Did it?", "Did it rain?",
    (Sentence("It rained.", (QUOTE.quote_id,), True),), "a note", "list",
    (Item("rained", 0, 3, 9),),
)  # fmt: skip


def test_an_answer_comes_back_as_it_was() -> None:
    plain = json.loads(json.dumps(ANSWER.to_dict()))
    assert Answer.from_dict(plain) == ANSWER
    older = {k: v for k, v in plain.items() if k not in ("items", "kind", "note")}
    assert Answer.from_dict(older | {"unknown": 1}) == replace(
        ANSWER, items=(), kind="fact", note=""
    )
    with pytest.raises((TypeError, KeyError)):
        Answer.from_dict({"status": "answered"})


def test_a_talk_is_kept_under_its_first_question(tmp_path: Path) -> None:
    talks = Talks(tmp_path / "talks.sqlite3")
    name = talks.keep("", "", [Turn(ANSWER)])
    turns = [Turn(ANSWER, "right"), Turn(replace(ANSWER, question="And\nwhere?"))]
    assert talks.keep("", name, turns) == name
    assert Talks(tmp_path / "talks.sqlite3").read("", name) == turns
    (found,) = talks.find("")
    assert (found.title, found.questions) == ("Did it?", ("Did it?", "And\nwhere?"))
    talks.rename("", name, "  Rain \n at last ")
    assert talks.find("")[0].title == "Rain at last"
    talks.rename("", name, " ")
    assert talks.find("")[0].title == "Rain at last"
    talks.remove("", name)
    assert talks.find("") == [] and talks.read("", name) == []
    assert stat.S_IMODE((tmp_path / "talks.sqlite3").stat().st_mode) == 0o600


def test_nobody_reaches_another_one_s_talks(tmp_path: Path) -> None:
    talks = Talks(tmp_path / "talks.sqlite3")
    name = talks.keep("ada", "", [Turn(ANSWER)])
    assert talks.read("bob", name) == [] and talks.find("bob") == []
    talks.rename("bob", name, "mine")
    talks.remove("bob", name)
    other = talks.keep("bob", name, [Turn(replace(ANSWER, text="x"))])
    assert other != name
    assert talks.find("ada")[0].title == "Did it?" and talks.read("ada", name) == [Turn(ANSWER)]


def test_two_tabs_of_a_talk_lose_no_turn(tmp_path: Path) -> None:
    talks = Talks(tmp_path / "talks.sqlite3")
    first, second, third = (Turn(replace(ANSWER, question=q)) for q in "abc")
    name = talks.keep("", "", [first])
    assert talks.keep("", name, [first, second]) == name
    other = talks.keep("", name, [first, third])  # of a tab that has not seen the second
    assert other != name
    assert talks.read("", name) == [first, second] and talks.read("", other) == [first, third]


def test_a_file_that_is_damaged_in_part_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "talks.sqlite3"
    talks = Talks(path)
    for _ in range(40):
        talks.keep("", "", [Turn(ANSWER)] * 3)
    data = bytearray(path.read_bytes())
    data[4096:] = bytes(len(data) - 4096)
    path.write_bytes(data)
    assert Talks(path).find("") == []
    assert len(list(tmp_path.glob("talks.sqlite3.damaged-*"))) == 1


def test_a_damaged_file_is_put_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "talks.sqlite3"
    path.write_bytes(b"no database, but somebody's words " * 200)
    before = path.read_bytes()
    talks = Talks(path)
    talks.keep("", "", [Turn(ANSWER)])
    (aside,) = tmp_path.glob("talks.sqlite3.damaged-*")
    assert aside.read_bytes() == before
    assert str(aside) in caplog.text


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    talks = Talks(tmp_path / "talks.sqlite3")
    with ThreadPoolExecutor(8) as pool:
        names = list(
            pool.map(lambda i: talks.keep("", "", [Turn(ANSWER)] * (i % 3 + 1)), range(60))
        )
    assert len(set(names)) == len(talks.find("")) == 60
    assert sorted(len(talks.read("", name)) for name in names) == [1] * 20 + [2] * 20 + [3] * 20
