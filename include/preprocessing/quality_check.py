"""``python -m include.preprocessing.quality_check DOCUMENTS TRUTH``: does the quality score tell how well pages are read?

Each scanned document is read as it is and worsened step by step (softer, paler, grainier), so that the whole range of
quality is covered; the share of its printed fields that come out right is held against its score. The correlation is
Spearman's, which asks for order only.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from include.extraction.batch import share_cores
from include.labels.compare import same_value
from include.labels.files import Label, read_labels
from include.settings import settings

LEVELS = 5
_BLUR_PX, _FADE, _GRAIN = 0.75, 0.17, 9.0
"""What each level adds at 200 dpi: width of the blur in pixels, share of contrast lost, spread of the grain in levels of gray."""
_DPI = 200
_BINS = ((0.0, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 1.01))


@dataclass(frozen=True, slots=True)
class Observation:
    """One reading of one document.

    Attributes:
        quality: Its quality score, 0 to 1.
        accuracy: Share of its printed fields that are right.
        level: How much it was worsened, from 0.
    """

    quality: float
    accuracy: float
    level: int


def observe(path: Path, label: Label, level: int) -> Observation:
    """Read a document, worsened, and compare it with its label."""
    from include.extraction.document import extract_document

    share_cores()
    content = worsened(path.read_bytes(), level)
    record = extract_document(content, path.as_uri(), settings())
    right = sum(
        name in record.fields and same_value(name, record.fields[name].value, truth)
        for name, truth in label.fields.items()
    )
    return Observation(record.quality_score or 0.0, right / len(label.fields), level)


def worsened(content: bytes, level: int) -> bytes:
    """A document as a gray TIFF at 200 dpi whose pages are that much worse; the same level gives the same bytes."""
    import cv2
    import numpy as np
    from PIL import Image

    images = []
    for number, page in enumerate(_pages(content)):
        image = cv2.GaussianBlur(page, (0, 0), _BLUR_PX * level) if level else page
        image = 235 - (235 - image.astype(np.float32)) * (1 - _FADE * level) if level else image
        grain = np.random.default_rng((number, level)).normal(0, _GRAIN * level, page.shape) if level else 0.0
        images.append(Image.fromarray((image + grain).clip(0, 255).astype(np.uint8)))
    buffer = io.BytesIO()
    images[0].save(buffer, "TIFF", save_all=True, append_images=images[1:], compression="tiff_lzw", dpi=(_DPI, _DPI))
    return buffer.getvalue()


def _pages(content: bytes) -> Iterator[Any]:
    import numpy as np
    import pypdfium2
    from PIL import Image, ImageSequence

    if content.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(content) as document:
            for page in document:
                yield np.asarray(page.render(scale=_DPI / 72, grayscale=True).to_pil().convert("L"))
        return
    with Image.open(io.BytesIO(content)) as image:
        for frame in ImageSequence.Iterator(image):
            scale = _DPI / float(frame.info.get("dpi", (_DPI, _DPI))[0])
            size = (round(frame.width * scale), round(frame.height * scale))
            yield np.asarray(frame.convert("L").resize(size, Image.Resampling.LANCZOS))


def correlation(observations: Sequence[Observation]) -> tuple[float, float]:
    """Spearman's correlation of quality and accuracy, and the probability of one so large by chance."""
    from scipy.stats import spearmanr

    found = spearmanr([o.quality for o in observations], [o.accuracy for o in observations])
    return float(found.statistic), float(found.pvalue)


def table(observations: Sequence[Observation]) -> Iterator[str]:
    """Mean accuracy by range of quality, as lines of a Markdown table."""
    yield "| quality_score | readings | mean accuracy |"
    yield "| --- | ---: | ---: |"
    for low, high in _BINS:
        found = [o.accuracy for o in observations if low <= o.quality < high]
        if found:
            yield f"| {low:.1f} to {min(high, 1.0):.1f} | {len(found)} | {sum(found) / len(found):.3f} |"


def main(argv: list[str] | None = None) -> int:
    """Print the correlation and the table; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.preprocessing.quality_check", description=__doc__)
    parser.add_argument("documents", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--most", type=int, default=None, metavar="N", help="readings to make at most")
    arguments = parser.parse_args(argv)
    labels = [label for label in read_labels(arguments.truth) if label.fields and label.rendering != "born_digital"]
    with ProcessPoolExecutor(arguments.workers) as pool:
        pairs = [(label, level) for level in reversed(range(LEVELS)) for label in labels][: arguments.most]
        jobs = [pool.submit(observe, arguments.documents / label.file, label, level) for label, level in pairs]
        observations = []
        for job in jobs:
            observations.append(job.result())
            sys.stderr.write(f"{observations[-1]}\n")
    rho, p = correlation(observations)
    found = f"Spearman's correlation {rho:.3f} (p {p:.1e}), {len(observations)} readings of {len(labels)} documents"
    sys.stdout.write("\n".join((found, *table(observations))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
