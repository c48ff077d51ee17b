"""A second, independent spreading of documents: who is judged must not decide who is drawn for review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FACTOR = 2_654_435_761  # Knuth's multiplicative hash: the golden ratio in 32 bits


def spread(keys: NDArray[Any]) -> NDArray[Any]:
    """Document keys as numbers in [0, 1), spread otherwise than the keys themselves."""
    import numpy as np

    mixed = keys.astype(np.uint64) * np.uint64(_FACTOR)
    mixed ^= mixed >> np.uint64(15)
    return ((mixed * np.uint64(_FACTOR)) & np.uint64(0xFFFFFFFF)).astype(np.float64) / 2.0**32
