"""What a channel is. The real ones adapt Airflow's hooks and live in the plugin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from student_loans.alerts.model import Message


class ChannelError(Exception):
    """A channel did not take a message.

    Args:
        code: For the history, such as ``http_500`` or ``ConnectionRefusedError``; never the channel's own words, which
            may quote addresses with tokens.
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
        """Send; returns once the other side has taken it.

        Raises:
            ChannelError: It was not taken.
        """


Channels = Mapping[str, Channel]
"""By the names of ``alerts_config.yaml``."""
