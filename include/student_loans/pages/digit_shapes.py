"""Check the digits of a font's character map by their shapes, because the map may be wrong.

Each digit is compared, as it is painted, with digits of the standard fonts. In 35 documents in a dozen fonts the right digit is
at most 0.06 behind the likest, in correlation; where a map exchanges digits it is 0.2 to 0.5 behind.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from student_loans.pages.characters import Character, places_of, upright_characters
from student_loans.pages.painted_page import PaintedPage, paint, paint_part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pypdfium2 import PdfPage

    Gray = NDArray[np.uint8]
    Shape = NDArray[np.float32]

_DIGITS = "0123456789"
_WIDTH, _HEIGHT = 10, 14
"""Size in pixels to which every digit is brought."""
_LEAST_PIXELS = 5
"""Lower digits have no shape left."""
_MOST_COMPARED = 3
"""Occurrences of a digit that are compared on closer look, where the likest of them counts: each meets the pixels in another way,
and what a map exchanges looks wrong wherever it stands. At first one is."""
_STROKE = 0.45
"""Part of a digit's contrast from which on a row or column belongs to its strokes."""
_SUSPICIOUS, _SUSPICIOUS_TOGETHER = 0.2, 0.45
"""Correlation by which one digit, or all of a font together, are behind other digits where the page is looked at closer."""
_MISSTATED = 0.15
"""The same on closer look where the map is not believed: there the right digit is at most 0.06 behind."""
_CLOSER, _AROUND = 3.0, 2.0
"""Pixels a point of the closer look, and points around the digits that it takes in."""
_FONTS = ("Helvetica", "Helvetica-Bold", "Times-Roman", "Times-Bold", "Courier")
_SIZES = (7, 9, 12, 20)
_PHASES = 3
"""Each is drawn so many times, a third of a pixel further on."""


def misstated_fonts(page: PdfPage, characters: Sequence[Character], painted: PaintedPage) -> frozenset[int]:
    """The fonts of a page whose digits do not look like the digits of their map, by :attr:`Character.font`.

    Args:
        page: The page, painted again if that is needed to be sure.
        characters: The visible characters.
        painted: The first painting of the page.
    """
    digits = _digits_of_fonts(characters)
    suspicious = {font for font, behind in _behind(_first_of_each(digits), painted).items() if _is_suspicious(behind)}
    if not suspicious:
        return frozenset()
    looked_at = [digit for digit in digits if digit.font in suspicious]
    closer = _behind(looked_at, paint_part(page, _part_with(looked_at), _CLOSER))
    return frozenset(font for font, behind in closer.items() if max(behind) > _MISSTATED)


def _digits_of_fonts(characters: Sequence[Character]) -> list[Character]:
    """Some occurrences of each digit of each font."""
    found: list[Character] = []
    counts: Counter[tuple[int, str]] = Counter()
    for character in characters:
        if character.font:
            kind = (character.font, character.text)
            counts[kind] += 1
            if counts[kind] <= _MOST_COMPARED:
                found.append(character)
    return found


def _first_of_each(digits: Sequence[Character]) -> list[Character]:
    """The first occurrence of each digit of each font."""
    return list({(digit.font, digit.text): digit for digit in reversed(digits)}.values())


def _part_with(digits: Sequence[Character]) -> tuple[float, float, float, float]:
    """The part of a page with some digits, in whole points, so that its pixels match those of the page."""
    import numpy as np

    places = places_of(digits)
    left, top = np.floor(places[:, :2].min(axis=0) - _AROUND).tolist()
    right, bottom = np.ceil(places[:, 2:].max(axis=0) + _AROUND).tolist()
    return left, top, right, bottom


def _is_suspicious(behind: Sequence[float]) -> bool:
    return max(behind) > _SUSPICIOUS or sum(behind) > _SUSPICIOUS_TOGETHER


def _behind(digits: Sequence[Character], painted: PaintedPage) -> dict[int, list[float]]:
    """By how much the likest of each font's occurrences of a digit is less like itself than like another digit.

    Digits that are too small to recognise are left out, and so are fonts without another digit.
    """
    import numpy as np

    shapes = [
        (digit, shape) for digit, shape in zip(digits, _shapes(digits, painted), strict=True) if shape is not None
    ]
    if not shapes:
        return {}
    likeness: Any = np.stack([shape for _, shape in shapes]) @ _examples().T
    best = likeness.reshape(len(shapes), len(_DIGITS), -1).max(axis=2)
    own = best[np.arange(len(shapes)), [int(digit.text) for digit, _ in shapes]]
    least: dict[int, dict[str, float]] = defaultdict(dict)
    for (digit, _), distance in zip(shapes, (best.max(axis=1) - own).tolist(), strict=True):
        known = least[digit.font]
        known[digit.text] = min(distance, known.get(digit.text, distance))
    return {font: list(of_digit.values()) for font, of_digit in least.items()}


def _shapes(characters: Sequence[Character], painted: PaintedPage) -> list[Shape | None]:
    """Characters as they are painted, at one size, without their contrast; None for those that are too small."""
    return [_shape(cut) for cut in painted.cuts(places_of(characters))]


def _shape(cut: Gray) -> Shape | None:
    import cv2
    import numpy as np

    if cut.shape[0] < _LEAST_PIXELS or cut.shape[1] < 2:
        return None
    # The corners of a digit's box show the colour of the paper: the mean of the middle two of the four.
    corners = sorted((int(cut[0, 0]), int(cut[0, -1]), int(cut[-1, 0]), int(cut[-1, -1])))
    dark = cv2.absdiff(cut, np.full_like(cut, (corners[1] + corners[2]) // 2))
    least = _STROKE * int(dark.max())
    # The space beside digits differs between fonts, and neighbours reach into it.
    left, top, width, height = cv2.boundingRect((dark > least).view(np.uint8))
    if width == 0:
        return None
    tight = dark[top : top + height, left : left + width].astype(np.float32)
    shape: Any = cv2.resize(tight, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA).ravel()
    shape -= shape.mean()
    return cast("Shape", shape / (np.linalg.norm(shape) + 1e-9))


@cache
def _examples() -> NDArray[np.float32]:
    """Shapes of the ten digits in the standard fonts, (10 times so many examples of each, pixels)."""
    import numpy as np

    from student_loans.pages.pdf_pages import open_pdf

    document = open_pdf(_page_of_digits())
    page = document[0]
    painted, characters = paint(page), upright_characters(page)
    of_digit = {digit: _shapes([c for c in characters if c.text == digit], painted) for digit in _DIGITS}
    document.close()
    # The page has each digit equally often, and none is too small.
    return np.array([shape for shapes in of_digit.values() for shape in shapes])


def _page_of_digits() -> bytes:
    """A PDF with the digits in the standard fonts, which every reader has, in some sizes."""
    lines = [
        f"BT /F{font} {size} Tf {20 + 200.33 * phase:.2f} {30 + 30 * (row * len(_FONTS) + font) + 0.3 * phase:.2f} Td "
        f"({_DIGITS}) Tj ET"
        for row, size in enumerate(_SIZES)
        for font in range(len(_FONTS))
        for phase in range(_PHASES)
    ]
    content = "\n".join(lines)
    fonts = " ".join(f"/F{n} <</Type/Font/Subtype/Type1/BaseFont/{name}>>" for n, name in enumerate(_FONTS))
    return (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        f"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 700 700]/Resources<</Font<<{fonts}>>>>/Contents 4 0 R>>endobj\n"
        f"4 0 obj<</Length {len(content)}>>stream\n{content}\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    ).encode()
