"""Verifying quotes: what was saved, exported, or quoted by anybody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant import Answer, Assistant
from assistant.answer import quote
from assistant.cli import main
from assistant.documents.corpus import make_document
from assistant.errors import QuoteFileError
from assistant.render import talk_to_markdown
from assistant.verify import Cited, Verifier, claims_of_text, find_claims

ARTICLE = Path(__file__).parent.parent / "corpus" / "greenland-live-blog.txt"
LOG = (
    'It rained for nine days. But we need 1.4 litres of "fresh" wa-\nter, said Ann. The ﬁrst '
    "ship—the Vega—came late.\n\nIt cost 45,000 crowns. That is all."
)


def check(said: str, **where: object) -> tuple[str, str]:
    found = Verifier([make_document("log.txt", LOG)]).check(Cited(said, **where))  # type: ignore[arg-type]
    return found.verdict, found.stands


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("rained for nine days", "exact"),
        ("It rained for nine days,", "typographic"),
        ("it rained for nine days", "typographic"),
        ("[W]e need 1.4 litres", "typographic"),
        ("litres of “fresh” water", "typographic"),
        ("The first ship - the Vega - came late", "typographic"),
        ("It rained […] said Ann", "typographic"),
        ("said Ann … It rained", "altered"),
        ("It rained for six days.", "altered"),
        ("IT RAINED FOR NINE DAYS", "gone"),
        ("It cost 54,000 crowns.", "altered"),
        ("need 4 litres of", "altered"),
        ("45", "gone"),
        ("000 crowns", "gone"),
        ("ained for nine", "gone"),
        ("The harbour was closed.", "gone"),
        ("…", "gone"),
    ],
)
def test_only_typography_may_differ(said: str, verdict: str) -> None:
    assert check(said)[0] == verdict


def test_what_stands_is_a_slice_and_the_difference_is_shown() -> None:
    found = Verifier([make_document("log.txt", LOG)]).check(Cited("It cost 54,000 crowns."))
    assert LOG[found.start : found.end] == found.stands == "It cost 45,000 crowns."
    assert found.difference == [
        (" ", "It cost"), ("-", "54,000"), ("+", "45,000"), (" ", "crowns ."),
    ]  # fmt: skip


def test_a_place_is_held_to() -> None:
    at = LOG.index("It cost")
    assert check("It cost 45,000", doc_id="log.txt", start=at) == ("exact", "It cost 45,000")
    assert check("It cost 45,000", doc_id="log.txt", start=at - 3)[0] == "moved"
    assert check("It cost 45,000", doc_id="gone.txt", start=at)[0] == "moved"


def test_a_figure_that_goes_on_is_another(tmp_path: Path) -> None:
    for later in ("- The yearly fee: 50", "- The yearly fee: 5.50"):
        there = Verifier([make_document("a.txt", later)])
        assert there.check(Cited("- The yearly fee: 5", "a.txt", 0)).verdict == "altered"
    noted = Verifier([make_document("a.txt", "The cost 5¹ was paid.")])
    assert noted.check(Cited("cost 51 was")).verdict != "typographic"


def test_an_export_names_its_documents_as_they_are() -> None:
    document = make_document("minutes_2024.md", "The snake_case is *kept* at 5 [crowns].")
    made = quote(document, (0, len(document.text)), 1.0, (4, 14))
    answer = Answer("answered", "snake_case", (made,), (), 0.9, "What?", "What?")
    (claim,) = find_claims(talk_to_markdown([answer]))
    assert Verifier([document]).check(claim).verdict == "exact"
    assert find_claims("[Draft] They wrote “five crowns”.")[0].text == "five crowns"


def test_what_stands_in_quotation_marks_and_block_quotes_is_claimed() -> None:
    text = (
        'She said “one two”, then "three four" and «five six».\n\n> a block\n> of two lines\n\n'
        "The 5\" pipe isn't quoted, nor is it's end."
    )
    assert [c.text for c in claims_of_text(text)] == [
        "a block\nof two lines", "one two", "three four", "five six",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "Nothing is quoted.", "{}", "[]", '{"quotes": 3}', "{broken"])
def test_a_file_without_quotes_is_refused_in_a_line(text: str) -> None:
    with pytest.raises(QuoteFileError) as error:
        find_claims(text)
    assert "\n" not in str(error.value)


def test_answers_are_verified_against_any_later_state(
    assistant: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = ARTICLE.parent
    answers = [
        assistant.ask("How many people live in Greenland?"),
        assistant.ask("Who is the pope?"),
    ]
    assert answers[0].found and answers[1].closest
    saved, exported = tmp_path / "answer.json", tmp_path / "talk.md"
    saved.write_text(json.dumps([a.to_dict() for a in answers]), encoding="utf-8")
    exported.write_text(talk_to_markdown(answers), encoding="utf-8")
    for file in (saved, exported):
        assert main(["verify", str(file), "--corpus", str(corpus)]) == 0
        assert "altered" not in capsys.readouterr().out

    quote = answers[0].quotes[0]
    later = tmp_path / "later"
    later.mkdir()
    original = (corpus / quote.doc_id).read_text(encoding="utf-8")
    changed = original.replace(quote.parts[1], "12,345")
    (later / quote.doc_id).write_text("A new first line.\n\n" + changed, encoding="utf-8")
    assert main(["verify", str(saved), "--corpus", str(later), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found[0]["verdict"] == "altered" and "12,345" in found[0]["stands"]
    assert {f["verdict"] for f in found} >= {"altered", "moved"}

    forged = answers[0].to_dict() | {"text": "57 million"}
    saved.write_text(json.dumps(forged), encoding="utf-8")
    assert main(["verify", str(saved), "--corpus", str(corpus)]) == 1
