"""RapidOCR's engine as this project runs it: OpenVINO, one thread, and recognition of the characters that forms print.

The recognition model knows 18,710 characters, nearly all of them Chinese. Leaving out what no American document prints
saves a fifth of recognition's time and the readings in which a speck turns a letter into a foreign sign.
"""

from __future__ import annotations

import string
from functools import cache
from typing import TYPE_CHECKING, Any

from rapidocr import EngineType, RapidOCR

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DETECTION_SIDE = 1600
"""Longer side of the image in which text lines are looked for, in pixels; see docs/benchmarks.md."""
LEAST_SCORE = 0.3
"""Lines that are read with less certainty than this are no text."""
_CHARACTERS = frozenset(
    string.digits
    + string.ascii_letters
    + string.punctuation
    + "".join(chr(code) for code in range(0xC0, 0x100))
    + "§©®™°–—‘’“”•·…✓✔✗☐☑☒□■×€£½"
)
_PROSE_RATIO = 14.0
"""A line this many times as wide as high is prose."""
_PROSE_WIDTH = 0.7
"""Part of its width that a line of prose keeps on a clear page: recognition takes as long as a line is wide."""
_NARROWEST = 96
"""Recognised lines are padded to this width, in pixels: table cells are much narrower than the usual 320."""
_ONE_THREAD = {"INFERENCE_NUM_THREADS": 1, "ENABLE_CPU_PINNING": False}
"""Unpinned: the threads of two workers would be bound to one core."""
_NO_KERNEL_CACHE = {"CPU_RUNTIME_CACHE_CAPACITY": 0}
"""Lines have any width, and kernels kept for each of them make memory grow with every page."""
_LARGE_BLOCK = 2**18
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""Parameters of mallopt(3)."""
_LINES_AT_ONCE = 3
"""Lines that are recognised together: twice as many take no less time and 40 MB more."""
_CANVASES = ((1600, 1248), (1248, 1600), (1600, 1600))
"""Height and width of the images in which text lines are looked for: portrait, landscape, anything else. A model of a fixed
shape plans its memory: a third of what it takes with shapes that change."""


class Engine(RapidOCR):
    """RapidOCR with a smaller alphabet, that can narrow long lines before it recognises them."""

    narrow_prose = False

    def recognize_txt(self, img: list[NDArray[Any]]) -> Any:
        """Recognise the images of lines, each of height by width by three colours."""
        return super().recognize_txt([_narrowed(line) for line in img] if self.narrow_prose else img)

    def _load_det_model(self) -> Any:
        if self.text_det is None:
            detector = super()._load_det_model()  # type: ignore[no-untyped-call]
            detector.session = _CanvasSession(detector.session.model)
        return self.text_det

    def _load_rec_model(self) -> Any:
        if self.text_rec is None:
            recognizer = super()._load_rec_model()  # type: ignore[no-untyped-call]
            decoder = recognizer.postprocess_op
            # The first and the last of the alphabet are the blank of CTC and the space.
            last = len(decoder.character) - 1
            kept = [n for n, c in enumerate(decoder.character) if n in (0, last) or c in _CHARACTERS]
            _keep_classes(recognizer.session, kept)
            decoder.character = [decoder.character[n] for n in kept]
            decoder.dict = {character: n for n, character in enumerate(decoder.character)}
        return self.text_rec


class _CanvasSession:
    """Runs text detection on images of one of few fixed shapes; smaller ones are laid on white paper.

    Args:
        model: The model as OpenVINO read it; its input is (1, 3, height, width).
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._requests: dict[tuple[int, int], Any] = {}

    def __call__(self, image: NDArray[np.float32]) -> NDArray[np.float32]:
        """The probability map, (1, 1, height, width) of an image (1, 3, height, width)."""
        import numpy as np

        height, width = image.shape[2:]
        canvas = next((c for c in _CANVASES if height <= c[0] and width <= c[1]), (height, width))
        paper = np.broadcast_to(image.max(axis=(0, 2, 3)).reshape(1, 3, 1, 1), (1, 3, *canvas)).copy()
        paper[:, :, :height, :width] = image
        request = self._request(canvas)
        request.infer(inputs=[paper])
        found: NDArray[np.float32] = request.get_output_tensor().data
        return found[:, :, :height, :width]

    def _request(self, canvas: tuple[int, int]) -> Any:
        from openvino import Core

        if canvas not in self._requests:
            model = self._model.clone()
            model.reshape([1, 3, *canvas])
            self._requests[canvas] = Core().compile_model(model, "CPU", _ONE_THREAD).create_infer_request()
        return self._requests[canvas]


def _give_memory_back() -> None:
    """Let glibc return large freed blocks to the system at once: tensors of ever new sizes leave holes that add up."""
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)
        mallopt(_M_TRIM_THRESHOLD, _LARGE_BLOCK)


@cache
def engine() -> Engine:
    """The engine, made once a process."""
    _give_memory_back()
    return Engine(
        params={
            "Global.log_level": "error",
            "Global.max_side_len": 4000,
            "Global.text_score": LEAST_SCORE,
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTION_SIDE,
            "Rec.rec_img_shape": [3, 48, _NARROWEST],
            "Rec.rec_batch_num": _LINES_AT_ONCE,
            **{f"{part}.engine_type": EngineType.OPENVINO for part in ("Det", "Cls", "Rec")},
            **{f"EngineConfig.openvino.{name.lower()}": value for name, value in _ONE_THREAD.items()},
        }
    )


def _keep_classes(session: Any, kept: list[int]) -> None:
    """Compile a session's model again with some of its last layer's classes, by their numbers."""
    import numpy as np
    from openvino import Core, opset13

    classes = session.model.outputs[0].get_partial_shape()[-1].get_length()
    for node in session.model.get_ordered_ops():
        if node.get_type_name() == "Constant" and classes in node.get_output_shape(0):
            smaller = opset13.constant(np.ascontiguousarray(node.data[..., kept]))
            node.output(0).replace(smaller.output(0))
    session.model.validate_nodes_and_infer_types()
    options = {**_ONE_THREAD, **_NO_KERNEL_CACHE}
    session.session = Core().compile_model(session.model, "CPU", options).create_infer_request()


def _narrowed(line: NDArray[np.uint8]) -> NDArray[Any]:
    """A line of prose made narrower; any other as it is."""
    import cv2

    if line.shape[1] <= _PROSE_RATIO * line.shape[0]:
        return line
    return cv2.resize(line, None, fx=_PROSE_WIDTH, fy=1, interpolation=cv2.INTER_AREA)
