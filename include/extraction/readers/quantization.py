"""Models of PP-OCR with convolutions in whole numbers of 8 bits: a third less time on processors with VNNI.

Weights are scaled a channel, activations a layer, to the range that they were seen to take: Krishnamoorthi (2018),
"Quantizing deep convolutional networks for efficient inference". The ranges are in ``include/config/ocr_ranges.json``;

    python -m include.extraction.readers.quantization FOLDER

measures them over the scans of a folder and writes that file. Those in use were measured over what
``python -m samples.generator FOLDER --count 120 --seed ranges`` makes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from include.errors import DocumentError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RANGES = Path(__file__).resolve().parents[2] / "config" / "ocr_ranges.json"
Ranges = Mapping[str, Sequence[float]]
"""Least and greatest activation that goes into a convolution, by its name."""
_QUANTILE = 0.15
"""Of the extremes of many images, those that are surpassed in this share of them: the rarest would cost all others precision."""
_MOST_IMAGES = 60


@cache
def known_ranges() -> dict[str, Ranges]:
    """Ranges by model, ``detection`` and ``recognition``."""
    ranges: dict[str, Ranges] = json.loads(RANGES.read_text(encoding="utf-8"))
    return ranges


def quantized(model: Any, ranges: Ranges) -> Any:
    """A copy of an OpenVINO model whose convolutions run in 8 bits where the processor can.

    Raises:
        KeyError: A convolution has no range: the model is another than the ranges were measured on.
    """
    import numpy as np
    from openvino import opset13

    copy = model.clone()
    for convolution in _convolutions(copy):
        low, high = _with_zero(*ranges[convolution.get_friendly_name()])
        activation = [opset13.constant(np.float32(value)) for value in (low, high, low, high)]
        limited = opset13.fake_quantize(convolution.input_value(0), *activation, 256)
        weights = _weights(convolution)
        largest = np.maximum(np.abs(weights).max(axis=(1, 2, 3), keepdims=True), 1e-8)
        edges = [opset13.constant(value) for value in (-largest, largest, -largest, largest)]
        convolution.input(0).replace_source_output(limited.output(0))
        convolution.input(1).replace_source_output(
            opset13.fake_quantize(opset13.constant(weights), *edges, 255).output(0)
        )
    copy.validate_nodes_and_infer_types()
    return copy


def measure_ranges(model: Any, images: Iterable[NDArray[np.float32]]) -> dict[str, list[float]]:
    """The ranges of a model's activations over some of its inputs."""
    import numpy as np
    from openvino import Core, Model, opset13

    copy = model.clone()
    convolutions = _convolutions(copy)
    axes = opset13.constant(np.arange(4))
    extremes = [
        reduce(convolution.input_value(0), axes, False)
        for reduce in (opset13.reduce_min, opset13.reduce_max)
        for convolution in convolutions
    ]
    observer = Model([opset13.result(one) for one in extremes], copy.get_parameters(), "observer")
    request = Core().compile_model(observer, "CPU", {"INFERENCE_PRECISION_HINT": "f32"}).create_infer_request()
    seen = []
    for image in images:
        request.infer(inputs=[image])
        seen.append([float(request.get_output_tensor(index).data) for index in range(len(extremes))])
    low, high = np.split(np.array(seen), 2, axis=1)
    low, high = np.quantile(low, _QUANTILE, axis=0), np.quantile(high, 1 - _QUANTILE, axis=0)
    names = [convolution.get_friendly_name() for convolution in convolutions]
    return {name: [round(float(v), 4) for v in pair] for name, *pair in zip(names, low, high, strict=True)}


def _convolutions(model: Any) -> list[Any]:
    return [node for node in model.get_ordered_ops() if node.get_type_name() == "Convolution"]


def _weights(convolution: Any) -> NDArray[np.float32]:
    import numpy as np

    node = convolution.input_value(1).get_node()
    while node.get_type_name() != "Constant":  # weights that are stored in half precision are converted first
        node = node.input_value(0).get_node()
    return np.asarray(node.data, np.float32)


def _with_zero(low: float, high: float) -> tuple[float, float]:
    """A range moved so that zero, which pads images, is one of its 256 steps."""
    if low >= 0:
        return 0.0, high
    step = (high - low) / 255
    below = round(-low / step)
    return -below * step, (255 - below) * step


def main(argv: list[str] | None = None) -> int:
    """Measure and write; returns the exit status."""
    from include.extraction.readers.rapidocr_engine import observed_ranges

    parser = argparse.ArgumentParser(prog="python -m include.extraction.readers.quantization", description=__doc__)
    parser.add_argument("folder", type=Path, help="documents, some of them scans")
    ranges = observed_ranges(_scanned_pages(parser.parse_args(argv).folder))
    RANGES.write_text(json.dumps(ranges, indent=1) + "\n", encoding="utf-8")
    return 0


def _scanned_pages(folder: Path) -> list[NDArray[np.uint8]]:
    """Prepared images of the scanned pages of a folder's documents, some from all of it."""
    import io

    import numpy as np
    from PIL import Image

    from include.acquisition.intake import check_document
    from include.preprocessing.pages import prepare_pages
    from include.settings import load_settings

    settings = load_settings()
    pages: list[bytes] = []
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        with suppress(DocumentError):  # refused documents have no pages
            kind = check_document(content, settings.intake).file_format
            pages += [page.image for page in prepare_pages(content, kind, settings) if page.image]
    chosen = pages[:: max(1, len(pages) // _MOST_IMAGES)]
    return [np.asarray(Image.open(io.BytesIO(page))) for page in chosen]


if __name__ == "__main__":
    sys.exit(main())
