"""Quality of a page image: parts that make it hard or easy to read.

=================  =========================================================================================
part               meaning
=================  =========================================================================================
``resolution_dpi``   dots per inch of the page; pages of PDF files that are not scans are rendered at ``ocr_dpi``
``letter_height_px`` median height of its small letters and digits: below about 15 OCR becomes unreliable
``sharpness``        0 to 1: height of the letters over six times the width of their edges
``gradation``        0 to 1: 1 where edges of letters are gray, 0.1 where small letters have steps for edges, as in a fax
``contrast``         0 to 1: difference in gray of paper and print, 1 from 200 of 255 levels on
``cleanness``        0 to 1: 1 / (1 + 2 n), n the spread of the paper beside the letters over the contrast
``skew_degrees``     angle by which lines rose to the right before the page was straightened
``text_density``     0 to 1: share of the page's pixels that are dark
=================  =========================================================================================

``quality_score`` of a page is the geometric mean of sharpness, gradation, cleanness and the height of letters over 24 pixels
(:mod:`student_loans.preparation.readability`). How well it predicts accuracy is measured in ``docs/quality.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from student_loans.pages.prepared import PageQuality

if TYPE_CHECKING:
    from student_loans.preparation.images import Gray

_LETTER_SHAPES = (4, 80, 0.15, 3.0)
"""Least and greatest height in pixels, least and greatest ratio of width to height of what may be a letter."""


def measure_page(scan: Gray, upright: Gray, skew_degrees: float, resolution_dpi: float) -> PageQuality:
    """Measure one page.

    Args:
        scan: The page as scanned, 8-bit gray.
        upright: The same page upright and straight.
        skew_degrees: The skew that straightening removed.
        resolution_dpi: Dots per inch of the page.
    """
    from student_loans.preparation.image_hashes import perceptual_hash
    from student_loans.preparation.readability import readability

    letter_height, density, thirds = _darkness(upright)
    read = readability(scan, letter_height)
    return PageQuality(
        resolution_dpi=round(resolution_dpi, 1),
        letter_height_px=letter_height,
        sharpness=round(read.sharpness, 4),
        gradation=round(read.gradation, 4),
        contrast=round(read.contrast, 4),
        cleanness=round(read.cleanness, 4),
        score=read.score,
        skew_degrees=round(skew_degrees, 2),
        text_density=round(density, 5),
        ink_top=thirds[0],
        ink_middle=thirds[1],
        ink_bottom=thirds[2],
        fingerprint=perceptual_hash(upright),
    )


def _darkness(image: Gray) -> tuple[float, float, tuple[float, float, float]]:
    """Median height of letters in pixels, share of dark pixels, and their distribution over the thirds of the page."""
    import cv2
    import numpy as np

    from student_loans.preparation.images import shapes

    dark = cv2.adaptiveThreshold(image, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, 18)
    rows = cv2.reduce(dark, 1, cv2.REDUCE_SUM, dtype=cv2.CV_64F).ravel()
    total = float(rows.sum())
    height = image.shape[0]
    shares = [float(rows[height * n // 3 : height * (n + 1) // 3].sum()) / total if total else 0.0 for n in range(3)]
    low, high, narrow, wide = _LETTER_SHAPES
    w, h = shapes(dark)[:, 2:].T
    letters = h[(h >= low) & (h <= high) & (w >= narrow * h) & (w <= wide * h)]
    letter_height = float(np.median(letters)) if len(letters) else 0.0
    top, middle, bottom = (round(share, 4) for share in shares)
    return letter_height, total / image.size, (top, middle, bottom)
