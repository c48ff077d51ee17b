"""Input documents: scans of one page, and born-digital ones; the same arguments give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from samples.generator.documents import generate

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "documents"
BORN_DIGITAL = ("sample-01.pdf", "sample-03.pdf", "sample-05.pdf", "sample-08.pdf", "sample-12.pdf")
ONE_PAGE_TYPES = ("billing_statement", "payoff_letter", "form_1098e", "loan_disclosure")


def write_scans(folder: Path, count: int) -> list[Path]:
    """Clean scans, each one page as a PDF."""
    folder.mkdir(parents=True, exist_ok=True)
    made = _one_page_scans()
    files = []
    for number in range(count):
        path = folder / f"scan-{number:04d}.pdf"
        if not path.exists():
            path.write_bytes(next(made))
        else:
            next(made)
        files.append(path)
    return files


def _one_page_scans() -> Iterator[bytes]:
    import pypdfium2

    number = 0
    while True:
        kind = ONE_PAGE_TYPES[number % len(ONE_PAGE_TYPES)]
        number += 1
        content = generate(f"scan-{number}", f"benchmark/{number}", kind, "clean_scan", "pdf", "heldout").content
        document = pypdfium2.PdfDocument(io.BytesIO(content))
        pages = len(document)
        document.close()
        if pages == 1:
            yield content


def write_born_digital(folder: Path, count: int, seed: str) -> list[Path]:
    """Born-digital documents: copies of a few, with different bytes after the end, which do not change what is read."""
    folder.mkdir(parents=True, exist_ok=True)
    originals = [(SAMPLES / name).read_bytes() for name in BORN_DIGITAL]
    files = []
    for number in range(count):
        path = folder / f"document-{number:05d}.pdf"
        path.write_bytes(originals[number % len(originals)] + f"\n% {seed} {number}\n".encode())
        files.append(path)
    return files
