"""What a copy of the package says of a type and a field that were added to its YAML files; run by ``test_catalog.py``.

``python on_the_fly.py DOCUMENT DATABASE_URI`` prints one JSON object. ``PYTHONPATH`` names the copy.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from student_loans.records import DocumentRecord, DocumentType, Status, field_catalog
from student_loans.results.store import ResultsDatabase
from student_loans.settings import settings
from student_loans.statistics.environment import analysis_request
from student_loans.statistics.features import feature_frame
from student_loans.understanding.document import extract_document
from student_loans.validation.expectations import load_suite, validate_records, validate_table


def without(record: DocumentRecord, *names: str) -> DocumentRecord:
    """The record as if some of its fields were not printed."""
    return replace(record, fields={name: value for name, value in record.fields.items() if name not in names})


def changed(record: DocumentRecord, name: str, value: str) -> DocumentRecord:
    """The record with another value of a field."""
    return replace(record, fields={**record.fields, name: replace(record.fields[name], value=value)})


def failures(records: list[DocumentRecord]) -> list[str]:
    """Expectations that a batch of records fails."""
    return sorted(one.name for one in validate_records(records, load_suite()).outcomes if not one.success)


def stored_failures(uri: str, records: list[DocumentRecord]) -> list[str]:
    """Expectations that the same records fail inside PostgreSQL."""
    database = ResultsDatabase(uri)
    database.migrate()
    database.start_run("run-1", dag_id="d", source_uri="file:///inbox", settings_fingerprint="f")
    database.store_records("run-1", [replace(record, status=Status.ACCEPTED) for record in records])
    outcomes = validate_table(uri, "records", load_suite()).outcomes
    return sorted(one.name for one in outcomes if not one.success)


def offered_types() -> dict[str, Any]:
    """What the API offers as a filter, and what its description says."""
    from loan_documents.web.app import app, openapi_document
    from loan_documents.web.routers.metrics import get_document_types

    described = openapi_document(app)
    return {
        "offered": get_document_types(),
        "described": described["components"]["schemas"]["DocumentType"]["enum"],
        "paths": sorted(described["paths"]),
    }


def main(document: str, uri: str) -> None:
    """Print everything."""
    content = Path(document).read_bytes()
    record = extract_document(content, "file:///notice.pdf", settings())
    wrong = [
        without(record, "guaranteed_amount"),
        changed(replace(record, document_id="ab" * 32, file_id="ab" * 32), "guaranteed_amount", "900000.00"),
    ]
    catalog = field_catalog()
    request = analysis_request("current.parquet", "out")
    answer = {
        "record": record.to_json(),
        "kinds": list(catalog.kinds),
        "fields_of_bills": catalog.fields_of(DocumentType("billing_statement")),
        "failures": failures(wrong),
        "stored_failures": stored_failures(uri, wrong),
        "schema": request["catalog_schema"],
        "columns": list(feature_frame([record]).columns),
        **offered_types(),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
