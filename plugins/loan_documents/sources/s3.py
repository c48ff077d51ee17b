"""A bucket behind an Airflow connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loan_documents.hooks.document_source import DocumentSourceHook
    from student_loans.intake.sources import DocumentSource
    from student_loans.settings import AcquisitionSettings


def open_connected(hook: DocumentSourceHook, options: AcquisitionSettings) -> DocumentSource:
    """A bucket, with a connection's keys and endpoint."""
    from student_loans.intake.sources.opening import bucket_and_prefix, retry_policy
    from student_loans.intake.sources.s3 import S3Source

    bucket, prefix = bucket_and_prefix(hook.source)
    return S3Source(s3_client(hook.conn_id, options), bucket, prefix, retry_policy(options))


def s3_client(conn_id: str, options: AcquisitionSettings) -> Any:
    """A boto3 client with a connection's keys and endpoint; without one, boto3's default credentials."""
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook
    from botocore.config import Config

    from student_loans.intake.sources.opening import s3_client_config

    return S3Hook(aws_conn_id=conn_id or None, config=Config(**s3_client_config(options))).get_conn()
