"""Dataclasses as plain data, which JSON can hold, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Kind = TypeVar("Kind")


def to_plain(value: Any, digits: int | None = None) -> Any:
    """A value as dicts, lists, strings and numbers.

    Args:
        value: A dataclass, a model of pydantic, an enumeration, a time (ISO 8601), a collection or a plain value.
        digits: Places to which numbers with a fraction are rounded; None keeps them.

    Example:
        >>> to_plain({"seen": (1.23456, None)}, digits=2)
        {'seen': [1.23, None]}
    """
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return value if digits is None else round(value, digits)
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return {key: to_plain(one, digits) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(one, digits) for one in value]
    return _object_to_plain(value, digits)


def _object_to_plain(value: Any, digits: int | None) -> Any:
    if is_dataclass(value):
        return {one.name: to_plain(getattr(value, one.name), digits) for one in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "model_dump"):
        return to_plain(value.model_dump(mode="json"), digits)
    raise TypeError(f"{type(value).__name__} has no plain form.")


def from_plain(kind: type[Kind], data: object) -> Kind:
    """Read what :func:`to_plain` gave: lists become tuples, and texts enumerations, as the class says.

    Keys that the class does not have are passed over, and those that older versions did not write have their defaults.

    Args:
        kind: A dataclass.
        data: Its plain form.

    Raises:
        ValueError: The data has another form. The message names attributes of the class and never a value.
    """
    from pydantic import ValidationError

    try:
        read: Kind = _adapter(cast("Any", kind)).validate_python(data)
    except ValidationError as error:
        wrong = {str(fault["loc"][0]) if fault["loc"] else "all of it" for fault in error.errors(include_input=False)}
    else:
        return read
    # Raised outside the block: pydantic's error holds the values, and must not travel with this one.
    raise ValueError(f"This is not a {kind.__name__}: see {', '.join(sorted(wrong))}.")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
