"""A DAG as a drawing: Graphviz source from the DAG itself, and the SVG that `dot` makes of it.

The SVG names the fingerprint of its source, so that a test can detect a stale SVG without `dot`.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from typing import Any

_HEADER = """digraph {
  rankdir=LR; bgcolor="transparent"; nodesep=0.25; ranksep=0.3; fontname="Helvetica";
  node [shape=box, style="rounded,filled", fillcolor="#eef2ff", color="#64748b", fontname="Helvetica", fontsize=11,
        margin="0.14,0.08"];
  edge [color="#64748b", arrowsize=0.7];
"""
_MAPPED = ', peripheries=2, fillcolor="#dbeafe"'
_TEARDOWN = ', fillcolor="#fef3c7"'
_FINGERPRINT = "source sha256 "


def dot_source(dag: Any) -> str:
    """Graphviz source of a DAG's tasks and their order.

    Mapped tasks have a double border, teardowns another colour; a mapped task group is a box around its tasks.

    Args:
        dag: A parsed DAG.
    """
    lines = [_HEADER.rstrip()]
    groups: dict[str, list[Any]] = {}
    for task in sorted(dag.tasks, key=lambda task: task.task_id):
        group = task.task_group.group_id if task.task_group else None
        groups.setdefault(group or "", []).append(task)
    for group, tasks in sorted(groups.items()):
        indent = "  "
        if group:
            lines.append(f'  subgraph "cluster_{group}" {{ label="{group} (one a group of documents)"; fontsize=10;')
            lines.append('    style="rounded,dashed"; color="#94a3b8"; fontcolor="#64748b";')
            indent = "    "
        lines += [f'{indent}"{task.task_id}" [label="{task.task_id}"{_look(task)}];' for task in tasks]
        if group:
            lines.append("  }")
    for task in sorted(dag.tasks, key=lambda task: task.task_id):
        lines += [f'  "{task.task_id}" -> "{after}";' for after in sorted(task.downstream_task_ids)]
    return "\n".join([*lines, "}"]) + "\n"


def _look(task: Any) -> str:
    if task.is_teardown:
        return _TEARDOWN
    return _MAPPED if task.is_mapped or any(task.iter_mapped_task_groups()) else ""


def render(source: str) -> str:
    """The SVG of some Graphviz source, with the fingerprint of that source.

    Raises:
        FileNotFoundError: `dot` is not installed: `apt-get install graphviz`.
    """
    done = subprocess.run(["dot", "-Tsvg"], input=source, capture_output=True, text=True, check=True)
    svg = re.sub(r"<!--.*?-->\n?", "", done.stdout, flags=re.DOTALL)  # names the version of dot, which is not a change
    svg = svg[svg.index("<svg") :]
    return f"<!-- {_FINGERPRINT}{fingerprint(source)} -->\n{svg}"


def fingerprint(source: str) -> str:
    """Hex digest of the source."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def is_current(svg: str, source: str) -> bool:
    """Whether an SVG was made from a source."""
    return f"{_FINGERPRINT}{fingerprint(source)} " in svg.partition("\n")[0]
