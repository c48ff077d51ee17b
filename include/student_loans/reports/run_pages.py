"""List the pages of a run in the folder of reports, besides the report of the main job, for links to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from student_loans.storage.files import open_path, store_errors
from student_loans.storage.run_folder import folder_name

if TYPE_CHECKING:
    from upath import UPath

BIAS_PAGE = "bias.html"
QUALITY_PAGE = ("data_quality", "quality.html")
EXPECTATIONS, INDEX = "expectations", "index.html"
BIAS = "bias"


@dataclass(frozen=True, slots=True)
class RunPageLink:
    """One page.

    Attributes:
        title: For people.
        path: Relative to the folder of reports, with slashes.
    """

    title: str
    path: str


def run_pages(reports_uri: str, run_id: str) -> list[RunPageLink]:
    """The pages of a run that are there.

    Args:
        reports_uri: The folder of reports.
        run_id: Of any DAG.

    Raises:
        ServiceError: The place of the reports does not answer.
    """
    run = folder_name(run_id)
    with store_errors():
        folder = open_path(reports_uri) / run
        found = _pages_of_tasks(folder, run, EXPECTATIONS, INDEX, "Data Docs")
        if folder.joinpath(*QUALITY_PAGE).exists():
            found.append(RunPageLink("Statistics, drift and anomalies", "/".join((run, *QUALITY_PAGE))))
        if (folder / BIAS_PAGE).exists():
            found.append(RunPageLink("Bias", f"{run}/{BIAS_PAGE}"))
        found += _pages_of_tasks(folder, run, BIAS, BIAS_PAGE, "Bias")
    return found


def _pages_of_tasks(folder: UPath, run: str, kind: str, page: str, title: str) -> list[RunPageLink]:
    """The page of each task of a run that wrote one; named by task where there are several."""
    pages = folder / kind
    tasks = sorted(one.name for one in pages.iterdir() if (one / page).exists()) if pages.exists() else []
    return [
        RunPageLink(title if len(tasks) == 1 else f"{title} of {task}", f"{run}/{kind}/{task}/{page}") for task in tasks
    ]
