"""Write files completely or not at all, in a folder or under any fsspec path."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from student_loans.errors import ConfigurationError, ErrorCode, LoanDocumentError, ServiceError
from student_loans.private_files import close_root, make_folder, open_to_write
from student_loans.project import PROJECT_ROOT

if TYPE_CHECKING:
    from upath import UPath

S3_CONNECT_TIMEOUT_S = 10
S3_READ_TIMEOUT_S = 60
LONGEST_NAME = 1024
"""Characters of a name with its folders; also the longest key of an S3 object."""
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]")


def open_path(uri: str, storage_options: Mapping[str, Any] | None = None) -> UPath:
    """A path for a folder (relative ones are relative to the project) or a URI such as ``s3://bucket/prefix``.

    Args:
        uri: Folder or URI.
        storage_options: For fsspec: ``key``, ``secret``, ``endpoint_url`` and the like.

    Raises:
        ConfigurationError: ``invalid_settings``: no installed file system serves the URI's scheme.
    """
    from upath import UPath

    if "://" not in uri:
        return UPath(str(PROJECT_ROOT / uri))
    options: dict[str, Any] = dict(storage_options or {})
    scheme = uri.partition("://")[0]
    if scheme in ("s3", "s3a"):
        # Listings are never cached: other processes write beside this one.
        options.setdefault("use_listings_cache", False)
        timeouts = {"connect_timeout": S3_CONNECT_TIMEOUT_S, "read_timeout": S3_READ_TIMEOUT_S}
        options.setdefault("config_kwargs", timeouts)
    refusal = ConfigurationError(
        ErrorCode.INVALID_SETTINGS, f"Nothing here serves {scheme}://: name a folder or an s3:// URI."
    )
    try:
        path: UPath = UPath(uri, **options)
        _ = path.fs  # imports the implementation
    except (ImportError, ValueError) as error:
        raise refusal from error
    if is_local(path) and scheme not in ("file", "local"):
        raise refusal  # universal_pathlib takes an unknown scheme for the name of a folder
    return path


def open_root(uri: str, storage_options: Mapping[str, Any] | None = None) -> UPath:
    """The root of a store or of reports, as :func:`open_path` opens it; a folder is closed to other users.

    Args:
        uri: Folder or URI.
        storage_options: For fsspec.

    Raises:
        ConfigurationError: ``invalid_settings``.
    """
    path = open_path(uri, storage_options)
    if is_local(path):
        close_root(Path(path.path))
    return path


def is_local(path: UPath) -> bool:
    """Whether the path is in a local folder."""
    return path.protocol in ("", "file", "local")


def is_confined(name: str) -> bool:
    """Does a name with ``/`` between its parts stay below the folder that it is joined to, on any file system?

    Example:
        >>> [is_confined(name) for name in ("runs/a/b.json", "../b.json", "/etc/b", "a//b", "a/./b", "a/../b", "")]
        [True, False, False, False, False, False, False]
    """
    if len(name) > LONGEST_NAME or _UNSAFE.search(name):
        return False
    return not any(part in ("", ".", "..") for part in name.split("/"))


@contextmanager
def atomic_writer(path: UPath) -> Iterator[IO[bytes]]:
    """Write a file that appears complete at the end of the block; after an error it does not exist.

    In a folder it is written beside its place under another name, then renamed. Elsewhere it is collected on this
    machine and sent at once: readers of an object store never see part of an object.

    Args:
        path: Its folder is made when missing.
    """
    if is_local(path):
        target = Path(path.path)
        make_folder(target.parent)
        # Not derived from the target's name, which may already have the greatest length.
        temporary = target.with_name(f".{uuid.uuid4().hex}.part")
        try:
            with open_to_write(temporary, "xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    else:
        with tempfile.NamedTemporaryFile(suffix=".part") as file:
            yield file
            file.flush()
            path.fs.put_file(file.name, path.path)


def write_bytes(path: UPath, content: bytes) -> None:
    """Write a whole file, or none."""
    with atomic_writer(path) as file:
        file.write(content)


@contextmanager
def store_errors() -> Iterator[None]:
    """Raise ``store_unavailable`` in place of errors of file systems and S3 clients.

    Raises:
        ServiceError: The file system, network or bucket failed, or refused; a retry may succeed.
    """
    try:
        yield
    except LoanDocumentError:
        raise
    except Exception as error:
        if not _is_store_fault(error):
            raise
        raise ServiceError(
            ErrorCode.STORE_UNAVAILABLE,
            f"The object store failed ({type(error).__name__}): check that it can be reached, "
            "that the bucket or folder exists, its rights and its free space.",
        ) from error


def _is_store_fault(error: Exception) -> bool:
    """Whether an error is of the operating system, or of botocore, which is imported only if S3 is used."""
    if isinstance(error, OSError):
        return True
    botocore = sys.modules.get("botocore.exceptions")
    return botocore is not None and isinstance(error, botocore.BotoCoreError | botocore.ClientError)
