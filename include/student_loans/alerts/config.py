"""Configuration of channels and of the alerts that they receive, read from YAML and checked when it is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from student_loans.config_files import Section, read_config
from student_loans.registrations import CHANNELS
from student_loans.severity import Severity

CONFIG_FILE = "alerts_config.yaml"


ChannelKind = Annotated[str, AfterValidator(CHANNELS.known)]
_NEED_A_CONNECTION = frozenset({"slack", "email"})


class ChannelConfig(Section):
    """One way to reach people.

    Attributes:
        kind: ``slack``, ``email``, ``log`` or another of :data:`student_loans.registrations.CHANNELS`.
        connection: Airflow connection of ``slack`` (types ``slackwebhook`` and ``slack``) and ``email`` (type ``smtp``).
        to: Addresses, for ``email``; none means those in the connection's extra ``to``.
        room: Slack channel, by its id, for connections of type ``slack``; a webhook has its own.
    """

    kind: ChannelKind
    connection: str = ""
    to: tuple[str, ...] = ()
    room: str = ""

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.kind in _NEED_A_CONNECTION and not self.connection:
            raise ValueError(f"a channel of kind {self.kind} needs a connection")
        return self


class AlertsConfig(Section):
    """The configuration of all channels."""

    channels: dict[str, ChannelConfig]
    routes: dict[Severity, Annotated[tuple[str, ...], Field(min_length=1)]]
    recovery: bool = Field(default=True, description="Whether the channels of an alert hear that its cause is gone.")
    timeout_s: float = Field(default=10, gt=0, description="Longest wait for a channel.")
    give_up_hours: float = Field(default=72, gt=0, description="Messages older than this are not tried again.")
    keep_days: int = Field(default=400, ge=1, description="Resolved alerts and metrics older than this are deleted.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if missing := [severity.value for severity in Severity if severity not in self.routes]:
            raise ValueError(f"no route for {', '.join(missing)}")
        named = {name for route in self.routes.values() for name in route}
        if unknown := sorted(named - self.channels.keys()):
            raise ValueError(f"routes name channels that are not defined: {', '.join(unknown)}")
        return self


def load_alerts_config(path: Path | None = None) -> AlertsConfig:
    """Read and check the configuration.

    Args:
        path: A YAML file; None means the one that ships with the product.

    Raises:
        ConfigurationError: ``invalid_settings``, naming the file and each fault.
    """
    return read_config(CONFIG_FILE, AlertsConfig, path)
