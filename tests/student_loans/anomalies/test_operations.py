"""Volume and time: how much more, less or longer than usual is news."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest

from student_loans.anomalies.anomaly import Anomaly, AnomalyCode
from student_loans.anomalies.operations import find_slow_processing, find_volume
from student_loans.anomalies.settings import TimeSettings, anomaly_settings
from student_loans.records import TextSource
from student_loans.severity import Severity
from tests.feature_factory import alike, frame_of

USUAL = [60, 55, 70, 50, 64, 58, 61, 66, 59]


@pytest.mark.parametrize(("documents", "found"), [(60, 0), (90, 0), (150, 0), (200, 1), (18, 1), (0, 1)])
def test_a_run_of_unusual_size_is_told(documents: int, found: int) -> None:
    assert len(list(find_volume(documents, USUAL, anomaly_settings().volume))) == found


def test_a_few_runs_are_no_habit() -> None:
    assert not list(find_volume(1000, USUAL[:5], anomaly_settings().volume))


def test_the_same_anomaly_of_the_same_run_has_the_same_key() -> None:
    one = Anomaly(AnomalyCode.VOLUME, Severity.WARNING, "a", evidence={"documents": 1})
    again = Anomaly(AnomalyCode.VOLUME, Severity.INFO, "b", evidence={"documents": 2})
    assert one.key("run") == again.key("run") != one.key("other")


def test_runs_of_one_size_leave_a_tenth_to_chance() -> None:
    settings = anomaly_settings().volume.model_copy(update={"distance": 5.0, "min_ratio": 1.0})
    # One spread of a constant history is a tenth in logarithms: five of them are a factor of e ** 0.5.
    assert not list(find_volume(164, [100] * 10, settings))
    (more,) = find_volume(166, [100] * 10, settings)
    assert more.evidence["distance"] == pytest.approx(10 * math.log(1.66))
    assert (more.evidence["usual"], more.evidence["runs"]) == (pytest.approx(100), 10)


@pytest.mark.parametrize(("documents", "found"), [(299, 0), (301, 1), (34, 0), (33, 1)])
def test_a_run_is_unusual_past_three_times_more_or_less(documents: int, found: int) -> None:
    assert len(list(find_volume(documents, [100] * 10, anomaly_settings().volume))) == found


def test_empty_runs_are_runs_of_half_a_document() -> None:
    assert not list(find_volume(0, [0] * 10, anomaly_settings().volume))
    assert list(find_volume(50, [0] * 10, anomaly_settings().volume))


class TestSlowProcessing:
    settings = TimeSettings(min_documents=15, min_ratio=2.0)

    def frame(self, count: int, seconds: float, first: int = 1, **changes: object) -> pd.DataFrame:
        records = alike(count, first=first, page_count=2, **changes)  # type: ignore[arg-type]
        return frame_of([replace(one, timings={"text": seconds + i / 1000}) for i, one in enumerate(records)])

    def test_pages_that_take_twice_as_long_are_told_by_how_they_are_read(self) -> None:
        (found,) = find_slow_processing(self.frame(20, 9.0), self.frame(40, 3.0, 100), self.settings, 0.001)
        assert (found.code, found.field) == (AnomalyCode.SLOW_PROCESSING, "text_layer")
        assert found.evidence["ratio"] == pytest.approx(3.0, abs=0.05)
        assert "3.0 times" in found.message

    @pytest.mark.parametrize("seconds", [5.9, 3.0, 1.0])
    def test_less_than_twice_as_long_or_faster_is_no_news(self, seconds: float) -> None:
        assert not list(find_slow_processing(self.frame(20, seconds), self.frame(40, 3.0, 100), self.settings, 0.001))

    def test_longer_documents_are_compared_by_the_page(self) -> None:
        long = self.frame(20, 9.0).assign(page_count=6.0)
        assert not list(find_slow_processing(long, self.frame(40, 3.0, 100), self.settings, 0.001))

    @pytest.mark.parametrize(("documents", "found"), [(14, 0), (15, 1)])
    def test_both_sides_need_the_least_number_of_documents(self, documents: int, found: int) -> None:
        slow, usual = self.frame(60, 9.0), self.frame(60, 3.0, 100)
        assert len(list(find_slow_processing(slow.head(documents), usual, self.settings, 0.001))) == found
        assert len(list(find_slow_processing(slow, usual.head(documents), self.settings, 0.001))) == found

    def test_ocr_is_not_compared_with_text_layers(self) -> None:
        scans = self.frame(20, 9.0, text_source=TextSource.OCR)
        assert not list(find_slow_processing(scans, self.frame(40, 3.0, 100), self.settings, 0.001))

    def test_documents_without_a_time_do_not_count(self) -> None:
        silent = self.frame(20, 9.0).assign(seconds=float("nan"))
        assert not list(find_slow_processing(silent, self.frame(40, 3.0, 100), self.settings, 0.001))
        assert not list(find_slow_processing(self.frame(20, 9.0), silent, self.settings, 0.001))
