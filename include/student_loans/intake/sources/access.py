"""What the address of a source may name: closed to everything that an administrator has not allowed.

Every user who may start a run chooses its parameters; the worker that reads the source has the rights of the deployment. Folders,
buckets and hosts are therefore allowed by the settings ``sources``, by a connection of Airflow, or by the person at the
command line of this machine. Some places are never a source, whatever is allowed.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlparse

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.intake.sources.addresses import AddressNotAllowedError, names_host, split_url
from student_loans.intake.sources.base import display_name
from student_loans.project import PROJECT_ROOT
from student_loans.settings import AcquisitionSettings, Settings

_SYSTEM = ("/boot", "/dev", "/etc", "/proc", "/run", "/sys")


@dataclass(frozen=True, slots=True)
class SourceAccess:
    """What sources may be opened, and how they are asked.

    Attributes:
        options: Timeouts and repetitions; None means the defaults.
        folders: Allowed folders, resolved, with their sub-folders.
        buckets: Allowed ``bucket`` or ``bucket/prefix``.
        hosts: Allowed ``host`` or ``host:port``, with public addresses.
        private_hosts: Allowed hosts that may have a private or loopback address.
        stores: What the pipeline itself writes, never a source: folders and ``s3://…``.
    """

    options: AcquisitionSettings | None = None
    folders: tuple[Path, ...] = ()
    buckets: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    private_hosts: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Settings, stores: Iterable[str] = ()) -> SourceAccess:
        """What the settings allow.

        Args:
            settings: Their section ``sources``, and the places of data and reports.
            stores: Further places that the pipeline writes to, such as the object store of a connection.

        Raises:
            ConfigurationError: ``invalid_settings``: others could write the allow file.
        """
        allowed = settings.sources
        own = (settings.storage.data_uri, settings.storage.reports_uri, settings.versioning.workspace)
        access = cls(
            settings.acquisition,
            tuple(filter(None, (_resolved(PROJECT_ROOT / folder) for folder in allowed.folders))),
            allowed.buckets,
            allowed.hosts,
            allowed.private_hosts,
            tuple(filter(None, (*own, *stores))),
        )
        for location in _read_allow_file(Path(allowed.allow_file)) if allowed.allow_file else ():
            # A folder is taken as it was when it was allowed: a link that has replaced it since leads nowhere.
            is_folder = "://" not in location
            access = access._with_folder(Path(location)) if is_folder else access.granting(location)
        return access

    def granting(self, location: str) -> SourceAccess:
        """The same, and the source at one address: for the person at the command line, who names it there."""
        scheme, _, rest = location.partition("://") if "://" in location else ("file", "", "")
        if scheme in ("s3", "s3a"):
            return replace(self, buckets=(*self.buckets, rest))
        if scheme in ("http", "https"):
            try:
                return replace(self, private_hosts=(*self.private_hosts, split_url(location).netloc))
            except AddressNotAllowedError:  # nothing that could be opened
                return self
        folder = _resolved(local_path(location)) if scheme == "file" else None
        return self._with_folder(folder) if folder else self

    def path(self, location: str) -> Path:
        """The folder or file at a path (relative to the project) or ``file://`` URI, with all links resolved.

        It need not exist.

        Raises:
            ConfigurationError: ``source_not_allowed``.
        """
        path = _resolved(local_path(location))
        shown = f"The folder {display_name(location)!r}"
        roots = [root for root in self.folders if path and path.is_relative_to(root)]
        if path is None or not roots:
            raise not_allowed(shown, "the setting sources.folders")
        if all(any(part.startswith(".") for part in path.relative_to(root).parts) for root in roots):
            raise not_allowed(f"{shown}, which is hidden,", "")
        if PROJECT_ROOT.resolve().is_relative_to(path):
            raise not_allowed(f"{shown}, which holds the project itself,", "")
        if any(path.is_relative_to(place) or place.is_relative_to(path) for place in self._forbidden()):
            raise not_allowed(f"{shown}, which is or holds a folder of the system or of the pipeline's own data,", "")
        return path

    def check_bucket(self, bucket: str, prefix: str) -> None:
        """Refuse a bucket, or a part of one, that is not allowed.

        Raises:
            ConfigurationError: ``source_not_allowed``.
        """
        place = f"{bucket}/{prefix}"
        if not any(_within(place, allowed) for allowed in self.buckets):
            raise not_allowed(
                f"the bucket {bucket}", "the setting sources.buckets, or to the extra `buckets` of the connection"
            )
        for store in self.stores:
            own = store.partition("://")[2] if "://" in store else ""
            if own and (_within(place, own) or _within(own, place)):
                raise not_allowed("The pipeline's own store", "")

    def check_url(self, url: str) -> None:
        """Refuse the address of an API whose host is not allowed.

        Raises:
            ConfigurationError: ``source_not_allowed``.
        """
        try:
            parts = split_url(url)
        except AddressNotAllowedError:
            raise not_allowed("This form of an address", "") from None
        if not names_host((*self.hosts, *self.private_hosts), parts):
            raise not_allowed(
                f"the host {parts.hostname}", "the setting sources.hosts, or use a connection with this host"
            )

    def _with_folder(self, folder: Path) -> SourceAccess:
        return replace(self, folders=(*self.folders, folder))

    def _forbidden(self) -> list[Path]:
        """Folders of the system, of the pipeline's data and of Airflow, which has secrets."""
        stores = [local_path(store) for store in self.stores if "://" not in store or store.startswith("file://")]
        airflow = Path(os.environ.get("AIRFLOW_HOME") or Path.home() / "airflow")
        places = [_resolved(place) for place in (*map(Path, _SYSTEM), *stores, airflow)]
        # In the Astro image the project is AIRFLOW_HOME itself, and its inbox is in it.
        return [place for place in places if place and not PROJECT_ROOT.resolve().is_relative_to(place)]


def local_path(location: str) -> Path:
    """The path that a location names: a ``file://`` URI, or a path relative to the project."""
    if "://" not in location:
        return PROJECT_ROOT / location
    return Path(os.fsdecode(unquote(urlparse(location).path, errors="surrogateescape")))


def allow_location(allow_file: Path, location: str) -> None:
    """Add an address to the allow file, which only its owner can read and write.

    Args:
        allow_file: The file of the setting ``sources.allow_file``; it is made if it does not exist.
        location: A folder, or the address of another source.

    Raises:
        ConfigurationError: ``invalid_settings``: others could write the file, or it cannot be written.
    """
    scheme, _, rest = location.partition("://")
    if scheme in ("http", "https"):  # a query may be a secret, and only the host is allowed
        location = f"{scheme}://{rest.partition('?')[0].partition('/')[0]}/"
    elif scheme == "file" or not rest:
        location = str(_resolved(local_path(location)) or location)
    if location in _read_allow_file(allow_file):
        return
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        allow_file.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(allow_file, flags, 0o600), "ab", buffering=0) as file:  # noqa: PTH123 - a descriptor, not a path
            # One write of one line: two commands that add at once lose nothing.
            file.write(json.dumps(location).encode("ascii") + b"\n")
    except OSError as error:
        raise _wrong_allow_file(error.strerror or type(error).__name__) from None


def _read_allow_file(path: Path) -> list[str]:
    """The addresses of the allow file; none if there is no file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _wrong_allow_file(error.strerror or type(error).__name__) from None
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o022:
            raise _wrong_allow_file("it belongs to another user, or others may write it")
        try:
            return [str(json.loads(line)) for line in file if line.strip()]
        except ValueError:
            raise _wrong_allow_file("a line is not a JSON string") from None


def not_allowed(what: str, where: str) -> ConfigurationError:
    """The refusal of a source.

    Args:
        what: The source, without login, query or fragment.
        where: What an administrator has to change; empty for what is never a source.
    """
    todo = f"an administrator can add it to {where}." if where else "it never is, name another one."
    return ConfigurationError(
        ErrorCode.SOURCE_NOT_ALLOWED, f"{what[0].upper()}{what[1:]} is not allowed as a source: {todo}"
    )


def _wrong_allow_file(reason: str) -> ConfigurationError:
    return ConfigurationError(
        ErrorCode.INVALID_SETTINGS, f"The file of the setting sources.allow_file cannot be used ({reason}): correct it."
    )


def _resolved(path: Path) -> Path | None:
    """A path without links; None for one that cannot be a path, or whose links form a loop."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return None


def _within(place: str, allowed: str) -> bool:
    """Whether ``bucket/key`` is in ``bucket`` or ``bucket/prefix``."""
    return f"{place.rstrip('/')}/".startswith(f"{allowed.strip('/')}/")
