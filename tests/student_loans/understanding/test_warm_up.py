"""What is made before processes are forked: the models that most documents need, and only objects of libraries."""

from __future__ import annotations

from typing import Any

import pytest

from student_loans import library_objects
from student_loans import settings as configuration
from student_loans.reading.rapidocr_engine import engine
from student_loans.settings import settings
from student_loans.understanding.warm_up import warm_up_reading, warm_up_sandbox_worker


@pytest.fixture(autouse=True)
def nothing_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_objects, "_objects", {})
    engine.cache_clear()


def kinds(objects: dict[tuple[str | int, ...], Any]) -> set[object]:
    return {key[0] for key in objects}


def test_reading_needs_models_that_find_and_read_lines_and_know_words() -> None:
    _, objects = warm_up_reading()
    assert {"detection", "recognition", "wordllama"} <= kinds(objects)


def test_opening_needs_the_model_of_direction_alone() -> None:
    _, objects = warm_up_sandbox_worker()
    assert kinds(objects) == {"model", "direction"}


def test_tesseract_has_no_model_that_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    tesseract = settings().extraction.model_copy(update={"reader": "tesseract"})
    chosen = settings().model_copy(update={"extraction": tesseract})
    monkeypatch.setattr(configuration, "settings", lambda: chosen)
    assert kinds(warm_up_reading()[1]) == {"wordllama"}


def test_only_objects_of_libraries_are_made() -> None:
    _, objects = warm_up_reading()
    made = [part for one in objects.values() for part in (one if isinstance(one, tuple) else (one,))]
    assert not [type(part) for part in made if type(part).__module__.startswith("student_loans")]
