"""Progress of a start and of a run on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from scripts.local.api import TaskCounts

if TYPE_CHECKING:
    from rich.console import Console

STAGES = {
    "acquire_documents": "Acquire",
    "validate_documents": "Check",
    "preprocess_documents": "Prepare",
    "extract_data": "Extract",
    "validate_extraction": "Validate",
    "check_bias": "Check bias",
    "store_results": "Store",
    "version_data": "Version",
    "generate_reports": "Report",
    "send_alerts": "Alert",
}


class StartProgress:
    """What a start waits for: on a terminal one line with the time so far, elsewhere a line for each report.

    Args:
        console: Where to write.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("[dim]{task.description} …"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )

    def __call__(self, what: str) -> None:
        """Report what happens now."""
        if not self._console.is_terminal:
            self._console.print(f"[dim]{what} …[/dim]", highlight=False)
            return
        for task in self._bar.task_ids:
            self._bar.update(task, description=what)
        if not self._bar.task_ids:
            self._bar.add_task(what, total=None)
            self._bar.start()

    def close(self) -> None:
        """Remove the line; the next report shows it again."""
        self._bar.stop()
        for task in self._bar.task_ids:
            self._bar.remove_task(task)


class StageProgress:
    """Progress by stage: bars on a terminal; elsewhere one line per finished stage.

    Args:
        console: Where to write.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = console.is_terminal
        self._shown: set[str] = set()
        self._bars = Progress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description:<10}"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[red]{task.fields[note]}"),
            console=console,
        )
        self._tasks = {
            task_id: self._bars.add_task(title, total=None, start=False, note="") for task_id, title in STAGES.items()
        }

    def watch(self, poll: Callable[[], Mapping[str, TaskCounts] | None], wait: Callable[[], None]) -> None:
        """Show progress until ``poll`` returns None, calling ``wait`` between two polls."""
        if self._live:
            self._bars.start()
        try:
            while (counts := poll()) is not None:
                self.show(counts)
                wait()
        finally:
            if self._live:
                self._bars.stop()

    def show(self, counts: Mapping[str, TaskCounts]) -> None:
        """Show the progress of each stage."""
        for task_id, title in STAGES.items():
            count = counts.get(task_id)
            if count is None:
                continue
            ended = count.done + count.failed + count.skipped
            if self._live:
                self._update_bar(task_id, count, ended)
            elif ended == count.total and task_id not in self._shown:
                self._shown.add(task_id)
                note = f", {count.failed} failed" if count.failed else ""
                self._console.print(f"  {title:<9} {count.done}/{count.total}{note}")

    def _update_bar(self, task_id: str, count: TaskCounts, ended: int) -> None:
        bar = self._tasks[task_id]
        if ended or count.running:
            self._bars.start_task(bar)
        note = f"{count.failed} failed" if count.failed else ""
        self._bars.update(bar, total=count.total, completed=ended, note=note)
