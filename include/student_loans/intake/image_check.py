"""Intake checks of an image: its sizes by its headers, then whether it can be decoded and shows anything."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from student_loans.errors import DocumentError
from student_loans.intake.refusals import (
    blank,
    check_page_count,
    check_pixels,
    corrupt,
    page_too_large,
    truncated,
    unreadable_heic,
)
from student_loans.pages.blank_page import is_blank
from student_loans.pages.gray import gray_image
from student_loans.records import FileFormat
from student_loans.settings import IntakeSettings

if TYPE_CHECKING:
    from PIL.Image import Image

_PILLOW_FORMATS = {
    FileFormat.PNG: ("PNG",),
    FileFormat.JPEG: ("JPEG", "MPO"),
    FileFormat.TIFF: ("TIFF",),
    FileFormat.HEIC: ("HEIF",),
}
_SEVERAL_PAGES = frozenset({FileFormat.TIFF})
"""Further pictures of the other formats are previews and the like, see :func:`holds_further_pictures`."""
_KIND, _REDUCED, _MASK = 254, 1, 4  # TIFF 6.0, section 8: NewSubfileType
_OLD_KIND, _OLD_REDUCED = 255, 2
_UNREADABLE_SIDE = 700
"""Longer side in pixels below which no letter of a page is readable: 64 dots per inch."""
_SAME_SHAPE = 0.05
"""Largest relative difference of the aspect ratios of two sizes of one picture."""
_SKETCH = (120, 160)
_SAME_PICTURE = 0.9
"""Correlation of the sketches of two frames from which on one is a small copy of the other."""
_PNG_END = b"\0\0\0\0IEND"
"""The chunk without data that ends every PNG (ISO/IEC 15948, 11.2.5)."""
_SMALL = (1000, 1000)
"""Least size in pixels at which a JPEG is decoded to see whether it is blank."""
_PAGES_SEARCHED = 50


def check_image(content: bytes, file_format: FileFormat, limits: IntakeSettings) -> int:
    """The number of pages of an image that can be read.

    The sizes in the headers are checked first, so a decompression bomb is refused before any pixel is decoded.

    Raises:
        DocumentError: See :func:`student_loans.intake.document_check.check_document`.
    """
    from PIL import Image

    try:
        with open_image(content, file_format) as image:
            frames = int(getattr(image, "n_frames", 1)) if file_format in _SEVERAL_PAGES else 1
            check_page_count(frames, limits)
            for frame in range(frames):
                if frames > 1:
                    image.seek(frame)
                check_pixels(frame + 1, image.width * image.height, limits)
            pages = page_frames(image, file_format)
            if not _anything_printed(image, pages):
                raise blank()
        # Pillow decodes a PNG whose last bytes are missing when they are not pixels.
        if file_format is FileFormat.PNG and _PNG_END not in content:
            raise truncated("image")
        return len(pages)
    except DocumentError:
        raise
    except Image.DecompressionBombError as error:
        raise page_too_large(1, limits) from error
    except Exception as error:
        raise refusal_of(error) from error


def open_image(content: bytes, file_format: FileFormat) -> Image:
    """Open an image and read its headers; Pillow may use no other format than the one detected."""
    from PIL import Image

    if file_format is FileFormat.HEIC:
        _read_heic()
    return Image.open(io.BytesIO(content), formats=_PILLOW_FORMATS[file_format])


def _read_heic() -> None:
    """Let Pillow open HEIC.

    Raises:
        DocumentError: ``unsupported_format``, where the library is left out.
    """
    try:
        import pi_heif
    except ImportError as error:
        raise unreadable_heic() from error
    pi_heif.register_heif_opener()


def page_frames(image: Image, file_format: FileFormat) -> list[int]:
    """The frames of an open image that are pages, in order, without the thumbnails that some software adds."""
    frames = list(range(getattr(image, "n_frames", 1)))
    if file_format not in _SEVERAL_PAGES or len(frames) == 1:
        return [image.tell()]
    sizes, reduced = [], []
    for frame in frames:
        image.seek(frame)
        sizes.append(image.size)
        reduced.append(_says_that_it_is_reduced(image))
    whole = [frame for frame in frames if not reduced[frame]]
    return [
        frame
        for frame in frames
        if not (reduced[frame] and any(_is_larger(sizes[other], sizes[frame]) for other in whole))
        and not (
            max(sizes[frame]) < _UNREADABLE_SIDE
            and any(_is_larger(sizes[o], sizes[frame]) and _same_picture(image, frame, o, sizes) for o in whole)
        )
    ]


def holds_further_pictures(image: Image, file_format: FileFormat) -> bool:
    """Whether an image with one page holds a second picture of the same size, which may be another page."""
    if file_format in _SEVERAL_PAGES:
        return False
    shown, size = image.tell(), image.size
    sizes = []
    for frame in range(getattr(image, "n_frames", 1)):
        if frame != shown:
            image.seek(frame)
            sizes.append(image.size)
    image.seek(shown)
    return size in sizes


def _says_that_it_is_reduced(image: Image) -> bool:
    tags = getattr(image, "tag_v2", {})
    return bool(int(tags.get(_KIND, 0)) & (_REDUCED | _MASK)) or tags.get(_OLD_KIND) == _OLD_REDUCED


def _is_larger(size: tuple[int, int], than: tuple[int, int]) -> bool:
    return size[0] > than[0] and size[1] > than[1]


def _same_picture(image: Image, frame: int, other: int, sizes: list[tuple[int, int]]) -> bool:
    """Whether two frames show the same at different sizes."""
    import numpy as np
    from PIL import Image as images

    (width, height), (other_width, other_height) = sizes[frame], sizes[other]
    if abs(width * other_height / (height * other_width) - 1) > _SAME_SHAPE:
        return False
    sketches = []
    for each in (frame, other):
        image.seek(each)
        sketches.append(np.asarray(gray_image(image).resize(_SKETCH, images.Resampling.BOX), float))
    if any(float(sketch.std()) == 0.0 for sketch in sketches):
        return False
    return float(np.corrcoef(sketches[0].ravel(), sketches[1].ravel())[0, 1]) >= _SAME_PICTURE


def refusal_of(error: Exception) -> DocumentError:
    """The refusal for an error that Pillow raised."""
    cut_off = "truncated" in str(error).lower() or isinstance(error, EOFError)
    return truncated("image") if cut_off else corrupt("image")


def _anything_printed(image: Image, pages: list[int]) -> bool:
    """Whether anything is printed on any page. Pages are decoded, JPEG at a fraction of its size."""
    if len(pages) > _PAGES_SEARCHED:
        return True
    for page in pages:
        image.seek(page)
        if image.format in _PILLOW_FORMATS[FileFormat.JPEG]:
            image.draft("L", _SMALL)
        if not is_blank(gray_image(image)):
            return True
    return False
