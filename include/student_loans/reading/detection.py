"""Finding lines of text: PP-OCR's detection on images of one of few fixed shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from student_loans.reading.models import detection

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]
    Boxes = NDArray[np.float32]
    Tensor = NDArray[np.float32]

DETECTION_SIDE = 1440
"""Longer side of the image for the search of text lines, in pixels; see docs/benchmarks.md."""
_CANVASES = ((1440, 1120), (1120, 1440), (1440, 1440))
"""Height and width of the images for the search of text lines: portrait, landscape, anything else. A model of a fixed
shape plans its memory: a third of what it takes with shapes that change."""


class Detector:
    """Finds the lines of text of a page; smaller images are laid on white paper.

    Args:
        size: Of the model, ``small`` or ``tiny``.
    """

    def __init__(self, size: str) -> None:
        import numpy as np
        from rapidocr.ch_ppocr_det.utils import DBPostProcess, DetPreProcess

        self._size = size
        self._sizes = DetPreProcess(DETECTION_SIDE, "max")
        # RapidOCR's own defaults for these models.
        self._boxes = DBPostProcess(thresh=0.3, box_thresh=0.5, unclip_ratio=1.6, use_dilation=True)
        # The input value of each gray level, -1 black to 1 white.
        self._levels = (np.arange(256) / 127.5 - 1).astype(np.float32)

    def warm_up(self) -> None:
        """Load the model for most pages, which are portrait."""
        detection(self._size, *_CANVASES[0])

    def find(self, image: Gray) -> Boxes:
        """Corners of the lines in reading order, clockwise from the upper left: (lines, 4, 2) in pixels."""
        import numpy as np
        from rapidocr.ch_ppocr_det.main import TextDetector

        boxes, _ = self._boxes(self._map(self._small(image)), image.shape)
        return TextDetector.sorted_boxes(boxes) if len(boxes) else np.zeros((0, 4, 2), np.float32)

    def _small(self, image: Gray) -> Gray:
        small: Gray | None = self._sizes.resize(image)
        return image if small is None else small  # less than 16 pixels high or wide: too small for a line

    def _map(self, image: Gray) -> Tensor:
        """How likely each pixel of an image belongs to text, (1, 1, height, width) in [0, 1]."""
        import numpy as np

        height, width = image.shape
        shape = next((c for c in _CANVASES if height <= c[0] and width <= c[1]), (height, width))
        paper = np.full(shape, image.max(), np.uint8)
        paper[:height, :width] = image
        tensor = np.broadcast_to(self._levels[paper], (1, 3, *shape)).copy()
        request = detection(self._size, *shape)
        request.infer(inputs=[tensor], share_inputs=True)
        found: Tensor = request.get_output_tensor().data
        return found[:, :, :height, :width]
