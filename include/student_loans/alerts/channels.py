"""The interface of a channel. The plugin implements channels with Airflow's hooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from student_loans.alerts.model import Message


class ChannelError(Exception):
    """A channel did not accept a message.

    Args:
        code: For the history, such as ``http_500`` or ``ConnectionRefusedError``; never the channel's own message,
            which may quote addresses with tokens.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ChannelNotConfigured(ChannelError):
    """Its connection does not exist in this deployment, or has no address: a retry does not help."""

    def __init__(self, code: str = "not_configured") -> None:
        super().__init__(code)


class Channel(Protocol):
    """One way to reach people."""

    def send(self, message: Message) -> None:
        """Send a message; return after the server has accepted it.

        Raises:
            ChannelError: The server did not accept it.
        """


Channels = Mapping[str, Channel]
"""By the names of ``alerts_config.yaml``."""
