"""A government named by its seat is looked for under its country, a city is not."""

from __future__ import annotations

import pytest

from assistant import Assistant
from assistant.question.capitals import by_country


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("How many people will Oslo dispatch?", "How many people will Norway dispatch?"),
        ("How large is the contingent from Berlin?", "How large is the contingent from Germany?"),
        ("What did Berlin's envoy say?", "What did Germany's envoy say?"),
        ("who spoke for berlin", "who spoke for Germany"),
        ("Did Kyiv ask Washington?", "Did Ukraine ask the US?"),
        ("What does the Kremlin want?", "What does Russia want?"),
        ("Moscow wants what?", "Russia wants what?"),
    ],
)
def test_a_seat_becomes_its_country(asked: str, meant: str) -> None:
    assert by_country(asked) == meant


@pytest.mark.parametrize(
    "asked",
    [
        "What happened in Berlin?",
        "What is the population of Berlin?",
        "How many people live in and around Oslo?",
        "How large is Copenhagen?",
        "How old is Paris?",
        "Where is Nuuk?",
        "What is the GDP of Berlin?",
        "Who is the bishop of Rome?",
        "How many votes did he get from Paris?",
        "What does lima bean mean?",
        "Who is Berlin's mayor?",
        "When did he visit Paris?",
        "When did the Berlin Wall fall?",
        "What is the Paris agreement?",
        "Who was George Washington?",
        "Where is Washington, D.C.?",
        "Who are the Romans?",
        "What does Norway want?",
    ],
)
def test_a_city_stays(asked: str) -> None:
    assert by_country(asked) is None


def test_the_country_is_shown_as_what_was_searched(assistant: Assistant) -> None:
    answer = assistant.ask("How many people will Oslo dispatch?")
    assert answer.question == "How many people will Oslo dispatch?"
    assert answer.query_used == "How many people will Norway dispatch?"
    assert answer.text.startswith("two")
