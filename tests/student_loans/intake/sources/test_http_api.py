"""An API over real HTTP, in good order and with every fault that networks have."""

from __future__ import annotations

import hashlib
import json
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from student_loans.errors import ConfigurationError, DocumentError, ErrorCode, LoanDocumentError, ServiceError
from student_loans.intake.retrying import NetworkOptions, RetryPolicy, parse_retry_after
from student_loans.intake.sources.base import Fetched, SourceDocument
from student_loans.intake.sources.http_api import HttpApiOptions, HttpApiSource
from tests.fault_server import Answer, FaultServer, fault_server

POLICY = RetryPolicy(attempts=4, first_wait_s=0.01, longest_wait_s=2.0)
NETWORK = NetworkOptions(connect_timeout_s=10.0, read_timeout_s=2.5, total_timeout_s=3.0, policy=POLICY)
"""A busy machine answers in time; only what trickles, a byte in 0.2 s, does not."""
OPTIONS = HttpApiOptions(network=NETWORK)
CONTENT = b"%PDF-1.7 a whole document"


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with fault_server() as running:
        running.on("/doc", Answer(CONTENT))
        yield running


def source_of(server: FaultServer, options: HttpApiOptions = OPTIONS, token: str | None = "t0ken") -> HttpApiSource:
    return HttpApiSource(f"{server.address}/documents", token, options)


def page(*documents: dict[str, object], following: str | None = None) -> Answer:
    return Answer(json.dumps({"documents": documents, "next": following}).encode())


def fetch(server: FaultServer, options: HttpApiOptions = OPTIONS, held: str = "", **about: str) -> Fetched | None:
    location = about.pop("location", f"{server.address}/doc")
    document = SourceDocument(f"{server.address}/doc", "doc", location=location, sha256=about.get("sha256"))
    return source_of(server, options).fetch(document, 1000, held)


def test_a_listing_is_read_page_after_page_with_the_token(server: FaultServer) -> None:
    first = {"url": "/doc", "name": "one.pdf", "size": 25, "version": "v1", "modified_at": "2026-11-20T09:30:00Z"}
    server.on("/documents", page(first, following="/documents?page=2"))
    server.on("/documents?page=2", page({"url": "/doc?id=2"}))
    one, two = source_of(server).list_documents()
    assert (one.name, one.size, one.version) == ("one.pdf", 25, "v1")
    assert one.modified == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert (two.name, two.location) == ("doc", f"{server.address}/doc?id=2")
    assert all(request.headers["Authorization"] == "Bearer t0ken" for request in server.requests)


def test_an_address_that_is_kept_holds_no_query(server: FaultServer) -> None:
    server.on(
        "/documents",
        page({"url": "/doc?signature=s3cret"}, {"url": "/doc?signature=other"}, {"url": "/doc", "id": "7"}),
    )
    documents = list(source_of(server).list_documents())
    assert not any("s3cret" in document.uri for document in documents)
    assert len({document.uri for document in documents}) == 3
    assert source_of(server).uri == f"{server.address}/documents"


def test_the_next_page_may_stand_in_a_link_header(server: FaultServer) -> None:
    link = {"Link": '</documents?page=2>; rel="next"'}
    server.on("/documents", Answer(json.dumps([{"url": "/a"}]).encode(), headers=link))
    server.on("/documents?page=2", Answer(json.dumps([{"url": "/b"}]).encode()))
    assert [document.name for document in source_of(server).list_documents()] == ["a", "b"]


def test_only_what_changed_is_asked_for_where_the_api_can(server: FaultServer) -> None:
    server.on("/documents?since=2026-11-20T00%3A00%3A00%2B00%3A00", page({"url": "/doc"}))
    source = source_of(server, HttpApiOptions(since_parameter="since", network=NETWORK))
    assert source.lists_since
    assert len(list(source.list_documents(datetime(2026, 11, 20, tzinfo=UTC)))) == 1


@pytest.mark.parametrize(
    ("headers", "condition"),
    [
        ({"ETag": '"v1"'}, ("If-None-Match", '"v1"')),
        ({"Last-Modified": "Fri, 20 Nov 2026 09:30:00 GMT"}, ("If-Modified-Since", "Fri, 20 Nov 2026 09:30:00 GMT")),
    ],
)
def test_a_version_that_is_held_is_not_sent_again(
    server: FaultServer, headers: dict[str, str], condition: tuple[str, str]
) -> None:
    server.on("/doc", Answer(CONTENT, headers=headers), Answer(status=304))
    first = fetch(server)
    assert first is not None
    assert fetch(server, held=first.version) is None
    name, value = condition
    assert server.requests[-1].headers[name] == value


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Answer(status=429), id="too-many-requests"),
        pytest.param(Answer(status=500), id="internal-error"),
        pytest.param(Answer(status=503), id="unavailable"),
        pytest.param(Answer(CONTENT, cut_after=5), id="cut-short"),
        pytest.param(Answer(hang_up=True), id="hung-up"),
        pytest.param(Answer(CONTENT, chunk_pause_s=0.2), id="trickling"),
    ],
)
def test_a_fault_that_passes_is_not_seen(server: FaultServer, fault: Answer) -> None:
    server.on("/doc", fault, Answer(CONTENT))
    fetched = fetch(server)
    assert fetched is not None
    assert fetched.content == CONTENT
    assert len(server.asked("/doc")) == 2


@pytest.mark.parametrize("fault", [Answer(status=500), Answer(CONTENT, cut_after=5), Answer(hang_up=True)])
def test_a_fault_that_stays_is_a_service_error(server: FaultServer, fault: Answer) -> None:
    server.on("/doc", fault)
    with pytest.raises(ServiceError) as caught:
        fetch(server)
    assert caught.value.code is ErrorCode.SOURCE_UNAVAILABLE
    assert len(server.asked("/doc")) == POLICY.attempts


def test_the_wait_that_the_api_asks_for_is_kept(server: FaultServer) -> None:
    server.on("/doc", Answer(status=429, headers={"Retry-After": "1"}), Answer(CONTENT))
    started = time.monotonic()
    assert fetch(server) is not None
    assert time.monotonic() - started >= 1.0


def test_an_api_that_asks_for_too_long_a_wait_is_left_to_the_next_try(server: FaultServer) -> None:
    server.on("/doc", Answer(status=503, headers={"Retry-After": "3600"}))
    started = time.monotonic()
    with pytest.raises(ServiceError):
        fetch(server)
    assert time.monotonic() - started < 600  # of the hour that was asked for
    assert len(server.requests) == 1


def test_bytes_must_match_their_checksum(server: FaultServer) -> None:
    assert fetch(server, sha256=hashlib.sha256(CONTENT).hexdigest()) is not None
    with pytest.raises(DocumentError) as caught:
        fetch(server, sha256="0" * 64)
    assert caught.value.code is ErrorCode.CHECKSUM_MISMATCH


@pytest.mark.parametrize("stated", [True, False])
def test_no_more_than_allowed_is_read(server: FaultServer, stated: bool) -> None:
    headers = {} if stated else {"Content-Length": "", "Connection": "close"}
    server.on("/doc", Answer(b"x" * 1001, headers=headers))
    with pytest.raises(DocumentError) as caught:
        fetch(server)
    assert caught.value.code is ErrorCode.FILE_TOO_LARGE


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_document_that_the_api_does_not_give_is_unreadable(server: FaultServer, status: int) -> None:
    server.on("/doc", Answer(status=status))
    with pytest.raises(DocumentError) as caught:
        fetch(server)
    assert caught.value.code is ErrorCode.UNREADABLE_SOURCE


def test_another_host_is_not_asked_unless_it_is_named_and_never_gets_the_token(server: FaultServer) -> None:
    with fault_server() as other:
        other.on("/doc", Answer(CONTENT))
        server.on("/doc", Answer(status=302, headers={"Location": f"{other.address}/doc"}))
        for about in ({}, {"location": f"{other.address}/doc"}, {"location": "file:///etc/passwd"}):
            with pytest.raises(DocumentError) as caught:
                fetch(server, **about)
            assert caught.value.code is ErrorCode.UNREADABLE_SOURCE
        assert other.requests == []
        allowed = HttpApiOptions(hosts=(other.address.removeprefix("http://"),), network=NETWORK)
        assert fetch(server, allowed) is not None
        assert "Authorization" not in other.requests[0].headers


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(status=401), ErrorCode.SOURCE_REFUSED),
        (Answer(status=404), ErrorCode.SOURCE_NOT_FOUND),
        (Answer(status=418), ErrorCode.INVALID_SOURCE),
        (Answer(b"<html>"), ErrorCode.INVALID_SOURCE),
        (Answer(b'{"items": []}'), ErrorCode.INVALID_SOURCE),
        (Answer(status=302, headers={"Location": "http://169.254.169.254/"}), ErrorCode.SOURCE_NOT_ALLOWED),
        (Answer(b'{"documents": [], "next": "/documents"}'), ErrorCode.INVALID_SOURCE),
    ],
)
def test_what_is_no_listing_is_a_wrong_set_up(server: FaultServer, answer: Answer, code: ErrorCode) -> None:
    server.on("/documents", answer)
    with pytest.raises(ConfigurationError) as caught:
        list(source_of(server).list_documents())
    assert caught.value.code is code


def test_an_entry_without_an_address_is_named_and_the_others_are_listed(server: FaultServer) -> None:
    bad: list[Any] = [{"name": "no url.pdf"}, {"url": None, "id": 7}, "text", None, {"url": "http://[::1"}]
    first = json.dumps({"documents": [bad[0], {"url": "/doc"}, *bad[1:]], "next": "/documents?page=2"})
    server.on("/documents", Answer(first.encode()))
    server.on("/documents?page=2", page({"url": ""}))
    listed = list(source_of(server).list_documents())
    assert [one.name for one in listed if one.refusal is None] == ["doc"]
    refused = [one for one in listed if one.refusal]
    assert [one.name for one in refused] == ["no url.pdf", "7", "entry 4", "entry 5", "entry 6", "entry 7"]
    assert {one.refusal.code for one in refused if one.refusal} == {ErrorCode.UNREADABLE_SOURCE}
    assert len({one.uri for one in refused}) == len(refused)


def test_no_message_holds_the_token_or_a_query(server: FaultServer) -> None:
    server.on("/doc?signature=s3cret", Answer(status=500))
    server.on("/documents", Answer(status=401))
    errors: list[LoanDocumentError] = []
    for attempt in (
        lambda: fetch(server, location=f"{server.address}/doc?signature=s3cret"),
        lambda: list(source_of(server).list_documents()),
    ):
        with pytest.raises(LoanDocumentError) as caught:
            attempt()
        errors.append(caught.value)
    assert not any("s3cret" in str(error) or "t0ken" in str(error) for error in errors)


def test_a_wait_is_read_as_seconds_or_as_a_date() -> None:
    now = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert parse_retry_after("120") == 120
    assert parse_retry_after("Fri, 20 Nov 2026 09:31:00 GMT", now) == 60
    assert parse_retry_after("Fri, 20 Nov 2026 09:29:00 GMT", now) == 0
    assert parse_retry_after("-5") is parse_retry_after("soon") is parse_retry_after(None) is None


def portal(server: FaultServer, **other: Any) -> str:
    """An Airflow connection to the server, as JSON."""
    parts = urlsplit(server.address)
    host = {"conn_type": "http", "schema": parts.scheme, "host": parts.hostname, "port": parts.port}
    return json.dumps({**host, "password": "from-airflow", **other})


def test_a_connection_of_airflow_brings_the_token_and_the_options(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from loan_documents.hooks.document_source import DocumentSourceHook

    server.on("/documents", Answer(json.dumps({"items": [{"url": "/doc"}]}).encode()))
    monkeypatch.setenv("AIRFLOW_CONN_PORTAL", portal(server, extra={"items_key": "items"}))
    source = DocumentSourceHook("portal", f"{server.address}/documents").get_conn()
    (document,) = source.list_documents()
    fetched = source.fetch(document, 1000)
    assert fetched is not None
    assert {request.headers["Authorization"] for request in server.requests} == {"Bearer from-airflow"}


@pytest.mark.parametrize("other", [{"conn_type": "smtp"}, {"host": "portal.example"}, {"port": 1}, {"host": None}])
def test_the_password_of_a_connection_goes_to_its_own_host_only(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch, other: dict[str, Any]
) -> None:
    """Who starts a run may name any connection and any address."""
    from loan_documents.hooks.document_source import DocumentSourceHook

    monkeypatch.setenv("AIRFLOW_CONN_PORTAL", portal(server, **other))
    with pytest.raises(ConfigurationError) as caught:
        DocumentSourceHook("portal", f"{server.address}/documents").get_conn()
    wrong_type = "conn_type" in other
    assert caught.value.code is (ErrorCode.MISSING_CONNECTION if wrong_type else ErrorCode.SOURCE_NOT_ALLOWED)
    assert "from-airflow" not in str(caught.value)
    assert server.requests == []


class TestAddresses:
    """A request goes to an address that was checked, whatever the host is called."""

    def named(self, server: FaultServer, host: str) -> str:
        return server.address.replace("127.0.0.1", host)

    def listing(self, server: FaultServer, host: str, **options: Any) -> list[SourceDocument]:
        url = f"{self.named(server, host)}/documents"
        return list(HttpApiSource(url, "t0ken", HttpApiOptions(network=NETWORK, **options)).list_documents())

    @pytest.fixture
    def server(self) -> Iterator[FaultServer]:
        with fault_server() as running:
            running.on("/documents", page({"url": "/doc"}))
            yield running

    @pytest.mark.parametrize(
        "host", ["localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "[::ffff:127.0.0.1]"]
    )
    def test_loopback_is_not_asked_under_any_name(self, server: FaultServer, host: str) -> None:
        with pytest.raises(ConfigurationError) as caught:
            self.listing(server, host)
        assert caught.value.code is ErrorCode.SOURCE_NOT_ALLOWED
        assert server.requests == []

    def test_an_administrator_may_allow_a_host_with_a_private_address(self, server: FaultServer) -> None:
        port = urlsplit(server.address).port
        assert self.listing(server, "localhost", private_hosts=(f"localhost:{port}",))
        with pytest.raises(ConfigurationError):
            self.listing(server, "localhost", private_hosts=(f"localhost:{port + 1 if port else 0}",))

    def test_a_name_that_resolves_to_another_address_after_the_check_gains_nothing(
        self, server: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """DNS rebinding: a public address first, loopback from then on."""
        asked: list[str] = []
        resolve = socket.getaddrinfo

        def rebinding(host: str, *arguments: Any, **options: Any) -> Any:
            if host != "rebind.example":
                return resolve(host, *arguments, **options)
            if options.get("flags"):
                raise socket.gaierror
            asked.append(host)
            return resolve("192.0.2.1" if len(asked) == 1 else "127.0.0.1", *arguments, **options)

        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        for _ in range(3):
            with pytest.raises(ConfigurationError):
                self.listing(server, "rebind.example")
        assert server.requests == []

    def test_a_redirect_to_an_allowed_name_with_a_private_address_is_not_followed(self, server: FaultServer) -> None:
        server.on("/doc", Answer(status=302, headers={"Location": f"{self.named(server, 'localhost')}/private"}))
        allowed = HttpApiOptions(hosts=(urlsplit(self.named(server, "localhost")).netloc,), network=NETWORK)
        with pytest.raises(DocumentError) as caught:
            fetch(server, allowed)
        assert caught.value.code is ErrorCode.UNREADABLE_SOURCE
        assert not server.asked("/private")

    def test_a_download_link_to_the_metadata_service_is_refused_even_if_its_host_is_allowed(
        self, server: FaultServer
    ) -> None:
        metadata = "169.254.169.254"
        allowed = HttpApiOptions(hosts=(metadata,), private_hosts=(metadata,), network=NETWORK)
        with pytest.raises(DocumentError, match="link-local"):
            fetch(server, allowed, location=f"http://{metadata}/latest/meta-data/")

    def test_a_proxy_is_not_asked_for_a_private_address(
        self, server: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", server.address)
        monkeypatch.setenv("http_proxy", server.address)
        with pytest.raises(ConfigurationError):
            list(HttpApiSource("http://0x0a000001/documents", None, OPTIONS).list_documents())
        assert server.requests == []
