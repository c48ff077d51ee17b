"""The interface of OCR readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from student_loans.pages.words import Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Reader(Protocol):
    """Reads words from a page image."""

    name: str

    def read(self, image: NDArray[np.uint8], quality: float) -> tuple[Word, ...]:
        """Words of an upright 8-bit gray image (height, width), boxes as fractions of it.

        Args:
            image: The page.
            quality: Its quality in [0, 1]: a reader may take shortcuts on a clear page.

        Raises:
            ServiceError: ``ocr_failed`` or ``ocr_timed_out``.
            ConfigurationError: ``ocr_not_installed``.
        """
        ...
