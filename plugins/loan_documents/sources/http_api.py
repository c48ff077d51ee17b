"""An HTTP API behind an Airflow connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow.sdk import Connection

    from loan_documents.hooks.document_source import DocumentSourceHook
    from student_loans.intake.sources import DocumentSource, SourceAccess
    from student_loans.intake.sources.http_api import HttpApiOptions
    from student_loans.settings import AcquisitionSettings


def open_connected(hook: DocumentSourceHook, access: SourceAccess) -> DocumentSource:
    """An API, with the token and options of its connection, if there is one. The token is only for the connection's host."""
    from student_loans.intake.sources import http_api
    from student_loans.intake.sources.access import not_allowed

    if not hook.conn_id:
        return http_api.open_source(hook.source, access)
    connection = hook.connection_of("http")
    if not (connection.host and http_api.is_same_origin(hook.source, connection_origin(connection))):
        raise not_allowed(
            "a host that is not the one of the connection", "the connection, as its schema, host and port"
        )
    options = http_options(connection, access.options)
    return http_api.HttpApiSource(hook.source, connection.password or None, options)


def connection_origin(connection: Connection) -> str:
    """The address of the API's host; ``host`` may hold a whole address, as Airflow's own HTTP hook allows."""
    host = connection.host or ""
    if "://" in host:
        return host
    scheme = connection.schema or "https"
    return f"{scheme}://{host}" + (f":{connection.port}" if connection.port else "")


def http_options(connection: Connection, options: AcquisitionSettings | None) -> HttpApiOptions:
    """Options of an API, from the extra of its connection."""
    from urllib.parse import urlsplit

    from loan_documents.sources.s3 import listed_extra
    from student_loans.intake.sources.http_api import HttpApiOptions
    from student_loans.intake.sources.opening import network_options

    extra = connection.extra_dejson
    chosen = {name: str(extra[name]) for name in ("items_key", "next_key", "since_parameter") if name in extra}
    hosts = listed_extra(connection, "hosts")
    own = (urlsplit(connection_origin(connection)).netloc, *hosts)
    private = own if extra.get("private_addresses") is True else ()
    return HttpApiOptions(hosts=hosts, private_hosts=private, network=network_options(options), **chosen)
