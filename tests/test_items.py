"""The items of a list: enumerations, bullets and answers in several places, and what is none."""

from __future__ import annotations

import pytest

from assistant.documents.corpus import make_document
from assistant.question.asked import understand
from assistant.reading.items import find_items, list_counted
from assistant.records import Span


def items(
    text: str, *answers: str, margin: float = 6.0, question: str = "Which are there?"
) -> list[str]:
    """The items of the answers, each at its first place in the text."""
    document = make_document("a.md", text)
    spans = [
        Span("a.md", document.text.index(a), document.text.index(a) + len(a), a, margin, 0)
        for a in answers
    ]
    rows = find_items(understand(question), spans[0], spans, lambda _: document)
    return [document.text[a:b] for _, row in rows for a, b in row]


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        ("We grow figs, plums and quinces there.", "plums", ["plums", "quinces"]),
        ("We grow figs, plums and quinces there.", "figs, plums and quinces",
         ["figs", "plums", "quinces"]),
        ("It was led by Ada Holm and Tom Vik.", "Ada Holm and Tom Vik", ["Ada Holm", "Tom Vik"]),
        ("Open are ports 53, 80, 443 and 6,700.", "53", ["53", "80", "443", "6,700"]),
        ("Ada (Oslo, Norway), Tom and Bea are gone.", "Tom",
         ["Ada (Oslo, Norway)", "Tom", "Bea"]),
        ("Use a plain font (such as Arial, Lato, Cabin) only.", "Arial, Lato, Cabin",
         ["Arial", "Lato", "Cabin"]),
        ("Ports to open (53, 80, 443, 67), no more.", "53", ["53", "80", "443", "67"]),
        ("By the Centre for Rare Seeds, the Guild of Smiths and Wrights, and Port Authority.",
         "Centre for Rare Seeds",
         ["Centre for Rare Seeds", "the Guild of Smiths and Wrights", "Port Authority"]),
        ("Ada Holm, Bea Lund and Tom Vik on Monday left.", "Ada Holm",
         ["Ada Holm", "Bea Lund", "Tom Vik"]),
        # what is no list, or goes beyond one
        ("She was born in Melbourne, Victoria.", "Melbourne, Victoria", ["Melbourne, Victoria"]),
        ("Figs, plums and Norway in the north of Europe.", "plums", ["plums"]),
        ("It is the Ministry of Trade and Industry.", "Ministry of Trade and Industry",
         ["Ministry of Trade and Industry"]),
        ("To the north, Ada and Tom waited.", "Ada and Tom", ["Ada", "Tom"]),
        ("It holds soils and rivers; dig, sow and reap.", "soils and rivers", ["soils", "rivers"]),
        ("The roof was mended, painted in 1990.", "mended", ["mended"]),
    ],
)  # fmt: skip
def test_an_enumeration_is_found_around_the_answer(
    text: str, answer: str, expected: list[str]
) -> None:
    assert items(text, answer) == expected


STAFF = """| Name | Role | Since |
|---|---|---|
| Ada Vik | surgeon | 2015 |
| Bo Horn | Surgeon | 2019 |
| Cleo Marsh | nurse | 2019 |
"""


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("Who are the surgeons?", "Bo Horn", ["Ada Vik", "Bo Horn"]),
        ("Who are the nurses?", "Cleo Marsh", ["Cleo Marsh"]),
        ("Which people came in 2019?", "Cleo Marsh", ["Bo Horn", "Cleo Marsh"]),
        ("Which roles began in 2019?", "nurse", ["Surgeon", "nurse"]),
        ("Which surgeons began in 2019?", "Bo Horn", ["Bo Horn"]),
        ("Who are the porters?", "Ada Vik", ["Ada Vik"]),
    ],
)
def test_rows_that_hold_what_is_asked_are_a_list(
    question: str, answer: str, expected: list[str]
) -> None:
    assert items(STAFF, answer, question=question) == expected


BULLETS = "Please bring:\n\n- a torch\n- two pens\n- a warm coat, as it is cold\n\nThanks."


def test_bullets_that_hold_commas_stay_bullets() -> None:
    text = "The crew:\n\n- Ada, Mayor\n- Bea, Clerk\n- Tom, Baker\n\nAll came."
    whole = "Ada, Mayor\n- Bea, Clerk\n- Tom, Baker"
    assert items(text, whole) == ["Ada, Mayor", "Bea, Clerk", "Tom, Baker"]


def test_bullets_are_found_beside_the_answer() -> None:
    found = ["a torch", "two pens", "a warm coat, as it is cold"]
    assert items(BULLETS, "two pens") == found
    assert items(BULLETS, "cold") == ["cold"]  # inside a bullet: not the bullet


WRAPPED = """# Gear

You know how to:
- moor a boat that is
  under sail
- row
  - in calm water
  - in a swell
- swim

The club met on 3 May and chose
- Ada
- Tom

We met on 4 May. We chose:
- Bea
-
- Kim
We left at nine, and

ran from
3. June 1970 to
9. July 1970 there.
"""


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("row", ["moor a boat that is\n  under sail", "row", "swim"]),
        ("in a swell", ["in calm water", "in a swell"]),
        ("row\n  - in calm water", ["moor a boat that is\n  under sail", "row", "swim"]),
        ("how to", ["moor a boat that is\n  under sail", "row", "swim"]),
        ("3 May", ["3 May"]),
        ("Tom", ["Tom"]),
        ("4 May", ["4 May"]),
        ("We chose", ["Bea", "Kim"]),
        ("Kim", ["Bea", "Kim"]),
        ("July 1970 there", ["July 1970 there"]),
    ],
)
def test_bullets_may_be_wrapped_nested_and_behind_their_lead(answer: str, found: list[str]) -> None:
    assert items(WRAPPED, answer) == found


def test_of_bullets_those_of_the_name_that_is_asked_about() -> None:
    text = "To do:\n\n- Bea to call the mill\n- Bea to sweep\n- Tom to row\n- Next: Monday"
    assert items(text, "Bea to sweep", question="What are Bea's tasks?") == [
        "Bea to call the mill", "Bea to sweep",
    ]  # fmt: skip
    assert len(items(text, "Bea to sweep", question="What are the tasks?")) == 4
    text = text.replace(" to", ":")
    assert items(text, "Bea: sweep", question="What are Bea's tasks?") == [
        "Bea: call the mill", "Bea: sweep",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It has 4 wards (as of 2020): Oak, Elm, Ash, Yew", "Oak, Elm, Ash, Yew"),
        ("It has 4 wards (Oak, Elm, Ash, Yew) by the river.", "Oak, Elm, Ash, Yew"),
        ("It has four wards: Oak, Elm, Ash and Yew.", "Oak, Elm, Ash and Yew"),
        ("It has 4 wards: Oak, Elm, Ash.", "4"),  # not as many
        ("It has 4 wards (Oak, Elm, Ash, Yew and so on. More is told.", "4"),
        ("It has 2 wards; it was founded in 1871 and rebuilt in 1902.", "2"),
        ("It has 2 wards (as of 2019, by the census).", "2"),
        ("It has 2 wards (,).", "2"),
        ("It has 4 mills: Oak, Elm, Ash, Yew.", "4"),  # of something else
    ],
)
def test_what_is_counted_is_told_behind_its_number(text: str, told: str) -> None:
    document = make_document("a.md", text)
    number = next(n for n in ("four", "4", "2") if f" {n} " in text)
    start = document.text.index(number)
    span = Span("a.md", start, start + len(number), number, 6.0, 0)
    assert list_counted(understand("Which wards does it have?"), span, document).text == told


def test_bullets_may_be_paragraphs_and_follow_a_colon() -> None:
    text = "It has three clear parts:\n\n1. Hull\n\n2. Mast\n\n3. Keel\n\nAll of oak."
    assert items(text, "Mast") == ["Hull", "Mast", "Keel"]
    assert items(text, "clear") == ["Hull", "Mast", "Keel"]
    assert items(text, "oak") == ["oak"]


def test_further_answers_count_where_they_could_stand_alone() -> None:
    text = "Ada was the first mayor.\n\nThen Tom became mayor.\n\nAda was mayor again."
    assert items(text, "Ada", "Tom") == ["Ada", "Tom"]
    assert items(text, "Ada", "Tom", margin=1.0) == ["Ada"]
    assert items(text, "Ada", "Ada was mayor again") == ["Ada"]  # named before
    text = "It runs on Mondays and Fridays.\n\nNot in winter."
    assert items(text, "Mondays and Fridays", "winter") == [
        "Mondays",
        "Fridays",
    ]  # that is the list


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Which ports does it expose?", True),
        ("Who are the leaders of the parties?", True),
        ("List all findings of the audit.", True),
        ("Into which four parts can it be split?", True),
        ("What happens to a setting that is removed?", False),
        ("Which company makes engines?", False),
        ("What is the basis of this?", False),
        ("What are these boats called?", False),
        ("Besides figs, which fruits were grown?", False),
        ("Which second runway was built?", False),
        ("Who was the mayor?", False),
    ],
)
def test_questions_that_ask_for_several(question: str, several: bool) -> None:
    assert understand(question).several == several


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("Into which four parts can it be split?", 4),
        ("What are the 3 tools of the crew?", 3),
        ("Which ports does it expose?", 0),
        ("What are the 2009 figures of the town?", 0),
        ("Which second runway was built?", 0),
    ],
)
def test_the_number_of_things_asked_for(question: str, number: int) -> None:
    assert understand(question).number == number
