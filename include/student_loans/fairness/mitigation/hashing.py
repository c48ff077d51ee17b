"""A second, independent hash of documents: the split for judging must not determine the draw for review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FACTOR = 2_654_435_761  # Knuth's multiplicative hash: the golden ratio in 32 bits


def spread(keys: NDArray[Any]) -> NDArray[Any]:
    """Document keys as numbers in [0, 1), in another distribution than the keys themselves."""
    import numpy as np

    mixed = keys.astype(np.uint64) * np.uint64(_FACTOR)
    mixed ^= mixed >> np.uint64(15)
    return ((mixed * np.uint64(_FACTOR)) & np.uint64(0xFFFFFFFF)).astype(np.float64) / 2.0**32
