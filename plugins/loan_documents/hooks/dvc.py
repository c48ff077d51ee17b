"""Data versions behind an Airflow connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook

from loan_documents.hooks.connections import find_connection, needed_connection
from loan_documents.hooks.object_store import ObjectStoreHook

if TYPE_CHECKING:
    from student_loans.storage.run_folder import RunFolder
    from student_loans.versioning.pointer import Pointer
    from student_loans.versioning.remote import Remote
    from student_loans.versioning.version_index import DataVersion
    from student_loans.versioning.workspace import Difference, DvcWorkspace


class DvcHook(BaseHook):
    """The DVC workspace in which versions of the data are made, and its remote.

    A ``dvc`` connection has the remote's address in host (a folder, ``s3://bucket/prefix``, ``gs://bucket/prefix``), S3
    keys in login and password, and in extra ``endpoint_url`` (MinIO), ``region``, ``credential_file`` (Google key, a
    path), ``workspace`` (a folder) and ``signing_secret``, which signs versions; Airflow masks extras of such a name. Keys reach
    DVC through the environment of its process: no file holds them. Where the default connection does not exist, the settings
    ``versioning.*`` are used, and without a remote versions stay on this machine; another connection must exist.

    DVC allows one writer: tasks that write with this hook belong in the pool ``dvc``, which has one slot. A second writer
    waits for the lock.

    Args:
        conn_id: Airflow connection.
        store_conn_id: Connection of the object store; the workspace is next to it.
    """

    conn_name_attr = "conn_id"
    default_conn_name = "dvc_remote"
    conn_type = "dvc"
    hook_name = "DVC remote"

    def __init__(
        self, conn_id: str = default_conn_name, store_conn_id: str = ObjectStoreHook.default_conn_name
    ) -> None:
        super().__init__()
        self.conn_id = conn_id
        self.store_conn_id = store_conn_id

    def get_conn(self) -> DvcWorkspace:
        """Open the workspace.

        Raises:
            ConfigurationError: ``missing_connection``; ``invalid_settings``: the signing secret is too short;
                ``remote_unsupported``: the address is not one of a remote.
        """
        from student_loans.project import PROJECT_ROOT
        from student_loans.settings import settings
        from student_loans.versioning.opening import folder_beside, open_workspace

        remote, extra = self._remote()
        named = extra.get("workspace") or settings().versioning.workspace
        folder = PROJECT_ROOT / named if named else folder_beside(ObjectStoreHook(self.store_conn_id).get_conn())
        return open_workspace(folder, remote, extra.get("signing_secret") or "")

    def test_connection(self) -> tuple[bool, str]:
        """Create the workspace if it is missing, then write, read and remove a small file in the remote."""
        from student_loans.errors import LoanDocumentError
        from student_loans.versioning.probe import check_workspace

        try:
            return True, check_workspace(self.get_conn())
        except LoanDocumentError as error:
            return False, str(error)

    def add(self, target: str) -> Pointer:
        """Make a version of a file or folder of the workspace."""
        return self.get_conn().add(target)

    def commit(self, target: str) -> Pointer:
        """Make a new version of a target that has changed."""
        return self.get_conn().commit(target)

    def push(self, target: str) -> None:
        """Send a version to the remote."""
        self.get_conn().push(target)

    def pull(self, target: str) -> None:
        """Bring a version from the remote."""
        self.get_conn().pull(target)

    def checkout(self, target: str) -> None:
        """Put the bytes of a version back into the workspace."""
        self.get_conn().checkout(target)

    def status(self, *, remote: bool = False) -> dict[str, Any]:
        """Differences from the versions, in the workspace or in the remote; empty when there are none."""
        return self.get_conn().status(remote=remote)

    def diff(self, old_run: str, new_run: str) -> Difference:
        """Files that differ between the versions of two runs."""
        from student_loans.versioning.run_version import diff_runs

        return diff_runs(self.get_conn(), old_run, new_run)

    def get_url(self, path: str) -> str:
        """Where the remote keeps a versioned file or folder of the workspace."""
        return self.get_conn().get_url(path)

    def list_versions(self) -> list[DataVersion]:
        """The data versions of runs, here and in the remote, oldest first."""
        from student_loans.versioning.version_index import list_versions

        return list_versions(self.get_conn())

    def push_versions(self) -> list[DataVersion]:
        """Push the versions that are on this machine only."""
        from student_loans.versioning.run_version import push_versions

        return push_versions(self.get_conn())

    def gc(self, keep_last: int) -> list[DataVersion]:
        """Delete old versions from this machine that the remote has.

        Args:
            keep_last: Number of newest versions that are always kept. The remote is never cleaned, and a version that
                exists only on this machine is never removed.
        """
        from student_loans.versioning.run_version import forget_versions

        return forget_versions(self.get_conn(), keep_last)

    def version_run(self, run: RunFolder) -> DataVersion:
        """Make a version of a run's data and push it."""
        from student_loans.fingerprints import page_fingerprint, record_fingerprint
        from student_loans.settings import settings
        from student_loans.versioning.run_version import version_run

        options = settings()
        fingerprints = (page_fingerprint(options), record_fingerprint(options))
        return version_run(run, self.get_conn(), fingerprints, options.versioning.pack_bytes)

    def restore_run(self, run_id: str, *, unsigned: bool = False) -> DataVersion:
        """Bring the data of a run back into the object store: all of its version, after all of it is checked.

        Args:
            run_id: A run with a version.
            unsigned: Accept a version without a signature; paths and hashes are checked all the same.
        """
        from student_loans.versioning.restore import restore_run

        store = ObjectStoreHook(self.store_conn_id).get_conn()
        return restore_run(run_id, self.get_conn(), store, unsigned=unsigned)

    def _remote(self) -> tuple[Remote | None, dict[str, Any]]:
        """The remote, None for none, and the extra of the connection."""
        from student_loans.settings import settings
        from student_loans.versioning.remote import Remote

        find = find_connection if self.conn_id == self.default_conn_name else needed_connection
        connection = find(self.conn_id, self.conn_type)
        if connection is None:
            url = settings().versioning.remote_url
            return (Remote(url) if url else None), {}
        extra = connection.extra_dejson
        url = extra.get("url") or _address(connection.host, connection.schema) or settings().versioning.remote_url
        remote = Remote(
            url,
            endpoint_url=extra.get("endpoint_url") or None,
            region=extra.get("region") or None,
            access_key=connection.login or None,
            secret_key=connection.password or None,
            credential_file=extra.get("credential_file") or None,
        )
        return (remote if url else None), extra


def _address(host: str | None, scheme: str | None) -> str:
    """The address as it was typed: Airflow splits a connection URI into host and schema."""
    if not host or "://" in host or not scheme:
        return host or ""
    return f"{scheme}://{host}"
