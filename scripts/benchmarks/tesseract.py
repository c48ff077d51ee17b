"""Plain Tesseract over the pages of some scans: the least cost of reading them."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

DPI = 300


def seconds_of_tesseract(files: Sequence[Path], processes: int) -> float:
    """Wall-clock seconds of one ``tesseract`` process per page, with a number of processes in parallel, each with one thread.

    The pages are rendered at 300 dpi beforehand, which is not measured.
    """
    with tempfile.TemporaryDirectory() as folder:
        pages = [page for number, path in enumerate(files) for page in _pages(path, Path(folder), number)]
        started = time.perf_counter()
        with ThreadPoolExecutor(processes) as pool:
            list(pool.map(_read, pages))
        return time.perf_counter() - started


def _read(page: Path) -> None:
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    subprocess.run(["tesseract", str(page), "-"], env=environment, check=True, capture_output=True)


def _pages(path: Path, folder: Path, number: int) -> list[Path]:
    """The pages of a PDF or an image as gray PNG files."""
    import pypdfium2
    from PIL import Image

    images: list[Image.Image] = []
    if path.suffix.lower() == ".pdf":
        document = pypdfium2.PdfDocument(path)
        images = [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in document]
        document.close()
    else:
        with Image.open(path) as opened:
            for index in range(getattr(opened, "n_frames", 1)):
                opened.seek(index)
                images.append(_at_dpi(opened.convert("L")))
    written = []
    for index, image in enumerate(images):
        target = folder / f"{number:04d}-{index:03d}.png"
        image.save(target, dpi=(DPI, DPI))
        written.append(target)
    return written


def _at_dpi(image: Image.Image) -> Image.Image:
    """A letter page's image at 300 dpi."""
    scale = 11 * DPI / max(image.size)
    return image if abs(scale - 1) < 0.02 else image.resize((round(image.width * scale), round(image.height * scale)))
