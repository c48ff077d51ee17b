"""Settings of bias measurement: the shipped ones, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError
from student_loans.fairness.metrics import BY_NAME
from student_loans.fairness.settings import fairness_settings, load_fairness_settings
from student_loans.project import CODE_ROOT

SHIPPED = CODE_ROOT / "student_loans" / "config" / "fairness.yaml"


def test_every_gap_is_one_of_a_metric_and_worth_a_word_only_above_nothing() -> None:
    gaps = fairness_settings().findings.least_gap
    assert set(gaps) <= set(BY_NAME)
    assert all(gap > 0 for gap in gaps.values())


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("completeness: 0.02", "beauty: 0.02", "findings.least_gap"),
        ("min_documents: 10", "min_documents: 1", "evidence.min_documents"),
        ("interval: 0.95", "interval: 95", "evidence.interval"),
        ("alpha: 0.01", "alpha: 0", "findings.alpha"),
        ("dimension: lender", "dimension: borrower", "mitigation.dimension"),
        ("pairs: true", "triples: true", "slices.triples"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_place(tmp_path: Path, old: str, new: str, place: str) -> None:
    text = SHIPPED.read_text()
    assert old in text
    path = tmp_path / "fairness.yaml"
    path.write_text(text.replace(old, new))
    with pytest.raises(ConfigurationError, match=place):
        load_fairness_settings(path)
