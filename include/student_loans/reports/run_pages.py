"""List the pages of a run in the folder of reports, besides the report of the main job, for links to them."""

from __future__ import annotations

from dataclasses import dataclass

from student_loans.storage.files import open_path, store_errors
from student_loans.storage.run_folder import folder_name

BIAS_PAGE = "bias.html"
QUALITY_PAGE = ("data_quality", "quality.html")
EXPECTATIONS, INDEX = "expectations", "index.html"


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
        docs = folder / EXPECTATIONS
        tasks = sorted(one.name for one in docs.iterdir() if (one / INDEX).exists()) if docs.exists() else []
        found = [
            RunPageLink(
                "Data Docs" if len(tasks) == 1 else f"Data Docs of {task}", f"{run}/{EXPECTATIONS}/{task}/{INDEX}"
            )
            for task in tasks
        ]
        if folder.joinpath(*QUALITY_PAGE).exists():
            found.append(RunPageLink("Statistics, drift and anomalies", "/".join((run, *QUALITY_PAGE))))
        if (folder / BIAS_PAGE).exists():
            found.append(RunPageLink("Bias", f"{run}/{BIAS_PAGE}"))
    return found
