"""A page that holds more than can be printed on one is refused before its parts are looked at one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from student_loans.errors import DocumentError, ErrorCode
from student_loans.pages.characters import characters_of
from student_loans.pages.page_objects import survey
from tests.drawing_factory import first_page
from tests.hostile_files import many_paths, many_words


@pytest.mark.parametrize(
    ("content", "look"), [(many_words(30_000), characters_of), (many_paths(200_001), survey)], ids=["words", "paths"]
)
def test_a_page_with_too_much_on_it_is_refused(content: bytes, look: Callable[[Any], object]) -> None:
    with pytest.raises(DocumentError) as caught:
        look(first_page(content))
    assert caught.value.code is ErrorCode.TOO_MUCH_CONTENT


@pytest.mark.parametrize(
    ("content", "look"), [(many_words(2_000), characters_of), (many_paths(20_000), survey)], ids=["words", "paths"]
)
def test_a_dense_page_is_not(content: bytes, look: Callable[[Any], object]) -> None:
    assert look(first_page(content))
