"""Objects of libraries that take long to make, such as models: made once a process, or before it was forked.

What a process holds here, its forks can use: they share its memory. A server of tasks makes them, forgets this project's code
again, so that every task sees it as it is when it starts, and hands the objects to the tasks' own copy of this module. So only
objects of libraries may be kept here, never of this project's classes, and only what calls nobody's threads when it is used: a
fork has none but its own. A request to an OpenVINO model of one thread infers in the thread that asks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from student_loans.fingerprints import reader_code_version

Key = tuple[str | int, ...]
Made = tuple[str, dict[Key, Any]]
"""The version of the code that made some objects, and those by what they are."""
T = TypeVar("T")

_objects: dict[Key, Any] = {}


def load_once(key: Key, make: Callable[[], T]) -> T:
    """The object of that name, made now if nobody has made it yet.

    Args:
        key: What is made, and of what: ``("detection", "tiny", 1440, 1120)``.
        make: Makes it.
    """
    if key not in _objects:
        _objects[key] = make()
    made: T = _objects[key]
    return made


def hand_out() -> Made:
    """What was made in this process so far, for :func:`take_over` in forks of it."""
    return reader_code_version(), dict(_objects)


def take_over(made: Made) -> None:
    """Use what was made before this process was forked, unless the code that made it has changed since then."""
    version, objects = made
    if version == reader_code_version():
        _objects.update(objects)
