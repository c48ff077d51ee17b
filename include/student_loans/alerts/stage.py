"""Alert: apply the rules to the metrics, and write alerts into the outbox.

The same rules judge a run twice: in the transaction that stores its results, so that a crash after it cannot lose an
alert, and at the end of the run, when stages, times and metrics of other pipelines are known. The second time opens no
second alert.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from student_loans.alerts.config import AlertsConfig, load_alerts_config
from student_loans.alerts.evaluate import evaluate
from student_loans.alerts.failures import RUN_FAILED, RUN_LATE, TASK_FAILED, is_explained, recovered, run_failed
from student_loans.alerts.model import AlertVerdict
from student_loans.alerts.rules import Rule, load_rules
from student_loans.alerts.store import AlertChanges, AlertStore, open_alerts, record_verdicts
from student_loans.metrics.model import MetricPoint
from student_loans.metrics.store import history_before, measure_now, measure_run, points_of_run, write_points
from student_loans.storage.named_sql import queries

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import DictRow

log = logging.getLogger(__name__)


def alert_with_results(run_id: str, dag_id: str = "", url: str = "") -> Callable[[Connection[DictRow]], None]:
    """Return the function that measures and judges a run inside the transaction that stores its results.

    Results matter more than alerts: an error here is logged, a savepoint undoes its changes, and the results are
    stored.
    """

    def measure_and_judge(connection: Connection[DictRow]) -> None:
        try:
            with connection.transaction():
                measure_run(connection, run_id)
                verdicts = judge_run(connection, run_id, load_rules(), dag_id=dag_id, url=url)
                record_verdicts(connection, verdicts, load_alerts_config(), run_id=run_id, now=datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - alerts may degrade, storage may not
            log.warning("The run was stored without alerts: %s", type(error).__name__)

    return measure_and_judge


def evaluate_run(
    store: AlertStore,
    run_id: str,
    dag_id: str,
    *,
    stage_seconds: Mapping[str, float],
    failed_stages: Sequence[str],
    reporting_stages: Collection[str] = (),
    now: datetime,
    rules: Iterable[Rule],
    config: AlertsConfig,
    url: str = "",
    of_documents: bool = True,
) -> tuple[AlertChanges, list[MetricPoint]]:
    """Measure and judge a run at its end.

    A failed task without an alert gets one here: its callback does not run if its process dies (apache/airflow #60858).

    Args:
        store: The outbox.
        run_id: The run.
        dag_id: Its DAG.
        stage_seconds: Seconds that the tasks of each stage ran.
        failed_stages: Stages that did not succeed, in order.
        reporting_stages: Stages whose failure may only report that the run failed; they are not causes themselves.
        now: With a time zone.
        rules: The rules.
        config: The channels of each severity.
        url: Where a person looks at the run.
        of_documents: Whether the run processed documents. For other runs only the metrics of their
            stages are judged: they count no files and documents, so they must not resolve alerts about these.

    Returns:
        Alerts opened and resolved, and every number of the run.

    Raises:
        ServiceError: The database does not answer.
    """
    with store.transaction() as connection:
        broken = [stage for stage in failed_stages if stage not in reporting_stages]
        points = _stage_points(stage_seconds, broken)
        if of_documents:
            measure_run(connection, run_id)
            points += _end_points(connection, run_id, broken, now)
        write_points(connection, run_id, points, at=now)
        verdicts = judge_run(connection, run_id, rules, dag_id=dag_id, url=url)
        failures = open_alerts(connection, (TASK_FAILED, RUN_FAILED, RUN_LATE), dag_id)
        verdicts += recovered(failures, run_id=run_id, failed_tasks=failed_stages)
        if broken and not is_explained(failures, run_id):
            verdicts.append(run_failed(dag_id, url, task_id=broken[0]))
        changes = record_verdicts(connection, verdicts, config, run_id=run_id, now=now)
        return changes, points_of_run(connection, run_id)


def evaluate_now(
    store: AlertStore, *, now: datetime, rules: Iterable[Rule], config: AlertsConfig
) -> tuple[AlertChanges, list[MetricPoint]]:
    """Judge the metrics of the deployment that do not depend on a run: freshness and queues.

    Returns:
        Alerts opened and resolved, and the numbers.
    """
    with store.transaction() as connection:
        points = measure_now(connection, now)
        return record_verdicts(connection, evaluate(rules, points, {}), config, run_id="", now=now), points


def judge_run(
    connection: Connection[DictRow], run_id: str, rules: Iterable[Rule], *, dag_id: str = "", url: str = ""
) -> list[AlertVerdict]:
    """Judge the metrics of a run against those of earlier runs."""
    every = list(rules)
    names = {rule.metric for rule in every}
    runs = max((rule.runs_needed for rule in every), default=0)
    history = history_before(connection, run_id, names, runs)
    return evaluate(every, points_of_run(connection, run_id), history, dag_id=dag_id, url=url)


def _stage_points(stage_seconds: Mapping[str, float], failed_stages: Collection[str]) -> list[MetricPoint]:
    points = [MetricPoint("seconds.stage", seconds, stage) for stage, seconds in stage_seconds.items()]
    return [*points, MetricPoint("run.failed_stages", float(len(failed_stages)))]


def _end_points(
    connection: Connection[DictRow], run_id: str, failed_stages: Collection[str], now: datetime
) -> list[MetricPoint]:
    """The metrics of a document run that are known only at its end."""
    sql = queries("results/runs")
    points: list[MetricPoint] = []
    run = connection.execute(sql["run"], {"run_id": run_id}).fetchone()
    if run is not None:
        points.append(MetricPoint("seconds.run", (now - run["started_at"]).total_seconds()))
    counts = connection.execute(sql["run_counts"], {"run_id": run_id}).fetchone() or {}
    points += [MetricPoint(f"documents.{name}", float(counts[name])) for name in ("files", "duplicate", "unchanged")]
    if not failed_stages:  # a failed stage explains files without an outcome: one cause, one alert
        outcomes = sum(number for name, number in counts.items() if name != "files")
        points.append(MetricPoint("documents.unaccounted", float(counts["files"] - outcomes)))
    return points + measure_now(connection, now)
