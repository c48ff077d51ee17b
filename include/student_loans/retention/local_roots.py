"""The folders on this machine that hold people's data."""

from __future__ import annotations

from pathlib import Path

from student_loans.project import PROJECT_ROOT
from student_loans.settings import settings
from student_loans.statistics.settings import statistics_settings
from student_loans.storage.files import is_local, open_path
from student_loans.versioning.opening import open_versions


def local_roots() -> list[Path]:
    """Those of the object store, the reports, the statistics and the data versions that exist; none lies in another.

    Raises:
        ConfigurationError: ``invalid_settings``, ``remote_unsupported``.
    """
    workspace, store = open_versions()
    stores = (store.root, open_path(settings().storage.reports_uri))
    named = [Path(root.path) for root in stores if is_local(root)]
    named += [PROJECT_ROOT / statistics_settings().work_folder, *workspace.roots()]
    found = sorted({root.resolve() for root in named if root.is_dir()})
    return [root for root in found if not any(root != other and root.is_relative_to(other) for other in found)]
