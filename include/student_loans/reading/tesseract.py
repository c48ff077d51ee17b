"""Tesseract through pytesseract: a process a page, which a timeout can end."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from student_loans.errors import ConfigurationError, ErrorCode, ServiceError
from student_loans.pages.words import Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_NOT_INSTALLED = "Tesseract or its data is missing: install the packages of packages.txt."


ONE_BLOCK = "--psm 6"
"""Page segmentation mode for one block of text, such as stacked strips."""


class TesseractReader:
    """Tesseract, by default with automatic page segmentation.

    Args:
        language: Tesseract language code, such as ``eng``.
        timeout_s: Longest time for one page, in seconds.
        options: Further options of its command line.
    """

    name = "tesseract"

    def __init__(self, language: str, timeout_s: float, options: str = "") -> None:
        self._language = language
        self._options = options
        self._timeout_s = timeout_s

    def read(self, image: NDArray[np.uint8], quality: float) -> tuple[Word, ...]:
        """See :class:`student_loans.reading.base.Reader`."""
        import pytesseract
        from PIL import Image

        # One thread a process: the cores are shared by documents.
        os.environ["OMP_THREAD_LIMIT"] = "1"
        try:
            data = pytesseract.image_to_data(
                Image.fromarray(image),
                lang=self._language,
                timeout=self._timeout_s,
                config=self._options,
                output_type=pytesseract.Output.DICT,
            )
        except pytesseract.TesseractNotFoundError as error:
            raise ConfigurationError(ErrorCode.OCR_NOT_INSTALLED, _NOT_INSTALLED) from error
        except pytesseract.TesseractError as error:
            raise ServiceError(ErrorCode.OCR_FAILED, "Tesseract ended with an error on a page.") from error
        except RuntimeError as error:
            raise ServiceError(
                ErrorCode.OCR_TIMED_OUT, f"Tesseract took longer than {self._timeout_s:.0f} s for a page."
            ) from error
        height, width = image.shape
        rows = zip(*(data[k] for k in ("text", "left", "top", "width", "height", "conf")), strict=True)
        return tuple(
            Word(text.strip(), (x / width, y / height, (x + w) / width, (y + h) / height), max(0.0, float(conf)) / 100)
            for text, x, y, w, h, conf in rows
            if text.strip()
        )


def open_reader(language: str, timeout_s: float, *, strips: bool) -> TesseractReader:
    """The reader, for whole pages or for stacked strips."""
    return TesseractReader(language, timeout_s, ONE_BLOCK if strips else "")
