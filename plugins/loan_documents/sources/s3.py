"""A bucket behind an Airflow connection."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow.sdk import Connection

    from loan_documents.hooks.document_source import DocumentSourceHook
    from student_loans.intake.sources import DocumentSource, SourceAccess
    from student_loans.settings import AcquisitionSettings


def open_connected(hook: DocumentSourceHook, access: SourceAccess) -> DocumentSource:
    """A bucket, with a connection's keys and endpoint."""
    from student_loans.intake.sources.opening import bucket_and_prefix, retry_policy
    from student_loans.intake.sources.s3 import S3Source

    bucket, prefix = bucket_and_prefix(hook.source)
    if hook.conn_id:
        access = covered_buckets(hook.connection_of("aws"), access)
    access.check_bucket(bucket, prefix)
    return S3Source(s3_client(hook.conn_id, access.options), bucket, prefix, retry_policy(access.options))


def covered_buckets(connection: Connection, access: SourceAccess) -> SourceAccess:
    """The access through a connection: to the buckets that it names, or else to those of the settings."""
    buckets = listed_extra(connection, "buckets")
    return replace(access, buckets=buckets) if buckets else access


def listed_extra(connection: Connection, name: str) -> tuple[str, ...]:
    """A list in the extra of a connection; a single text is a list of one, not of its letters.

    Raises:
        ConfigurationError: ``invalid_source``: it is something else.
    """
    from student_loans.errors import ConfigurationError, ErrorCode

    value = connection.extra_dejson.get(name) or []
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list):
        raise ConfigurationError(
            ErrorCode.INVALID_SOURCE, f"The extra `{name}` of the connection `{connection.conn_id}` must be a list."
        )
    return tuple(str(part) for part in value)


def s3_client(conn_id: str, options: AcquisitionSettings | None) -> Any:
    """A boto3 client with a connection's keys and endpoint; without one, boto3's default credentials."""
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook
    from botocore.config import Config

    from student_loans.intake.sources.opening import s3_client_config

    return S3Hook(aws_conn_id=conn_id or None, config=Config(**s3_client_config(options))).get_conn()
