"""Calls to a source that may fail for a while: repeated with growing, jittered pauses, and no longer than a run can wait."""

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
    """How often and how patiently a call is repeated.

    Attributes:
        attempts: Calls in all.
        first_wait_s: Upper bound of the first pause; it doubles each time.
        longest_wait_s: No pause is longer. A source that asks for a longer one is given up for this time: Airflow's own
            retry comes back to it without holding a worker.
    """

    attempts: int = 5
    first_wait_s: float = 0.5
    longest_wait_s: float = 60.0


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """How patiently a source on the network is asked.

    Attributes:
        connect_timeout_s: Longest wait for a connection.
        read_timeout_s: Longest silence of a connection.
        total_timeout_s: Longest time of one answer, however steadily it trickles.
        policy: How calls are repeated.
    """

    connect_timeout_s: float = 10.0
    read_timeout_s: float = 60.0
    total_timeout_s: float = 600.0
    policy: RetryPolicy = field(default_factory=RetryPolicy)


class TransientError(Exception):
    """A call failed in a way that a repetition may mend.

    Args:
        reason: What failed, for a person: a status or the name of an error, never an address with its query.
        retry_after_s: How long the source asks to wait; None where it does not say.
    """

    def __init__(self, reason: str, retry_after_s: float | None = None) -> None:
        super().__init__(reason, retry_after_s)
        self.reason = reason
        self.retry_after_s = retry_after_s


def call_with_retries(call: Callable[[], Result], policy: RetryPolicy, source: str) -> Result:
    """Call until it succeeds, waiting as long as the source asks for, or else a random time in a growing range.

    Args:
        call: Raises :class:`TransientError` where a repetition may help; anything else ends it at once.
        policy: How often, how long.
        source: Name of the source for the message.

    Raises:
        ServiceError: ``source_unavailable``: it failed every time, or asks to be left alone for too long.
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
        None when it says nothing that can be understood.

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
