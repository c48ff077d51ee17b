"""Intake checks: the content decides what a file is, and each refusal has a code."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from include.acquisition.intake import check_document
from include.errors import DocumentError, ErrorCode
from include.records import FileFormat
from include.settings import IntakeSettings
from tests.document_factory import make_image, make_pdf

LIMITS = IntakeSettings(max_bytes=1_000_000, max_pages=3, max_page_pixels=1_000_000)


def refusal(content: bytes, limits: IntakeSettings = LIMITS) -> ErrorCode:
    with pytest.raises(DocumentError) as caught:
        check_document(content, limits)
    return caught.value.code


@pytest.mark.parametrize(
    ("content", "file_format", "page_count"),
    [
        pytest.param(make_pdf(), FileFormat.PDF, 1, id="pdf"),
        pytest.param(make_pdf([["one"], ["two"]]), FileFormat.PDF, 2, id="pdf-of-two-pages"),
        pytest.param(b"\n\n" + make_pdf(), FileFormat.PDF, 1, id="pdf-after-blank-lines"),
        pytest.param(make_image("PNG"), FileFormat.PNG, 1, id="png"),
        pytest.param(make_image("JPEG"), FileFormat.JPEG, 1, id="jpeg"),
        pytest.param(make_image("TIFF", frames=2), FileFormat.TIFF, 2, id="tiff-of-two-pages"),
    ],
)
def test_a_readable_file_has_a_format_and_pages(content: bytes, file_format: FileFormat, page_count: int) -> None:
    result = check_document(content, LIMITS)
    assert (result.file_format, result.page_count) == (file_format, page_count)


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"") is ErrorCode.EMPTY_FILE


def test_a_file_over_the_size_limit_is_refused() -> None:
    assert refusal(b"x" * 1_000_001) is ErrorCode.FILE_TOO_LARGE


def test_text_is_refused_whatever_it_calls_itself() -> None:
    assert refusal(b"Dear borrower, this is no PDF.") is ErrorCode.UNSUPPORTED_FORMAT


def test_a_zip_container_is_refused() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    assert refusal(buffer.getvalue()) is ErrorCode.UNSUPPORTED_FORMAT


def test_a_pdf_with_a_password_is_refused() -> None:
    assert refusal(make_pdf(password="secret")) is ErrorCode.ENCRYPTED_PDF


def test_half_a_pdf_header_is_corrupt() -> None:
    assert refusal(b"%PDF-1.7\n1 0 obj <<") is ErrorCode.CORRUPT_FILE


def test_an_image_without_a_body_is_corrupt() -> None:
    assert refusal(make_image("PNG")[:20]) is ErrorCode.CORRUPT_FILE


def test_too_many_pages_are_refused() -> None:
    assert refusal(make_pdf([["page"]] * 4)) is ErrorCode.TOO_MANY_PAGES
    assert refusal(make_image("TIFF", frames=4)) is ErrorCode.TOO_MANY_PAGES


def test_an_image_with_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    assert refusal(make_image("PNG", size=(2000, 600))) is ErrorCode.PAGE_TOO_LARGE


def test_a_refusal_says_what_to_do_and_quotes_nothing() -> None:
    secret = b"SSN 987-65-4320"
    with pytest.raises(DocumentError) as caught:
        check_document(secret, LIMITS)
    assert "send a PDF" in caught.value.message
    assert "987" not in str(caught.value)
