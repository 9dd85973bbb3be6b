"""A cell by its row and its column: told by form, in tables of several kinds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.documents.corpus import make_document
from assistant.question.asked import understand
from assistant.reading.tables import Cell, find_another, find_cell, find_extreme, locate_cell
from assistant.records import Chunk, Hit

TOOLS = """The north shed holds these.

| Tool | Weight | 2011 | Most revs |
|---|---|---|---|
| Auger | 4 kg | 310 | 90 |
| Auger 2 | 5 kg | 290 | 120 |
| Wide saw | 2 kg | 12 | 3000 |
"""
SIZES = "| Block size | Slow time | Time |\n|---|---|---|\n| 16 | 0.9 | 0.7 |\n| 64 | 0.8 | 0.6 |\n"


def cell_of(question: str, *texts: str) -> str:
    documents = {f"{n}.md": make_document(f"{n}.md", text) for n, text in enumerate(texts)}
    hits = [Hit(Chunk(n, d.sha256, 0, len(d.text), d.text), 0.5) for n, d in documents.items()]
    found = find_cell(understand(question), hits, documents.__getitem__)
    return found.text if found else ""


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What is the weight of the auger?", "4 kg"),
        ("What is the weight of the Auger 2?", "5 kg"),
        ("How many wide saws were there in 2011?", "12"),
        ("What are the most revs of the wide saw?", "3000"),
        ("What is the weight of the saw?", ""),  # not all of the row's name
        ("What is the weight of the spade?", ""),
        ("What is the price of the auger?", ""),
        ("What are the weight and most revs of the auger?", ""),  # two columns
        ("What does Ann's auger weigh, by weight?", ""),  # hers stands nowhere
        ("Is the weight of the auger 5 kg?", ""),
        ("Who measured the weight of the auger?", ""),
        ("What is the weight of the handle of the auger?", ""),
        ("What is the weight of the auger in the south shed?", ""),
        ("Which tool has more weight than the auger?", ""),
    ],
)
def test_the_cell_is_that_of_the_row_and_the_column(question: str, cell: str) -> None:
    assert cell_of(question, TOOLS) == cell


def test_a_row_that_goes_by_a_number_wants_a_word_of_its_column() -> None:
    assert cell_of("What is the time with a block size of 64?", SIZES) == "0.6"
    assert cell_of("What is the time of 64?", SIZES) == ""


SALES = """| Region | Product | Price (euros) | Sold in 2020 |
|---|---|---|---|
| North | tents | 90 | 12 |
| North | stoves | 40 | 30 |
| South | tents | 85 | 7 |
"""


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What was the price of stoves in the north?", "40"),
        ("What was the price of tents in the south?", "85"),
        ("What was the price in the north?", ""),
        ("What was the price of lamps in the north?", ""),
        ("What was the price of lamps in the south?", ""),
    ],
)
def test_a_row_may_go_by_two_cells_and_a_head_has_a_unit(question: str, cell: str) -> None:
    assert cell_of(question, SALES) == cell


def test_of_two_tables_that_have_it_the_one_named_is_meant() -> None:
    south = TOOLS.replace("north", "south").replace("4 kg", "7 kg")
    assert cell_of("What is the weight of the auger in the south shed?", TOOLS, south) == "7 kg"
    assert cell_of("What is the weight of the auger?", TOOLS, south) == ""
    assert cell_of("What is the weight of the auger?", TOOLS, TOOLS) == "4 kg"


@pytest.mark.parametrize(
    ("question", "answer", "fits"),
    [
        ("What is the weight of the auger?", "4 kg", True),
        ("What is the weight of the auger?", "310", False),
        ("What is the weight of the auger?", "5 kg", False),
        ("What is the weight of the spade?", "4 kg", False),
        ("Which tool has a weight of 2 kg?", "Wide saw", True),
        ("What turns 3000 times?", "Wide saw", True),
    ],
)
def test_a_candidate_of_another_cell(question: str, answer: str, fits: bool) -> None:
    document = make_document("a.md", TOOLS)
    at = document.text.index(answer)
    cell = locate_cell(document, at, at + len(answer))
    assert isinstance(cell, Cell)
    assert (find_another(understand(question), cell) == "") == fits


def test_a_table_without_heads_has_rows() -> None:
    text = "| Samples | 976,158 |\n|---|---|\n| Targets | 12 |\n| Berths | 7 |\n"
    document = make_document("a.md", text)
    for answer, fits in (("976,158", False), ("12", False), ("7 ", True)):
        at = text.index(answer)
        cell = locate_cell(document, at, at + len(answer.strip()))
        assert isinstance(cell, Cell)
        assert (find_another(understand("How many berths are there?"), cell) == "") == fits


ENERGY = """Energy use in gigawatt hours:

| Sector | 2019 | 2020 | 2021 |
|---|---|---|---|
| Homes | 120 | 131 | 128 |
| Mills | 1,340 | 290 | 315 |
| Lamps | 11 | 10 | n/a |
| All sectors | 1,471 | 431 | n/a |
"""

STAFF = """| No | Name | Salary | Since |
|---|---|---|---|
| 1 | Ada Vik | 50,000 | 2015 |
| 2 | Bo Horn | 40,000 | 2015 |
|  | Cleo Marsh | 30,000 | 2019 |
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who has a salary of 50,000?", "Ada Vik"),  # the column tells the row
        ("What salary does Ada Vik get for two days?", "50,000"),  # no row goes by "two"
    ],
)
def test_what_tells_the_row_is_not_what_is_asked_for(question: str, answer: str) -> None:
    document = make_document("a.md", STAFF)
    at = document.text.index(answer)
    cell = locate_cell(document, at, at + len(answer))
    assert cell is not None
    assert find_another(understand(question), cell) == ""


def test_an_empty_cell_is_no_answer() -> None:
    document = make_document("a.md", STAFF)
    hits = [Hit(Chunk("a.md", document.sha256, 0, len(STAFF), document.text), 0.5)]
    assert (
        find_extreme(understand("Which has the lowest salary?"), hits, lambda _: document) is None
    )


@pytest.mark.parametrize(
    ("table", "question"),
    [
        (SALES, "Which region has the highest price in the north?"),
        ("| Car | Mass |\n|---|---|\n| A | 3,5 kg |\n| B | 10 kg |\n", "Which car has most mass?"),
        (ENERGY.replace("All sectors", "World"), "Which sector used the water of 2019?"),
    ],
)
def test_what_cannot_be_compared_is_not(table: str, question: str) -> None:
    document = make_document("a.md", table)
    hits = [Hit(Chunk("a.md", document.sha256, 0, len(table), document.text), 0.5)]
    assert find_extreme(understand(question), hits, lambda _: document) is None


def test_a_qualifier_of_a_head_is_part_of_it() -> None:
    text = "| City | Visitors (winter) | Price (kg) |\n|---|---|---|\n| Bergen | 900 | 4 |\n"
    assert cell_of("How many visitors had Bergen?", text) == ""
    assert cell_of("What is the price in Bergen?", text) == "4"


def test_a_long_table_is_not_looked_through() -> None:
    rows = "".join(f"| boat {i} | {i} kr |\n" for i in range(600))
    assert cell_of("What is the cost of boat 77?", f"| Name | Cost |\n|---|---|\n{rows}") == ""


def test_outside_a_table_there_is_no_cell() -> None:
    assert locate_cell(make_document("a.md", TOOLS), 0, 5) is None


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Which sector used most energy in 2019?", "Mills"),
        ("Which sector had the lowest use of energy in 2020?", "Lamps"),
        ("What was the highest energy use in 2019?", "1,340"),
        ("What sector has the highest use in 2020?", "Mills"),
        ("Which sector used most energy in 2021?", ""),  # one cell says nothing
        ("Which sector used most water in 2019?", ""),
        ("Which sector used most energy?", ""),  # no column
        ("Which sectors used energy in 2019?", ""),
        ("Did mills use most energy in 2019?", ""),
        ("Which sector did not use most energy in 2019?", ""),
        ("Which sector used the second most energy in 2019?", ""),
    ],
)
def test_the_row_with_the_most_or_least(question: str, words: str) -> None:
    document = make_document("a.md", ENERGY)
    hits = [Hit(Chunk("a.md", document.sha256, 0, len(ENERGY), ENERGY), 0.5)]
    found = find_extreme(understand(question), hits, lambda _: document)
    assert (document.text[slice(*found.words)] if found else "") == words
    assert found is None or len(found.rows) == 3


def test_of_rows_that_are_alike_none_is_the_most() -> None:
    document = make_document("a.md", ENERGY.replace("131", "290"))
    hits = [Hit(Chunk("a.md", document.sha256, 0, len(ENERGY), document.text), 0.5)]
    asked = understand("Which sector used most energy in 2020?")
    assert find_extreme(asked, hits, lambda _: document) is None


@pytest.fixture(scope="module")
def shed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder: Path = tmp_path_factory.mktemp("shed")
    (folder / "tools.md").write_text(TOOLS, "utf-8")
    with Assistant.from_corpus(folder, index=tmp_path_factory.mktemp("index")) as made:
        yield made


def test_the_answer_is_the_cell_with_its_row_and_heads(shed: Assistant) -> None:
    answer = shed.ask("What are the most revs of the Auger 2?")
    assert answer.text == "120"
    assert answer.quotes[0].text.startswith("Auger 2")
    assert not shed.ask("What are the most revs of the chisel?").found


def test_a_comparison_quotes_all_rows_that_it_compares(shed: Assistant) -> None:
    answer = shed.ask("Which tool has the lowest weight?")
    assert answer.text == "Wide saw"
    assert [q.text.split(" | ")[0] for q in answer.quotes] == ["Wide saw", "Auger", "Auger 2"]
    assert answer.note == "Compared: the 3 rows of this table."
