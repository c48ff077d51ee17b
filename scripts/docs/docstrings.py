"""A Griffe extension: turns Google docstrings into its Markdown."""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object

_ROLE = re.compile(r":(?:class|func|meth|mod|data|attr|exc):`~?([^`]+)`")
_LITERAL = re.compile(r"::(?=\n\n {4})")
_EXAMPLE = re.compile(r"^( *)Example:$", re.MULTILINE)


class ReadableDocstrings(Extension):
    """Cross-reference roles become code, a double colon before a block becomes one, and an example is a section."""

    def on_object(self, *, obj: Object, **kwargs: Any) -> None:
        """Rewrite the docstring of a module, class, function or attribute."""
        if obj.docstring:
            obj.docstring.value = markdown_of(obj.docstring.value)


def markdown_of(text: str) -> str:
    """Markdown for the text of a docstring.

    Example:
        >>> markdown_of("Raises :class:`~student_loans.errors.ServiceError` now.")
        'Raises `student_loans.errors.ServiceError` now.'
    """
    return _EXAMPLE.sub(r"\1Examples:", _LITERAL.sub(":", _ROLE.sub(r"`\1`", text)))
