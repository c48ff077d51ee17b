"""How alerts reach people: channels, routes, quiet hours, limits. Read from YAML, checked when it is loaded."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, field_validator, model_validator

from student_loans.alerts.model import Severity
from student_loans.config_files import Section, read_config
from student_loans.registrations import CHANNELS

CONFIG_FILE = "alerts_config.yaml"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


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


class Route(Section):
    """Who is told of alerts of one severity.

    Attributes:
        send_to: Each of these channels.
        fallback: Tried in order where one of them cannot be reached.
    """

    send_to: tuple[str, ...] = Field(min_length=1)
    fallback: tuple[str, ...] = ()


class QuietHours(Section):
    """When nobody is disturbed: messages wait until the end."""

    start: time
    end: time
    timezone: str = "UTC"
    days: tuple[str, ...] = _DAYS
    except_severities: tuple[Severity, ...] = (Severity.CRITICAL,)

    @field_validator("start", "end", mode="before")
    @classmethod
    def _is_quoted(cls, value: object) -> object:
        if not isinstance(value, str | time):
            raise ValueError("write the time in quotes: YAML reads 22:00 as a number")
        return value

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{value!r} is no time zone") from error
        return value

    @field_validator("days")
    @classmethod
    def _are_days(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := sorted(set(value) - set(_DAYS)):
            raise ValueError(f"no days of the week: {', '.join(unknown)}")
        return value

    def ends(self, now: datetime) -> datetime | None:
        """When the quiet that holds now ends; None when it is not quiet. A night belongs to the day it starts on."""
        local = now.astimezone(ZoneInfo(self.timezone))
        for days_back in (0, 1):
            day = local.date() - timedelta(days=days_back)
            if _DAYS[day.weekday()] not in self.days:
                continue
            begin = datetime.combine(day, self.start, local.tzinfo)
            end_day = day if self.start < self.end else day + timedelta(days=1)
            end = datetime.combine(end_day, self.end, local.tzinfo)
            if begin <= local < end:
                return end.astimezone(now.tzinfo)
        return None


class RateLimit(Section):
    """At most so many messages a channel within some minutes; the rest waits and goes out together."""

    messages: int = Field(ge=1)
    minutes: int = Field(ge=1)
    except_severities: tuple[Severity, ...] = (Severity.CRITICAL,)


class Escalation(Section):
    """Tell somebody else while nobody acknowledges an alert."""

    severities: tuple[Severity, ...] = (Severity.CRITICAL,)
    after_minutes: int = Field(ge=1)
    times: int = Field(default=1, ge=1, le=20)
    send_to: tuple[str, ...] = Field(min_length=1)
    fallback: tuple[str, ...] = ()


class DeliveryConfig(Section):
    """How often and how long a message is tried."""

    retry_minutes: tuple[float, ...] = Field(default=(1, 5, 15, 60), min_length=1)
    give_up_hours: float = Field(default=72, gt=0)
    claim_minutes: float = Field(default=5, gt=0, description="A claim older than this belongs to a dead process.")
    timeout_s: float = Field(default=10, gt=0, description="Longest wait for a channel.")
    most_in_message: int = Field(default=20, ge=1)


class AlertsConfig(Section):
    """Everything about reaching people."""

    channels: dict[str, ChannelConfig]
    routes: dict[Severity, Route]
    recovery: bool = True
    quiet_hours: QuietHours | None = None
    rate_limit: RateLimit | None = None
    escalation: Escalation | None = None
    delivery: DeliveryConfig = DeliveryConfig()
    keep_days: int = Field(default=400, ge=1, description="Resolved alerts and metrics older than this are deleted.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if missing := [severity.value for severity in Severity if severity not in self.routes]:
            raise ValueError(f"no route for {', '.join(missing)}")
        named = {name for route in self.routes.values() for name in (*route.send_to, *route.fallback)}
        if self.escalation:
            named |= {*self.escalation.send_to, *self.escalation.fallback}
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


def chains(send_to: tuple[str, ...], fallback: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Each channel with those that stand in for it; a channel that is told anyway stands in for nobody.

    Example:
        >>> chains(("slack", "email"), ("email", "log"))
        [('slack', 'log'), ('email', 'log')]
    """
    stand_ins = tuple(name for name in fallback if name not in send_to)
    return [(name, *stand_ins) for name in send_to]
