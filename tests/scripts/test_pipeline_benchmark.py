"""What the benchmark writes and how it counts; what it measures is seen by running it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.benchmarks.airflow_runs import TaskSpan
from scripts.benchmarks.gantt import draw, idle_seconds
from scripts.benchmarks.inputs import write_born_digital
from scripts.benchmarks.memory import role_of
from scripts.benchmarks.pages import BEGIN, END, render, write_section
from scripts.benchmarks.pipeline import keep
from scripts.benchmarks.scale import render_plan

SPANS = [
    TaskSpan("acquire", -1, 1.0, 3.0),
    TaskSpan("extract_data", 0, 2.0, 4.0),
    TaskSpan("extract_data", 1, 6.0, 7.0),
]
GROUPING = {
    "documents": 40,
    "seconds_by_documents_per_task": {"1": 30.0, "25": 12.0},
    "mapped_tasks": {"1": 80, "25": 4},
    "wall_seconds_per_mapped_task": 0.24,
}


def test_idle_is_when_no_task_runs() -> None:
    assert idle_seconds(SPANS, 8.0) == pytest.approx(1.0 + 2.0 + 1.0)
    assert idle_seconds([], 5.0) == 5.0


def test_a_subject_measured_again_replaces_its_figures_and_leaves_the_others(tmp_path: Path) -> None:
    path = tmp_path / "pipeline.json"
    keep(path, "grouping", GROUPING, quick=True, times=1)
    keep(path, "cost", {"currency": "USD"}, quick=False, times=3)
    result = keep(path, "grouping", GROUPING | {"documents": 50}, quick=False, times=1)
    assert result["subjects"]["grouping"]["documents"] == 50
    assert result["subjects"]["cost"]["currency"] == "USD"
    assert "(measured once)" in render({"subjects": {"grouping": result["subjects"]["grouping"]}})


def test_the_section_is_written_between_its_marks_and_the_rest_stays(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("# Benchmarks\n\n## Extraction\n\nBy hand.\n")
    write_section(page, render({"subjects": {"grouping": GROUPING}}))
    once = page.read_text()
    assert once.startswith("# Benchmarks\n\n## Extraction\n\nBy hand.\n")
    assert "One more mapped task costs 0.24 s" in once
    page.write_text(once + "\n## Something after it\n")
    write_section(page, render({"subjects": {"grouping": GROUPING | {"wall_seconds_per_mapped_task": 0.5}}}))
    again = page.read_text()
    assert (again.count(BEGIN), again.count(END)) == (1, 1)
    assert "costs 0.50 s" in again
    assert "costs 0.24 s" not in again
    assert again.endswith("## Something after it\n")


def test_a_plan_is_made_of_measured_figures_only() -> None:
    page = {
        "machine_core_seconds_per_page": 2.0,
        "pages": 20,
        "documents": 10,
        "core_hour_price": 0.04,
        "currency": "USD",
    }
    growth = {"rows": [{"documents": 100, "kept_bytes": [500_000, 3_000_000]}]}
    assert render_plan({"subjects": {"growth": growth}}) == ""
    plan = render_plan({"subjects": {"growth": growth, "cost": {"born_digital": page, "scans": page}}})
    # 4 core-seconds a document: 1,000,000 a day are 4,000,000 / (86,400 * 0.7) cores.
    assert "| 1,000,000 | 66 | 5 |" in plan
    assert "5.0 kB in PostgreSQL" in plan


def test_processes_are_told_apart_by_their_titles() -> None:
    assert role_of("airflow worker -- 0199-task") == "task"
    assert role_of("airflow worker -- LocalExecutor: <idle>") == "waiting worker"
    assert role_of("/x/python /x/airflow scheduler") == "scheduler"


def test_born_digital_documents_differ_in_bytes_and_are_the_same_every_time(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write_born_digital(tmp_path / "a", 12, "seed")]
    assert len(set(first)) == 12
    assert [path.read_bytes() for path in write_born_digital(tmp_path / "b", 12, "seed")] == first


def test_a_picture_of_runs_is_drawn(tmp_path: Path) -> None:
    draw({"before": SPANS, "after": SPANS}, tmp_path / "gantt.png")
    assert (tmp_path / "gantt.png").read_bytes().startswith(b"\x89PNG")
