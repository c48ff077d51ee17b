"""Small real files for tests: PDFs and images with fictional content."""

from __future__ import annotations

import io
from collections.abc import Sequence


def make_pdf(pages: Sequence[Sequence[str]] = (("Promissory note",),), *, password: str | None = None) -> bytes:
    """A PDF with a text layer: one list of lines a page.

    Args:
        pages: Lines of each page.
        password: Needed to open it; None means none.
    """
    from reportlab.lib.pagesizes import letter
    from reportlab.pdfgen import canvas

    buffer = io.BytesIO()
    pdf = canvas.Canvas(buffer, pagesize=letter, invariant=True, encrypt=password)
    for lines in pages:
        for number, line in enumerate(lines):
            pdf.drawString(72, 720 - 18 * number, line)
        pdf.showPage()
    pdf.save()
    return buffer.getvalue()


def make_image(image_format: str, size: tuple[int, int] = (400, 300), *, frames: int = 1, ink: bool = True) -> bytes:
    """A white image with a few words on it.

    Args:
        image_format: Pillow's name, such as ``PNG`` or ``TIFF``.
        size: Width and height in pixels.
        frames: Pages, for formats that have them.
        ink: Whether the words are there.
    """
    from PIL import Image, ImageDraw

    images = [Image.new("L", size, 255) for _ in range(frames)]
    for image in images if ink else ():
        ImageDraw.Draw(image).text(
            (size[0] // 8, size[1] // 3), "Promissory note", fill=0, font_size=max(12, size[0] // 20)
        )
    buffer = io.BytesIO()
    extra = {"save_all": True, "append_images": images[1:]} if frames > 1 else {}
    images[0].save(buffer, image_format, **extra)
    return buffer.getvalue()


def make_heic(size: tuple[int, int] = (640, 480), *, ink: bool = True) -> bytes:
    """A photo as phones take it."""
    import pillow_heif
    from PIL import Image

    with Image.open(io.BytesIO(make_image("PNG", size, ink=ink))) as image:
        buffer = io.BytesIO()
        pillow_heif.from_pillow(image.convert("RGB")).save(buffer, quality=80)
    return buffer.getvalue()
