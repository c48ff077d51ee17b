"""Pages made ready: a trusted text layer as it is, everything else as an upright image; kept and read again."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from upath import UPath

from include.errors import DocumentError
from include.preprocessing.artifacts import is_prepared, load_pages, load_summaries, save_pages
from include.preprocessing.pages import PreparedPage, prepare_pages
from include.records import FileFormat
from include.settings import settings
from samples.generator.documents import Sample, generate
from tests.document_factory import make_image


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


def test_transparency_is_white_paper() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (600, 800), (0, 0, 0, 0)).save(buffer, "PNG")
    (page,) = prepared(buffer.getvalue(), FileFormat.PNG)
    assert page.pixels.min() == 255


def test_a_broken_image_is_refused_with_its_code() -> None:
    with pytest.raises(DocumentError) as caught:
        prepared(b"\x89PNG\r\n\x1a\nbroken", FileFormat.PNG)
    assert caught.value.code == "corrupt_file"


def test_kept_pages_are_read_back_as_they_were(tmp_path: Path) -> None:
    pages = prepared(sample("born_digital", "pdf").content, FileFormat.PDF)
    pages += prepared(sample("clean_scan", "tif").content, FileFormat.TIFF)
    pages = [PreparedPage(n, p.width_pt, p.height_pt, p.text, p.image, p.quality_score) for n, p in enumerate(pages, 1)]
    pages[0] = replace(pages[0], notices=("xfa_form: ask for another file",))
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
