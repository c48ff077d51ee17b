"""What a module reaches by its imports, at any depth: files of this package, and libraries.

An import counts wherever it stands in the code, and so does a module that a string names, such as one that another process is
started with. Imports for type checkers alone count for nothing, because they never run.

The text is searched rather than parsed: each task asks for its fingerprints when it starts, and parsing the 120 files of a
record's code takes 0.45 s of a core, searching them 0.03 s. A test holds that both find the same.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "student_loans"
ROOT = Path(__file__).resolve().parents[1]
"""The folder that holds the package."""
_KNOWLEDGE = f"{PACKAGE}/config"
_FOR_TYPE_CHECKERS = re.compile(r"^if TYPE_CHECKING:\n(?:(?:[ \t].*)?\n)+", re.MULTILINE)
_FROM = re.compile(r"^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]*(\((?:#.*|[^)#])*\)|.+)", re.MULTILINE)
_IMPORT = re.compile(r"^[ \t]*import[ \t]+(.+)", re.MULTILINE)
_COMMENT = re.compile(r"#.*")
_OWN_MODULE = re.compile(rf'"({PACKAGE}(?:\.\w+)+)"')
_STRING = re.compile(r'"([a-z]\w+)"')
_FILE = re.compile(r'"([\w-]+\.\w+)"')
_LOOKS_UP = "importlib.util"


@dataclass(frozen=True, slots=True)
class Reached:
    """What some modules reach.

    Attributes:
        code: Python files, relative to the folder that holds the package, sorted.
        data: Files of ``config`` and files beside the code that the code names, as above.
        modules: Top-level modules that are neither of this package nor of the standard library.
    """

    code: tuple[str, ...]
    data: tuple[str, ...]
    modules: frozenset[str]


def reached_from(entries: Iterable[str], *, root: Path = ROOT, left_out: Iterable[str] = ()) -> Reached:
    """Follow the imports of some modules of this package.

    Args:
        entries: Names of modules: ``student_loans.preparation.pages``.
        root: The folder that holds the package.
        left_out: Modules that are not followed and do not count.
    """
    done = set(left_out)
    code: set[str] = set()
    data: set[str] = set()
    modules: set[str] = set()
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        if name in done:
            continue
        done.add(name)
        if name.partition(".")[0] != PACKAGE:
            modules.add(name.partition(".")[0])
            continue
        if "." in name:
            waiting.append(name.rpartition(".")[0])  # the package runs first
        file = _file_of(name, root)
        if file is None:
            continue  # a name within a module
        text = file.read_text(encoding="utf-8")
        code.add(file.relative_to(root).as_posix())
        data.update(_data_named(text, file, root))
        waiting += modules_named(text)
    return Reached(tuple(sorted(code)), tuple(sorted(data)), frozenset(modules - sys.stdlib_module_names))


def modules_named(text: str) -> set[str]:
    r"""What the text of a module may import: modules, and names that may be modules.

    Example:
        >>> sorted(modules_named("import numpy as np\nfrom student_loans.pages import (\n    words,  # text\n    gray,\n)"))
        ['numpy', 'student_loans.pages', 'student_loans.pages.gray', 'student_loans.pages.words']
    """
    text = _FOR_TYPE_CHECKERS.sub("", text)
    found = set(_OWN_MODULE.findall(text))
    for statement in _IMPORT.findall(text):
        found.update(_names(statement))
    for module, statement in _FROM.findall(text):
        found.add(module)
        if module.partition(".")[0] == PACKAGE:
            found.update(f"{module}.{name}" for name in _names(statement))
    if _LOOKS_UP in found:  # packages are looked up by their names: each string may be one
        found.update(_STRING.findall(text))
    return found


def _names(statement: str) -> Iterator[str]:
    for part in _COMMENT.sub("", statement).strip(" \t()").split(","):
        if words := part.split():
            yield words[0]


def _file_of(module: str, root: Path) -> Path | None:
    place = root.joinpath(*module.split("."))
    return next((file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()), None)


def _data_named(text: str, file: Path, root: Path) -> Iterator[str]:
    for name in set(_FILE.findall(text)):
        for folder in (root / _KNOWLEDGE, file.parent):
            if (folder / name).is_file():
                yield (folder / name).relative_to(root).as_posix()
