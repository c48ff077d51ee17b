"""An HTTP API: a listing in JSON, page after page, and a download for each document.

The listing is an object with a list of documents and the address of the next page::

    {"documents": [{"url": "/documents/17/content", "id": "17", "name": "note.pdf", "size": 48213, "sha256": "9f86…",
                    "version": "3", "modified_at": "2026-11-20T09:30:00Z"}],
     "next": "/documents?page=2"}

Only ``url`` is needed. Addresses may be relative; ``next`` may also come as a ``Link`` header. A document that the
listing gives no ``version`` (or ``etag``) is requested with ``If-None-Match`` or ``If-Modified-Since``.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode, urljoin, urlsplit, urlunsplit

from student_loans.errors import ConfigurationError, DocumentError, ErrorCode
from student_loans.intake.refusals import check_size
from student_loans.intake.retrying import NetworkOptions, TransientError, call_with_retries, parse_retry_after
from student_loans.intake.sources.access import SourceAccess
from student_loans.intake.sources.addresses import (
    AddressNotAllowedError,
    check_numeric_host,
    endpoint,
    names_endpoint,
    names_host,
    refused_address,
    split_url,
)
from student_loans.intake.sources.base import Fetched, SourceDocument, check_sha256, unreadable_row
from student_loans.intake.sources.opening import network_options

if TYPE_CHECKING:
    from requests import PreparedRequest, Response, Session

_CHUNK = 64 * 1024
_LARGEST_PAGE = 32 * 1024 * 1024
"""Bytes of one page of a listing; a page is in memory as a whole."""
_MOST_PAGES = 100_000
"""Pages of a listing after which it counts as endless."""
_MOST_REDIRECTS = 5
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
"""HTTP status codes after which a request is repeated."""
_REFUSED = frozenset({401, 403, 407})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOT_MODIFIED = 304
_ETAG, _MODIFIED = "etag ", "modified "


@dataclass(frozen=True, slots=True)
class HttpApiOptions:
    """Settings of requests to an API.

    Attributes:
        items_key: Key of the list of documents in a page.
        next_key: Key of the next page's address.
        since_parameter: Query parameter by which the API lists only what changed since a time (ISO 8601); empty for none.
        hosts: Further hosts that documents may be downloaded from (``host`` or ``host:port``). They never get the token.
        private_hosts: Of all hosts, those that may have a private or loopback address. A host that is written as an
            address may have this address.
        network: Timeouts and repetitions.
    """

    items_key: str = "documents"
    next_key: str = "next"
    since_parameter: str = ""
    hosts: tuple[str, ...] = ()
    private_hosts: tuple[str, ...] = ()
    network: NetworkOptions = field(default_factory=NetworkOptions)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A response that was read completely."""

    status: int
    url: str
    headers: Mapping[str, str]
    content: bytes
    next_link: str = ""


class HttpDownloader:
    """Reads whole responses, within limits, from one origin and the allowed hosts. Only the origin receives the token.

    Args:
        origin: An address on the API's host.
        token: Bearer token; None where the API needs none.
        options: Timeouts, hosts and repetitions.
    """

    def __init__(self, origin: str, token: str | None = None, options: HttpApiOptions | None = None) -> None:
        self.options = options or HttpApiOptions()
        self._origin = _origin(origin)
        self._token = token
        self._session: Session | None = None

    def fetch(self, document: SourceDocument, max_bytes: int, held: str = "") -> Fetched | None:
        """The bytes of the document at its location; see :meth:`DocumentSource.fetch`."""
        answer = self.get(document.location or document.uri, max_bytes, _conditions(held))
        if answer.status == _NOT_MODIFIED:
            return None
        if answer.status in _REFUSED:
            raise _unreadable(f"status {answer.status}: check the rights of the token")
        if answer.status != 200:
            raise _unreadable(f"status {answer.status}")
        check_sha256(answer.content, document.sha256)
        return Fetched(answer.content, document.version or _version(answer.headers))

    def get(self, url: str, max_bytes: int, headers: Mapping[str, str] | None = None) -> _Answer:
        """Request an address, with retries of errors that may pass.

        Raises:
            DocumentError: ``file_too_large``, or ``unreadable_source`` for an address that is not allowed.
            ServiceError: ``source_unavailable``.
        """
        return call_with_retries(
            lambda: self._follow(url, max_bytes, dict(headers or {})), self.options.network.policy, "The API"
        )

    def _follow(self, url: str, max_bytes: int, headers: dict[str, str]) -> _Answer:
        """Request an address and follow redirects, checking each address against the allowed hosts."""
        for _ in range(_MOST_REDIRECTS):
            answer = self._once(url, max_bytes, headers)
            if answer.status not in _REDIRECTS:
                return answer
            url = urljoin(url, answer.headers.get("Location", ""))
        raise _unreadable("it redirects without end")

    def _once(self, url: str, max_bytes: int, headers: dict[str, str]) -> _Answer:
        import requests
        from urllib3.exceptions import HTTPError

        network = self.options.network
        auth = _Bearer(self._token if self._check_host(url) else None)
        try:
            with self._opened().get(
                url,
                headers={"Accept-Encoding": "identity", **headers},
                auth=auth,
                stream=True,
                allow_redirects=False,
                timeout=(network.connect_timeout_s, network.read_timeout_s),
            ) as response:
                if response.status_code in _TRANSIENT:
                    wait = parse_retry_after(response.headers.get("Retry-After"))
                    raise TransientError(f"status {response.status_code}", wait)
                content = _read(response, max_bytes, network.total_timeout_s) if response.status_code == 200 else b""
                following = response.links.get("next", {}).get("url", "")
                return _Answer(response.status_code, url, response.headers, content, following)
        except (requests.ConnectionError, requests.Timeout, HTTPError) as error:
            raise TransientError(type(error).__name__) from error
        except requests.RequestException as error:
            raise _unreadable(f"its address is not one that can be asked, {type(error).__name__}") from None

    def _check_host(self, url: str) -> bool:
        """Whether the address is on the origin, which receives the token. Other hosts than the allowed ones are refused."""
        parts = split_url(url)
        is_origin = _origin(url) == self._origin
        if not is_origin and not names_host(self.options.hosts, parts):
            raise refused_address("it lies on a host that the connection's extra `hosts` does not name")
        check_numeric_host(*endpoint(parts), private=names_host(self.options.private_hosts, parts))
        return is_origin

    def _opened(self) -> Session:
        if self._session is None:
            from student_loans.intake.sources.guarded_session import guarded_session

            self._session = guarded_session(self._may_be_private)
        return self._session

    def _may_be_private(self, host: str, port: int) -> bool:
        return names_endpoint(self.options.private_hosts, host, port)


class HttpApiSource:
    """The documents that an API lists.

    Args:
        url: Address of the first page of the listing.
        token: Bearer token; None where the API needs none.
        options: How the API is asked.
    """

    def __init__(self, url: str, token: str | None = None, options: HttpApiOptions | None = None) -> None:
        self._url = url
        self._options = options or HttpApiOptions()
        self._downloader = HttpDownloader(url, token, self._options)
        self.uri = _without_secrets(url)
        self.lists_since = bool(self._options.since_parameter)

    def list_documents(self, since: datetime | None = None) -> Iterator[SourceDocument]:
        """Every document of every page, in the order of the API."""
        url, seen, position = self._first_page(since), set[str](), 0
        while url:
            if url in seen or len(seen) >= _MOST_PAGES:
                raise _invalid("its pages follow each other in a circle")
            seen.add(url)
            answer = self._page(url)
            page = _parse_page(answer.content)
            items = page.get(self._options.items_key)
            if not isinstance(items, list):
                raise _invalid(f"a page has no list under {self._options.items_key!r}")
            for position, item in enumerate(items, position + 1):  # noqa: B020 - goes on from the page before
                yield _listed(item, url) or unreadable_row(self.uri, position, _name_of(item))
            following = page.get(self._options.next_key) or answer.next_link
            url = urljoin(url, str(following)) if following else ""

    def fetch(self, document: SourceDocument, max_bytes: int, held: str = "") -> Fetched | None:
        """The bytes of one document."""
        return self._downloader.fetch(document, max_bytes, held)

    def _first_page(self, since: datetime | None) -> str:
        if since is None or not self._options.since_parameter:
            return self._url
        query = urlencode({self._options.since_parameter: since.astimezone(UTC).isoformat()})
        return f"{self._url}{'&' if urlsplit(self._url).query else '?'}{query}"

    def _page(self, url: str) -> _Answer:
        try:
            answer = self._downloader.get(url, _LARGEST_PAGE, {"Accept": "application/json"})
        except AddressNotAllowedError as error:
            raise ConfigurationError(ErrorCode.SOURCE_NOT_ALLOWED, error.message) from None
        except DocumentError as error:
            raise _invalid(f"a page of its listing cannot be had: {error.message}") from None
        if answer.status in _REFUSED:
            raise ConfigurationError(
                ErrorCode.SOURCE_REFUSED,
                f"The API refused the token (status {answer.status}): put a valid one into the connection's password.",
            )
        if answer.status == 404:
            raise ConfigurationError(ErrorCode.SOURCE_NOT_FOUND, "The API has no such listing: check its address.")
        if answer.status != 200:
            raise _invalid(f"it answers with status {answer.status}")
        return answer


class _Bearer:
    """Sets the token, or no login at all: without this class `requests` looks for a login in ``~/.netrc``."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _read(response: Response, max_bytes: int, total_timeout_s: float) -> bytes:
    """Read the whole body, within the limits of size and time."""
    stated = response.headers.get("Content-Length", "")
    if stated.isdigit():
        check_size(int(stated), max_bytes)
    deadline = time.monotonic() + total_timeout_s
    content = bytearray()
    # read1 returns what has arrived; iter_content waits until a chunk is full, so a slow sender could exceed the time limit.
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        content += chunk
        check_size(len(content), max_bytes)
        if time.monotonic() > deadline:
            raise TransientError(f"slower than {total_timeout_s:g} s")
    if stated.isdigit() and len(content) != int(stated) and not response.headers.get("Content-Encoding"):
        raise TransientError("the answer was cut short")
    return bytes(content)


def _conditions(held: str) -> dict[str, str]:
    if held.startswith(_ETAG):
        return {"If-None-Match": held.removeprefix(_ETAG)}
    if held.startswith(_MODIFIED):
        return {"If-Modified-Since": held.removeprefix(_MODIFIED)}
    return {}


def _version(headers: Mapping[str, str]) -> str:
    if etag := headers.get("ETag"):
        return _ETAG + etag
    modified = headers.get("Last-Modified")
    return _MODIFIED + modified if modified else ""


def _parse_page(content: bytes) -> dict[str, Any]:
    import orjson

    try:
        page = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise _invalid("a page is not JSON") from None
    return page if isinstance(page, dict) else {"documents": page}


def _name_of(item: Any) -> str:
    """What a listing calls an entry that has no address."""
    return str(item.get("name") or item.get("id") or "") if isinstance(item, dict) else ""


def _listed(item: Any, page_url: str) -> SourceDocument | None:
    """A document of a listing; None for an entry without an address."""
    url = item.get("url") if isinstance(item, dict) else None
    if not isinstance(url, str) or not url:
        return None
    try:
        location = urljoin(page_url, url)
        identity = _without_secrets(urljoin(page_url, str(item["id"]))) if item.get("id") else _identity(location)
    except ValueError:  # such as a bracket that is not closed
        return None
    name = str(item.get("name") or unquote(urlsplit(location).path.rpartition("/")[2]) or "document")
    size = item.get("size")
    return SourceDocument(
        uri=identity,
        name=name,
        size=size if isinstance(size, int) and size >= 0 else None,
        version=str(item.get("version") or item.get("etag") or ""),
        modified=parse_time(item.get("modified_at")),
        sha256=str(item["sha256"]) if item.get("sha256") else None,
        location=location,
    )


def parse_time(value: object) -> datetime | None:
    """A time in ISO 8601; one without a zone is UTC; None for anything else."""
    try:
        time_ = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return time_ if time_.tzinfo else time_.replace(tzinfo=UTC)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise _unreadable("its address has no such port") from None
    return parts.scheme, parts.hostname, port or {"http": 80, "https": 443}.get(parts.scheme)


def is_same_origin(url: str, other: str) -> bool:
    """Whether two addresses have the same scheme, host and port; an address that cannot be parsed has none."""
    try:
        return _origin(url) == _origin(other)
    except (DocumentError, ValueError):
        return False


def _without_secrets(url: str) -> str:
    """An address without user, password, query and fragment, because it is stored, logged and shown."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def _identity(location: str) -> str:
    """The address that identifies a document. A query, which may hold a signature, is replaced by its digest."""
    query = urlsplit(location).query
    digest = f"?{hashlib.sha256(query.encode()).hexdigest()[:16]}" if query else ""
    return _without_secrets(location) + digest


def _unreadable(reason: str) -> DocumentError:
    return DocumentError(
        ErrorCode.UNREADABLE_SOURCE, f"The API does not give this document ({reason}): correct that and run again."
    )


def _invalid(reason: str) -> ConfigurationError:
    return ConfigurationError(
        ErrorCode.INVALID_SOURCE, f"The API's answer is not the listing of documents that it should be: {reason}."
    )


Download = Callable[[SourceDocument, int, str], Fetched | None]
"""What reads the documents of one scheme: :meth:`DocumentSource.fetch` of something."""


def open_source(location: str, access: SourceAccess) -> HttpApiSource:
    """The API at an address, without a token; its documents may be on any host that is allowed.

    Raises:
        ConfigurationError: ``source_not_allowed``.
    """
    access.check_url(location)
    options = HttpApiOptions(
        hosts=(*access.hosts, *access.private_hosts),
        private_hosts=access.private_hosts,
        network=network_options(access.options),
    )
    return HttpApiSource(location, None, options)
