"""Follow-ups: which questions may be meant, and which of them the documents support."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.language.tokens import finish
from assistant.question.follow_up import MEANINGS, find_meanings
from assistant.reading.read import Reader
from assistant.records import Answer, Quote

ROOT = Path(__file__).parent.parent


def turn(question: str, text: str = "", speaker: str = "", meant: str = "") -> Answer:
    """An earlier answer of the talk."""
    quote = Quote("a.txt", "0", 0, len(text), text, 0, len(text), 1, "", speaker, 1.0)
    return Answer(
        "answered" if text else "not_found",
        text,
        (quote,) if text else (),
        (),
        0.9,
        question,
        meant or question,
    )


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def meanings(reader: Reader, question: str, talk: Sequence[Answer]) -> list[str]:
    """As `Assistant` finds them."""
    return find_meanings(question, talk, reader.read_text)


ALONE = [
    "Who is the mayor of Lyon?",
    "How tall is Mont Blanc?",
    "Which company moved its office to Turin?",
    "Who lost his leg at Waterloo?",
    "Who said that Iceland would join?",
    "What did Darwin say he had seen?",
    "What did Curie tell her students?",
    "When Mozart died, what did he leave?",
    "After his visit, what did Vance say?",
    "In which of his novels does Hugo write about Paris?",
    "Is Peru selling, and if not, who provides its fuel?",
    "Is it legal to fish in Lake Como?",
    "How long does it take to reach Oslo?",
    "How likely is it that the bridge reopens in May?",
    "Are there trams in Basel?",
    "Is there anything like the Louvre in Lille?",
    "What happened at Waterloo this year?",
    "Who said “he has to go there”?",
    "Which bill that Merkel signed was repealed?",
    "Which lawyers defended themselves in Lyon?",
    "What is the capital of Mongolia?",
    "how does photosynthesis work",
    "greenland population",
    "germany soldiers greenland when",
    "the delegation from congress where r they going",
    "Who wrote Hamlet?",
    "Will it rain in Hamburg tomorrow?",
    "So far, how many goals has Messi scored?",
]


def test_what_stands_alone_stays_alone(reader: Reader) -> None:
    """Bending a question that stands alone is the worse mistake."""
    talk = [turn("Who is the king of Norway?", "Harald V"), turn("When did he visit Oslo?", "May")]
    bent = [q for q in ALONE if meanings(reader, q, talk)[0] != q]
    assert len(bent) <= 0.1 * len(ALONE), bent
    assert all(meanings(reader, q, []) == [q] for q in ALONE)


def test_talks_by_others_are_understood_as_often_as_they_were() -> None:
    """Turns of the talks of `training/written`: an F1 of .56 by the first meaning and of .60 by the
    best was reached over all, and .96 of those that stand alone were left alone."""
    ran = subprocess.run(
        [sys.executable, ROOT / "eval" / "bench_meanings.py", "--limit", "500"],
        capture_output=True,
        text=True,
        check=True,
    )
    first, best, alone = map(float, re.findall(r"\d\.\d{3}", ran.stdout))
    assert first > 0.53 and best > 0.56
    assert alone > 0.92


def test_that_is_what_the_reader_says_where_no_noun_follows(reader: Reader) -> None:
    talk = [turn("Which imprint do they own?", "the Harle Press")]
    assert meanings(reader, "When was that created?", talk) == ["When was Harle Press created?"]
    game = meanings(reader, "What was the score for that game?", talk)
    assert not any("Harle Press game" in meant for meant in game)


def test_where_is_put_into_a_question_as_a_place(reader: Reader) -> None:
    talk = [turn("Where does Ann play?", "In the sand")]
    assert "What may one see in the sand?" in meanings(reader, "What may one see there?", talk)
    assert not any("sand do" in m for m in meanings(reader, "What did she do?", talk))


def test_a_clause_stands_for_nothing(reader: Reader) -> None:
    talk = [turn("What did the teacher say?", "They used signs")]
    assert not any("They used" in m for m in meanings(reader, "Where did they live?", talk))


def test_a_turn_that_found_nothing_lends_its_subject(reader: Reader) -> None:
    """He is the king, whether or not the documents say who that is."""
    talk = [turn("Where is the king of Peru?")]
    assert meanings(reader, "How old is he?", talk)[0] == "How old is the king of Peru?"


def test_it_is_what_was_asked_about_last(reader: Reader) -> None:
    talk = [turn("When was the lock opened?", "1954"), turn("Who designed the Orla bridge?")]
    assert meanings(reader, "How long is it?", talk)[0] == "How long is the Orla bridge?"


def test_what_nobody_meant_is_not_built_upon(reader: Reader) -> None:
    """What was looked for with words of the talk, in vain, may have been something else."""
    astray = turn("Who paid for it?", meant="Who paid for the bank of Peru?")
    talk = [turn("Who is the mayor of Lyon?", "Jean Roux"), astray]
    assert meanings(reader, "How old is he?", talk)[0] == "How old is Jean Roux?"
    assert meanings(reader, "Where is it?", talk[1:]) == ["Where is it?"]


@pytest.mark.parametrize(
    "aside",
    ["You are wrong.", "Please explain.", "Is this a joke?", "Where is he?", "Thanks anyway"],
)
def test_what_asks_about_nothing_new_leaves_the_talk_where_it_was(
    reader: Reader, aside: str
) -> None:
    talk = [turn("Where is the lock?", "Harle"), turn(aside)]
    assert meanings(reader, "How long is it?", talk) == meanings(
        reader, "How long is it?", talk[:1]
    )


def test_that_is_what_was_said(reader: Reader) -> None:
    talk = [turn("When did the ships pass?", "in May"), turn("Who owns the lock?")]
    assert meanings(reader, "What happened after that?", talk) == meanings(
        reader, "What happened after that?", talk[:1]
    )


def test_what_an_earlier_question_meant_carries_on(reader: Reader) -> None:
    talk = [
        turn("Is France opening a bank in Peru?", "yes"),
        turn("When?", "in May", meant="When is France opening a bank in Peru?"),
    ]
    assert "When is Spain opening a bank in Peru?" in meanings(reader, "And Spain?", talk)


@pytest.mark.parametrize(
    ("last", "question", "meant"),
    [
        ("What does it use NET_RAW for?", "And SYS_NICE?", "What does it use SYS_NICE for?"),
        ("What did it cost in 1990?", "And in 1995?", "What did it cost in 1995?"),
        ("What did it cost in 1990?", "1995?", "What did it cost in 1995?"),
        ("What is the red pump worth?", "And the blue one?", "What is the blue pump worth?"),
    ],
)
def test_like_is_exchanged_for_like(reader: Reader, last: str, question: str, meant: str) -> None:
    assert meant in meanings(reader, question, [turn(last, "x")])


NOISE = "And what is the it he of US's Norway by ? , . \" 's an How many there so 42 İ Ⓐ The for"


def test_any_talk_gives_at_least_one_question() -> None:
    """No order of words breaks it: it never raises and never comes back empty."""
    rng = random.Random(0)
    words = NOISE.split()

    def noise() -> str:
        return " ".join(rng.choice(words) for _ in range(rng.randint(1, 7)))

    for _ in range(3000):
        talk = [turn(noise(), rng.choice(["", "two", "The US"])) for _ in "ab"]
        found = find_meanings(noise(), talk, lambda _, text: [(0, min(5, len(text)), 1.0)])
        assert 0 < len(found) <= MEANINGS
        assert all(found)


def test_a_follow_up_is_asked_of_the_article(assistant: Assistant) -> None:
    first = assistant.ask("How many staffers is Norway sending to Greenland?")
    then = assistant.ask("And Finland?", [first])
    assert "Finland" in then.query_used
    assert "staffers" in then.query_used
    other = assistant.ask("Who is the prime minister of Sweden?", [first, then])
    assert other == assistant.ask("Who is the prime minister of Sweden?")
    assert other.query_used == "Who is the prime minister of Sweden?"


def test_the_same_place_is_no_new_answer(assistant: Assistant) -> None:
    """A question that only finds the last answer again, with words of the talk, finds nothing."""
    first = assistant.ask("How many staffers is Norway sending to Greenland?")
    then = assistant.ask("How much do they earn?", [first])
    assert first.found
    assert not then.found or then.quotes[0].answer_start != first.quotes[0].answer_start


CREW = """# The crew

"I have sailed with Bea Lund for twelve years," said Tom Vik. "It was never dull."

The minutes were written by the mate.

The cook joined the ship in Oslo and is paid 900 crowns a month.
"""
CLUB = """# The chess club

Ada Holm leads the chess club. It meets in the old mill.

The minutes are written by the treasurer. Tom Vik won a silver rook there.
"""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("two")
    (folder / "crew.md").write_text(CREW)
    (folder / "club.md").write_text(CLUB)
    with Assistant.from_corpus(folder, index=folder.parent / "index of two") as made:
        yield made


@pytest.mark.parametrize(
    ("before", "said"),
    [("Who leads the chess club?", "treasurer"), ("Who has sailed with Bea Lund?", "mate")],
)
def test_what_names_nothing_is_asked_of_the_document_talked_of(
    two: Assistant, before: str, said: str
) -> None:
    first = two.ask(before)
    assert first.found
    assert said in two.ask("Who wrote the minutes?", [first]).text


@pytest.mark.parametrize(
    "question", ["how much is he paid?", "Where did he join?", "Did she join in Oslo?"]
)
def test_a_pronoun_is_nobody_of_another_document(two: Assistant, question: str) -> None:
    first, other = two.ask("Who leads the chess club?"), two.ask("Who has sailed with Bea Lund?")
    assert two.ask(question).found
    assert not two.ask(question, [first]).found
    assert two.ask(question, [first, other]).quotes[0].doc_id == "crew.md"
    more = two.ask("Tell me more", [first])
    assert {q.doc_id for q in more.quotes} == {"club.md", "crew.md"}
    assert not two.ask(question, [first, more]).found


def test_what_is_filled_in_may_stand_in_another_document(two: Assistant) -> None:
    first = two.ask("Who has sailed with Bea Lund?")
    assert first.text == "Tom Vik"
    then = two.ask("Which prize did he win?", [first])
    assert (then.text, then.quotes[0].doc_id) == ("a silver rook", "club.md")


def test_a_new_subject_may_stand_in_another_document(two: Assistant) -> None:
    first = two.ask("Who leads the chess club?")
    for history in ([first], [first, two.ask("Who has sailed with Bea Lund?")]):
        assert "900" in two.ask("What is the cook paid?", history).text


def test_a_talk_outlives_a_document_that_is_removed(two: Assistant) -> None:
    first = two.ask("Who leads the chess club?")
    gone = replace(first, quotes=tuple(replace(q, doc_id="gone.md") for q in first.quotes))
    assert two.ask("Who wrote the minutes?", [gone]).found


def test_a_bare_word_without_a_talk_is_no_question(two: Assistant) -> None:
    for history in ([], [two.ask("Where is the moon of Velmark?")]):
        reply = two.ask("And when?", history)
        assert (reply.kind, reply.found) == ("help", False)
        assert "whole sentence" in reply.note


def test_what_somebody_tells_of_themselves_is_of_nobody_else(two: Assistant) -> None:
    assert "twelve" in two.ask("How many years has Tom Vik sailed with Bea Lund?").text
    assert not two.ask("How many years has Olaf Berg sailed with Bea Lund?").found


def test_stars_of_emphasis_are_no_part_of_a_question() -> None:
    assert finish("who steers the *Gudlaug*") == "Who steers the Gudlaug?"
    assert finish("what does **kwargs hold") == "What does kwargs hold?"
    assert finish("what is 2*3, and 2 * 3") == "What is 2*3, and 2 * 3?"
    assert finish("*") == "*?"


def test_signs_and_prices_in_follow_ups(reader: Reader) -> None:
    talk = [turn("What does PUMP_MAIN_ON do?", "starts the main pump")]
    assert meanings(reader, "And PUMP_OFF?", talk) == ["What does PUMP_OFF do?"]
    talk = [turn("Which ferry goes to Holm?", "the Ran")]
    assert meanings(reader, "How much does it cost?", talk)[0] == "How much does the Ran cost?"
    asked = "How much does it cost to cross?"
    assert meanings(reader, asked, talk) == [asked]
