"""A PDF that is cut off inside a change is refused, and PDFs joined in one file are taken apart."""

from __future__ import annotations

import io
from itertools import product

import pikepdf
import pypdfium2
import pytest

from student_loans.errors import DocumentError, ErrorCode
from student_loans.intake.document_check import check_document
from student_loans.pages.pdf_parts import ends_early, pdf_parts, shows_an_older_state
from student_loans.preparation.notices import DAMAGED, file_notices
from student_loans.records import FileFormat
from student_loans.settings import settings
from tests.pdf_factory import FORMS, edited, plain, resaved, with_change

OLD, NEW, NEWER = "Payoff amount 18,316.57", "Payoff amount 21,004.10", "Payoff amount 9.99"


def printed(content: bytes) -> str:
    """What the library shows, which mends an end in silence."""
    with pypdfium2.PdfDocument(content) as pdf:
        return " ".join(page.get_textpage().get_text_range() for page in pdf)


def is_refused(content: bytes) -> bool:
    try:
        check_document(content, settings().intake)
    except DocumentError as error:
        return error.code in (ErrorCode.TRUNCATED_FILE, ErrorCode.CORRUPT_FILE)
    return False


@pytest.mark.parametrize("form", ["as it was", "linearized"])
@pytest.mark.parametrize("newest", [NEW, NEWER])
def test_a_pdf_cut_off_anywhere_in_its_last_change_is_refused(form: str, newest: str) -> None:
    before = FORMS[form](plain(OLD))
    if newest is NEWER:
        before = with_change(before, NEW)
    whole = with_change(before, newest)
    assert newest in printed(whole)
    assert not is_refused(whole)
    end = whole.rindex(b"%%EOF") + len(b"%%EOF")
    taken = [cut for cut in range(len(before) + 1, end) if not is_refused(whole[:cut])]
    assert taken == []


def test_some_of_those_cuts_are_mended_in_silence_to_the_amount_before() -> None:
    before = plain(OLD)
    whole = with_change(before, NEW)
    assert OLD in printed(whole[: whole.rindex(b"trailer") + 20])


@pytest.mark.parametrize("added", [b"\n%%EOF\n", b"\0" * 300])
def test_an_end_that_a_gateway_puts_behind_what_is_cut_off_hides_nothing(added: bytes) -> None:
    before = plain(OLD)
    whole = with_change(before, NEW)
    start, end = len(before), whole.rindex(b"startxref")
    assert [cut for cut in range(start + 1, end) if not is_refused(whole[:cut] + added)] == []


def test_bytes_lost_inside_a_change_never_give_the_state_before_without_a_reason() -> None:
    before = plain(OLD)
    whole = with_change(before, NEW)
    for place in range(len(before), len(whole) - 8):
        lost = whole[:place] + whole[min(place + 40, len(whole) - 8) :]
        assert ends_early(lost) or file_notices(lost, FileFormat.PDF) == (DAMAGED,) or NEW in printed(lost)


@pytest.mark.parametrize("form", FORMS)
def test_a_whole_pdf_has_its_end_in_every_form(form: str) -> None:
    content = FORMS[form](plain(OLD, 3))
    assert not ends_early(content)
    assert not shows_an_older_state(content)
    assert pdf_parts(content) == [content]


@pytest.mark.parametrize("form", ["as it was", "linearized"])
def test_changes_that_are_all_there_show_the_newest_state(form: str) -> None:
    content = with_change(with_change(FORMS[form](plain(OLD)), NEW), NEWER)
    assert NEWER in printed(content)
    assert not ends_early(content)
    assert not shows_an_older_state(content)
    assert pdf_parts(content) == [content]


@pytest.mark.parametrize(
    "left",
    [
        b"\r\n\r\n  \n", b"\0" * 2000, b"\n<!-- served in 12 ms -->\n</body></html>", b"\r\n0\r\n\r\n", b"\n--boundary--\r\n",
        b"\n%%EOF\n",
    ],
)  # fmt: skip
def test_what_servers_and_mail_programs_leave_behind_the_end_is_no_change(left: bytes) -> None:
    content = with_change(plain(OLD), NEW) + left
    assert not ends_early(content)
    assert not shows_an_older_state(content)


@pytest.mark.parametrize("left", [b"\n4", b"\n14 0", b"\n14 0 ob", b"\n14 0 obj\n<<", b"\nxre", b"\nendstream\nendobj"])
def test_the_first_bytes_of_a_change_are_one_that_is_cut_off(left: bytes) -> None:
    assert ends_early(plain(OLD) + left)


def test_a_file_whose_end_leads_to_the_state_before_its_last_change_is_seen() -> None:
    before = plain(OLD)
    whole = with_change(before, NEW)
    place = before[before.rindex(b"startxref") :]
    assert shows_an_older_state(whole[: whole.rindex(b"startxref")] + place)
    assert shows_an_older_state(whole + b"% a comment that a change begins with")


@pytest.mark.parametrize(("one", "other"), list(product(FORMS, FORMS)))
@pytest.mark.parametrize("between", [b"", b"\r\n\r\n", b"\n--boundary\r\nContent-Type: application/pdf\r\n\r\n"])
def test_joined_pdfs_are_taken_apart_in_order(one: str, other: str, between: bytes) -> None:
    first, second = FORMS[one](plain("Borrower Ann", 2)), FORMS[other](plain("Borrower Ben", 3))
    parts = pdf_parts(first + between + second)
    assert [part.removesuffix(between) if between else part for part in parts[:-1]] == [first]
    assert parts[-1] == second
    assert check_document(first + between + second, settings().intake).page_count == 5


def test_a_pdf_with_changes_joined_with_another_is_taken_apart_and_its_cut_is_seen() -> None:
    first, second = with_change(plain(OLD), NEW), plain("Borrower Ben")
    assert pdf_parts(first + second + first) == [first, second, first]
    assert is_refused((first + second)[:-30])
    # What is cut off in front of a whole file is no file: all of it is one damaged PDF.
    assert len(pdf_parts(first[:-30] + second)) == 1


def test_junk_in_front_of_a_pdf_makes_no_second_one() -> None:
    content = b"HTTP/1.1 200 OK\r\n\r\n" + plain(OLD)
    assert pdf_parts(content) == [content]
    assert not shows_an_older_state(with_change(content, NEW))


@pytest.mark.parametrize("uncompressed", [True, False])
def test_a_pdf_that_is_attached_to_another_is_no_second_one(uncompressed: bool) -> None:
    def attach(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["note.pdf"] = pikepdf.AttachedFileSpec(pdf, plain("Borrower Ben"))

    content = edited(plain(OLD), attach)
    if uncompressed:
        buffer = io.BytesIO()
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pdf.save(buffer, stream_decode_level=pikepdf.StreamDecodeLevel.all, compress_streams=False)
        content = buffer.getvalue()
        assert content.count(b"%PDF-") == 2
    assert pdf_parts(content) == [content]
    assert not ends_early(content)
    assert not shows_an_older_state(content)


def test_a_linearized_file_that_was_changed_later_is_whole() -> None:
    content = with_change(resaved(plain(OLD), linearize=True), NEW)
    assert not ends_early(content)
    assert not shows_an_older_state(content)


def test_a_file_of_headers_only_takes_no_time() -> None:
    assert len(pdf_parts(b"%PDF-1.4 %%EOF" + b"%PDF-1.4\n" * 200_000)) <= 501
