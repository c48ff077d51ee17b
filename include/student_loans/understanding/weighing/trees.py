"""Gradient-boosted trees of LightGBM, evaluated by its library without its Python package, which takes seconds to import."""

from __future__ import annotations

import ctypes
import importlib.util
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from student_loans.errors import ConfigurationError, ErrorCode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DOUBLES, _ROW_BY_ROW, _PROBABILITIES, _ALL_TREES = 1, 1, 0, -1
"""Constants of LightGBM's C interface (``c_api.h``): type and order of the numbers, what to predict, with how many trees."""
_OPTIONS = b"num_threads=1"
"""Documents are read in parallel, so one is read by one thread."""


@cache
def _library() -> ctypes.CDLL:
    """LightGBM's library.

    Raises:
        ConfigurationError: ``invalid_settings``: it is not installed, or the system's OpenMP library is missing.
    """
    found = importlib.util.find_spec("lightgbm")
    if found is None or found.origin is None:
        raise ConfigurationError(ErrorCode.INVALID_SETTINGS, "lightgbm is not installed: run make setup.")
    path = next(Path(found.origin).parent.rglob("lib_lightgbm*"))
    try:
        return ctypes.CDLL(str(path))
    except OSError as error:
        raise ConfigurationError(
            ErrorCode.INVALID_SETTINGS,
            "LightGBM cannot be loaded: install libgomp1, the OpenMP library (packages.txt).",
        ) from error


class Trees:
    """An ensemble of trees that gives a probability.

    Args:
        text: The model in LightGBM's text format.

    Raises:
        ConfigurationError: ``invalid_settings``: the text is no such model.
    """

    def __init__(self, text: str) -> None:
        self._handle, iterations, columns = ctypes.c_void_p(), ctypes.c_int(), ctypes.c_int()
        library = _library()
        failed = library.LGBM_BoosterLoadModelFromString(
            ctypes.c_char_p(text.encode()), ctypes.byref(iterations), ctypes.byref(self._handle)
        )
        if failed or library.LGBM_BoosterGetNumFeature(self._handle, ctypes.byref(columns)):
            raise ConfigurationError(
                ErrorCode.INVALID_SETTINGS, "The fitted trees cannot be read: fit the reading again."
            )
        self.columns = columns.value

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            _library().LGBM_BoosterFree(self._handle)

    def probabilities(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probability of each row, in [0, 1].

        Args:
            rows: (rows, :attr:`columns`).

        Raises:
            ValueError: There are more or fewer columns than the trees were fitted on.
        """
        import numpy as np

        if rows.shape[1] != self.columns:
            raise ValueError(f"the trees were fitted on {self.columns} columns, not {rows.shape[1]}")
        data = np.ascontiguousarray(rows, np.float64)
        found, length = np.zeros(len(data)), ctypes.c_int64()
        failed = _library().LGBM_BoosterPredictForMat(
            self._handle,
            data.ctypes.data_as(ctypes.c_void_p),
            _DOUBLES,
            ctypes.c_int32(len(data)),
            ctypes.c_int32(self.columns),
            _ROW_BY_ROW,
            _PROBABILITIES,
            0,
            _ALL_TREES,
            ctypes.c_char_p(_OPTIONS),
            ctypes.byref(length),
            found.ctypes.data_as(ctypes.c_void_p),
        )
        if failed:
            raise RuntimeError("LightGBM failed to evaluate its trees")
        return found
