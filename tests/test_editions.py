"""Several documents that answer: editions of one text, and each for its own subject."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.documents.corpus import make_document
from assistant.documents.formats import Extract
from assistant.question.asked import understand
from assistant.reading.editions import (
    are_editions,
    are_twins,
    find_edition,
    find_named,
    find_titled,
    match_edition,
    share_form,
)
from assistant.reading.subjects import find_astray, leaves_open
from assistant.records import Candidate, Document, Span

RULES = (
    "Each plot is rented for one year and may be kept for as long as the rent is paid. The rent "
    "is {} crowns a year. Bonfires are allowed after sunset. Dogs are kept on a lead at all times."
)


def rules(name: str, rent: int, date: str = "") -> Document:
    return make_document(name, Extract(f"Garden rules\n\n{RULES.format(rent)}", "", date))


@pytest.mark.parametrize(
    ("document", "edition"),
    [
        (rules("rules-2022.txt", 1), ("date", (2022, 0, 0))),
        (rules("rules_2022-03-01.txt", 1), ("date", (2022, 3, 1))),
        (rules("rules.txt", 1, "2021-05-06"), ("date", (2021, 5, 6))),
        (rules("rules-v2.txt", 1), ("version", (2,))),
        (make_document("a.txt", "Rules, revision 3.1\n\nWords."), ("version", (3, 1))),
        (make_document("a.txt", "Agreed on 4 April 2016.\n\nWords."), ("date", (2016, 4, 4))),
        (make_document("a.txt", "Of March 12, 2019\n\nWords."), ("date", (2019, 3, 12))),
        (make_document("a.txt", "In May 2020 they met."), ("date", (2020, 5, 0))),
        (rules("rules_20230401.txt", 1), ("date", (2023, 4, 1))),
        (rules("rules.txt", 1), None),
    ],
)
def test_an_edition_is_told_by_its_date_or_number(
    document: Document, edition: tuple[str, tuple[int, ...]] | None
) -> None:
    assert find_edition(document) == edition


def test_editions_share_their_text_and_differ_in_order() -> None:
    old, new = rules("rules-2020.txt", 30), rules("rules-2023.txt", 40)
    assert are_editions(old, new)
    assert not are_editions(old, rules("rules.txt", 40))  # in no order
    assert not are_editions(old, rules("other/rules-2020.txt", 40))  # of one date
    minutes = [
        make_document(f"minutes-{year}.txt", f"Minutes\n\n{text}")
        for year, text in (
            (2020, "The roof was mended by Jon Vik, who asks for nothing but his nails."),
            (2021, "A new gate is ordered from the smith. It will be painted in green."),
        )
    ]
    assert not are_editions(*minutes)  # of a series, each with news of its own


LEASE = (
    "Lease\n\nSigned on {} between the Corran Trust and {}. The flat is number {}, Quay House. "
    "The rent is {} pounds a month. The notice period is {}. {} keeps no dogs in the flat."
)


def lease(name: str, *values: str) -> Document:
    return make_document(name, LEASE.format(*values))


def test_documents_on_one_form_about_different_subjects_are_no_editions() -> None:
    mine = lease("lease-a.txt", "4 May 2020", "Oriel Tamsin", "12", "640", "two months", "Tamsin")
    later = lease("lease-b.txt", "9 June 2022", "Oriel Tamsin", "12", "690", "a month", "Tamsin")
    other = lease(
        "lease-c.txt", "9 June 2022", "Neil Brannigan", "14", "815", "a month", "Brannigan"
    )
    assert are_editions(mine, later)
    assert not are_editions(mine, other)
    named = [  # as their names say, of one series: another teacher may teach it the next year
        make_document(
            f"syllabus-{year}.txt", f"Syllabus by {who}\n\nOne essay of {n} words is due."
        )
        for year, who, n in ((2020, "Hanne Foss", "3,000"), (2023, "Samuel Achter", "4,000"))
    ]
    assert are_editions(*named)
    counted = [
        make_document(
            name, Extract(LEASE.format(*[when, "Ida Lund", "9", "7", "a day", "Lund"]), title)
        )
        for name, when, title in (
            ("handbook one.txt", "4 May 2020", "Handbook, 2nd edition"),
            ("book two.txt", "9 June 2022", "Handbook, 3rd edition"),
        )
    ]
    assert are_editions(*counted)
    opened = [
        make_document(name, f"{who} receive a daily allowance of {n} euros on trips. {RULES}")
        for name, who, n in (
            ("scan1 of 2020.txt", "Employees", 38),
            ("scan2 of 2024.txt", "Staff", 45),
        )
    ]
    assert are_editions(*opened)  # the first word of a sentence is no name, nor a file's number
    for line in ("By", "Prepared by"):  # one fire in two papers
        papers = [
            make_document(f"{who}.txt", f"The fire\n\n{line} {who} Berg\n\n{RULES.format(n)}")
            for who, n in (("Anna", 12), ("Tom", 14))
        ]
        assert share_form(*papers) and not are_twins(*papers)
    note = make_document("note.txt", "On Holm's lease\n\nThe notice period is two months.")
    assert share_form(mine, other) and not share_form(mine, note)  # what quotes is on no form


DOCUMENTS = [rules("rules-2020.txt", 30), rules("rules-2023.txt", 40), make_document("b.txt", "B")]


@pytest.mark.parametrize(
    ("question", "rest", "named"),
    [
        ("According to the 2020 rules, how high is the rent?", "How high is the rent?", [0]),
        ("How high is the rent under the current rules?", "How high is the rent?", [1]),
        ("How high was the rent in the old rules?", "How high was the rent?", [0]),
        ("According to the rules, how high is the rent?", "How high is the rent?", [0, 1]),
        ("How high was the rent in 2020?", "", None),
        ("How high is the rent in the garden?", "", None),
        ("According to Jon Vik, how high is the rent?", "", None),
        ("What is in the rules?", "", None),
        (
            "What is the rent of the puffin in the 2020 rules?",
            "What is the rent of the puffin?",
            [0],
        ),
    ],
)
def test_a_question_may_name_its_source(question: str, rest: str, named: list[int] | None) -> None:
    found = find_named(question, lambda: DOCUMENTS)
    if named is None:
        assert found is None
    else:
        assert found is not None
        assert found[:2] == (rest, [DOCUMENTS[i].doc_id for i in named])


def test_a_title_may_stand_before_a_question() -> None:
    novel = make_document("lw.txt", Extract("By Ida Lund\n\nAda mends it.", "Long Ways"))
    asked = "In Long Ways by {}, who mends the roof?"
    found = find_titled(asked.format("Ida Lund"), lambda: [*DOCUMENTS, novel])
    assert found == ("Who mends the roof?", ["lw.txt"])
    alone = "In Long Ways, who mends the roof?"  # may be what it is asked about
    for other in (alone, asked.format("Jon Vik"), "In 2020, who mends the roof?", "In Long Ways?"):
        assert find_titled(other, lambda: [*DOCUMENTS, novel]) is None


@pytest.fixture(scope="module")
def islands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("islands")
    for name, capital, more in (
        ("Aruba", "Oranjestad", "Aruba lies in the Caribbean."),
        ("Malta", "Valletta", "Malta lies south of Sicily. Its prime minister is Robert Abela."),
    ):
        (folder / f"{name}.txt").write_text(f"{name}\n\n{more} The capital is {capital}.\n")
    for year, rent in ((2020, 30), (2023, 40)):
        (folder / f"rules-{year}.txt").write_text(f"Garden rules\n\n{RULES.format(rent)}\n")
    with Assistant.from_corpus(folder, index=tmp_path_factory.mktemp("index")) as made:
        yield made


def test_of_editions_the_newest_answers_and_the_older_is_named(islands: Assistant) -> None:
    made = islands.ask("How much is the rent of a plot?")
    assert "40" in made.text
    assert [q.doc_id for q in made.quotes] == ["rules-2023.txt", "rules-2020.txt"]
    assert "2020 says “30" in made.note
    same = islands.ask("When are bonfires allowed?")
    assert same.quotes[0].doc_id == "rules-2023.txt" and same.note == ""
    older = islands.ask("How much was the rent of a plot in the 2020 rules?")
    assert "30" in older.text and {q.doc_id for q in older.quotes} == {"rules-2020.txt"}
    kept = islands.ask("How much is the rent of a plot?", documents=["rules-2020.txt"])
    assert "30" in kept.text and kept.note == ""


def test_where_the_subject_is_open_each_document_answers(islands: Assistant) -> None:
    made = islands.ask("What is the capital?")
    assert {item.text for item in made.items} == {"Oranjestad", "Valletta"}
    for item in made.items:
        text = islands.document(made.quotes[item.quote].doc_id).text
        assert text[item.start : item.end] == item.text
    assert "which one is meant" in made.note
    assert islands.ask("What is the capital of Malta?").text == "Valletta"
    assert islands.ask("Who is the prime minister?").kind == "fact"


FLATS = [
    lease("lease-a.txt", "4 May 2020", "Oriel Tamsin", "12", "640", "two months", "Tamsin"),
    lease("lease-b.txt", "9 June 2022", "Neil Brannigan", "14", "815", "three weeks", "Brannigan"),
]


@pytest.mark.parametrize(
    ("question", "astray", "is_open"),
    [
        ("How high is Oriel Tamsin's rent?", {"lease-b.txt"}, False),
        ("How high is the rent of Mr Brannigan?", {"lease-a.txt"}, False),
        ("How high is the rent in lease-b?", {"lease-a.txt"}, True),  # a file's name is no name
        ("How high is the rent at Quay House?", set(), True),  # both are there
        ("How high is the rent on Saturday?", set(), True),
        ("How high is the rent of Ada Holm?", set(), False),  # neither is hers
        ("How high is the rent of flat 12?", set(), False),
    ],
)
def test_a_question_tells_documents_on_one_form_apart(
    question: str, astray: set[str], is_open: bool
) -> None:
    asked = understand(question)
    assert find_astray(asked, FLATS) == astray
    assert leaves_open(asked, FLATS) == is_open


@pytest.mark.parametrize(
    ("question", "told", "there", "is_same"),
    [
        ("How long is leave?", "Leave is 30 days a year.", "Leave is 28 days a year.", True),
        ("How long is annual leave?", "Annual leave: 25 days", "Sick leave: 10 days", False),
        ("How high is the rent?", "The rent is 30 crowns.", "Dogs are kept on a lead.", False),
    ],
)
def test_an_edition_answers_in_the_same_place(
    question: str, told: str, there: str, is_same: bool
) -> None:
    candidate = Candidate(Span("new.txt", 0, len(there), there, 0.0, 0), 0.3)
    found = match_edition(understand(question), told, [candidate], lambda span: span.text)
    assert found == (candidate if is_same else None)


@pytest.fixture(scope="module")
def leases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("leases")
    for document in FLATS:
        (folder / document.doc_id).write_text(document.text)
    with Assistant.from_corpus(folder, index=tmp_path_factory.mktemp("index")) as made:
        yield made


def test_of_two_leases_the_one_that_is_named_answers(leases: Assistant) -> None:
    for question, text in (
        ("How long is the notice period of Oriel Tamsin?", "two months"),
        ("How long is the notice period of Neil Brannigan?", "three weeks"),
    ):
        made = leases.ask(question)
        assert made.text == text and made.note == ""
        assert len({quote.doc_id for quote in made.quotes}) == 1


def test_of_two_leases_each_answers_where_none_is_named(leases: Assistant) -> None:
    made = leases.ask("How long is the notice period?")
    assert {item.text for item in made.items} == {"two months", "three weeks"}
    assert "which one is meant" in made.note


def test_the_pairs_of_the_benchmark_are_pairs() -> None:
    import json

    lines = Path(__file__).parent.parent.joinpath("eval", "editions.jsonl").read_text("utf-8")
    for pair in map(json.loads, lines.splitlines()):
        old, new = (make_document(pair[k]["file"], pair[k]["text"]) for k in ("old", "new"))
        assert pair["was"] in old.text.replace(",", " ") and pair["was"] not in new.text
        assert pair["now"] in new.text.replace(",", " ") and len(pair["questions"]) == 4


def test_a_numbered_thing_is_known_by_the_heading_above_it(folder: Path, tmp_path: Path) -> None:
    (folder / "tents.md").write_text(
        "# Data sheets\n\n## Tent Ridge 2\n\nWeight: 2.4 kilograms. It sleeps two people.\n\n"
        "## Tent Ridge 4\n\nWeight: 4.1 kilograms. It sleeps four people.\n"
    )
    with Assistant.from_corpus(folder, index=tmp_path / "index") as assistant:
        assert assistant.ask("What does the Ridge 2 weigh?").text.startswith("2.4")
        assert assistant.ask("What does the Ridge 4 weigh?").text.startswith("4.1")
        assert not assistant.ask("What does the Ridge 3 weigh?").found
