"""What can be added without a change elsewhere: sources, readers and alert channels.

Each is one module and one registration: a line of a table (:data:`READERS` and :data:`CHANNELS` here, ``SOURCES`` beside
them, ``CONNECTED_SOURCES`` in the plugin's hook), or an entry point of an installed package in the group of the table. The
module is imported when its part is first asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from student_loans.errors import ConfigurationError, ErrorCode

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


@dataclass(frozen=True, slots=True)
class Registrations:
    """The parts of one kind.

    Attributes:
        what: The kind, for errors.
        group: Group of the entry points of other packages: ``package.module:function``.
        opens: Name of the function that opens a part, in each module of ``own``.
        own: Name to module, of this product; no entry point takes its place.
    """

    what: str
    group: str
    opens: str
    own: Mapping[str, str]

    def has(self, name: str) -> bool:
        """Whether there is a part of that name."""
        return name in self.own or name in _installed(self.group)

    def known(self, name: str) -> str:
        """The name itself, for validators of settings.

        Raises:
            ValueError: There is no part of that name.
        """
        if not self.has(name):
            raise ValueError(f"there is no {self.what} {name!r}: {self._names()}")
        return name

    def load(self, name: str) -> Any:
        """The function that opens a part.

        Raises:
            ConfigurationError: ``invalid_settings``: there is no part of that name, or it cannot be imported.
        """
        from importlib.metadata import EntryPoint

        entry = _installed(self.group).get(name)
        if name in self.own:
            entry = EntryPoint(name, f"{self.own[name]}:{self.opens}", self.group)
        if entry is None:
            raise ConfigurationError(ErrorCode.INVALID_SETTINGS, f"There is no {self.what} {name!r}: {self._names()}.")
        try:
            return entry.load()
        except (ImportError, AttributeError) as error:
            raise ConfigurationError(
                ErrorCode.INVALID_SETTINGS, f"The {self.what} {name!r} cannot be loaded: {entry.value} is not there."
            ) from error

    def _names(self) -> str:
        names = [name for name in (*self.own, *_installed(self.group)) if name]
        return f"name one of {', '.join(dict.fromkeys(names))}"


@cache
def _installed(group: str) -> Mapping[str, EntryPoint]:
    """The entry points of a group, in installed packages."""
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=group)}


READERS = Registrations(
    "reader",
    "student_loans.readers",
    "open_reader",
    {"rapidocr": "student_loans.reading.rapidocr", "tesseract": "student_loans.reading.tesseract"},
)
"""By name; a function takes the language, the timeout in seconds and whether it reads stacked strips, not whole pages."""

CHANNELS = Registrations(
    "alert channel",
    "loan_documents.channels",
    "open_channel",
    {
        "slack": "loan_documents.notifications.slack",
        "email": "loan_documents.notifications.email",
        "log": "loan_documents.notifications.log",
    },
)
"""By the ``kind`` of ``alerts_config.yaml``; a function takes :class:`ChannelConfig` and the timeout in seconds."""
