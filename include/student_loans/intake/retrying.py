"""Retries of calls to a source, with growing random pauses that are limited to what a run can wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from student_loans.errors import ErrorCode, ServiceError

if TYPE_CHECKING:
    from tenacity import RetryCallState

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a call is repeated, and with which pauses.

    Attributes:
        attempts: Calls in all.
        first_wait_s: Upper bound of the first pause; it doubles each time.
        longest_wait_s: Upper bound of every pause. If a source asks for a longer pause, the call fails: Airflow's own
            retry repeats the task later and holds no worker meanwhile.
    """

    attempts: int = 5
    first_wait_s: float = 0.5
    longest_wait_s: float = 60.0


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """Timeouts and retries of a source on the network.

    Attributes:
        connect_timeout_s: Longest wait for a connection.
        read_timeout_s: Longest silence of a connection.
        total_timeout_s: Longest time for one whole response, even if data keeps arriving.
        policy: How calls are repeated.
    """

    connect_timeout_s: float = 10.0
    read_timeout_s: float = 60.0
    total_timeout_s: float = 600.0
    policy: RetryPolicy = field(default_factory=RetryPolicy)


class TransientError(Exception):
    """A call failed, and a retry may succeed.

    Args:
        reason: What failed, for a person: a status or the name of an error, never an address with its query.
        retry_after_s: Seconds that the source asks to wait; None if it does not state any.
    """

    def __init__(self, reason: str, retry_after_s: float | None = None) -> None:
        super().__init__(reason, retry_after_s)
        self.reason = reason
        self.retry_after_s = retry_after_s


def call_with_retries(call: Callable[[], Result], policy: RetryPolicy, source: str) -> Result:
    """Call until it succeeds. Wait as long as the source asks, or a random time in a growing range.

    Args:
        call: Raises :class:`TransientError` where a repetition may help; anything else ends it at once.
        policy: How often, how long.
        source: Name of the source for the message.

    Raises:
        ServiceError: ``source_unavailable``: it failed every time, or asks for too long a pause.
    """
    import tenacity

    jittered = tenacity.wait_random_exponential(multiplier=policy.first_wait_s, max=policy.longest_wait_s)

    def wait(state: RetryCallState) -> float:
        asked = _asked(state)
        return jittered(state) if asked is None else asked

    def give_up(state: RetryCallState) -> bool:
        return state.attempt_number >= policy.attempts or (_asked(state) or 0.0) > policy.longest_wait_s

    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(TransientError),
        wait=wait,
        stop=give_up,
        reraise=True,
    )
    try:
        return retrying(call)
    except TransientError as error:
        raise ServiceError(
            ErrorCode.SOURCE_UNAVAILABLE,
            f"{source} failed ({error.reason}): check that it runs and can be reached; the run takes up where it ended.",
        ) from error


def _asked(state: RetryCallState) -> float | None:
    error = state.outcome.exception() if state.outcome else None
    return error.retry_after_s if isinstance(error, TransientError) else None


def parse_retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds that a ``Retry-After`` header asks for (RFC 9110, section 10.2.3): a number, or a date.

    Args:
        value: The header.
        now: The time; None means the clock's.

    Returns:
        None if the header cannot be parsed.

    Example:
        >>> parse_retry_after("7"), parse_retry_after("soon")
        (7.0, None)
    """
    from email.utils import parsedate_to_datetime

    if not value:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - (now or datetime.now(UTC))).total_seconds())
