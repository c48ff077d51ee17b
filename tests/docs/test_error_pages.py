"""The pages about errors say what the table of advice says."""

from __future__ import annotations

import pytest

from scripts.docs.error_pages import ERRORS, OPERATIONS, errors_page, with_codes


def test_the_page_of_errors_is_current() -> None:
    assert ERRORS.read_text(encoding="utf-8") == errors_page(), "Stale: run `make advice`."


def test_the_codes_on_the_page_of_operation_are_current() -> None:
    page = OPERATIONS.read_text(encoding="utf-8")
    assert page == with_codes(page), "Stale: run `make advice`."


def test_a_page_without_a_place_for_the_codes_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        with_codes("# Operating the pipeline\n")
