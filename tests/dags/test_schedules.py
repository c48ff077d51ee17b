"""What an Airflow that starts for the first time does at once: nothing, at any hour of any day."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import DAG

Clock = Callable[[datetime], None]

MONDAY = datetime(2026, 11, 30, tzinfo=UTC)
CHANGE_OF_CLOCKS = datetime(2026, 3, 5, tzinfo=UTC)
"""A week in which clocks go forward in America."""
WEEK = timedelta(days=7)
STEP = timedelta(minutes=97)
"""Between instants that are tried; prime to an hour, so that every minute of it comes up."""
LATE = [
    timedelta(0), timedelta(microseconds=1), timedelta(seconds=1), timedelta(seconds=59), timedelta(minutes=4, seconds=59),
    timedelta(minutes=9, seconds=59), timedelta(hours=2), timedelta(hours=16),
]  # fmt: skip
"""Starts after a tick. Airflow's own rule forgives five minutes, or a tenth of the time between two ticks."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the clock that Airflow's timetables read."""
    from airflow.timetables import interval, simple, trigger

    def set_clock(now: datetime) -> None:
        for module in (interval, trigger):
            monkeypatch.setattr(module, "utcnow", lambda: now)
        monkeypatch.setattr(simple.timezone, "utcnow", lambda: now)

    return set_clock


def as_the_scheduler_reads_it(dag: DAG) -> Any:
    """A DAG after its way through the database, which is JSON."""
    from airflow.serialization.serialized_objects import DagSerialization

    return DagSerialization.from_dict(json.loads(json.dumps(DagSerialization.to_dict(dag))))


def first_run(dag: Any) -> datetime | None:
    """When a DAG that has never run is to run, as the DAG processor computes it."""
    info = dag.next_dagrun_info(last_automated_run_info=None)
    return None if info is None else info.run_after


@pytest.fixture(scope="module")
def by_the_clock(dag_bag: DagBag) -> dict[str, Any]:
    """Every DAG whose timetable names a time."""
    read = {dag_id: as_the_scheduler_reads_it(dag) for dag_id, dag in dag_bag.dags.items()}
    return {dag_id: dag for dag_id, dag in read.items() if first_run(dag) is not None}


def instants(week: datetime, dag: Any, clock: Clock) -> Iterator[datetime]:
    """Instants of a week at which Airflow may start: at even steps, and at and after ticks of a DAG."""
    now, seen = week, set()
    while now < week + WEEK:
        yield now
        clock(now)
        tick = first_run(dag)
        assert tick is not None
        if tick not in seen:
            seen.add(tick)
            yield from (tick + late for late in LATE)
        now += STEP


def test_dags_that_run_by_the_clock_are_known(by_the_clock: dict[str, Any]) -> None:
    """A DAG that gets a schedule is tested below; this says that the tests below look at something."""
    assert set(by_the_clock) == {
        "bias_detection_pipeline", "data_quality_monitoring", "deliver_alerts", "maintain_storage",
    }  # fmt: skip


@pytest.mark.parametrize("week", [MONDAY, CHANGE_OF_CLOCKS], ids=["november", "march"])
def test_a_first_start_runs_no_missed_tick_at_any_hour_of_a_week(
    week: datetime, by_the_clock: dict[str, Any], clock: Clock
) -> None:
    for dag_id, dag in by_the_clock.items():
        for now in instants(week, dag, clock):
            clock(now)
            tick = first_run(dag)
            assert tick is not None
            assert tick >= now, f"{dag_id}, started at {now:%A %H:%M:%S}, would run the tick of {tick:%A %H:%M} at once"


def test_ticks_come_when_the_files_say_so_in_utc(by_the_clock: dict[str, Any], clock: Clock) -> None:
    clock(MONDAY + timedelta(microseconds=1))
    assert {dag_id: first_run(dag) for dag_id, dag in by_the_clock.items()} == {
        "deliver_alerts": MONDAY + timedelta(minutes=10),
        "bias_detection_pipeline": MONDAY + timedelta(hours=5),
        "data_quality_monitoring": MONDAY + timedelta(hours=6),
        "maintain_storage": MONDAY + timedelta(days=6, hours=3, minutes=17),
    }


def test_a_dag_that_has_run_runs_what_it_missed_once(by_the_clock: dict[str, Any], clock: Clock) -> None:
    """An Airflow that was down at the hour of a weekly DAG makes up for it; weeks before that stay left out."""
    from airflow.timetables.base import DagRunInfo
    from pendulum import instance

    clock(MONDAY + timedelta(hours=9))
    weeks_ago = DagRunInfo.exact(instance(MONDAY - 3 * WEEK + timedelta(hours=5)))
    missed = by_the_clock["bias_detection_pipeline"].next_dagrun_info(last_automated_run_info=weeks_ago)
    assert missed.run_after == MONDAY + timedelta(hours=5)
    after = by_the_clock["bias_detection_pipeline"].next_dagrun_info(last_automated_run_info=missed)
    assert after.run_after == MONDAY + WEEK + timedelta(hours=5)


def test_airflows_own_default_would_run_a_missed_tick(clock: Clock) -> None:
    """Why ``utc_cron`` is there, and that the clock of these tests is the one that Airflow reads."""
    from airflow.sdk import DAG

    for schedule, late in (("0 5 * * 1", timedelta(hours=16)), ("0 6 * * *", timedelta(hours=2))):
        dag = as_the_scheduler_reads_it(DAG("one", schedule=schedule, catchup=False))
        clock(MONDAY + timedelta(hours=int(schedule.split()[1])) + late)
        run = first_run(dag)
        assert run is not None
        assert run.date() == MONDAY.date()
