"""Lines of text are found where they stand, in pages of any shape and size."""

from __future__ import annotations

import numpy as np
import pytest

from student_loans.reading.detection import DETECTION_SIDE, Detector
from tests.line_factory import drawn_page

LINES = ["Total payoff amount", "Harbor Lane Credit Union", "Interest rate 7.25%"]


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector("tiny")


def tops(boxes: np.ndarray) -> list[int]:
    return [int(box[:, 1].min()) for box in boxes]


@pytest.mark.parametrize(("width", "height"), [(850, 1100), (1100, 850), (1000, 1000), (600, 500)])
def test_lines_are_found_in_reading_order_on_pages_of_any_shape(detector: Detector, width: int, height: int) -> None:
    boxes = detector.find(drawn_page(LINES, width=width, height=height))
    assert boxes.shape == (3, 4, 2)
    assert tops(boxes) == sorted(tops(boxes))
    for box, top in zip(boxes, (80, 158, 236), strict=True):
        assert abs(box[:, 0].min() - 80) < 12
        assert top - 8 < box[:, 1].min() < box[:, 1].max() < top + 45


def test_corners_are_clockwise_from_the_upper_left(detector: Detector) -> None:
    upper_left, upper_right, lower_right, lower_left = detector.find(drawn_page(LINES[:1]))[0]
    assert upper_left[0] < upper_right[0]
    assert lower_left[0] < lower_right[0]
    assert upper_left[1] < lower_left[1]
    assert upper_right[1] < lower_right[1]


def test_boxes_are_in_the_pixels_of_the_page_and_not_of_the_smaller_image(detector: Detector) -> None:
    page = drawn_page(LINES)
    large = np.kron(page, np.ones((3, 3), np.uint8))
    assert max(large.shape) > DETECTION_SIDE
    assert np.abs(detector.find(large) / 3 - detector.find(page)).max() < 12


def test_gray_paper_is_paper(detector: Detector) -> None:
    page = drawn_page(LINES)
    gray = np.where(page > 128, 190, 40).astype(np.uint8)
    assert len(detector.find(gray)) == 3


@pytest.mark.parametrize("shape", [(1100, 850), (40, 40), (10, 300), (8, 8), (2000, 30)])
def test_blank_paper_has_no_lines_however_small_it_is(detector: Detector, shape: tuple[int, int]) -> None:
    assert detector.find(np.full(shape, 255, np.uint8)).shape == (0, 4, 2)
