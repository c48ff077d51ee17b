"""Clean text for storage: remove characters that stores refuse, and social security numbers."""

from __future__ import annotations

from typing import Any

from student_loans.privacy import redact_address, redact_name, redact_ssn

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def storable(text: str) -> str:
    r"""Text without what PostgreSQL and JSON refuse: NUL, which text layers print, and lone surrogates of file names.

    Social security numbers are reduced to their last four digits.

    Example:
        >>> storable("a\x00b\udc80")
        'a�b�'
    """
    text = redact_ssn(text)
    if "\x00" not in text and text.isascii():
        return text
    without_nul = text.replace("\x00", _REPLACEMENT)
    return without_nul.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def storable_name(name: str) -> str:
    """The name of a file as :func:`storable`, without a social security number in any shape."""
    return storable(redact_name(name))


def storable_address(uri: str) -> str:
    """An address as :func:`storable`, without a social security number in any shape: for display, not for opening."""
    return storable(redact_address(uri))


def storable_data(data: Any) -> Any:
    """The same JSON-like data with every string, keys too, made :func:`storable`."""
    if isinstance(data, str):
        return storable(data)
    if isinstance(data, dict):
        return {storable(str(key)): storable_data(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [storable_data(value) for value in data]
    return data
