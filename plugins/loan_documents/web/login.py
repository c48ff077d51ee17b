"""Airflow's login slows down after wrong passwords, where the deployment's own user store checks them."""

from __future__ import annotations

import ipaddress
import json
import logging
import math
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from loan_documents.web.login_attempts import LoginAttempts

_LOG = logging.getLogger(__name__)
_PATHS = frozenset({"/auth/token", "/auth/token/cli"})
"""Where the user stores of Airflow (SimpleAuthManager, FAB's auth manager) take passwords and answer 401 to wrong ones."""
_LONGEST_BODY = 16 * 1024
_WRONG_PASSWORD = 401


class LoginLimit:
    """Answers 429 with ``Retry-After`` while a user or an address has to wait; the password is then not looked at."""

    def __init__(self, app: ASGIApp, attempts: LoginAttempts) -> None:
        self._app = app
        self._attempts = attempts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; all but log-ins go on untouched."""
        if not _is_login(scope):
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        if body is None:
            await JSONResponse({"detail": "The request is too large for a login."}, 413)(scope, receive, send)
            return
        user, address = await _user_name(scope, body), _address(scope)
        wait_s = self._attempts.begin(user, address)
        if wait_s:
            await _wait_first(wait_s)(scope, receive, send)
            return
        await self._app(scope, _again(body, receive), self._watched(send, user, address))

    def _watched(self, send: Send, user: str, address: str) -> Send:
        """Learn from the answer whether the password was right."""

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] != _WRONG_PASSWORD:
                right = 200 <= message["status"] < 300
                (self._attempts.succeeded if right else self._attempts.undecided)(user, address)
            await send(message)

        return watched


def _is_login(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "POST":
        return False
    return scope["path"].removeprefix(scope.get("root_path", "")) in _PATHS


def _wait_first(wait_s: float) -> JSONResponse:
    seconds = math.ceil(wait_s)
    _LOG.warning("A login was refused after too many wrong passwords; the next may come in %d s.", seconds)
    detail = f"Too many wrong passwords. Try again in {seconds} seconds."
    return JSONResponse({"detail": detail}, 429, {"Retry-After": str(seconds), "Cache-Control": "no-store"})


async def _read(receive: Receive) -> bytes | None:
    """The body of a request, or None when it is too large for a login."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > _LONGEST_BODY:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Give the application the body that was read already."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _user_name(scope: Scope, body: bytes) -> str:
    """The user name of a login, read as Airflow reads it: JSON or a form; empty when there is none."""
    try:
        stated: Any = json.loads(body)
        name = stated.get("username") if isinstance(stated, dict) else None
    except (ValueError, RecursionError):
        name = await _form_name(scope, body)
    return name if isinstance(name, str) else ""


async def _form_name(scope: Scope, body: bytes) -> object:
    async def only_body() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        async with Request(scope, only_body).form(max_files=0, max_fields=20) as form:
            return form.get("username")
    except (ValueError, HTTPException):  # no form at all: Airflow refuses it as well
        return None


def _address(scope: Scope) -> str:
    """The client's address; of IPv6 the network of 64 bits, in which a client may take any address."""
    host = str((scope.get("client") or ("", 0))[0])
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host
