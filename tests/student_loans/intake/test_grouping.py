"""Documents are divided for the tasks that run, by their pages, and within what Airflow maps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.intake.grouping import FEW_DOCUMENTS, MAX_GROUPS, group_sizes


@pytest.mark.parametrize(
    ("documents", "asked", "at_once", "sizes"),
    [
        (0, 0, 2, []),
        (1, 0, 2, [1]),
        (16, 0, 2, [1] * 16),  # few: each by itself
        (100, 0, 2, [25] * 4),
        (200, 0, 8, [13, 12] * 8),
        (1_000, 0, 2, [250] * 4),
        (4_000, 0, 2, [500] * 8),  # none larger than what a task does in a few minutes
        (10, 4, 2, [4, 4, 2]),  # as asked
        (10_000, 0, 2, [500] * 20),
        (1_000_000, 0, 2, [1000] * 1000),  # what Airflow maps
        (5_000, 1, 2, [5] * 1000),
    ],
)
def test_equal_documents_are_divided_equally(documents: int, asked: int, at_once: int, sizes: list[int]) -> None:
    divided = group_sizes([1] * documents, asked, at_once)
    assert sorted(divided) == sorted(sizes)


@pytest.mark.parametrize(
    ("pages", "sizes"),
    [
        ([400] + [1] * 99, [1, 33, 33, 33]),  # a long document does not keep others waiting
        ([1] * 99 + [400], [33, 33, 33, 1]),
        ([1] * 50 + [400] + [1] * 49, [33, 17, 1, 49]),
        ([100] * 100, [20] * 5),  # nor with more pages than it reads in its time
        ([1] * 40 + [3] * 40, [40, 13, 14, 13]),
    ],
)
def test_groups_have_about_as_many_pages_as_each_other(pages: list[int], sizes: list[int]) -> None:
    assert group_sizes(pages, 0, 2) == sizes


@given(st.lists(st.integers(1, 500), max_size=300), st.integers(0, 50), st.integers(1, 16))
def test_every_document_is_in_one_group_and_no_group_is_empty(pages: list[int], asked: int, at_once: int) -> None:
    sizes = group_sizes(pages, asked, at_once)
    assert sum(sizes) == len(pages)
    assert all(size > 0 for size in sizes)
    assert len(sizes) <= MAX_GROUPS


@given(st.lists(st.integers(1, 50), min_size=FEW_DOCUMENTS + 1, max_size=300), st.integers(1, 4))
def test_no_group_has_more_pages_than_its_share_and_a_document(pages: list[int], at_once: int) -> None:
    sizes = group_sizes(pages, 0, at_once)
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    largest = max(sum(pages[start : start + size]) for start, size in zip(starts, sizes, strict=True))
    assert largest <= sum(pages) / len(sizes) + 2 * max(pages)
