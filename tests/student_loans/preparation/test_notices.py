"""What a file holds besides what its pages show is a reason for review."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest

from student_loans.preparation.notices import ATTACHMENTS, DAMAGED, JOINED, LIST_BOX, PORTFOLIO, XFA_FORM, file_notices
from student_loans.preparation.pages import prepare_pages
from student_loans.records import FileFormat, Status
from student_loans.settings import settings
from student_loans.understanding.document import extract_document
from tests.document_factory import make_image, make_pdf
from tests.pdf_factory import FORMS, edited, plain, with_change

LETTER = plain("Payoff amount 18,316.57")


def notices(content: bytes) -> tuple[str, ...]:
    return file_notices(content, FileFormat.PDF)


def with_xfa(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=pikepdf.Stream(pdf, b"<xdp/>"))


def with_attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["letter.pdf"] = pikepdf.AttachedFileSpec(pdf, LETTER)


def with_collection(pdf: pikepdf.Pdf) -> None:
    with_attachment(pdf)
    pdf.Root.Collection = pikepdf.Dictionary(Type=pikepdf.Name.Collection)


def with_pinned_file(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Annots = [
        pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.FileAttachment,
                Rect=[0, 0, 20, 20],
                FS=pikepdf.AttachedFileSpec(pdf, LETTER).obj,
            )
        )
    ]


def with_associated_file(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AF = [pikepdf.AttachedFileSpec(pdf, b"<invoice/>").obj]


def with_link_and_fields(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[])
    pdf.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=[]))
    pdf.pages[0].Annots = [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9])]


def with_choice(pdf: pikepdf.Pdf, *, flags: int, inherited: bool = False) -> None:
    choice = pikepdf.Dictionary(FT=pikepdf.Name.Ch, Ff=flags, Opt=["60 months", "120 months"], V="120 months")
    widget = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, Rect=[0, 0, 90, 40])
    if inherited:
        widget.Parent = pdf.make_indirect(choice)
    else:
        widget.update(choice)
    pdf.pages[0].Annots = [pdf.make_indirect(widget)]
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[pdf.pages[0].Annots[0]])


@pytest.mark.parametrize("inherited", [False, True])
def test_a_list_box_shows_what_is_not_chosen_too_and_a_combo_box_does_not(inherited: bool) -> None:
    assert notices(edited(LETTER, lambda pdf: with_choice(pdf, flags=0, inherited=inherited))) == (LIST_BOX,)
    assert notices(edited(LETTER, lambda pdf: with_choice(pdf, flags=1 << 17, inherited=inherited))) == ()


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (with_xfa, (XFA_FORM,)),
        (with_attachment, (ATTACHMENTS,)),
        (with_collection, (PORTFOLIO,)),
        (with_pinned_file, (ATTACHMENTS,)),
        (with_associated_file, (ATTACHMENTS,)),
        (with_link_and_fields, ()),
    ],
)
def test_a_file_says_what_is_in_it_besides_its_pages(edit: object, found: tuple[str, ...]) -> None:
    assert notices(edited(LETTER, edit)) == found  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
def test_a_plain_file_has_nothing_to_say(form: str) -> None:
    assert notices(FORMS[form](LETTER)) == ()


def test_a_file_that_its_owner_protects_has_nothing_to_say() -> None:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(LETTER)) as pdf:
        pdf.save(buffer, encryption=pikepdf.Encryption(owner="owner", user=""))
    assert notices(buffer.getvalue()) == ()


def test_an_image_has_nothing_to_say() -> None:
    assert file_notices(make_image("PNG"), FileFormat.PNG) == ()


def test_joined_files_say_so() -> None:
    assert notices(LETTER + LETTER) == (JOINED,)


def test_a_file_whose_table_of_contents_leads_nowhere_says_so() -> None:
    changed = with_change(LETTER, "Payoff amount 21,004.10")
    lost = changed.replace(b"endstream\nendobj\nxref", b"endstream\nxref", 1)
    assert notices(re.sub(rb"startxref\n\d+\n%%EOF\n$", b"startxref\n7\n%%EOF\n", changed)) == (DAMAGED,)
    assert notices(lost) == (DAMAGED,)


def test_the_first_page_carries_them_and_the_record_names_them() -> None:
    content = edited(make_pdf([["Payoff statement"], ["Terms"]]), with_attachment)
    pages = list(prepare_pages(content, FileFormat.PDF, settings()))
    assert [page.notices for page in pages] == [(ATTACHMENTS,), ()]
    record = extract_document(content, "file:///letter.pdf", settings())
    assert record.status is Status.REVIEW
    assert ATTACHMENTS in record.review_reasons


def test_the_pages_of_joined_files_are_the_pages_of_the_file() -> None:
    content = make_pdf([["Ann"] * 9, ["Bea"] * 9]) + make_pdf([["Cleo"] * 9])
    pages = list(prepare_pages(content, FileFormat.PDF, settings()))
    assert [(page.number, page.text.number, page.text.words[0].text) for page in pages if page.text] == [
        (1, 1, "Ann"), (2, 2, "Bea"), (3, 3, "Cleo"),
    ]  # fmt: skip
