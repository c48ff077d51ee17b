"""Settings of statistics: thresholds in their range, and a period of another length."""

from __future__ import annotations

from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError
from student_loans.project import CODE_ROOT
from student_loans.statistics.settings import load_statistics_settings, statistics_settings, with_current_days

SHIPPED = CODE_ROOT / "student_loans" / "config" / "statistics.yaml"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("number: 0.18", "number: 0", "thresholds.number"),
        ("category: 0.2", "category: 1.5", "thresholds.category"),
        ("current_days: 7", "current_days: 0", "periods.current_days"),
        ("freshness_hours: 48", "freshness_hours: -1", "freshness_hours"),
    ],
)
def test_what_is_out_of_range_is_refused_by_its_place(tmp_path: Path, old: str, new: str, place: str) -> None:
    path = tmp_path / "statistics.yaml"
    path.write_text(SHIPPED.read_text().replace(old, new))
    with pytest.raises(ConfigurationError, match=place):
        load_statistics_settings(path)


def test_a_period_of_another_length_changes_nothing_else() -> None:
    shipped = statistics_settings()
    changed = with_current_days(shipped, 30)
    assert changed.periods.current_days == 30
    assert shipped.periods.current_days == 7
    assert with_current_days(changed, shipped.periods.current_days) == shipped
    assert with_current_days(shipped, 0) is shipped
