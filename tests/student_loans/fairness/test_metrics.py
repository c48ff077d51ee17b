"""Metrics are ratios of sums, and slicings divide the documents without losing one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.fairness.metrics import (
    BY_NAME,
    METRICS,
    MOST_BLOCKS,
    Slicing,
    Sums,
    block_sums,
    document_sums,
    measure,
    metrics_for,
    random_order,
    slicings,
)
from student_loans.fairness.settings import EvidenceSettings, load_fairness_settings
from tests.fairness_factory import make_frame

OPTIONS = load_fairness_settings()
NO_PAIRS = OPTIONS.slices.model_copy(update={"pairs": False})
FRAME = make_frame(300, 31)


def test_without_labels_nothing_is_measured_that_needs_the_truth() -> None:
    assert metrics_for(labelled=True) == METRICS
    assert {one.name for one in metrics_for(labelled=False)} == {
        "completeness", "auto_accept_rate", "review_rate", "mean_confidence", "seconds",
    }  # fmt: skip


class TestSlicings:
    def test_every_document_is_in_the_slice_of_its_name(self) -> None:
        for slicing in slicings(FRAME, NO_PAIRS):
            named = [slicing.levels[code] for code in slicing.codes]
            assert named == FRAME[slicing.name].astype(str).tolist()

    def test_a_pair_of_dimensions_has_the_combinations_that_there_are(self) -> None:
        pairs = [one for one in slicings(FRAME, OPTIONS.slices) if len(one.dimensions) == 2]
        assert len(pairs) == 6 * 5 / 2
        for slicing in pairs:
            first, second = slicing.dimensions
            expected = FRAME[first].astype(str) + " + " + FRAME[second].astype(str)
            assert [slicing.levels[code] for code in slicing.codes] == expected.tolist()
            assert set(slicing.levels) == set(expected)
            assert slicing.name == f"{first},{second}"

    def test_a_dimension_with_one_slice_is_not_compared(self) -> None:
        alike = FRAME.assign(lender=FRAME["lender"].astype(str).map(lambda _: "same").astype("category"))
        assert not any("lender" in one.dimensions for one in slicings(alike, OPTIONS.slices))


class TestSums:
    def test_a_documents_share_is_what_its_columns_say(self) -> None:
        metrics = [BY_NAME["overconfidence"], BY_NAME["review_rate"]]
        sums = document_sums(FRAME, metrics)
        assert sums.numerators[:, 0] == pytest.approx(
            (FRAME["confidence"] - FRAME["values_right"]).to_numpy(), abs=1e-5
        )
        assert sums.denominators[:, 0].tolist() == FRAME["values"].tolist()
        assert sums.denominators[:, 1].tolist() == [1.0] * 300, "a rate of documents counts documents"

    def test_values_are_ratios_of_sums_and_not_means_of_ratios(self) -> None:
        slicing = Slicing(("x",), np.array([0, 0, 1]), ("a", "b"))
        sums = Sums(np.array([[1.0], [0.0], [1.0]]), np.array([[1.0], [9.0], [2.0]]))
        values, overall = measure(slicing, block_sums(slicing, sums, np.arange(3)))
        assert values[:, 0].tolist() == [0.1, 0.5]
        assert overall.tolist() == [2 / 12]

    def test_a_slice_with_nothing_to_divide_by_is_undefined(self) -> None:
        slicing = Slicing(("x",), np.array([0, 1]), ("a", "b", "empty"))
        sums = Sums(np.array([[0.0], [1.0]]), np.array([[0.0], [1.0]]))
        blocks = block_sums(slicing, sums, np.arange(2))
        values, _ = measure(slicing, blocks)
        assert np.isnan(values[:, 0]).tolist() == [True, False, True]
        assert blocks.documents[:, 0].tolist() == [0, 1, 0]


@given(st.lists(st.integers(0, 2), min_size=1, max_size=1500), st.integers(0, 99))
def test_blocks_of_a_slice_are_few_and_even_and_lose_no_document(codes: list[int], seed: int) -> None:
    slicing = Slicing(("x",), np.array(codes, np.int64), ("a", "b", "c"))
    ones = np.ones((len(codes), 1))
    order = random_order(len(codes), EvidenceSettings(min_documents=10, resamples=200, interval=0.95, seed=seed))
    blocks = block_sums(slicing, Sums(ones, ones), order)
    for level in range(3):
        sizes = blocks.sums.numerators[blocks.starts[level] : blocks.starts[level + 1], 0]
        assert len(sizes) == min(codes.count(level), MOST_BLOCKS)
        assert sizes.sum() == codes.count(level) == blocks.documents[level, 0]
        assert len(sizes) == 0 or sizes.max() - sizes.min() <= 1


def test_an_order_holds_every_document_once_and_the_seed_decides() -> None:
    order = random_order(50, OPTIONS.evidence)
    assert sorted(order.tolist()) == list(range(50))
    assert np.array_equal(order, random_order(50, OPTIONS.evidence))
    assert not np.array_equal(order, random_order(50, OPTIONS.evidence.model_copy(update={"seed": 1})))
