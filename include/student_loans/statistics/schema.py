"""What the catalogue says of the columns that statistics follow, as a schema of TensorFlow Data Validation.

The file ``record_schema.pbtxt`` has what people curate; the types, the choices and the numbers of the catalogue are added
to it in memory. A feature that the file names stays as the file has it.
"""

from __future__ import annotations

from collections.abc import Iterable

from student_loans.catalog import NUMBERS, FieldEntry
from student_loans.records import DocumentType, field_catalog

_ONE_VALUE = "value_count { min: 1 max: 1 }"
_IN_EVERY_RECORD = "presence { min_fraction: 1.0 min_count: 1 }"


def catalog_schema() -> str:
    """A schema in text form with a feature for the document type and for every choice and number of the catalogue."""
    catalog = field_catalog()
    parts = [_category("document_type", DocumentType, _IN_EVERY_RECORD)]
    parts += [_category(name, choices) for name, choices in catalog.choices.items()]
    parts += [_number(name, entry) for name, entry in catalog.fields.items() if entry.kind in NUMBERS]
    return "\n".join(parts)


def _category(name: str, values: Iterable[str], presence: str = "") -> str:
    listed = " ".join(f'value: "{value}"' for value in sorted(values))
    return (
        f'feature {{ name: "{name}" {_ONE_VALUE} type: BYTES domain: "{name}" {presence} }}\n'
        f'string_domain {{ name: "{name}" {listed} }}'
    )


def _number(name: str, entry: FieldEntry) -> str:
    limits = entry.limits
    domain = f"float_domain {{ min: {float(limits.min)} max: {float(limits.max)} }}" if limits else ""
    return f'feature {{ name: "{name}" {_ONE_VALUE} type: FLOAT {domain} }}'
