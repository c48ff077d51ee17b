"""Comparisons: p-values that depend on what was dealt and on nothing else, and corrections for many of them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, pearson3

from student_loans.fairness.comparison import Test, adjust, disadvantage_p, holm, stratified_p, tail

RNG = np.random.default_rng(4)
CODES = RNG.integers(3, size=90)
RIGHT, PRINTED = RNG.binomial(12, 0.9, 90).astype(float), np.full(90, 12.0)


def p_of(codes=CODES, right=RIGHT, printed=PRINTED, *, levels: int = 3, better: bool = True) -> np.ndarray:  # type: ignore[no-untyped-def, type-arg]
    return disadvantage_p(codes, levels, right, printed, higher_is_better=better)


class TestDisadvantage:
    def test_a_slice_that_is_as_good_as_the_others_is_no_news(self) -> None:
        same = p_of(np.repeat([0, 1], 50), np.tile([11.0, 12.0], 50), np.full(100, 12.0), levels=2)
        assert same.tolist() == pytest.approx([0.5, 0.5])

    def test_the_worst_slice_has_the_smallest_p_and_the_best_the_largest(self) -> None:
        worse = RIGHT - 3 * (CODES == 1) + (CODES == 2)
        p = p_of(right=worse)
        assert p[1] < 1e-6
        assert p[2] > 0.999

    def test_the_two_sides_of_the_question_add_up_to_certainty(self) -> None:
        assert p_of() + p_of(better=False) == pytest.approx(np.ones(3))

    def test_the_order_of_documents_and_the_unit_of_counting_do_not_matter(self) -> None:
        order = np.random.default_rng(1).permutation(90)
        assert p_of(CODES[order], RIGHT[order]) == pytest.approx(p_of())
        assert p_of(right=RIGHT * 7, printed=PRINTED * 7) == pytest.approx(p_of())

    def test_names_of_slices_do_not_matter(self) -> None:
        renamed = np.array([2, 0, 1])[CODES]
        assert p_of(renamed)[[2, 0, 1]] == pytest.approx(p_of())

    def test_documents_that_do_not_count_for_the_metric_do_not_matter(self) -> None:
        more = p_of(np.append(CODES, [0, 1, 2]), np.append(RIGHT, [0.0] * 3), np.append(PRINTED, [0.0] * 3))
        assert more == pytest.approx(p_of())

    def test_no_variance_is_no_evidence(self) -> None:
        assert p_of(right=PRINTED).tolist() == [1.0] * 3
        assert p_of(right=np.zeros(90)).tolist() == [1.0] * 3

    def test_nothing_at_all_is_no_evidence(self) -> None:
        empty = np.zeros(0)
        assert p_of(empty.astype(np.int64), empty, empty).tolist() == [1.0] * 3

    def test_moments_are_those_of_all_deals(self) -> None:
        """Three of seven documents: every deal is counted."""
        codes, values = np.array([0, 0, 0, 1, 1, 1, 1]), np.array([0.1, 0.2, 0.9, 0.8, 0.7, 1.0, 0.4])
        sums = np.array([sum(one) for one in itertools.combinations(values.mean() - values, 3)])
        own = (values.mean() - values)[:3].sum()
        skew = ((sums - sums.mean()) ** 3).mean() / sums.std() ** 3
        assert p_of(codes, values, np.ones(7), levels=2)[0] == pytest.approx(pearson3.sf(own / sums.std(), skew))


class TestStrata:
    def test_one_stratum_is_the_plain_comparison(self) -> None:
        for level in range(3):
            alone = stratified_p(level == CODES, np.zeros(90, np.int64), RIGHT, PRINTED, higher_is_better=True)
            assert alone == pytest.approx(p_of()[level])

    def test_where_every_document_is_a_stratum_nothing_can_be_dealt(self) -> None:
        assert stratified_p(CODES == 0, np.arange(90), RIGHT, PRINTED, higher_is_better=True) == 1.0

    def test_strata_of_one_side_only_add_nothing(self) -> None:
        inside, strata = np.array([True, False] * 10 + [True] * 5), np.array([0] * 20 + [1] * 5)
        right = np.array([0.0, 1.0] * 10 + [0.0] * 5)
        both = stratified_p(inside, strata, right, np.ones(25), higher_is_better=True)
        assert both == pytest.approx(
            stratified_p(inside[:20], strata[:20], right[:20], np.ones(20), higher_is_better=True)
        )

    def test_no_document_that_counts_is_no_evidence(self) -> None:
        assert stratified_p(CODES == 0, np.zeros(90, np.int64), RIGHT, np.zeros(90), higher_is_better=True) == 1.0
        none = np.zeros(0)
        assert stratified_p(none.astype(bool), none.astype(np.int64), none, none, higher_is_better=True) == 1.0


class TestTail:
    @given(st.floats(-6, 6))
    def test_without_skew_it_is_the_normal_curve(self, total: float) -> None:
        assert tail(np.array([2 * total]), np.array([4.0]), np.array([0.0]))[0] == pytest.approx(
            norm.sf(total), abs=1e-9
        )

    def test_a_sum_that_varies_by_rounding_alone_is_no_evidence(self) -> None:
        assert tail(np.array([0.0, 1e-12]), np.array([0.0, 1e-30]), np.array([0.0, 0.0])).tolist() == [1.0, 1.0]


P_VALUES = st.lists(st.floats(0, 1), max_size=20)


class TestHolm:
    @given(P_VALUES)
    def test_it_is_no_stricter_than_bonferroni_and_no_laxer_than_nothing(self, p_values: list[float]) -> None:
        for p, adjusted in zip(p_values, holm(p_values), strict=True):
            assert p <= adjusted <= min(1.0, len(p_values) * p)

    @given(P_VALUES, st.randoms(use_true_random=False))
    def test_the_order_of_comparisons_does_not_matter(self, p_values: list[float], random) -> None:  # type: ignore[no-untyped-def]
        mixed = random.sample(p_values, len(p_values))
        assert sorted(holm(mixed)) == sorted(holm(p_values))

    def test_ties_are_adjusted_alike(self) -> None:
        assert holm([0.01, 0.01, 0.5]) == [0.03, 0.03, 0.5]
        assert holm([0.2]) == [0.2]


class TestAdjust:
    def test_dimensions_and_pairs_of_them_have_half_of_the_allowance_each(self) -> None:
        singles = [Test("lender", name, "completeness", p) for name, p in (("a", 0.001), ("b", 0.2))]
        pairs = [Test("lender,pages", f"a + {n}", "completeness", 0.01) for n in range(3)]
        adjusted = adjust([*singles, *pairs])
        assert adjusted["lender", "a", "completeness"] == pytest.approx(2 * 2 * 0.001)
        assert adjusted["lender", "b", "completeness"] == pytest.approx(0.4)
        for n in range(3):
            assert adjusted["lender,pages", f"a + {n}", "completeness"] == pytest.approx(2 * 3 * 0.01)

    def test_it_is_a_probability_and_of_nothing_nothing(self) -> None:
        assert adjust([Test("lender", "a", "m", 0.9)]) == {("lender", "a", "m"): 1.0}
        assert adjust([]) == {}


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_p_values_are_probabilities_whatever_the_documents_are(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 30))
    printed = rng.integers(0, 4, count).astype(float)
    p = disadvantage_p(rng.integers(4, size=count), 4, rng.random(count) * printed, printed, higher_is_better=True)
    assert np.all((p >= 0) & (p <= 1))
