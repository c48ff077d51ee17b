"""Numbers of the pipeline through Airflow's own metrics: StatsD or OpenTelemetry, whichever the deployment uses.

A name is ``loan_documents.`` and the name of the metric, and its slice as one more part: plain StatsD has no tags.
Metrics may be lost, work may not: nothing here raises.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from student_loans.metrics.model import MetricPoint

PREFIX = "loan_documents"
_TIMES = "seconds."

log = logging.getLogger(__name__)


def publish(points: Iterable[MetricPoint]) -> int:
    """Publish what a run measured: seconds as timings (milliseconds), everything else as gauges.

    Returns:
        Number of metrics published.
    """
    from airflow.sdk.observability import stats

    published = 0
    for point in points:
        try:
            if point.name.startswith(_TIMES):
                stats.timing(stat_name(point.name, point.slice), timedelta(seconds=point.value))
            else:
                stats.gauge(stat_name(point.name, point.slice), point.value)
        except Exception as error:  # noqa: BLE001 - metrics may be lost, work may not
            log.warning("Metrics are not published: %s", type(error).__name__)
            return published
        published += 1
    return published


def count(name: str, counts: Mapping[str, int]) -> None:
    """Add to some counters of one name: ``count("extracted", {"accepted": 3})`` adds 3 to ``…extracted.accepted``."""
    from airflow.sdk.observability import stats

    try:
        for part, number in counts.items():
            if number:
                stats.incr(stat_name(name, part), number)
    except Exception as error:  # noqa: BLE001 - metrics may be lost, work may not
        log.warning("Metrics are not counted: %s", type(error).__name__)


def stat_name(name: str, part: str = "") -> str:
    """The name that a metrics server sees.

    Example:
        >>> stat_name("documents.accepted", "form_1098e")
        'loan_documents.documents.accepted.form_1098e'
        >>> stat_name("bias.difference", "lender=Harbor Lane")
        'loan_documents.bias.difference.lender_Harbor_Lane'
    """
    safe = "".join(character if character.isascii() and character.isalnum() else "_" for character in part)
    return f"{PREFIX}.{name}.{safe}" if safe else f"{PREFIX}.{name}"
