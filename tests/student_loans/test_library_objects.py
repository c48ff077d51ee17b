"""Objects of libraries are made once a process, or taken over from the process that it is a fork of."""

from __future__ import annotations

import pytest

from student_loans import library_objects
from student_loans.library_objects import hand_out, load_once, take_over


@pytest.fixture(autouse=True)
def nothing_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_objects, "_objects", {})


def test_what_is_asked_for_again_is_made_once() -> None:
    first = load_once(("model", "tiny"), object)
    assert load_once(("model", "tiny"), object) is first
    assert load_once(("model", "small"), object) is not first


def test_what_is_taken_over_is_not_made() -> None:
    version, _ = hand_out()
    model = object()
    take_over((version, {("model", "tiny"): model}))
    assert load_once(("model", "tiny"), object) is model


def test_what_other_code_made_is_not_taken_over() -> None:
    model = object()
    take_over(("another version", {("model", "tiny"): model}))
    assert load_once(("model", "tiny"), object) is not model


def test_what_is_handed_out_is_a_copy() -> None:
    load_once(("model",), object)
    hand_out()[1].clear()
    assert list(hand_out()[1]) == [("model",)]


def test_what_could_not_be_made_is_tried_again() -> None:
    def fail() -> object:
        raise FileNotFoundError("no model")

    with pytest.raises(FileNotFoundError, match="no model"):
        load_once(("model",), fail)
    assert load_once(("model",), lambda: 1) == 1
