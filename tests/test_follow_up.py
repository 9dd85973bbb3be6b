"""Follow-ups: what leans on the talk, what stands alone, and what is filled in."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest
from assistant.question.anaphora import depends

from assistant.question.follow_up import REWRITINGS, rewritings
from assistant.records import Answer, Quote
from tests.conftest import ROOT

if TYPE_CHECKING:
    from assistant import Assistant


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


LEANING = [
    "When?",
    "Why?",
    "And where?",
    "n why",
    "Since when?",
    "At whose request?",
    "In which town?",
    "Together with whom?",
    "Why so late?",
    "What for?",
    "And Norway?",
    "What about Sweden?",
    "And the deputy director?",
    "And its prime minister?",
    "Who said so?",
    "who said that",
    "Is that true?",
    "Which year was that?",
    "Why does he say that?",
    "Was she invited?",
    "Who appointed her?",
    "What's their name?",
    "What is his post?",
    "How many support it?",
    "And how many is Norway sending?",
    "What does she think of Darwin's letters?",
    "Are there any Germans in it?",
    "What else is in there?",
    "Is it right for Peru to sell, in his view?",
    "Does he have any proof for that?",
    "What's the exercise called?",
    "Any results so far?",
    "What's the reason it gives?",
]

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


@pytest.mark.parametrize("question", LEANING)
def test_leans_on_the_talk(question: str) -> None:
    assert depends(question)


@pytest.mark.parametrize("question", ALONE)
def test_stands_alone(question: str) -> None:
    talk = [turn("Who is the king of Norway?", "Harald V"), turn("When did he visit Oslo?", "May")]
    assert not depends(question)
    assert rewritings(question, talk) == [question]


@pytest.mark.parametrize("question", [*LEANING, *ALONE])
def test_nothing_is_made_up_without_a_talk(question: str) -> None:
    assert rewritings(question, []) == [question]


FRAGMENTS = [
    (
        turn("How many ships is Spain sending to Malta?", "three"),
        "And how many is Italy sending?",
        "How many ships is Italy sending to Malta?",
    ),
    (turn("Is France opening a bank in Peru?"), "And Spain?", "Is Spain opening a bank in Peru?"),
    (turn("Is France opening a bank in Peru?"), "When?", "When is France opening a bank in Peru?"),
    (
        turn("When will the bridge in Genoa open?", "May"),
        "Why?",
        "Why will the bridge in Genoa open?",
    ),
    (turn("Who will open a consulate?", "Norway"), "When?", "When will Norway open a consulate?"),
    (
        turn("How many people live in Malta?", "500,000"),
        "And in Chile?",
        "How many people live in Chile?",
    ),
    (
        turn("How tall is Mont Blanc?", "4,806 m"),
        "And the Matterhorn?",
        "How tall is the Matterhorn?",
    ),
    (
        turn("Who is Denmark's foreign minister?", "Lars Holm"),
        "And Norway's?",
        "Who is Norway's foreign minister?",
    ),
    (turn("Who is the mayor of Lyon?", "Jean Roux"), "And Turin's?", "Who is the mayor of Turin?"),
    (
        turn("Who is Norway's defense minister?", "Eva Dahl"),
        "And its prime minister?",
        "Who is Norway's prime minister?",
    ),
    (
        turn("Is Spain sending divers to Malta?"),
        "At whose request?",
        "At whose request is Spain sending divers to Malta?",
    ),
    (
        turn("Which museum did Curie visit in Lyon?", "the Louvre"),
        "In which month?",
        "In which month did Curie visit the Louvre in Lyon?",
    ),
    (
        turn("What will the Danish Armed Forces explore this week?", "how they could train"),
        "Together with whom?",
        "Together with whom will the Danish Armed Forces explore this week?",
    ),
    (turn("Does the library lend films?"), "What about games?", "Does the library lend games?"),
]


@pytest.mark.parametrize(("before", "question", "meant"), FRAGMENTS)
def test_a_fragment_is_made_whole(before: Answer, question: str, meant: str) -> None:
    found = rewritings(question, [before])
    assert found[0] == meant
    assert question not in found  # by itself it asks nothing


PRONOUNS = [
    (
        turn("What did Marie Curie discover?", "radium"),
        "When did she die?",
        "When did Marie Curie die?",
    ),
    (turn("Who wrote Emma?", "Jane Austen"), "Where was she born?", "Where was Jane Austen born?"),
    (
        turn("When did the Titanic sink?", "1912"),
        "How many were on it?",
        "How many were on the Titanic?",
    ),
    (
        turn("Is Peru leaving the bloc?", "no plans"),
        "What is its reason?",
        "What is Peru's reason?",
    ),
    (
        turn("Which bridge collapsed in Genoa?", "the Morandi Bridge"),
        "Why did it collapse?",
        "Why did the Morandi Bridge collapse?",
    ),
    (
        turn("How many divers is Spain sending to Malta?", "two"),
        "When will they arrive?",
        "When will the divers that Spain is sending to Malta arrive?",
    ),
    (
        turn("What did the mayor say about trams?", "too slow"),
        "Why does he say that?",
        "Why does the mayor say that trams too slow?",
    ),
    (
        turn("Where did Vance stay?", "Pituffik"),
        "What else is in there?",
        "What else is in Pituffik?",
    ),
    (turn("What must stop?", "this noise"), "who said that", "Who said that this noise must stop?"),
    (
        turn("What did Poulsen say about security?", "vital"),
        "What is his post?",
        "What is Poulsen's post?",
    ),
    (
        turn("What is planned?", "a tunnel", speaker="Ada Holm"),
        "Who appointed her?",
        "Who appointed Ada Holm?",
    ),
]


@pytest.mark.parametrize(("before", "question", "meant"), PRONOUNS)
def test_a_pronoun_is_replaced(before: Answer, question: str, meant: str) -> None:
    found = rewritings(question, [before])
    assert found[0] == meant
    assert question not in found  # "he" would be anybody
    assert len(found) <= REWRITINGS


def test_what_cannot_be_filled_in_is_told_with_the_earlier_turn() -> None:
    before = turn("Why are Swedish officers going to Malta?", "on request")
    assert rewritings("What's the exercise called?", [before]) == [
        "Swedish officers are going to Malta on request: What is the exercise called?",
        "What's the exercise called?",
    ]


def test_the_most_recent_turn_that_fits_is_meant() -> None:
    talk = [turn("Who is the mayor of Lyon?", "Jean Roux"), turn("Who is the king?", "Harald V")]
    assert rewritings("How old is he?", talk)[0] == "How old is Harald V?"
    talk.append(turn("How high is the tower?", "80 m"))
    assert rewritings("How old is he?", talk)[0] == "How old is Harald V?"


def test_what_an_earlier_question_meant_carries_on() -> None:
    talk = [
        turn("Is France opening a bank in Peru?"),
        turn("When?", "in May", meant="When is France opening a bank in Peru?"),
    ]
    assert rewritings("And Spain?", talk) == [
        "When is Spain opening a bank in Peru?",
        "Is Spain opening a bank in Peru?",
    ]


def test_a_man_is_not_a_country() -> None:
    assert rewritings("Where was he born?", [turn("When did Eric visit Chile?", "May")])[0] == (
        "Where was Eric born?"
    )
    talk = [turn("When did Holm visit the US?", "March")]
    assert not any("US stay" in text for text in rewritings("Where did he stay?", talk))


NOISE = "And what is the it he of US's Norway by ? , . \" 's an How many there so 42 İ for"


def test_any_talk_gives_at_least_one_question() -> None:
    """No order of words breaks it: `rewritings` never raises and never comes back empty."""
    rng = random.Random(0)
    words = NOISE.split()

    def noise() -> str:
        return " ".join(rng.choice(words) for _ in range(rng.randint(1, 7)))

    for _ in range(3000):
        asked = noise()
        found = rewritings(asked, [turn(noise(), rng.choice(["", "two", "The US"])) for _ in "ab"])
        assert found
        assert all(found)


def test_the_questions_of_the_evaluation_stand_alone() -> None:
    """Every question that is no follow-up comes back unchanged, whatever was talked about."""
    lines = (ROOT / "eval" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    known = [turn(q["question"], q["answers"][0]) for q in asked if q["answers"]]
    rng = random.Random(0)
    alone = [q["question"] for q in asked if q.get("standalone", q["question"]) == q["question"]]
    bent = [q for q in alone if rewritings(q, rng.sample(known, 2)) != [q]]
    assert len(alone) > 250
    assert len(bent) <= 0.01 * len(alone), bent


def test_a_follow_up_is_asked_of_the_article(assistant: Assistant) -> None:
    first = assistant.ask("How many staffers is Norway sending to Greenland?")
    then = assistant.ask("And Finland?", [first])
    assert "Finland" in then.query_used
    assert "staffers" in then.query_used
    other = assistant.ask("Who is the prime minister of Sweden?", [first, then])
    assert other == assistant.ask("Who is the prime minister of Sweden?")
    assert other.query_used == "Who is the prime minister of Sweden?"
