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


def make_image(image_format: str, size: tuple[int, int] = (400, 300), *, frames: int = 1) -> bytes:
    """A white image.

    Args:
        image_format: Pillow's name, such as ``PNG`` or ``TIFF``.
        size: Width and height in pixels.
        frames: Pages, for formats that have them.
    """
    from PIL import Image

    images = [Image.new("L", size, 255) for _ in range(frames)]
    buffer = io.BytesIO()
    extra = {"save_all": True, "append_images": images[1:]} if frames > 1 else {}
    images[0].save(buffer, image_format, **extra)
    return buffer.getvalue()
