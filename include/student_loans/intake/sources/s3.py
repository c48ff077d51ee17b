"""A bucket with an S3 API, such as AWS S3 or MinIO."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urlparse

from student_loans.errors import ConfigurationError, DocumentError, ErrorCode
from student_loans.intake.refusals import check_size
from student_loans.intake.retrying import RetryPolicy, TransientError, call_with_retries
from student_loans.intake.sources.base import Fetched, SourceDocument, check_sha256, checksum_mismatch
from student_loans.intake.sources.opening import bucket_and_prefix, retry_policy, s3_client_config
from student_loans.settings import AcquisitionSettings

Result = TypeVar("Result")
S3Client = Any
"""A client of boto3, which makes its classes at run time."""

_MD5 = re.compile(r"[0-9a-f]{32}")
_MISSING_PLACE = ("NoSuchBucket",)
_MISSING_FILE = ("NoSuchKey", "404", "NoSuchVersion")
_ARCHIVED = ("InvalidObjectState",)
_REFUSED = (
    "AccessDenied",
    "403",
    "401",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "AllAccessDisabled",
)
_NOT_MODIFIED = ("304", "NotModified")


class S3Source:
    """The objects of a bucket below a prefix. An object's version is its ETag.

    Args:
        client: A boto3 client for S3; it carries the endpoint, the credentials and the timeouts.
        bucket: Its name.
        prefix: Only keys that begin with it, such as ``inbox/``.
        policy: How calls are repeated.
    """

    def __init__(self, client: S3Client, bucket: str, prefix: str = "", policy: RetryPolicy | None = None) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix
        self._policy = policy or RetryPolicy()
        self.uri = object_uri(bucket, prefix)

    def list_documents(self, since: datetime | None = None) -> Iterator[SourceDocument]:
        """Every object, in the order of the keys; S3 lists 1,000 objects in a response."""
        token: str | None = None
        while True:
            page = self._list_page(token)
            for entry in page.get("Contents", ()):
                if _is_document(entry["Key"].removeprefix(self._prefix)):
                    yield self._listed(entry)
            token = page.get("NextContinuationToken")
            if not token:
                return

    def fetch(self, document: SourceDocument, max_bytes: int, held: str = "") -> Fetched | None:
        """The bytes of one object, compared with their length and, where the ETag is one, with their MD5."""
        return fetch_object(self._client, document, max_bytes, held, self._policy)

    def _list_page(self, token: str | None) -> dict[str, Any]:
        more = {"ContinuationToken": token} if token else {}

        def call() -> dict[str, Any]:
            with_names = {"Bucket": self._bucket, "Prefix": self._prefix, **more}
            page: dict[str, Any] = self._client.list_objects_v2(**with_names)
            return page

        return call_with_retries(lambda: _translated(call), self._policy, "The bucket") or {}

    def _listed(self, entry: dict[str, Any]) -> SourceDocument:
        key = entry["Key"]
        name = key.rpartition("/")[2]
        return SourceDocument(
            object_uri(self._bucket, key), name, entry["Size"], _version(entry), entry.get("LastModified")
        )


def object_uri(bucket: str, key: str) -> str:
    """The address of an object. It is percent-encoded, because a key may hold any character."""
    return f"s3://{bucket}/{quote(key, safe='/')}"


def bucket_and_key(uri: str) -> tuple[str, str]:
    """The bucket and the key of an address that :func:`object_uri` made."""
    parts = urlparse(uri)
    return parts.netloc, unquote(parts.path.removeprefix("/"))


def fetch_object(
    client: S3Client, document: SourceDocument, max_bytes: int, held: str, policy: RetryPolicy
) -> Fetched | None:
    """The bytes of the object that a document's address names, in any bucket; see :meth:`DocumentSource.fetch`."""
    bucket, key = bucket_and_key(document.location or document.uri)
    condition = {"IfNoneMatch": f'"{held}"'} if held else {}

    def call() -> Fetched:
        answer = client.get_object(Bucket=bucket, Key=key, **condition)
        check_size(answer["ContentLength"], max_bytes)
        content = answer["Body"].read()
        if len(content) != answer["ContentLength"]:
            raise TransientError("the answer was cut short")
        _check_md5(content, answer)
        return Fetched(content, _version(answer))

    fetched = call_with_retries(lambda: _translated(call), policy, "The bucket")
    if fetched is not None:
        check_sha256(fetched.content, document.sha256)
    return fetched


def _is_document(relative_key: str) -> bool:
    """Whether a key is a file to take: folder markers and hidden files are not."""
    parts = relative_key.split("/")
    return bool(parts[-1]) and not any(part.startswith(".") for part in parts)


def _version(entry: dict[str, Any]) -> str:
    return str(entry.get("ETag", "")).strip('"')


def _check_md5(content: bytes, answer: dict[str, Any]) -> None:
    """Check the bytes against the ETag, which is their MD5 unless they were uploaded in parts or encrypted by a KMS key."""
    etag = _version(answer)
    encrypted = answer.get("SSECustomerAlgorithm") or str(answer.get("ServerSideEncryption", "")).startswith("aws:kms")
    if _MD5.fullmatch(etag) and not encrypted and hashlib.md5(content, usedforsecurity=False).hexdigest() != etag:
        raise checksum_mismatch()


def _translated(call: Callable[[], Result]) -> Result | None:
    """Run a call and translate botocore's errors; None if the object is unchanged."""
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        FlexibleChecksumError,
        NoCredentialsError,
        PartialCredentialsError,
    )

    try:
        return call()
    except ClientError as error:
        if _code(error) in _NOT_MODIFIED:
            return None
        raise _client_error(_code(error)) from None
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise _refused(type(error).__name__) from None
    except FlexibleChecksumError:
        raise checksum_mismatch() from None
    except (BotoCoreError, OSError) as error:
        raise TransientError(type(error).__name__) from error


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _client_error(code: str) -> Exception:
    if code in _MISSING_PLACE:
        return ConfigurationError(ErrorCode.SOURCE_NOT_FOUND, "There is no such bucket: check the source's address.")
    if code in _MISSING_FILE:
        return DocumentError(ErrorCode.UNREADABLE_SOURCE, "The object is not there any more: put it there again.")
    if code in _ARCHIVED:
        return DocumentError(ErrorCode.UNREADABLE_SOURCE, "The object is archived: restore it, it is then taken up.")
    if code in _REFUSED:
        return _refused(code)
    return TransientError(code)


def _refused(detail: str) -> ConfigurationError:
    return ConfigurationError(
        ErrorCode.SOURCE_REFUSED,
        f"The bucket refused these credentials ({detail}): check the keys of the connection and the rights on the bucket.",
    )


def open_source(location: str, options: AcquisitionSettings | None) -> S3Source:
    """The bucket at ``s3://bucket/prefix``, with the keys and the endpoint that boto3 finds by itself.

    Raises:
        ConfigurationError: ``source_not_found``: the address names no bucket.
    """
    import boto3
    from botocore.config import Config

    client = boto3.client("s3", config=Config(**s3_client_config(options)))
    return S3Source(client, *bucket_and_prefix(location), retry_policy(options))
