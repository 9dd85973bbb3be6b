"""The formulas of the evaluation, as pure functions over numbers.

Nothing here knows of documents, answers, files or models: callers bring plain numbers, strings
and intervals, one entry a question. Every measure is a fraction in 0..1 unless its docstring
says otherwise. Three conventions hold throughout:

* One question whose expected and given sides may both be empty (text, support) scores 1 when
  they agree on being empty and 0 when only one is, as SQuAD 2.0 scores a question without answer.
* A ratio over many questions whose denominator is zero is nan: nothing was measured.
* Input that cannot be meant (unequal lengths, a nan, a rank of 0) raises ValueError.
"""

import math
import re
import string
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import numpy as np
import scipy  # its `stats` takes half a second, and is only loaded where it is used
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
Statistic = Callable[[FloatArray], float]

BATCH = 100  # sign patterns held in memory at a time


class PrecisionRecall(NamedTuple):
    """How much of what was given is right, and how much of what is right was given."""

    precision: float
    recall: float


class BestThreshold(NamedTuple):
    """The best that one threshold reaches, answering exactly when score >= threshold."""

    value: float
    threshold: float


class Bin(NamedTuple):
    """One bar of a reliability diagram, over confidences in (low, high]; nan where size is 0."""

    low: float
    high: float
    size: int
    confidence: float
    accuracy: float


class Interval(NamedTuple):
    """A statistic of the sample, with the bounds of its confidence interval."""

    value: float
    low: float
    high: float


# Retrieval


def hit_at_k(ranks: Sequence[int | None], k: int) -> float:
    """Share of questions with a relevant passage among the first k: |{q : rank_q <= k}| / n.

    `ranks` holds one entry a question: the 1-based rank of its first relevant passage, or None
    when none was retrieved. nan for no questions; ValueError for a rank or k below 1.
    Source: success@k, as in TREC's trec_eval (measure "success").
    """
    for name, number in (("k", k), *(("a rank", rank) for rank in ranks if rank is not None)):
        _check_positive(name, number)
    return mean([float(rank is not None and rank <= k) for rank in ranks])


def ndcg(ranked: Sequence[float], judged: Sequence[float], k: int) -> float:
    """Normalised discounted cumulative gain of one question's first k: DCG@k / ideal DCG@k.

    DCG@k = sum_{i=1..k} rel_i / log2(i + 1). `ranked`: the relevance, at least 0, of each passage
    in the order retrieved; `judged`: of every judged passage whether retrieved or not, which
    sorted is the ideal. 0 when nothing is relevant, as in trec_eval; ValueError for k below 1 or
    a negative or nan relevance.
    Source: Järvelin & Kekäläinen, ACM TOIS 20(4), 2002, with linear gain; the discount
    1/log2(i + 1) as in Burges et al., ICML 2005.
    """
    _check_positive("k", k)
    reached, ideal = _dcg(ranked, k), _dcg(sorted(judged, reverse=True), k)
    return reached / ideal if ideal > 0 else 0.0


def _dcg(relevances: Sequence[float], k: int) -> float:
    gains = _vector("relevances", relevances)
    if (gains < 0).any():
        raise ValueError("relevances must be at least 0")
    gains = gains[:k]
    return float(gains @ (1 / np.log2(np.arange(2, gains.size + 2))))


# Text


def normalize_answer(text: str) -> str:
    """Lower-case, drop ASCII punctuation, drop the words a/an/the, then collapse white space.

    In that order, so that "U.S." becomes "us" and curly quotes stay.
    Source: `normalize_answer` of the official SQuAD 2.0 script (evaluate-v2.0.py).
    """
    unpunctuated = text.lower().translate(str.maketrans("", "", string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", unpunctuated).split())


def exact_match(prediction: str, golds: Sequence[str]) -> float:
    """1 when the normalised prediction equals a normalised gold, else 0.

    No golds means that the question has no answer: then only an empty prediction is right.
    A gold that normalises to nothing ("the") does not count as a gold.
    Source: `compute_exact` and `get_raw_scores` of the official SQuAD 2.0 script.
    """
    return float(normalize_answer(prediction) in _normalized_golds(golds))


def token_f1(prediction: str, golds: Sequence[str]) -> float:
    """The best F1 over the golds: 2PR / (P + R) of the bags of normalised tokens.

    P = shared / predicted tokens, R = shared / gold tokens, repeated tokens counted as often as
    both sides hold them. If either side has no tokens: 1 if both have none, else 0. No golds as
    in `exact_match`.
    Source: `compute_f1` and `get_raw_scores` of the official SQuAD 2.0 script.
    """
    tokens = normalize_answer(prediction).split()
    return max(_bag_f1(tokens, gold.split()) for gold in _normalized_golds(golds))


def _normalized_golds(golds: Sequence[str]) -> list[str]:
    return [gold for gold in map(normalize_answer, golds) if gold] or [""]


def _bag_f1(predicted: list[str], gold: list[str]) -> float:
    if not predicted or not gold:
        return float(predicted == gold)
    shared = (Counter(predicted) & Counter(gold)).total()
    return 2 * shared / (len(predicted) + len(gold))


# Spans and speakers


def support_precision_recall(
    predicted: Sequence[tuple[int, int]], gold: Sequence[tuple[int, int]]
) -> PrecisionRecall:
    """Precision |P & G| / |P| and recall |P & G| / |G| of one question's support, in characters.

    P and G are the sets of character positions in the union of the half-open intervals
    [start, end), so overlaps count once. All are offsets into one document's text. If P or G is
    empty, both numbers are 1 when both are empty and 0 otherwise: quoting nothing earns no
    precision. ValueError for an interval with start below 0 or end below start.
    Source: set precision and recall (Manning, Raghavan & Schütze, "Introduction to Information
    Retrieval", 2008, section 8.3) over characters.
    """
    given, wanted = _positions(predicted), _positions(gold)
    if not given or not wanted:
        agree = float(given == wanted)
        return PrecisionRecall(agree, agree)
    shared = len(given & wanted)
    return PrecisionRecall(shared / len(given), shared / len(wanted))


def _positions(intervals: Sequence[tuple[int, int]]) -> set[int]:
    for start, end in intervals:
        if not 0 <= start <= end:
            raise ValueError(f"not an interval: [{start}, {end})")
    return {position for interval in intervals for position in range(*interval)}


def speaker_precision_recall(
    predicted: Sequence[AbstractSet[str]], accepted: Sequence[AbstractSet[str]]
) -> PrecisionRecall:
    """Precision of the speakers named, and recall of the questions that have a speaker.

    One pair of sets a question. `accepted` holds the forms of the name that are right, each
    enough by itself; empty when the text names nobody, so that naming anybody is wrong.
    precision = sum |P & A| / sum |P|; recall = |{q : P & A}| / |{q : A}|, each nan when its
    denominator is 0. Names compare as they are: the caller folds case. ValueError for unequal
    lengths.
    Source: micro-averaged set precision (Manning, Raghavan & Schütze 2008, section 13.6);
    recall counts questions because accepted forms are alternatives, not a list to complete.
    """
    if len(predicted) != len(accepted):
        raise ValueError(f"{len(predicted)} predicted sets but {len(accepted)} accepted sets")
    shared = [given & right for given, right in zip(predicted, accepted, strict=True)]
    return PrecisionRecall(
        _ratio(sum(map(len, shared)), sum(map(len, predicted))),
        _ratio(sum(map(bool, shared)), sum(map(bool, accepted))),
    )


# Abstention


def abstention_precision_recall(not_found: ArrayLike, unanswerable: ArrayLike) -> PrecisionRecall:
    """How often "not found" is right, and how much of the unanswerable is caught.

    Both are one flag (bool, or 0/1) a question. precision = |N & U| / |N| and
    recall = |N & U| / |U|, each nan when its denominator is 0. ValueError for unequal lengths
    or other values.
    Source: precision and recall (Manning, Raghavan & Schütze 2008, section 8.3) with
    "abstained" as the positive decision.
    """
    abstained, wanted = _flags("not_found", not_found), _flags("unanswerable", unanswerable)
    _check_aligned(abstained, wanted)
    right = int((abstained & wanted).sum())
    return PrecisionRecall(_ratio(right, int(abstained.sum())), _ratio(right, int(wanted.sum())))


def auroc(scores: ArrayLike, labels: ArrayLike) -> float:
    """Area under the ROC curve: the chance that a positive outscores a negative, ties counting 1/2.

    U / (n1 n0) with Mann and Whitney's U = R1 - n1 (n1 + 1) / 2, where R1 is the sum of the
    positives' ranks. `scores` and `labels` (1 = positive) are of shape (n,). nan when a class is
    missing; ValueError for a nan score, labels other than 0 and 1, or unequal lengths.
    Source: Mann & Whitney 1947; Hanley & McNeil, Radiology 143, 1982. Not scikit-learn's
    `roc_auc_score`, which agrees, since under a bootstrap it takes twenty times as long.
    """
    values, positive = _vector("scores", scores), _flags("labels", labels)
    _check_aligned(values, positive)
    n1 = int(positive.sum())
    u = float(scipy.stats.rankdata(values)[positive].sum()) - n1 * (n1 + 1) / 2
    return _ratio(u, n1 * (positive.size - n1))


def risk_coverage(confidences: ArrayLike, correct: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """The coverages 1/n, 2/n .. 1 and the risk among the i most confident answers at each.

    risk_i = (1/i) sum of (1 - correct) over the i most confident. `correct` is 0/1, or a score
    in 0..1 such as F1. Tied confidences are averaged over their orders, so the order of the
    input never matters. Both results are of shape (n,), empty for no questions. ValueError for a
    nan, `correct` outside 0..1, or unequal lengths.
    Source: El-Yaniv & Wiener, JMLR 11, 2010; Geifman & El-Yaniv, NeurIPS 2017.
    """
    values, losses = _vector("confidences", confidences), 1 - _fractions("correct", correct)
    _check_aligned(values, losses)
    _, group, counts = np.unique(-values, return_inverse=True, return_counts=True)
    mean_losses = np.bincount(group, losses) / counts
    ordinals = np.arange(1, values.size + 1)
    return ordinals / values.size, np.cumsum(np.repeat(mean_losses, counts)) / ordinals


def aurc(confidences: ArrayLike, correct: ArrayLike) -> float:
    """Area under the risk-coverage curve, lower is better: the mean of its n risks.

    Arguments and errors as in `risk_coverage`; nan for no questions.
    Source: Geifman, Uziel & El-Yaniv, ICLR 2019, over the curve of Geifman & El-Yaniv 2017.
    """
    return mean(risk_coverage(confidences, correct)[1])


def best_threshold(scores: ArrayLike, gains: ArrayLike) -> BestThreshold:
    """The threshold on `scores` that gains most, and that gain: the one search for thresholds.

    Both of shape (n,). `gains`: what answering a question adds to being silent on it, in any
    unit. Starts from silence everywhere, which gains 0 with a threshold of inf, and answers the
    questions highest score first, those of equal score together; of equal gains (to nine digits)
    the highest threshold is kept, which answers least. ValueError for a nan or unequal lengths.
    """
    values, each = _vector("scores", scores), _vector("gains", gains)
    _check_aligned(values, each)
    falling, group = np.unique(-values, return_inverse=True)
    totals = np.cumsum([0.0, *np.bincount(group, each, falling.size)])
    best = int(totals.round(9).argmax())
    return BestThreshold(float(totals[best]), float(-falling[best - 1]) if best else math.inf)


def best_threshold_f1(
    scores: ArrayLike, f1_if_answered: ArrayLike, is_answerable: ArrayLike
) -> BestThreshold:
    """The best mean F1, in 0..1, that a single threshold on `scores` reaches, and that threshold.

    All of shape (n,). `scores`: higher means more sure that there is an answer, the negative of
    the script's na_prob. `f1_if_answered`: for an answerable question `token_f1` of what the
    reader would say; for an unanswerable one 0 if it would say anything, 1 if nothing. Silence is
    right on each unanswerable question. (nan, nan) for no questions; ValueError for a nan, an F1
    outside 0..1, flags other than 0 and 1, or unequal lengths.
    Source: `find_best_thresh` of the official SQuAD 2.0 script; Rajpurkar, Jia & Liang 2018. The
    script answers equal scores one by one, so with ties it can exceed what a threshold reaches;
    and where silence is best it says 0 (here inf).
    """
    f1 = _fractions("f1_if_answered", f1_if_answered)
    answerable = _flags("is_answerable", is_answerable)
    _check_aligned(f1, answerable)
    gain, threshold = best_threshold(scores, np.where(answerable, f1, f1 - 1))
    if not f1.size:
        return BestThreshold(math.nan, math.nan)
    return BestThreshold(float((~answerable).sum() + gain) / f1.size, threshold)


def balanced_threshold(scores: ArrayLike, right: ArrayLike, is_answerable: ArrayLike) -> float:
    """The threshold at which share right of the answerable plus share silent of the others is
    largest, midway to the next score below it; inf when it is best never to answer.

    All of shape (n,). `right`: flags of what is right if answered; of an unanswerable question it
    is not looked at. A class that is missing counts nothing. Errors as in `best_threshold`;
    ValueError also for flags other than 0 and 1.
    """
    values, good = _vector("scores", scores), _flags("right", right)
    answerable = _flags("is_answerable", is_answerable)
    _check_aligned(values, good, answerable)
    yes, no = max(1, int(answerable.sum())), max(1, int((~answerable).sum()))
    threshold = best_threshold(values, np.where(answerable, good / yes, -1 / no)).threshold
    below = values[values < threshold]
    return float(threshold + below.max()) / 2 if below.size else threshold


def reliability_bins(confidence: ArrayLike, correct: ArrayLike, bins: int = 10) -> list[Bin]:
    """The bars of a reliability diagram: `bins` equal widths, the m-th being ((m-1)/M, m/M].

    Each holds its size, mean confidence and mean `correct`; a confidence of exactly 0 belongs
    to the first. `confidence` and `correct` are of shape (n,) in 0..1. ValueError for a value
    outside 0..1 or nan, unequal lengths, or bins below 1.
    Source: Guo, Pleiss, Sun & Weinberger, ICML 2017, section 2.
    """
    _check_positive("bins", bins)
    claimed, right = _fractions("confidence", confidence), _fractions("correct", correct)
    _check_aligned(claimed, right)
    # k/M, not linspace: it is the float that "0.7" denotes, so 0.7 falls on its edge.
    edges = np.arange(bins + 1) / bins
    index = np.maximum(np.searchsorted(edges, claimed, side="left") - 1, 0)
    return [
        Bin(
            float(edges[m]),
            float(edges[m + 1]),
            int((index == m).sum()),
            mean(claimed[index == m]),
            mean(right[index == m]),
        )
        for m in range(bins)
    ]


def expected_calibration_error(confidence: ArrayLike, correct: ArrayLike, bins: int = 10) -> float:
    """Mean gap between confidence and accuracy: sum_m |B_m|/n |acc(B_m) - conf(B_m)|.

    Arguments, bins and errors as in `reliability_bins`; nan for no questions.
    Source: Naeini, Cooper & Hauskrecht, AAAI 2015; Guo et al., ICML 2017, equation 3.
    """
    filled = [bar for bar in reliability_bins(confidence, correct, bins) if bar.size]
    gap = sum(bar.size * abs(bar.accuracy - bar.confidence) for bar in filled)
    return _ratio(gap, sum(bar.size for bar in filled))


# Latency


def percentile(ms: ArrayLike, q: float) -> float:
    """The q-th percentile of `ms`, in its own unit (milliseconds), q in 0..100.

    Interpolates linearly between the order statistics at h = (n - 1) q/100. nan for no values;
    ValueError for q outside 0..100 or a nan.
    Source: Hyndman & Fan, The American Statistician 50(4), 1996, definition 7.
    """
    values = _vector("ms", ms)
    if not 0 <= q <= 100:
        raise ValueError(f"q must be in 0..100, not {q}")
    return float(np.percentile(values, q)) if values.size else math.nan


# Uncertainty


def mean(values: Sequence[float] | FloatArray) -> float:
    """The arithmetic mean of all entries; nan for none."""
    return float(np.mean(values)) if np.size(values) else math.nan


def bootstrap_interval(
    values: ArrayLike,
    statistic: Statistic = mean,
    n: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> Interval:
    """A statistic with its percentile bootstrap interval over questions.

    `values` is of shape (q,) or (q, columns): a row is all that `statistic` needs of one
    question, and rows are drawn whole. `statistic` gets a float array of that shape. The bounds
    are the (1 - level)/2 and (1 + level)/2 quantiles over n resamples of q rows. Resamples on
    which the statistic is nan (AUROC without a positive) are left out; the interval is nan when
    none remain or there are no rows. The same seed gives the same interval. ValueError for
    values without a row axis, n below 1 or level outside (0, 1).
    Source: Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
    """
    rows = _rows(values)
    return _bootstrap(len(rows), lambda index: statistic(rows[index]), n, seed, level)


def paired_bootstrap_difference(
    a: ArrayLike,
    b: ArrayLike,
    statistic: Statistic = mean,
    n: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> Interval:
    """statistic(a) - statistic(b) with its percentile bootstrap interval.

    Row i of both is the same question in two runs, and a resample draws the same questions from
    both, so that what makes a question hard cancels out. Shapes, nan and errors as in
    `bootstrap_interval`; ValueError also for unequal lengths.
    Source: Efron & Tibshirani 1993; paired, as in Koehn, EMNLP 2004.
    """
    first, second = _rows(a), _rows(b)
    _check_aligned(first, second)
    return _bootstrap(
        len(first),
        lambda index: statistic(first[index]) - statistic(second[index]),
        n,
        seed,
        level,
    )


def paired_permutation_test(a: ArrayLike, b: ArrayLike, n: int = 10_000, seed: int = 0) -> float:
    """Two-sided p-value that two runs differ in mean over the same questions.

    `a` and `b` are of shape (q,), entry i being the same question. If the runs are
    exchangeable, each difference a_i - b_i is as likely with the other sign; p is the share of
    sign patterns with |sum| at least the observed one. Zero differences cannot flip and are
    left out. With at most n patterns each is counted; otherwise n are drawn and
    p = (k + 1) / (n + 1), which is never 0. Runs without a difference give 1. ValueError for a
    nan or infinity, unequal lengths or n below 1.
    Source: Good, "Permutation Tests", 2000; Dror et al., ACL 2018; (k + 1)/(n + 1) from
    Phipson & Smyth, SAGMB 9(1), 2010; computed by scipy.stats.permutation_test.
    """
    _check_positive("n", n)
    first, second = _vector("a", a), _vector("b", b)
    _check_aligned(first, second)
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise ValueError("a and b must be finite")
    differences = first - second
    differences = differences[differences != 0]
    if differences.size < 2:  # which scipy refuses; a lone one is as far out with either sign
        return 1.0

    def distance(signed: FloatArray, axis: int) -> FloatArray:
        # The second part is the same in every pattern. scipy counts as equal what differs by a
        # tiny share of the statistic: of a sum near 0 that would be less than rounding errors.
        result: FloatArray = np.abs(signed.sum(axis)) + np.abs(signed).sum(axis)
        return result

    tested = scipy.stats.permutation_test(
        (differences,),
        distance,
        permutation_type="samples",  # of one sample: its signs are flipped
        alternative="greater",
        n_resamples=n,
        batch=BATCH,
        rng=seed,
    )
    return float(tested.pvalue)


def _bootstrap(
    size: int,
    statistic: Callable[[NDArray[np.intp]], float],
    n: int,
    seed: int,
    level: float,
) -> Interval:
    _check_positive("n", n)
    if not 0 < level < 1:
        raise ValueError(f"level must be in (0, 1), not {level}")
    if size == 0:
        return Interval(math.nan, math.nan, math.nan)
    everyone = np.arange(size)
    value = float(statistic(everyone))
    if size == 1:  # which scipy refuses: each resample is the sample
        return Interval(value, value, value)
    with warnings.catch_warnings():
        # Its own interval is nan, with a warning, as soon as one resample has no statistic.
        warnings.simplefilter("ignore", scipy.stats.DegenerateDataWarning)
        drawn = scipy.stats.bootstrap(
            (everyone,), statistic, n_resamples=n, vectorized=False, method="percentile", rng=seed
        ).bootstrap_distribution
    drawn = drawn[~np.isnan(drawn)]
    tails = ((1 - level) / 2, (1 + level) / 2)
    low, high = np.quantile(drawn, tails) if drawn.size else (math.nan, math.nan)
    return Interval(value, float(low), float(high))


# Checks


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def _check_positive(name: str, number: int) -> None:
    if number < 1:
        raise ValueError(f"{name} must be at least 1, not {number}")


def _check_aligned(*arrays: NDArray[np.float64] | NDArray[np.bool_]) -> None:
    lengths = [len(array) for array in arrays]
    if len(set(lengths)) > 1:
        raise ValueError(f"unequal lengths: {lengths}")


def _rows(values: ArrayLike) -> FloatArray:
    rows = np.asarray(values, dtype=np.float64)
    if rows.ndim == 0:
        raise ValueError("values must be a sequence, one entry or row a question")
    return rows


def _vector(name: str, values: ArrayLike) -> FloatArray:
    vector = np.asarray(values, dtype=np.float64)
    if vector.ndim != 1:
        raise ValueError(f"{name} must be of shape (n,), not {vector.shape}")
    if np.isnan(vector).any():
        raise ValueError(f"{name} must not contain nan")
    return vector


def _fractions(name: str, values: ArrayLike) -> FloatArray:
    vector = _vector(name, values)
    if ((vector < 0) | (vector > 1)).any():
        raise ValueError(f"{name} must be in 0..1")
    return vector


def _flags(name: str, values: ArrayLike) -> NDArray[np.bool_]:
    vector = _vector(name, values)
    if not np.isin(vector, (0, 1)).all():
        raise ValueError(f"{name} must be flags, 0 or 1")
    return vector.astype(np.bool_)
