"""The true values of one document, from a labelled corpus or from a reviewer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.records import DocumentType, FieldKind, field_catalog

_DOCUMENT_ID = re.compile(r"[0-9a-f]{64}")
_LAST4 = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class DocumentLabel:
    """What is true of one document.

    Attributes:
        document_id: SHA-256 of the file's bytes, hex.
        document_type: Its type.
        fields: Field name to the normal form of what is printed; what is not printed is absent.
        lender: Whose document it is, for grouping; empty: its true ``lender_name`` or ``servicer_name`` groups it.
        rendering: How it came to be (``born_digital``, ``clean_scan``, ``degraded`` …); empty when not known.
        source: Origin of the label: the name of a corpus, or ``review``.
    """

    document_id: str
    document_type: DocumentType
    fields: Mapping[str, str] = field(default_factory=dict)
    lender: str = ""
    rendering: str = ""
    source: str = "corpus"

    def to_json(self) -> dict[str, Any]:
        """The label as one JSON object, as it is exported."""
        return {
            "document_id": self.document_id,
            "document_type": self.document_type.value,
            "lender": self.lender,
            "rendering": self.rendering,
            "source": self.source,
            "fields": dict(self.fields),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], *, where: str = "label") -> Self:
        """Read what :meth:`to_json` wrote, or a line of a corpus with ``document_id`` (``lender_family`` is ``lender``).

        Args:
            data: The object.
            where: How an error names it, such as ``line 12``.

        Raises:
            ConfigurationError: ``invalid_labels``: an id, type or field that is none, or more of a social security
                number than four digits. It quotes no value.
        """
        document_id, kind = str(data.get("document_id", "")), str(data.get("document_type", ""))
        fields = data.get("fields") or {}
        if not _DOCUMENT_ID.fullmatch(document_id):
            raise _invalid(where, "document_id is not the SHA-256 of a file, 64 lower-case hex digits")
        if kind not in set(DocumentType):
            raise _invalid(where, "document_type is none of the known types")
        kinds = field_catalog().kinds
        if unknown := sorted(set(fields) - set(kinds)):
            raise _invalid(where, f"unknown field {unknown[0]!r}")
        if not all(isinstance(value, str) for value in fields.values()):
            raise _invalid(where, "values of fields are strings in normal form")
        for name, value in fields.items():
            if kinds[name] is FieldKind.MASKED_IDENTIFIER and not _LAST4.fullmatch(value):
                raise _invalid(where, f"{name} is the last four digits and nothing more")
        return cls(
            document_id,
            DocumentType(kind),
            dict(fields),
            str(data.get("lender") or data.get("lender_family") or ""),
            str(data.get("rendering") or ""),
            str(data.get("source") or "corpus"),
        )


def _invalid(where: str, fault: str) -> ConfigurationError:
    return ConfigurationError(ErrorCode.INVALID_LABELS, f"{where}: {fault}.")
