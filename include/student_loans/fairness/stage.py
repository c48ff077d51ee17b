"""Bias: slice, measure, compare, find, mitigate, report. Each step leaves its part in the run's folder of the object store."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from student_loans.fairness.analysis import SliceEvidence, SliceMetric, compare_slices, measure_slices
from student_loans.fairness.finding import Finding
from student_loans.fairness.findings import find_bias
from student_loans.fairness.mitigation.active import publish_policy
from student_loans.fairness.mitigation.simulation import simulate_mitigations
from student_loans.fairness.numbers import accuracy_points, bias_points
from student_loans.fairness.observations import (
    Observation,
    observation_frame,
    observation_table,
    observe_labelled,
    observe_unlabelled,
)
from student_loans.fairness.settings import FairnessSettings
from student_loans.fairness.store import FairnessStore
from student_loans.labels.store import LabelStore
from student_loans.metrics.store import RunMetricStore
from student_loans.plain_data import from_plain, to_plain
from student_loans.records import Status
from student_loans.storage.files import store_errors, write_bytes
from student_loans.storage.run_folder import RunFolder, folder_name
from student_loans.storage.run_parts import records_of_parts

if TYPE_CHECKING:
    import pandas as pd

OBSERVATIONS = "bias-observations.parquet"
METRICS, COMPARISONS, FINDINGS, MITIGATIONS = "bias-metrics", "bias-comparisons", "bias-findings", "bias-mitigations"


@dataclass(frozen=True, slots=True)
class BiasCounts:
    """Counts for XCom: no names of slices and no values.

    Attributes:
        documents: Documents that were sliced.
        labels: Number of labels; 0 if none are needed.
        measured: Metrics of slices.
        not_enough_evidence: Metrics from too few documents, or undefined.
        findings: Slices and metrics that are named.
    """

    documents: int = 0
    labels: int = 0
    measured: int = 0
    not_enough_evidence: int = 0
    findings: int = 0


def slice_labelled(run: RunFolder, labels: LabelStore, options: FairnessSettings) -> BiasCounts:
    """Observe every labelled document that has a record.

    Raises:
        ServiceError: The database or the object store does not answer.
    """
    total, _ = labels.count()
    pairs = labels.labelled_records()
    observations = (
        observe_labelled(record, label, options.slices)
        for record, label in pairs
        if record.status is not Status.QUARANTINED
    )
    return BiasCounts(documents=_write_observations(run, observations), labels=total)


def slice_batch(run: RunFolder, parts: Sequence[str], options: FairnessSettings) -> BiasCounts:
    """Observe the records of a batch without labels.

    Raises:
        ConfigurationError: ``unknown_part``.
        ServiceError: The object store does not answer.
    """
    records = (record for record in records_of_parts(run, parts) if record.status is not Status.QUARANTINED)
    observations = (observe_unlabelled(record, options.slices) for record in records)
    return BiasCounts(documents=_write_observations(run, observations))


def measure_run(run: RunFolder, store: FairnessStore, options: FairnessSettings, *, labelled: bool) -> BiasCounts:
    """Measure every slice; accuracy also becomes a metric of the run, for the alert rules."""
    frame = read_observations(run, options)
    measured = measure_slices(frame, options, labelled=labelled)
    _write(run, METRICS, [one.to_json() for one in measured])
    store.store_metrics(run.run_id, (one.to_json() for one in measured), labelled=labelled, task=run.writer)
    if labelled:
        RunMetricStore(store.conninfo).write(run.run_id, accuracy_points(frame, options.evidence.min_documents))
    lacking = sum(one.evidence is not SliceEvidence.ENOUGH for one in measured)
    return BiasCounts(documents=len(frame), measured=len(measured), not_enough_evidence=lacking)


def compare_run(run: RunFolder, store: FairnessStore, options: FairnessSettings, *, labelled: bool) -> int:
    """Compare each slice with the other documents.

    Returns:
        How many comparisons were made.
    """
    measured = read_metrics(run)
    p_values = compare_slices(read_observations(run, options), measured, options, labelled=labelled)
    keys = ("dimension", "slice", "metric")
    _write(run, COMPARISONS, [{**dict(zip(keys, key, strict=True)), "p": p} for key, p in p_values.items()])
    compared = (
        {**one.to_json(), "p_adjusted": p_values.get((one.dimension, one.slice, one.metric))} for one in measured
    )
    store.store_metrics(run.run_id, compared, labelled=labelled, task=run.writer)
    return len(p_values)


def find_run(run: RunFolder, store: FairnessStore, options: FairnessSettings, *, labelled: bool) -> list[Finding]:
    """Find slices that are worse by more than chance; their count becomes a metric of the run."""
    p_values = {(row["dimension"], row["slice"], row["metric"]): row["p"] for row in _read(run, COMPARISONS)}
    findings = find_bias(read_observations(run, options), read_metrics(run), p_values, options, labelled=labelled)
    _write(run, FINDINGS, [one.to_json() for one in findings])
    store.store_findings(run.run_id, (one.to_json() for one in findings), task=run.writer)
    RunMetricStore(store.conninfo).write(
        run.run_id, bias_points(*store.sums_of_run(run.run_id, labelled=labelled), labelled=labelled)
    )
    return findings


def simulate_run(
    run: RunFolder, store: FairnessStore, accept_above: float, options: FairnessSettings
) -> dict[str, int]:
    """Learn and judge mitigations, and store those that would change something.

    Returns:
        Kind to the version under which it can be chosen.
    """
    simulated = simulate_mitigations(read_observations(run, options), read_findings(run), accept_above, options)
    _write(run, MITIGATIONS, to_plain(simulated))
    return {
        one.policy.kind.value: store.add_mitigation(run.run_id, to_plain(one.policy), to_plain(one.evaluation) or {})
        for one in simulated
        if one.policy.acts
    }


def check_slices(
    run: RunFolder, store: FairnessStore, options: FairnessSettings, *, labels: int | None = None
) -> BiasCounts:
    """Measure, compare and find in one step.

    Args:
        run: A run that has sliced.
        store: The tables of bias.
        options: Settings to measure with.
        labels: Number of labels of the sliced documents; None for a batch without labels.
    """
    labelled = labels is not None
    counts = measure_run(run, store, options, labelled=labelled)
    compare_run(run, store, options, labelled=labelled)
    findings = find_run(run, store, options, labelled=labelled)
    return replace(counts, labels=labels or 0, findings=len(findings))


def read_observations(run: RunFolder, options: FairnessSettings) -> pd.DataFrame:
    """The observations that slicing wrote."""
    import pyarrow.parquet as pq

    with store_errors():
        table = pq.read_table(io.BytesIO(run.store.path(_key(run, OBSERVATIONS)).read_bytes()))
    return observation_frame(table, options.slices.most_levels)


def read_metrics(run: RunFolder) -> list[SliceMetric]:
    """The measured slices, with their comparisons if these exist."""
    return [from_plain(SliceMetric, row) for row in _read(run, METRICS)]


def read_findings(run: RunFolder) -> list[Finding]:
    """The findings of the run."""
    return [Finding.from_json(row) for row in _read(run, FINDINGS)]


def read_mitigations(run: RunFolder) -> list[dict[str, Any]]:
    """The simulated mitigations, as plain data."""
    return _read(run, MITIGATIONS) if run.store.exists(_key(run, f"{MITIGATIONS}.jsonl")) else []


def _write_observations(run: RunFolder, observations: Iterable[Observation]) -> int:
    import pyarrow.parquet as pq

    table = observation_table(observations)
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    with store_errors():
        write_bytes(run.store.path(_key(run, OBSERVATIONS)), buffer.getvalue())
    return int(table.num_rows)


def _write(run: RunFolder, part: str, rows: Iterable[dict[str, Any]]) -> None:
    run.store.write_jsonl(_key(run, f"{part}.jsonl"), rows)


def _read(run: RunFolder, part: str) -> list[dict[str, Any]]:
    return list(run.store.read_jsonl(_key(run, f"{part}.jsonl")))


def _key(run: RunFolder, name: str) -> str:
    return f"runs/{folder_name(run.run_id)}/{run.own(name)}"


def report_bias(
    run: RunFolder,
    counts: BiasCounts,
    options: FairnessSettings,
    reports_uri: str,
    *,
    labelled: bool,
    versions: Mapping[str, int] | None = None,
    active_version: int | None = None,
) -> str:
    """Write ``bias.html`` and ``bias.json`` into the run's folder of reports, below ``bias/<task>/`` for a task of its own.

    Args:
        run: A run that has measured, compared and found.
        counts: Counts of its documents.
        options: Settings it was measured with.
        reports_uri: Folder of reports.
        labelled: Whether it was measured against labels.
        versions: Kind of mitigation to the version under which it is kept.
        active_version: The mitigation in use.

    Returns:
        Where the page is.

    Raises:
        ServiceError: The object store or the place of the reports does not answer.
    """
    from student_loans.fairness.report.page import write_bias_report
    from student_loans.fairness.report.summary import BiasSummary
    from student_loans.storage.files import open_root

    p_values = {(row["dimension"], row["slice"], row["metric"]): row["p"] for row in _read(run, COMPARISONS)}
    metrics = [
        replace(one, p_adjusted=p_values.get((one.dimension, one.slice, one.metric))) for one in read_metrics(run)
    ]
    mitigations = [{**one, "version": (versions or {}).get(one["policy"]["kind"])} for one in read_mitigations(run)]
    summary = BiasSummary(
        run_id=run.run_id,
        created_at=datetime.now(UTC),
        labelled=labelled,
        documents=counts.documents,
        labels=counts.labels,
        comparisons=len(p_values),
        metrics=metrics,
        findings=read_findings(run),
        mitigations=mitigations,
        options=options,
        active_version=active_version,
    )
    folder = open_root(reports_uri) / folder_name(run.run_id)
    report = write_bias_report(folder / "bias" / run.writer if run.writer else folder, summary)
    return str(report.page)


def apply_choice(run: RunFolder, store: FairnessStore, choice: str) -> int | None:
    """Put a mitigation of this run into use, or roll back.

    Args:
        run: The run that simulated it; the main DAG reads the policy from its object store.
        store: The store of mitigations.
        choice: ``none``, a kind of mitigation, or ``rollback``.

    Returns:
        Version of the mitigation that is active afterwards; None when none is.

    Raises:
        ConfigurationError: ``unknown_mitigation``.
    """

    def publish(policy: Mapping[str, Any] | None) -> None:
        publish_policy(run.store, policy)

    if choice == "rollback":
        return store.roll_back(publish, run.run_id)
    if choice != "none":
        store.activate(store.version_of(run.run_id, choice), publish)
    return store.active()
