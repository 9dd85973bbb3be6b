"""Who says it: hand-written news in many shapes, and the article of the default corpus."""

from pathlib import Path

import pytest

from assistant.attribution.speakers import asks_for_speaker, name_range, speaker, with_attribution
from assistant.documents.corpus import make_document
from assistant.language.fold import TABLE
from assistant.language.sentences import sentences
from assistant.records import Document, Range

ARTICLE = Path(__file__).parent.parent / "corpus" / "greenland-live-blog.txt"


@pytest.fixture(scope="module")
def article() -> Document:
    return make_document("greenland.txt", ARTICLE.read_text(encoding="utf-8"))


def place(made: Document, words: str) -> Range:
    """Where `words`, with plain quotes and spaces, stand last in a document."""
    start = made.text.translate(TABLE).rindex(words.translate(TABLE))
    return start, start + len(words)


def said_by(text: str, quote: str = "", answer: str = "") -> str:
    """The speaker of a quote (the whole text, if none is given), or of an answer inside it."""
    made = make_document("x.txt", text)
    start, end = place(made, quote or text.strip())
    return speaker(made, start, end, place(made, answer) if answer else None)


def widened(text: str, words: str) -> str:
    made = make_document("x.txt", text)
    start, end = with_attribution(made, *place(made, words))
    return made.text[start:end]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # after what is said
        ('"We will not back down," said Maria Lopez, a teacher from Ohio.', "Maria Lopez"),
        ("“The vaccine works,” said Dr. Anna Smith, who led the trial.", "Anna Smith"),
        ('"Not true," tweeted Rep. Alexandria Ocasio-Cortez.', "Alexandria Ocasio-Cortez"),
        (
            '"It was chaos," a senior official at the Pentagon told the BBC.',
            "a senior official at the Pentagon",
        ),
        (
            "Russia fired 40 missiles overnight, Ukraine's air force said.",
            "Ukraine's air force",
        ),
        (
            "Inflation fell to 3.1%, the Office for National Statistics said on Wednesday.",
            "the Office for National Statistics",
        ),
        ("Two people died in the crash, police said.", "police"),
        ('"This is a disgrace," Starmer, the prime minister, said on Sunday.', "Starmer"),
        ('"I was 34," said Ahmed, a father of three.', "Ahmed"),
        # before it
        ("Apple said it would cut 500 jobs.", "Apple"),
        ('Mr Johnson said: "I am sorry."', "Johnson"),
        ("Nissan, which is cutting 9,000 jobs, said it would close a plant.", "Nissan"),
        ('Asked whether she would resign, May said: "No."', "May"),
        ("Chancellor Friedrich Merz warned on Monday that Europe must rearm.", "Friedrich Merz"),
        (
            "The European Commission President, Ursula von der Leyen, said Europe was ready.",
            "Ursula von der Leyen",
        ),
        ("Prime Minister Sir Keir Starmer said the UK would act.", "Keir Starmer"),
        ("Former U.S. President Barack Obama urged Democrats to vote.", "Barack Obama"),
        ('Senator Bernie Sanders (I-Vt.) called the bill "a disaster."', "Bernie Sanders"),
        ("The Guardian's Julian Borger writes that the mood is dark.", "Julian Borger"),
        ("John Smith, a professor of law at Yale, said the ruling was odd.", "John Smith"),
        ("Arkady Bukh, Tazhayev's attorney, said his client was innocent.", "Arkady Bukh"),
        ('Hegseth, in a speech, said the US would "finish the job".', "Hegseth"),
        ("In a post late Friday, President Jo Bell claimed the vote had been stolen.", "Jo Bell"),
        ("Leaders of the G7 said in a joint statement they would back Kyiv.", "Leaders of the G7"),
        ('Paula Vennells wrote in an email: "I need to say no."', "Paula Vennells"),
        ("Lavrov was quoted by TASS as saying that Moscow was open to talks.", "Lavrov"),
        ("But Larry Crain, the agency's attorney, said the boy was not violent.", "Larry Crain"),
        ("NATO, led by Mark Rutte, pledges to safeguard the Arctic.", "NATO"),
        (
            "The U.S. Department of Justice said it had opened an inquiry.",
            "the U.S. Department of Justice",
        ),
        ("LYON, France (Reuters) - Renault said on Monday it would close a plant.", "Renault"),
        # according to
        ("Shares fell 4% after the announcement, according to Reuters.", "Reuters"),
        ("The strike, according to the union, will last two weeks.", "the union"),
        (
            "According to a report by the World Bank, growth will slow.",
            "a report by the World Bank",
        ),
    ],
)
def test_speaker_of_one_sentence(text: str, expected: str) -> None:
    assert said_by(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The man who shot him said nothing.",
        "Trump declined to say whether he would run.",
        "The minister did not say when the talks would resume.",
        "Neither side has said when talks will resume.",
        "She never said she was sorry.",
        "The bridge is said to be the oldest in Europe.",
        "The defendant, said to be in his 40s, was led away.",
        "He was told to leave.",
        "President Lula was told by aides that the plan would fail.",
        "Passengers were urged to check before travelling.",
        "Macron is expected to announce new sanctions.",
        "The claims were rejected by Moscow, and the member states agreed.",
        "Everything went according to plan.",
        "According to the law, ships must turn back.",
        "Members must vote according to the party line.",
        'A man named in court as "John Doe" was arrested.',
        'The film, called "The Cabin," won two awards.',
        "Antimicrobial peptides called defensins are found in all animals.",
        "He added sugar to the tea, and the firm added 300 jobs in May.",
        "The storm claimed 12 lives in Texas.",
        "The procedure continues until the building is ready.",
        "If Putin says no, the talks are over.",
        "What the president said in Davos surprised many.",
        "It is not known what Mr Xi told Mr Putin in private.",
        "Cooper's promise to publish the report has angered campaigners.",
        "Gbagbo defied calls to step down on Monday.",
        '"I told you so," read a sign outside the court.',
    ],
)
def test_nobody_speaks(text: str) -> None:
    assert said_by(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        '"There is no plan B," she said.',  # who?
        '"Yes," said Bob Stone. "No," said Jane Hill.',
        "The rebels say they hold the city, but the army insists that it has been retaken.",
        "While Macron said France was ready, Berlin said it was not.",
        "Ritzau said, quoting the minister, that ships would sail.",
        "According to Johnson, Smeeding, and Tory, it was lower in 2001.",
        "According to CNN affiliate WKRN, the boy was sent back.",
    ],
)
def test_unsure_is_empty(text: str) -> None:
    assert said_by(text) == ""


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        (
            'Mette Frederiksen came to Nuuk on Monday. "There is no plan B," she said.',
            '"There is no plan B," she said.',
            "Mette Frederiksen",
        ),
        (
            "A man was arrested in New York. He said he was innocent.",
            "He said he was innocent.",
            "",
        ),
        (
            "President Joe Biden met Emmanuel Macron. He said the alliance was strong.",
            "He said the alliance was strong.",
            "",
        ),
        (
            "Tom Vik said Anna Berg was right. She said it was late.",
            "She said it was late.",
            "",
        ),
        (
            "Tom Vik said Anna Berg was right. He added that it was late.",
            "He added that it was late.",
            "Tom Vik",
        ),
        (
            "Bo Hill said no. When the bus stopped, he told her to get off.",
            "When the bus stopped, he told her to get off.",
            "",
        ),
        (
            "Anna Berg, the prime minister, came late. The prime minister said no.",
            "The prime minister said no.",
            "Anna Berg",
        ),
        ("Sweden said it would join. He said so on Monday.", "He said so on Monday.", ""),
        (
            "India's Supreme Court said the law was valid. It added that states were free.",
            "It added that states were free.",
            "India's Supreme Court",
        ),
        (
            "The Ifo institute said trade fell. The institute said so in May.",
            "The institute said so in May.",
            "the Ifo institute",
        ),
        (
            "Foreign Minister Anna Berg met a colleague. The minister said talks went well.",
            "The minister said talks went well.",
            "Anna Berg",
        ),
        (
            "Foreign Minister Anna Berg met Defense Minister Tom Vik. The minister said no.",
            "The minister said no.",
            "the minister",
        ),
        (
            "Vice President Al Gray met President Bo Hill. The president said it was late.",
            "The president said it was late.",
            "Bo Hill",
        ),
        (
            "Anna Berg said so in a statement. It rained. The statement added that it was late.",
            "The statement added that it was late.",
            "Anna Berg",
        ),
        (
            'Anna Berg and Tom Berg live in Oslo. "We like it," Berg said.',
            '"We like it," Berg said.',
            "Berg",
        ),
        ('But Harper told CNN so. "It is late," she said.', '"It is late," she said.', ""),
    ],
)
def test_short_names_and_pronouns(text: str, quote: str, expected: str) -> None:
    assert said_by(text, quote) == expected


def test_names_are_not_completed_over_a_break() -> None:
    before, after = "Minister Anna Berg said no.", '"Yes," Berg said.'
    furniture = "To view this video please enable JavaScript"
    assert said_by(f"{before}\n\n{after}", after) == "Anna Berg"
    assert said_by(f"{before}\n\n{furniture}\n\n{after}", after) == "Berg"
    assert said_by(f"{before}\n\nThe next day\n\n{after}", after) == "Berg"
    assert said_by(before + "\n\nIt rained." * 20 + f"\n\n{after}", after) == "Berg"


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ('"We are ready," Anna Berg said. "We have food."', '"We have food."'),
        ('"We are ready," Anna Berg said.\n\n"We have food."', '"We have food."'),
        ('Anna Berg said the town was ready.\n\n"We have food."', '"We have food."'),
        ('Anna Berg said: "We are ready. We have food."', "We have food."),
        ('Anna Berg said:\n\n"We are ready.\n\n"We have food."', '"We have food."'),
        ('"We are ready.\n\n"We have food," Anna Berg said.', '"We are ready.'),
    ],
)
def test_quotation_that_runs_on(text: str, quote: str) -> None:
    assert said_by(text, quote) == "Anna Berg"


def test_quotation_after_narration_is_nobodys() -> None:
    assert (
        said_by('Anna Berg urged calm.\n\nIt rained.\n\n"We have food."', '"We have food."') == ""
    )


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        ('"No," Anna Berg said of the plan to sell the port.', "sell the port", ""),
        ('"No," Anna Berg said, adding that the port was sold.', "port was sold", "Anna Berg"),
        ("Anna Berg said it rains, although the sun shines.", "it rains", "Anna Berg"),
        ("Anna Berg said it rains, although the sun shines.", "the sun shines", ""),
        ("Anna Berg said it rains, while Tom Vik said it snows.", "it rains", "Anna Berg"),
        ("Anna Berg said it rains here, while Tom Vik said it snows.", "it snows", "Tom Vik"),
        ("Anna Berg said Tom Vik had told her that it snows.", "it snows", ""),
        ("Norway says it is ready, Minister Anna Berg said on Monday.", "it is ready", "Anna Berg"),
        ("Anna Berg said it rains.", "Anna Berg", ""),
        ("Anna Berg said it rains. The sun shines.", "The sun shines", ""),
        ("Anna Berg said it rains. The sun shines.", "it rains", "Anna Berg"),
        ("Anna Berg said it rains. The sun shines.", "", ""),
    ],
)
def test_speaker_of_the_answer(text: str, answer: str, expected: str) -> None:
    assert said_by(text, answer=answer) == expected


def test_name_range_is_a_slice_that_speaker_tells() -> None:
    made = make_document("x.txt", 'The\u00a0Ifo institute said no.\n\n"Yes," the institute said.')
    start, end = place(made, '"Yes," the institute said.')
    found = name_range(made, start, end)
    assert found == (0, len("The Ifo institute"))
    assert speaker(made, start, end) == "the Ifo institute"
    assert name_range(made, *place(made, '"Yes,"'), place(made, "said no")) is None


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        # the attribution of what is quoted
        (
            'It rained. "One. Two. Three," Anna Berg said. It snowed.',
            "One.",
            '"One. Two. Three," Anna Berg said.',
        ),
        ('"One," Anna Berg said. "Two."', '"Two."', '"One," Anna Berg said. "Two."'),
        # a claim and the reporter's correction
        (
            "Bell falsely claimed that it was won. It was lost. It rained.",
            "was won",
            "Bell falsely claimed that it was won. It was lost.",
        ),
        (
            "Bell said it was stolen. There is no evidence for that.",
            "stolen",
            "Bell said it was stolen. There is no evidence for that.",
        ),
        (
            "Bell said it was stolen. There is no evidence for that.",
            "no evidence",
            "Bell said it was stolen. There is no evidence for that.",
        ),
        ("Bell said it was won. It rained.", "was won", "Bell said it was won."),
        # what a first word refers to
        ("It rained. Bell left.\n\nHe told CNN so.", "CNN", "Bell left.\n\nHe told CNN so."),
        ("Bell left. The move follows talks.", "talks", "Bell left. The move follows talks."),
        ("Bell left. In a note, he said so.", "note", "Bell left. In a note, he said so."),
        ("Bell left. It is good for us to go.", "good", "It is good for us to go."),
        ("Bell left. The sun shone.", "sun", "The sun shone."),
        ("Advertisement\n\nHe told CNN so.", "CNN", "He told CNN so."),
        ("It rained" + " a lot" * 95 + ".\n\nHe told CNN so.", "CNN", "He told CNN so."),
    ],
)
def test_with_attribution(text: str, words: str, expected: str) -> None:
    assert widened(text, words) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Who said that no conclusions have been made?",
        "Who told RTL radio that the US should stop?",
        "According to whom is Greenland at risk?",
        "Who warned that seizing Greenland would breach the treaty?",
        "Whose words are “absolutely not necessary”?",
        "who claims the US needs Greenland?",
        "Which minister said the move was planned last year?",
        "Who has repeatedly said Greenland is at risk?",
        "Who falsely claimed that the military was built in his first term?",
        "Who added that there was a dialogue?",
        "Who is quoted on the consulate?",
        'Who spoke of a "geopolitical crisis"?',
    ],
)
def test_asks_for_speaker(question: str) -> None:
    assert asks_for_speaker(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who is the prime minister of Greenland?",
        "What did Trump say?",
        "Who was told to leave?",
        "Who did Trump tell that?",
        "Who does Trump say will take over Greenland?",
        "Who added the clause to the bill?",
        "Whose country is it?",
        "When did Sandvik say that?",
    ],
)
def test_does_not_ask_for_speaker(question: str) -> None:
    assert not asks_for_speaker(question)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("perspectives continues to differ", "Lars Lokke Rasmussen"),
        ("way forward", "Lars Lokke Rasmussen"),
        ("absolutely not necessary", "Lars Lokke Rasmussen"),
        ("dozen reconnaissance troops", "government spokesperson"),
        ("condemned demands by the US", "the leaders of the European Parliament groups"),
        ("in accordance with the relevant", "the leaders of the European Parliament groups"),
        ("there was a dialogue within NATO", "Tore Sandvik"),
        ("part of a group from several allied countries", "Ulf Kristersson"),
        ("undermine solidarity", "the senators"),
        ("unnecessary and would only weaken", "Dick Durbin"),
        ("taken over by Russia or China", "Donald Trump"),
        ("neither of those countries", ""),
        ("conducting naval operations", "the Danish defense ministry"),
        ("stop blackmailing Greenland", "Jean-Noel Barrot"),
        ("no plans to follow suit", "a government spokesperson"),
        ("at risk from Chinese", "Donald Trump"),
        ("failed to provide any evidence", ""),
        ("most dominant military", ""),
        ("majorities in both chambers", ""),
        ("threats from US President Donald Trump", ""),
        ("uninvited", ""),
    ],
)
def test_speakers_of_the_article(article: Document, words: str, expected: str) -> None:
    answer = place(article, words)
    assert speaker(article, *with_attribution(article, *answer), answer) == expected


def test_claims_of_the_article_keep_their_correction(article: Document) -> None:
    for claim, correction in [
        ("vast power", "the world's most dominant military"),
        ("Chinese and Russian ships", "failed to provide any evidence"),
    ]:
        (start, end), (first, last) = place(article, claim), place(article, correction)
        for a, b in (with_attribution(article, start, end), with_attribution(article, first, last)):
            assert a <= start
            assert last <= b


def test_quotes_of_the_article_are_whole_sentences_without_furniture(article: Document) -> None:
    every = {s for p in article.paragraphs for s in sentences(article.text, *p)}
    starts, ends = {a for a, _ in every}, {b for _, b in every}
    for a, b in every:
        start, end = with_attribution(article, a, b)
        assert start <= a
        assert b <= end
        assert start in starts
        assert end in ends
        if not any(x <= a < y for x, y in article.skipped):
            assert not any(x < end and start < y for x, y in article.skipped)


def test_text_without_end_is_read_in_time() -> None:
    made = make_document("x.txt", "He said that " * 20_000)
    assert speaker(made, 1000, 1010) == ""
