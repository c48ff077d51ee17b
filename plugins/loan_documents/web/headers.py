"""Security headers on responses: of the plugin's own pages, and of Airflow's."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALL = {"x-content-type-options": "nosniff", "referrer-policy": "same-origin"}
_OWN_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
"""Pages load nothing from other hosts, and only Airflow may frame them. Inline styles are for the charts."""
_NOT_PAGES = ("/execution/", "/static/", "/auth/static/")
"""Calls of tasks, and files that are the same for everybody and may stay in a browser's cache."""


class SecurityHeaders:
    """Adds headers that a response does not set itself; nothing with people's data stays in a browser's cache."""

    def __init__(self, app: ASGIApp, policy: str = _OWN_POLICY) -> None:
        self._app = app
        self._headers = _ALL | ({"content-security-policy": policy} if policy else {}) | {"cache-control": "no-store"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with the headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_missing(MutableHeaders(scope=message), self._headers)
            await send(message)

        await self._app(scope, receive, with_headers)


class AirflowHeaders(SecurityHeaders):
    """The same for Airflow's own pages and API, with the policy of the setting ``web.content_security_policy``."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, with the headers unless it is none of a page."""
        if scope["type"] == "http" and not scope["path"].removeprefix(scope.get("root_path", "")).startswith(
            _NOT_PAGES
        ):
            await super().__call__(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _add_missing(headers: MutableHeaders, wanted: Mapping[str, str]) -> None:
    for name, value in wanted.items():
        headers.setdefault(name, value)
