"""The report of a monitoring run: what was found in one sentence, news first, and nothing that a name can break."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from student_loans.statistics.quality_page import ROWS_SHOWN, QualityReport, headline, render_quality_page

OUTCOME = {
    "expectation": "apr_is_plausible", "severity": "critical", "source": "batch", "success": False, "failed": 1,
    "evaluated": 9,
}  # fmt: skip
ANOMALY = {
    "code": "outlier", "severity": "warning", "field": "apr", "document_type": "payoff_letter", "document_id": "a" * 64,
    "message": "far away",
}  # fmt: skip


def feature(name: str, verdict: str = "steady") -> dict[str, Any]:
    current = {"kind": "category", "values": 9, "missing": 1, "shares": {"fixed": 1.0}, "distinct": 1}
    return {
        "name": name, "kind": "category", "drift": 0.1, "skew": None, "threshold": 0.2, "verdict": verdict,
        "distributions": {"current": current},
    }  # fmt: skip


def analysis(*features: dict[str, Any], schema: tuple[dict[str, Any], ...] = (), proposal: str | None = None) -> Any:
    return {"features": features, "schema_anomalies": schema, "rows": {"current": 10}, "proposal": proposal}


def report(**changes: Any) -> QualityReport:
    values: dict[str, Any] = {
        "run_id": "monitor-1", "written_at": datetime(2026, 11, 1, tzinfo=UTC), "outcomes": (), "anomalies": (),
        "analysis": None, "drift_over_time": (),
    }  # fmt: skip
    return QualityReport(**(values | changes))


class TestHeadline:
    def test_nothing_found_is_said(self) -> None:
        assert headline(report()) == "Nothing unusual was found."
        assert headline(report(analysis=analysis(feature("a")))) == "Nothing unusual was found."

    def test_one_is_singular_and_more_are_plural(self) -> None:
        one = report(
            outcomes=[OUTCOME, OUTCOME | {"success": True}],
            anomalies=[ANOMALY],
            analysis=analysis(
                feature("a", "drifted"), schema=({"feature": "a", "kinds": ["x"], "severity": "warning"},)
            ),
        )
        assert headline(one) == "1 expectation failed, 1 change of the schema, 1 feature drifted, 1 anomaly."
        two = report(outcomes=[OUTCOME] * 2, anomalies=[ANOMALY] * 2)
        assert headline(two) == "2 expectations failed, 2 anomalies."

    def test_skew_is_news_and_what_was_not_judged_is_not(self) -> None:
        both = analysis(feature("a", "skewed"), feature("b", "not_judged"))
        assert headline(report(analysis=both)) == "1 feature drifted."


def test_features_with_news_come_first_and_then_by_name() -> None:
    features = [feature("z"), feature("y", "not_judged"), feature("x", "skewed"), feature("b", "drifted"), feature("a")]
    assert [one["name"] for one in report(analysis=analysis(*features)).features] == ["b", "x", "a", "z", "y"]
    assert report().features == []


class TestPage:
    def test_without_an_analysis_it_has_no_distributions_and_says_that_nothing_was_asked(self) -> None:
        page = render_quality_page(report())
        assert "None were asked in this run." in page
        assert 'id="distributions"' not in page

    def test_failed_expectations_are_rows_and_held_ones_are_counted(self) -> None:
        page = render_quality_page(report(outcomes=[OUTCOME, OUTCOME | {"success": True, "expectation": "held"}]))
        assert "apr is plausible" in page
        assert "1 of 2 failed" in page
        assert "held" not in page.partition("</h2>")[2].partition("</section>")[0]

    @pytest.mark.parametrize(("anomalies", "more"), [(ROWS_SHOWN, False), (ROWS_SHOWN + 1, True)])
    def test_only_so_many_anomalies_are_rows(self, anomalies: int, more: bool) -> None:
        page = render_quality_page(report(anomalies=[ANOMALY] * anomalies))
        assert page.count("far away") == ROWS_SHOWN
        assert ("and 1 more" in page) is more

    def test_the_age_of_the_newest_record_is_said_and_whether_it_is_stale(self) -> None:
        assert "stale" not in render_quality_page(report(hours_since_newest=1.25, fresh=True))
        stale = render_quality_page(report(hours_since_newest=100.0, fresh=False))
        assert "100.0 hours old" in stale
        assert "stale" in stale

    def test_drift_over_time_needs_two_runs(self) -> None:
        point = {"feature": "apr", "drift": 0.1, "threshold": 0.2, "computed_at": "2026-11-01"}
        assert 'id="drift"' not in render_quality_page(report(drift_over_time=[point]))
        assert 'id="drift"' in render_quality_page(report(drift_over_time=[point, point]))

    def test_a_proposal_for_the_schema_is_named_where_there_is_one(self) -> None:
        change = ({"feature": "grace", "kinds": ["schema_new_column"], "severity": "critical"},)
        with_one = render_quality_page(report(analysis=analysis(feature("a"), schema=change, proposal="p")))
        without = render_quality_page(report(analysis=analysis(feature("a"), schema=change)))
        assert "schema_proposal.diff" in with_one
        assert "schema_proposal.diff" not in without
        assert "The records keep the schema." in render_quality_page(report(analysis=analysis(feature("a"))))

    def test_names_are_text_and_never_markup_and_nothing_is_loaded(self) -> None:
        evil = "<img src=x onerror=alert(1)>"
        named = feature(evil)
        named["distributions"]["current"]["shares"] = {evil: 1.0}
        page = render_quality_page(
            report(run_id=evil, anomalies=[ANOMALY | {"message": evil}], analysis=analysis(named))
        )
        assert "<img" not in page
        assert "<script" not in page
        assert "http://" not in page.replace("http://www.w3.org", "")
