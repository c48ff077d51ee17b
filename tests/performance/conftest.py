"""Many documents, made by the database itself, behind Airflow's web application in this process."""

from __future__ import annotations

import os

import pytest

from student_loans.results.store import ResultsDatabase
from student_loans.review.facts import FactStore
from student_loans.settings import load_settings
from tests.plugins.web.conftest import airflow_app, site, viewer

__all__ = ["airflow_app", "site", "viewer"]

DOCUMENTS = int(os.environ.get("DOCUMENTS", "20000"))
"""20,000 in `make test`, 1,000,000 in `make bench-web`."""

_RUNS = """
INSERT INTO loan_documents.runs (run_id, dag_id, state, started_at, finished_at, source_uri, settings_fingerprint,
    counts, seconds)
SELECT 'run-' || day, 'document_processing_pipeline', 'success', now() - day * interval '1 day', now() - day * interval '1 day',
       'file:///inbox', 'f', '{"files": 100}', '{"acquire": 3.1, "extract": 90.5}'
FROM generate_series(0, 119) AS day
"""
_DOCUMENTS = """
INSERT INTO loan_documents.documents (
    document_id, name, source_uri, status, document_type, document_type_confidence, file_format, page_count, text_source,
    quality_score, review_reasons, error, timings, run_id, created_at, updated_at)
SELECT encode(sha256(n::text::bytea), 'hex'), 'scan-' || n || '.pdf', 'file:///inbox/' || n,
       CASE WHEN n %% 50 = 0 THEN 'quarantined' WHEN n %% 9 = 0 THEN 'review' ELSE 'accepted' END,
       (ARRAY['promissory_note', 'loan_disclosure', 'billing_statement', 'form_1098e', 'loan_application', 'payoff_letter',
              'repayment_schedule'])[(1 + n %% 7)::integer],
       0.99, 'pdf', (1 + n %% 4)::integer, 'ocr', 0.8,
       CASE WHEN n %% 9 = 0 THEN ARRAY['apr: confidence 0.6 is below 0.9'] ELSE '{}' END,
       CASE WHEN n %% 50 = 0 THEN 'encrypted_pdf' END, jsonb_build_object('text', 1 + (n %% 977) / 100.0),
       'run-' || (n * 7919 %% 120), at.came_in, at.came_in
FROM generate_series(1::bigint, %(documents)s) AS n,
     LATERAL (SELECT now() - (n * 7919 %% 120)::double precision * interval '1 day'
                           - (n %% 86400)::double precision * interval '0.5 second' AS came_in) AS at
"""
_FIELDS = """
INSERT INTO loan_documents.fields (document_id, name, value, raw, confidence, page, bbox)
SELECT encode(sha256(n::text::bytea), 'hex'), f.name,
       CASE f.name WHEN 'lender_name' THEN 'Lender ' || CASE WHEN n %% 3 = 0 THEN 1 WHEN n %% 40 = 1 THEN n ELSE n %% 60 END
                   WHEN 'loan_amount' THEN (1000 + n * 104729 %% 60000) || '.00' ELSE 'HL' || n END,
       'x', 0.5 + (n * 31 + length(f.name)) %% 500 / 1000.0, 1, '{0.1,0.1,0.2,0.2}'
FROM generate_series(1::bigint, %(documents)s) AS n,
     (VALUES ('lender_name'), ('loan_amount'), ('account_number'), ('apr')) AS f (name)
WHERE n %% 50 <> 0
"""


@pytest.fixture
def many(database: ResultsDatabase, empty_database: str) -> int:
    """How many documents there are: 120 days, seven types, 60 lenders and a long tail of misread names."""
    with database.transaction() as connection:
        connection.execute("SET LOCAL synchronous_commit = off")
        connection.execute(_RUNS)
        connection.execute(_DOCUMENTS, {"documents": DOCUMENTS})
        connection.execute(_FIELDS, {"documents": DOCUMENTS})
    with database.transaction() as connection:
        connection.execute("ANALYZE")
    FactStore(empty_database, load_settings().review).catch_up_wholly()
    with database.transaction() as connection:
        connection.execute("ANALYZE")
    return DOCUMENTS
