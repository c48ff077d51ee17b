"""Pages of a PDF as a person sees them: with what form fields and annotations show."""

from __future__ import annotations

import pikepdf
import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from student_loans.pages.painted_page import EMPTY_BOX, TICKED_BOX
from student_loans.pages.pdf_pages import open_pdf, page_as_seen
from student_loans.pages.text_layer import read_text_layer
from tests.document_factory import make_pdf
from tests.drawing_factory import LETTER, letter_with
from tests.pdf_factory import edited

PRINTED = " ".join(LETTER).split()
HIDDEN, NO_VIEW = 2, 32
"""Flags of an annotation: ISO 32000-1, table 165."""


def seen(content: bytes) -> list[str]:
    """The words of the first page beside those of the letter, from left to right."""
    page = page_as_seen(open_pdf(content), 0)
    words = sorted(read_text_layer(page, 1).words, key=lambda word: (word.bbox[1] > 0.2, word.bbox[0]))
    return [word.text for word in words][len(PRINTED) :]


def with_field(value: str = "CB-7730194", *, appearance: bool, flags: int = 4) -> bytes:
    """A letter with a field that is filled in, with or without the picture of its value."""

    def edit(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        font = page.obj.Resources.Font["/F1"]
        field = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T="account",
            V=value,
            DA="/F1 10 Tf 0 g",
            Rect=pikepdf.Array([72, 600, 272, 616]),
            F=flags,
            P=page.obj,
        )
        if appearance:
            field.AP = pikepdf.Dictionary(N=_form(pdf, f"/Tx BMC BT /F1 10 Tf 2 4 Td ({value}) Tj ET EMC", font))
        widget = pdf.make_indirect(field)
        page.obj.Annots = pikepdf.Array([widget])
        resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[widget], DR=resources, DA="/F1 10 Tf 0 g")

    return edited(letter_with(lambda _: None), edit)


def _form(pdf: pikepdf.Pdf, content: str, font: pikepdf.Object) -> pikepdf.Object:
    """An appearance of 200 by 16 points."""
    stream = pdf.make_stream(content.encode())
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    stream.BBox = pikepdf.Array([0, 0, 200, 16])
    stream.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    return stream


@pytest.mark.parametrize("appearance", [True, False])
def test_the_value_of_a_field_is_text(appearance: bool) -> None:
    assert seen(with_field(appearance=appearance)) == ["CB-7730194"]


@pytest.mark.parametrize("flags", [HIDDEN, NO_VIEW])
def test_a_field_that_is_not_shown_is_not_read(flags: int) -> None:
    assert seen(with_field(appearance=True, flags=flags)) == []


def test_without_the_form_its_values_are_no_text() -> None:
    page = pypdfium2.PdfDocument(with_field(appearance=True))[0]
    assert "CB-7730194" not in [word.text for word in read_text_layer(page, 1).words]


@pytest.mark.parametrize(("flags", "words"), [(4, ["Corrected:", "$1,284.56"]), (HIDDEN, [])])
def test_a_note_that_is_written_on_the_page_is_text(flags: int, words: list[str]) -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        shown = _form(pdf, "BT /F1 10 Tf 2 4 Td (Corrected: $1,284.56) Tj ET", page.obj.Resources.Font["/F1"])
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.FreeText,
            Contents="Corrected: $1,284.56",
            DA="/F1 10 Tf 0 g",
            Rect=pikepdf.Array([72, 600, 272, 616]),
            F=flags,
            AP=pikepdf.Dictionary(N=shown),
        )
        page.obj.Annots = pikepdf.Array([pdf.make_indirect(note)])

    assert seen(edited(letter_with(lambda _: None), edit)) == words


@pytest.mark.parametrize("style", ["check", "cross", "circle", "star", "diamond"])
def test_check_boxes_of_a_form_are_marks(style: str) -> None:
    def draw(canvas: Canvas) -> None:
        for name, left, checked in (("Fixed", 72, False), ("Variable", 172, True)):
            canvas.acroForm.checkbox(name=name, x=left, y=600, size=12, checked=checked, buttonStyle=style)
            canvas.drawString(left + 20, 602, name)

    assert seen(letter_with(draw)) == [EMPTY_BOX, "Fixed", TICKED_BOX, "Variable"]


def test_a_page_without_annotations_stays_as_it_is() -> None:
    document = open_pdf(make_pdf([["One"], ["Two"]]))
    words = [read_text_layer(page_as_seen(document, index), index + 1).words[0].text for index in range(2)]
    assert words == ["One", "Two"]


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(pypdfium2.PdfiumError):
        open_pdf(b"no pdf")
