"""Errors cross processes whole."""

from __future__ import annotations

import pickle

import pytest

from student_loans.errors import (
    ConfigurationError,
    DocumentError,
    ErrorCode,
    LoanDocumentError,
    ReviewError,
    ServiceError,
)


@pytest.mark.parametrize(
    "error_class", [LoanDocumentError, DocumentError, ServiceError, ReviewError, ConfigurationError]
)
def test_an_error_survives_pickle(error_class: type[LoanDocumentError]) -> None:
    copy = pickle.loads(pickle.dumps(error_class(ErrorCode.EMPTY_FILE, "The file is empty.")))
    assert type(copy) is error_class
    assert (copy.code, copy.message) == (ErrorCode.EMPTY_FILE, "The file is empty.")


def test_an_error_shows_its_code_and_message() -> None:
    assert str(DocumentError(ErrorCode.ENCRYPTED_PDF, "Needs a password.")) == "[encrypted_pdf] Needs a password."
