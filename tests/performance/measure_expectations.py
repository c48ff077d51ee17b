"""The suite over a table of a million records: inside PostgreSQL, and in pandas, each in a process of its own.

    python -m tests.performance.measure_expectations 1000000

Prints seconds and the most memory that the process took (resident set, PostgreSQL's own not included).
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scripts.local.postgres.access import SUPERUSER
from scripts.local.postgres.place import server_in

TABLE = "loan_documents.million"
_FAULTY_EVERY = 10_000


def create_table(conninfo: str, rows: int) -> None:
    """Fill a table with the columns of :func:`student_loans.validation.frame.records_frame`, one row in 10,000 impossible."""
    import psycopg

    from student_loans.records import FieldKind, field_catalog
    from student_loans.validation.normal_forms import MALFORMED_COLUMNS, NUMBERS

    made = {
        "interest_rate": f"CASE WHEN i % {_FAULTY_EVERY} = 0 THEN 725 ELSE 3 + (i % 900) / 100.0 END::float8",
        "apr": "(3.2 + (i % 900) / 100.0)::float8", "loan_amount": "(2000 + (i::bigint * 7919 % 90000))::float8",
        "amount_financed": "(1900 + (i::bigint * 7919 % 90000))::float8",
        "total_of_payments": "(4000 + 2 * (i::bigint * 7919 % 90000))::float8",
        "term_months": "(60 + i % 180)::float8", "borrower_ssn_last4": "lpad((i % 10000)::text, 4, '0')",
        "disbursement_date": "DATE '2024-01-01' + i % 700", "maturity_date": "DATE '2034-01-01' + i % 700",
    }  # fmt: skip
    columns = []
    for name, kind in field_catalog().kinds.items():
        empty = "float8" if kind in NUMBERS else "date" if kind is FieldKind.DATE else "text"
        columns.append(f"{made.get(name, f'NULL::{empty}')} AS {name}")
    columns += [f"0 AS {name}" for name in MALFORMED_COLUMNS.values()]
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS loan_documents")
        connection.execute(
            f"CREATE TABLE {TABLE} AS SELECT encode(sha256(i::text::bytea), 'hex') AS document_id, "  # type: ignore[arg-type]
            "'loan_disclosure' AS document_type, 'accepted' AS status, 1 + i % 4 AS page_count, 0.93::float8 AS "
            f"lowest_confidence, NULL::text AS incomplete_as, {', '.join(columns)} FROM generate_series(1, {rows}) AS i"
        )
        connection.execute(f"ANALYZE {TABLE}")  # type: ignore[arg-type]


def in_database(conninfo: str) -> object:
    """What the operator does for ``table=``."""
    from student_loans.validation.expectations import load_suite, validate_table

    return validate_table(conninfo, TABLE, load_suite())


def in_pandas(conninfo: str) -> object:
    """The same table read into a frame, and the same suite over it."""
    import pandas as pd
    from sqlalchemy import create_engine

    from student_loans.validation.engine import run_suite
    from student_loans.validation.expectations import _in_memory, load_suite
    from student_loans.validation.tables import sqlalchemy_url

    suite = load_suite()
    suite["expectations"] = [one for one in suite["expectations"] if one["meta"].get("only") != "batches"]
    frame = pd.read_sql(f"SELECT * FROM {TABLE}", create_engine(sqlalchemy_url(conninfo)))
    return run_suite(_in_memory(frame, "document_id", "The batch"), suite)


def main() -> int:
    """Measure both ways; returns the exit status."""
    if len(sys.argv) == 3:
        started = time.monotonic()
        validation = {"database": in_database, "pandas": in_pandas}[sys.argv[1]](sys.argv[2])
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{sys.argv[1]}: {time.monotonic() - started:.1f} s, at most {megabytes:.0f} MiB, {validation.documents:,} rows, "  # type: ignore[attr-defined]
            f"{len(validation.failures)} failing rows named"  # type: ignore[attr-defined]
        )
        return 0
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    server = server_in(Path(tempfile.mkdtemp(prefix="pg-")))
    try:
        uri = server.start().uri(SUPERUSER)
        create_table(uri, rows)
        for way in ("database", "pandas"):
            subprocess.run([sys.executable, "-m", __spec__.name, way, uri], check=True)
    finally:
        server.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
