"""The remote of versions: a folder, S3 or a server with an S3 API, or Google Cloud Storage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from student_loans.errors import ConfigurationError, ErrorCode

if TYPE_CHECKING:
    from upath import UPath

NAME = "loan_documents"
"""Name of the remote in DVC's configuration."""
SCHEMES = ("file", "s3", "gs")
CONNECT_TIMEOUT_S = 10
READ_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Remote:
    """A DVC remote.

    Secrets are handed to DVC through the environment of one command: no file ever holds them.

    Attributes:
        url: A folder, ``s3://bucket/prefix`` or ``gs://bucket/prefix``.
        endpoint_url: Of a server that speaks S3, such as MinIO; None means the cloud's own.
        region: Of the bucket; None means the client's default.
        access_key: S3 key id; None leaves it to the machine (role, profile, environment).
        secret_key: S3 secret.
        credential_file: Google service-account key, a path on this machine.
    """

    url: str
    endpoint_url: str | None = None
    region: str | None = None
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    credential_file: str | None = None

    def __post_init__(self) -> None:
        if self.scheme not in SCHEMES:
            raise ConfigurationError(
                ErrorCode.REMOTE_UNSUPPORTED,
                f"A remote for data versions is a folder, s3:// or gs://, not {self.scheme}://.",
            )
        if "@" in self.url.partition("://")[2].partition("/")[0]:
            raise ConfigurationError(
                ErrorCode.INVALID_SETTINGS,
                "The address of the DVC remote holds a user or password: put keys in login and password.",
            )

    @property
    def scheme(self) -> str:
        """``file``, ``s3`` or ``gs``."""
        return self.url.partition("://")[0] if "://" in self.url else "file"

    @property
    def folder(self) -> Path | None:
        """The folder that it is; None for a bucket."""
        from student_loans.project import PROJECT_ROOT

        return PROJECT_ROOT / self.url.removeprefix("file://") if self.scheme == "file" else None

    def configuration(self) -> dict[str, str]:
        """The remote's section in DVC's configuration; nothing secret is in it."""
        if self.folder:
            return {"url": str(self.folder)}
        options = {"url": self.url, "endpointurl": self.endpoint_url}
        if self.scheme == "s3":
            timeouts = {"connect_timeout": str(CONNECT_TIMEOUT_S), "read_timeout": str(READ_TIMEOUT_S)}
            options |= {"region": self.region, **timeouts}
        return {name: value for name, value in options.items() if value}

    def environment(self) -> dict[str, str]:
        """The environment variables with the credentials of a DVC command."""
        values = {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "GOOGLE_APPLICATION_CREDENTIALS": self.credential_file,
        }
        return {name: value for name, value in values.items() if value}

    def path(self, key: str) -> UPath:
        """A path in the remote, beside the objects that DVC keeps there.

        Raises:
            ConfigurationError: ``remote_unsupported``: nothing installed serves the scheme.
        """
        from student_loans.storage.files import open_path

        if self.folder:
            return open_path(self.folder.as_uri()) / key
        try:
            return open_path(self.url, self._storage_options()) / key
        except ConfigurationError as error:
            raise unsupported(self.scheme) from error

    def _storage_options(self) -> Mapping[str, Any]:
        if self.scheme == "gs":
            options: dict[str, Any] = {"token": self.credential_file, "endpoint_url": self.endpoint_url}
        else:
            options = {"key": self.access_key, "secret": self.secret_key, "endpoint_url": self.endpoint_url}
            if self.region:
                options["client_kwargs"] = {"region_name": self.region}
        return {name: value for name, value in options.items() if value}


def unsupported(scheme: str) -> ConfigurationError:
    """The refusal of a scheme whose plugin is not installed."""
    return ConfigurationError(
        ErrorCode.REMOTE_UNSUPPORTED,
        f"A {scheme}:// remote needs the package dvc-{scheme}: add it to requirements.in and install it.",
    )
