"""Records as features: what statistics and anomaly detection look at.

Nobody can be recognised in a row: no name of a person, no identifier, no date of a loan. Amounts, rates, counts, the
lender, and how the document was read are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from student_loans.catalog import NUMBERS
from student_loans.private_files import open_to_write
from student_loans.records import DocumentRecord, FieldKind, Status, field_catalog
from student_loans.validation.normal_forms import has_normal_form

if TYPE_CHECKING:
    import pandas as pd

ID = "document_id"
_OWN_CATEGORIES = ("document_type", "lender", "status", "file_format", "text_source")
MEASURES = (
    "page_count", "field_count", "missing_required", "malformed", "quality_score", "lowest_confidence",
    "mean_confidence", "seconds",
)  # fmt: skip

_DIGIT, _LETTER = re.compile(r"[0-9]"), re.compile(r"[A-Za-z]")


def categories() -> tuple[str, ...]:
    """Columns of categories: what is known of the document, and the choices of the catalogue."""
    return _OWN_CATEGORIES + tuple(field_catalog().choices)


def number_fields() -> tuple[str, ...]:
    """Fields of the catalogue that are numbers, in its order."""
    return tuple(name for name, kind in field_catalog().kinds.items() if kind in NUMBERS)


def shape_columns() -> tuple[str, ...]:
    """A column for each identifier, with its form: letters as A, digits as 9, so that no identifier is in the frame."""
    kinds = field_catalog().kinds
    return tuple(f"{name}_shape" for name, kind in kinds.items() if kind is FieldKind.IDENTIFIER)


def feature_frame(records: Iterable[DocumentRecord]) -> pd.DataFrame:
    """One row a readable record.

    Args:
        records: Quarantined ones are left out: nothing was read from them.

    Returns:
        ``document_id``; the :func:`categories` as text; the :data:`MEASURES` and every number of the catalogue as float64
        (missing: NaN); ``<identifier>_shape``; and for a field that the catalogue does not know a column of its name that
        says ``present``, whatever its value.
    """
    import pandas as pd

    rows = [_row(record) for record in records if record.status is not Status.QUARANTINED]
    known = [ID, *categories(), *MEASURES, *number_fields(), *shape_columns()]
    new = sorted({name for row in rows for name in row} - set(known))
    frame = pd.DataFrame(rows, columns=[*known, *new])
    for name in (*MEASURES, *number_fields()):
        frame[name] = pd.to_numeric(frame[name]).astype("float64")
    return frame


def join_features(frame: pd.DataFrame, parquet: bytes | None) -> pd.DataFrame:
    """Add the features of the documents' pages, when a run has kept them.

    Args:
        frame: As :func:`feature_frame` makes it.
        parquet: A Parquet file with a column ``document_id`` and numbers; None adds nothing. Its bytes, because a path
            would lose the credentials of its store.
    """
    import io

    import pyarrow.parquet

    if parquet is None:
        return frame
    pages = pyarrow.parquet.read_table(io.BytesIO(parquet)).to_pandas()
    wanted = [name for name in pages.select_dtypes("number") if name not in frame]
    return frame.merge(pages[[ID, *wanted]].drop_duplicates(ID), on=ID, how="left")


def statistics_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of the frame whose distributions are followed: ids and forms of identifiers are left out."""
    return frame.drop(columns=[ID, *shape_columns()], errors="ignore")


def write_features(frame: pd.DataFrame, path: str) -> int:
    """Write the columns that statistics follow as one Parquet file, in a format that older readers know.

    Args:
        frame: As :func:`feature_frame` makes it.
        path: A local file.

    Returns:
        How many rows were written.
    """
    import pyarrow
    import pyarrow.parquet

    kept = statistics_columns(frame)
    numbers = set(kept.select_dtypes("number"))
    schema = pyarrow.schema(
        [(name, pyarrow.float64() if name in numbers else pyarrow.string()) for name in kept.columns]
    )
    table = pyarrow.Table.from_pandas(kept, schema=schema, preserve_index=False)
    with open_to_write(Path(path), "wb") as file:
        pyarrow.parquet.write_table(table, file, version="2.4")
    return len(kept)


def shape(identifier: str) -> str:
    """The form of an identifier.

    Example:
        >>> shape("HL-204118")
        'AA-999999'
    """
    return _LETTER.sub("A", _DIGIT.sub("9", identifier))


def _row(record: DocumentRecord) -> dict[str, Any]:
    catalog = field_catalog()
    values = {name: field.value for name, field in record.fields.items()}
    confidences = [field.confidence for field in record.fields.values()]
    row: dict[str, Any] = {
        ID: record.document_id,
        "document_type": record.document_type.value,
        "lender": values.get("lender_name") or values.get("servicer_name"),
        "status": record.status.value,
        "file_format": record.file_format.value if record.file_format else None,
        "text_source": record.text_source.value if record.text_source else None,
        "page_count": record.page_count,
        "field_count": len(values),
        "missing_required": len(set(catalog.usual(record.document_type)) - values.keys()),
        "malformed": sum(name in catalog.kinds and not has_normal_form(name, text) for name, text in values.items()),
        "quality_score": record.quality_score,
        "lowest_confidence": min(confidences, default=None),
        "mean_confidence": sum(confidences) / len(confidences) if confidences else None,
        "seconds": sum(record.timings.values()) or None,
    }
    return row | _field_features(values)


def _field_features(values: Mapping[str, str]) -> dict[str, Any]:
    kinds = field_catalog().kinds
    features: dict[str, Any] = {}
    for name, text in values.items():
        kind = kinds.get(name)
        if kind is None:
            features[name] = "present"
        elif kind in NUMBERS:
            features[name] = float(text) if has_normal_form(name, text) else None
        elif kind is FieldKind.CHOICE:
            features[name] = text
        elif kind is FieldKind.IDENTIFIER:
            features[f"{name}_shape"] = shape(text)
    return features
