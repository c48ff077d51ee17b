"""What can be added without a change elsewhere: sources, readers and alert channels.

Each is one module and one registration: a line in a table below, or an entry point of an installed package in the group of
the table. A registration names a function as ``package.module:function``; it is imported when it is first asked for.
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
        group: Group of the entry points of other packages.
        own: Name to function, of this product; no entry point takes its place.
    """

    what: str
    group: str
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

        own = EntryPoint(name, self.own[name], self.group) if name in self.own else None
        entry = own or _installed(self.group).get(name)
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


_SOURCES = "student_loans.intake.sources"
SOURCES = Registrations(
    "source",
    "student_loans.sources",
    {
        "": f"{_SOURCES}.folder:open_folder",
        "file": f"{_SOURCES}.folder:open_folder",
        "s3": f"{_SOURCES}.s3:open_bucket",
        "s3a": f"{_SOURCES}.s3:open_bucket",
        "http": f"{_SOURCES}.http_api:open_api",
        "https": f"{_SOURCES}.http_api:open_api",
    },
)
"""By the scheme of an address; a function takes the address and :class:`AcquisitionSettings` or None."""

_CONNECTED = "loan_documents.hooks.document_source"
CONNECTED_SOURCES = Registrations(
    "source with a connection",
    "loan_documents.sources",
    {
        "s3": f"{_CONNECTED}:open_bucket",
        "s3a": f"{_CONNECTED}:open_bucket",
        "http": f"{_CONNECTED}:open_api",
        "https": f"{_CONNECTED}:open_api",
        "postgresql": f"{_CONNECTED}:open_database",
        "postgres": f"{_CONNECTED}:open_database",
    },
)
"""Sources that use an Airflow connection, by scheme; a function takes the :class:`DocumentSourceHook` and the settings."""

READERS = Registrations(
    "reader",
    "student_loans.readers",
    {
        "rapidocr": "student_loans.reading.rapidocr:open_reader",
        "tesseract": "student_loans.reading.tesseract:open_reader",
    },
)
"""By name; a function takes the language, the timeout in seconds and whether it reads stacked strips, not whole pages."""

_NOTIFICATIONS = "loan_documents.notifications"
CHANNELS = Registrations(
    "alert channel",
    "loan_documents.channels",
    {
        "slack": f"{_NOTIFICATIONS}.slack:open_channel",
        "email": f"{_NOTIFICATIONS}.email:open_channel",
        "log": f"{_NOTIFICATIONS}.log:open_channel",
    },
)
"""By the ``kind`` of ``alerts_config.yaml``; a function takes :class:`ChannelConfig` and the timeout in seconds."""
