"""The measures, on cases small enough to work out by hand."""

import math
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import ndcg_score, roc_auc_score  # type: ignore[import-untyped]

from assistant.evaluate.measures import (
    Bin,
    FloatArray,
    Interval,
    PrecisionRecall,
    abstention_precision_recall,
    aurc,
    auroc,
    balanced_threshold,
    best_threshold,
    best_threshold_f1,
    bootstrap_interval,
    exact_match,
    expected_calibration_error,
    hit_at_k,
    mean,
    ndcg,
    normalize_answer,
    paired_bootstrap_difference,
    paired_permutation_test,
    percentile,
    reliability_bins,
    risk_coverage,
    speaker_precision_recall,
    support_precision_recall,
    token_f1,
)

# Retrieval


@pytest.mark.parametrize(("k", "expected"), [(1, 1 / 4), (2, 2 / 4), (3, 3 / 4), (99, 3 / 4)])
def test_hit_at_k_counts_ranks_up_to_and_including_k(k: int, expected: float) -> None:
    assert hit_at_k([1, 2, 3, None], k) == expected


def test_ranks_start_at_one() -> None:
    with pytest.raises(ValueError, match="rank"):
        hit_at_k([1, 0], 1)
    with pytest.raises(ValueError, match="k must"):
        hit_at_k([1], 0)


def test_ndcg_discounts_by_the_logarithm_of_the_rank() -> None:
    # Gains 0, 2, 1 at ranks 1..3: discounts 1/log2(2), 1/log2(3), 1/log2(4) = 1, .6309, .5.
    reached = 2 / math.log2(3) + 1 / 2
    ideal = 2 / 1 + 1 / math.log2(3)
    assert ndcg([0, 2, 1], [0, 2, 1], 3) == pytest.approx(reached / ideal)


def test_ndcg_looks_at_the_first_k_only_but_its_ideal_at_all() -> None:
    assert ndcg([0, 0, 1], [0, 0, 1], 2) == 0
    assert ndcg([1, 0, 2], [1, 0, 2], 1) == 1 / 2


def test_ndcg_counts_a_judged_passage_that_was_never_retrieved() -> None:
    assert ndcg([1, 0], [1, 1], 2) == pytest.approx(1 / (1 + 1 / math.log2(3)))
    assert ndcg([], [1], 2) == 0


def test_ndcg_of_nothing_relevant_is_zero() -> None:
    assert ndcg([0, 0], [0, 0], 2) == ndcg([], [], 2) == 0


def test_ndcg_agrees_with_scikit_learn() -> None:
    gains = np.random.default_rng(0).integers(0, 3, size=(20, 8)).astype(float)
    order = np.arange(8, 0, -1)
    for row in gains:
        assert ndcg(row.tolist(), row.tolist(), 5) == pytest.approx(ndcg_score([row], [order], k=5))


def test_ndcg_refuses_what_cannot_be_meant() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        ndcg([1, -1], [1], 2)
    with pytest.raises(ValueError, match="k must"):
        ndcg([1], [1], 0)


# Text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The  Senate\tpassed\na bill.", "senate passed bill"),
        ("U.S.", "us"),
        ("state-of-the-art", "stateoftheart"),  # punctuation goes before articles
        ("an-other theatre", "another theatre"),
        ("$5.5 million", "55 million"),
        ("“quoted”", "“quoted”"),  # only ASCII punctuation is dropped
        ("A.", ""),
        ("", ""),
    ],
)
def test_normalize_answer_follows_the_squad_script(text: str, expected: str) -> None:
    assert normalize_answer(text) == expected


def test_exact_match_takes_the_best_gold() -> None:
    assert exact_match("the Senate", ["House", "Senate."]) == 1
    assert exact_match("Senate bill", ["House", "Senate"]) == 0


def test_without_golds_only_silence_is_right() -> None:
    assert (exact_match("", []), token_f1("", [])) == (1, 1)
    assert (exact_match("Paris", []), token_f1("Paris", [])) == (0, 0)


def test_a_gold_that_normalises_to_nothing_is_no_gold() -> None:
    assert (exact_match("", ["the", "Paris"]), token_f1("", ["the", "Paris"])) == (0, 0)
    assert (exact_match("", ["the"]), token_f1("", ["the"])) == (1, 1)


def test_token_f1_is_the_harmonic_mean_of_token_precision_and_recall() -> None:
    # 2 shared of 4 predicted and of 3 gold tokens: P = 1/2, R = 2/3.
    precision, recall = 2 / 4, 2 / 3
    expected = 2 * precision * recall / (precision + recall)
    assert token_f1("about forty million dollars", ["forty million euros"]) == pytest.approx(
        expected
    )


def test_token_f1_counts_a_repeated_token_as_often_as_both_sides_hold_it() -> None:
    # min(3, 2) = 2 shared, of 3 predicted and 2 gold.
    assert token_f1("no no no", ["no no"]) == 2 * 2 / (3 + 2)


def test_token_f1_takes_the_best_gold_and_is_zero_without_a_shared_token() -> None:
    assert token_f1("forty million", ["forty", "forty million"]) == 1
    assert token_f1("Paris", ["Rome", "Berlin"]) == 0


# Spans and speakers


def test_support_is_compared_character_by_character() -> None:
    # P = 0..9, G = 5..24: 5 shared of 10 and of 20.
    assert support_precision_recall([(0, 10)], [(5, 25)]) == (5 / 10, 5 / 20)


def test_support_ends_are_exclusive() -> None:
    assert support_precision_recall([(0, 5)], [(5, 10)]) == (0, 0)
    assert support_precision_recall([(0, 6)], [(5, 10)]) == (1 / 6, 1 / 5)


def test_overlapping_support_counts_once() -> None:
    # P is 0..5 however it is cut; G = 3..5 and 8: 3 shared of 6 and of 4.
    assert support_precision_recall([(0, 4), (2, 6), (0, 4)], [(8, 9), (3, 6)]) == (3 / 6, 3 / 4)


@pytest.mark.parametrize(
    ("predicted", "gold", "expected"),
    [([], [], 1), ([(0, 5)], [], 0), ([], [(0, 5)], 0), ([(3, 3)], [], 1), ([(3, 3)], [(3, 4)], 0)],
)
def test_empty_support_is_right_only_when_both_are_empty(
    predicted: list[tuple[int, int]], gold: list[tuple[int, int]], expected: float
) -> None:
    assert support_precision_recall(predicted, gold) == (expected, expected)


@pytest.mark.parametrize("interval", [(5, 4), (-1, 3)])
def test_support_refuses_what_is_no_interval(interval: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="interval"):
        support_precision_recall([(0, 1)], [interval])


def test_speakers_need_one_accepted_form_and_pay_for_wrong_ones() -> None:
    predicted = [{"Duffy"}, {"Schumer", "Thune"}, set(), {"Vance"}, set()]
    accepted = [{"Duffy", "Sean Duffy"}, {"Thune"}, {"Johnson"}, set(), set()]
    # Named: 4, of them right: Duffy and Thune. Questions with a speaker: 3, of them met: 2.
    assert speaker_precision_recall(predicted, accepted) == (2 / 4, 2 / 3)


def test_two_accepted_forms_of_one_name_meet_one_question() -> None:
    assert speaker_precision_recall([{"a", "b"}, set()], [{"a", "b"}, {"c"}]) == (1, 1 / 2)


def test_speakers_without_a_denominator_are_nan() -> None:
    precision, recall = speaker_precision_recall([set()], [{"Duffy"}])
    assert math.isnan(precision)
    assert recall == 0
    precision, recall = speaker_precision_recall([{"Duffy"}], [set()])
    assert precision == 0
    assert math.isnan(recall)


# Abstention


def test_abstention_precision_and_recall() -> None:
    not_found = [True, True, True, False, False]
    unanswerable = [True, True, False, True, True]
    assert abstention_precision_recall(not_found, unanswerable) == PrecisionRecall(2 / 3, 2 / 4)


def test_abstention_without_a_denominator_is_nan() -> None:
    never = abstention_precision_recall([0, 0], [1, 0])
    assert math.isnan(never.precision)
    assert never.recall == 0
    none_wanted = abstention_precision_recall([1, 0], [0, 0])
    assert none_wanted.precision == 0
    assert math.isnan(none_wanted.recall)


def test_abstention_takes_flags_only() -> None:
    with pytest.raises(ValueError, match="flags"):
        abstention_precision_recall([0.5], [1])


def test_auroc_counts_the_pairs_in_the_right_order() -> None:
    # Positives .9 .4, negatives .5 .1: .9 beats both, .4 beats one of two: 3 of 4 pairs.
    assert auroc([0.9, 0.5, 0.4, 0.1], [1, 0, 1, 0]) == 3 / 4
    assert auroc([1, 2], [0, 1]) == 1
    assert auroc([1, 2], [1, 0]) == 0


def test_auroc_gives_half_a_pair_for_a_tie() -> None:
    # Positives 2 2, negatives 2 1: two ties and two wins of 4 pairs.
    assert auroc([2, 2, 2, 1], [1, 0, 1, 0]) == (2 * 0.5 + 2) / 4
    assert auroc([7, 7, 7], [1, 0, 0]) == 1 / 2


def test_auroc_agrees_with_scikit_learn_under_many_ties() -> None:
    rng = np.random.default_rng(1)
    scores, labels = rng.integers(0, 6, 200), rng.integers(0, 2, 200)
    assert auroc(scores, labels) == pytest.approx(roc_auc_score(labels, scores))


def test_auroc_of_one_class_is_nan() -> None:
    assert math.isnan(auroc([1, 2], [1, 1]))
    assert math.isnan(auroc([1, 2], [0, 0]))


def test_risk_coverage_accepts_the_most_confident_first() -> None:
    # In order of confidence: right, right, wrong, right.
    coverages, risks = risk_coverage([0.2, 0.9, 0.5, 0.7], [1, 1, 0, 1])
    assert coverages.tolist() == [1 / 4, 2 / 4, 3 / 4, 1]
    assert risks.tolist() == [0, 0, 1 / 3, 1 / 4]
    assert aurc([0.2, 0.9, 0.5, 0.7], [1, 1, 0, 1]) == pytest.approx((0 + 0 + 1 / 3 + 1 / 4) / 4)


def test_risk_takes_partial_credit() -> None:
    assert risk_coverage([2, 1], [0.75, 0])[1].tolist() == [0.25, (0.25 + 1) / 2]


def test_tied_confidences_are_averaged_over_their_orders() -> None:
    # One right and one wrong at the same confidence: half an error is expected in the first.
    for correct in ([1, 0, 1], [0, 1, 1]):
        assert risk_coverage([5, 5, 1], correct)[1].tolist() == [1 / 2, 1 / 2, 1 / 3]


def test_aurc_is_lower_when_confidence_tells_right_from_wrong() -> None:
    assert aurc([4, 3, 2, 1], [1, 1, 0, 0]) == pytest.approx((0 + 0 + 1 / 3 + 2 / 4) / 4)
    assert aurc([1, 2, 3, 4], [1, 1, 0, 0]) == pytest.approx((1 + 1 + 2 / 3 + 2 / 4) / 4)


def test_a_threshold_is_the_highest_that_gains_most() -> None:
    # By falling score: .9: +1 (1), .7: -1 (0), .5: +1 (1), .3: -1 (0).
    assert best_threshold([0.3, 0.9, 0.5, 0.7], [-1, 1, 1, -1]) == (1, 0.9)
    # -.3 and .1 three times return to 0, in floats to a little more.
    assert best_threshold([4, 3, 2, 1], [-0.3, 0.1, 0.1, 0.1]) == (0, math.inf)
    assert best_threshold([1, 2], [-1, 0]) == (0, math.inf)
    assert best_threshold([], []) == (0, math.inf)


def test_best_f1_is_over_all_questions() -> None:
    # Silence is right on 2 of 5. Answering by falling score adds
    # .9: +1 (3), .8: -1 (2), .7: +.5 (2.5), .6: +1 (3.5), .2: -1 (2.5). Best 3.5/5 at .6.
    scores = [0.2, 0.7, 0.9, 0.6, 0.8]
    assert best_threshold_f1(scores, [0, 0.5, 1, 1, 0], [0, 1, 1, 1, 0]) == (3.5 / 5, 0.6)


def test_best_threshold_may_be_never_to_answer() -> None:
    # Answering the wrong one first costs 1, which the right one only earns back.
    assert best_threshold_f1([0.9, 0.1], [0, 1], [0, 1]) == (1 / 2, math.inf)


def test_a_silent_reader_loses_nothing_on_an_unanswerable_question() -> None:
    # 1 to start; .9 says nothing where nothing is right: +0; .1 is right: +1.
    assert best_threshold_f1([0.9, 0.1], [1, 1], [0, 1]) == (2 / 2, 0.1)


def test_equal_scores_are_answered_together() -> None:
    assert best_threshold_f1([3, 3], [1, 0], [1, 0]) == (1 / 2, math.inf)
    assert best_threshold_f1([3, 3], [0, 1], [0, 1]) == (1 / 2, math.inf)


def test_best_threshold_is_the_best_of_all_thresholds() -> None:
    rng = np.random.default_rng(2)
    for _ in range(20):
        scores = rng.integers(0, 8, 12) / 8
        answerable = rng.random(12) < 0.6
        f1 = np.where(answerable, rng.integers(0, 5, 12) / 4, 0.0)
        reached = {
            threshold: np.where(scores >= threshold, f1, ~answerable).mean()
            for threshold in [*scores.tolist(), math.inf]
        }
        best = best_threshold_f1(scores, f1, answerable)
        assert best.value == pytest.approx(max(reached.values()))
        assert best.value == pytest.approx(reached[best.threshold])


def test_a_balanced_threshold_weighs_both_kinds_alike() -> None:
    # Answerable .9 .8 .7 (all right), not .75 .1. From .8 on: 2/3 + 2/2; from .7 on: 3/3 + 1/2.
    scores, right = [0.9, 0.8, 0.7, 0.75, 0.1], [1, 1, 1, 0, 0]
    assert balanced_threshold(scores, right, right) == pytest.approx((0.8 + 0.75) / 2)
    # What is wrong gains nothing, and so is not reached for.
    assert balanced_threshold([3, 2, 1], [1, 0, 0], [1, 1, 1]) == 2.5


def test_a_balanced_threshold_with_one_kind_alone() -> None:
    assert balanced_threshold([2, 1], [1, 1], [1, 1]) == 1
    assert balanced_threshold([2, 1], [0, 0], [0, 0]) == math.inf


def test_reliability_bins_are_closed_on_the_right() -> None:
    low, high = reliability_bins([0.0, 0.25, 0.5, 0.75, 1.0], [0, 1, 0, 1, 1], bins=2)
    assert low == Bin(0, 0.5, 3, 0.75 / 3, 1 / 3)
    assert high == Bin(0.5, 1, 2, 1.75 / 2, 1)


def test_every_tenth_falls_on_its_own_edge() -> None:
    tenths = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert [bar.size for bar in reliability_bins(tenths, [1] * 10)] == [1] * 10


def test_an_empty_bin_is_nan() -> None:
    empty = reliability_bins([0.9], [1], bins=2)[0]
    assert empty.size == 0
    assert math.isnan(empty.confidence)
    assert math.isnan(empty.accuracy)


def test_expected_calibration_error_weighs_gaps_by_size() -> None:
    # (.8, .9]: three at .85, one right, gap .85 - 1/3. (.1, .2]: one at .2, wrong, gap .2.
    expected = 3 / 4 * (0.85 - 1 / 3) + 1 / 4 * 0.2
    assert expected_calibration_error([0.85, 0.85, 0.85, 0.2], [1, 0, 0, 0]) == pytest.approx(
        expected
    )


def test_bins_decide_what_calibration_error_can_see() -> None:
    # 0.2 right and 0.8 wrong: one bin hides it (mean .5 against .5), two show gaps of .8.
    assert expected_calibration_error([0.2, 0.8], [1, 0], bins=1) == pytest.approx(0)
    assert expected_calibration_error([0.2, 0.8], [1, 0], bins=2) == pytest.approx(0.8)


def test_confidence_is_a_probability() -> None:
    with pytest.raises(ValueError, match=r"0\.\.1"):
        expected_calibration_error([1.01], [1])
    with pytest.raises(ValueError, match=r"0\.\.1"):
        expected_calibration_error([-0.01], [1])
    with pytest.raises(ValueError, match="nan"):
        reliability_bins([math.nan], [1])
    with pytest.raises(ValueError, match="bins"):
        reliability_bins([0.5], [1], bins=0)


# Latency


def test_percentile_interpolates_between_order_statistics() -> None:
    # h = 3 * .5 = 1.5: half way from 20 to 30. h = 3 * .95 = 2.85: 30 + .85 * 70.
    assert percentile([100, 20, 10, 30], 50) == 25
    assert percentile([100, 20, 10, 30], 95) == pytest.approx(30 + 0.85 * 70)
    assert percentile([100, 20, 10, 30], 100) == 100


@pytest.mark.parametrize("q", [-1, 101])
def test_percentile_is_between_0_and_100(q: float) -> None:
    with pytest.raises(ValueError, match="q must"):
        percentile([1], q)


# Uncertainty


def test_bootstrap_interval_of_two_values_is_known_exactly() -> None:
    # Means of resamples of (0, 1): 0, 1/2, 1 with chances 1/4, 1/2, 1/4.
    assert bootstrap_interval([0, 1], level=0.95) == Interval(0.5, 0, 1)
    assert bootstrap_interval([0, 1], level=0.2) == Interval(0.5, 0.5, 0.5)


def test_one_question_is_its_own_interval() -> None:
    assert bootstrap_interval([0.3]) == (0.3, 0.3, 0.3)


def test_bootstrap_repeats_with_its_seed_and_moves_with_another() -> None:
    values = np.random.default_rng(4).random(30)
    assert bootstrap_interval(values, seed=1) == bootstrap_interval(values, seed=1)
    assert bootstrap_interval(values, seed=1) != bootstrap_interval(values, seed=2)


def test_bootstrap_draws_whole_rows() -> None:
    def mismatched(rows: FloatArray) -> float:
        return float((rows[:, 0] * 10 != rows[:, 1]).sum())

    assert bootstrap_interval([(1, 10), (2, 20), (3, 30)], mismatched) == (0, 0, 0)


def area(rows: FloatArray) -> float:
    return auroc(rows[:, 0], rows[:, 1])


def test_bootstrap_leaves_out_resamples_without_a_statistic() -> None:
    # Of two questions the only resamples with both classes hold both: always the sample itself.
    assert bootstrap_interval([(0.9, 1), (0.1, 0)], area) == (1, 1, 1)


def test_bootstrap_without_any_statistic_is_nan() -> None:
    assert all(map(math.isnan, bootstrap_interval([(0.9, 1), (0.1, 1)], area)))
    assert all(map(math.isnan, bootstrap_interval([])))


def test_bootstrap_refuses_what_cannot_be_meant() -> None:
    with pytest.raises(ValueError, match="level"):
        bootstrap_interval([1, 2], level=95)
    with pytest.raises(ValueError, match="n must"):
        bootstrap_interval([1, 2], n=0)
    with pytest.raises(ValueError, match="sequence"):
        bootstrap_interval(3)


def test_paired_difference_of_a_constant_gap_has_no_width() -> None:
    # Unpaired, the spread of the questions (0 to 100) would swamp the gap of 1.
    hard = np.linspace(0, 100, 50)
    assert paired_bootstrap_difference(hard + 1, hard) == pytest.approx((1, 1, 1))


def test_paired_difference_of_means_is_the_mean_difference() -> None:
    a, b = [1, 1, 0, 1], [0, 1, 0, 0]
    assert paired_bootstrap_difference(a, b, seed=5) == pytest.approx(
        bootstrap_interval(np.subtract(a, b), seed=5)
    )
    assert paired_bootstrap_difference(a, b).value == 2 / 4


def test_paired_difference_takes_statistics_of_rows() -> None:
    labels = [1, 1, 0, 0]
    good = list(zip([4, 3, 2, 1], labels, strict=True))
    bad = list(zip([1, 2, 3, 4], labels, strict=True))
    assert paired_bootstrap_difference(good, bad, area) == (1, 1, 1)


def test_permutation_test_counts_all_sign_patterns_of_a_few_differences() -> None:
    # Differences 1 1 1 1: of 16 patterns only all + and all - reach |4|.
    assert paired_permutation_test([1, 1, 1, 1], [0, 0, 0, 0]) == 2 / 16
    # Differences 3 1 -1: |sum| of the 8 patterns is 5 3 3 1 1 3 3 5, six of them at least 3.
    assert paired_permutation_test([3, 1, 0], [0, 0, 1]) == 6 / 8


def test_permutation_test_leaves_out_questions_without_a_difference() -> None:
    same = [0.5] * 40
    assert paired_permutation_test([1, 1, 1, 1, *same], [0, 0, 0, 0, *same]) == 2 / 16
    assert paired_permutation_test(same, same) == 1


def test_permutation_test_has_two_sides() -> None:
    a, b = [0.9, 0.8, 0.7, 0.1, 0.6], [0.1, 0.2, 0.3, 0.4, 0.5]
    assert paired_permutation_test(a, b) == paired_permutation_test(b, a)


def test_permutation_test_counts_a_tie_that_rounding_would_part() -> None:
    # Differences .7 -.6 .2 -.1 sum to .2. Up to a common sign the patterns reach
    # 1.6 1.4 1.2 1.0 .4 .2 0 -.2: seven of eight are at least as far out.
    assert paired_permutation_test([0.7, 0, 0.2, 0], [0, 0.6, 0, 0.1]) == 7 / 8
    # .7 + .2 - .8 - .1 is 0 but for rounding, and no pattern is nearer than that.
    assert paired_permutation_test([0.7, 0.2, 0, 0], [0, 0, 0.8, 0.1]) == 1


def test_permutation_test_is_exact_up_to_n_patterns_and_drawn_beyond() -> None:
    assert paired_permutation_test([1] * 4, [0] * 4, n=16) == 2 / 16
    # Thirteen: two of 8192 patterns are extreme, and nine draws meet none of them.
    assert paired_permutation_test([1] * 13, [0] * 13, n=9) == 1 / 10


def test_a_lone_difference_is_no_evidence() -> None:
    assert paired_permutation_test([1, 0.5], [0, 0.5]) == 1


def test_p_values_repeat() -> None:
    differences = np.random.default_rng(5).normal(0.2, 1, 30)
    first = paired_permutation_test(differences, np.zeros(30))
    assert first == paired_permutation_test(differences, np.zeros(30))
    assert first != paired_permutation_test(differences, np.zeros(30), seed=1)


def test_permutation_test_refuses_what_cannot_be_meant() -> None:
    with pytest.raises(ValueError, match="nan"):
        paired_permutation_test([math.nan], [0])
    with pytest.raises(ValueError, match="finite"):
        paired_permutation_test([math.inf], [0])
    with pytest.raises(ValueError, match="n must"):
        paired_permutation_test([1], [0], n=0)


# All of them


def test_no_questions_measure_nothing() -> None:
    nothing: list[float] = []
    measured = [
        hit_at_k([], 1),
        *speaker_precision_recall([], []),
        *abstention_precision_recall([], []),
        auroc([], []),
        aurc([], []),
        *best_threshold_f1([], [], []),
        expected_calibration_error([], []),
        percentile([], 50),
        mean(np.array(nothing)),
        *paired_bootstrap_difference([], []),
    ]
    assert all(map(math.isnan, measured))
    assert [array.size for array in risk_coverage([], [])] == [0, 0]


@pytest.mark.parametrize(
    "measure",
    [
        abstention_precision_recall,
        auroc,
        risk_coverage,
        aurc,
        reliability_bins,
        expected_calibration_error,
        paired_permutation_test,
        paired_bootstrap_difference,
        best_threshold,
    ],
)
def test_two_sides_of_unequal_length_are_refused(measure: Callable[..., object]) -> None:
    with pytest.raises(ValueError, match="unequal lengths"):
        measure([0, 1], [1])


def test_columns_are_refused_where_one_value_a_question_is_meant() -> None:
    with pytest.raises(ValueError, match="shape"):
        auroc([[0.1, 0.2]], [1])


def test_speakers_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="accepted sets"):
        speaker_precision_recall([{"a"}, {"b"}], [{"a"}])


def test_thresholds_of_unequal_length_are_refused() -> None:
    for search in (best_threshold_f1, balanced_threshold):
        with pytest.raises(ValueError, match="unequal lengths"):
            search([1, 2], [1, 1], [1])
        with pytest.raises(ValueError, match="unequal lengths"):
            search([1], [1, 1], [1, 1])


def test_statistics_load_only_where_they_are_used() -> None:
    # `assistant` imports the evaluation for its arguments, whatever it is asked to do.
    code = "import sys, assistant.cli; print({'scipy.stats', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
