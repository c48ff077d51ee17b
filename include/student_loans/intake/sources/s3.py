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
from student_loans.intake.sources.access import SourceAccess
from student_loans.intake.sources.base import Fetched, IgnoreReason, SourceDocument, check_sha256, checksum_mismatch
from student_loans.intake.sources.opening import bucket_and_prefix, retry_policy, s3_client_config
from student_loans.storage.clean_text import storable_address

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


_HADOOP_MARKER = "_$folder$"
"""Ending of the names of objects that Hadoop and EMR write for folders."""


class S3Source:
    """The objects of a folder of a bucket, or one object. An object's version is its ETag.

    ``s3://bucket/2026`` is the object with the key ``2026`` and what is below ``2026/``; ``20260101/`` is not.

    Args:
        client: A boto3 client for S3; it carries the endpoint, the credentials and the timeouts.
        bucket: Its name.
        prefix: A key, or a folder, with or without a slash at its end; empty for the whole bucket.
        policy: How calls are repeated.
    """

    def __init__(self, client: S3Client, bucket: str, prefix: str = "", policy: RetryPolicy | None = None) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix
        self._policy = policy or RetryPolicy()
        self.uri = object_uri(bucket, prefix)

    def list_documents(self, since: datetime | None = None) -> Iterator[SourceDocument]:
        """Every object, in the order of the keys, those without bytes last; S3 lists 1,000 objects in a response."""
        empty: dict[str, dict[str, Any]] = {}
        markers: set[str] = set()
        for entry in self._entries():
            key = entry["Key"]
            markers.update(folder for folder in _folders_of(key) if folder in empty)
            if entry["Size"]:
                yield self._listed(entry)
            else:
                empty[key] = entry
        for key, entry in empty.items():
            yield self._listed(entry, is_marker=key in markers or key.endswith(("/", _HADOOP_MARKER)))

    def covers(self, uri: str) -> bool:
        """Whether an address, as it is recorded, is one of this source."""
        own = storable_address(self.uri).rstrip("/")
        return uri == own or uri.startswith(f"{own}/")

    def fetch(self, document: SourceDocument, max_bytes: int, held: str = "") -> Fetched | None:
        """The bytes of one object, compared with their length and, where the ETag is one, with their MD5."""
        return fetch_object(self._client, document, max_bytes, held, self._policy)

    def _entries(self) -> Iterator[dict[str, Any]]:
        """The object with exactly this key, and those below it."""
        folder = self._prefix
        if folder and not folder.endswith("/"):
            # Of all keys that begin with a text, S3 lists first the one that is the text.
            first = self._list_page(folder, {"MaxKeys": 1}).get("Contents", ())
            yield from (entry for entry in first if entry["Key"] == folder)
            folder += "/"
        more: dict[str, Any] | None = {}
        while more is not None:
            page = self._list_page(folder, more)
            yield from page.get("Contents", ())
            token = page.get("NextContinuationToken")
            more = {"ContinuationToken": token} if token else None

    def _list_page(self, prefix: str, options: dict[str, Any]) -> dict[str, Any]:
        def call() -> dict[str, Any]:
            page: dict[str, Any] = self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, **options)
            return page

        return call_with_retries(lambda: _translated(call), self._policy, "The bucket") or {}

    def _listed(self, entry: dict[str, Any], *, is_marker: bool = False) -> SourceDocument:
        key = entry["Key"]
        below = key.removeprefix(self._prefix) if key != self._prefix else ""
        ignored = None
        if is_marker:
            ignored = IgnoreReason.FOLDER_MARKER
        elif any(part.startswith(".") for part in below.split("/")):
            ignored = IgnoreReason.HIDDEN
        name = key.rstrip("/").rpartition("/")[2] or key
        modified = entry.get("LastModified")
        return SourceDocument(
            object_uri(self._bucket, key), name, entry["Size"], _version(entry), modified, ignored=ignored
        )


def _folders_of(key: str) -> Iterator[str]:
    """The folders that a key is in, without the slash at their end.

    Example:
        >>> list(_folders_of("2026/may/note.pdf"))
        ['2026', '2026/may']
    """
    place = key.find("/")
    while place >= 0:
        yield key[:place]
        place = key.find("/", place + 1)


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


def open_source(location: str, access: SourceAccess) -> S3Source:
    """The bucket at ``s3://bucket/prefix``, with the keys and the endpoint that boto3 finds by itself.

    Raises:
        ConfigurationError: ``source_not_found``: the address names no bucket; ``source_not_allowed``.
    """
    import boto3
    from botocore.config import Config

    bucket, prefix = bucket_and_prefix(location)
    access.check_bucket(bucket, prefix)
    client = boto3.client("s3", config=Config(**s3_client_config(access.options)))
    return S3Source(client, bucket, prefix, retry_policy(access.options))
