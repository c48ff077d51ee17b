"""Keys and the password of a local Airflow, made once and shared by everything that starts at the same time."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

from scripts.local.private_files import locked, read_object, replace_private


def _fernet_key() -> str:
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


_GENERATORS: dict[str, Callable[[], str]] = {
    "jwt": lambda: secrets.token_hex(32),
    "api": lambda: secrets.token_hex(32),
    "fernet": _fernet_key,
    "password": lambda: secrets.token_urlsafe(12),
    "signing": lambda: secrets.token_hex(32),
}

_ADDED = {"signing"}
"""Secrets that files of earlier versions do not have: data versions were not signed."""


def read_or_make_secrets(home: Path, user: str) -> dict[str, str]:
    """The secrets of an Airflow home; what is missing or damaged is made.

    Args:
        home: ``AIRFLOW_HOME``.
        user: The administrator's name.
    """
    path, passwords = home / "secrets.json", home / "passwords.json"
    values = _valid(path)
    if set(_GENERATORS) <= set(values) and _password(passwords, user) == values["password"]:
        return values
    with locked(home / "secrets.lock"):
        values = _valid(path)  # those of another process that was faster
        missing = set(_GENERATORS) - set(values)
        if missing:
            if path.exists() and missing - _ADDED:
                _report_loss(path, missing)
            values |= {name: _GENERATORS[name]() for name in sorted(missing)}
            replace_private(path, json.dumps(values))
        if _password(passwords, user) != values["password"]:
            others = {name: value for name, value in (read_object(passwords) or {}).items() if isinstance(value, str)}
            replace_private(passwords, json.dumps({**others, user: values["password"]}))
    return values


def _valid(path: Path) -> dict[str, str]:
    values = {name: value for name, value in (read_object(path) or {}).items() if isinstance(value, str) and value}
    if "fernet" in values and not _is_fernet_key(values["fernet"]):
        del values["fernet"]
    return values


def _is_fernet_key(value: str) -> bool:
    from cryptography.fernet import Fernet

    try:
        Fernet(value)
    except ValueError:
        return False
    return True


def _password(path: Path, user: str) -> object:
    return (read_object(path) or {}).get(user)


def _report_loss(path: Path, missing: set[str]) -> None:
    """Keep the damaged file, and say what new secrets mean."""
    copy = path.with_suffix(".json.damaged")
    replace_private(copy, path.read_text(errors="replace"))
    print(f"{path} was damaged: new secrets were made; the old file is {copy}.", file=sys.stderr)
    if "password" in missing:
        print("The password of the UI is a new one: `make up` prints it.", file=sys.stderr)
    if "fernet" in missing and (path.parent / "metadata-version").exists():
        print(
            "Passwords of connections and variables in Airflow's own database were encrypted with the lost key: Airflow"
            " cannot read them. Enter them again in the UI (Admin, Connections and Variables).",
            file=sys.stderr,
        )
