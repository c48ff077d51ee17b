"""Intake checks: the content decides what a file is, and each refusal has a code."""

from __future__ import annotations

import sys
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pytest

from student_loans.errors import DocumentError, ErrorCode
from student_loans.intake.document_check import check_document
from student_loans.records import FileFormat
from student_loans.settings import IntakeSettings
from tests.document_factory import make_heic, make_image, make_pdf

if TYPE_CHECKING:
    from PIL.Image import Image

LIMITS = IntakeSettings(max_bytes=5_000_000, max_pages=3, max_page_pixels=9_000_000)


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
        pytest.param(make_heic(), FileFormat.HEIC, 1, id="heic"),
    ],
)
def test_a_readable_file_has_a_format_and_pages(content: bytes, file_format: FileFormat, page_count: int) -> None:
    result = check_document(content, LIMITS)
    assert (result.file_format, result.page_count) == (file_format, page_count)


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"") is ErrorCode.EMPTY_FILE


def test_a_file_over_the_size_limit_is_refused() -> None:
    assert refusal(b"x" * 5_000_001) is ErrorCode.FILE_TOO_LARGE


def test_text_is_refused_whatever_it_calls_itself() -> None:
    assert refusal(b"Dear borrower, this is no PDF.") is ErrorCode.UNSUPPORTED_FORMAT


def test_a_zip_container_is_refused() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    assert refusal(buffer.getvalue()) is ErrorCode.UNSUPPORTED_FORMAT


def test_a_pdf_with_a_password_is_refused() -> None:
    assert refusal(make_pdf(password="secret")) is ErrorCode.ENCRYPTED_PDF


def test_half_a_pdf_header_is_cut_short() -> None:
    assert refusal(b"%PDF-1.7\n1 0 obj <<") is ErrorCode.TRUNCATED_FILE


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(make_pdf([["one"], ["two"]]), id="pdf"),
        pytest.param(make_image("PNG"), id="png"),
        pytest.param(make_image("JPEG"), id="jpeg"),
        pytest.param(make_heic(), id="heic"),
    ],
)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_file_that_is_cut_off_is_refused(content: bytes, share: float) -> None:
    assert refusal(content[: int(len(content) * share)]) in (ErrorCode.TRUNCATED_FILE, ErrorCode.CORRUPT_FILE)


def test_a_photo_is_not_called_damaged_where_the_library_for_heic_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    assert refusal(make_heic()) is ErrorCode.UNSUPPORTED_FORMAT


@pytest.mark.parametrize("missing", [8, 12, 13, 16, 20])
@pytest.mark.parametrize("after", [b"", b"7", b"not the end"])
def test_a_png_without_its_end_is_refused_though_every_pixel_is_there(missing: int, after: bytes) -> None:
    """The end mark is 12 bytes, 4 of them its checksum; before it stand checksums that no pixel needs."""
    assert refusal(make_image("PNG", (40, 40))[:-missing] + after) in (ErrorCode.TRUNCATED_FILE, ErrorCode.CORRUPT_FILE)


def test_what_follows_the_end_of_a_png_does_no_harm() -> None:
    check_document(make_image("PNG", (40, 40)) + b"what a scanner's software left here", LIMITS)


def test_a_linearized_pdf_that_is_cut_off_is_refused_though_it_has_an_end_mark() -> None:
    buffer = BytesIO()
    with pikepdf.open(BytesIO(make_pdf([["page"] * 30] * 3))) as pdf:
        pdf.save(buffer, linearize=True)
    whole = buffer.getvalue()
    assert check_document(whole, LIMITS).page_count == 3
    cut = whole[: whole.rindex(b"startxref") - 10]
    assert b"%%EOF" in cut
    assert refusal(cut) is ErrorCode.TRUNCATED_FILE


def test_a_png_with_a_broken_header_is_corrupt() -> None:
    content = bytearray(make_image("PNG"))
    content[18] ^= 0xFF
    assert refusal(bytes(content)) is ErrorCode.CORRUPT_FILE


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(make_pdf([[]]), id="pdf-page-without-anything"),
        pytest.param(make_pdf([["  "], []]), id="pdf-pages-of-spaces"),
        pytest.param(make_image("PNG", (1700, 2200), ink=False), id="white-scan"),
        pytest.param(make_image("TIFF", (800, 1000), frames=2, ink=False), id="white-tiff-of-two-pages"),
        pytest.param(make_heic(ink=False), id="photo-of-white-paper"),
    ],
)
def test_a_document_with_nothing_on_it_is_blank(content: bytes) -> None:
    assert refusal(content) is ErrorCode.BLANK_DOCUMENT


def test_grain_and_a_shadow_at_the_edge_are_no_print_and_a_single_line_is() -> None:
    import numpy as np
    from PIL import Image as images
    from PIL import ImageDraw

    rng = np.random.default_rng(7)
    paper = np.clip(rng.normal(225, 9, (2200, 1700)), 0, 255).astype(np.uint8)
    paper[:, :40] = 90
    image = images.fromarray(paper)
    assert refusal(png_of(image)) is ErrorCode.BLANK_DOCUMENT
    ImageDraw.Draw(image).text((600, 1000), "VOID 2026", fill=90, font_size=28)
    assert check_document(png_of(image), LIMITS).page_count == 1


def test_faint_print_on_even_paper_is_print() -> None:
    from PIL import Image as images
    from PIL import ImageDraw

    image = images.new("L", (1275, 1650), 254)
    ImageDraw.Draw(image).text((200, 300), "Payoff amount USD 41,189.76", fill=229, font_size=24)
    assert check_document(png_of(image), LIMITS).page_count == 1


def test_a_page_that_would_be_too_large_when_rendered_is_refused() -> None:
    buffer = BytesIO()
    with pikepdf.open(BytesIO(make_pdf())) as pdf:
        pdf.pages[0].MediaBox = [0, 0, 612, 14_400]
        pdf.save(buffer)
    assert refusal(buffer.getvalue()) is ErrorCode.PAGE_TOO_LARGE


def test_a_pdf_without_pages_is_refused() -> None:
    buffer = BytesIO()
    pikepdf.new().save(buffer)
    assert refusal(buffer.getvalue()) is ErrorCode.NO_PAGES


def png_of(image: Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_too_many_pages_are_refused() -> None:
    assert refusal(make_pdf([["page"]] * 4)) is ErrorCode.TOO_MANY_PAGES
    assert refusal(make_image("TIFF", frames=4)) is ErrorCode.TOO_MANY_PAGES


def test_an_image_with_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    assert refusal(make_image("PNG", size=(4000, 3000))) is ErrorCode.PAGE_TOO_LARGE


def test_a_refusal_says_what_to_do_and_quotes_nothing() -> None:
    secret = b"SSN 987-65-4320"
    with pytest.raises(DocumentError) as caught:
        check_document(secret, LIMITS)
    assert "send a PDF" in caught.value.message
    assert "987" not in str(caught.value)
