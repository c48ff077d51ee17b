"""The report of a monitoring run as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from student_loans.reports.page_template import page_template
from student_loans.statistics.quality_charts import distribution_chart, drift_chart, missing_chart

ROWS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What a monitoring run found.

    Attributes:
        outcomes: Expectations, as the results database gives them.
        anomalies: The same.
        analysis: As :func:`student_loans.statistics.tfdv.analyse` answers; None when it did not run.
        drift_over_time: Drift by feature and run, oldest first.
        failed_stages: Tasks that did not succeed.
        hours_since_newest: Age of the newest record; None when nothing is stored, or nobody looked.
        fresh: None when nobody looked.
    """

    run_id: str
    written_at: datetime
    outcomes: Sequence[Mapping[str, Any]]
    anomalies: Sequence[Mapping[str, Any]]
    analysis: Mapping[str, Any] | None
    drift_over_time: Sequence[Mapping[str, Any]]
    failed_stages: Sequence[str] = ()
    hours_since_newest: float | None = None
    fresh: bool | None = None

    @property
    def failed_outcomes(self) -> list[Mapping[str, Any]]:
        """Expectations that failed, in the order of the outcomes."""
        return [one for one in self.outcomes if not one["success"]]

    @property
    def features(self) -> list[Mapping[str, Any]]:
        """Features, those with news first."""
        order = {"drifted": 0, "skewed": 1, "steady": 2, "not_judged": 3}
        features = list((self.analysis or {}).get("features", ()))
        return sorted(features, key=lambda one: (order[one["verdict"]], one["name"]))


def headline(report: QualityReport) -> str:
    """What was found, in one sentence."""
    changed = [one["name"] for one in report.features if one["verdict"] in ("drifted", "skewed")]
    schema = (report.analysis or {}).get("schema_anomalies", ())
    parts = [
        _count(len(report.failed_outcomes), "expectation failed", "expectations failed"),
        _count(len(schema), "change of the schema", "changes of the schema"),
        _count(len(changed), "feature drifted", "features drifted"),
        _count(len(report.anomalies), "anomaly", "anomalies"),
    ]
    found = [part for part in parts if part]
    return f"{', '.join(found)}." if found else "Nothing unusual was found."


def render_quality_page(report: QualityReport) -> str:
    """The page; it loads nothing from anywhere. Of documents it shows aggregates, of lenders the names."""
    history: dict[str, list[Mapping[str, Any]]] = {}
    for point in report.drift_over_time:
        history.setdefault(point["feature"], []).append(point)
    features = report.features
    return page_template("quality.html.j2").render(
        report=report,
        headline=headline(report),
        features=features,
        schema_anomalies=(report.analysis or {}).get("schema_anomalies", ()),
        rows=(report.analysis or {}).get("rows", {}),
        missing_chart=missing_chart(sorted(features, key=lambda one: str(one["name"]))) if features else "",
        distributions={one["name"]: distribution_chart(one) for one in features},
        drift={name: drift_chart(points) for name, points in history.items() if len(points) > 1},
        rows_shown=ROWS_SHOWN,
    )


def _count(number: int, one: str, many: str) -> str:
    return "" if not number else f"{number} {one if number == 1 else many}"
