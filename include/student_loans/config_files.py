"""Configuration files as typed data: one reader for all of them, which names every fault with its file and its place.

YAML is parsed by libyaml: that takes a tenth of the time of the parser in Python, and each task reads some of these files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from copy import deepcopy
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from student_loans.errors import ConfigurationError, ErrorCode

Shape = TypeVar("Shape")
FOLDER = resources.files("student_loans.config")
"""The files that ship with the product."""


class Section(BaseModel):
    """Part of a configuration file: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def read_config(
    shipped: str,
    shape: type[Shape],
    path: Path | None = None,
    *,
    named: str = "",
    prefix: str = "",
    environment: Mapping[str, str] | None = None,
) -> Shape:
    """Read a YAML or JSON file of ``include/student_loans/config``, or another in its place.

    Args:
        shipped: Its name.
        shape: What it holds: a model, a dataclass, or a type such as ``dict[str, str]``.
        path: The file in its place; None means the one that ships with the product.
        named: Key of a list whose items have names, so that a message names the item.
        prefix: Of environment variables that override the file: ``PREFIX`` and the keys, ``SECTION__KEY``; empty for none.
        environment: The variables; None means the process's own.

    Raises:
        ConfigurationError: ``invalid_settings``, naming the file and the line or each key.
    """
    where = str(path or shipped)
    text = read_text(path or FOLDER.joinpath(shipped), where)
    data = json_data(text, where) if Path(where).suffix == ".json" else yaml_data(text, where)
    variables = _variables(prefix, os.environ if environment is None else environment)
    if variables:
        where += f" or the variables {prefix}…"
    return checked(_overridden(data, variables), shape, where, named=named)


def read_text(file: Traversable, where: str) -> str:
    """The text of a configuration file.

    Raises:
        ConfigurationError: ``invalid_settings``, naming ``where``: there is no such file, or it is not text.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(f"{where} cannot be read: {_reason(error)}.") from error


def yaml_data(text: str, where: str) -> Any:
    """The content of a YAML text: plain data, no objects.

    Raises:
        ConfigurationError: ``invalid_settings``, naming ``where`` and the line.
    """
    import yaml

    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else text.count("\n", 0, getattr(error, "position", 0)) + 1
        raise _wrong(f"{where} is not YAML (line {line}).") from error


def json_data(text: str, where: str) -> Any:
    """The content of a JSON text.

    Raises:
        ConfigurationError: ``invalid_settings``, naming ``where`` and the line.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise _wrong(f"{where} is not JSON (line {error.lineno}).") from error


def checked(data: Any, shape: type[Shape], where: str, *, named: str = "") -> Shape:
    """Data as a shape.

    Args:
        data: Plain data.
        shape: As of :func:`read_config`.
        where: The file, for the message.
        named: As of :func:`read_config`.

    Raises:
        ConfigurationError: ``invalid_settings``, naming ``where`` and each wrong key.
    """
    try:
        return TypeAdapter(shape).validate_python(data)
    except ValidationError as error:
        faults = "; ".join(_fault(fault["loc"], fault["msg"], data, named) for fault in error.errors())
        raise _wrong(f"Correct {where}: {faults}.") from error


def _variables(prefix: str, environment: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """The variables with a prefix, by the keys that they override."""
    if not prefix:
        return {}
    own = {name.removeprefix(prefix): value for name, value in environment.items() if name.startswith(prefix)}
    return {tuple(name.lower().split("__")): value for name, value in own.items()}


def _overridden(data: Any, variables: Mapping[tuple[str, ...], str]) -> Any:
    """The data with other values; a value that is not a section is unchanged, so that validation reports it."""
    data = deepcopy(data)
    for (*sections, key), value in variables.items():
        place = data
        for section in sections:
            place = place.setdefault(section, {}) if isinstance(place, dict) else None
        if isinstance(place, dict):
            place[key] = value
    return data


def _fault(location: tuple[int | str, ...], message: str, data: Any, named: str) -> str:
    """One fault with its place; an item of a list goes by its name rather than its number."""
    parts = [str(part) for part in location]
    is_item = named and len(location) > 1 and location[0] == named and isinstance(location[1], int)
    if is_item and (name := _name_of(data[named][location[1]])):
        parts[:2] = [f"{named} {name!r}"]
    return f"{'.'.join(parts) or 'the file'}: {message.removeprefix('Value error, ')}"


def _name_of(item: Any) -> str | None:
    """The name of an item of a list, which is in its ``meta`` where it has one."""
    if not isinstance(item, dict):
        return None
    meta = item.get("meta")
    return item.get("name") or (meta.get("name") if isinstance(meta, dict) else None)


def _reason(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return f"it is not UTF-8 (byte {error.start + 1})"


def _wrong(message: str) -> ConfigurationError:
    return ConfigurationError(ErrorCode.INVALID_SETTINGS, message)
