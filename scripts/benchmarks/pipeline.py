"""``python -m scripts.benchmarks.pipeline``: the pipeline, Tesseract and ``ocrmypdf``, in one run, on this machine.

Starts a local Airflow in a separate folder and measures the subjects of :mod:`scripts.benchmarks.subjects`. Writes
``reports/benchmarks/pipeline.json`` (a subject measured again replaces the older figures), the section *Pipeline* of
``docs/benchmarks.md`` and a Gantt picture.
"""

from __future__ import annotations

import argparse
import json
import platform
import signal
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from scripts.benchmarks.gantt import draw
from scripts.benchmarks.pages import render, write_section
from scripts.benchmarks.scale import render_plan
from scripts.benchmarks.subjects import CORES, SUBJECTS, Bench

PROJECT_ROOT = Path(__file__).resolve().parents[2]
OUTPUT = PROJECT_ROOT / "reports" / "benchmarks" / "pipeline.json"
PAGE = PROJECT_ROOT / "docs" / "benchmarks.md"
PICTURE = PROJECT_ROOT / "docs" / "images" / "gantt.png"


def main(arguments: list[str] | None = None) -> int:
    """Measure, write and print the figures; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.benchmarks.pipeline", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer documents, one round: a quick check")
    parser.add_argument("--only", default="", metavar="A,B", help=f"some of: {', '.join(SUBJECTS)}")
    parser.add_argument("--rounds", type=int, default=0, help="measurements of each subject (3, quick: 1)")
    parser.add_argument("--largest", type=int, default=0, help="largest batch of the growth (10000, quick: 400)")
    parser.add_argument(
        "--documents", type=int, default=0, help="born-digital documents of the others (200, quick: 40)"
    )
    parser.add_argument("--output", type=Path, default=OUTPUT, help="JSON file")
    parser.add_argument("--page", type=Path, default=PAGE, help="Markdown file whose section is written")
    options = parser.parse_args(arguments)
    console = Console(soft_wrap=True)
    chosen = [name for name in options.only.split(",") if name] or list(SUBJECTS)
    if unknown := set(chosen) - SUBJECTS.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    # On a signal it stops the processes that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="bench-inputs-") as folder:
        bench = _bench(Path(folder), options, lambda what: console.print(f"[dim]{what} …[/dim]", highlight=False))
        try:
            for name in chosen:
                _measure(name, bench, options, console)
        finally:
            bench.rest()
    console.print(f"{options.output}, {options.page}")
    return 0


def _measure(name: str, bench: Bench, options: argparse.Namespace, console: Console) -> None:
    """Measure one subject and write it at once, so that a failure of the next one loses nothing."""
    figures = SUBJECTS[name](bench)
    result = keep(options.output, name, figures, quick=options.quick, times=bench.rounds)
    console.print_json(json.dumps({name: _short(figures)}))
    if name in ("efficiency", "grouping"):
        draw(bench.gantt, options.output.with_name("gantt.png") if options.quick else PICTURE)
    write_section(options.page, render(result))
    if plan := render_plan(result):
        write_section(options.page.with_name("SCALING.md"), plan)


def _bench(folder: Path, options: argparse.Namespace, say: Any) -> Bench:
    largest = options.largest or (400 if options.quick else 10_000)
    return Bench(
        folder=folder,
        rounds=options.rounds or (1 if options.quick else 3),
        scans=16 if options.quick else 100,
        documents=options.documents or (40 if options.quick else 200),
        growth=(*(size for size in (100, 1_000, 10_000) if size < largest), largest),
        say=say,
    )


def keep(path: Path, subject: str, figures: dict[str, Any], *, quick: bool, times: int) -> dict[str, Any]:
    """Write the figures of a subject into the JSON file; returns the whole content."""
    result: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    result["machine"] = {"cores": CORES, "processor": platform.machine(), "python": platform.python_version()}
    measured = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "times": times,
        **figures,
    }
    result.setdefault("subjects", {})[subject] = measured
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return result


def _short(figures: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in figures.items() if not isinstance(value, list)}


if __name__ == "__main__":
    sys.exit(main())
