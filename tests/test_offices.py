"""Which office a name has in a text, against the one that is asked for."""

from __future__ import annotations

import time

import pytest

from assistant.reading.offices import another, is_country
from assistant.reading.premises import misfit

TEXT = (
    "Latvia's Prime Minister Ann Pike met the president. Peru is sending boats, Defense Minister "
    "Tom Reed said. The Danish Foreign Minister, Lars Holm, agreed with US President Joe Vale."
)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who is the prime minister of Estonia?", "Ann Pike"),
        ("who is estonia's prime minister", "Ann Pike"),
        ("who is the prime minster of estonia", "Ann Pike"),
        ("Who is Estonia's PM?", "Ann Pike"),
        ("Who is the foreign minister of Latvia?", "Ann Pike"),
        ("And who is Peru's prime minister?", "Tom Reed"),
        ("What is the name of Norway's foreign minister?", "Holm"),
        ("Who is the president of France?", "Joe Vale"),
    ],
)
def test_the_holder_of_another_office_is_no_answer(question: str, name: str) -> None:
    assert another(question, name, TEXT)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who is the prime minister of Latvia?", "Ann Pike"),
        ("Who is the Latvian prime minister?", "Pike"),
        ("Who is the prime minister?", "Ann Pike"),
        ("Who is Peru's defence minister?", "Tom Reed"),
        ("Who is Latvia's PM?", "Ann Pike"),
        ("Who is a minister of Peru?", "Tom Reed"),
        ("Who is the foreign minister of Denmark?", "Lars Holm"),
        ("Who is the president of the United States?", "Joe Vale"),
        ("Who is the leader of Estonia?", "Ann Pike"),
        ("Who met the prime minister of Estonia?", "Ann Pike"),
        ("Who is the prime minister of Estonia?", "somebody else"),
        ("Who is the prime minister of Estonia?", ""),
    ],
)
def test_what_may_be_the_same_office_stands(question: str, name: str) -> None:
    assert not another(question, name, TEXT)


@pytest.mark.parametrize(
    ("question", "span", "clash"),
    [
        ("In which Greenlandic town is it?", "Greenland", True),
        ("Which city was it?", "Denmark and Norway", True),
        ("Which Danish city was it?", "Copenhagen", False),
        ("In what city was it?", "Mexico City", False),
        ("Which country was it?", "Denmark", False),
        ("Which party does he belong to?", "Prime Minister", True),
        ("Which political party is he in?", "Labour", False),
        ("Exactly how many Democrats came?", "one Republican", True),
        ("How many Democrats came?", "47 Senate Democrats", False),
        ("How many Norwegians came?", "two Norwegian officers", False),
        ("How many Grammys has she won?", "Six", False),
    ],
)
def test_a_city_is_no_country_a_party_no_office_a_democrat_no_republican(
    question: str, span: str, clash: bool
) -> None:
    assert bool(misfit(question, span, span)) == clash


def test_a_capital_is_not_a_country() -> None:
    assert is_country("Denmark") and is_country("Danish") and not is_country("Copenhagen")
    assert not is_country("Republican")


def test_hostile_texts_take_no_time() -> None:
    begun = time.perf_counter()
    another("Who is the president of France?", "X", "Ab " * 20_000 + "president X")
    another("Who is the prime minister?", "X", "prime " * 20_000 + "minister X")
    another("Who is " + "Ab " * 600 + "president?", "X", "president X")
    another("Who is the " + "prime " * 300 + "?", "X", "president X")
    assert time.perf_counter() - begun < 1
