"""Errors of the pipeline: one base class, stable codes, and a message that says what to do.

The tree::

    LoanDocumentError
    ├── DocumentError          this document cannot be processed: it is quarantined, the batch goes on
    ├── ServiceError           a service did not answer: worth a retry
    ├── ReviewError            a person asked for what cannot be done now: the answer says why, nothing changes
    └── ConfigurationError     the installation is wrong: a retry does not help

``config/errors.yaml`` has the meaning of each code and what to do about it (:mod:`student_loans.error_advice`).

A *bad document is a result*, so :class:`DocumentError` is turned into a quarantined record at the edge of each stage.
A *broken service is an error*: it propagates, Airflow retries, and then the task fails loudly.
"""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """Stable codes: they appear in records, the database, reports, alerts; ``config/errors.yaml`` explains each."""

    # Documents
    EMPTY_FILE = "empty_file"
    FILE_TOO_LARGE = "file_too_large"
    UNSUPPORTED_FORMAT = "unsupported_format"
    ENCRYPTED_PDF = "encrypted_pdf"
    CORRUPT_FILE = "corrupt_file"
    NO_PAGES = "no_pages"
    TOO_MANY_PAGES = "too_many_pages"
    PAGE_TOO_LARGE = "page_too_large"
    TOO_MUCH_CONTENT = "too_much_content"
    BLANK_DOCUMENT = "blank_document"
    TRUNCATED_FILE = "truncated_file"
    UNREADABLE_SOURCE = "unreadable_source"
    CHECKSUM_MISMATCH = "checksum_mismatch"
    PARSER_CRASHED = "parser_crashed"
    TIMED_OUT = "timed_out"
    ATTEMPTS_EXHAUSTED = "attempts_exhausted"
    REJECTED_BY_REVIEWER = "rejected_by_reviewer"
    # Services
    OCR_FAILED = "ocr_failed"
    OCR_TIMED_OUT = "ocr_timed_out"
    STORE_UNAVAILABLE = "store_unavailable"
    DATABASE_UNAVAILABLE = "database_unavailable"
    VERSIONING_BUSY = "versioning_busy"
    VERSIONING_FAILED = "versioning_failed"
    REMOTE_UNAVAILABLE = "remote_unavailable"
    SOURCE_UNAVAILABLE = "source_unavailable"
    PARSER_UNAVAILABLE = "parser_unavailable"
    STATISTICS_FAILED = "statistics_failed"
    # Review
    NOT_FOUND = "not_found"
    CLAIMED_BY_ANOTHER = "claimed_by_another"
    NOT_CLAIMED = "not_claimed"
    STALE_RECORD = "stale_record"
    NOT_IN_REVIEW = "not_in_review"
    OWN_DECISION = "own_decision"
    INVALID_VALUE = "invalid_value"
    CHECKS_FAILED = "checks_failed"
    # Set-up
    SOURCE_NOT_FOUND = "source_not_found"
    SOURCE_NOT_ALLOWED = "source_not_allowed"
    SOURCE_REFUSED = "source_refused"
    INVALID_SOURCE = "invalid_source"
    OCR_NOT_INSTALLED = "ocr_not_installed"
    INVALID_SETTINGS = "invalid_settings"
    SCHEMA_MISMATCH = "schema_mismatch"
    TFDV_NOT_INSTALLED = "tfdv_not_installed"
    UNKNOWN_RUN = "unknown_run"
    REMOTE_REFUSED = "remote_refused"
    REMOTE_UNSUPPORTED = "remote_unsupported"
    UNKNOWN_VERSION = "unknown_version"
    VERSION_DAMAGED = "version_damaged"
    VERSION_NOT_TRUSTED = "version_not_trusted"
    RESTORE_CONFLICT = "restore_conflict"
    INVALID_LABELS = "invalid_labels"
    UNKNOWN_MITIGATION = "unknown_mitigation"
    INVALID_ARGUMENT = "invalid_argument"
    MISSING_CONNECTION = "missing_connection"
    UNKNOWN_PART = "unknown_part"
    UNKNOWN_DOCUMENT = "unknown_document"
    DATA_NOT_FOUND = "data_not_found"
    MISSING_COLUMN = "missing_column"


class LoanDocumentError(Exception):
    """Base of every error raised by this project.

    Args:
        code: The stable code.
        message: What happened and what to do, for a person; never a value read from a document.
    """

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"[{self.code}] {self.message}"


class DocumentError(LoanDocumentError):
    """The document cannot be processed. Final for these bytes; the batch goes on."""


class ServiceError(LoanDocumentError):
    """A service or external program failed. Transient: a retry may succeed."""


class ReviewError(LoanDocumentError):
    """A person asked for something that cannot be done as things stand; nothing was changed."""


class ConfigurationError(LoanDocumentError):
    """The installation or its settings are wrong. Final until somebody changes them."""
