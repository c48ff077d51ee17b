"""Evaluate rules over the metrics of a run and of earlier runs: values in, verdicts out."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from student_loans.alerts.model import AlertVerdict
from student_loans.alerts.rules import Rule
from student_loans.metrics.model import History, MetricPoint, PastPoint

DOCUMENTS = "documents.processed"
_STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "mean": statistics.fmean,
    "median": statistics.median,
    "lowest": min,
    "highest": max,
}
_WORDS = {
    "above": "above the limit",
    "below": "below the limit",
    "rises_by": "higher than in earlier runs by more than the limit",
    "falls_by": "lower than in earlier runs by more than the limit",
    "rises_by_ratio": "higher than in earlier runs by more than the limit",
    "falls_by_ratio": "lower than in earlier runs by more than the limit",
}


def evaluate(
    rules: Iterable[Rule], points: Iterable[MetricPoint], history: History, *, dag_id: str = "", url: str = ""
) -> list[AlertVerdict]:
    """Judge a run.

    Args:
        rules: The rules.
        points: What the run measured. A rule whose metric is not among them gives no verdict: it neither
            fires nor resolves.
        history: Values of earlier runs.
        dag_id: The DAG that is judged.
        url: Where a person looks at the run.

    Returns:
        A verdict for each rule and slice that can be decided.
    """
    measured = {(point.name, point.slice): point.value for point in points}
    verdicts = []
    for rule in rules:
        for (name, slice_name), value in measured.items():
            if name == rule.metric and rule.covers(slice_name):
                now = PastPoint(value, _documents(measured, slice_name))
                series = [*history.get((name, slice_name), ()), now]
                if (verdict := judge(rule, slice_name, series, dag_id)) is not None:
                    verdicts.append(replace(verdict, url=url))
    return verdicts


def judge(rule: Rule, slice_name: str, series: Sequence[PastPoint], dag_id: str = "") -> AlertVerdict | None:
    """Judge one rule over one series.

    Args:
        rule: The rule.
        slice_name: The slice that the series is of.
        series: Oldest first, this run last; never empty.
        dag_id: The DAG that is judged.

    Returns:
        None when no verdict is possible: too few documents or earlier runs, or the value is bad or good for too few
        runs.
    """
    usable = [point for point in series if _has_enough(rule, point)]
    if not _has_enough(rule, series[-1]) or not usable:
        return None
    values = [point.value for point in usable]
    recent = [_is_breach(rule, values[:end]) for end in range(len(values), 0, -1)]
    if recent[0] is None:
        return None
    firing = len(recent) >= rule.for_runs and all(recent[: rule.for_runs])
    if not firing and any(recent[: rule.clear_runs]):
        return None
    return _verdict(rule, slice_name, values, firing=firing, dag_id=dag_id)


def reference_of(rule: Rule, values: Sequence[float]) -> float | None:
    """The reference for the last value; None when there are too few earlier values."""
    if rule.window is None:
        return rule.threshold
    earlier = values[:-1][-rule.window.runs :]
    if len(earlier) < rule.window.at_least:
        return None
    return float(_STATISTICS[rule.window.statistic](earlier))


def _has_enough(rule: Rule, point: PastPoint) -> bool:
    return rule.min_documents == 0 or (point.documents or 0) >= rule.min_documents


def _documents(measured: Mapping[tuple[str, str], float], slice_name: str) -> float | None:
    """The number of documents behind a value: those of its slice if the run counted them, else those of the run."""
    return measured.get((DOCUMENTS, slice_name), measured.get((DOCUMENTS, "")))


def _is_breach(rule: Rule, values: Sequence[float]) -> bool | None:
    """Whether the last value breaks the rule; None when there are too few earlier values."""
    reference = reference_of(rule, values)
    if reference is None:
        return None
    value = values[-1]
    if rule.compare in ("above", "below"):
        return value > rule.threshold if rule.compare == "above" else value < rule.threshold
    change = value - reference if rule.compare.startswith("rises") else reference - value
    limit = rule.threshold * abs(reference) if rule.compare.endswith("ratio") else rule.threshold
    return change > limit


def _verdict(rule: Rule, slice_name: str, values: Sequence[float], *, firing: bool, dag_id: str) -> AlertVerdict:
    reference = reference_of(rule, values)
    about = f"{rule.metric} of {slice_name}" if slice_name else rule.metric
    if firing:
        compared = f", limit {rule.threshold:g}" if rule.window else ""
        detail = f"{about} is {values[-1]:.4g}, {_WORDS[rule.compare]} ({reference:.4g}{compared})."
    else:
        detail = f"{about} is {values[-1]:.4g} again."
    return AlertVerdict(
        cause=f"{rule.name}:{slice_name}" if slice_name else rule.name,
        rule=rule.name,
        severity=rule.severity,
        firing=firing,
        title=f"{rule.title} ({slice_name})" if slice_name else rule.title,
        detail=detail,
        todo=rule.todo,
        slice=slice_name,
        dag_id=dag_id,
        value=values[-1],
        reference=reference,
    )
