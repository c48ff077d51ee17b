"""The folder of one task in that of its run, for tasks that write lists which other tasks write under the same names."""

from __future__ import annotations

from collections.abc import Iterator

from student_loans.storage.files import store_errors
from student_loans.storage.run_folder import DocumentReference, RunFolder


class TaskFolder(RunFolder):
    """A folder with the parts of one task. They are parts of the run too, under the names of :meth:`of_run`.

    Args:
        run: The folder of the run.
        name: Of the folder, as :func:`folder_name` makes it from the task and its map index.
    """

    def __init__(self, run: RunFolder, name: str) -> None:
        super().__init__(run.store, run.run_id)
        self._name = name
        self._prefix = f"{run._prefix}/{self._name}"

    def of_run(self, part: str) -> str:
        """The name by which the folder of the run reads a part."""
        return f"{self._name}/{part}"


def references_of_run(run: RunFolder, part: str) -> Iterator[DocumentReference]:
    """A list of documents of the run, and those of the same name in the folders of its tasks.

    Args:
        run: The folder of the run.
        part: Name of the list, in each folder that has it.
    """
    for folder in (run, *_task_folders(run)):
        if folder.store.exists(folder.key(part)):
            yield from folder.read_references(part)


def _task_folders(run: RunFolder) -> list[TaskFolder]:
    with store_errors():
        folder = run.store.path(run._prefix)
        names = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.exists() else []
    return [TaskFolder(run, name) for name in names]
