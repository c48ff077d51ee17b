"""What happens to a document before it arrives: born-digital, scanned clean, scanned badly. Seeded like everything here."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

Page = NDArray[np.uint8]
"""A gray page image (height, width)."""


def page_images(pdf: bytes, dpi: int) -> list[Page]:
    """The pages of a PDF as gray images."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [np.array(page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")) for page in document]


def to_pdf(pages: Sequence[Page], dpi: int) -> bytes:
    """Scanned pages as a PDF without text."""
    return _save(pages, "PDF", dpi, quality=70)


def to_tiff(pages: Sequence[Page], dpi: int) -> bytes:
    """Scanned pages as a black and white fax-coded TIFF."""
    images = [Image.fromarray(page).convert("1") for page in pages]
    buffer = io.BytesIO()
    images[0].save(buffer, "TIFF", save_all=True, append_images=images[1:], compression="group4", dpi=(dpi, dpi))
    return buffer.getvalue()


def to_png(pages: Sequence[Page], dpi: int) -> bytes:
    """The first page as PNG, in four grays."""
    image = Image.fromarray(pages[0]).quantize(4, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True, dpi=(dpi, dpi))
    return buffer.getvalue()


def to_gray_png(pages: Sequence[Page], dpi: int) -> bytes:
    """The first page as PNG in sixteen grays at even steps, which keep thin print on a mostly white page dark."""
    buffer = io.BytesIO()
    Image.fromarray(pages[0] // 17 * 17).save(buffer, "PNG", dpi=(dpi, dpi))
    return buffer.getvalue()


def to_jpeg(pages: Sequence[Page], dpi: int) -> bytes:
    """The first page as JPEG."""
    return _save(pages[:1], "JPEG", dpi, quality=72)


def _save(pages: Sequence[Page], file_format: str, dpi: int, quality: int) -> bytes:
    images = [Image.fromarray(page) for page in pages]
    buffer = io.BytesIO()
    extra: dict[str, Any] = {}
    if file_format == "PDF":
        then = time.gmtime(0)  # the same bytes whenever they are made
        extra = {
            "save_all": True,
            "append_images": images[1:],
            "resolution": dpi,
            "creationDate": then,
            "modDate": then,
        }
    images[0].save(buffer, file_format, quality=quality, dpi=(dpi, dpi), **extra)
    return buffer.getvalue()


ENCODERS: dict[str, Callable[[Sequence[Page], int], bytes]] = {
    "pdf": to_pdf,
    "tif": to_tiff,
    "png": to_png,
    "jpg": to_jpeg,
}


@dataclass(frozen=True, slots=True)
class Scan:
    """A scanned page and how it lies: degrees askew, counter-clockwise, and quarter turns after that."""

    page: Page
    degrees: float = 0.0
    quarter_turns: int = 0


def clean(page: Page, rng: Random) -> Page:
    """A good scanner: slightly askew, a trace of blur and grain."""
    return scan_clean(page, rng).page


def scan_clean(page: Page, rng: Random) -> Scan:
    """As ``clean``, with the angle."""
    degrees = rng.uniform(-0.6, 0.6)
    return Scan(_grain(_blur(_tilt(page, degrees), rng.uniform(0.3, 0.6)), rng, rng.uniform(1, 3)), degrees)


def askew(page: Page, rng: Random) -> Page:
    """Laid on the glass in a hurry: turned some degrees, soft, gray paper."""
    return scan_askew(page, rng).page


def scan_askew(page: Page, rng: Random) -> Scan:
    """As ``askew``, with the angle."""
    degrees = rng.choice([-1, 1]) * rng.uniform(1.2, 3.5)
    turned = _tilt(page, degrees)
    return Scan(
        _grain(_fade(_blur(turned, rng.uniform(0.7, 1.1)), rng.uniform(0.72, 0.9)), rng, rng.uniform(4, 9)), degrees
    )


def fax(page: Page, rng: Random) -> Page:
    """Black and white, coarse in one direction, specks."""
    height, width = page.shape
    coarse = cv2.resize(page, (width, int(height * 0.6)), interpolation=cv2.INTER_AREA)
    back = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_NEAREST)
    noise = np.random.default_rng(rng.randrange(2**32)).random(page.shape)
    black = np.where(back < 165, 0, 255)
    black[noise < 0.0008] = 0
    return black.astype(np.uint8)


def stained(page: Page, rng: Random) -> Page:
    """A round stain and a fold."""
    return scan_stained(page, rng).page


def scan_stained(page: Page, rng: Random) -> Scan:
    """As ``stained``, with the angle."""
    height, width = page.shape
    shade = np.zeros(page.shape, np.float32)
    center = (rng.randrange(width), rng.randrange(height))
    cv2.circle(shade, center, int(width * rng.uniform(0.1, 0.2)), 60.0, thickness=int(width * 0.02))
    cv2.line(shade, (0, int(height * 0.5)), (width, int(height * 0.5) + rng.randint(-9, 9)), 70.0, thickness=3)
    shade = cv2.GaussianBlur(shade, (0, 0), width * 0.003)
    stain = np.clip(page.astype(np.float32) - shade, 0, 255).astype(np.uint8)
    return scan_askew(stain, rng)


def turned(page: Page, rng: Random) -> Page:
    """Fed into the scanner the wrong way round."""
    return scan_turned(page, rng).page


def scan_turned(page: Page, rng: Random) -> Scan:
    """As ``turned``, with the angle and the turns."""
    scan, quarters = scan_clean(page, rng), rng.choice([1, 2, 3])
    return Scan(np.ascontiguousarray(np.rot90(scan.page, quarters)), scan.degrees, quarters)


DAMAGES: dict[str, Callable[[Page, Random], Page]] = {
    "askew": askew,
    "fax": fax,
    "stained": stained,
    "turned": turned,
}


DAMAGED: dict[str, Callable[[Page, Random], Scan]] = {
    "": scan_clean,
    "askew": scan_askew,
    "fax": lambda page, rng: Scan(fax(page, rng)),
    "stained": scan_stained,
    "turned": scan_turned,
}
"""The same, with how the page lies; the empty name is a clean scan."""


def _tilt(page: Page, degrees: float) -> Page:
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(page, matrix, (width, height), borderValue=255), np.uint8)


def _blur(page: Page, sigma: float) -> Page:
    return np.asarray(cv2.GaussianBlur(page, (0, 0), sigma), np.uint8)


def _fade(page: Page, contrast: float) -> Page:
    return (225 - (255 - page.astype(np.float32)) * contrast).clip(0, 255).astype(np.uint8)


def _grain(page: Page, rng: Random, spread: float) -> Page:
    noise = np.random.default_rng(rng.randrange(2**32)).normal(0, spread, page.shape)
    return (page + noise).clip(0, 255).astype(np.uint8)
