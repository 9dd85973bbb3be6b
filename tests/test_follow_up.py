"""Follow-ups: which questions lean on the talk, and what is found for them behind it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from assistant import Assistant
from assistant.answer import combine
from assistant.language.terms import words
from assistant.question.anaphora import depends
from assistant.question.asked import understand
from assistant.question.follow_up import MOST_WORDS, TURNS, behind
from assistant.records import Answer
from assistant.render import searched_for


def turn(question: str, text: str = "", kind: str = "fact") -> Answer:
    """An earlier answer of the talk."""
    status = "answered" if text else "not_found"
    return Answer(status, text, (), (), 0.9, question, question, kind=kind)  # type: ignore[arg-type]


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


def test_what_stands_alone_stays_alone() -> None:
    """Bending a question that stands alone is the worse mistake."""
    bent = [q for q in ALONE if depends(q)]
    assert len(bent) <= 0.1 * len(ALONE), bent


LEANING = [
    "And how many is Italy sending?",
    "And Spain?",
    "When?",
    "And in Chile?",
    "And Norway's?",
    "At whose request?",
    "Together with whom?",
    "What about games?",
    "When did she die?",
    "Why does he say that?",
    "What else is in there?",
    "who said that",
    "how much do they earn?",
    "Why not?",
    "and the other one?",
]


def test_what_leans_is_known_by_its_form() -> None:
    missed = [q for q in LEANING if not depends(q)]
    assert len(missed) <= 0.1 * len(LEANING), missed


NOISE = "And what is the it he of US's Norway by ? , . \" 's an How many there so 42 İ for |"


def test_any_question_can_be_asked_behind_any_talk() -> None:
    """It comes last and whole, behind no more than can be read with it."""
    rng = random.Random(0)

    def noise(most: int = 20) -> str:
        return " ".join(rng.choice(NOISE.split()) for _ in range(rng.randint(1, most)))

    for _ in range(3000):
        talk = [turn(noise(), rng.choice(["", "two", noise(30)])) for _ in range(4)]
        question = noise(7)
        depends(question)
        query = behind(talk, question)
        assert query.endswith(question)
        assert query == question or len(words(query)) <= MOST_WORDS


def test_what_asked_nothing_is_passed_over() -> None:
    talk = [turn("Where is the lock?", "Harle"), turn("Thanks!", kind="help")]
    assert behind(talk, "How long is it?") == "Where is the lock? Harle | How long is it?"
    assert behind(talk[1:], "How long is it?") == "How long is it?"
    again = [replace(turn(q, "Harle"), query_used=talk[0].question) for q in ("More.", "Who says?")]
    assert behind([talk[0], *again], "How long is it?") == behind(talk, "How long is it?")
    assert behind([turn(f"{n}?") for n in range(9)], "b?").count("?") == TURNS + 1


def test_a_long_answer_does_not_push_its_question_out() -> None:
    talk = [turn("Is the lock closed in winter?", 60 * "From November on, ")]
    assert behind(talk, "And in May?").startswith("Is the lock closed in winter? From November")


def test_what_leans_is_about_what_the_talk_is_about() -> None:
    asked = understand("What is the rent of Flat 3? 900 crowns | And when does it end?")
    assert (asked.text, asked.kind) == ("And when does it end?", "time")
    assert asked.names == ("Flat",) == understand("And when does Flat 3 end?").names
    assert understand("And is she well?").whether


def test_parts_of_a_question_are_shown_behind_one_talk() -> None:
    parts = [replace(turn(q), query_used=f"Who? Ada | {q}") for q in ("When?", "Where?")]
    assert combine("When and where?", parts).query_used == "Who? Ada | When? Where?"


FERRY = """# The ferry to Holm

The Ran has sailed to Holm since 1962. She was built in Gdynia by the yard of Jan Wolski, who named
her after his wife. A ticket costs 14 crowns, and 6 for children. On Sundays she does not sail.

Captain Eva Dahl took over from her uncle in 2011. "I learnt to steer before I could write," she
says. Her first mate, Ola Berg, wants a second ship, as the queue in July is two hours long. The
council has refused: it has no money left after the new quay, which cost 3 million crowns.

The older ship, the Sif, lies in the museum of Harle. She burned coal and carried forty people.
"""
LIBRARY = """# The library of Harle

The library lends books for four weeks and films for one. Late books cost 2 crowns a week; for films
it is 5. Rosa Lind has led it since 2004. She was a teacher before. It is closed on Mondays.
"""
TALKS = [
    (["Since when has the Ran sailed to Holm?", "Where was she built?"], "Gdynia"),
    (["Since when has the Ran sailed to Holm?", "Where was she built?", "By whom?"], "Wolski"),
    (["How much is a ticket to Holm?", "And for children?"], "6"),
    (["Who is the captain of the Ran?", "Since when?"], "2011"),
    (["Who is the captain of the Ran?", "From whom did she take over?"], "uncle"),
    (["Who wants a second ship?", "Why?"], "queue"),
    (["Who has refused a second ship?", "how come?"], "no money"),
    (
        ["What did the new quay cost?", "Who is the first mate?", "What does he want?"],
        "second ship",
    ),
    (["Where is the Sif?", "How many people did she carry?"], "forty"),
    (["How long does the library lend books?", "And films?"], "one"),
    (["What do late books cost?", "and for films?"], "5"),
    (["Who leads the library?", "What was she before?"], "teacher"),
    (["Who leads the library?", "When is it closed?"], "Mondays"),
]
SILENT = [
    ["Who is the captain of the Ran?", "How old is she?"],
    ["Where is the Sif?", "What did she cost?"],
    ["Who leads the library?", "Where was she born?"],
    ["How much is a ticket to Holm?", "And for dogs?"],
    ["What do late books cost?", "And who decided that?"],
]


@pytest.fixture(scope="module")
def harle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("harle")
    (folder / "ferry.md").write_text(FERRY)
    (folder / "library.md").write_text(LIBRARY)
    with Assistant.from_corpus(folder, index=folder.parent / "index of harle") as made:
        yield made


def ask_in_turn(assistant: Assistant, questions: list[str]) -> Answer:
    history: list[Answer] = []
    for question in questions:
        history.append(assistant.ask(question, history))
    return history[-1]


def test_a_follow_up_is_answered_behind_its_talk(harle: Assistant) -> None:
    told = [(questions, right, ask_in_turn(harle, questions)) for questions, right in TALKS]
    missed = [(q, made.text) for q, right, made in told if right not in made.text]
    assert len(missed) <= 0.25 * len(TALKS), missed


def test_what_is_not_told_is_not_told_behind_a_talk_either(harle: Assistant) -> None:
    told = [(questions, ask_in_turn(harle, questions)) for questions in SILENT]
    spoken = [(questions, made.text) for questions, made in told if made.found]
    assert len(spoken) <= 0.2 * len(SILENT), spoken


def test_a_bar_that_is_typed_parts_no_turns(harle: Assistant) -> None:
    asked = "Who is the captain | of the Ran?"
    assert "Dahl" in harle.ask(asked).text
    assert understand(harle.ask(asked).query_used).text == harle.ask(asked).query_used


def test_what_was_searched_is_shown(harle: Assistant) -> None:
    first = harle.ask("Who is the captain of the Ran?")
    then = harle.ask("Since when?", [first])
    assert then.query_used == f"Who is the captain of the Ran? {first.text} | Since when?"
    assert searched_for(then) == f"Who is the captain of the Ran? {first.text} › Since when?"
    other = harle.ask("How long does the library lend books?", [first, then])
    assert other == harle.ask("How long does the library lend books?")


def test_the_same_place_is_no_new_answer(assistant: Assistant) -> None:
    """A question that only finds the last answer again, with words of the talk, finds nothing."""
    first = assistant.ask("How many staffers is Norway sending to Greenland?")
    then = assistant.ask("How much do they earn?", [first])
    assert first.found
    assert not then.found or then.quotes[0].answer_start != first.quotes[0].answer_start


CREW = """# The crew

"I have sailed with Bea Lund for twelve years," said Tom Vik. "It was never dull."

The minutes were written by the mate.
"""
CLUB = """# The chess club

Ada Holm leads the chess club. It meets in the old mill.

The minutes are written by the treasurer.
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
