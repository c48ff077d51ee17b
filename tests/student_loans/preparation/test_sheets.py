"""Two pages side by side on a sheet are two pages; tables, forms and columns that are one page stay one."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from student_loans.pages.prepared import PreparedPage
from student_loans.preparation.pages import prepare_pages
from student_loans.preparation.sheets import TWO_PAGES, UNSPLIT_PAGES
from student_loans.records import FileFormat
from student_loans.settings import settings

WIDTH, HEIGHT = 792, 612
ROWS = (
    ("Borrower", "Marcus Ellery Dunham"), ("Account number", "CB-7730194"), ("Principal balance", "$18,204.37"),
    ("Accrued interest", "$112.20"), ("Payoff amount", "$18,316.57"), ("Good through", "March 31, 2025"),
    ("Per diem", "$3.24"), ("Interest rate", "6.50%"),
)  # fmt: skip
PROSE = (
    "Thank you for asking for the amount that pays your student loan in full.",
    "If your payment arrives after the good through date, add the per diem.",
)
Draw = Callable[[Canvas], None]


def letter(pdf: Canvas, left: float, top: float = 560, *, prose: bool = True, leading: float = 16) -> None:
    pdf.setFont("Helvetica-Bold", 12)
    pdf.drawString(left, top, "Cedarbrook Loan Servicing")
    pdf.setFont("Helvetica", 8)
    for row, (label, value) in enumerate(ROWS, 2):
        pdf.drawString(left, top - row * leading, label)
        pdf.drawString(left + 110, top - row * leading, value)
    for row, line in enumerate(PROSE if prose else (), len(ROWS) + 3):
        pdf.drawString(left, top - row * leading, line)


def two_letters(pdf: Canvas) -> None:
    letter(pdf, 50)
    letter(pdf, 446)


def two_letters_apart(pdf: Canvas) -> None:
    letter(pdf, 50)
    letter(pdf, 450, 540, leading=13)


def two_letters_and_a_fold(pdf: Canvas) -> None:
    two_letters(pdf)
    pdf.setLineWidth(1)
    pdf.line(396, 0, 396, HEIGHT)


def schedule(pdf: Canvas) -> None:
    pdf.drawString(50, 560, "Repayment Schedule")
    pdf.drawString(600, 560, "May 2, 2024")
    for row in range(28):
        for column in range(6):
            pdf.drawString(50 + 120 * column, 520 - 16 * row, "Due date" if not row else f"{row * 17}.{column}0")


def schedule_in_two_columns(pdf: Canvas) -> None:
    pdf.drawString(50, 560, "Repayment Schedule of Marcus Ellery Dunham")
    pdf.drawString(430, 560, "May 2, 2024")
    for half in (50, 430):
        for row in range(28):
            for column in range(4):
                pdf.drawString(half + 80 * column, 520 - 16 * row, f"{row * 17}.{column}0")


def form(pdf: Canvas) -> None:
    pdf.drawCentredString(396, 570, "Application for a private education loan")
    letter(pdf, 50, prose=False)
    letter(pdf, 446, prose=False)


def ruled_form(pdf: Canvas) -> None:
    two_letters(pdf)
    for row in range(1, 9):
        pdf.line(50, 556 - 16 * row, 740, 556 - 16 * row)


def labels_and_values(pdf: Canvas) -> None:
    for row, (label, value) in enumerate(ROWS):
        pdf.drawString(50, 560 - 30 * row, label)
        pdf.drawString(430, 560 - 30 * row, value)


def one_letter(pdf: Canvas) -> None:
    letter(pdf, 50)


def drawn(*sheets: Draw) -> bytes:
    buffer = io.BytesIO()
    pdf = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=True)
    for draw in sheets:
        draw(pdf)
        pdf.showPage()
    pdf.save()
    return buffer.getvalue()


def scanned(*sheets: Draw, turns: int = 0) -> list[PreparedPage]:
    import pypdfium2

    with pypdfium2.PdfDocument(drawn(*sheets)) as pdf:
        images = [page.render(scale=200 / 72, grayscale=True).to_pil().rotate(90 * turns, expand=True) for page in pdf]
    buffer = io.BytesIO()
    images[0].save(buffer, "TIFF", save_all=True, append_images=images[1:], dpi=(200, 200))
    return list(prepare_pages(buffer.getvalue(), FileFormat.TIFF, settings()))


@pytest.mark.parametrize("draw", [two_letters, two_letters_apart, two_letters_and_a_fold])
@pytest.mark.parametrize("turns", [0, 1])
def test_a_scan_of_two_letters_side_by_side_is_two_pages(draw: Draw, turns: int) -> None:
    pages = scanned(draw, turns=turns)
    assert [(page.number, page.sheet, page.notices) for page in pages] == [
        (1, 0, (TWO_PAGES,)),
        (2, 1, (TWO_PAGES,)),
    ]
    for page in pages:
        assert page.width_pt < page.height_pt == pytest.approx(HEIGHT, abs=2)
        assert page.pixels.shape[1] / page.pixels.shape[0] == pytest.approx(page.width_pt / page.height_pt, abs=0.01)
    assert sum(page.pixels.shape[1] for page in pages) == pytest.approx(WIDTH * 200 / 72, abs=2)


@pytest.mark.parametrize("draw", [schedule, schedule_in_two_columns, form, ruled_form, labels_and_values, one_letter])
def test_a_table_a_form_and_columns_on_a_wide_page_are_one_page(draw: Draw) -> None:
    (page,) = scanned(draw)
    assert page.notices == ()
    if draw is ruled_form:
        return  # of a text layer only the words are looked at
    (printed,) = prepare_pages(drawn(draw), FileFormat.PDF, settings())
    assert printed.notices == ()


def test_pages_behind_a_sheet_of_two_have_later_numbers_and_know_their_sheet() -> None:
    pages = scanned(one_letter, two_letters, one_letter)
    assert [(page.number, page.sheet) for page in pages] == [(1, 0), (2, 0), (3, 2), (4, 3)]


def test_a_sheet_of_two_with_a_text_layer_stays_one_page_and_says_so() -> None:
    (page,) = prepare_pages(drawn(two_letters), FileFormat.PDF, settings())
    assert page.text is not None
    assert page.notices == (UNSPLIT_PAGES,)


def test_upright_pages_are_not_looked_at() -> None:
    image = Image.new("L", (1700, 2200), 255)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=(200, 200))
    (page,) = prepare_pages(buffer.getvalue(), FileFormat.PNG, settings())
    assert page.notices == ()
