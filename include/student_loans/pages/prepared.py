"""A page that is ready to be read, and the quality of its image."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from student_loans.pages.words import PageText

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PageQuality:
    """The parts of a page image's quality; see :mod:`student_loans.preparation.quality` for their meaning.

    Attributes:
        score: How well the page can be read, in [0, 1].
        ink_top: Share of the page's dark pixels in its upper third.
        ink_middle: In its middle third.
        ink_bottom: In its lower third.
        fingerprint: Perceptual hash, see :mod:`student_loans.preparation.image_hashes`.
    """

    resolution_dpi: float
    letter_height_px: float
    sharpness: float
    gradation: float
    contrast: float
    cleanness: float
    score: float
    skew_degrees: float
    text_density: float
    ink_top: float
    ink_middle: float
    ink_bottom: float
    fingerprint: str


@dataclass(frozen=True, slots=True)
class PreparedPage:
    """One page, ready to be read.

    Attributes:
        number: Page number from 1.
        width_pt: Width of the upright page in points.
        height_pt: Height of the upright page in points.
        text: The words of a trusted text layer, or None.
        image: The upright gray page as PNG, for OCR; None if a trusted text layer covers everything that is printed.
        quality_score: Quality of the image in [0, 1]; 1.0 for a text layer.
        quality: The parts of the score, and further measurements; None for a text layer.
        notices: Reasons for review of the page, ``code: what to do``, without a value of the document. Reasons of the whole
            file are on its first page.
        sheet: Number of the page or frame of the file on which the page is, from 1; zero if it equals ``number``.
    """

    number: int
    width_pt: float
    height_pt: float
    text: PageText | None
    image: bytes | None
    quality_score: float
    quality: PageQuality | None = None
    notices: tuple[str, ...] = ()
    sheet: int = 0

    @property
    def pixels(self) -> Gray:
        """The image, 8-bit gray; raises Pillow's error for a damaged image, of which OpenCV would return a part."""
        import numpy as np
        from PIL import Image as images

        return np.asarray(images.open(io.BytesIO(self.image or b"")))
