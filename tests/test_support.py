"""Written sentences against their sources, on pairs that a person can judge."""

from __future__ import annotations

import pytest

from assistant.prose.support import check_support, figures

VANCE = (
    "Vance in March paid an uninvited - and largely unwelcome - visit to Greenland but stayed only "
    "at Pituffik, the longstanding US base on the island, without meeting with any of the 57,000 "
    "local residents."
)
RASMUSSEN = (
    '"We still have a fundamental disagreement," Danish Foreign Minister Lars Lokke Rasmussen said '
    "on Wednesday after the talks in Washington."
)
TROOPS = "Norway will not send 13 soldiers to Nuuk."
PLANS = "The ministry said Germany may deploy twenty-five soldiers in May 2026."


@pytest.mark.parametrize(
    ("written", "source"),
    [
        ("Vance paid a visit to Greenland in March.", VANCE),
        ("Greenland has 57,000 local residents.", VANCE),
        ("The US base on the island is Pituffik.", VANCE),
        ("Lars Lokke Rasmussen said there is a fundamental disagreement.", RASMUSSEN),
        ("Denmark's Foreign Minister said so after the talks in Washington.", RASMUSSEN),
        ("Norway will not send soldiers to Nuuk.", TROOPS),
        ("Germany may deploy 25 in May 2026.", PLANS),
        ("57 thousand residents live on the island.", "57,000 residents live on the island."),
    ],
)
def test_what_stands_there_holds(written: str, source: str) -> None:
    assert check_support(written, [source]).against == ()
    assert check_support(written, [source]).holds


@pytest.mark.parametrize(
    ("written", "source", "why"),
    [
        ("Rubio paid a visit to Greenland in March.", VANCE, "Rubio"),
        ("Iceland has 57,000 local residents.", VANCE, "Iceland"),
        ("Mark Vance paid a visit to Greenland.", VANCE, "Mark"),
        ("Vance paid a visit to Greenland in May.", VANCE, "May"),
        ("Greenland has 57 local residents.", VANCE, "57"),
        ("Greenland has 57 million local residents.", VANCE, "57000000"),
        ("Greenland has 57,000,000 local residents.", VANCE, "57000000"),
        ("Vance did not visit Greenland.", VANCE, "does not deny"),
        ("Vance visited Greenland, meeting any of the local residents.", VANCE, "denies"),
        ("Lars Hansen said there is a fundamental disagreement.", RASMUSSEN, "Hansen"),
        ("Foreign Minister Rasmussen said so on Thursday.", RASMUSSEN, "Thursday"),
        ("Rasmussen said there is a fundamental agreement.", RASMUSSEN, "disagreement"),
        ("Norway will send 13 soldiers to Nuuk.", TROOPS, "denies"),
        ("Germany deploys 25 in May 2026.", PLANS, "leaves open"),
        ("Germany may deploy 20 in May 2026.", PLANS, "20"),
        ("norway will not send soldiers to oslo.", TROOPS, "names"),
        ("Congress supports the bill.", "Congress rejects the bill.", "reject"),
        ("The rate rose by 5.", "The rate rose by 5.5 points.", "“5”"),
        ("It cost 40,000 pounds.", "It cost $40,000.", "pound"),
        ("It rose 6%.", "It rose by 6 points.", "percent"),
        ("Mark Rubio met him.", "Mark Rutte met Marco Rubio. Mark met him.", "Mark Rubio"),
        ("...", VANCE, "nothing"),
        ("Greenland has 57,000½ local residents.", VANCE, "½"),
        ("Greenland has 57,000² local residents.", VANCE, "²"),
        ("Greenland has 57,000+ local residents.", VANCE, "+"),
        ("Greenland has 57,000e3 local residents.", VANCE, "57,000e3"),
        ("Greenland has -57,000 local residents.", VANCE, "-57000"),
        ("Greenland has ٥٧,٠٠٠ local residents.", VANCE, "٥"),
        ("Greenland has 57,000 local \u202eresidents.", VANCE, "U+202E"),
        ("\x1bGreenland has 57,000 local residents.", VANCE, "U+001B"),
    ],
)
def test_what_does_not_stand_there_fails(written: str, source: str, why: str) -> None:
    result = check_support(written, [source])
    assert not result.holds
    assert why in "; ".join(result.against)


def test_foreign_words_lower_the_coverage() -> None:
    assert not check_support("Vance enjoyed a splendid banquet at Pituffik.", [VANCE]).holds


def test_plain_words_of_the_question_are_granted_but_not_its_names() -> None:
    source = "Greenland is an Arctic island with just 57,000 residents."
    written = "57,000 people inhabit Greenland."
    assert not check_support(written, [source]).holds
    assert check_support(written, [source], "How many people inhabit Greenland?").holds
    written = "57,000 people inhabit Iceland."
    assert not check_support(written, [source], "How many people inhabit Iceland?").holds


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("57,000", {"57000"}),
        ("twenty-five and 25th", {"25"}),
        ("1.5 billion, 1.50", {"1500000000", "1.5"}),
        ("the 1990s", {"1990s"}),
        ("between 2019-2020", {"2019", "2020"}),
        ("three hundred", {"300"}),
        ("none", set()),
    ],
)
def test_figures_are_compared_by_value(text: str, values: set[str]) -> None:
    assert figures(text) == values
