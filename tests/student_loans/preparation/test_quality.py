"""Quality: what each part measures, and the score of all parts that confidence is fitted on."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
import pytest

from samples.generator import renderings
from samples.generator.documents import generate
from samples.generator.renderings import Page
from student_loans.pages.prepared import PageQuality
from student_loans.plain_data import from_plain, to_plain
from student_loans.preparation.image_hashes import MOST_DISTANCE, distance, perceptual_hash, similar_pages
from student_loans.preparation.images import make_upright
from student_loans.preparation.quality import measure_page


def sheet(seed: str, document_type: str = "billing_statement") -> Page:
    """A born-digital page as an image."""
    pdf = generate("sheet", seed, document_type, "born_digital", "pdf", "heldout").content
    return renderings.page_images(pdf, 150)[0]


@pytest.fixture(scope="module")
def page() -> Page:
    return sheet("quality")


def measured(image: Page, skew: float = 0.0) -> PageQuality:
    return measure_page(image, image, skew, 150.0)


def test_each_damage_lowers_its_own_part_and_the_score(page: Page) -> None:
    good = measured(page)
    blurred = measured(cv2.GaussianBlur(page, (0, 0), 2.0).astype(np.uint8))
    noise = np.random.default_rng(1).normal(0, 50, page.shape)
    grainy = measured((page + noise).clip(0, 255).astype(np.uint8))
    bilevel = measured(np.where(page > 160, 255, 0).astype(np.uint8))
    assert blurred.sharpness < 0.8 * good.sharpness
    assert grainy.cleanness < 0.85 * good.cleanness
    assert bilevel.gradation < 0.5 * good.gradation
    assert max(blurred.score, grainy.score, bilevel.score) < good.score


def test_a_pale_page_has_less_contrast_and_the_same_score(page: Page) -> None:
    good, pale = measured(page), measured((200 + page.astype(np.float32) * 0.2).clip(0, 255).astype(np.uint8))
    assert pale.contrast < 0.5 * good.contrast
    assert pale.score == pytest.approx(good.score, abs=0.08)


def test_letters_follow_the_size_of_the_page(page: Page) -> None:
    half = cv2.resize(page, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.uint8)
    assert measured(half).letter_height_px < 0.7 * measured(page).letter_height_px


def test_ink_is_counted_where_it_is() -> None:
    image = np.full((900, 700), 255, np.uint8)
    cv2.putText(image, "Promissory note", (60, 120), cv2.FONT_HERSHEY_SIMPLEX, 2, 0, 3)
    quality = measured(image)
    assert (quality.ink_top, quality.ink_middle, quality.ink_bottom) == (1.0, 0.0, 0.0)
    assert 0 < quality.text_density < 0.1


def test_an_empty_page_has_no_quality_and_no_ink() -> None:
    quality = measured(np.full((900, 700), 250, np.uint8))
    assert (quality.score, quality.sharpness, quality.gradation, quality.contrast, quality.cleanness) == (0.0,) * 5
    assert (quality.text_density, quality.letter_height_px) == (0.0, 0.0)


def test_quality_survives_json(page: Page) -> None:
    quality = measured(page, 1.5)
    assert from_plain(PageQuality, to_plain(quality)) == quality


def rescanned(page: Page, damage: str, rng: Random) -> Page:
    """The same sheet on another scanner, not quite at the same place or size."""
    scale = 1 + rng.uniform(-0.01, 0.01)
    matrix = np.array([[scale, 0, rng.uniform(-20, 20)], [0, scale, rng.uniform(-20, 20)]], np.float32)
    moved = cv2.warpAffine(page, matrix, (page.shape[1], page.shape[0]), borderValue=255).astype(np.uint8)
    return make_upright(getattr(renderings, damage)(moved, rng))[0]


@pytest.mark.parametrize("damage", ["clean", "askew", "fax"])
def test_the_same_sheet_scanned_twice_is_found(page: Page, damage: str) -> None:
    rng = Random(4)
    first, second = rescanned(page, "clean", rng), rescanned(page, damage, rng)
    assert distance(perceptual_hash(first), perceptual_hash(second)) <= MOST_DISTANCE


def test_other_sheets_of_the_same_kind_are_told_apart() -> None:
    hashes = [perceptual_hash(sheet(f"sheet {number}")) for number in range(4)]
    apart = [distance(one, other) for n, one in enumerate(hashes) for other in hashes[n + 1 :]]
    assert min(apart) > MOST_DISTANCE


def test_pairs_are_found_across_documents_and_not_within_one() -> None:
    same, near, far = "f" * 64, "f" * 62 + "0f", "0" * 64
    pages = [("a", same), ("a", same), ("b", far), ("c", near)]
    assert list(similar_pages(pages)) == [("c", "a", round(4 / 256, 4))]
    assert list(similar_pages([])) == []
