"""Wrong passwords of the last hour, and how long the next attempt must wait.

The waits are kept in this process: with several API workers each counts for itself. No maintained library has them: `limits`
counts requests in windows, without waits that grow and without a bound on what it keeps.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_FORGET_AFTER_S = 3600.0
_MOST_ENTRIES = 10_000
_SHARED_ALLOWANCE = 4
"""Times the attempts of one user from one address that a user, or an address, has in all."""
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_OF_A_USER_S = 30.0


@dataclass(slots=True)
class _Failures:
    """Wrong attempts of one key, the last of which started at a time."""

    count: int
    last: float


class _Counter(Generic[_Key]):
    """Wrong attempts by key; the oldest keys are dropped when there are too many."""

    def __init__(self, free: int, longest_wait_s: float) -> None:
        self._free = free
        self._longest_wait_s = longest_wait_s
        self._failures: OrderedDict[_Key, _Failures] = OrderedDict()

    def wait_s(self, key: _Key, now: float) -> float:
        """Seconds until the next attempt of a key may start; 0: now."""
        failures = self._failures.get(key)
        if failures is None:
            return 0.0
        if now - failures.last > _FORGET_AFTER_S:
            del self._failures[key]
            return 0.0
        beyond = failures.count - self._free
        if beyond < 0:
            return 0.0
        wait = min(_FIRST_WAIT_S * 2.0 ** min(beyond, 30), self._longest_wait_s)
        return max(0.0, failures.last + wait - now)

    def add(self, key: _Key, now: float) -> None:
        """Count an attempt."""
        count = self._failures[key].count if key in self._failures else 0
        self._failures[key] = _Failures(count + 1, now)
        self._failures.move_to_end(key)
        while len(self._failures) > _MOST_ENTRIES:
            self._failures.popitem(last=False)

    def take_back(self, key: _Key) -> None:
        """Count one attempt less."""
        if key in self._failures:
            self._failures[key].count -= 1
            if self._failures[key].count <= 0:
                del self._failures[key]

    def forget(self, key: _Key) -> None:
        """Count from nothing again."""
        self._failures.pop(key, None)


class LoginAttempts:
    """How long a user at an address must wait for the next attempt.

    One user at one address has a few attempts free; then each wrong one doubles the wait. All addresses of a user together,
    and all users of an address together, have four times as many. What others try from elsewhere makes a user wait for half
    a minute at most, and not at all at an address from which they have logged in before. Whether a user exists makes no
    difference. Names are kept as keyed hashes.

    Args:
        free: Wrong attempts of one user from one address that cost no wait.
        longest_wait_s: Longest wait, seconds.
        clock: Seconds that only grow.
    """

    def __init__(self, free: int, longest_wait_s: float, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._pairs: _Counter[tuple[bytes, str]] = _Counter(free, longest_wait_s)
        self._users: _Counter[bytes] = _Counter(
            free * _SHARED_ALLOWANCE, min(longest_wait_s, _LONGEST_WAIT_OF_A_USER_S)
        )
        self._addresses: _Counter[str] = _Counter(free * _SHARED_ALLOWANCE, longest_wait_s)
        self._trusted: OrderedDict[tuple[bytes, str], None] = OrderedDict()

    def begin(self, user: str, address: str) -> float:
        """Start an attempt, which counts as wrong until it ends, so that many at once get no further than one by one.

        Returns:
            Seconds to wait when the attempt may not start yet, and is not counted; otherwise 0.
        """
        name, now = self._hash(user), self._clock()
        waits = [self._pairs.wait_s((name, address), now), self._addresses.wait_s(address, now)]
        if (name, address) not in self._trusted:
            waits.append(self._users.wait_s(name, now))
        if any(waits):
            return max(waits)
        self._pairs.add((name, address), now)
        self._users.add(name, now)
        self._addresses.add(address, now)
        return 0.0

    def succeeded(self, user: str, address: str) -> None:
        """End an attempt: the password was right. Other users of the address stay counted."""
        name = self._hash(user)
        self._pairs.forget((name, address))
        self._users.take_back(name)
        self._addresses.take_back(address)
        self._trusted[name, address] = None
        self._trusted.move_to_end((name, address))
        if len(self._trusted) > _MOST_ENTRIES:
            self._trusted.popitem(last=False)

    def undecided(self, user: str, address: str) -> None:
        """End an attempt that tried no password: the request was malformed, or the server failed."""
        name = self._hash(user)
        self._pairs.take_back((name, address))
        self._users.take_back(name)
        self._addresses.take_back(address)

    def _hash(self, user: str) -> bytes:
        return hashlib.blake2b(
            user.strip().casefold().encode(errors="surrogatepass"), key=self._key, digest_size=16
        ).digest()
