"""Text that every store can hold."""

from __future__ import annotations

from typing import Any

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def storable(text: str) -> str:
    r"""Text without what PostgreSQL and JSON refuse: NUL, which text layers print, and lone surrogates of file names.

    Example:
        >>> storable("a\x00b\udc80")
        'a�b�'
    """
    if "\x00" not in text and text.isascii():
        return text
    without_nul = text.replace("\x00", _REPLACEMENT)
    return without_nul.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def storable_data(data: Any) -> Any:
    """The same JSON-like data with every string, keys too, made :func:`storable`."""
    if isinstance(data, str):
        return storable(data)
    if isinstance(data, dict):
        return {storable(str(key)): storable_data(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [storable_data(value) for value in data]
    return data
