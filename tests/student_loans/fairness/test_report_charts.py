"""The charts of a bias report show every slice, and findings and weak evidence apart."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from student_loans.fairness.offline import measure
from student_loans.fairness.report.charts import before_after_chart, slice_chart
from student_loans.fairness.report.summary import BiasSummary
from student_loans.fairness.settings import load_fairness_settings
from tests.labelled_factory import DEGRADED, labelled_records


@pytest.fixture(scope="module")
def summary() -> BiasSummary:
    options = load_fairness_settings()
    few = options.model_copy(update={"evidence": options.evidence.model_copy(update={"resamples": 100})})
    pairs = labelled_records(400)
    return measure([record for record, _ in pairs], [label for _, label in pairs], few)


def words_of(svg: Element) -> list[str]:
    return [one.text or "" for one in svg.iter("text")]


def evaluation(after: float | None) -> dict[str, object]:
    slices = [{"slice": "degraded", "documents": 94, "before": {"error": 0.29}, "after": {"error": after}}]
    return {"measure": "error", "slices": slices}


def test_every_slice_has_a_row_and_a_finding_its_own_colour(summary: BiasSummary) -> None:
    svg = slice_chart(summary, "lender")
    assert svg is not None
    sizes = summary.sizes("lender")
    assert {f"{level}  ({count:,})" for level, count in sizes.items()} <= set(words_of(svg))
    red = [one.findtext("title") or "" for one in svg.iter("circle") if one.get("class") == "dot-mark finding"]
    assert red
    assert all(words.startswith(f"{DEGRADED}: ") for words in red)


def test_no_point_is_outside_its_panel(summary: BiasSummary) -> None:
    for dimension in summary.dimensions():
        svg = slice_chart(summary, dimension)
        if svg is not None:
            width = float(svg.attrib["viewBox"].split()[2])
            assert all(0 <= float(one.attrib["cx"]) <= width for one in svg.iter("circle"))


def test_a_mitigation_is_a_way_from_before_to_after() -> None:
    svg = before_after_chart(evaluation(0.04))
    assert svg is not None
    assert [one.findtext("title") for one in svg.iter("circle") if one.find("title") is not None] == [
        "before: 29.0%",
        "after: 4.0%",
    ]


def test_a_slice_that_goes_to_review_as_a_whole_says_so() -> None:
    svg = before_after_chart(evaluation(None))
    assert svg is not None
    assert "all to review" in words_of(svg)


def test_without_numbers_there_is_no_chart() -> None:
    assert before_after_chart({"measure": "error", "slices": []}) is None
