"""Charts of data quality: bars as long as their shares, alarms past the threshold, names that cannot break the page."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from student_loans.statistics.quality_charts import distribution_chart, drift_chart, missing_chart


def feature(name: str = "apr", kind: str = "number", **sets: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "kind": kind, "distributions": sets}


def shapes(svg: str, kind: str, name: str) -> list[ET.Element]:
    """Elements of a kind and a class."""
    return [one for one in ET.fromstring(svg).iter(kind) if one.get("class") == name]


def texts(svg: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(svg).iter("text")]


class TestMissing:
    def test_a_bar_is_as_long_as_the_share_and_a_tick_is_where_it_was(self) -> None:
        svg = missing_chart([feature(current={"missing": 25, "values": 75}, previous={"missing": 1, "values": 1})])
        (bar,), (track,), (tick,) = (shapes(svg, "rect", name) for name in ("s-current", "track", "tick"))
        assert float(bar.get("width", 0)) == float(track.get("width", 0)) / 4
        middle = float(tick.get("x", 0)) + float(tick.get("width", 0)) / 2
        assert middle == float(track.get("x", 0)) + float(track.get("width", 0)) / 2
        assert texts(svg) == ["apr", "25.0% · before 50.0%"]

    def test_without_a_previous_period_the_reference_is_what_was_before(self) -> None:
        svg = missing_chart([feature(current={"missing": 0, "values": 9}, reference={"missing": 9, "values": 0})])
        assert "0.0% · before 100.0%" in texts(svg)

    def test_a_period_without_rows_misses_nothing(self) -> None:
        svg = missing_chart([feature(current={"missing": 0, "values": 0})])
        assert texts(svg) == ["apr", "0.0%"]
        assert shapes(svg, "rect", "tick") == []


class TestDrift:
    def points(self, *drifts: float, threshold: float | None = 0.2) -> list[dict[str, Any]]:
        return [{"drift": one, "threshold": threshold, "computed_at": f"day {n}"} for n, one in enumerate(drifts)]

    def test_a_run_past_the_threshold_is_an_alarm_and_one_at_it_is_not(self) -> None:
        svg = drift_chart(self.points(0.1, 0.2, 0.21))
        assert len(shapes(svg, "circle", "s-current")) == 2
        assert len(shapes(svg, "circle", "s-alarm")) == 1
        assert len(shapes(svg, "line", "series")) == 2

    def test_more_drift_is_higher_and_the_limit_is_where_its_value_is(self) -> None:
        svg = drift_chart(self.points(0.1, 0.2))
        low, high = (float(one.get("cy", 0)) for one in shapes(svg, "circle", "s-current"))
        assert high < low
        (limit,) = shapes(svg, "line", "limit")
        assert float(limit.get("y1", 0)) == pytest.approx(high)

    def test_one_run_without_a_threshold_is_a_dot_without_a_limit(self) -> None:
        svg = drift_chart(self.points(0.0, threshold=None))
        assert (len(shapes(svg, "circle", "s-current")), shapes(svg, "line", "limit")) == (1, [])


class TestNumbers:
    def test_areas_of_the_current_data_are_the_shares_of_its_bins(self) -> None:
        current = {"values": 4, "missing": 0, "histogram": [[0, 1, 1], [1, 3, 3]], "quantiles": [0, 1.5, 3]}
        first, second = shapes(distribution_chart(feature(current=current)), "rect", "fill-current")
        areas = [float(one.get("width", 0)) * float(one.get("height", 0)) for one in (first, second)]
        assert areas[1] / areas[0] == pytest.approx(3, rel=0.01)

    def test_data_of_a_single_value_are_drawn(self) -> None:
        constant = {"values": 9, "missing": 0, "histogram": [[7.25, 7.25, 9]], "quantiles": [7.25, 7.25]}
        svg = distribution_chart(feature(current=constant, previous=constant))
        assert len(shapes(svg, "rect", "fill-current")) == 1
        assert shapes(svg, "line", "l-previous")

    def test_a_feature_without_values_is_an_empty_chart(self) -> None:
        svg = distribution_chart(feature(current={"values": 0, "missing": 9}))
        assert [one.tag for one in ET.fromstring(svg)] == ["title"]

    def test_thousands_are_short(self) -> None:
        amounts = {"values": 2, "missing": 0, "histogram": [[0, 40_000, 2]], "quantiles": [0, 40_000]}
        labels = texts(distribution_chart(feature("loan_amount", current=amounts)))
        assert "0" in labels
        assert any(label.endswith("0k") for label in labels)


class TestCategories:
    def test_each_data_set_has_a_bar_of_its_share_and_zero_where_the_category_is_absent(self) -> None:
        svg = distribution_chart(
            feature(
                "lender",
                "category",
                current={"shares": {"Tern": 0.75, "Oakline": 0.25}},
                previous={"shares": {"Tern": 1.0}},
            )
        )
        assert [label for label in texts(svg) if "%" not in label] == ["Tern", "Oakline"]
        assert [label for label in texts(svg) if "%" in label] == ["100%", "75%", "0%", "25%"]

    def test_the_current_data_choose_six_categories(self) -> None:
        shares = {f"lender {number}": 0.1 for number in range(9)}
        svg = distribution_chart(
            feature("lender", "category", previous={"shares": {"old": 1.0}}, current={"shares": shares})
        )
        assert [label for label in texts(svg) if "%" not in label] == [f"lender {number}" for number in range(6)]

    @pytest.mark.parametrize(("length", "shown"), [(20, 20), (21, 20)])
    def test_a_long_name_is_cut_and_whole_in_its_title(self, length: int, shown: int) -> None:
        svg = distribution_chart(feature("lender", "category", current={"shares": {"n" * length: 1.0}}))
        assert len(texts(svg)[0]) == shown
        assert texts(svg)[0].endswith("…") is (length > 20)
        assert "n" * length in [one.text for one in ET.fromstring(svg).iter("title")]

    def test_a_name_is_text_and_never_markup(self) -> None:
        svg = distribution_chart(feature("lender", "category", current={"shares": {"<script>x</script>": 1.0}}))
        assert "<script" not in svg

    def test_no_category_is_an_empty_chart(self) -> None:
        assert texts(distribution_chart(feature("lender", "category", current={"shares": {}}))) == []
