"""What a suite names and the data lacks: a missing column, table or file, and data without rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pytest

from student_loans.errors import ConfigurationError, ServiceError
from student_loans.results.store import ResultsDatabase
from student_loans.storage.run_folder import RunFolder
from student_loans.validation.expectations import validate_parquet, validate_table
from student_loans.validation.stage import OnFailure, summarize_validation, validate_batch
from tests.record_factory import make_record

SECRET = "9876543"


def expectation(kind: str, name: str, severity: str = "critical", **arguments: Any) -> dict[str, Any]:
    return {"type": f"expect_{kind}", "kwargs": arguments, "severity": severity, "meta": {"name": name}}


def suite_of(*expectations: dict[str, Any]) -> dict[str, Any]:
    return {"name": "rates", "expectations": list(expectations)}


CHEAP = expectation("column_values_to_be_between", "cheap", column="rate", max_value=36)
PAIR = expectation("column_pair_values_to_be_equal", "same", "warning", column_A="rate", column_B="old_rate")
ENOUGH = expectation("table_row_count_to_be_between", "enough", min_value=1)
HAS_RATE = expectation("column_to_exist", "rate_is_there", column="rate")


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    return tmp_path / "rows.parquet"


def write(path: Path, **columns: list[Any]) -> None:
    pd.DataFrame(columns).to_parquet(path)


@pytest.mark.parametrize("found", [{"interest": [7.25, float(SECRET)]}, {"interest": [], "document_id": []}])
def test_a_renamed_column_is_a_failure_with_its_name(rows: Path, found: dict[str, Any]) -> None:
    write(rows, **found)
    with pytest.raises(ConfigurationError, match=r"rows\.parquet.*`rate`.*cheap") as caught:
        validate_parquet(str(rows), suite_of(CHEAP))
    assert caught.value.code == "missing_column"
    assert SECRET not in str(caught.value)


def test_each_missing_column_is_named_whatever_the_severity_of_its_expectation(rows: Path) -> None:
    write(rows, other=[1])
    with pytest.raises(ConfigurationError, match=r"`old_rate`.*same.*`rate`.*cheap.*same"):
        validate_parquet(str(rows), suite_of(CHEAP, PAIR))


def test_one_file_of_a_folder_that_lacks_the_column_is_enough(tmp_path: Path) -> None:
    (tmp_path / "rows").mkdir()
    write(tmp_path / "rows" / "a.parquet", rate=[7.25])
    write(tmp_path / "rows" / "b.parquet", interest=[725.0])
    with pytest.raises(ConfigurationError, match="`rate`"):
        validate_parquet(str(tmp_path / "rows"), suite_of(CHEAP))


def test_a_folder_in_partitions_has_the_column_of_its_folders(tmp_path: Path) -> None:
    pd.DataFrame({"rate": [7.25, 725.0], "year": [2024, 2025]}).to_parquet(tmp_path / "rows", partition_cols=["year"])
    year = expectation("column_values_to_not_be_null", "year_is_given", column="year")
    found = validate_parquet(str(tmp_path / "rows"), suite_of(CHEAP, year), id_column=None)
    assert [(one.name, one.failed) for one in found.outcomes] == [("cheap", 1), ("year_is_given", 0)]


def test_whether_a_column_exists_is_for_the_suite_to_say(rows: Path) -> None:
    write(rows, other=[1])
    found = validate_parquet(str(rows), suite_of(HAS_RATE))
    assert (found.success, found.whole_batch_failures) == (False, ("rate_is_there",))


def test_a_condition_on_a_row_reads_its_column(rows: Path) -> None:
    write(rows, rate=[725.0, 7.25], kind=["old", "new"])
    cheap = expectation(
        "column_values_to_be_between", "cheap", column="rate", max_value=36,
        row_condition='col("kind") == "new"', condition_parser="great_expectations",
    )  # fmt: skip
    assert validate_parquet(str(rows), suite_of(cheap)).success


def test_no_rows_and_no_expectation_about_their_number_is_not_a_success(rows: Path) -> None:
    write(rows, rate=pd.Series(dtype=float))
    found = validate_parquet(str(rows), suite_of(CHEAP))
    assert (found.documents, found.outcomes, found.unchecked) == (0, (), ("cheap",))
    result = summarize_validation(found, OnFailure.QUARANTINE)
    assert result.success is None
    assert (result.expectations, result.unchecked) == (0, 1)


@pytest.mark.parametrize(("least", "success"), [(0, True), (1, False)])
def test_no_rows_are_judged_by_the_expectation_about_their_number(rows: Path, least: int, success: bool) -> None:
    write(rows, rate=pd.Series(dtype=float))
    enough = expectation("table_row_count_to_be_between", "enough", min_value=least)
    found = validate_parquet(str(rows), suite_of(CHEAP, enough))
    assert (found.success, found.unchecked) == (success, ("cheap",))
    assert [one.name for one in found.outcomes] == ["enough"]
    assert summarize_validation(found, OnFailure.QUARANTINE).success is success


def test_rows_are_counted_where_no_expectation_is_about_values(rows: Path) -> None:
    write(rows, rate=[1.0, 2.0, 3.0])
    mean = expectation("column_mean_to_be_between", "mean", column="rate", max_value=10)
    assert validate_parquet(str(rows), suite_of(ENOUGH, mean)).documents == 3


@pytest.mark.parametrize(("content", "why"), [(None, "no Parquet file"), (b"PAR0 987-65", "not a Parquet file")])
def test_a_file_that_is_missing_or_is_something_else_is_named(rows: Path, content: bytes | None, why: str) -> None:
    if content is not None:
        rows.write_bytes(content)
    with pytest.raises(ConfigurationError, match=rf"{why}.*rows\.parquet|rows\.parquet.*{why}"):
        validate_parquet(str(rows), suite_of(CHEAP))


def test_a_folder_without_files_has_no_parquet_file(tmp_path: Path) -> None:
    (tmp_path / "rows").mkdir()
    with pytest.raises(ConfigurationError, match="no Parquet file"):
        validate_parquet(str(tmp_path / "rows"), suite_of(CHEAP))


def test_a_batch_without_records_is_judged_the_same_way(run: RunFolder) -> None:
    run.write_records("one", [])
    found = validate_batch(run, ["one"], suite_of(ENOUGH), OnFailure.QUARANTINE)
    assert found.whole_batch_failures == ("enough",)
    nothing = validate_batch(
        run, ["one"], suite_of(expectation("column_values_to_not_be_null", "a", column="apr")), OnFailure.WARN
    )
    assert summarize_validation(nothing, OnFailure.WARN).success is None


def test_a_part_that_the_run_does_not_have_is_named_and_final(run: RunFolder) -> None:
    run.write_records("one", [make_record(1)])
    with pytest.raises(ConfigurationError, match=r"no part `two`.*`one`") as caught:
        validate_batch(run, ["one", "two"], suite_of(ENOUGH), OnFailure.QUARANTINE)
    assert caught.value.code == "unknown_part"


@pytest.mark.integration
class TestTables:
    @pytest.fixture
    def rates(self, database: ResultsDatabase, empty_database: str) -> str:
        with psycopg.connect(empty_database) as connection:
            connection.execute("CREATE TABLE rates (document_id text, rate double precision)")
        return empty_database

    def test_a_missing_column_is_named_also_without_rows(self, rates: str) -> None:
        with pytest.raises(ConfigurationError, match=r"table rates.*`old_rate`.*same"):
            validate_table(rates, "rates", suite_of(CHEAP, PAIR))

    def test_no_rows_are_judged_by_the_expectation_about_their_number(self, rates: str) -> None:
        found = validate_table(rates, "rates", suite_of(CHEAP, ENOUGH))
        assert (found.success, found.documents, found.unchecked) == (False, 0, ("cheap",))
        assert validate_table(rates, "rates", suite_of(CHEAP)).unchecked == ("cheap",)

    def test_stored_documents_that_do_not_exist_yet_are_no_rows(self, rates: str) -> None:
        amounts = expectation("column_values_to_not_be_null", "given", column="loan_amount")
        assert validate_table(rates, "records", suite_of(amounts)).unchecked == ("given",)
        with pytest.raises(ConfigurationError, match="`no_such_field`"):
            validate_table(
                rates, "records", suite_of(expectation("column_values_to_not_be_null", "a", column="no_such_field"))
            )

    @pytest.mark.parametrize("table", ["none", "none.rates"])
    def test_a_missing_table_is_named(self, rates: str, table: str) -> None:
        with pytest.raises(ConfigurationError, match=f"no table {table}") as caught:
            validate_table(rates, table, suite_of(CHEAP))
        assert caught.value.code == "data_not_found"

    def test_failing_rows_of_a_table_without_ids_are_counted(self, rates: str) -> None:
        with psycopg.connect(rates) as connection:
            connection.execute("INSERT INTO rates VALUES ('a', 725)")
        found = validate_table(rates, "rates", suite_of(CHEAP), id_column="number")
        assert (found.documents, found.failures, found.whole_batch_failures) == (1, {}, ("cheap",))

    def test_a_database_that_is_down_is_a_service_that_may_answer_again(self) -> None:
        with pytest.raises(ServiceError):
            validate_table("host=/nowhere dbname=loans user=x", "rates", suite_of(CHEAP))
