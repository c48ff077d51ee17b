"""The text layer of a PDF: words with boxes, and whether it may be believed."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from student_loans.pages.painted_page import EMPTY_BOX, TICKED_BOX
from student_loans.pages.text_layer import is_trusted, read_text_layer
from student_loans.records import BBox
from student_loans.understanding.fields.values import find_values
from tests import drawing_factory as shapes
from tests.document_factory import make_image, make_pdf
from tests.pdf_factory import edited

LINES = ["Loan amount: $12,600.00 and rate 4.09%", "The borrower promises to repay this student loan"]


def first_page(content: bytes) -> pypdfium2.PdfPage:
    return pypdfium2.PdfDocument(content)[0]


def drawn(*, font: str = "Helvetica", rotation: int = 0, mode: int = 0, scan: bool = False) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(612, 792), invariant=True)
    canvas.setPageRotation(rotation)
    if scan:
        canvas.drawImage(ImageReader(io.BytesIO(make_image("PNG", (850, 1100)))), 0, 0, 612, 792)
    text = canvas.beginText(72, 500)
    text.setFont(font, 10)
    text.setTextRenderMode(mode)
    for line in LINES:
        text.textLine(line)
    canvas.drawText(text)
    canvas.save()
    return buffer.getvalue()


@pytest.mark.parametrize("font", ["Helvetica", "Times-Roman", "Courier"])
def test_words_are_whole_in_every_kind_of_font(font: str) -> None:
    page = first_page(drawn(font=font))
    assert [word.text for word in read_text_layer(page, 1).words] == " ".join(LINES).split()


def test_a_box_is_a_fraction_of_the_page_from_its_top() -> None:
    word = read_text_layer(first_page(drawn()), 1).words[0]
    left, top, right, bottom = word.bbox
    assert left == pytest.approx(72 / 612, abs=0.003)
    assert 0.35 < top < bottom < 0.38
    assert left < right < 0.2


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_that_shows_its_text_turned_is_turned_upright(rotation: int) -> None:
    page = first_page(drawn(rotation=rotation))
    text = read_text_layer(page, 1)
    line = sorted((word for word in text.words if word.text in LINES[0].split()), key=lambda word: word.bbox[0])
    left, top, _, bottom = line[0].bbox
    assert page.get_rotation() == 0
    assert [word.text for word in line] == LINES[0].split()
    assert left * text.width_pt == pytest.approx(72, abs=1)
    assert (bottom - top) * text.height_pt == pytest.approx(7, abs=1)


def test_a_printed_text_layer_is_trusted() -> None:
    page = first_page(drawn())
    assert is_trusted(page, read_text_layer(page, 1))


@pytest.mark.parametrize(
    "content",
    [
        drawn(scan=True),  # words of unknown origin over a scan
        drawn(mode=3),  # invisible words
        make_pdf([["only three words"]]),
        make_pdf([["Qzxv bcdfg hjkl mnpqr stvw xzbc dfghj klmn pqrst vwxz bcdf ghjk lmnp qrst vwxz"]]),  # no language
    ],
    ids=["scan", "invisible", "few", "garbled"],
)
def test_what_is_not_trusted(content: bytes) -> None:
    page = first_page(content)
    assert not is_trusted(page, read_text_layer(page, 1))


def texts(content: bytes) -> list[str]:
    return [word.text for word in read_text_layer(shapes.first_page(content), 1).words]


def added(content: bytes) -> list[str]:
    """The words below the three lines of a letter."""
    letter = " ".join(shapes.LETTER).split()
    read = texts(content)
    assert read[: len(letter)] == letter
    return read[len(letter) :]


def unread(content: bytes) -> tuple[BBox, ...]:
    return read_text_layer(shapes.first_page(content), 1).unread


SEEN, HIDDEN = "Payoff $1,284.56", "Wrong $9,999.99"


def both(draw_hidden: shapes.Draw) -> bytes:
    """A letter with a value that is seen, and one that something draws so that nobody sees it."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 600, SEEN)
        canvas.saveState()
        draw_hidden(canvas)
        canvas.restoreState()

    return shapes.letter_with(draw)


class TestNobodySees:
    """Text that a page holds and does not show is no text."""

    def test_white_text(self) -> None:
        def white(canvas: Canvas) -> None:
            canvas.setFillGray(1)
            canvas.drawString(72, 560, HIDDEN)

        assert added(both(white)) == SEEN.split()

    def test_text_in_the_colour_of_the_band_on_which_it_stands(self) -> None:
        def on_band(canvas: Canvas) -> None:
            canvas.setFillColorRGB(0.1, 0.2, 0.5)
            canvas.rect(60, 550, 300, 24, stroke=0, fill=1)
            canvas.drawString(72, 560, HIDDEN)

        assert added(both(on_band)) == SEEN.split()

    def test_transparent_text(self) -> None:
        def clear(canvas: Canvas) -> None:
            canvas.setFillAlpha(0)
            canvas.drawString(72, 560, HIDDEN)

        assert added(both(clear)) == SEEN.split()

    @pytest.mark.parametrize("gray", [0.0, 0.5, 1.0], ids=["black", "gray", "white"])
    def test_text_under_a_box(self, gray: float) -> None:
        def covered(canvas: Canvas) -> None:
            canvas.drawString(72, 560, HIDDEN)
            canvas.setFillGray(gray)
            canvas.rect(60, 550, 300, 24, stroke=0, fill=1)

        assert added(both(covered)) == SEEN.split()

    def test_text_over_a_box_that_was_painted_first(self) -> None:
        def over(canvas: Canvas) -> None:
            canvas.setFillGray(0)
            canvas.rect(60, 550, 300, 24, stroke=0, fill=1)
            canvas.setFillGray(1)
            canvas.drawString(72, 560, "Seen $10.00")

        assert added(both(over)) == [*SEEN.split(), "Seen", "$10.00"]

    def test_text_that_is_clipped_away(self) -> None:
        def clipped(canvas: Canvas) -> None:
            path = canvas.beginPath()
            path.rect(72, 100, 200, 40)
            canvas.clipPath(path, stroke=0, fill=0)
            canvas.drawString(72, 560, HIDDEN)

        assert added(both(clipped)) == SEEN.split()

    @pytest.mark.parametrize("place", [(700, 560), (72, -30), (-300, 560), (72, 830)])
    def test_text_off_the_page(self, place: tuple[int, int]) -> None:
        assert added(both(lambda canvas: canvas.drawString(*place, HIDDEN))) == SEEN.split()

    def test_text_outside_of_the_crop_box(self) -> None:
        content = both(lambda canvas: canvas.drawString(72, 60, HIDDEN))

        def crop(pdf: pikepdf.Pdf) -> None:
            pdf.pages[0].cropbox = pikepdf.Array([0, 100, 612, 792])

        page = shapes.first_page(edited(content, crop))
        text = read_text_layer(page, 1)
        assert text.height_pt == 692
        assert [word.text for word in text.words][-2:] == SEEN.split()

    @pytest.mark.parametrize(("layer", "words"), [("OFF", []), ("ON", HIDDEN.split())])
    def test_text_of_a_layer_that_is_switched_off(self, layer: str, words: list[str]) -> None:
        content = shapes.with_content(
            both(lambda _: None), f"/OC /Layer BDC BT /F1 10 Tf 72 560 Td ({HIDDEN}) Tj ET EMC"
        )

        def add_layer(pdf: pikepdf.Pdf) -> None:
            group = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="Draft"))
            pdf.pages[0].obj.Resources["/Properties"] = pikepdf.Dictionary({"/Layer": group})
            states = pikepdf.Dictionary({f"/{layer}": [group], "/Order": [group]})
            pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=[group], D=states)

        assert added(edited(content, add_layer)) == SEEN.split() + words

    def test_text_of_half_a_point(self) -> None:
        def tiny(canvas: Canvas) -> None:
            canvas.setFont("Helvetica", 0.5)
            canvas.drawString(72, 560, HIDDEN)

        assert added(both(tiny)) == SEEN.split()

    def test_text_of_six_points_is_seen(self) -> None:
        def small(canvas: Canvas) -> None:
            canvas.setFont("Helvetica", 6)
            canvas.drawString(72, 560, "Fine print $2.50 a day")

        assert added(both(small)) == [*SEEN.split(), *["Fine", "print", "$2.50", "a", "day"]]

    @pytest.mark.parametrize("gray", [0.6, 0.75])
    def test_gray_text_is_seen(self, gray: float) -> None:
        def pale(canvas: Canvas) -> None:
            canvas.setFillGray(gray)
            canvas.drawString(72, 560, "Seen $10.00")

        assert added(both(pale)) == [*SEEN.split(), "Seen", "$10.00"]

    def test_a_word_of_which_a_part_is_covered_is_left_to_ocr(self) -> None:
        def half(canvas: Canvas) -> None:
            canvas.drawString(72, 560, "1234567890")
            canvas.setFillGray(1)
            canvas.rect(99, 550, 100, 24, stroke=0, fill=1)

        content = both(half)
        assert added(content) == SEEN.split()
        ((left, top, right, bottom),) = unread(content)
        assert left < 72 / 612 < 99 / 612 < right
        assert top < 1 - 564 / 792 < bottom


class TestStruckThrough:
    """A value with a line through it does not count; the one beside it does."""

    @pytest.mark.parametrize("text", ["$9,999.99", "04/12/2024", "Amount", "84"])
    def test_a_line_through_a_word_takes_it_out(self, text: str) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(72, 600, text)
            width = canvas.stringWidth(text, "Helvetica", 10)
            canvas.setLineWidth(0.8)
            reach = 10 if len(text) == 2 else 1
            canvas.line(72 - reach, 603.5, 72 + width + reach, 603.5)
            canvas.drawString(200, 600, "$1,284.56")

        assert added(shapes.letter_with(draw)) == ["$1,284.56"]

    @pytest.mark.parametrize("height", [-1.5, 9.5], ids=["underlined", "overlined"])
    def test_a_line_under_or_over_a_word_leaves_it(self, height: float) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(72, 600, "$1,284.56")
            canvas.line(72, 600 + height, 116, 600 + height)

        assert added(shapes.letter_with(draw)) == ["$1,284.56"]

    def test_a_band_behind_a_word_is_no_line_through_it(self) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.setFillGray(0.15)
            canvas.rect(60, 596, 200, 14, stroke=0, fill=1)
            canvas.setFillGray(1)
            canvas.drawString(72, 600, "$1,284.56")

        assert added(shapes.letter_with(draw)) == ["$1,284.56"]


class TestTwice:
    """Words on one another: the same word is bold, another one hides what is under it."""

    @pytest.mark.parametrize("shift", [0.0, 0.4, 0.8])
    @pytest.mark.parametrize("between", [0, 8])  # pdfium itself drops what is printed again at once
    def test_a_word_printed_twice_to_make_it_bold_counts_once(self, shift: float, between: int) -> None:
        def bold(canvas: Canvas) -> None:
            canvas.drawString(72, 600, SEEN)
            for number in range(between):
                canvas.drawString(72, 570 - 15 * number, f"line{number}")
            canvas.drawString(72 + shift, 600, SEEN)

        assert added(shapes.letter_with(bold)) == [*SEEN.split(), *(f"line{number}" for number in range(between))]

    def test_the_same_amount_in_two_places_counts_twice(self) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(72, 600, SEEN)
            canvas.drawString(72, 585, SEEN)

        assert added(shapes.letter_with(draw)) == SEEN.split() * 2

    def test_words_over_one_another_are_left_to_ocr(self) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(72, 600, "$1,284.56")
            canvas.drawString(73, 601, "$9,731.20")

        content = shapes.letter_with(draw)
        assert added(content) == []
        assert len(unread(content)) == 1


class TestNoText:
    """Print that no character accounts for is named with its place."""

    def test_a_picture_of_an_amount(self) -> None:
        content = shapes.letter_with(lambda canvas: canvas.drawImage(shapes.picture_of("$1,284.56"), 200, 595, 90, 15))
        ((left, top, right, bottom),) = unread(content)
        assert 190 / 612 < left < 206 / 612
        assert 240 / 612 < right < 300 / 612
        assert top < 1 - 602 / 792 < bottom

    def test_lettering_that_is_drawn_as_lines(self) -> None:
        def draw(canvas: Canvas) -> None:
            for number in range(6):  # six letters H
                x = 200 + 9 * number
                canvas.line(x, 600, x, 610)
                canvas.line(x + 5, 600, x + 5, 610)
                canvas.line(x, 605, x + 5, 605)

        ((left, top, right, bottom),) = unread(shapes.letter_with(draw))
        assert left < 200 / 612 < 250 / 612 < right
        assert top < 1 - 605 / 792 < bottom

    def test_rules_frames_and_bands_are_no_print(self) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.grid([72, 172, 272], [560, 580, 600])
            canvas.roundRect(72, 400, 200, 60, 6)
            canvas.setFillGray(0.85)
            canvas.rect(72, 300, 300, 20, stroke=0, fill=1)
            canvas.setFillGray(0)
            canvas.drawString(80, 585, SEEN)

        assert unread(shapes.letter_with(draw)) == ()

    def test_a_page_of_pictures_is_not_trusted(self) -> None:
        def draw(canvas: Canvas) -> None:
            for number in range(13):
                canvas.drawImage(shapes.picture_of("$1,284.56"), 72, 630 - 45 * number, 150, 25)

        page = shapes.first_page(shapes.letter_with(draw))
        assert not is_trusted(page, read_text_layer(page, 1))


class TestBoxes:
    """A drawn box to be ticked is a mark among the words."""

    def test_empty_and_ticked_boxes_beside_their_words(self) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.rect(72, 600, 9, 9)
            canvas.drawString(90, 601, "Fixed")
            canvas.rect(152, 600, 9, 9)
            canvas.line(152, 600, 161, 609)
            canvas.line(152, 609, 161, 600)
            canvas.drawString(170, 601, "Variable")

        read = read_text_layer(shapes.first_page(shapes.letter_with(draw)), 1)
        below = sorted((word for word in read.words if word.bbox[1] > 0.2), key=lambda word: word.bbox[0])
        assert [word.text for word in below] == [EMPTY_BOX, "Fixed", TICKED_BOX, "Variable"]

    @pytest.mark.parametrize("mark", ["X", "x"])
    def test_a_letter_in_a_box_ticks_it(self, mark: str) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.rect(72, 600, 11, 11)
            canvas.drawString(74.5, 602, mark)
            canvas.drawString(90, 601, "Fixed")

        assert sorted(added(shapes.letter_with(draw))) == sorted(["Fixed", TICKED_BOX])


class TestTurned:
    """Text is read as it stands for most of the page; what lies beside it is a note in the margin."""

    @pytest.mark.parametrize("quarter", [1, 2, 3])
    def test_content_that_its_matrix_turns_is_turned_upright(self, quarter: int) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.translate(306, 396)
            canvas.rotate(90 * quarter)
            for number, line in enumerate(LINES):
                canvas.drawString(-200, 100 - 20 * number, line)

        text = read_text_layer(shapes.first_page(shapes.draw_pdf(draw)), 1)
        between = sum(word.bbox[1] for word in text.words) / len(text.words)
        in_order = sorted(text.words, key=lambda word: (word.bbox[1] > between, word.bbox[0]))
        assert [word.text for word in in_order] == " ".join(LINES).split()

    def test_a_note_in_the_margin_is_left_out(self) -> None:
        def note(canvas: Canvas) -> None:
            canvas.drawString(72, 600, SEEN)
            canvas.translate(30, 200)
            canvas.rotate(90)
            canvas.drawString(0, 0, "Form 7781 Rev. 03/2021")

        assert added(shapes.letter_with(note)) == SEEN.split()


class TestMaps:
    """A font's map of characters may say anything; digits are compared with how they look."""

    def page(self, codes: dict[str, str], printed: str) -> bytes:
        shown = printed if printed.startswith("[") else f"[({printed})]"
        letter = shapes.letter_with(lambda _: None)
        return shapes.with_content(letter, f"BT /Fx 10 Tf 72 600 Td {shown} TJ ET", codes=codes)

    def test_exchanged_digits_are_left_to_ocr(self) -> None:
        content = self.page({"1": "7", "7": "1", "3": "8", "8": "3"}, "Total $1,738.17 due")
        assert "$7,183.71" not in added(content)
        assert len(unread(content)) >= 1

    def test_an_honest_map_is_believed(self) -> None:
        content = self.page({}, "Total $1,738.17 due 09/26/2045")
        assert added(content) == ["Total", "$1,738.17", "due", "09/26/2045"]
        assert unread(content) == ()

    def test_a_ligature_is_its_letters(self) -> None:
        assert added(self.page({"~": "\ufb01"}, "~nal o~ce")) == ["final", "ofice"]

    @pytest.mark.parametrize("stated", ["\u200b", "\u00ad", "\u2060", "\ufeff"])
    def test_what_takes_no_room_is_left_out(self, stated: str) -> None:
        over = "[($1,2~) 584 (84.56 loan)]"  # back over the width of the character that takes none
        assert added(self.page({"~": stated}, over)) == ["$1,284.56", "loan"]

    @pytest.mark.parametrize("stated", ["\u2010", "\u2011"])
    def test_a_hyphen_of_any_kind_keeps_a_number_together(self, stated: str) -> None:
        (word,) = added(self.page({"~": stated}, "CB~7730194"))
        values = {reading.value for reading in find_values(word) if reading.grammar == "identifier"}
        assert values == {"CB-7730194"}

    @pytest.mark.parametrize(("stated", "read"), [("\u00bd", "1/2"), ("\u215e", "7/8")])
    def test_a_fraction_is_a_word_of_its_own(self, stated: str, read: str) -> None:
        assert added(self.page({"~": stated}, "6~%")) == ["6", f"{read}%"]

    def test_a_hyphen_at_the_end_of_a_line_is_one(self) -> None:
        def two_lines(canvas: Canvas) -> None:
            canvas.drawString(72, 600, "The account CB-")
            canvas.drawString(72, 588, "7730194 is yours")

        assert added(shapes.letter_with(two_lines)) == ["The", "account", "CB-", "7730194", "is", "yours"]

    def test_a_raised_digit_by_itself_is_a_footnote_mark(self) -> None:
        assert added(self.page({"~": "\u00b2"}, "$1,284.56~ due")) == ["$1,284.56", "due"]


class TestRaised:
    """Small characters above the line belong to the word before them or are marks."""

    def raised(self, before: str, raised: str, after: str = "", size: float = 6) -> list[str]:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(72, 600, before)
            x = 72 + canvas.stringWidth(before, "Helvetica", 10)
            canvas.setFont("Helvetica", size)
            canvas.drawString(x + 0.3, 604, raised)
            x += canvas.stringWidth(raised, "Helvetica", size)
            canvas.setFont("Helvetica", 10)
            canvas.drawString(x + 0.6, 600, after)

        return added(shapes.letter_with(draw))

    @pytest.mark.parametrize("mark", ["1", "12", "*", "a", "1,2", "(2)"])
    def test_a_footnote_mark_is_no_digit_of_its_amount(self, mark: str) -> None:
        assert self.raised("$1,284.56", mark) == ["$1,284.56"]

    def test_raised_cents_are_cents(self) -> None:
        assert self.raised("$1,284", "56") == ["$1,284.56"]

    @pytest.mark.parametrize(("day", "ending"), [("21", "st"), ("2", "nd"), ("3", "rd"), ("15", "th")])
    def test_the_ending_of_an_ordinal_stays_with_it(self, day: str, ending: str) -> None:
        assert self.raised(f"May {day}", ending, " day") == ["May", f"{day}{ending}", "day"]

    def test_a_raised_numerator_is_a_fraction(self) -> None:
        assert self.raised("6", "7", "/8%") == ["6", "7/8%"]


class TestSpaced:
    """Values that a form prints one character a box."""

    def boxes(self, text: str, pitch: float) -> list[str]:
        def draw(canvas: Canvas) -> None:
            for number, character in enumerate(text):
                canvas.drawCentredString(80 + pitch * number, 600, character)

        return added(shapes.letter_with(draw))

    @pytest.mark.parametrize(("text", "pitch"), [("7730194", 14), ("CB7730194", 18), ("03122025", 12)])
    def test_characters_in_boxes_are_one_word(self, text: str, pitch: float) -> None:
        assert self.boxes(text, pitch) == [text]

    def test_letter_spaced_words_are_words(self) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(72, 600, "PAYOFF AMOUNT", charSpace=5)

        assert added(shapes.letter_with(draw)) == ["PAYOFF", "AMOUNT"]

    @pytest.mark.parametrize("text", ["1 of 3", "Page 1 of 3", "A B"])
    def test_short_words_are_not_joined(self, text: str) -> None:
        assert added(shapes.letter_with(lambda canvas: canvas.drawString(72, 600, text))) == text.split()
