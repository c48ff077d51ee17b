"""Intake checks of an image: its sizes by its headers, then whether it can be decoded and shows anything."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from include.acquisition.ink import has_ink
from include.acquisition.refusals import (
    blank,
    check_page_count,
    check_pixels,
    corrupt,
    page_too_large,
    truncated,
)
from include.errors import DocumentError
from include.records import FileFormat
from include.settings import IntakeSettings

if TYPE_CHECKING:
    from PIL.Image import Image

_PILLOW_FORMATS = {
    FileFormat.PNG: ("PNG",),
    FileFormat.JPEG: ("JPEG", "MPO"),
    FileFormat.TIFF: ("TIFF",),
    FileFormat.HEIC: ("HEIF",),
}
_SEVERAL_PAGES = frozenset({FileFormat.TIFF})
"""Further pictures of the other formats are previews and the like."""
_PNG_END = b"\0\0\0\0IEND"
"""The chunk without data that ends every PNG (ISO/IEC 15948, 11.2.5)."""
_SMALL = (1000, 1000)
_PAGES_SEARCHED = 50


def check_image(content: bytes, file_format: FileFormat, limits: IntakeSettings) -> int:
    """The number of pages of an image that can be read.

    Sizes come first, from the headers: a decompression bomb is refused before a pixel of it is decoded.

    Raises:
        DocumentError: See :func:`include.acquisition.intake.check_document`.
    """
    from PIL import Image

    try:
        with open_image(content, file_format) as image:
            pages = page_count(image, file_format)
            check_page_count(pages, limits)
            for page in range(pages):
                if pages > 1:
                    image.seek(page)
                check_pixels(page + 1, image.width * image.height, limits)
            if not _anything_printed(image, pages):
                raise blank()
        # Pillow decodes a PNG whose last bytes are missing when they are not pixels.
        if file_format is FileFormat.PNG and _PNG_END not in content:
            raise truncated("image")
        return pages
    except DocumentError:
        raise
    except Image.DecompressionBombError as error:
        raise page_too_large(1, limits) from error
    except Exception as error:
        raise refusal_of(error) from error


def open_image(content: bytes, file_format: FileFormat) -> Image:
    """An image, its headers read, as the one format that its content is."""
    from PIL import Image

    if file_format is FileFormat.HEIC:
        import pillow_heif

        pillow_heif.register_heif_opener()
    return Image.open(io.BytesIO(content), formats=_PILLOW_FORMATS[file_format])


def page_count(image: Image, file_format: FileFormat) -> int:
    """Pages of an open image."""
    return int(getattr(image, "n_frames", 1)) if file_format in _SEVERAL_PAGES else 1


def refusal_of(error: Exception) -> DocumentError:
    """What an error of Pillow's says of the image."""
    cut_off = "truncated" in str(error).lower() or isinstance(error, EOFError)
    return truncated("image") if cut_off else corrupt("image")


def _anything_printed(image: Image, pages: int) -> bool:
    """Whether any page shows ink; every page that is looked at is decoded, JPEG at a fraction of its size."""
    if pages > _PAGES_SEARCHED:
        return True
    for page in range(pages):
        if pages > 1:
            image.seek(page)
        image.draft("L", _SMALL)
        if has_ink(image):
            return True
    return False
