"""The list of versions: one small file a run, on this machine and in the remote.

In the remote an entry is written when the push has ended: what is listed is whole, and any machine that reaches the remote
can restore it, without git and without a database.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from student_loans.config_files import checked
from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.storage.files import LONGEST_NAME, write_bytes
from student_loans.versioning.command import remote_errors
from student_loans.versioning.contents import not_trusted
from student_loans.versioning.objects import read_bounded
from student_loans.versioning.workspace import DvcWorkspace

if TYPE_CHECKING:
    from upath import UPath

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_.-]|^[.-]+")
_LONGEST_NAME = 120
_LARGEST_ENTRY = 64 << 10
_VERSION = re.compile(r"[0-9a-f]{32}(\.dir)?")


@dataclass(frozen=True, slots=True)
class DataVersion:
    """The data version of one run.

    Attributes:
        run_id: The run.
        version: DVC's hash of it.
        files: Files it holds, packed ones counted singly.
        size_bytes: Of what DVC keeps.
        made_at: When, ISO 8601, UTC.
        remote_url: Where it was pushed to; None when it is on this machine only.
        pointer: Text of its ``.dvc`` file.
        manifest_sha256: Of its ``version.json``, which lists its other files with size and SHA-256; empty for a version made
            before there were signatures.
        signature: Of all of this but ``remote_url``; empty for a version made without a signing secret.
    """

    run_id: str
    version: str
    files: int
    size_bytes: int
    made_at: str
    remote_url: str | None
    pointer: str
    manifest_sha256: str = ""
    signature: str = ""

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read what ``dataclasses.asdict`` gave.

        Raises:
            ConfigurationError: ``version_damaged``.
        """
        try:
            return checked(data, cls, "an entry")
        except ConfigurationError as error:
            raise _unreadable() from error

    def __post_init__(self) -> None:
        """Refuse what no version has: the texts are shown to people, and the run id names files.

        Raises:
            ValueError: A field is of another form.
        """
        texts = (self.run_id, self.made_at, self.remote_url or "")
        if not self.run_id or not all(text.isprintable() and len(text) <= LONGEST_NAME for text in texts):
            raise ValueError("text")
        if not _VERSION.fullmatch(self.version) or self.files < 0 or self.size_bytes < 0:
            raise ValueError("version")

    def signed_content(self) -> dict[str, Any]:
        """What its signature covers. Where it was pushed to is known only afterwards."""
        unsigned = ("remote_url", "signature")
        return {name: value for name, value in asdict(self).items() if name not in unsigned}


def version_name(run_id: str) -> str:
    """The name under which a run's version is kept: one of its own, without what DVC reads as more than a name.

    A colon divides path and stage for DVC, and Airflow's run ids are full of them.

    Example:
        >>> version_name("local-20261124-210000")
        'local-20261124-210000'
        >>> version_name("manual__2026-11-24T21:00:00+00:00")
        'manual__2026-11-24T21_00_00_00_00-1081ef33'
    """
    name = _NOT_PLAIN.sub("_", run_id)
    if name == run_id and len(name) <= _LONGEST_NAME:
        return name
    return f"{name[:_LONGEST_NAME]}-{hashlib.sha256(run_id.encode()).hexdigest()[:8]}"


def target_of(run_id: str) -> str:
    """The folder of a run in the workspace, as DVC's commands name it."""
    return f"runs/{version_name(run_id)}"


def find_version(run_id: str, workspace: DvcWorkspace) -> DataVersion:
    """The version of a run: first on this machine, then in the remote.

    Raises:
        ConfigurationError: ``unknown_version``, ``version_damaged``, ``version_not_trusted``.
        ServiceError: The remote does not answer.
    """
    for entry in entries(workspace, run_id):
        with remote_errors():
            if entry.exists():
                return _read_entry(entry)
    where = "this machine or its remote" if workspace.remote else "this machine, which has no remote"
    raise ConfigurationError(ErrorCode.UNKNOWN_VERSION, f"Run {run_id} has no data version on {where}.")


def list_versions(workspace: DvcWorkspace) -> list[DataVersion]:
    """Every version on this machine or in the remote, oldest first.

    Raises:
        ServiceError: The remote does not answer.
    """
    found: dict[str, DataVersion] = {}
    for folder in index_folders(workspace):
        with remote_errors():
            for entry in sorted(folder.glob("*.json")) if folder.exists() else []:
                version = _read_entry(entry)
                found.setdefault(version.run_id, version)
    return sorted(found.values(), key=lambda version: (version.made_at, version.run_id))


def write_entry(folder: UPath, version: DataVersion) -> None:
    """List a version in one of :func:`index_folders`; the entry appears whole, in place of an older one."""
    with remote_errors():
        write_bytes(_entry(folder, version.run_id), json.dumps(asdict(version), indent=2).encode())


def index_folders(workspace: DvcWorkspace) -> list[UPath]:
    """Where versions are listed: on this machine, then in the remote."""
    from upath import UPath

    folders = [UPath(str(workspace.folder / "versions"))]
    if workspace.remote:
        folders.append(workspace.remote.path("versions"))
    return folders


def entries(workspace: DvcWorkspace, run_id: str) -> list[UPath]:
    """Where the version of a run is listed, if it is: on this machine, then in the remote."""
    return [_entry(folder, run_id) for folder in index_folders(workspace)]


def _entry(folder: UPath, run_id: str) -> UPath:
    return folder / f"{version_name(run_id)}.json"


def is_in_remote(workspace: DvcWorkspace, version: DataVersion) -> bool:
    """Whether the remote lists exactly this version, not an older one of the same run; False without a remote."""
    for entry in entries(workspace, version.run_id)[1:]:
        with remote_errors():
            if entry.exists():
                return _read_entry(entry).version == version.version
    return False


def _read_entry(entry: UPath) -> DataVersion:
    """Read an entry, which somebody else may have written.

    Raises:
        ConfigurationError: ``version_damaged``: it is none; ``version_not_trusted``: it is another run's.
    """
    try:
        version = DataVersion.from_json(json.loads(read_bounded(entry, _LARGEST_ENTRY)))
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error
    if f"{version_name(version.run_id)}.json" != entry.name:
        raise not_trusted("its entry in the list of versions is another run's")
    return version


def _unreadable() -> ConfigurationError:
    return ConfigurationError(ErrorCode.VERSION_DAMAGED, "An entry in the list of versions cannot be read.")
