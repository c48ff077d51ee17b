"""docs/dags.md and its drawings show the DAGs as they are."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.docs.dag_graph import dot_source, is_current
from scripts.docs.dag_pages import DRAWINGS, PAGE, page_of, parsed_dags


@pytest.fixture(scope="module")
def dags() -> list[Any]:
    return parsed_dags()


def test_the_page_is_current(dags: list[Any]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page_of(dags), "Stale: run `make diagrams`."


def test_every_dag_has_a_current_drawing_and_no_other_is_there(dags: list[Any]) -> None:
    assert {path.stem for path in DRAWINGS.glob("*.svg")} == {dag.dag_id for dag in dags}
    for dag in dags:
        svg = (DRAWINGS / f"{dag.dag_id}.svg").read_text(encoding="utf-8")
        assert is_current(svg, dot_source(dag)), f"{dag.dag_id} is stale: run `make diagrams`."
        for task in dag.tasks:
            assert f">{task.task_id}<" in svg


def test_a_changed_dag_makes_its_drawing_stale(dags: list[Any]) -> None:
    [main] = [dag for dag in dags if dag.dag_id == "document_processing_pipeline"]
    source = dot_source(main)
    svg = (DRAWINGS / f"{main.dag_id}.svg").read_text(encoding="utf-8")
    assert not is_current(svg, source.replace("store_results", "keep_results"))
