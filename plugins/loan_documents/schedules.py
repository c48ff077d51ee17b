"""Schedules: cron expressions as timetables."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable

ONLY_ON_TIME = timedelta(0)
"""How late the first run of a DAG may be.

Airflow has no value for "never late": ``run_immediately=False``, the default, means a tenth of the time between two
runs (`CronTriggerTimetable._calc_first_run` in Airflow 3.3). A weekly DAG of an Airflow that starts for the first time
ran at once up to 16 hours after its hour.
"""


def utc_cron(expression: str) -> CronTriggerTimetable:
    """The timetable of a cron expression, in UTC wherever Airflow runs.

    The first run of a DAG that has never run is the next tick, never one before Airflow knew the DAG. It needs a DAG
    without a start date: with one, Airflow runs the last tick at once. After its first run a DAG runs the
    last tick that it missed, and only that one, because no DAG catches up.

    Args:
        expression: Five cron fields, such as ``0 5 * * 1`` for Mondays at 05:00 UTC.

    Returns:
        A timetable for ``schedule=`` or for ``AssetOrTimeSchedule``.
    """
    return CronTriggerTimetable(expression, timezone="UTC", run_immediately=ONLY_ON_TIME)
