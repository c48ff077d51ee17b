"""An HTTP API behind an Airflow connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow.sdk import Connection

    from loan_documents.hooks.document_source import DocumentSourceHook
    from student_loans.intake.sources import DocumentSource
    from student_loans.intake.sources.http_api import HttpApiOptions
    from student_loans.settings import AcquisitionSettings


def open_connected(hook: DocumentSourceHook, options: AcquisitionSettings) -> DocumentSource:
    """An API, with the token and options of its connection, if there is one."""
    from student_loans.intake.sources import http_api

    if not hook.conn_id:
        return http_api.open_source(hook.source, options)
    connection = hook.get_connection(hook.conn_id)
    return http_api.HttpApiSource(hook.source, connection.password or None, http_options(connection, options))


def http_options(connection: Connection, options: AcquisitionSettings) -> HttpApiOptions:
    """Options of an API, from the extra of its connection."""
    from student_loans.intake.sources.http_api import HttpApiOptions
    from student_loans.intake.sources.opening import network_options

    extra = connection.extra_dejson
    chosen = {name: str(extra[name]) for name in ("items_key", "next_key", "since_parameter") if name in extra}
    hosts = tuple(str(host) for host in extra.get("hosts", ()))
    return HttpApiOptions(hosts=hosts, network=network_options(options), **chosen)
