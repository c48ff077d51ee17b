"""The section *Pipeline* of ``docs/benchmarks.md``, made from the JSON file; the rest of the page is written by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- pipeline: written by make benchmark -->", "<!-- /pipeline -->"


def write_section(path: Path, body: str) -> None:
    """Write the text between the markers of a page; a page without markers gets it at the end.

    Args:
        path: A Markdown file.
        body: Of :func:`render`, or of :func:`scripts.benchmarks.scale.render_plan`.
    """
    text = path.read_text(encoding="utf-8") if path.exists() else "# Benchmarks\n"
    section = f"{BEGIN}\n\n{body}\n{END}\n"
    if BEGIN in text:
        before, rest = text.split(BEGIN, 1)
        text = before + section + rest.split(END, 1)[1].lstrip("\n")
    else:
        text = f"{text.rstrip()}\n\n{section}"
    path.write_text(text, encoding="utf-8")


def render(result: Mapping[str, Any]) -> str:
    """The section as Markdown."""
    subjects = result.get("subjects", {})
    parts = [_HEAD]
    parts += [_PARTS[name](subjects[name]) for name in _PARTS if name in subjects]
    return "\n".join(parts)


_HEAD = """## Pipeline

```sh
make benchmark                        # everything, three rounds, medians: about an hour
make benchmark QUICK=1                # fewer documents, one round
make benchmark ONLY=efficiency,cost   # some subjects; the other figures stay
```

measures the DAG in a local Airflow (LocalExecutor, PostgreSQL), plain Tesseract and `ocrmypdf` in the same run. Runs are
timed from *queued* to *ended*, in an Airflow that has processed one document before. All figures:
`reports/benchmarks/pipeline.json`.
"""


def _efficiency(one: Mapping[str, Any]) -> str:
    rows = [
        ("plain `tesseract`, one process a page", one["tesseract_s"], None),
        ("`ocrmypdf`, one process a file", one.get("ocrmypdf_s"), None),
        ("the DAG, automatic groups", one["grouped_s"], one["grouped_idle_s"]),
        ("the DAG, one document a task", one["single_s"], one["single_idle_s"]),
    ]
    body = [
        (
            name,
            f"{seconds:.1f} s",
            f"{one['pages'] / seconds:.2f}",
            f"{one['tesseract_s'] / seconds:.2f}",
            _or_dash(idle),
        )
        for name, seconds, idle in rows
        if seconds
    ]
    wanted = "efficiency ≥ 0.90 in groups, ≥ 0.70 one by one, 1.7 × the pages a second of `ocrmypdf`"
    versus = one.get("times_ocrmypdf")
    reached = f"{one['efficiency_grouped']:.2f}, {one['efficiency_single']:.2f}" + (
        f", {versus:.2f} ×" if versus else ""
    )
    return (
        f"### Efficiency: {one['pages']} one-page scans{_rounds(one)}\n\n"
        + table(("", "wall clock", "pages a second", "Tesseract ÷ it", "no task runs"), body)
        + f"\nWanted: {wanted}. Reached: {reached}.\n\n"
        "![Gantt of runs](images/gantt.png)\n"
    )


def _grouping(one: Mapping[str, Any]) -> str:
    seconds, tasks = one["seconds_by_documents_per_task"], one["mapped_tasks"]
    body = [(size, f"{tasks[size]}", f"{seconds[size]:.1f} s") for size in seconds]
    return (
        f"### A mapped task: {one['documents']} born-digital documents{_rounds(one)}\n\n"
        + table(("documents a task", "mapped tasks", "wall clock"), body)
        + f"\nOne more mapped task costs {one['wall_seconds_per_mapped_task']:.2f} s of wall clock on this machine.\n"
    )


def _second_run(one: Mapping[str, Any]) -> str:
    asked = "`make run` again, which checks before it starts Airflow"
    body = [
        ("first run of the DAG", f"{one['first_s']:.1f} s", ""),
        ("the DAG again, nothing new", f"{one['second_s']:.1f} s", f"{one['share_of_dag']:.1%}"),
        (asked, f"{one['make_run_s']:.1f} s", f"{one['share_of_make_run']:.1%}"),
    ]
    title = f"### Second run over {one['documents']} unchanged documents{_rounds(one)}\n\n"
    return title + table(("", "wall clock", "of the first"), body)


def _growth(one: Mapping[str, Any]) -> str:
    body = [
        (
            f"{row['documents']:,}", f"{row['seconds']:.0f} s", f"{row['documents_a_second']:.1f}",
            f"{row['megabytes']:,.0f} MB", str(row["unaccounted"]), f"{row['stored']:,}",
            f"{row['again_s']:.1f} s, {row['again_s'] / row['seconds']:.1%}",
        )
        for row in one["rows"]
    ]  # fmt: skip
    factors = ", ".join(f"{factor:.1f} ×" for factor in one["factors"])
    peaks = one["rows"][-1]["peaks"]
    largest = one["rows"][-1]["documents"]
    largest_xcom, all_xcoms = one["rows"][-1]["xcom_bytes"]
    return (
        f"### Growth: born-digital documents through the DAG{_rounds(one)}\n\n"
        + table(
            ("documents", "wall clock", "a second", "memory, all processes", "lost", "stored", "again, nothing new"),
            body,
        )
        + f"\nTen times as many documents take {factors} as long. XComs at {largest:,} documents: {largest_xcom:,} bytes the "
        f"largest, {all_xcoms:,} all together.\n\n"
        f"Most memory of one process, at {largest:,} documents (proportional set size):\n\n"
        + table(("process", "memory"), [(name, f"{peak:,.0f} MB") for name, peak in list(peaks.items())[:9]])
    )


def _cost(one: Mapping[str, Any]) -> str:
    parts = [f"### Cost of a page{_rounds(one)}\n"]
    body = []
    for name in ("scans", "born_digital"):
        if name in one:
            cost = one[name]
            body.append(
                (
                    name.replace("_", " "),
                    f"{cost['pages']}",
                    f"{cost['core_seconds_per_page']:.2f} s",
                    f"{cost['machine_core_seconds_per_page']:.2f} s",
                    f"{1000 * cost['machine_core_seconds_per_page'] / 3600 * cost['core_hour_price']:.4f} {cost['currency']}",
                )
            )
    price = next(iter(one[name] for name in ("scans", "born_digital") if name in one))
    parts.append(
        table(("", "pages", "core time on documents", "with Airflow and waiting", "1,000 pages cost"), body)
        + f"\nAt {price['core_hour_price']} {price['currency']} for a core and hour (setting `cost.core_hour_price`).\n"
    )
    rows = [row for name in ("scans", "born_digital") if name in one for row in _named(name, one[name]["rows"])]
    parts.append(table(("", "stage", "type", "pages", "core time a page"), rows))
    return "\n".join(parts)


def _named(name: str, rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    return [
        (
            name.replace("_", " "), row["stage"], row["document_type"].replace("_", " "), str(row["pages"]),
            f"{row['core_seconds_per_page']:.3f} s" if row["core_seconds_per_page"] is not None else "–",
        )
        for row in rows
    ]  # fmt: skip


_PARTS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "efficiency": _efficiency,
    "grouping": _grouping,
    "growth": _growth,
    "second_run": _second_run,
    "cost": _cost,
}


def table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _or_dash(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.1f} s"


def _rounds(one: Mapping[str, Any]) -> str:
    if one.get("quick"):
        return " (short form)"
    times = one.get("times")
    return f" (median of {times})" if times and times > 1 else " (measured once)" if times else ""
