"""Text that every store can hold, and nothing of it changed that need not be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.storage.clean_text import storable, storable_data

ANY_TEXT = st.text(st.characters())  # with surrogates and NUL
JSON_LIKE = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY_TEXT,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(ANY_TEXT, children, max_size=3),
    max_leaves=10,
)


@given(ANY_TEXT)
def test_what_is_storable_is_utf_8_without_nul_and_stays_as_it_is(text: str) -> None:
    clean = storable(text)
    assert "\x00" not in clean
    assert clean.encode("utf-8").decode("utf-8") == clean
    assert storable(clean) == clean


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
def test_text_that_every_store_holds_is_not_touched(text: str) -> None:
    assert storable(text) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("", ""),
        ("a\x00b", "a\ufffdb"),
        ("note\udce9.pdf", "note\ufffd.pdf"),  # a file name in Latin-1, as os.fsdecode gives it
        ("\ud83d\ude00", "\U0001f600"),  # two halves of one character
        ("\ude00\ud83d", "\ufffd\ufffd"),  # the halves in the wrong order are two faults
    ],
)
def test_what_no_store_holds_becomes_a_replacement_character(text: str, clean: str) -> None:
    assert storable(text) == clean


@given(JSON_LIKE)
def test_data_keeps_its_shape_and_can_be_written_as_json(data: Any) -> None:
    clean = storable_data(data)
    assert json.loads(json.dumps(clean)) == clean
    json.dumps(clean, ensure_ascii=False).encode("utf-8")


def test_keys_are_cleaned_and_tuples_become_lists() -> None:
    data = {"a\x00": ("b\udc80", 1, None), 2: {"c": True}}
    assert storable_data(data) == {"a\ufffd": ["b\ufffd", 1, None], "2": {"c": True}}
