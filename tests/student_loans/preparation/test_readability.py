"""Readability: relative to the ink, and 0 where there is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from student_loans.preparation.readability import readability

Gray = NDArray[np.uint8]
LETTER_HEIGHT_PX = 24.0


def lines_of_text(paper: int = 255, ink: int = 0) -> Gray:
    """Twenty lines of letters with gray edges."""
    image = np.full((900, 700), paper, np.uint8)
    for y in range(60, 860, 40):
        cv2.putText(image, "Promissory note 4,250.00", (30, y), cv2.FONT_HERSHEY_SIMPLEX, 1, ink, 2, cv2.LINE_AA)
    return image


def test_the_score_is_the_geometric_mean_of_its_parts() -> None:
    image = cv2.GaussianBlur(lines_of_text(), (0, 0), 1.5).astype(np.uint8)
    read = readability(image, LETTER_HEIGHT_PX)
    parts = (read.size, read.sharpness, read.gradation, read.cleanness)
    assert all(0 < part <= 1 for part in parts)
    assert read.score == pytest.approx(float(np.prod(parts)) ** (1 / 4), abs=0.001)


def test_small_letters_are_harder_to_read() -> None:
    image = lines_of_text()
    sizes = [readability(image, height).size for height in (6, 12, 24, 48)]
    assert sizes == [0.25, 0.5, 1.0, 1.0]


def test_the_color_of_the_paper_does_not_matter() -> None:
    white, beige = readability(lines_of_text(), LETTER_HEIGHT_PX), readability(lines_of_text(190, 30), LETTER_HEIGHT_PX)
    assert beige.score == pytest.approx(white.score, abs=0.03)
    assert beige.contrast < white.contrast


def test_a_shadow_over_half_the_page_is_not_noise() -> None:
    image = lines_of_text()
    image[:, 350:] = (image[:, 350:] * 0.7).astype(np.uint8)
    assert (
        readability(image, LETTER_HEIGHT_PX).cleanness > 0.9 * readability(lines_of_text(), LETTER_HEIGHT_PX).cleanness
    )


def test_letters_of_two_levels_lose_their_shape_where_they_are_small() -> None:
    fax = np.where(lines_of_text() > 150, 255, 0).astype(np.uint8)
    assert readability(fax, 16).gradation == pytest.approx(0.1)
    assert readability(fax, 32).gradation == pytest.approx(0.55)
    assert readability(lines_of_text(), 16).gradation > 0.6


@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_empty_page_has_no_readability(level: int) -> None:
    assert readability(np.full((300, 200), level, np.uint8), 0.0).score == 0.0
    assert readability(np.full((300, 200), level, np.uint8), LETTER_HEIGHT_PX).score == 0.0


def test_a_page_of_a_few_pixels_is_measured() -> None:
    assert 0 <= readability(np.array([[0, 255], [255, 0]], np.uint8), 1.0).score <= 1
