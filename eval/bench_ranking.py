"""Where the right passage stands among what is retrieved, by each way to rank, and the fit of ours.

    python eval/bench_ranking.py --index DIR … --questions FILE … [--limit N] [--seed N] [--fit]

DIR is an index that is there (`assistant ingest --index`, `bench_scale.py --keep`), FILE an eval
set or a SQuAD file over its documents, as many as indexes; asked are those that stand alone and are
answered there.  `python training/written.py DIR` writes both for what was written for training.
All ways rank the same candidates: of the nearest and of those with the question's words the first
`PER_SIDE` each.  Prints the share of the questions whose support stands in the first passage, in
one of the first three, five, nine; by how many hundredths `rank.fit` is above reciprocal ranks, by
pairs; and the share of those that are read where the reader is never sure, those within so much of
the best fit, with their number.

--fit prints the weights of `rank.py` that give the passages with the support the largest share of a
softmax over all candidates of a question, on the questions of all indexes alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from bench_scale import squad
from kit import Row, compare_means, draw, make_parser, read_rows, track
from numpy.typing import NDArray

from assistant.config import Config
from assistant.index.embed import Embedder
from assistant.index.store import Store
from assistant.language.fold import fold
from assistant.pipeline import FIRST
from assistant.reading.rank import HELD, NEAR, hold, weigh_words
from assistant.reading.retrieve import FAR_BEHIND, PER_SIDE, Retriever

DEPTHS = (1, 3, 5, 9)
RRF = 60  # of reciprocal rank fusion: Cormack, Clarke and Büttcher 2009
BEHIND = (0.3, FAR_BEHIND, 0.5, np.inf)
PLAIN = 1e-3  # weight of the squared weights while they are fitted
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """The candidates of a question: `features` (n, 3), the cosine and the squares of what
    `rank.hold` says, times the weight of the question's words;
    `ranks` (n, 2) on the dense and on the lexical side, infinite where it is not there; `right`
    (n,) whether it holds the support."""

    features: Matrix
    ranks: Matrix
    right: NDArray[np.bool_]


def find(store: Store, embedder: Embedder, row: Row) -> Found:
    question, support = row["question"], [fold(s) for s in row["support"]]
    chunks = [hit.chunk for hit in Retriever(store, embedder).retrieve(question)]
    vector = embedder.encode_question(question)
    vectors = store.vectors(chunks)
    assert vectors is not None
    matching, counts, size = store.look_up(question, PER_SIDE)
    wanted = weigh_words(question, counts, size)
    features = [
        [v @ vector, *(wanted.whole * share**2 for share in hold(wanted, c.text))]
        for c, v in zip(chunks, vectors, strict=True)
    ]
    sides = [c for c, _ in store.nearest(vector, PER_SIDE)], matching
    places = [{chunk: n for n, chunk in enumerate(side, start=1)} for side in sides]
    return Found(
        np.array(features),
        np.array([[side.get(chunk, np.inf) for side in places] for chunk in chunks]),
        np.array([any(words in fold(chunk.text) for words in support) for chunk in chunks]),
    )


def ways(found: Found) -> Iterator[tuple[str, Matrix]]:
    """Each way to rank, and its scores (n,)."""
    yield "cosine", -found.ranks[:, 0]
    yield "BM25", -found.ranks[:, 1]
    yield "reciprocal ranks", (1 / (RRF + found.ranks)).sum(1)
    yield "rank.fit", found.features @ [1, HELD, NEAR]


def first_right(found: Found, scores: Matrix) -> float:
    """The place of the first passage with the support, from 1 on; infinite where there is none."""
    places = np.flatnonzero(found.right[np.argsort(-scores, kind="stable")])
    return float(places[0]) + 1 if len(places) else np.inf


def read_at_most(found: Found, scores: Matrix, behind: float) -> NDArray[np.int_]:
    """The places of the passages that are read at most, with this for `FAR_BEHIND`."""
    order = np.argsort(-scores, kind="stable")[: Config().passages]
    return order[(scores[order] >= scores.max() - behind) | (np.arange(len(order)) < FIRST)]


def fit_weights(all_found: list[Found]) -> Matrix:
    """(2,) the weights of what `rank.hold` says beside a cosine of weight 1."""
    from scipy.optimize import minimize

    told = [f for f in all_found if f.right.any()]
    spread = np.concatenate([f.features for f in told]).std(0)

    def loss(weights: Matrix) -> float:
        total = 0.0
        for each in told:
            scores = each.features / spread @ weights
            scores -= scores.max()
            total -= np.log(np.exp(scores[each.right]).sum() / np.exp(scores).sum())
        return total / len(told) + PLAIN * float(weights @ weights)

    weights = minimize(loss, np.ones(len(spread)), method="L-BFGS-B").x / spread
    scaled: Matrix = weights[1:] / weights[0]
    return scaled


def asked_of(questions: Path, limit: int, seed: int) -> list[Row]:
    """The rows of a file that stand alone and are answered."""
    if questions.suffix == ".json":
        rows = squad(questions, 0)[1]
    else:
        rows = [r for r in read_rows(questions) if r["answers"] and "history" not in r]
    return list(draw(rows, limit, seed))


def report(name: str, all_found: list[Found]) -> None:
    """Prints the place of the support by each way to rank."""
    print(f"{name}: {len(all_found)} questions   " + "   ".join(f"first {n:2}" for n in DEPTHS))
    hits: dict[str, Matrix] = {}
    for way, _ in ways(all_found[0]):
        places = [first_right(f, dict(ways(f))[way]) for f in all_found]
        hits[way] = np.array([[place <= n for n in DEPTHS] for place in places], dtype=float)
        print(f"{way:16}", *(f"{share:8.3f}" for share in hits[way].mean(0)))
    for behind in BEHIND:
        read = [read_at_most(f, dict(ways(f))["rank.fit"], behind) for f in all_found]
        held = np.mean([f.right[places].any() for f, places in zip(all_found, read, strict=True)])
        print(f"within {behind}: {held:.3f} held by {np.mean([len(p) for p in read]):.1f} passages")
    for i, n in enumerate(DEPTHS):
        print(compare_means(f"first_{n}", hits["rank.fit"][:, i], hits["reciprocal ranks"][:, i]))


def main() -> None:
    several = {"required": True, "default": None, "nargs": "+"}
    parser = make_parser(__doc__, "limit", index=several, questions=several)
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--fit", action="store_true", help="print the weights fitted on these")
    args = parser.parse_args()
    if len(args.index) != len(args.questions) or not all(Path(i).is_dir() for i in args.index):
        parser.error("Name indexes that are there, and of each a file of questions it answers.")
    embedder = Embedder()
    every: list[Found] = []
    for index, questions in zip(args.index, args.questions, strict=True):
        if not (rows := asked_of(questions, args.limit, args.seed)):
            parser.error(f"{questions} holds no question that stands alone and is answered.")
        with Store.in_folder(Path(index)) as store:
            all_found = [find(store, embedder, row) for row in track(rows, "Retrieving")]
        report(str(questions), all_found)
        every += all_found
    if args.fit:
        print("fitted HELD, NEAR:", *fit_weights(every).round(4))


if __name__ == "__main__":
    main()
