"""Functions of pdfium without type checks of the arguments, for loops over thousands of characters and objects.

ctypes compares every argument with the type that pypdfium2 declares, which takes longer than the function itself. The same
functions, declared with plain addresses, take two thirds of the time.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any


@cache
def plain_call(name: str, result: Any, *arguments: Any) -> Any:
    """A function of pdfium that takes addresses for pointers.

    Args:
        name: As in :mod:`pypdfium2.raw`.
        result: Its ctypes type; None for none.
        arguments: Their ctypes types: ``c_void_p`` for every pointer. None for a function that is given a ``c_void_p`` and an
            ``int`` of C: these are passed unchanged, which takes less time.
    """
    import pypdfium2.raw as pdfium

    address = ctypes.cast(getattr(pdfium, name), ctypes.c_void_p).value or 0
    return ctypes.CFUNCTYPE(result, *arguments)(address)


def address_of(handle: Any) -> int:
    """The address that a handle of pdfium holds."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0
