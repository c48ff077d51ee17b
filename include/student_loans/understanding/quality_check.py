"""Measure how well the quality score predicts the accuracy of reading: ``student-loans check-quality DOCUMENTS TRUTH``.

Each scanned document is read unchanged, and again with random damage: coarser, blurred, faded, grainy, or in black and
white. The share of its printed fields that are read right is compared with its score, that of the worst page. Spearman's
correlation is used, because it depends only on the order.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from student_loans.labels.compare import same_value
from student_loans.labels.files import FileLabel, read_labels
from student_loans.sandbox.process import IsolatedPool
from student_loans.settings import settings

_DPI = 200
_RESOLUTIONS = (100, 120, 150, 200, 300)
_MOST_BLUR_PX, _MOST_FADE, _MOST_GRAIN = 2.5, 0.85, 45.0
"""Of damage: width of the blur in pixels, share of contrast lost, spread of the grain in levels of gray."""
_OFTEN, _BILEVEL_OFTEN = 1 / 3, 1 / 4
"""How often a damaged document is blurred, faded, grainy; and how often in black and white."""
_BINS = ((0.0, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01))


@dataclass(frozen=True, slots=True)
class PageObservation:
    """One reading of one document.

    Attributes:
        quality: Its quality score, 0 to 1.
        accuracy: Share of its printed fields that are right.
        damaged: Whether the document was damaged for this reading.
    """

    quality: float
    accuracy: float
    damaged: bool


def observe(path: Path, label: FileLabel, seed: int | None) -> PageObservation:
    """Read a document, unchanged or with the random damage of a seed, and compare it with its label."""
    from student_loans.understanding.document import extract_document

    content = path.read_bytes() if seed is None else damaged(path.read_bytes(), seed)
    record = extract_document(content, path.as_uri(), settings())
    right = sum(
        name in record.fields and same_value(name, record.fields[name].value, truth)
        for name, truth in label.fields.items()
    )
    return PageObservation(record.quality_score or 0.0, right / len(label.fields), seed is not None)


def damaged(content: bytes, seed: int) -> bytes:
    """A document as a gray TIFF with random damage, the same on all pages; the same seed gives the same bytes."""
    import numpy as np
    from PIL import Image

    rng = np.random.default_rng(seed)
    dpi = int(rng.choice(_RESOLUTIONS))
    blur, fade, grain = (
        float(rng.uniform(most / 10, most)) if rng.random() < _OFTEN else 0.0
        for most in (_MOST_BLUR_PX, _MOST_FADE, _MOST_GRAIN)
    )
    bilevel = bool(rng.random() < _BILEVEL_OFTEN)
    images = [Image.fromarray(_worse(page, dpi / _DPI, blur, fade, grain, bilevel, rng)) for page in _pages(content)]
    buffer = io.BytesIO()
    images[0].save(buffer, "TIFF", save_all=True, append_images=images[1:], compression="tiff_lzw", dpi=(dpi, dpi))
    return buffer.getvalue()


def _worse(page: Any, scale: float, blur: float, fade: float, grain: float, bilevel: bool, rng: Any) -> Any:
    import cv2
    import numpy as np

    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    image = cv2.resize(page, None, fx=scale, fy=scale, interpolation=kind).astype(np.float32)
    image = cv2.GaussianBlur(image, (0, 0), blur) if blur else image
    image = 235 - (235 - image) * (1 - fade)
    image = (image + rng.normal(0, grain, image.shape)).clip(0, 255).astype(np.uint8)
    return cv2.threshold(image, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1] if bilevel else image


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


def correlation(observations: Sequence[PageObservation]) -> tuple[float, float]:
    """Spearman's correlation of quality and accuracy, and the probability of one as large by chance."""
    from scipy.stats import spearmanr

    found = spearmanr([o.quality for o in observations], [o.accuracy for o in observations])
    return float(found.statistic), float(found.pvalue)


def table(observations: Sequence[PageObservation]) -> Iterator[str]:
    """Mean accuracy by range of quality, as lines of a Markdown table."""
    yield "| quality_score | readings | mean accuracy |"
    yield "| --- | ---: | ---: |"
    for low, high in _BINS:
        found = [o.accuracy for o in observations if low <= o.quality < high]
        if found:
            yield f"| {low:.1f} to {min(high, 1.0):.1f} | {len(found)} | {sum(found) / len(found):.3f} |"


def compare_quality(
    documents: Path, truth: Path, workers: int | None, copies: int, show: Callable[[PageObservation], None]
) -> Iterator[str]:
    """The correlation and the table, for the documents unchanged and damaged.

    Args:
        documents: Folder of the labelled files.
        truth: Their labels.
        workers: Processes; None means one a core.
        copies: Damaged copies of each document.
        show: Called with each reading.
    """
    labels = [label for label in read_labels(truth) if label.fields and label.rendering != "born_digital"]
    seeds = [None, *range(copies)]
    jobs = [
        (documents / label.file, label, None if n is None else n * len(labels) + place)
        for n in seeds
        for place, label in enumerate(labels)
    ]
    limits = settings().isolation
    observations: list[PageObservation] = []
    with IsolatedPool(limits, workers) as pool:
        for observation in pool.map(lambda job: pool.call(observe, *job, limit_s=limits.page_timeout_s), jobs):
            observations.append(observation)
            show(observation)
    for title, damaged_ones in (("as they are", False), ("damaged", True)):
        found = [o for o in observations if o.damaged is damaged_ones]
        rho, p = correlation(found)
        yield f"{len(found)} readings {title}: Spearman's correlation {rho:.3f} (p {p:.1e})"
        yield from (*table(found), "")
