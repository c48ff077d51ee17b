"""Open the source at an address without Airflow. The plugin's hook opens sources that need an Airflow connection."""

from __future__ import annotations

from urllib.parse import urlsplit

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.intake.retrying import NetworkOptions, RetryPolicy
from student_loans.intake.sources.access import SourceAccess
from student_loans.intake.sources.base import DocumentSource
from student_loans.registrations import Registrations
from student_loans.settings import AcquisitionSettings

SOURCES = Registrations(
    "source",
    "student_loans.sources",
    "open_source",
    {
        "": "student_loans.intake.sources.folder",
        "file": "student_loans.intake.sources.folder",
        "s3": "student_loans.intake.sources.s3",
        "s3a": "student_loans.intake.sources.s3",
        "http": "student_loans.intake.sources.http_api",
        "https": "student_loans.intake.sources.http_api",
    },
)
"""By the scheme of an address; the function takes the address and the :class:`SourceAccess`, which it has to ask."""


def open_source(location: str, access: SourceAccess) -> DocumentSource:
    """Open the source at a location, with the credentials of the environment only.

    Args:
        location: A folder as a path (relative to the project) or ``file://`` URI; ``s3://bucket/prefix``, with the keys
            and the endpoint that boto3 finds by itself (``AWS_…``); ``http(s)://…``, an API that needs no token.
        access: What sources are allowed, with timeouts and repetitions.

    Raises:
        ConfigurationError: ``source_not_allowed``; ``source_not_found``, also for an unknown scheme.
    """
    scheme = urlsplit(location).scheme if "://" in location else ""
    if not SOURCES.has(scheme):
        raise ConfigurationError(
            ErrorCode.SOURCE_NOT_FOUND,
            f"Nothing serves {scheme}:// here: name a folder, s3://bucket/prefix, http(s)://…, "
            "or a connection to a PostgreSQL database.",
        )
    source: DocumentSource = SOURCES.load(scheme)(location, access)
    return source


def bucket_and_prefix(location: str) -> tuple[str, str]:
    """Bucket and prefix of ``s3://bucket/prefix``. People type this address, so it is not percent-encoded.

    Raises:
        ConfigurationError: ``source_not_found``: the address has no bucket.
    """
    bucket, _, prefix = location.partition("://")[2].partition("/")
    if not bucket:
        raise ConfigurationError(ErrorCode.SOURCE_NOT_FOUND, "The address names no bucket: s3://bucket/prefix.")
    return bucket, prefix


def retry_policy(options: AcquisitionSettings | None) -> RetryPolicy:
    """The retry policy of the settings."""
    if options is None:
        return RetryPolicy()
    return RetryPolicy(options.attempts, options.first_wait_s, options.longest_wait_s)


def network_options(options: AcquisitionSettings | None) -> NetworkOptions:
    """Timeouts and repetitions of the settings."""
    if options is None:
        return NetworkOptions()
    return NetworkOptions(
        options.connect_timeout_s, options.read_timeout_s, options.total_timeout_s, retry_policy(options)
    )


def s3_client_config(options: AcquisitionSettings | None) -> dict[str, object]:
    """Keyword arguments of ``botocore.config.Config``: timeouts, and no retries.

    :func:`~student_loans.intake.retrying.call_with_retries` repeats calls; retries of botocore would multiply them.
    """
    chosen: dict[str, object] = {"retries": {"total_max_attempts": 1}}
    if options is not None:
        chosen |= {"connect_timeout": options.connect_timeout_s, "read_timeout": options.read_timeout_s}
    return chosen
