"""Sentences survive what news does to full stops."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from assistant.language.sentences import LONGEST_SENTENCE, sentences, split


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
