"""Pages made ready: a trusted text layer as it is, everything else as an upright image; kept and read again."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pillow_heif
import pytest
from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import AppendingTiffWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from upath import UPath

from samples.generator.documents import Sample, generate
from student_loans.errors import DocumentError
from student_loans.intake.document_check import check_document
from student_loans.pages.prepared import PreparedPage
from student_loans.preparation.artifacts import is_prepared, load_pages, load_summaries, save_pages
from student_loans.preparation.notices import HIDDEN_PICTURE, MORE_PICTURES, PRINTED_ACROSS
from student_loans.preparation.pages import prepare_pages
from student_loans.records import FileFormat
from student_loans.settings import settings
from tests.document_factory import make_heic, make_image
from tests.drawing_factory import Draw, letter_with, picture_of
from tests.pdf_factory import edited


def sample(rendering: str, extension: str) -> Sample:
    return generate("page", "pages", "payoff_letter", rendering, extension, "bundled")


def prepared(content: bytes, file_format: FileFormat) -> list[PreparedPage]:
    return list(prepare_pages(content, file_format, settings()))


def test_a_printed_page_keeps_its_words_and_needs_no_image() -> None:
    (page,) = prepared(sample("born_digital", "pdf").content, FileFormat.PDF)
    assert page.text is not None
    assert (page.image, page.quality_score) == (None, 1.0)


@pytest.mark.parametrize(
    ("extension", "file_format"),
    [("pdf", FileFormat.PDF), ("tif", FileFormat.TIFF), ("png", FileFormat.PNG), ("jpg", FileFormat.JPEG)],
)
def test_a_scan_becomes_an_image_of_the_papers_size(extension: str, file_format: FileFormat) -> None:
    (page,) = prepared(sample("clean_scan", extension).content, file_format)
    assert page.text is None
    assert page.image is not None
    assert (page.width_pt, page.height_pt) == pytest.approx((612, 792), abs=2)
    assert 0 < page.quality_score < 1


def test_a_finer_image_is_reduced_to_the_resolution_for_ocr_and_a_coarser_one_stays() -> None:
    dpi = settings().preprocessing.ocr_dpi
    sizes, resolutions = [], []
    for scanned in (2 * dpi, dpi // 2):
        pixels = (round(8.5 * scanned), 11 * scanned)
        (page,) = prepared(make_image("PNG", pixels), FileFormat.PNG)
        assert page.quality is not None
        sizes.append(max(page.pixels.shape))
        resolutions.append(page.quality.resolution_dpi)
    assert sizes == [11 * dpi, 11 * (dpi // 2)]
    assert resolutions == pytest.approx([2 * dpi, dpi // 2], abs=1)


def test_every_frame_of_a_tiff_is_a_page() -> None:
    pages = prepared(make_image("TIFF", (600, 800), frames=3), FileFormat.TIFF)
    assert [page.number for page in pages] == [1, 2, 3]


def sheet(width: float, height: float, pixels: tuple[int, int]) -> bytes:
    """A PDF whose page is one picture."""
    buffer = io.BytesIO()
    pdf = Canvas(buffer, pagesize=(width, height), invariant=True)
    pdf.drawImage(ImageReader(io.BytesIO(make_image("PNG", pixels))), 0, 0, width, height)
    pdf.save()
    return buffer.getvalue()


@pytest.mark.parametrize(("width", "height"), [(2550, 3300), (8.5, 11), (85, 110), (5100, 6600), (612, 792)])
def test_a_scan_in_a_pdf_is_read_pixel_by_pixel_whatever_size_its_page_states(width: float, height: float) -> None:
    content = sheet(width, height, (2550, 3300))
    assert check_document(content, settings().intake).page_count == 1
    (page,) = prepared(content, FileFormat.PDF)
    assert page.pixels.shape == (3300, 2550)
    assert (page.width_pt, page.height_pt) == pytest.approx((612, 792), abs=1)
    assert page.quality is not None
    assert page.quality.resolution_dpi == pytest.approx(300, abs=1)


def test_a_photo_of_twelve_megapixels_is_reduced_to_the_resolution_for_ocr() -> None:
    content = sheet(3024, 4032, (3024, 4032))
    assert check_document(content, settings().intake).page_count == 1
    (page,) = prepared(content, FileFormat.PDF)
    assert max(page.pixels.shape) == 3300


def test_a_page_that_must_be_painted_is_painted_at_the_size_of_its_paper() -> None:
    buffer = io.BytesIO()
    pdf = Canvas(buffer, pagesize=(2550, 3300), invariant=True)
    pdf.drawImage(ImageReader(io.BytesIO(make_image("PNG", (2550, 1650)))), 0, 1650, 2550, 1650)
    pdf.drawImage(ImageReader(io.BytesIO(make_image("PNG", (2550, 1650)))), 0, 0, 2550, 1650)
    pdf.save()
    (page,) = prepared(buffer.getvalue(), FileFormat.PDF)
    assert page.pixels.shape == pytest.approx((3300, 2550), abs=1)


def test_words_on_a_page_of_one_pixel_a_point_are_measured_on_paper() -> None:
    def enlarge(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        page.MediaBox = [0, 0, 612 * 4, 792 * 4]
        page.contents_add(b"4 0 0 4 0 0 cm", prepend=True)

    content = sample("born_digital", "pdf").content
    (usual,), (large,) = (prepared(each, FileFormat.PDF) for each in (content, edited(content, enlarge)))
    assert usual.text is not None
    assert large.text is not None
    assert check_document(edited(content, enlarge), settings().intake).page_count == 1
    assert (large.width_pt, large.text.width_pt, large.text.height_pt) == pytest.approx((612, 612, 792))
    assert [word.text for word in large.text.words] == [word.text for word in usual.text.words]


def test_a_fax_whose_pixels_are_higher_than_wide_has_its_shape_again() -> None:
    image = Image.open(io.BytesIO(make_image("PNG", (1700, 2200)))).resize((1728, 1078))
    buffer = io.BytesIO()
    image.save(buffer, "TIFF", dpi=(204, 98))
    (page,) = prepared(buffer.getvalue(), FileFormat.TIFF)
    assert page.pixels.shape[0] / page.pixels.shape[1] == pytest.approx(11 / 8.5, abs=0.02)
    assert page.height_pt == pytest.approx(792, abs=2)


def test_pixels_of_no_fax_make_no_page_too_large_for_memory() -> None:
    buffer = io.BytesIO()
    Image.open(io.BytesIO(make_image("PNG", (850, 1100)))).save(buffer, "TIFF", dpi=(30000, 3))
    (page,) = prepared(buffer.getvalue(), FileFormat.TIFF)
    assert page.pixels.shape == (1100, 850)
    assert page.width_pt == pytest.approx(612, abs=1)


def test_a_long_strip_keeps_its_pixels() -> None:
    (page,) = prepared(make_image("PNG", (1170, 5000)), FileFormat.PNG)
    assert page.pixels.shape == (5000, 1170)
    assert page.width_pt == pytest.approx(612, abs=1)


@pytest.mark.parametrize("kind", ["uint16", "float32"])
def test_deep_pixels_are_read(kind: str) -> None:
    pixels = np.asarray(Image.open(io.BytesIO(make_image("PNG", (1700, 2200))))).astype(kind) * 16
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "TIFF", dpi=(200, 200))
    (page,) = prepared(buffer.getvalue(), FileFormat.TIFF)
    assert page.pixels.min() < 30
    assert float(np.median(page.pixels)) > 240


def test_what_transparency_hides_is_read_with_a_reason_for_review() -> None:
    image = Image.open(io.BytesIO(make_image("PNG", (850, 1100)))).convert("RGBA")
    image.putalpha(0)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    (page,) = prepared(buffer.getvalue(), FileFormat.PNG)
    assert page.pixels.min() < 60
    assert page.notices == (HIDDEN_PICTURE,)


def test_a_photo_turned_by_its_tag_is_turned_once() -> None:
    image = Image.open(io.BytesIO(make_image("PNG", (850, 1100))))
    tag = Image.Exif()
    tag[0x0112] = 6
    for image_format, file_format in (("JPEG", FileFormat.JPEG), ("TIFF", FileFormat.TIFF), ("PNG", FileFormat.PNG)):
        buffer = io.BytesIO()
        image.rotate(90, expand=True).save(buffer, image_format, exif=tag)
        (page,) = prepared(buffer.getvalue(), file_format)
        assert page.pixels.shape == (1100, 850)


def frames(*images: Image.Image, kinds: tuple[int, ...] = ()) -> bytes:
    """A TIFF of frames; ``kinds`` are what each says of itself (NewSubfileType)."""
    buffer = io.BytesIO()
    with AppendingTiffWriter(buffer, new=True) as writer:
        for image, kind in zip(images, kinds or (0,) * len(images), strict=True):
            image.save(writer, "TIFF", tiffinfo={254: kind} if kinds else {})
            writer.newFrame()
    return buffer.getvalue()


def drawn(text: str, size: tuple[int, int] = (1700, 2200)) -> Image.Image:
    image = Image.new("L", size, 255)
    for line in range(12):
        ImageDraw.Draw(image).text(
            (size[0] // 9, size[1] * (line + 2) // 16), f"{text} {line}" * 2, font_size=size[0] // 25
        )
    return image


def pages_of(content: bytes) -> list[PreparedPage]:
    pages = prepared(content, FileFormat.TIFF)
    assert check_document(content, settings().intake).page_count == len(pages)
    return pages


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("kinds", [(), (1, 0)])
def test_a_thumbnail_is_no_page(first: bool, kinds: tuple[int, ...]) -> None:
    page = drawn("Promissory note")
    both = [page.resize((170, 220), Image.Resampling.LANCZOS), page]
    order = slice(None) if first else slice(None, None, -1)
    (found,) = pages_of(frames(*both[order], kinds=kinds[order]))
    assert found.number == 1
    assert found.pixels.shape == (2200, 1700)


def test_a_frame_that_says_it_is_a_reduced_copy_is_no_page_at_any_size() -> None:
    page = drawn("Promissory note")
    assert len(pages_of(frames(page, page.resize((850, 1100)), kinds=(0, 1)))) == 1


def test_small_frames_that_show_something_else_and_pages_at_other_resolutions_are_pages() -> None:
    page = drawn("Promissory note")
    assert len(pages_of(frames(page, drawn("Terms and conditions, all of them", (510, 660))))) == 2
    assert len(pages_of(frames(page, page.resize((850, 1100))))) == 2
    assert len(pages_of(frames(page, drawn("Terms"), kinds=(1, 1)))) == 2


def test_a_photo_file_with_another_picture_as_large_says_so() -> None:
    photos = pillow_heif.from_pillow(drawn("Promissory note", (850, 1100)).convert("RGB"))
    for text in ("Page two", "Page three"):
        photos.add_from_pillow(drawn(text, (850, 1100)).convert("RGB"))
    for shown in (0, 1):
        buffer = io.BytesIO()
        photos.save(buffer, quality=80, primary_index=shown)
        (page,) = prepared(buffer.getvalue(), FileFormat.HEIC)
        assert page.notices == (MORE_PICTURES,)
        with Image.open(io.BytesIO(buffer.getvalue())) as image:
            expected = np.asarray(image.convert("L"), float)
        assert float(np.abs(page.pixels - expected).mean()) < 4
    (page,) = prepared(make_heic(), FileFormat.HEIC)
    assert page.notices == ()


def test_transparency_is_white_paper() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (600, 800), (0, 0, 0, 0)).save(buffer, "PNG")
    (page,) = prepared(buffer.getvalue(), FileFormat.PNG)
    assert page.pixels.min() == 255


def test_a_broken_image_is_refused_with_its_code() -> None:
    with pytest.raises(DocumentError) as caught:
        prepared(b"\x89PNG\r\n\x1a\nbroken", FileFormat.PNG)
    assert caught.value.code == "corrupt_file"


def test_saved_pages_are_read_back_as_they_were(tmp_path: Path) -> None:
    pages = prepared(sample("born_digital", "pdf").content, FileFormat.PDF)
    pages += prepared(sample("clean_scan", "tif").content, FileFormat.TIFF)
    pages = [PreparedPage(n, p.width_pt, p.height_pt, p.text, p.image, p.quality_score) for n, p in enumerate(pages, 1)]
    pages[0] = replace(pages[0], notices=("xfa_form: ask for another file",), sheet=3)
    folder = UPath(tmp_path) / "document"
    assert not is_prepared(folder)
    assert save_pages(folder, pages) == 2
    assert is_prepared(folder)
    assert list(load_pages(folder)) == pages


def test_pages_that_were_kept_before_there_were_notices_have_none(tmp_path: Path) -> None:
    folder = UPath(tmp_path) / "document"
    save_pages(folder, prepared(sample("born_digital", "pdf").content, FileFormat.PDF))
    entries = [{k: v for k, v in entry.items() if k != "notices"} for entry in load_summaries(folder)]
    (folder / "pages.json").write_text(json.dumps(entries))
    assert [page.notices for page in load_pages(folder)] == [()]


def test_a_damaged_page_image_is_never_read_in_part() -> None:
    (page,) = prepared(sample("clean_scan", "png").content, FileFormat.PNG)
    assert page.image is not None
    cut = replace(page, image=page.image[: len(page.image) // 2])
    with pytest.raises(OSError, match="truncated"):
        _ = cut.pixels


class TestPrintedAcross:
    """What is printed across a page, as a stamp is, may change or cancel what it says."""

    def notices(self, draw: Draw) -> tuple[str, ...]:
        (page,) = prepared(letter_with(draw), FileFormat.PDF)
        return page.notices

    @pytest.mark.parametrize("angle", [25, 45, -30])
    def test_a_word_at_a_slant(self, angle: int) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.translate(250, 550)
            canvas.rotate(angle)
            canvas.setFont("Helvetica-Bold", 40)
            canvas.drawString(0, 0, "VOID")

        assert self.notices(draw) == (PRINTED_ACROSS,)

    def test_a_signature_at_the_end_of_a_line(self) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(72, 600, "Signature:")
            canvas.drawImage(picture_of("Ann Lee"), 100, 595, 90, 15)

        assert self.notices(draw) == ()

    def test_nothing_that_lies_on_its_side_or_is_white(self) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.saveState()
            canvas.rotate(90)
            canvas.drawString(100, -40, "note in the margin")
            canvas.restoreState()
            canvas.setFillGray(1)
            canvas.rotate(30)
            canvas.drawString(400, 200, "VOID")

        assert self.notices(draw) == ()
