"""What a page is made of: whether anything on it but text needs a look at its picture."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas

from student_loans.pages.page_objects import survey
from tests.drawing_factory import Draw, draw_pdf, first_page, picture_of


def box(canvas: Canvas) -> None:
    canvas.rect(100, 100, 9, 9)


def picture(canvas: Canvas) -> None:
    canvas.drawImage(picture_of("$9.00"), 100, 100, 306, 396)


def form(canvas: Canvas) -> None:
    canvas.beginForm("stamp")
    canvas.rect(0, 0, 100, 30)
    canvas.endForm()
    canvas.doForm("stamp")


def curve(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.moveTo(100, 100)
    for x in range(13):
        path.lineTo(110 + 10 * x, 100 + 40 * (x % 2))
    canvas.drawPath(path)


@pytest.mark.parametrize("draw", [box, picture, form, curve], ids=lambda draw: draw.__name__)
def test_what_may_be_print_needs_a_look(draw: Draw) -> None:
    assert not survey(first_page(draw_pdf(draw))).only_rules


@pytest.mark.parametrize(
    "draw",
    [
        lambda canvas: canvas.drawString(72, 600, "Only text"),
        lambda canvas: canvas.line(72, 600, 500, 600),
        lambda canvas: canvas.line(72, 600, 72, 100),
        lambda canvas: canvas.rect(72, 100, 400, 30),
        lambda canvas: canvas.grid([72, 172, 272], [560, 580, 600]),
    ],
    ids=["text", "rule", "upright rule", "frame", "grid"],
)
def test_rules_and_frames_need_none(draw: Draw) -> None:
    assert survey(first_page(draw_pdf(draw))).only_rules


def test_low_paths_are_lines_with_their_place() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setLineWidth(1)
        canvas.line(72, 600, 500, 600)
        canvas.rect(72, 100, 400, 30)

    ((left, bottom, right, top),) = survey(first_page(draw_pdf(draw))).lines.tolist()
    assert (left, right) == pytest.approx((72, 500), abs=1)
    assert (bottom, top) == pytest.approx((600, 600), abs=1)


def test_the_share_of_the_page_that_its_largest_image_covers() -> None:
    assert survey(first_page(draw_pdf(picture))).image_coverage == pytest.approx(0.25)
    assert survey(first_page(draw_pdf(box))).image_coverage == 0.0


def test_an_image_in_a_form_is_found() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.beginForm("scan")
        canvas.drawImage(picture_of("$9.00"), 0, 0, 612, 396)
        canvas.endForm()
        canvas.doForm("scan")

    assert survey(first_page(draw_pdf(draw))).image_coverage == pytest.approx(0.5)
