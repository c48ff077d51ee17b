"""Thresholds of anomalies: the shipped ones, and a person's, refused where they make no sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from student_loans.anomalies.settings import anomaly_settings, load_anomaly_settings
from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.project import CODE_ROOT

SHIPPED = CODE_ROOT / "student_loans" / "config" / "anomalies.yaml"


def written(folder: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text()
    assert old in text
    path = folder / "anomalies.yaml"
    path.write_text(text.replace(old, new))
    return path


def test_another_threshold_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    settings = load_anomaly_settings(written(tmp_path, "max_hours: 48", "max_hours: 12"))
    assert settings.freshness.max_hours == 12
    assert settings.volume == anomaly_settings().volume


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("max_hours: 48", "max_hours: 0", "freshness.max_hours"),
        ("min_ratio: 3.0", "min_ratio: 0.5", "volume.min_ratio"),
        ("min_increase: 0.1", "min_increase: 25", "missing_values.min_increase"),
        ("false_alarms: 0.01", "false_alarms: 1", "false_alarms"),
        ("max_hours: 48", "max_hours: soon", "freshness.max_hours"),
        ("max_hours: 48", "max_hour: 48", "freshness.max_hour"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_place(tmp_path: Path, old: str, new: str, place: str) -> None:
    with pytest.raises(ConfigurationError, match=place) as caught:
        load_anomaly_settings(written(tmp_path, old, new))
    assert caught.value.code is ErrorCode.INVALID_SETTINGS
