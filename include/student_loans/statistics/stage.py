"""Monitor: statistics, drift and anomalies of what is stored, and a report about them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from student_loans.metrics.store import RunMetricStore
from student_loans.private_files import make_folder
from student_loans.project import PROJECT_ROOT
from student_loans.statistics.numbers import drift_points
from student_loans.statistics.settings import StatisticsSettings
from student_loans.statistics.store import StatisticsStore
from student_loans.storage.run_folder import folder_name

QUALITY = "data_quality"
_PROPOSALS = ("schema_proposal.pbtxt", "schema_proposal.diff")


@dataclass(frozen=True, slots=True)
class FreshnessResult:
    """How old the newest record is.

    Attributes:
        hours: None when nothing is stored.
        fresh: Whether that is within ``freshness_hours``; nothing stored is not.
    """

    hours: float | None
    fresh: bool


def check_freshness(
    store: StatisticsStore, settings: StatisticsSettings, now: datetime | None = None
) -> FreshnessResult:
    """Check whether new records still arrive.

    Args:
        store: The stored records.
        settings: Say how old the newest may be.
        now: With a time zone; None means now.
    """
    store.migrate()
    newest = store.newest_record()
    if newest is None:
        return FreshnessResult(None, False)
    hours = ((now or datetime.now(UTC)) - newest).total_seconds() / 3600
    return FreshnessResult(round(hours, 2), hours <= settings.freshness_hours)


def work_folder(run_id: str, settings: StatisticsSettings) -> Path:
    """Where the files of one analysis are."""
    return PROJECT_ROOT / settings.work_folder / folder_name(run_id)


def prepare_statistics(
    run_id: str, store: StatisticsStore, settings: StatisticsSettings, now: datetime | None = None
) -> dict[str, Any] | None:
    """Write the features of three periods: the current one, the one before it, and everything older.

    Args:
        run_id: The monitoring run.
        store: The stored records.
        settings: Say how long the periods are.
        now: With a time zone; None means now.

    Returns:
        The request for :func:`student_loans.statistics.tfdv.analyse`; None when the current period has no record.

    Raises:
        ConfigurationError: ``tfdv_not_installed``.
    """
    from student_loans.statistics.environment import analysis_request, check_installed
    from student_loans.statistics.features import feature_frame, write_features

    check_installed()
    store.migrate()
    end = now or datetime.now(UTC)
    periods = settings.periods
    begin = end - timedelta(days=periods.current_days)
    before = begin - timedelta(days=periods.previous_days)
    spans = {
        "current": (begin, end),
        "previous": (before, begin),
        "reference": (before - timedelta(days=periods.reference_days), before),
    }
    folder = work_folder(run_id, settings)
    make_folder(folder)
    files: dict[str, str | None] = {}
    for name, (after, until) in spans.items():
        frame = feature_frame(store.records_between(after, until, limit=periods.max_rows))
        files[name] = None
        if len(frame):
            files[name] = str(folder / f"{name}.parquet")
            write_features(frame, str(files[name]))
    current = files["current"]
    if current is None:
        return None
    return analysis_request(
        current, str(folder), previous=files["previous"], reference=files["reference"], settings=settings
    )


def keep_statistics(
    run_id: str, store: StatisticsStore, settings: StatisticsSettings, reports_uri: str
) -> dict[str, Any]:
    """Keep what TensorFlow Data Validation found, note the drift for alerts, and publish a proposal for the schema.

    Returns:
        ``features``, ``drifted``, ``skewed`` (counts), and ``proposal``: its address, or None.

    Raises:
        ServiceError: ``database_unavailable``, ``store_unavailable``.
    """
    from student_loans.storage.files import open_root, store_errors, write_bytes

    folder = work_folder(run_id, settings)
    answer = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
    store.migrate()
    store.store_statistics(run_id, answer)
    RunMetricStore(store.conninfo).write(run_id, drift_points(answer["features"]))
    destination = open_root(reports_uri) / folder_name(run_id) / QUALITY
    with store_errors():
        for name in _PROPOSALS:
            if (folder / name).exists():
                write_bytes(destination / name, (folder / name).read_bytes())
        # The report is written by another task; the distributions are aggregates.
        write_bytes(destination / "statistics.json", json.dumps(answer).encode())
    shutil.rmtree(folder, ignore_errors=True)
    verdicts = [feature["verdict"] for feature in answer["features"]]
    return {
        "features": len(verdicts),
        "drifted": verdicts.count("drifted"),
        "skewed": verdicts.count("skewed"),
        "proposal": str(destination / _PROPOSALS[1]) if answer["proposal"] else None,
    }


def report_quality(
    run_id: str,
    store: StatisticsStore,
    outcomes: list[Mapping[str, Any]],
    anomalies: list[Mapping[str, Any]],
    reports_uri: str,
    *,
    failed_stages: tuple[str, ...] = (),
    freshness: FreshnessResult | None = None,
    now: datetime | None = None,
) -> str:
    """Write ``quality.json`` and ``quality.html`` of a monitoring run.

    Args:
        run_id: The run; the report also names parts that it did not reach.
        store: Knows statistics.
        outcomes: As :meth:`student_loans.validation.store.ExpectationStore.outcomes_of_run` gives them.
        anomalies: As :meth:`student_loans.anomalies.store.AnomalyStore.anomalies_of_run` gives them.
        reports_uri: Where reports go.
        failed_stages: Tasks that did not succeed.
        freshness: None when it was not asked.
        now: With a time zone; None means now.

    Returns:
        The page's address.

    Raises:
        ServiceError: ``database_unavailable``, ``store_unavailable``.
    """
    from student_loans.statistics.quality_page import QualityReport, render_quality_page
    from student_loans.storage.files import open_root, store_errors, write_bytes

    store.migrate()
    folder = open_root(reports_uri) / folder_name(run_id) / QUALITY
    statistics = folder / "statistics.json"
    with store_errors():
        analysis = json.loads(statistics.read_text(encoding="utf-8")) if statistics.exists() else None
    report = QualityReport(
        run_id=run_id,
        written_at=now or datetime.now(UTC),
        outcomes=outcomes,
        anomalies=anomalies,
        analysis=analysis,
        drift_over_time=store.drift_over_time(),
        failed_stages=failed_stages,
        hours_since_newest=freshness.hours if freshness else None,
        fresh=freshness.fresh if freshness else None,
    )
    with store_errors():
        write_bytes(folder / "quality.json", json.dumps(asdict(report), default=str, indent=2).encode())
        write_bytes(folder / "quality.html", render_quality_page(report).encode("utf-8", "replace"))
    return str(folder / "quality.html")
