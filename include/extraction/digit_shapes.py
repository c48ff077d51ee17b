"""Whether the digits that a font's character map states look like those digits: a map may say anything.

Each digit is compared, as it is painted, with digits of the standard fonts. In 35 documents in a dozen fonts the right digit is
at most 0.06 behind the likest, in correlation; where a map exchanges digits it is 0.2 to 0.5 behind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from include.extraction.characters import Character, places_of, upright_characters
from include.extraction.painted_page import PaintedPage, paint

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pypdfium2 import PdfPage

    Shape = NDArray[np.float32]

_DIGITS = "0123456789"
_WIDTH, _HEIGHT = 10, 14
"""Size in pixels to which every digit is brought."""
_LEAST_PIXELS = 5
"""Lower digits have no shape left."""
_GLANCE, _MOST_COMPARED = 1, 3
"""Occurrences of a digit that are compared at first, and on closer look, where the likest of them counts: each meets the pixels
in another way, and what a map exchanges looks wrong wherever it stands."""
_INKED = 0.45
"""Part of a digit's contrast from which on a row or column holds ink."""
_SUSPICIOUS, _SUSPICIOUS_TOGETHER = 0.2, 0.45
"""Correlation by which one digit, or all of a font together, are behind other digits where the page is looked at closer."""
_WORTH_A_LOOK = 0.05
"""The same for the digits of a suspicious font that are looked at closer."""
_MISSTATED = 0.15
"""The same on closer look where the map is not believed: there the right digit is at most 0.06 behind."""
_CLOSER, _AROUND = 3.0, 2.0
"""Pixels a point of the closer look, and points around a digit that it takes in."""
_FONTS = ("Helvetica", "Helvetica-Bold", "Times-Roman", "Times-Bold", "Courier")
_SIZES = (7, 9, 12, 20)
_PHASES = 3
"""Each is drawn so many times, a third of a pixel further on."""


def misstated_fonts(page: PdfPage, characters: Sequence[Character], painted: PaintedPage) -> frozenset[int]:
    """The fonts of a page whose digits do not look like what they are said to be, by :attr:`Character.font`.

    Args:
        page: Painted once more where that is needed to be sure.
        characters: Those that are seen.
        painted: The page, as it was painted first.
    """
    fonts = _digits_of_fonts(characters)
    glances = {font: {digit: some[:_GLANCE] for digit, some in digits.items()} for font, digits in fonts.items()}
    suspicious = {font: fonts[font] for font, digits in glances.items() if _is_suspicious(_all_behind(digits, painted))}
    if not suspicious:
        return frozenset()
    closer = paint(page, _CLOSER)
    return frozenset(
        f for f, digits in suspicious.items() if max(_all_behind(digits, closer), default=0.0) > _MISSTATED
    )


def _digits_of_fonts(characters: Sequence[Character]) -> dict[int, dict[str, list[Character]]]:
    """Some occurrences of each digit of each font."""
    fonts: dict[int, dict[str, list[Character]]] = defaultdict(lambda: defaultdict(list))
    for character in characters:
        if character.font and len(fonts[character.font][character.text]) < _MOST_COMPARED:
            fonts[character.font][character.text].append(character)
    return fonts


def _all_behind(digits: Mapping[str, Sequence[Character]], painted: PaintedPage) -> list[float]:
    return [_behind_in(painted, digit, some) for digit, some in digits.items()]


def _behind_in(painted: PaintedPage, digit: str, characters: Sequence[Character]) -> float:
    """By how much the likest of some digits is less like itself than like another; 0.0 where they are too small to tell."""
    return min((_behind(digit, shape) for shape in _shapes(characters, painted)), default=0.0)


def _is_suspicious(behind: Sequence[float]) -> bool:
    return max(behind, default=0.0) > _SUSPICIOUS or sum(behind) > _SUSPICIOUS_TOGETHER


def _behind(digit: str, shape: Shape) -> float:
    """By how much a shape is less like a digit than like the likest one."""
    import numpy as np

    likeness: Any = _examples() @ (shape / (np.linalg.norm(shape) + 1e-9))
    best = likeness.max(axis=1)
    return float(best.max() - best[int(digit)])


def _shapes(characters: Sequence[Character], painted: PaintedPage) -> list[Shape]:
    """Characters as they are painted, at one size, without their contrast."""
    import cv2
    import numpy as np

    shapes = []
    for cut in painted.cuts(places_of(characters)):
        if cut.shape[0] < _LEAST_PIXELS or cut.shape[1] < 2:
            continue
        # A digit's box has paper in a corner, of whatever colour.
        paper = int(np.median((cut[0, 0], cut[0, -1], cut[-1, 0], cut[-1, -1])))
        ink = np.abs(cut.astype(np.int16) - paper)
        least = _INKED * ink.max()
        # Fonts leave room beside their digits, which differs from font to font, and neighbours reach into it.
        rows, columns = (np.flatnonzero(ink.max(axis=axis) > least) for axis in (1, 0))
        if len(rows) == 0:
            continue
        tight = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
        shape = cv2.resize(tight, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA).ravel()
        shape -= shape.mean()
        shapes.append(shape / (np.linalg.norm(shape) + 1e-9))
    return shapes


@cache
def _examples() -> NDArray[np.float32]:
    """Shapes of the ten digits in the standard fonts, (10, examples, pixels)."""
    import numpy as np

    from include.acquisition.pdf_pages import open_pdf

    document = open_pdf(_page_of_digits())
    page = document[0]
    of_digit: Mapping[str, list[Shape]] = {digit: [] for digit in _DIGITS}
    painted, characters = paint(page), upright_characters(page)
    for digit, shapes in of_digit.items():
        shapes += _shapes([character for character in characters if character.text == digit], painted)
    document.close()
    fewest = min(len(shapes) for shapes in of_digit.values())
    return np.array([of_digit[digit][:fewest] for digit in _DIGITS])


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
