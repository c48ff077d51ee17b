"""A size that no document is printed in is not believed."""

from __future__ import annotations

import pytest

from student_loans.pages.paper_size import paper_size_pt


@pytest.mark.parametrize(
    "size",
    [(612, 792), (792, 612), (595, 842), (612, 1008), (1224, 792), (842, 1191), (420, 595), (612, 5000), (226, 900)],
)
def test_sizes_of_paper_are_believed(size: tuple[float, float]) -> None:
    assert paper_size_pt(*size) == size


@pytest.mark.parametrize(
    ("stated", "paper"),
    [((2550, 3300), (612, 792)), ((3300, 2550), (792, 612)), ((8.5, 11), (612, 792)), ((0.85, 1.1), (612, 792)),
     ((1170, 2532), (612, 612 * 2532 / 1170))],
)  # fmt: skip
def test_pixels_written_as_points_and_inches_written_as_points_make_a_letter_page(
    stated: tuple[float, float], paper: tuple[float, float]
) -> None:
    assert paper_size_pt(*stated) == pytest.approx(paper)


def test_a_resolution_counts_where_it_gives_a_size_of_paper() -> None:
    assert paper_size_pt(1700, 2200, 72 / 200) == pytest.approx((612, 792))
    assert paper_size_pt(1700, 2200, 1.0) == pytest.approx((612, 792))
    assert paper_size_pt(1240, 1754, 72 / 150) == pytest.approx((595.2, 841.92))
    assert paper_size_pt(1700, 2200, 0.0) == pytest.approx((612, 792))
