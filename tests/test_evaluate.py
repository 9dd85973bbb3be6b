"""The evaluation: its files are checked, its judgements are by rule, its report is safe to open."""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from lxml.html import HtmlElement, fromstring

from assistant import Answer, Assistant, Quote
from assistant.documents.corpus import load_documents, make_document
from assistant.errors import QuestionsError, SettingError
from assistant.evaluate import command, judge
from assistant.evaluate.questions import Case, Place, fingerprint, load_speakers
from assistant.evaluate.questions import load_questions as load_questions
from assistant.evaluate.report import finite, render_report, write_report
from assistant.evaluate.review import review
from assistant.evaluate.run import Results, run
from assistant.evaluate.summary import groups, summarise

ROOT = Path(__file__).parent.parent
LIBRARY = """The library of Upper Ashby

It stands on Mill Lane. On Sundays the library opens at noon. On Saturdays it opens at nine.

The library is closed on Mondays.

Ada Holm has run the library since May. “We lend 12,000 books – more than ever,” Holm said.

A card costs ten euros a year.

Advertisement

Visitors park behind the town hall on Green Street."""

ASHBY = make_document("library.txt", LIBRARY)


def line(**changes: object) -> str:
    plain = {
        "id": "hours",
        "question": "When does the library open on Sundays?",
        "answers": ["at noon"],
        "support": ["On Sundays the library opens at noon."],
        "kind": "time",
    }
    return json.dumps({key: v for key, v in {**plain, **changes}.items() if v is not None})


def place(words: str) -> Place:
    start = LIBRARY.index(words)
    return Place("library.txt", start, start + len(words))


def quote(words: str, answer: str = "") -> Quote:
    start = LIBRARY.index(words)
    at = LIBRARY.index(answer, start) if answer else None
    return Quote(
        "library.txt",
        ASHBY.sha256,
        start,
        start + len(words),
        words,
        at,
        at + len(answer) if at is not None else None,
        1,
        ASHBY.title,
        "",
        1.0,
    )


def answered(words: str, answer: str, *more: Quote) -> Answer:
    return Answer("answered", answer, (quote(words, answer), *more), (), 0.9, "?", "?")


SUNDAYS = "On Sundays the library opens at noon."
BOTH = "On Sundays the library opens at noon. On Saturdays it opens at nine"
CASE = Case(
    "hours",
    "When does the library open on Sundays?",
    "time",
    ("at noon",),
    (SUNDAYS,),
    ((place(SUNDAYS),),),
)

pytestmark = pytest.mark.timeout(900)  # a busy machine takes seconds for a question

# Files


@pytest.mark.parametrize(
    ("corpus", "file", "number"),
    [
        ("genres", "questions.jsonl", 260),
        ("genres", "talks.jsonl", 90),
        ("sheets", "questions.jsonl", 108),
    ],
)
def test_every_set_of_questions_fits_its_documents(corpus: str, file: str, number: int) -> None:
    folder = ROOT / "eval" / corpus
    documents, left_out = load_documents(folder / "docs")
    assert len(load_questions(folder / file, documents)) == number
    assert not left_out


def test_the_questions_of_the_repository_are_good() -> None:
    documents, _ = load_documents(ROOT / "corpus")
    cases = load_questions(ROOT / "eval" / "questions.jsonl", documents)
    assert sum(case.answerable for case in cases) >= 150
    assert sum(not case.answerable for case in cases) >= 60
    assert all(documents[0].text[p.start : p.end] for case in cases for p in case.places)
    assert load_speakers(ROOT / "eval" / "speakers.jsonl", documents)


def test_the_examples_of_the_readme_can_be_used(tmp_path: Path) -> None:
    readme = (ROOT / "eval" / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```json\n(.*?)```", readme, re.DOTALL)
    assert block is not None
    file = tmp_path / "questions.jsonl"
    file.write_text(block.group(1), encoding="utf-8")
    assert len(load_questions(file, [ASHBY])) == len(block.group(1).splitlines())


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        (line(anwsers=[]), "no key 'anwsers'"),
        (line(id=None), "id is missing"),
        (line(id=7), "id must be a text"),
        (line(question="  "), "question is blank"),
        (line(answers="at noon"), "answers must be a list"),
        (line(answers=None), "answers is missing"),
        (line(answers=[]), "answers is empty"),
        (line(support=[]), "support is empty"),
        (line(answers=["at one"]), "the answer 'at one' is not in a support"),
        (line(answers=["noo"]), "the answer 'noo' is not in a support"),
        (line(support=["On Sundays the library opens at one."]), "“…the library opens at”"),
        (line(support=["at noon. On Saturdays", "Zebras."]), "support 2 is not in the documents"),
        (line(support=["at nine. The library is closed"]), "two paragraphs"),
        (line(support=["Advertisement"], answers=["Advertisement"]), "not indexed"),
        (line(kind="Time"), "one word in small letters"),
        (line(kind="absent"), "must not have answers"),
        (line(answers=[], support=[]), "needs answers"),
        (line(needs="both"), 'needs can only be "all"'),
        (line(needs="all"), "not two supports"),
        (line(standalone="When?"), "standalone is for"),
        (line(contradicts="A card costs ten euros a year."), "contradicts is for"),
        (line(doc="museum.txt"), "no document 'museum.txt'"),
    ],
)
def test_a_bad_line_is_reported_with_its_number(tmp_path: Path, bad: str, said: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(f"{line(id='a')}\n\n{bad}\n{line(id='b')}\n", encoding="utf-8")
    with pytest.raises(QuestionsError) as caught:
        load_questions(file, [ASHBY])
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith("line 3: ")
    assert said in caught.value.problems[0]
    assert "\n" not in str(caught.value)


def test_every_bad_line_is_reported_at_once(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(f"{line()}\n{line()}\n{{\n", encoding="utf-8")
    with pytest.raises(QuestionsError) as caught:
        load_questions(file, [ASHBY])
    assert [p.split(":")[0] for p in caught.value.problems] == ["line 2", "line 3"]
    assert "that of line 1" in caught.value.problems[0]


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe"])
def test_a_file_without_questions_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(content)
    with pytest.raises(QuestionsError):
        load_questions(file, [ASHBY])
    with pytest.raises(QuestionsError, match="cannot be read"):
        load_questions(tmp_path / "none.jsonl", [ASHBY])


def test_passages_are_found_whatever_their_quotes_dashes_and_spaces(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    support = '"we lend 12,000  books - more than ever,"'
    file.write_text(line(answers=["12,000"], support=[support], kind="number"), encoding="utf-8")
    (case,) = load_questions(file, [ASHBY])
    (found,) = case.places
    assert LIBRARY[found.start : found.end] == "“We lend 12,000 books – more than ever,”"


def test_the_fingerprint_is_of_what_the_lines_say(tmp_path: Path) -> None:
    one, other = tmp_path / "1", tmp_path / "2"
    one.write_text(f"{line(id='a')}\n{line(id='b')}\n")
    other.write_text(f"{line(id='b')}\n\n{line(id='a').replace(': ', ':')}")
    assert fingerprint(load_questions(one, [ASHBY])) == fingerprint(load_questions(other, [ASHBY]))
    other.write_text(line(id="b"))
    assert fingerprint(load_questions(one, [ASHBY])) != fingerprint(load_questions(other, [ASHBY]))


# Judgement


@pytest.mark.parametrize(
    ("words", "text", "right"),
    [
        (SUNDAYS, "at noon", True),
        (SUNDAYS, "noon", True),  # F1 2/3
        (SUNDAYS, "opens at noon", True),
        (BOTH, "opens at noon. On", True),  # holds it, and is not too long
        (BOTH, BOTH, False),  # holds it, but is more than three times as long
        (SUNDAYS, "Sundays", False),
        ("On Saturdays it opens at nine.", "at nine", False),  # another passage
    ],
)
def test_right_needs_the_words_and_the_passage(words: str, text: str, right: bool) -> None:
    assert judge.is_right(CASE, answered(words, text)) is right


def test_silence_is_right_only_where_the_documents_are_silent() -> None:
    silent = Answer("not_found", "", (), (), 0.1, "?", "?")
    assert not judge.is_right(CASE, silent)
    assert judge.is_right(replace(CASE, answers=(), support=(), supports=()), silent)
    said = answered(SUNDAYS, "noon")
    assert not judge.is_right(replace(CASE, answers=(), support=(), supports=()), said)


def test_support_counts_characters_and_one_place_is_enough() -> None:
    other = "A card costs ten euros a year."
    either = replace(CASE, support=(SUNDAYS, other), supports=((place(SUNDAYS),), (place(other),)))
    documents = {"library.txt": ASHBY}
    assert judge.score_support(either, answered(SUNDAYS, "noon"), documents) == (1.0, 1.0)
    both = replace(either, needs_all=True)
    precision, recall = judge.score_support(both, answered(SUNDAYS, "noon"), documents)
    assert (precision, recall) == (1.0, len(SUNDAYS) / (len(SUNDAYS) + len(other)))
    assert not judge.is_complete(both, answered(SUNDAYS, "noon"))
    assert judge.is_complete(both, answered(SUNDAYS, "noon", quote(other)))


def test_a_good_answer_has_no_fault() -> None:
    assert judge.faults(answered(SUNDAYS, "noon"), {"library.txt": ASHBY}) == []


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (replace(quote(SUNDAYS, "noon"), text=SUNDAYS[:-1] + "!"), "not the words"),
        (replace(quote(SUNDAYS, "noon"), doc_id="museum.txt"), "no such document"),
        (replace(quote(SUNDAYS, "noon"), doc_sha256="0"), "digest"),
        (replace(quote(SUNDAYS, "noon"), end=10**6), "outside the document"),
        (quote("n Sundays the library opens at noon.", "noon"), "inside a word"),
        (quote(SUNDAYS, "noo"), "answer begins or ends inside"),
        (quote("We lend 12,000 books", "000"), "answer begins or ends inside"),
        (replace(quote(SUNDAYS), answer_start=0, answer_end=3), "answer is outside"),
        (quote("Advertisement"), "not indexed"),
    ],
)
def test_every_fault_of_a_quote_is_found(bad: Quote, fault: str) -> None:
    given = Answer("answered", bad.parts[1], (bad,), (), 0.9, "?", "?")
    found = judge.faults(given, {"library.txt": ASHBY})
    assert any(fault in one for one in found), found


def test_an_answer_that_contradicts_itself_is_a_fault() -> None:
    good = answered(SUNDAYS, "noon")
    documents = {"library.txt": ASHBY}
    for bad in (
        replace(good, text="nine"),
        replace(good, quotes=()),
        replace(good, status="not_found"),
        replace(good, closest=good.quotes),
    ):
        assert judge.faults(bad, documents)


def test_questions_about_one_passage_are_in_one_group() -> None:
    twin = replace(CASE, id="twin", question="And on Sundays?")
    other = Case("fee", "What is the fee?", "fact", ("ten",), ("x",), ((Place("l", 9, 12),),))
    a, b, c = groups([CASE, twin, other])
    assert a == b != c


# A run on the real thing

SUITE = [
    line(id="hours"),
    line(
        id="fee",
        question="What does a card cost?",
        answers=["ten euros"],
        kind="number",
        support=["A card costs ten euros a year."],
    ),
    line(
        id="museum", question="When does the museum open?", answers=[], support=[], kind="near_miss"
    ),
    line(
        id="mondays",
        question="When does it open on Mondays?",
        answers=[],
        support=[],
        kind="false_premise",
        contradicts="The library is closed on Mondays.",
    ),
    line(
        id="saturdays",
        question="And on Saturdays?",
        answers=["at nine", "nine"],
        support=["On Saturdays it opens at nine."],
        kind="follow_up",
        history=["When does the library open on Sundays?", "Who runs it?"],
        standalone="When does the library open on Saturdays?",
    ),
    line(
        id="subject",
        question="What does a card cost?",
        answers=["ten euros"],
        kind="fact",
        support=["A card costs ten euros a year."],
        history=["Who runs the library?"],
        standalone="What does a card cost?",
    ),
    line(
        id="evil",
        question="Who is <script>alert('x')</script> & \"<b>Bob</b>\"?",
        answers=[],
        support=[],
        kind="off_topic",
    ),
]


class Recording(Assistant):
    """The real thing, which also notes what it was asked."""

    asked: list[tuple[str, ...]]

    def ask(self, question: str, history: Sequence[Answer] = ()) -> Answer:
        self.asked = [*getattr(self, "asked", []), (*(h.question for h in history), question)]
        return super().ask(question, history)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "library.txt").write_text(LIBRARY, encoding="utf-8")
    (folder / "questions.jsonl").write_text("\n".join(SUITE), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def assistant(library: Path) -> Iterator[Recording]:
    with Recording.from_corpus(library / "corpus", index=library / "index") as made:
        yield made


@pytest.fixture(scope="module")
def results(library: Path, assistant: Recording) -> Results:
    documents, _ = load_documents(library / "corpus")
    return run(assistant, load_questions(library / "questions.jsonl", documents), documents)


def test_a_run_judges_every_question(results: Results) -> None:
    assert [row.case.id for row in results.rows] == [json.loads(one)["id"] for one in SUITE]
    for row in results.rows:
        assert row.faults == ()
        assert {"correct", "exact"} < row.scores.keys()
        assert ("right" in row.scores) == row.case.answerable == ("mrr" in row.scores)
        assert ("silent" in row.scores) == (not row.case.answerable)
        assert all(0 <= score <= 1 for score in row.scores.values())
        assert row.ask_ms > 0 < row.retrieve_ms
        assert bool(row.cause) == (not row.right)
        assert all(p.chunk_id in results.passages for p in row.read)
        assert row.forced.found or row.forced.confidence == 0
    by_id = {row.case.id: row for row in results.rows}
    assert by_id["hours"].scores["mrr"] > 0
    assert "steady" in by_id["subject"].scores
    assert "contradiction" in by_id["mondays"].scores


def test_the_history_is_really_asked_in_order(assistant: Recording, results: Results) -> None:
    first, second = "When does the library open on Sundays?", "Who runs it?"
    talk = (first, second, "And on Saturdays?")
    assert {talk[:1], talk[:2], talk} <= set(assistant.asked)
    assert ("When does the library open on Saturdays?",) in assistant.asked  # its twin


def test_the_threshold_is_as_before(assistant: Recording, results: Results) -> None:
    assert assistant.threshold == results.settings["threshold"] > 0


def test_the_figures_cover_what_applies(results: Results) -> None:
    by_name = {f.name: f for f in summarise(results).figures}
    assert by_name["right"].n == 4
    assert by_name["silent"].n == 3
    assert by_name["exact"].value == 1
    assert by_name["both"].n == 0
    assert all(f.low <= f.value <= f.high for f in by_name.values() if f.value == f.value)


def test_the_report_needs_nothing_else_and_runs_nothing(results: Results, tmp_path: Path) -> None:
    page = write_report(results, summarise(results), tmp_path / "report")
    text = page.read_text(encoding="utf-8")
    calls = r"<script|<link|<img|<iframe|\bsrc=|url\(|@import|https?://|\son\w+="
    assert not re.search(calls, text)
    assert "default-src 'none'" in text
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp;" in text
    assert "<b>Bob</b>" not in text
    data = json.loads((page.parent / "results.json").read_text(), parse_constant=pytest.fail)
    assert data["summary"]["figures"]["exact"]["value"] == 1
    assert len(data["rows"]) == len(SUITE)


def test_the_report_shows_what_was_expected_said_and_read(results: Results) -> None:
    wrong = replace(
        results.rows[0], answer=answered(SUNDAYS, "Sundays"), scores={"correct": 0.0, "right": 0.0}
    )
    text = render_report(replace(results, rows=(wrong,)), summarise(results), "2026-01-01")
    shown = text[text.index("What went wrong: 1 of 1") :]
    assert "“at noon”" in shown
    assert "“Sundays”, confidence 0.90" in shown
    assert "the right passage, but not the right words" in shown
    assert f"<mark>{SUNDAYS}</mark>" in shown


def report_of(results: Results, words: str, page: int | None = None) -> HtmlElement:
    """The report of one question that went wrong, with these words wherever others put some."""
    first = results.rows[0]
    quoted = replace(quote(SUNDAYS, "Sundays"), text=words, title=words, speaker=words, page=page)
    said = Answer("answered", words, (quoted,), (), 0.9, words, words + "!")
    case = replace(first.case, id=words, question=words, answers=(words,), history=(words,))
    wrong = replace(first, case=case, answer=said, scores={"correct": 0.0, "right": 0.0})
    texts = {name: words + text for name, text in results.passages.items()}
    one = replace(results, rows=(wrong,), passages=texts, settings=results.settings | {"x": words})
    return fromstring(render_report(one, summarise(results), "2026-01-01"))


def test_the_report_shows_the_page_of_a_quote(results: Results) -> None:
    places = [footer.text_content() for footer in report_of(results, "Holm", 3).iter("footer")]
    assert places[0] == "Holm · page 3 · paragraph 1 · Holm"


def test_hostile_text_is_text_in_the_report(results: Results) -> None:
    evil = """<script>alert('x')</script></blockquote> " onclick=x ' & {{ 7 * 7 }} {% raw %}"""
    page, harmless = (report_of(results, words) for words in (evil, "x" * len(evil)))
    assert [(e.tag, e.keys()) for e in page.iter()] == [(e.tag, e.keys()) for e in harmless.iter()]
    text = page.text_content()
    assert text.count(evil) == harmless.text_content().count("x" * len(evil)) > 10
    assert evil + "The library" in text  # of a document


def test_json_has_no_nan() -> None:
    assert finite({"a": [float("nan"), 1.0, (float("inf"),)]}) == {"a": [None, 1.0, [None]]}


# The command


def arguments(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args(given)


def test_the_command_reports_gates_and_adds(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = ["--corpus", str(library / "corpus"), "--index", str(tmp_path / "index")]
    asked = ["--questions", str(library / "questions.jsonl"), "--only", "time", *places]
    baseline = tmp_path / "baseline.json"

    stored = [*asked, "--gate", str(baseline), "--update-baseline"]
    assert command.run_eval(arguments(*stored, "--report", str(tmp_path / "report"))) == 0
    assert (tmp_path / "report" / "report.html").exists()
    assert command.run_eval(arguments(*asked, "--gate", str(baseline))) == 0
    printed = capsys.readouterr().out
    assert "Quotes exact" in printed
    assert "Gate passed" in printed
    assert "\x1b" not in printed  # piped, so plain

    candidates = tmp_path / "candidates.jsonl"
    added = ["add", "Who runs it?", "--file", str(candidates), *places]
    assert command.run_eval(arguments(*added)) == 0
    assert json.loads(candidates.read_text())["question"] == "Who runs it?"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--only", "riddle"], "no question of kind 'riddle'"),
        (["--limit", "0"], "--limit cannot be 0"),
        (["--update-baseline"], "name one"),
        (["--gate", "none.json"], "There is no baseline none.json"),
    ],
)
def test_a_wrong_argument_is_said_in_a_line(library: Path, given: list[str], said: str) -> None:
    asked = ["--questions", str(library / "questions.jsonl"), "--corpus", str(library / "corpus")]
    with pytest.raises(SettingError, match=re.escape(said)):
        command.run_eval(arguments(*asked, *given))


def test_judged_answers_become_questions(tmp_path: Path) -> None:
    text = "The mill\n\nThe mill was built by Tora Brandt. It grinds rye, says Odd Lie."
    document = make_document("mill.txt", text)
    plain = {"text": "", "quotes": [], "closest": [], "time": "2026-11-28T10:00:00+00:00"}
    quoted = [{"text": "The mill was built by Tora Brandt."}]
    told = [
        {"query_used": "Who built the mill?", "text": "Tora Brandt", "quotes": quoted},
        {"query_used": "Who painted the mill?"},
        {"query_used": "What does the mill grind?", "expected": "rye"},
        {"query_used": "Who runs the mill?"},
        {"query_used": "Who drinks there?"},
        {"query_used": "Who sleeps there?"},
    ]
    candidates, questions = tmp_path / "candidates.jsonl", tmp_path / "questions.jsonl"
    rows = [json.dumps(plain | {"verdict": "wrong"} | line) + "\n" for line in told]
    candidates.write_text("".join(rows))
    typed, said = iter(["a", "n", "rye", "Nobody at all", "d", "q"]), []
    added = review(candidates, questions, [document], lambda _: next(typed), said.append)
    assert added == 3 and "right would be: rye" in "\n".join(map(str, said))
    cases = load_questions(questions, [document])
    assert [c.answers for c in cases] == [("Tora Brandt",), (), ("rye",)]
    assert cases[2].support == ("It grinds rye, says Odd Lie.",)
    left = [json.loads(row)["query_used"] for row in candidates.read_text().splitlines()]
    assert left == ["Who runs the mill?", "Who sleeps there?"]
    candidates.write_text("{}\nno json\n")
    with pytest.raises(QuestionsError, match="line 2 is no candidate"):
        review(candidates, questions, [document], input, print)
    assert candidates.read_text() == "{}\nno json\n"


def test_the_side_by_side_asks_this_assistant(tmp_path: Path) -> None:
    """It goes past `ask`, to what is withheld: that must still be there."""
    (tmp_path / "library.txt").write_text(LIBRARY, encoding="utf-8")
    absent = line(id="roof", question="Who mended the roof?", answers=[], support=[], kind="absent")
    questions = tmp_path / "questions.jsonl"
    questions.write_text(f"{line()}\n{absent}\n", encoding="utf-8")
    given = ["--only", "assistant", "--corpus", str(tmp_path), "--questions", str(questions)]
    ran = subprocess.run(
        [sys.executable, str(ROOT / "eval" / "peers.py"), *given], capture_output=True, text=True
    )
    rows = [x.split(" | ") for x in ran.stdout.splitlines() if x.startswith("| assistant |")]
    assert len(rows) == 1, ran.stdout + ran.stderr
    assert rows[0][1:3] == ["1 + 1", "100 (100–100)"]
    assert rows[0][7] == "100 (100–100)"  # silent, and yet a score: what was withheld
