"""Sentences survive what news does to full stops."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.documents.corpus import load_documents, make_document
from assistant.language.sentences import LONGEST_SENTENCE, sentences, split

GENRES = Path(__file__).parent.parent / "eval" / "genres" / "docs"


@pytest.mark.parametrize(
    "whole",
    [
        "US Vice President J.D. Vance left the White House.",
        'It will increase its presence "from today... in close cooperation with NATO allies."',
        '"IF WE DON’T, RUSSIA WILL, AND THAT IS NOT GOING TO HAPPEN!" Trump said.',
        "Mr. Smith met Dr. Jones at 5 p.m. on Monday.",
        "It cost 1.5 million dollars, or 3.4% of the total.",
    ],
)
def test_one_sentence_stays_one(whole: str) -> None:
    assert sentences(whole, 0, len(whole)) == ((0, len(whole)),)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('He said "we won." Later he left.', ['He said "we won."', "Later he left."]),
        ("It was cold.  She left.", ["It was cold.", "She left."]),
        ("Who knew? Nobody did.", ["Who knew?", "Nobody did."]),
        (
            "The move was slim, however. Republicans won.",
            ["The move was slim, however.", "Republicans won."],
        ),
    ],
)
def test_two_sentences_are_two(text: str, parts: list[str]) -> None:
    assert [text[a:b] for a, b in sentences(text, 0, len(text))] == parts


def test_offsets_count_in_the_whole_text_and_repeats_are_told_apart() -> None:
    text = "Skip me. No. No. No. And me."
    found = sentences(text, 9, 20)
    assert found == ((9, 12), (13, 16), (17, 20))


@pytest.mark.parametrize("unit", ["word ", "x", "a, b; c | ", "One short sentence. ", "日本語"])
def test_no_sentence_is_endless_and_nothing_is_lost(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    begun = time.process_time()
    ranges = split(text)
    assert time.process_time() - begun < 10
    assert all(0 < b - a <= LONGEST_SENTENCE for a, b in ranges)
    assert all(x[1] <= y[0] for x, y in pairwise(ranges))
    kept = "".join(text[a:b] for a, b in ranges)
    assert "".join(kept.split()) == "".join(text.split())


@pytest.mark.parametrize(
    "lines",
    [
        ["Landlord: Harrow Ltd", "Tenants: Ms Petrie and Mr Obi, jointly", "Deposit: 1,800"],
        ["### If you can't come", "Ring before 18:00 and it costs nothing."],
        ["Adults, heartburn", "1 tablet once a day", "Adults, inflamed gullet", "2 tablets"],
        # a heading of few words may be anything, but small letters go on
        ["We have written to all\nof them twice.", "Rooms: none are left"],
        # wrapped to a width, though a name begins the next line; the last line was not wrapped
        [
            "The harbour master came down to the quay this morning with old Mr\n"
            "Vik and told the men from the north that they were to leave again by\nnoon.",
            "Signed: Jonas",
        ],
        ["> The master said that the men were to leave\n> by noon, and had\n> to stay away."],
        ["kept by old Mr.\nVik", "Signed: Jonas"],
        ["He wrote a whole column for the\nSunday edition: a diary."],
        ["```\nAlpha\nBeta\n```", "Rent: 9", "Deposit: 8"],
        ["docker run \\\n --name kettle \\\n -p 80:80 kettle"],
        ["- Open the tap\n    Not the red one", "- Close it again"],
    ],
)
def test_lines_that_were_not_wrapped_stand_alone(lines: list[str]) -> None:
    made = make_document("x.md", "A title.\n\n" + "\n".join(lines))
    assert [made.text[a:b] for a, b in made.sentences[1:]] == lines


def test_no_line_of_a_wrapped_novel_stands_alone() -> None:
    novel = next(d for d in load_documents(GENRES)[0] if d.doc_id == "cupboard-love.txt")
    assert novel.text.count("\n") > 400
    whole = [s for p in novel.paragraphs for s in sentences(novel.text, *p)]
    assert set(novel.sentences) == set(whole)


@pytest.mark.parametrize("text", ["-" * 200_000, ". " * 50_000, "(\n" * 30_000, "```\n" * 20_000])
def test_lines_that_say_nothing_cost_little(text: str) -> None:
    started = time.perf_counter()
    make_document("x.txt", "A title.\n\n" + text)
    assert time.perf_counter() - started < 3  # quadratic: minutes


@pytest.mark.parametrize("space", ["\u00a0", "\u0085", "\u2009", "\u202f", "\u3000"])
def test_a_wide_space_before_a_full_stop_ends_nothing(space: str) -> None:
    text = f"It is grade Y{space}. # Tents are here. So{space}it ends."
    assert [text[a:b] for a, b in split(text)][-1] == f"So{space}it ends."
