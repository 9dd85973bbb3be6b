"""What a small language model invents, and what the check lets through.

    python eval/bench_compose.py write [--llm NAME] [--questions N] [--citation-engine] [--out FILE]
    python eval/bench_compose.py qags DIR
    python eval/bench_compose.py tune

write  asks eval questions and counts the model's sentences, struck and shown, per 100 answers, and
       what the check costs in time; `--citation-engine` asks LlamaIndex's CitationQueryEngine the
       same with the same model.  FILE gets each sentence with its quotes, for a person to judge.
       Without --llm it serves SmolLM2-135M-Instruct itself.
qags   agreement of the check with the annotators of QAGS (Wang et al. 2020, arXiv 2004.04228);
       DIR holds mturk_cnndm.jsonl and mturk_xsum.jsonl.  Nothing is tuned on it.
tune   chooses the threshold of coverage, on right and wrong sentences made from the supports of
       eval/questions.jsonl.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from smollm import served

from assistant import Assistant
from assistant.evaluate.measures import auroc
from assistant.language.sentences import split
from assistant.language.terms import content, stem, stems
from assistant.pipeline import FIRST
from assistant.prose import compose
from assistant.prose.llm import maker
from assistant.prose.support import COVERAGE, Support, capitals, check_support, figures, plain_words
from assistant.reading.retrieve import take_near
from assistant.records import Answer

HERE = Path(__file__).parent
CITED = 3  # sentences of an article that a summary's sentence is held against


def questions() -> list[dict[str, Any]]:
    lines = (HERE / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    return [c for c in cases if c["answers"] and not c.get("history")]


# Writing


def write(args: argparse.Namespace) -> None:
    chosen = random.Random(8).sample(questions(), args.questions)
    model = nullcontext(args.llm) if args.llm else served()
    with model as llm, tempfile.TemporaryDirectory() as tmp:
        index = Path(tmp) / "index"
        with Assistant.from_corpus(HERE.parent / "corpus", index, llm=llm) as assistant:
            rows = list(answers(assistant, [c["question"] for c in chosen]))
            summary("ours", rows)
            if args.citation_engine:
                more = list(citations(assistant, llm, [r["question"] for r in rows]))
                summary("CitationQueryEngine", more)
                rows += more
    if args.out:
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        args.out.write_text(text + "\n", encoding="utf-8")


def answers(assistant: Assistant, asked: Sequence[str]) -> Iterator[dict[str, Any]]:
    """For each question that is answered, the model's sentences as they were judged."""
    for question in asked:
        started = time.perf_counter()
        answer = assistant.ask(question)
        whole = time.perf_counter() - started
        if not answer.found:
            continue
        given = compose.material(answer, assistant.read(answer.query_used), assistant.document)
        yield {
            "system": "ours", "question": question, "answer": answer.text,
            "sentences": [
                dataclasses.asdict(s) | {"held": s.supported or compose.LEFT_OUT in s.note}
                for s in answer.sentences
            ],
            "sources": [q.text for q in given],
            "seconds": whole, "seconds_check": timed_check(answer),
        }  # fmt: skip


def timed_check(answer: Answer) -> float:
    claims = [compose.Claim(s.text, ()) for s in answer.sentences]
    started = time.perf_counter()
    compose.checked(claims, answer.quotes, answer)
    return time.perf_counter() - started


def citations(assistant: Assistant, llm: str, asked: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The same questions to LlamaIndex's engine, over the passages that our retrieval finds; its
    sentences are held against the sources that they cite, or all when they cite none."""
    from llama_index.core.query_engine import CitationQueryEngine
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

    class Ours(BaseRetriever):
        def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
            found = assistant.retrieve(query_bundle.query_str)
            hits = take_near(found, FIRST, assistant.config.passages)
            return [NodeWithScore(node=TextNode(text=h.chunk.text), score=h.score) for h in hits]

    kind, _, rest = llm.partition(":")
    engine = CitationQueryEngine(Ours(), llm=maker(kind, rest, 120)())
    for question in asked:
        started = time.perf_counter()
        response = engine.query(question)
        whole = time.perf_counter() - started
        sources = [n.node.get_content() for n in response.source_nodes]
        made = []
        for claim in compose.parsed(str(response)):
            cited = [sources[n - 1] for n in claim.numbers if 0 < n <= len(sources)] or sources
            result = check_support(claim.text, cited, question)
            made.append({
                "text": claim.text, "supported": True, "held": result.holds,
                "dangling": any(not 0 < n <= len(sources) for n in claim.numbers),
                "note": "; ".join(result.against),
            })  # fmt: skip
        yield {
            "system": "CitationQueryEngine", "question": question, "sentences": made,
            "sources": sources, "seconds": whole,
        }  # fmt: skip


def interval(counts: Sequence[int]) -> str:
    """Their sum per 100 with its bootstrapped 95 % interval."""
    drawn = np.random.default_rng(8).choice(100 * np.array(counts), (2000, len(counts)))
    low, high = np.percentile(drawn.mean(axis=1), [2.5, 97.5])
    return f"{100 * np.mean(counts):.0f} ({low:.0f} to {high:.0f})"


def foreign(sentence: str, sources: Sequence[str]) -> bool:
    """A plain test that shares nothing with the check: a figure, or a capitalised word within the
    sentence, that the sources do not hold letter by letter."""
    there = " ".join(sources)
    found = re.findall(r"\d[\d,.]*\d|\d|(?<=[a-z,] )[A-Z][\w-]+", sentence)
    return any(word not in there for word in found)


def summary(name: str, rows: Sequence[dict[str, Any]]) -> None:
    """Counts per 100 answers, with 95 % intervals from 2,000 resamplings of the answers."""
    print(f"\n{name}: {len(rows)} answers; per 100 of them, with 95 % intervals")
    for what, test in (
        ("sentences", lambda s, _: True),
        ("failed by the check", lambda s, _: not s["held"]),
        ("with a foreign name or figure", lambda s, r: foreign(s["text"], r["sources"])),
    ):
        for when in ("written", "shown"):
            counts = [
                sum(test(s, r) for s in r["sentences"] if s["supported"] or when == "written")
                for r in rows
            ]
            print(f"  {what}, {when}: {interval(counts)}")
    shown = [any(s["supported"] for s in r["sentences"]) for r in rows]
    print(f"  answers with prose: {interval(shown)}")
    seconds = [r["seconds"] for r in rows]
    median, p95 = np.median(seconds), np.percentile(seconds, 95)
    print(f"  seconds an answer: median {median:.2f}, p95 {p95:.2f}")
    if checks := [r["seconds_check"] for r in rows if "seconds_check" in r]:
        print(f"  of it the check: median {1000 * np.median(checks):.1f} ms")


# Agreement with annotators


def qags(args: argparse.Namespace) -> None:
    for name in ("cnndm", "xsum"):
        lines = (args.dir / f"mturk_{name}.jsonl").read_text(encoding="utf-8").splitlines()
        results: list[Support] = []
        labels: list[bool] = []
        for row in map(json.loads, lines):
            article = [row["article"][a:b] for a, b in split(row["article"])]
            for s in row["summary_sentences"]:
                yes = sum(r["response"] == "yes" for r in s["responses"])
                labels.append(2 * yes > len(s["responses"]))
                results.append(check_support(s["sentence"], nearest(s["sentence"], article)))
        report(name, results, labels)


def nearest(sentence: str, article: Sequence[str]) -> list[str]:
    """The sentences of the article that share most with it, as a writer would cite them."""
    asked = stems(sentence)
    return sorted(article, key=lambda a: -len(asked & stems(a)))[:CITED]


def report(name: str, results: Sequence[Support], labels: Sequence[bool]) -> None:
    truth = np.array(labels)
    said = np.array([r.holds for r in results])
    coverage = np.array([r.coverage for r in results])
    score = coverage - np.array([bool(r.against) for r in results])
    kept, caught = said[truth].mean(), (~said[~truth]).mean()
    print(
        f"{name}: {len(truth)} sentences, {truth.mean():.0%} right by the annotators' majority\n"
        f"  accuracy {(said == truth).mean():.3f}, balanced {(kept + caught) / 2:.3f}: keeps "
        f"{kept:.0%} of the right, strikes {caught:.0%} of the wrong; of those it keeps "
        f"{truth[said].mean() if said.any() else float('nan'):.0%} are right\n"
        f"  AUROC of coverage {auroc(coverage, truth):.3f}, of coverage and reasons "
        f"{auroc(score, truth):.3f}"
    )


# The threshold


def tune(_: argparse.Namespace) -> None:
    """Right: the question with its answer, and the support itself.  Wrong: the same with one or two
    of their plain words taken from another question."""
    rng = random.Random(8)
    cases = questions()
    pool = sorted({w for c in cases for s in c["support"] for w in plain_words(s)})
    rows: list[tuple[float, bool]] = []
    hard: dict[str, list[bool]] = {"name": [], "number": [], "negation": []}
    names = {n for c in cases for s in c["support"] for n in capitals(s)[1:] if not n.isupper()}
    for case in cases:
        source = case["support"][0]
        right = f"{case['question'].rstrip(' ?')}: {case['answers'][0]}."
        for text in (right, source):
            rows.append((check_support(text, [source]).coverage, True))
            for count in (1, 2):
                rows.append(
                    (check_support(swapped(text, pool, count, rng), [source]).coverage, False)
                )
        first = capitals(source)
        if first:
            other = rng.choice(sorted(n for n in names if n[:4] not in source))
            hard["name"].append(
                check_support(source.replace(rng.choice(first), other), [source]).holds
            )
        if figures(source):
            changed = re.sub(r"\d+", lambda m: str(int(m[0]) + rng.randint(1, 9)), source, count=1)
            if changed != source:
                hard["number"].append(check_support(changed, [source]).holds)
        denied = re.sub(r"\b(is|are|was|were|will|would)\b(?! no)", r"\1 not", source, count=1)
        if denied != source:
            hard["negation"].append(check_support(denied, [source]).holds)
    values, truth = np.array([v for v, _ in rows]), np.array([t for _, t in rows])
    print(f"{truth.sum()} right, {(~truth).sum()} wrong; AUROC {auroc(values, truth):.3f}")
    for threshold in np.linspace(0.5, 1, 11) - 1e-9:
        kept, caught = (values[truth] >= threshold).mean(), (values[~truth] < threshold).mean()
        mark = "  <- in use" if abs(threshold - COVERAGE) < 0.01 else ""
        print(f"  {threshold:.2f}: keeps {kept:.0%}, strikes {caught:.0%}{mark}")
    for kind, held in hard.items():
        print(f"supports with a wrong {kind}: {sum(held)} of {len(held)} get through")


def swapped(text: str, pool: Sequence[str], count: int, rng: random.Random) -> str:
    """The text with some of its plain words exchanged for others."""
    plain = plain_words(text)
    for word in rng.sample(plain, min(count, len(plain))):
        other = rng.choice([w for w in pool if stem(w) not in set(map(stem, content(text)))])
        text = re.sub(rf"\b{re.escape(word)}\b", other, text, flags=re.IGNORECASE)
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    writing = commands.add_parser("write")
    writing.add_argument("--llm", help="a name as the setting llm takes it")
    writing.add_argument("--questions", type=int, default=40)
    writing.add_argument("--citation-engine", action="store_true")
    writing.add_argument("--out", type=Path)
    writing.set_defaults(run=write)
    agreeing = commands.add_parser("qags")
    agreeing.add_argument("dir", type=Path)
    agreeing.set_defaults(run=qags)
    commands.add_parser("tune").set_defaults(run=tune)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
