"""The data versions of a deployment for the command ``student-loans versions``, by its Airflow connections.

The entry point ``student_loans.data_versions`` names :func:`open_versions`, as the domain library does not import Airflow.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from student_loans.project import INSTALLED, PROJECT_ROOT

if TYPE_CHECKING:
    from student_loans.storage.object_store import ObjectStore
    from student_loans.versioning.workspace import DvcWorkspace


def open_versions() -> tuple[DvcWorkspace, ObjectStore]:
    """The workspace and the object store behind the connections ``dvc_remote`` and ``loan_documents_store``."""
    # Airflow creates its home on import: in a checkout, use the project's instead of one in the user's home.
    if not INSTALLED:
        os.environ.setdefault("AIRFLOW_HOME", str(PROJECT_ROOT / ".airflow"))
    os.environ.setdefault("AIRFLOW__LOGGING__LOGGING_LEVEL", "ERROR")
    from loan_documents.hooks.dvc import DvcHook
    from loan_documents.hooks.object_store import ObjectStoreHook

    return DvcHook().get_conn(), ObjectStoreHook().get_conn()
