"""``python -m scripts.docs.dag_pages``: docs/dags.md and docs/dags/*.svg, from the DAGs as Airflow parses them."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from scripts.docs.dag_graph import dot_source, is_current, render

PROJECT_ROOT = Path(__file__).resolve().parents[2]
PAGE = PROJECT_ROOT / "docs" / "dags.md"
DRAWINGS = PROJECT_ROOT / "docs" / "dags"
MAIN = "document_processing_pipeline"
_HEAD = """# The DAGs

Made from the DAGs by `make diagrams`; a test fails while it is stale. A double border: mapped, one task instance a document
or group of documents. Yellow: a teardown, which always runs. Retries and limits of each task:
[Operations](OPERATIONS.md#retries-timeouts-trigger-rules).
"""


def page_of(dags: list[Any]) -> str:
    """The Markdown page about some DAGs, the main one first."""
    ordered = sorted(dags, key=lambda dag: (dag.dag_id != MAIN, dag.dag_id))
    overview = ["| DAG | runs | what for |", "| --- | --- | --- |"]
    overview += [
        f"| [`{dag.dag_id}`](#{dag.dag_id}) | {schedule_words(dag.timetable)} | {_title(dag)} |" for dag in ordered
    ]
    return "\n".join([_HEAD, *overview, "", *(_section(dag) for dag in ordered)]).rstrip() + "\n"


def schedule_words(timetable: Any) -> str:
    """When a DAG runs, in words."""
    names = _asset_names(getattr(timetable, "asset_condition", None))
    cron = getattr(getattr(timetable, "timetable", timetable), "expression", None)
    news = f"when {' or '.join(f'`{name}`' for name in names)} is new" if names else ""
    times = f"cron `{cron}` (UTC)" if cron else ""
    return ", and ".join(filter(None, [news, times])) or "when triggered"


def _asset_names(condition: Any) -> list[str]:
    """Names of the assets in a condition, which is an asset or a tree of them."""
    if hasattr(condition, "objects"):
        return [name for part in condition.objects for name in _asset_names(part)]
    return [condition.name] if condition is not None else []


def _title(dag: Any) -> str:
    [title] = [line.removeprefix("### ") for line in dag.doc_md.strip().splitlines() if line.startswith("### ")][:1]
    return str(title)


def _section(dag: Any) -> str:
    lines = [f"## `{dag.dag_id}`", "", f"[![Tasks of {dag.dag_id}](dags/{dag.dag_id}.svg)](dags/{dag.dag_id}.svg)", ""]
    lines += [line for line in dag.doc_md.strip().splitlines() if not line.startswith("### ")]
    if dag.params:
        lines += ["", "| parameter | default | meaning |", "| --- | --- | --- |"]
        lines += [
            f"| `{name}` | `{json.dumps(dag.params.get_param(name).value)}` | {_meaning(dag, name)} |"
            for name in dag.params
        ]
    lines += ["", "| task | operator | does |", "| --- | --- | --- |"]
    lines += [
        f"| `{task.task_id}` | {task.operator_name} | {' '.join(task.doc_md.split())} |"
        for task in dag.topological_sort()
    ]
    return "\n".join(_one_blank(lines)) + "\n"


def _one_blank(lines: list[str]) -> list[str]:
    return [line for before, line in zip(["#", *lines], lines, strict=False) if line or before]


def _meaning(dag: Any, name: str) -> str:
    param = dag.params.get_param(name)
    choices = param.schema.get("enum")
    return f"{param.description}" + (f" One of {', '.join(f'`{one}`' for one in choices)}." if choices else "")


def parsed_dags() -> list[Any]:
    """The project's DAGs.

    Raises:
        RuntimeError: One of them does not parse.
    """
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(PROJECT_ROOT / "dags"))
    if bag.import_errors:
        raise RuntimeError(f"These DAGs do not parse: {bag.import_errors}")
    return list(bag.dags.values())


def main() -> None:
    """Write the page and the stale drawings, with a temporary Airflow home."""
    with tempfile.TemporaryDirectory(prefix="airflow-docs-") as home:
        os.environ.update(
            AIRFLOW_HOME=home, AIRFLOW__CORE__LOAD_EXAMPLES="False", AIRFLOW__LOGGING__LOGGING_LEVEL="WARNING"
        )
        dags = parsed_dags()
        DRAWINGS.mkdir(exist_ok=True)
        for dag in dags:
            drawing, source = DRAWINGS / f"{dag.dag_id}.svg", dot_source(dag)
            if not drawing.exists() or not is_current(drawing.read_text(encoding="utf-8"), source):
                drawing.write_text(render(source), encoding="utf-8")
                print(drawing.relative_to(PROJECT_ROOT))
        PAGE.write_text(page_of(dags), encoding="utf-8")


if __name__ == "__main__":
    main()
