"""The check of the quality score: damage is drawn by seed, and order is what is told."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from samples.generator.documents import generate
from student_loans.understanding.quality_check import PageObservation, correlation, damaged, table


@pytest.fixture(scope="module")
def scan() -> bytes:
    return generate("one", "quality check", "payoff_letter", "clean_scan", "pdf", "heldout").content


def test_a_seed_always_gives_the_same_damage(scan: bytes) -> None:
    assert damaged(scan, 3) == damaged(scan, 3)
    assert damaged(scan, 3) != damaged(scan, 4)


def test_damage_is_of_every_kind(scan: bytes) -> None:
    images = [Image.open(io.BytesIO(damaged(scan, seed))) for seed in range(12)]
    assert len({image.info["dpi"] for image in images}) > 2
    grays = [len(image.convert("L").getcolors() or ()) for image in images]
    assert min(grays) == 2
    assert max(grays) > 100


def test_correlation_and_table_tell_the_order() -> None:
    observations = [PageObservation(quality / 10, quality / 20, True) for quality in range(1, 11)]
    assert correlation(observations)[0] == pytest.approx(1.0)
    assert list(table(observations))[2] == "| 0.0 to 0.5 | 4 | 0.125 |"
    assert list(table(observations))[-1] == "| 0.9 to 1.0 | 2 | 0.475 |"
