"""What a spoken question takes back is not asked."""

import pytest

from assistant.question.disfluency import repair


@pytest.mark.parametrize(
    ("spoken", "meant"),
    [
        # begun anew
        ("When did uh no what was the population?", "What was the population?"),
        ("Sorry, did they meet?", "Did they meet?"),
        ("Is it true, oh sorry, where was it?", "Where was it?"),
        ("did they.. sorry, what did it say", "what did it say"),
        # a name or figure for another
        ("What did Trump, no wait, Rubio say?", "What did Rubio say?"),
        ("What did Donald Trump no wait Rubio say?", "What did Rubio say?"),
        ("What did Vance visit in 2024 no sorry 2025?", "What did Vance visit in 2025?"),
        ("When did Rubio meet, oops, Vance visit?", "When did Vance visit?"),
        # begun again at a word said before
        ("How many live in Denmark sorry I meant in Nuuk?", "How many live in Nuuk?"),
        # a phrase for another
        ("What type of engine no wait boiler is used?", "What type of boiler is used?"),
        ("who is the pm of denmark i mean greenland", "who is the pm of greenland"),
        ("From which countries no when did the Norse come?", "When did the Norse come?"),
        ("What type of actually how many boilers are there?", "How many boilers are there?"),
        ("What is the name of the wait in which year did it end?", "In which year did it end?"),
        ("How many nations hold wait how many nations rule it?", "How many nations rule it?"),
        # a bare no
        ("What did Trump, no, Rubio say?", "What did Rubio say?"),
        ("Who leads Denmark no Greenland?", "Who leads Greenland?"),
        ("Who met the king – no – the queen?", "Who met the queen?"),
        # a word said again after a hesitation
        ("Who met the king uh the queen?", "Who met the queen?"),
        # hesitation alone
        ("What is the population of um the island?", "What is the population of the island?"),
        ("What is the population of, um, Greenland?", "What is the population of Greenland?"),
    ],
)
def test_what_is_taken_back_is_left_out(spoken: str, meant: str) -> None:
    assert repair(spoken) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Did Trump say sorry to Denmark?",
        "Who said no?",
        'Who said "no, no" to Trump?',
        "Why is there no wait time?",
        "What did the minister mean?",
        "What do you think I mean?",
        "Who are Umm Kalthum and Fatima?",
        "What did they make that could be used?",
        "How often was she in the ER?",
        'What does "no wait" mean in the text?',
        "Who wrote “or rather not”?",
        "Why did they say I mean business?",
        "Who won the Nobel Prize as well as the Pulitzer Prize?",
        "How long did people wait to marry?",
        "Who lives in Seta-no-Karashi?",
        "Has Denmark no Army?",
        "Is Trump no longer president?",
        "Was it yes or no, no, or maybe?",
        "Who said, no, never?",
        "Why was there no English translation?",
        "Who no wait",
        "um",
        "no wait",
        "",
    ],
)
def test_what_takes_nothing_back_is_left_alone(question: str) -> None:
    assert repair(question) == question
