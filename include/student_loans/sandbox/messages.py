"""Messages between parent and child: pickled bytes, of which the parent unpickles only data of this project."""

from __future__ import annotations

import importlib
import io
import pickle
import sys
from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from enum import Enum, StrEnum
from typing import Any

from student_loans.errors import LoanDocumentError

_OURS = "student_loans."


class MessageKind(StrEnum):
    """The kind of a message of the child."""

    READY = "ready"
    ITEM = "item"
    """One result; more may follow."""
    PROGRESS = "progress"
    """A step is done: see :mod:`student_loans.sandbox.progress`."""
    DONE = "done"
    ERROR = "error"
    """An error of ours."""
    FAULT = "fault"
    """Anything else that was raised: the name of its class and where, no message: that may quote the document."""
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class ChildMessage:
    """One message of the child."""

    kind: MessageKind
    content: Any = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request to the child: the name and arguments of a function of this project."""

    module: str
    function: str
    arguments: tuple[Any, ...]
    limit_s: float

    @classmethod
    def of(cls, function: Callable[..., Any], arguments: tuple[Any, ...], limit_s: float) -> Call:
        """A call of a function that stands at the top level of a module."""
        module = function.__module__
        if module == "__main__":  # of this process; the child has another
            module = sys.modules[module].__spec__.name  # type: ignore[union-attr]
        return cls(module, function.__qualname__, arguments, limit_s)

    def resolve(self) -> Callable[..., Any]:
        """The function."""
        found: Callable[..., Any] = getattr(importlib.import_module(self.module), self.function)
        return found


def pack(value: object) -> bytes:
    """A value as bytes."""
    return pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)


class _OwnDataOnly(pickle.Unpickler):
    """Makes dataclasses, enumerations and errors of this project, and builtin data; refuses every other name."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith(_OURS):
            found = super().find_class(module, name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum | LoanDocumentError)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no data of ours.")


def unpack(content: bytes) -> ChildMessage:
    """A message of the child.

    Raises:
        pickle.UnpicklingError: The bytes are not such a message.
    """
    message = _OwnDataOnly(io.BytesIO(content)).load()
    if not isinstance(message, ChildMessage):
        raise pickle.UnpicklingError("This is no message.")
    return message
