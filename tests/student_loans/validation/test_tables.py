"""Tables as batches: names that are names, connection strings of any form, and SQL that agrees with the frame."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
import pytest

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.records import DocumentType
from student_loans.results.store import ResultsDatabase
from student_loans.validation.frame import records_frame
from student_loans.validation.tables import sqlalchemy_url, stored_records_query, table_batch, table_name
from tests.record_factory import extracted, make_quarantined, make_record

SUITE = {
    "name": "x",
    "expectations": [{"meta": {"name": "a"}}, {"meta": {"name": "b", "only": "batches"}}],
}


@pytest.mark.parametrize("table", ["records", "loan_documents.runs", "_t", "Schema1.Table_2"])
def test_a_table_is_named_with_or_without_its_schema(table: str) -> None:
    assert ".".join(table_name(table)) == table


@pytest.mark.parametrize("table", ["", "a.b.c", "a b", "a;", "1a", '"a"', "a.", ".a", "runs--", "a\n"])
def test_what_is_no_name_of_a_table_is_refused(table: str) -> None:
    with pytest.raises(ConfigurationError, match="must be a name") as caught:
        table_batch("dbname=x", table, SUITE, None)
    assert caught.value.code is ErrorCode.INVALID_ARGUMENT


def test_expectations_about_batches_are_left_out(database: ResultsDatabase) -> None:
    assert table_batch(database.conninfo, "records", SUITE, None).skip == {"b"}


@pytest.mark.parametrize(
    ("conninfo", "parts"),
    [
        ("postgresql://u:p%40ss@host:5432/loans", ("u", "p@ss", "loans", {"host": "host", "port": "5432"})),
        ("host=/run/pg dbname=loans user=u", ("u", None, "loans", {"host": "/run/pg"})),
        (
            "postgresql://a,b:6000/loans?sslmode=require",
            (None, None, "loans", {"host": "a,b", "port": ",6000", "sslmode": "require"}),
        ),
        ("", (None, None, None, {})),
    ],
)
def test_any_connection_string_of_libpq_becomes_a_url(conninfo: str, parts: Any) -> None:
    url = sqlalchemy_url(conninfo)
    assert url.drivername == "postgresql+psycopg"
    assert (url.username, url.password, url.database, dict(url.query)) == parts


def test_a_connection_string_that_libpq_cannot_read_is_not_quoted() -> None:
    with pytest.raises(ConfigurationError) as caught:
        sqlalchemy_url("password=987654321 nonsense")
    assert "987654321" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.integration
class TestStoredRecords:
    def rows(self, conninfo: str) -> list[dict[str, Any]]:
        from psycopg.rows import dict_row

        with psycopg.connect(conninfo, row_factory=dict_row) as connection:
            return list(connection.execute(stored_records_query().encode()))

    def test_they_have_the_columns_of_the_frame_but_for_what_a_query_cannot_tell(
        self, database: ResultsDatabase, empty_database: str
    ) -> None:
        database.start_run("r", dag_id="d", source_uri="file:///x", settings_fingerprint="0")
        database.store_records("r", [make_record(1), make_quarantined(2)])
        (row,) = self.rows(empty_database)
        frame = records_frame([make_record(1)])
        assert set(frame.columns) - set(row) == {"apr_check", "implausible"}
        assert set(row) <= set(frame.columns)
        assert (row["loan_amount"], row["document_date"]) == (18250.0, date(2026, 3, 14))

    def test_a_document_without_fields_is_a_row_with_nothing_malformed(
        self, database: ResultsDatabase, empty_database: str
    ) -> None:
        database.start_run("r", dag_id="d", source_uri="file:///x", settings_fingerprint="0")
        database.store_records("r", [make_record(1, document_type=DocumentType.FORM_1098E, fields={})])
        (row,) = self.rows(empty_database)
        assert (row["lowest_confidence"], row["malformed_amounts"], row["incomplete_as"]) == (None, 0, "form_1098e")

    @pytest.mark.parametrize(
        "day",
        [
            "2024-02-29",
            "2023-02-29",
            "1900-02-29",
            "2000-02-29",
            "2024-04-31",
            "2024-12-31",
            "0000-01-01",
            "9999-12-31",
            "01/02/2024",
        ],
    )
    def test_a_date_is_one_exactly_where_it_is_in_the_frame(
        self, database: ResultsDatabase, empty_database: str, day: str
    ) -> None:
        from dataclasses import replace

        record = make_record(1, fields={"document_date": replace(extracted("document_date"), value=day)})
        database.start_run("r", dag_id="d", source_uri="file:///x", settings_fingerprint="0")
        database.store_records("r", [record])
        (row,), (expected,) = self.rows(empty_database), records_frame([record]).to_dict("records")
        assert row["malformed_dates"] == expected["malformed_dates"]
        kept = "NaT" if row["document_date"] is None else row["document_date"].isoformat()
        assert kept == str(expected["document_date"])[:10]
