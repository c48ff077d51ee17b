"""Run one DVC command in its own process, and translate its failure to an error.

The command line is DVC's stable interface for what changes anything; its Python API is stable for reading only. A separate
process also returns its memory, can be ended when it hangs, and has the keys of a remote only in its own environment.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from student_loans.errors import ConfigurationError, ErrorCode, LoanDocumentError, ServiceError
from student_loans.private_files import file_access, make_folder
from student_loans.settings import secret_variables
from student_loans.storage.files import store_errors

_DVC = Path(__file__).with_name("dvc_process.py")
_NOT_A_WORKSPACE, _BAD_CONFIGURATION = 253, 251
_LAST_WORDS = 400
"""Characters of DVC's own message that are stored."""

_SHORTEST_SECRET = 3

_MEANINGS: tuple[tuple[type[LoanDocumentError], ErrorCode, str, tuple[str, ...]], ...] = (
    (
        ServiceError,
        ErrorCode.VERSIONING_BUSY,
        "Another DVC process holds the workspace: it is tried again.",
        ("Unable to acquire lock", "is busy, it is being blocked by"),
    ),
    (
        ConfigurationError,
        ErrorCode.REMOTE_UNSUPPORTED,
        "The remote's scheme needs a DVC plugin that is not installed.",
        ("is supported, but requires", "unsupported protocol", "Unsupported URL type"),
    ),
    (
        ConfigurationError,
        ErrorCode.REMOTE_REFUSED,
        "The remote refused: check keys, bucket and rights in the connection of the DVC remote.",
        (
            "Unable to locate credentials", "InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied",
            "Access Denied", "Forbidden", "ExpiredToken", "NoSuchBucket", "bucket does not exist",
            "Permission denied", "Read-only file system", "DefaultCredentialsError", "Anonymous caller",
        ),
    ),
    (
        ServiceError,
        ErrorCode.REMOTE_UNAVAILABLE,
        "The remote did not answer: check its address and that it runs.",
        (
            "Could not connect", "Connect timeout", "Read timeout", "Connection was closed", "Connection reset",
            "Connection refused", "Cannot connect to host", "Name or service not known", "Temporary failure",
            "SlowDown", "ServiceUnavailable", "InternalError", "timed out",
        ),
    ),
    (
        ConfigurationError,
        ErrorCode.VERSION_DAMAGED,
        "A part of the version is missing from the remote: push it again from the machine that made it.",
        (
            "missing-files", "Checkout failed", "do not exist neither locally nor on remote", "corrupted",
            "No such file or directory", "NoSuchKey", "Not Found", "FileNotFoundError",
        ),
    ),
)  # fmt: skip
"""Patterns of DVC's messages with error, code and advice. The first match counts."""


def run_dvc(
    arguments: Sequence[str],
    folder: Path,
    *,
    timeout_s: float,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run ``dvc …`` in a workspace.

    It waits for DVC's own lock instead of failing, sends no usage data and looks for no updates.

    Args:
        arguments: As on the command line.
        folder: The workspace.
        timeout_s: Longest time, seconds; then the process and what it started are ended.
        environment: Variables for this command alone, such as keys; their values are masked in errors.

    Returns:
        What it printed.

    Raises:
        ServiceError: ``versioning_busy``, ``remote_unavailable``, ``versioning_failed``.
        ConfigurationError: ``remote_refused``, ``remote_unsupported``, ``version_damaged``, ``invalid_settings``.
    """
    secrets = dict(environment or {})
    process = subprocess.Popen(  # noqa: S603 - our own interpreter, arguments as a list
        [sys.executable, "-P", str(_DVC), *_with_lock_wait(arguments)],
        cwd=folder,
        env=_environment(folder) | secrets,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
        umask=file_access().umask,
    )
    try:
        output, words = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        raise ServiceError(
            ErrorCode.VERSIONING_FAILED, f"dvc {arguments[0]} took longer than {timeout_s:.0f} s and was ended."
        ) from None
    finally:
        _end(process)
    if process.returncode:
        raise meaning_of(arguments[0], process.returncode, _masked(f"{words}\n{output}", secrets))
    return output


def meaning_of(command: str, status: int, words: str) -> LoanDocumentError:
    """The error for a failed command.

    Args:
        command: Such as ``push``.
        status: Its exit status.
        words: What it printed, without secrets.
    """
    if status == _NOT_A_WORKSPACE:
        return ConfigurationError(ErrorCode.INVALID_SETTINGS, "The folder is not a DVC workspace: run dvc init in it.")
    for kind, code, advice, signs in _MEANINGS:
        if any(sign in words for sign in signs):
            return kind(code, f"{advice} (dvc {command})")
    last = " ".join(words.split())[:_LAST_WORDS]
    if status == _BAD_CONFIGURATION or "config file error" in words:
        return ConfigurationError(ErrorCode.INVALID_SETTINGS, f"DVC does not accept its configuration: {last}")
    return ServiceError(ErrorCode.VERSIONING_FAILED, f"dvc {command} failed with status {status}: {last}")


@contextmanager
def remote_errors() -> Iterator[None]:
    """Translate errors of file systems and S3 clients to those of a failed command.

    Raises:
        ServiceError: ``remote_unavailable``, ``versioning_failed``.
        ConfigurationError: ``remote_refused``.
    """
    try:
        with store_errors():
            yield
    except ServiceError as error:
        cause = error.__cause__
        if error.code is not ErrorCode.STORE_UNAVAILABLE or cause is None:
            raise
        raise meaning_of("remote", 255, f"{type(cause).__name__}: {cause}") from cause


def _with_lock_wait(arguments: Sequence[str]) -> list[str]:
    return list(arguments) if arguments[0] == "init" else ["--wait-for-lock", *arguments]


def _environment(folder: Path) -> dict[str, str]:
    """The machine's variables, and variables that isolate DVC: no usage data, no settings or caches outside the workspace.

    The secret that signs versions is not among them.
    """
    own = folder / ".dvc" / "tmp"
    secret = secret_variables()
    return {
        **{name: value for name, value in os.environ.items() if name.upper() not in secret},
        "DVC_NO_ANALYTICS": "1",
        "DVC_STUDIO_OFFLINE": "1",
        "DVC_SITE_CACHE_DIR": str(site_cache(folder)),
        "DVC_GLOBAL_CONFIG_DIR": str(own / "no-global-settings"),
        "DVC_SYSTEM_CONFIG_DIR": str(own / "no-system-settings"),
    }


def site_cache(folder: Path) -> Path:
    """The folder for what DVC knows of a workspace's files."""
    cache = folder / ".dvc" / "tmp" / "site"
    make_folder(cache / "repo")  # DVC makes it with the mode 0777
    return cache


def _end(process: subprocess.Popen[str]) -> None:
    """End a running command with all processes that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _masked(words: str, secrets: Mapping[str, str]) -> str:
    for value in secrets.values():
        if len(value) >= _SHORTEST_SECRET:  # replacing every "a" would leave nothing to read
            words = words.replace(value, "***")
    return words
