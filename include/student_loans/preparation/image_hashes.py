"""Perceptual fingerprints: the same sheet scanned twice has nearly the same one, whatever scanner, resolution or format.

Forms look alike, so a fingerprint is taken of fine structure, on the upright, straightened page, cropped to its print. What
is found is a hint for a person, never a reason to refuse: two months of one borrower's statements are no duplicates.
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
"""Share of the ink left outside the crop on each side: specks and shadows of edges."""


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
    """The part of a page that print covers: where it lies on the glass and how wide its margins are plays no part."""
    import cv2
    import numpy as np

    ink = cv2.adaptiveThreshold(image, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 20)
    ink = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    spans = []
    for axis in (1, 0):
        grown = np.cumsum(ink.sum(axis=axis, dtype=np.float64))
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
    """Pairs of documents that seem to hold the same sheet.

    Args:
        pages: Document id and fingerprint of each page.
        most: Greatest distance.

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
