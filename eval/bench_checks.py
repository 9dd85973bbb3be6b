"""What the checks of candidates cost and give, on text that they were not made for.

    python eval/bench_checks.py --squad squad2-dev-train21.json
    python eval/bench_checks.py --corpus eval/genres/docs --questions eval/genres/questions.jsonl

Prints, for each check of `assistant.reading.checks.CHECKS`, how many right and how many wrong
answers of a thousand it strikes, with 95 % intervals.

--squad      right are the answers of a SQuAD 2.0 file, wrong the plausible ones of its unanswerable
             questions, each with its paragraph and the two beside it; no retrieval, no reader.
             Besides: how often the sentence that bears most on an unanswerable question
             (`premises.bearing`) is the one with its plausible answer.
--corpus     the candidates that the product reads for the questions of an eval set, right or wrong
             by the rule of the evaluation.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich.progress import track

from assistant import Answer, Assistant
from assistant.answer import quote
from assistant.documents.corpus import load_documents, make_document
from assistant.evaluate import judge, questions
from assistant.evaluate.measures import bootstrap_interval
from assistant.question.asked import understand
from assistant.reading.checks import CHECKS, FOLLOWING, Evidence
from assistant.reading.confidence import find_evidence, list_sentences
from assistant.reading.premises import bearing
from assistant.records import Asked, Document, Span

Held = tuple[Asked, Span, Evidence, bool]  # a candidate with what stands around it; is it right?
AROUND = 1  # paragraphs on either side that are read, too


def squad_candidates(path: Path) -> Iterator[Held]:
    """The answers and plausible answers of a SQuAD 2.0 file."""
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    for article in track(articles, description="SQuAD"):
        texts = [" ".join(p["context"].split("\n")) for p in article["paragraphs"]]
        for n, paragraph in enumerate(article["paragraphs"]):
            first = max(0, n - AROUND)
            near = texts[first : n + AROUND + 1]
            document = make_document("article.txt", "\n\n".join(near))
            offset = sum(len(text) + 2 for text in texts[first:n])
            for row in paragraph["qas"]:
                golds = row["answers"] or row.get("plausible_answers") or []
                if golds:
                    start = offset + golds[0]["answer_start"]
                    end = start + len(golds[0]["text"])
                    span = Span("article.txt", start, end, golds[0]["text"], 0.0, 0)
                    evidence = Evidence(
                        text_of(document, start, end),
                        texts[n],
                        text_of_all(document),
                        document.text[end : end + FOLLOWING],
                    )
                    yield understand(row["question"].strip()), span, evidence, bool(row["answers"])


def text_of(document: Document, start: int, end: int) -> str:
    touched = document.sentences_at(start, end)
    return document.text[touched[0][0] : touched[-1][1]] if touched else document.text[start:end]


def text_of_all(document: Document) -> list[str]:
    return [document.text[a:b] for a, b in document.sentences]


def read_candidates(corpus: Path, file: Path) -> Iterator[Held]:
    """The candidates that the product reads for the questions of an eval set."""
    documents, _ = load_documents(corpus)
    cases = questions.load_questions(file, documents)
    with (
        tempfile.TemporaryDirectory() as folder,
        Assistant.from_corpus(corpus, index=Path(folder)) as assistant,
    ):
        for case in track(cases, description="Reading"):
            reading = assistant.read(case.standalone or case.question)
            sentences = list_sentences(reading.hits, assistant.document)
            for span in (candidate.span for candidate in reading.candidates):
                document = assistant.document(span.doc_id)
                words = (span.start, span.end)
                made = quote(document, words, span.margin, words)
                answer = Answer("answered", span.text, (made,), (), 1.0, case.question, "")
                evidence = find_evidence(document, span, reading.hits[span.hit].chunk, sentences)
                yield (
                    reading.asked,
                    span,
                    evidence,
                    case.answerable and judge.is_right(case, answer),
                )


def bearing_first(held: list[Held]) -> list[float]:
    """Of the unanswerable: whether the plausible answer's sentence bears most on the question."""
    return [
        float(e.sentences[int(np.argmax(bearing(asked, e.sentences)))] == e.sentence)
        for asked, _, e, right in held
        if not right and e.sentence in e.sentences
    ]


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--squad", type=Path, help="a SQuAD 2.0 file with plausible answers")
    p.add_argument("--corpus", type=Path, help="documents of an eval set")
    p.add_argument("--questions", type=Path, help="its questions")
    a = p.parse_args()
    held = list(squad_candidates(a.squad) if a.squad else read_candidates(a.corpus, a.questions))
    print(f"{'struck of a thousand':24}{'right':>26}{'wrong':>26}")
    for check in CHECKS:
        cells = []
        for wanted in (True, False):
            struck = [bool(check(asked, s, e)) for asked, s, e, right in held if right == wanted]
            share = bootstrap_interval(np.array(struck, dtype=float))
            cells.append(
                f"{1000 * share.value:.1f} [{1000 * share.low:.1f}, {1000 * share.high:.1f}]"
            )
        print(f"{check.__name__:24}{cells[0]:>26}{cells[1]:>26}")
    right = sum(row[3] for row in held)
    print(f"{right} right answers, {len(held) - right} wrong ones")
    if a.squad:
        share = bootstrap_interval(np.array(bearing_first(held)))
        print(f"sentence of the plausible answer bears most: {share.value:.3f}")


if __name__ == "__main__":
    main()
