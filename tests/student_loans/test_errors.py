"""Errors: they cross processes whole, and each code is documented."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from student_loans.errors import (
    ConfigurationError,
    DocumentError,
    ErrorCode,
    LoanDocumentError,
    ReviewError,
    ServiceError,
)

ERRORS_PAGE = Path(__file__).resolve().parents[2] / "docs" / "errors.md"
RUNBOOK = ERRORS_PAGE.with_name("OPERATIONS.md")


@pytest.mark.parametrize(
    "error_class", [LoanDocumentError, DocumentError, ServiceError, ReviewError, ConfigurationError]
)
def test_an_error_survives_pickle(error_class: type[LoanDocumentError]) -> None:
    copy = pickle.loads(pickle.dumps(error_class(ErrorCode.EMPTY_FILE, "The file is empty.")))
    assert type(copy) is error_class
    assert (copy.code, copy.message) == (ErrorCode.EMPTY_FILE, "The file is empty.")


def test_an_error_shows_its_code_and_message() -> None:
    assert str(DocumentError(ErrorCode.ENCRYPTED_PDF, "Needs a password.")) == "[encrypted_pdf] Needs a password."


@pytest.mark.parametrize("code", ErrorCode)
def test_each_code_has_a_section_in_the_errors_page(code: ErrorCode) -> None:
    assert f"\n## `{code}`\n" in ERRORS_PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("code", ErrorCode)
def test_each_code_has_a_section_in_the_runbook(code: ErrorCode) -> None:
    section = RUNBOOK.read_text(encoding="utf-8").partition(f"\n### `{code}`\n")[2].partition("\n### ")[0]
    assert "**Do:**" in section
