"""Versions of files of your own: DVC keeps every content under its hash, here and in the remote, and gives it back.

Connection: ``dvc_remote`` (optional), else the settings ``versioning``. Pool: ``dvc``, because DVC allows one writer.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, dag, task

from loan_documents.hooks.dvc import DvcHook


@dag(
    dag_display_name="Example: versions of own files",
    schedule=None,
    catchup=False,
    tags=["loan-documents", "example"],
    doc_md=__doc__,
    params={
        "file": Param("inbox/extract.csv", type="string", description="File in a folder that `sources.folders` allows.")
    },
    default_args={"owner": "loan-documents", "retries": 2},
)
def example_own_files() -> None:
    """Make a version, then show that it comes back."""

    @task(pool="dvc", doc_md="Copies the file into the DVC workspace and makes a version of it.")
    def make_version(params: dict[str, Any] | None = None) -> dict[str, Any]:
        from student_loans.intake.sources import SourceAccess
        from student_loans.private_files import make_folder, write_private
        from student_loans.settings import settings

        hook = DvcHook()
        file = SourceAccess.of(settings()).path((params or {})["file"])
        target = f"own/{file.name}"
        copy = hook.get_conn().folder / target
        make_folder(copy.parent)
        write_private(copy, file.read_bytes())
        pointer = hook.add(target)
        if hook.get_conn().remote:
            hook.push(target)
        return {"target": target, "version": pointer.version, "bytes": pointer.size_bytes}

    @task(pool="dvc", doc_md="Takes the file away, and lets DVC put its bytes back.")
    def bring_back(made: dict[str, Any]) -> int:
        hook = DvcHook()
        path = hook.get_conn().folder / made["target"]
        path.unlink()
        hook.checkout(made["target"])
        return int(path.stat().st_size)

    bring_back(make_version())  # type: ignore[arg-type]


example_own_files()
