"""Models in 8 bits: the same lines found, the same figures read."""

from __future__ import annotations

import difflib
from functools import cache

import numpy as np
import pytest

from include.extraction.readers.quantization import known_ranges, measure_ranges, quantized
from include.extraction.readers.rapidocr_engine import Engine, cut_lines
from samples.generator.documents import generate
from samples.generator.renderings import page_images


@cache
def statement() -> np.ndarray:
    pdf = generate("quantized", "8", "loan_disclosure", "born_digital", "pdf", "bundled").content
    return page_images(pdf, 220)[0]


@cache
def engine(*, quantize: bool) -> Engine:
    return Engine(quantize=quantize)


def small_model() -> object:
    from openvino import Model, opset13

    rng = np.random.default_rng(3)
    image = opset13.parameter([1, 3, 16, 16], np.float32, name="image")
    weights = opset13.constant(rng.normal(0, 0.3, (8, 3, 3, 3)).astype(np.float32))
    convolution = opset13.convolution(image, weights, [1, 1], [1, 1], [1, 1], [1, 1], name="only")
    return Model([opset13.result(convolution)], [image], "small")


def answer(model: object, image: np.ndarray) -> np.ndarray:
    from openvino import Core

    request = Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"}).create_infer_request()
    request.infer(inputs=[image])
    return np.array(request.get_output_tensor().data)


def test_a_model_in_8_bits_answers_nearly_the_same() -> None:
    model = small_model()
    images = [np.random.default_rng(n).uniform(-1, 1, (1, 3, 16, 16)).astype(np.float32) for n in range(6)]
    ranges = measure_ranges(model, images)
    assert ranges["only"] == pytest.approx([-1, 1], abs=0.05)
    whole, reduced = answer(model, images[0]), answer(quantized(model, ranges), images[0])
    assert 0 < np.abs(whole - reduced).max() < 0.05 * np.abs(whole).max()


def test_ranges_of_another_model_are_refused() -> None:
    with pytest.raises(KeyError):
        quantized(small_model(), {"other": (0, 1)})


def test_all_lines_are_found_in_8_bits() -> None:
    assert set(known_ranges()) == {"detection", "recognition"}
    whole, reduced = (engine(quantize=quantize).find_lines(statement()) for quantize in (False, True))
    assert len(whole) == len(reduced) > 20
    assert np.median(np.abs(whole - reduced)) <= 3


def test_the_same_figures_are_read_in_8_bits() -> None:
    lines = cut_lines(statement(), engine(quantize=False).find_lines(statement()))
    whole, reduced = (
        [text.replace(" ", "") for text, _ in engine(quantize=quantize).read_lines(lines, clear=True)]
        for quantize in (False, True)
    )
    figures = [(a, b) for a, b in zip(whole, reduced, strict=True) if any(c.isdigit() for c in a) and len(a) < 20]
    assert len(figures) > 10
    assert [a for a, _ in figures] == [b for _, b in figures]
    assert difflib.SequenceMatcher(None, "\n".join(whole), "\n".join(reduced)).ratio() > 0.99
