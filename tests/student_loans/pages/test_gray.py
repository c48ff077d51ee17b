"""Pictures in gray as a person sees them, whatever a file keeps them in."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw

from student_loans.errors import DocumentError, ErrorCode
from student_loans.intake.document_check import check_document
from student_loans.pages.gray import gray_image, shown_picture
from student_loans.settings import settings

SIZE = (400, 300)
_PHOTOMETRIC = 262


def letter() -> Image.Image:
    image = Image.new("L", SIZE, 255)
    ImageDraw.Draw(image).text((40, 100), "Promissory note", fill=0, font_size=40)
    return image


def saved(image: Image.Image, image_format: str, **options: object) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    check_document(buffer.getvalue(), settings().intake)
    return Image.open(io.BytesIO(buffer.getvalue()))


def numbers(scale: float, kind: str, offset: float = 0.0) -> Image.Image:
    return Image.fromarray((np.asarray(letter(), float) * scale + offset).astype(kind))


DEEP: dict[str, Callable[[], Image.Image]] = {
    "16 bits, PNG": lambda: saved(numbers(257, "uint16"), "PNG"),
    "16 bits, TIFF": lambda: saved(numbers(257, "uint16"), "TIFF"),
    "16 bits, big-endian": lambda: saved(numbers(257, "uint16"), "TIFF", big_endian=True),
    "12 of 16 bits": lambda: saved(numbers(16, "uint16"), "TIFF"),
    "8 of 16 bits": lambda: saved(numbers(1, "uint16"), "PNG"),
    "32 bits": lambda: saved(numbers(2**23, "int32"), "TIFF"),
    "32 bits, from below zero": lambda: saved(numbers(2**24, "int32", -(2.0**31)), "TIFF"),
    "16 bits that use 255": lambda: saved(numbers(1, "int32"), "TIFF"),
    "floats up to 1": lambda: saved(numbers(1 / 255, "float32"), "TIFF"),
    "floats up to 255": lambda: saved(numbers(1, "float32"), "TIFF"),
    "floats about zero": lambda: saved(numbers(2 / 255, "float32", -1), "TIFF"),
    "16 bits, white is zero": lambda: saved(
        Image.fromarray(65535 - np.asarray(letter(), np.uint16) * 257), "TIFF", tiffinfo={_PHOTOMETRIC: 0}
    ),
    "one hot pixel": lambda: saved(with_hot_pixel(), "TIFF"),
}


def with_hot_pixel() -> Image.Image:
    pixels = np.asarray(letter(), np.uint16) * 16
    pixels[5, 5] = 65535
    return Image.fromarray(pixels)


@pytest.mark.parametrize("kind", DEEP)
def test_deep_pixels_are_read_by_the_range_that_they_use(kind: str) -> None:
    gray = gray_image(DEEP[kind]())
    assert gray.mode == "L"
    assert float(np.abs(np.asarray(gray, float) - np.asarray(letter(), float)).mean()) < 3


def test_floats_that_are_no_numbers_are_paper() -> None:
    pixels = np.asarray(letter(), np.float32).copy()
    pixels[:20] = np.nan
    assert np.asarray(gray_image(saved(Image.fromarray(pixels), "TIFF")))[:20].min() >= 250


@pytest.mark.parametrize(
    ("mode", "image_format"),
    [("1", "PNG"), ("1", "TIFF"), ("P", "PNG"), ("P", "TIFF"), ("CMYK", "JPEG"), ("CMYK", "TIFF"), ("YCbCr", "JPEG"),
     ("LA", "PNG"), ("RGBA", "TIFF")],
)  # fmt: skip
def test_every_mode_shows_the_same_letter(mode: str, image_format: str) -> None:
    gray = gray_image(saved(letter().convert("RGB").convert(mode), image_format))
    assert float(np.abs(np.asarray(gray, float) - np.asarray(letter(), float)).mean()) < 6


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_palettes_of_few_colours_are_colours(bits: int) -> None:
    image = letter().point(lambda level: int(level < 128)).convert("P")
    image.putpalette([255, 255, 255, 0, 0, 0])
    gray = gray_image(saved(image, "PNG", bits=bits))
    assert float(np.abs(np.asarray(gray, float) - np.asarray(letter(), float)).mean()) < 6


def test_of_lab_the_lightness_is_the_gray() -> None:
    lab = Image.merge("LAB", (letter(), Image.new("L", SIZE, 128), Image.new("L", SIZE, 128)))
    assert np.array_equal(np.asarray(gray_image(saved(lab, "TIFF"))), np.asarray(letter()))


def test_transparency_is_white_paper() -> None:
    image = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    ImageDraw.Draw(image).text((40, 100), "Promissory note", fill=(0, 0, 0, 255), font_size=40)
    assert not shown_picture(image)[1]
    assert np.array_equal(np.asarray(gray_image(image)) > 128, np.asarray(letter()) > 128)


def test_what_is_transparent_on_a_page_with_other_print_is_not_seen() -> None:
    image = letter().convert("RGBA")
    alpha = Image.new("L", SIZE, 255)
    alpha.paste(0, (0, 0, 200, 300))
    image.putalpha(alpha)
    gray = np.asarray(gray_image(image))
    assert gray[:, :200].min() == 255
    assert gray[:, 200:].min() == 0


@pytest.mark.parametrize(("mode", "alpha"), [("RGBA", 0), ("LA", 0), ("RGBA", 3)])
def test_where_transparency_hides_everything_the_colours_are_taken(mode: str, alpha: int) -> None:
    image = letter().convert(mode)
    image.putalpha(alpha)
    image = saved(image, "PNG")
    assert shown_picture(image)[1]
    assert np.array_equal(np.asarray(gray_image(image)), np.asarray(letter()))


def test_nothing_under_transparency_is_blank() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", SIZE, (0, 0, 0, 0)).save(buffer, "PNG")
    with pytest.raises(DocumentError) as caught:
        check_document(buffer.getvalue(), settings().intake)
    assert caught.value.code is ErrorCode.BLANK_DOCUMENT


def test_a_deep_white_page_with_grain_is_blank() -> None:
    grain = np.random.default_rng(3).normal(60000, 400, (1100, 850)).clip(0, 65535).astype(np.uint16)
    buffer = io.BytesIO()
    Image.fromarray(grain).save(buffer, "PNG")
    with pytest.raises(DocumentError) as caught:
        check_document(buffer.getvalue(), settings().intake)
    assert caught.value.code is ErrorCode.BLANK_DOCUMENT
