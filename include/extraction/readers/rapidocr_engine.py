"""PP-OCR as this project runs it: RapidOCR's models on OpenVINO, one thread, images of fixed shapes.

The recognition model knows 18,710 characters, nearly all of them Chinese. Leaving out what no American document prints
saves a fifth of recognition's time and the readings in which a speck turns a letter into a foreign sign. Clear pages are
recognised in 8 bits, which changes none of their figures and takes a third less time; what is read with doubt then, and other
pages, at full precision.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from rapidocr import EngineType, RapidOCR
from rapidocr.utils.process_img import get_rotate_crop_image

from include.extraction.readers.quantization import RANGES, known_ranges, measure_ranges, quantized
from include.extraction.readers.strips import LINE_HEIGHT, draw, pack, width_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]
    Boxes = NDArray[np.float32]
    Tensor = NDArray[np.float32]

DETECTION_SIDE = 1440
"""Longer side of the image in which text lines are looked for, in pixels; see docs/benchmarks.md."""
_CANVASES = ((1440, 1120), (1120, 1440), (1440, 1440))
"""Height and width of the images in which text lines are looked for: portrait, landscape, anything else. A model of a fixed
shape plans its memory: a third of what it takes with shapes that change, and still 250 MB for each of these."""
_STRIP = 1600
"""Width of the strips in which lines of clear pages are recognised, and of the widest line, in pixels."""
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
_SURE = 0.95
"""Lines of clear pages that are recognised with less certainty are read again with care."""
_MOST_UNSURE = 0.15
"""Share of such lines beyond which a page is not clear, and all its lines are."""
_NARROWEST = 96
"""Lines that are read with care are padded to this width, in pixels: table cells are much narrower than the usual 320."""
_LINES_AT_ONCE = 3
"""Lines that are read with care together: twice as many take no less time and 40 MB more."""
_NO_KERNEL_CACHE = {"CPU_RUNTIME_CACHE_CAPACITY": 0}
"""Lines read with care have any width, and kernels kept for each of them make memory grow with every page."""
_ONE_THREAD = {"INFERENCE_NUM_THREADS": 1, "ENABLE_CPU_PINNING": False}
"""Unpinned: the threads of two workers would be bound to one core."""
_LARGE_BLOCK = 2**18
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""Parameters of mallopt(3)."""


class Engine:
    """Finds lines of text and recognises them; models are loaded when they are first used.

    Args:
        quantize: Whether detection, and recognition of clear pages, run in 8 bits.
    """

    def __init__(self, *, quantize: bool = True) -> None:
        _give_memory_back()
        self._quantize = quantize
        self._rapidocr = RapidOCR(
            params={
                "Global.log_level": "error",
                "Det.limit_type": "max",
                "Det.limit_side_len": DETECTION_SIDE,
                "Rec.rec_img_shape": [3, LINE_HEIGHT, _NARROWEST],
                "Rec.rec_batch_num": _LINES_AT_ONCE,
                **{f"{part}.engine_type": EngineType.OPENVINO for part in ("Det", "Cls", "Rec")},
                **{f"EngineConfig.openvino.{name.lower()}": value for name, value in _ONE_THREAD.items()},
            }
        )

    def find_lines(self, image: Gray) -> Boxes:
        """Corners of the lines of text, clockwise from the upper left: (lines, 4, 2) in pixels."""
        import numpy as np

        shape, small = self._detector.sized(image)
        boxes, _ = self._detector.boxes(self._detector.map(small), shape)
        return np.zeros((0, 4, 2), np.float32) if len(boxes) == 0 else boxes

    def read_lines(self, lines: Sequence[Gray], *, clear: bool) -> list[tuple[str, float]]:
        """Text and certainty in [0, 1] of the images of lines, each (height, width).

        Args:
            lines: The images.
            clear: Whether they come from a clear page: they are read fast, and with care only where that leaves doubt.
        """
        if not clear:
            return self._careful_reader.read(lines)
        read = self._fast_reader.read(lines)
        unsure = [index for index, (_, certainty) in enumerate(read) if certainty < _SURE]
        if not unsure:
            return read  # the careful reader is not even loaded
        if len(unsure) > _MOST_UNSURE * len(lines):
            unsure = list(range(len(lines)))
        for index, again in zip(unsure, self._careful_reader.read([lines[index] for index in unsure]), strict=True):
            read[index] = again
        return read

    def upside_down(self, line: Gray) -> tuple[bool, float]:
        """Whether a line stands on its head, and how certain that is, in [0, 1]."""
        result: Any = self._rapidocr(coloured(line), use_det=False, use_cls=True, use_rec=False)
        label, score = result.cls_res[0]
        return label == "180", float(score)

    @cached_property
    def _detector(self) -> _Detector:
        detector = self._rapidocr._load_det_model()  # type: ignore[no-untyped-call]
        return _Detector(detector, self._reduced(_taken(detector.session), "detection"))

    @cached_property
    def _alphabet(self) -> _Alphabet:
        return _Alphabet(self._rapidocr._load_rec_model())  # type: ignore[no-untyped-call]

    @cached_property
    def _fast_reader(self) -> _FastReader:
        return _FastReader(self._reduced(self._alphabet.model, "recognition"), self._alphabet.decoder)

    @cached_property
    def _careful_reader(self) -> _CarefulReader:
        return _CarefulReader(self._alphabet)

    def _reduced(self, model: Any, name: str) -> Any:
        return quantized(model, known_ranges()[name]) if self._quantize else model


@cache
def engine() -> Engine:
    """The engine, made once a process; at full precision where the ranges of activations are still to be measured."""
    return Engine(quantize=RANGES.exists())


def cut_lines(image: Gray, boxes: Boxes) -> list[Gray]:
    """The images of lines, upright, by their corners."""
    import numpy as np

    return [np.ascontiguousarray(get_rotate_crop_image(image, box)) for box in boxes]


def coloured(image: NDArray[Any]) -> NDArray[Any]:
    """A gray image with three channels."""
    import numpy as np

    return np.repeat(image[:, :, np.newaxis], 3, axis=2)


class _Detector:
    """Text detection on images of one of few fixed shapes; smaller ones are laid on white paper."""

    def __init__(self, detector: Any, model: Any) -> None:
        import numpy as np

        self._detector, self._model = detector, model
        mean, std = (np.array(part, np.float32).reshape(3, 1) for part in (detector.mean, detector.std))
        self._levels: NDArray[np.float32] = ((np.arange(256) / 255 - mean) / std).astype(np.float32)
        """What each gray level is to the model, (3, 256)."""
        self._requests: dict[tuple[int, int], Any] = {}

    def sized(self, image: Gray) -> tuple[tuple[int, int], Gray]:
        """An image's height and width, and the image at the size in which lines are looked for."""
        preprocess = self._detector.get_preprocess()
        return image.shape, preprocess.resize(image)

    def canvas(self, image: Gray) -> Tensor:
        """An image as the model takes it: (1, 3, height, width)."""
        import numpy as np

        height, width = image.shape
        shape = next((c for c in _CANVASES if height <= c[0] and width <= c[1]), (height, width))
        paper = np.full(shape, image.max(), np.uint8)
        paper[:height, :width] = image
        tensor: Tensor = np.take(self._levels, paper, axis=1)[np.newaxis]
        return tensor

    def map(self, image: Gray) -> Tensor:
        """How likely each pixel of an image belongs to text, (1, 1, height, width) in [0, 1]."""
        request = self._request(self.canvas(image))
        found: Tensor = request.get_output_tensor().data
        return found[:, :, : image.shape[0], : image.shape[1]]

    def boxes(self, found: Tensor, shape: tuple[int, int]) -> tuple[Boxes, list[float]]:
        """Corners of lines in an image of that height and width, in reading order, and their certainty."""
        boxes, scores = self._detector.postprocess_op(found, shape)
        return (self._detector.sorted_boxes(boxes) if len(boxes) else boxes), scores

    def _request(self, tensor: Tensor) -> Any:
        shape = tensor.shape[2:]
        if shape not in self._requests:
            self._requests[shape] = _compiled(self._model, [1, 3, *shape])
        request = self._requests[shape]
        request.infer(inputs=[tensor], share_inputs=True)
        return request


class _Alphabet:
    """The recognition model and its decoder, with the characters that forms print."""

    def __init__(self, recognizer: Any) -> None:
        self.recognizer, self.decoder = recognizer, recognizer.postprocess_op
        self.model = _taken(recognizer.session)
        # The first and the last of the alphabet are the blank of CTC and the space.
        last = len(self.decoder.character) - 1
        kept = [n for n, c in enumerate(self.decoder.character) if n in (0, last) or c in _CHARACTERS]
        _keep_classes(self.model, kept)
        self.decoder.character = [self.decoder.character[n] for n in kept]
        self.decoder.dict = {character: n for n, character in enumerate(self.decoder.character)}


class _FastReader:
    """Reads lines in strips, long ones narrowed."""

    def __init__(self, model: Any, decoder: Any) -> None:
        self._decoder = decoder
        self._request = _compiled(model, [1, 3, LINE_HEIGHT, _STRIP])

    def read(self, lines: Sequence[Gray]) -> list[tuple[str, float]]:
        texts = [("", 0.0)] * len(lines)
        strips = pack(line_widths(lines), _STRIP)
        for places, strip in zip(strips, draw(lines, strips, _STRIP), strict=True):
            self._request.infer(inputs=[strip], share_inputs=True)
            answer = self._request.get_output_tensor().data
            for place in places:
                (texts[place.line],), _ = self._decoder(answer[:, place.steps])
        return texts


class _CarefulReader:
    """Reads lines by themselves, at their full width and full precision: a line of a bad page disturbs its neighbours."""

    def __init__(self, alphabet: _Alphabet) -> None:
        from openvino import Core

        self._recognizer = alphabet.recognizer
        options = {**_ONE_THREAD, **_NO_KERNEL_CACHE}
        self._recognizer.session.session = Core().compile_model(alphabet.model, "CPU", options).create_infer_request()

    def read(self, lines: Sequence[Gray]) -> list[tuple[str, float]]:
        from rapidocr.ch_ppocr_rec.typings import TextRecInput

        if not lines:
            return []
        read = self._recognizer(TextRecInput(img=[coloured(line) for line in lines], return_word_box=False))
        return list(zip(read.txts, read.scores, strict=True))


def line_widths(lines: Sequence[Gray]) -> list[int]:
    """Width that each line takes in a strip, in pixels."""
    return [
        width_of(line, _PROSE_WIDTH if line.shape[1] > _PROSE_RATIO * line.shape[0] else 1.0, _STRIP) for line in lines
    ]


def observed_ranges(pages: Iterable[Gray]) -> dict[str, dict[str, list[float]]]:
    """Ranges of the activations of both models over some page images; see :mod:`include.extraction.readers.quantization`."""
    own = Engine(quantize=False)
    canvases, strips = [], []
    for page in pages:
        small = own._detector.sized(page)[1]
        canvases.append(own._detector.canvas(small))
        lines = cut_lines(page, own.find_lines(page))
        strips += list(draw(lines, pack(line_widths(lines), _STRIP)[:2], _STRIP))
    return {
        "detection": measure_ranges(own._detector._model, canvases),
        "recognition": measure_ranges(own._alphabet.model, strips),
    }


def _taken(session: Any) -> Any:
    """The model of one of RapidOCR's sessions, which lets go of it and of its own compiled form, of any shape."""
    model, session.model, session.session = session.model, None, None
    return model


def _compiled(model: Any, shape: list[int]) -> Any:
    """A request to a copy of a model with that input shape."""
    from openvino import Core

    fixed = model.clone()
    fixed.reshape(shape)
    return Core().compile_model(fixed, "CPU", _ONE_THREAD).create_infer_request()


def _keep_classes(model: Any, kept: list[int]) -> None:
    """Leave a model some of its last layer's classes, by their numbers."""
    import numpy as np
    from openvino import opset13

    classes = model.outputs[0].get_partial_shape()[-1].get_length()
    for node in model.get_ordered_ops():
        if node.get_type_name() == "Constant" and classes in node.get_output_shape(0):
            smaller = opset13.constant(np.ascontiguousarray(node.data[..., kept]))
            node.output(0).replace(smaller.output(0))
    model.validate_nodes_and_infer_types()


def _give_memory_back() -> None:
    """Let glibc return large freed blocks to the system at once: tensors of ever new sizes leave holes that add up."""
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)
        mallopt(_M_TRIM_THRESHOLD, _LARGE_BLOCK)
