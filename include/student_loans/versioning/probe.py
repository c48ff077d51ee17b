"""Show that a workspace and its remote work, before a run depends on them."""

from __future__ import annotations

import uuid

from student_loans.storage.files import write_bytes
from student_loans.versioning.command import remote_errors
from student_loans.versioning.workspace import DvcWorkspace


def check_workspace(workspace: DvcWorkspace) -> str:
    """Write, read and remove a small file in the remote; a workspace is made where there is none.

    Returns:
        What works, for a person.

    Raises:
        ServiceError: ``remote_unavailable``, ``versioning_busy``.
        ConfigurationError: ``remote_refused``, ``remote_unsupported``.
    """
    with workspace.exclusive():
        if workspace.remote is None:
            return "The workspace is ready. There is no remote: versions stay on this machine."
        probe = workspace.remote.path(f".check-{uuid.uuid4().hex}")
        with remote_errors():
            write_bytes(probe, b"ok")
            probe.read_bytes()
            probe.unlink()
        return f"The remote {workspace.remote.url} takes and gives back a file."
