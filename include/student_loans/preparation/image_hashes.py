"""Perceptual fingerprints: the same sheet scanned twice has nearly the same one, whatever scanner, resolution or format.

Forms look alike, so the fingerprint uses the fine structure of the upright, straightened page, cropped to its printed area.
A match is a hint for a person, never a reason to refuse: statements of two months of one borrower are not duplicates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from student_loans.preparation.images import AnyImage, Gray

HASH_SIDE = 16
"""Frequencies a side: 256 bits."""
MOST_DISTANCE = 0.28
"""Share of differing bits up to which two pages may be one sheet; docs/quality.md has what was measured."""
_LONG_SIDE = 800
_OUTSIDE = 0.005
"""Share of the dark pixels left outside the crop on each side: specks and shadows of edges."""


def perceptual_hash(image: Gray) -> str:
    """Fingerprint of an upright page, as hex digits: by the signs of the lowest frequencies of its cosine transform."""
    import cv2
    import imagehash
    from PIL import Image

    from student_loans.preparation.images import halved

    image = halved(image)
    scale = min(1.0, _LONG_SIDE / max(image.shape))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return str(imagehash.phash(Image.fromarray(_print_area(small)), hash_size=HASH_SIDE))


def _print_area(image: AnyImage) -> AnyImage:
    """The printed area of a page, so that margins and the position on the scanner's glass do not matter."""
    import cv2
    import numpy as np

    dark = cv2.adaptiveThreshold(image, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 20)
    dark = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    spans = []
    for axis in (1, 0):
        grown = np.cumsum(dark.sum(axis=axis, dtype=np.float64))
        if grown[-1] == 0:
            return image
        first, last = np.searchsorted(grown / grown[-1], (_OUTSIDE, 1 - _OUTSIDE))
        spans.append(slice(int(first), int(last) + 1))
    return image[spans[0], spans[1]]


def distance(one: str, other: str) -> float:
    """Share of bits in which two fingerprints differ, 0 to 1.

    Example:
        >>> distance("ff", "f0")
        0.5
    """
    if len(one) != len(other):
        return 1.0
    return (int(one, 16) ^ int(other, 16)).bit_count() / (4 * len(one))


def similar_pages(pages: Sequence[tuple[str, str]], most: float = MOST_DISTANCE) -> Iterator[tuple[str, str, float]]:
    """Find pairs of documents that seem to hold the same sheet.

    Args:
        pages: Document id and fingerprint of each page.
        most: Largest distance of a pair.

    Yields:
        The document id of a page, that of an earlier one of another document that is nearest to it, and the distance.
    """
    import numpy as np

    if len({len(fingerprint) for _, fingerprint in pages}) != 1:
        return
    bits = np.array([np.frombuffer(bytes.fromhex(fingerprint), np.uint8) for _, fingerprint in pages])
    for number, (document_id, _) in enumerate(pages):
        earlier = [other for other, _ in pages[:number]]
        apart = np.bitwise_count(bits[:number] ^ bits[number]).sum(axis=1) / (8 * bits.shape[1])
        for index in np.argsort(apart, kind="stable"):
            if apart[index] > most:
                break
            if earlier[index] != document_id:
                yield document_id, earlier[index], round(float(apart[index]), 4)
                break
