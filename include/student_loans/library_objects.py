"""Objects of libraries that take long to load, such as models: loaded once in a process, or before it is forked.

Forks share the memory of their parent, so they can use the objects stored here. A server of tasks loads them, then unloads
this project's code, so that every task imports the code of its own start, and passes the objects to the tasks' copy of this
module. So only objects of libraries may be stored here, never of this project's classes. They must not need other threads,
because a fork does not have its parent's threads; a request to an OpenVINO model of one thread runs in the calling thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from student_loans.fingerprints import reader_code_version

Key = tuple[str | int, ...]
Made = tuple[str, dict[Key, Any]]
"""The version of the code that loaded some objects, and the objects by their keys."""
T = TypeVar("T")

_objects: dict[Key, Any] = {}


def load_once(key: Key, make: Callable[[], T]) -> T:
    """The object of that name; it is loaded if it is not yet here.

    Args:
        key: Kind and parameters of the object: ``("detection", "tiny", 1440, 1120)``.
        make: Loads it.
    """
    if key not in _objects:
        _objects[key] = make()
    made: T = _objects[key]
    return made


def hand_out() -> Made:
    """The objects of this process, for :func:`take_over` in its forks."""
    return reader_code_version(), dict(_objects)


def take_over(made: Made) -> None:
    """Use the objects of the parent process, unless the code that loaded them has changed since then."""
    version, objects = made
    if version == reader_code_version():
        _objects.update(objects)
