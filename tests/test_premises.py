"""Question against span, on hand-written cases: what must clash, and what must not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.language.terms import find_names, find_numbers, kin
from assistant.question.asked import understand
from assistant.reading.checks import (
    Evidence,
    is_apart_from_name,
    is_bare_number,
    is_link_target,
    is_negated,
    is_of_another_key,
    is_of_another_number,
    is_of_another_year,
    is_opposite,
    lacks_figure,
)
from assistant.reading.disagreement import find_disagreement
from assistant.reading.premises import bearing
from assistant.records import Candidate, Span

NOWHERE = Span("a.txt", 0, 0, "", 0.0, 0)


def test_a_figure_of_the_question_must_stand_in_the_passage() -> None:
    evidence = Evidence("", "The library was founded in 1872 by Anna Holm.", [])
    for question, lacking in (
        ("Who founded the library in 1901?", True),
        ("Who founded the library in 1872?", False),
        ("Which 2 people were named?", False),
        ("Who founded it in the 1870s?", False),
    ):
        assert bool(lacks_figure(understand(question), NOWHERE, evidence)) == lacking


@pytest.mark.parametrize(
    ("line", "answer", "struck"),
    [
        ("* [publish](/commands/publish)", "/commands/publish", True),
        ("* [publish](/commands/publish) it", "publish", False),
        ("See [the form](/form#fee), a fee of 5 crowns", "a fee of 5 crowns", False),
        ("Write to [the office](mailto:ada@kiln.example)", "ada@kiln.example", False),
        ("Of [12](Smith, 2019) more", "Smith", False),
        ("The code is [here](https://kiln.example/code)", "https://kiln.example/code", False),
    ],
)
def test_where_a_link_leads_is_no_answer(line: str, answer: str, struck: bool) -> None:
    at = line.index(answer)
    evidence = Evidence(line, line, [line], at=at)
    span = Span("a.md", at, at + len(answer), answer, 0.0, 0)
    assert bool(is_link_target(understand("How is it published?"), span, evidence)) == struck


def test_neighbours_in_spelling_are_not_kin() -> None:
    assert kin("norway", "norwegian")
    assert kin("greenland", "greenlandic")
    assert kin("motzfeldt", "motzfeld")
    assert not kin("austria", "australian")
    assert not kin("iran", "iraq")
    assert not kin("slovakia", "slovenia")


def denies(question: str, sentence: str) -> bool:
    asked = understand(question)
    evidence = Evidence("", "", [sentence])
    return any(check(asked, NOWHERE, evidence) for check in (is_opposite, is_negated))


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("When was the roof mended?", "That the roof was mended is unlikely."),
        ("When will Bergen close its library?", "Bergen has no plans to close the library."),
        ("Which of the 900 guests did Holm meet?", "Holm left without meeting the 900 guests."),
        (
            "Which is the lowest hill in the far west of Bergen?",
            "Ulriken is the highest hill in the far west of Bergen.",
        ),
        ("Who has a written constitution?", "Bergen does not have a written constitution."),
    ],
)
def test_a_sentence_that_plainly_denies_the_question_refutes_it(
    question: str, sentence: str
) -> None:
    assert denies(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("When was it mended at last?", "It was not mended at last until 1902."),
        ("How many roofs were mended?", "None of the roofs were mended."),
        ("Was the roof mended?", "The roof was not mended."),
        ("What did the council not close?", "The council did not close the library."),
        ("What has the council no plans to do?", "The council has no plans to close it."),
        ("Who was not there?", "Anna was not there."),
        ("How many came?", "No less than 70 came."),
        ("Who mended the roof?", "Holm, who did not like heights, mended the roof."),
        ("When will the council of Oslo sell the tram?", "The council has no plans to close it."),
    ],
)
def test_one_that_does_not_leaves_it_be(question: str, sentence: str) -> None:
    assert not denies(question, sentence)


def test_what_says_most_about_a_question_bears_on_it_most() -> None:
    sentences = [
        "The council met on Monday.",
        "The council has no plans to close the library.",
        "The council runs the library.",
        "The council closed the library in March.",
    ]
    found = bearing(understand("When did the council close the library?"), sentences)
    assert max(found) == found[1]  # it holds all that is asked, and denies it
    assert found[3] > found[2] > found[0]
    assert bearing(understand("When?"), sentences[:1]) == [0.0]


def test_names_and_numbers() -> None:
    assert find_names("Who in the House of Representatives met Lund Poulsen?") == (
        "House of Representatives",
        "Lund Poulsen",
    )
    assert find_names("What is the US's view of Denmark's plan?") == ("US", "Denmark")
    assert find_names("WHO IS THE MINISTER") == ()
    assert find_names("Exactly how many?") == ()
    assert find_numbers("57,000 in the twentieth century, twelve, 2.5") >= {
        "57000",
        "20",
        "12",
        "2.5",
    }


def test_two_question_words_settle_no_kind() -> None:
    assert understand("When will he come?").kind == "time"
    assert understand("How many came, and who paid?").kind == ""
    assert understand("Where does she rank?").kind == ""


# Sources that differ


def candidates(*texts: str, margins: tuple[float, ...] = (5.0, 4.5)) -> list[Candidate]:
    return [
        Candidate(
            Span("a.txt", i * 100, i * 100 + len(text), text, margin, 0),
            0.9,
            alone=0.9 if margin > 2 else 0.3,
        )
        for i, (text, margin) in enumerate(zip(texts, margins, strict=True))
    ]


def sentence(*texts: str):  # type: ignore[no-untyped-def]
    return lambda span: texts[span.start // 100]


def test_two_counts_of_the_same_thing_differ() -> None:
    found = find_disagreement(
        understand("How many residents has the town?"),
        candidates("57,000", "56,500 local residents"),
        sentence("The town has 57,000 residents.", "The town has 56,500 residents."),
    )  # fmt: skip
    assert found is None  # "local" is not known to be no other thing
    found = find_disagreement(
        understand("How many residents has the town?"), candidates("57,000", "56,500"),
        sentence("The town has 57,000 residents.", "The town has 56,500 residents."),
    )  # fmt: skip
    assert found is not None
    assert "57,000" in found.note
    assert "56,500" in found.note


@pytest.mark.parametrize(
    ("question", "texts", "sentences", "margins"),
    [
        # the same number, another thing, far behind, below the null, not about the question
        ("How many live there?", ("57,000", "57000"), ("57,000 people live there.",
         "57000 people live there."), (5.0, 4.5)),
        ("How many live there?", ("57,000", "20"), ("57,000 people live there.",
         "20 lawmakers live there."), (5.0, 4.5)),
        ("How many live there?", ("57,000", "56,000"), ("57,000 people live there.",
         "56,000 people live there."), (5.0, 1.0)),
        ("How many live there?", ("57,000", "56,000"), ("57,000 people live there.",
         "56,000 people live there."), (0.5, -0.5)),
        ("How many live in Oslo?", ("57,000", "56,000"), ("57,000 people live in Oslo.",
         "56,000 people came by."), (5.0, 4.5)),
        ("When will they come?", ("Thursday", "this week"), ("They come on Thursday.",
         "They come this week."), (5.0, 4.5)),
        ("Who lives there?", ("57,000", "56,000"), ("57,000 people live there.",
         "56,000 people live there."), (5.0, 4.5)),
        ("When was it?", ("4 January 1916", "Jan 4"), ("It was on 4 January 1916.",
         "It was on Jan 4."), (5.0, 4.5)),
        ("When was it?", ("May 1916", "1916"), ("It was in May 1916.", "It was in 1916."),
         (5.0, 4.5)),
    ],
)  # fmt: skip
def test_no_difference_is_made_up(
    question: str,
    texts: tuple[str, str],
    sentences: tuple[str, str],
    margins: tuple[float, float],
) -> None:
    asked = understand(question)
    weighed = candidates(*texts, margins=margins)
    assert find_disagreement(asked, weighed, sentence(*sentences)) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12–14 May", "May 12–14"),
        ("4, 5 and 6 May", "4 May"),
        ("04 January 2024", "January 4, 2024"),
        ("the 1990's", "1995"),
        ("1914–18", "1916"),
        ("between 1914 and 1918", "1916"),
        ("the 1800s", "the 1850s"),
        ("1.5 hours", "an hour and a half"),
    ],
)
def test_times_that_may_be_one_do_not_differ(one: str, other: str) -> None:
    asked = understand("When was the town founded?")
    said = sentence(f"The town was founded {one}.", f"The town was founded: {other}.")
    for pair in ((one, other), (other, one)):
        assert find_disagreement(asked, candidates(*pair), said) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("in 1872", "1874"),
        ("18 May 1872", "May 21, 1872"),
        ("the 16th century", "early 17th century"),
        ("the 1740s", "1760s"),
        ("on Monday", "Tuesday"),
        ("May 4, 1872", "4 June 1872"),
    ],
)
def test_two_times_differ(one: str, other: str) -> None:
    found = find_disagreement(
        understand("When was the town founded?"), candidates(one, other),
        sentence(f"The town was founded {one}.", f"The town was founded: {other}."),
    )  # fmt: skip
    assert found is not None
    assert (found.first.text, found.second.text) == (one, other)


def test_what_a_title_names_need_not_stand_in_the_sentence() -> None:
    asked = understand("How many people does Lindmoor Mill employ?")
    said = sentence("Lindmoor Mill employs 52 people.", "The mill employed 48 people.")
    title = sentence("", "Report of Lindmoor Mill")
    one, other = candidates("52", "48")
    assert find_disagreement(asked, [one, other], said) is None
    assert find_disagreement(asked, [one, other], said, title) is None  # of one document
    other = replace(other, span=replace(other.span, doc_id="b.txt"))
    assert find_disagreement(asked, [one, other], said) is None
    assert find_disagreement(asked, [one, other], said, title) is not None


def test_shares_differ() -> None:
    found = find_disagreement(
        understand("What percentage of the power is made by steam?"), candidates("90%", "93.5%"),
        sentence("Steam makes 90% of the power.", "Steam makes 93.5% of the power."),
    )  # fmt: skip
    assert found is not None


@pytest.mark.parametrize(
    ("question", "passage", "struck"),
    [
        ("What is due in week 6?", "Week 5: the essay is due.", True),
        ("What is due in week 6?", "Week 5: reading. Week 6: the essay is due.", False),
        ("What is due in week 6?", "The essay is due.", False),
        ("What happened in 12 days?", "It took in 30 ships and lasted 12 days.", False),
        ("How tall is the tower in hall 3?", "The towers of hall 3.5 are 4 m tall.", False),
        ("When is the essay for MO5152 due?", "MO5151: the essay is due in May.", True),
        ("When is the essay for MO5151 due?", "MO5151: the essay is due in May.", False),
        ("Who flew the F-16?", "Ann flew the F-15.", True),
        ("What was built in mid-2019?", "Planned in mid-2018, the hall was built later.", False),
    ],
)
def test_another_of_what_is_numbered(question: str, passage: str, struck: bool) -> None:
    evidence = Evidence(passage, passage, (passage,))
    assert bool(is_of_another_number(understand(question), NOWHERE, evidence)) == struck


@pytest.mark.parametrize(
    ("question", "answer", "after", "struck"),
    [
        ("Which communes are there?", "11", " communes (Ada, Bo)", True),
        ("Which communes are there?", "eleven", " communes", True),
        ("Which ports are open?", "443", " and 80", False),
        ("Which years were dry?", "1976", ".", False),
        ("How many communes are there?", "11", " communes", False),
    ],
)
def test_how_many_is_not_which(question: str, answer: str, after: str, struck: bool) -> None:
    span = Span("a.txt", 0, len(answer), answer, 0.0, 0)
    evidence = Evidence("", "", (), after)
    assert bool(is_bare_number(understand(question), span, evidence)) == struck


@pytest.mark.parametrize(
    ("question", "answer", "struck"),
    [
        ("What is the default of PUMP_HOST?", "8082", True),
        ("What is the default of PUMP_PORT?", "8082", False),
        ("What is the default of PUMP_PORT?", "none", True),
        ("Which port is the pump's?", "8082", False),
        ("What is the default of pump_port?", "8082", False),
        ("Which setting replaces PUMP_OLD?", "PUMP_PORT", False),
    ],
)
def test_the_value_of_another_key(question: str, answer: str, struck: bool) -> None:
    text = "PUMP_PORT: 8082\nPUMP_MAIN: none\nPUMP_HOST is set by hand."
    span = Span("a.txt", 0, len(answer), answer, 0.0, 0)
    evidence = Evidence(text, text, (text,), at=text.index(answer))
    assert bool(is_of_another_key(understand(question), span, evidence)) == struck


@pytest.mark.parametrize(
    ("question", "sentence", "answer", "struck"),
    [
        ("Who is Ada Vik?", "Ada Vik leaned over the table towards his niece.", "his niece", True),
        ("Who is Ada Vik?", "Ada Vik, long the mayor, and now a baker, spoke.", "a baker", False),
        ("Who is Ada Vik?", "Ada Vik was for many dark years the mayor.", "the mayor", False),
        ("Who is Ada Vik?", "The mayor, Ada Vik, spoke.", "The mayor", False),
        ("Who is Ada Vik?", "Dr Ada Vik spoke.", "Dr", True),
        ("Who is Ada Vik?", "Our CEO, Ada Vik, spoke.", "CEO", False),
        ("Who is Ada Vik?", "She is the mayor.", "the mayor", False),
        ("What is the DNS?", "DNS\tDomain Name System", "Domain Name System", False),
        ("Who is Ada Vik?", "The mayor spoke.", "The mayor", True),
        ("Who is Ada Vik's boss?", "The mayor spoke.", "The mayor", False),
        ("Who was the mayor of Holm?", "The town elected Ada Vik.", "Ada Vik", False),
        ("What is the Holm Wheel?", "Figure 1: Holm Wheel Power Stage", "Power Stage", True),
        ("What is the Holm Wheel?", "The Holm Wheel is a wheel.", "a wheel", False),
    ],
)
def test_who_somebody_is_stands_beside_the_name(
    question: str, sentence: str, answer: str, struck: bool
) -> None:
    span = Span("a.txt", 0, len(answer), answer, 0.0, 0)
    at = sentence.index(answer)
    evidence = Evidence(sentence, f"{sentence} Ada Vik left.", (sentence,), at=at)
    assert bool(is_apart_from_name(understand(question), span, evidence)) == struck


@pytest.mark.parametrize(
    ("question", "sentence", "answer", "struck"),
    [
        ("What was the rate in 2010?", "Rate: 2.5% (2011), 2.2% (2010).", "2.5%", True),
        ("What was the rate in 2010?", "Rate: 2.5% (2011), 2.2% (2010).", "2.2%", False),
        ("How many sailed in 1854?", "In 1855 there were 40 that sailed.", "40", True),
        ("How many sailed in 1854?", "There were 40 that sailed.", "40", False),
        ("What came after 1854?", "The war ended in 1856.", "1856", False),
        ("How many sailed?", "In 1855 there were 40 that sailed.", "40", False),
        ("What is the fee in 2024?", "The fee is 30, as since 2019.", "30", True),
    ],
)
def test_a_figure_of_another_year(question: str, sentence: str, answer: str, struck: bool) -> None:
    at = sentence.index(answer)
    span = Span("a.txt", at, at + len(answer), answer, 0.0, 0)
    evidence = Evidence(sentence, sentence, (sentence,), sentence[at + len(answer) :])
    assert bool(is_of_another_year(understand(question), span, evidence)) == struck


def test_a_year_in_the_heading_holds_for_what_stands_below() -> None:
    sentence, asked = "The fee is 30, as since 2019.", understand("What is the fee in 2024?")
    below = Evidence(sentence, f"Fees 2024\n{sentence}", (sentence,), "", "Fees 2024\n")
    assert is_of_another_year(asked, Span("a.txt", 11, 13, "30", 0.0, 0), below) == ""


def test_a_heading_s_year_is_not_that_of_a_figure_which_has_its_own() -> None:
    sentence, asked = "The rent was 42 euros in 2022.", understand("What is the rent in 2023?")
    below = Evidence(
        sentence, f"Minutes 2023\n{sentence}", (sentence,), " in 2022.", "Minutes 2023\n"
    )
    assert is_of_another_year(asked, Span("a.txt", 13, 21, "42 euros", 0.0, 0), below)


def test_what_has_no_word_of_its_own_is_denied_by_no_sentence() -> None:
    evidence = Evidence("The lock opened.", "", ["It is unlikely that the lock was built."])
    assert is_opposite(understand("When was the lock built?"), NOWHERE, evidence)
    assert not is_opposite(understand("When was that?"), NOWHERE, evidence)
