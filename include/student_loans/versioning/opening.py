"""Open the workspace and the object store of the settings, or those that a deployment's connections name."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

from student_loans.project import PROJECT_ROOT
from student_loans.settings import settings
from student_loans.storage.files import is_local
from student_loans.storage.object_store import ObjectStore, open_store
from student_loans.versioning.remote import Remote
from student_loans.versioning.signatures import Signing
from student_loans.versioning.workspace import DvcWorkspace

ENTRY_POINTS = "student_loans.data_versions"
"""Group of entry points. The Airflow plugin has one that opens both by the connections of the deployment."""


def open_versions() -> tuple[DvcWorkspace, ObjectStore]:
    """The workspace with the data versions, and the object store that they are restored into.

    Raises:
        ConfigurationError: ``invalid_settings``, ``remote_unsupported``.
        ServiceError: ``store_unavailable``.
    """
    for entry_point in entry_points(group=ENTRY_POINTS):
        workspace, store = entry_point.load()()
        return workspace, store
    options = settings()
    store = open_store(options.storage.data_uri)
    url = options.versioning.remote_url
    named = options.versioning.workspace
    folder = PROJECT_ROOT / named if named else folder_beside(store)
    return open_workspace(folder, Remote(url) if url else None), store


def open_workspace(folder: Path, remote: Remote | None, signing_secret: str = "") -> DvcWorkspace:
    """A workspace under the limits of the settings.

    Args:
        folder: The workspace.
        remote: Its remote; None for none.
        signing_secret: As of the setting ``versioning.signing_secret``, which it precedes.

    Raises:
        ConfigurationError: ``invalid_settings``: the secret is too short.
    """
    options = settings().versioning
    return DvcWorkspace(
        folder,
        remote,
        jobs=options.jobs,
        lock_timeout_s=options.lock_timeout_s,
        command_timeout_s=options.command_timeout_s,
        signing=Signing.parse(signing_secret or options.signing_secret.get_secret_value()),
    )


def folder_beside(store: ObjectStore) -> Path:
    """Where the workspace is when none is named: beside the object store, in ``data/`` when that is a bucket."""
    root = store.root
    return (Path(root.path) if is_local(root) else PROJECT_ROOT / "data") / "versioned"
