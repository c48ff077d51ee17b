"""Page images: turned upright, straightened, scored."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from samples.generator.documents import generate
from samples.generator.renderings import page_images
from student_loans.preparation.images import MOST_SKEW, make_upright, skew_angle

if TYPE_CHECKING:
    from numpy.typing import NDArray


@cache
def letter() -> NDArray[np.uint8]:
    """A printed page at 150 dpi."""
    pdf = generate("letter", "images", "payoff_letter", "born_digital", "pdf", "bundled").content
    return page_images(pdf, 150)[0]


def tilted(degrees: float) -> NDArray[np.uint8]:
    height, width = letter().shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(letter(), matrix, (width, height), borderValue=255), np.uint8)


@pytest.mark.parametrize("degrees", [-4.0, -1.3, 0.0, 2.2, 5.0])
def test_the_skew_of_a_page_is_measured(degrees: float) -> None:
    assert abs(degrees) < MOST_SKEW
    assert skew_angle(tilted(degrees)) == pytest.approx(-degrees, abs=0.25)


def test_a_straightened_page_is_straight() -> None:
    straight, angle = make_upright(tilted(3.0))
    assert angle == pytest.approx(-3.0, abs=0.25)
    assert abs(skew_angle(straight)) <= 0.25


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_page_is_turned_upright(quarters: int) -> None:
    turned = np.ascontiguousarray(np.rot90(letter(), quarters))
    assert np.array_equal(make_upright(turned)[0], letter())
