"""Tables in PostgreSQL as batches: the stored records with typed columns, or any table by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from student_loans.catalog import NUMBERS
from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.records import DocumentType, FieldKind, field_catalog
from student_loans.storage.connection import Database
from student_loans.validation.engine import Batch
from student_loans.validation.normal_forms import MALFORMED_COLUMNS, NORMAL_FORMS, form_of

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

RECORDS_TABLE = "records"
_NAME = re.compile(r"(?:([A-Za-z_]\w*)\.)?([A-Za-z_]\w*)")


def table_batch(conninfo: str, table: str, suite: Mapping[str, Any], id_column: str | None) -> Batch:
    """A batch for a table, so that a suite runs inside the database.

    Raises:
        ConfigurationError: ``invalid_argument``: the text is not a table name; ``data_not_found``: there is no such table.
        ServiceError: ``database_unavailable``.
    """
    url = sqlalchemy_url(conninfo).render_as_string(hide_password=False)
    name = table_name(table)
    columns, rows = _columns_and_rows(conninfo, table)

    def define(context: Any) -> Any:
        # The generic data source, because the one for PostgreSQL refuses a Unix socket, which has no host.
        source = context.data_sources.add_sql("results", connection_string=url, create_temp_table=False)
        if table == RECORDS_TABLE:
            asset = source.add_query_asset("records", query=stored_records_query())
        else:
            asset = source.add_table_asset("table", table_name=name[-1], schema_name=name[0] if name[1:] else None)
        return asset.add_batch_definition_whole_table("whole")

    skip = {one["meta"]["name"] for one in suite["expectations"] if one["meta"].get("only") == "batches"}
    return Batch(f"The table {table}", columns, rows, define, id_column=id_column, skip=frozenset(skip))


def table_name(table: str) -> tuple[str, ...]:
    """The parts of a name: schema and table, or the table alone.

    Raises:
        ConfigurationError: ``invalid_argument``: the text is not a name.

    Example:
        >>> table_name("loans.rates"), table_name("rates")
        (('loans', 'rates'), ('rates',))
    """
    found = _NAME.fullmatch(table)
    if found is None:
        raise ConfigurationError(
            ErrorCode.INVALID_ARGUMENT, "The table must be a name such as schema.table: correct it."
        )
    return tuple(part for part in found.groups() if part)


def _columns_and_rows(conninfo: str, table: str) -> tuple[frozenset[str], int]:
    """The columns of a table, or of the stored records, and how many rows it has."""
    import psycopg
    from psycopg import sql

    stored = sql.SQL(f"({stored_records_query()})")
    rows = stored if table == RECORDS_TABLE else sql.Identifier(*table_name(table))
    with Database(conninfo).transaction() as connection:
        try:
            found = connection.execute(sql.SQL("SELECT * FROM {rows} AS r LIMIT 0").format(rows=rows)).description
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
            if table == RECORDS_TABLE:
                raise
            raise ConfigurationError(
                ErrorCode.DATA_NOT_FOUND, f"The database has no table {table}: correct the name, or its schema."
            ) from None
        (count,) = connection.execute(sql.SQL("SELECT count(*) AS rows FROM {rows} AS r").format(rows=rows))
    return frozenset(column.name for column in found or ()), count["rows"]


def sqlalchemy_url(conninfo: str) -> URL:
    """A libpq connection string as the URL that Great Expectations' SQLAlchemy opens with the same driver.

    Raises:
        ConfigurationError: ``invalid_settings``: libpq cannot read it.
    """
    import psycopg
    from psycopg.conninfo import conninfo_to_dict
    from sqlalchemy.engine import URL

    try:
        parts = {key: str(value) for key, value in conninfo_to_dict(conninfo).items() if value}
    except psycopg.Error:
        raise ConfigurationError(
            ErrorCode.INVALID_SETTINGS, "The connection string of the database is not one that libpq reads."
        ) from None
    # Host and port go into the query: a host may be the folder of a socket, or a list.
    return URL.create(
        "postgresql+psycopg",
        username=parts.pop("user", None),
        password=parts.pop("password", None),
        database=parts.pop("dbname", None),
        query=parts,
    )


def stored_records_query() -> str:
    """The SELECT that gives stored records the columns of :func:`student_loans.validation.frame.records_frame`.

    It is written from the field catalogue, so that there is one list of fields. ``apr_check`` needs the actuarial
    method, which is not available in SQL, so only batches have it.
    """
    catalog = field_catalog()
    columns = [_typed_column(name, kind) for name, kind in catalog.kinds.items()]
    columns += [f"coalesce(v.{column}, 0) AS {column}" for column in MALFORMED_COLUMNS.values()]
    counts = [f"count(*) FILTER (WHERE {_malformed(kind)}) AS {column}" for kind, column in MALFORMED_COLUMNS.items()]
    incomplete = [
        f"WHEN d.document_type = '{kind.value}' AND NOT ({_complete(kind)}) THEN d.document_type"
        for kind in catalog.required
    ]
    return (
        # Names of the catalogue and patterns of this module: no text comes from outside.
        "SELECT d.document_id, d.document_type, d.status, d.page_count, v.lowest_confidence, "  # noqa: S608
        f"CASE {' '.join(incomplete)} END AS incomplete_as, {', '.join(columns)} "
        "FROM loan_documents.documents AS d LEFT JOIN (SELECT f.document_id, min(f.confidence) AS lowest_confidence, "
        f"jsonb_object_agg(f.name, f.value) AS known, {', '.join(counts)} "
        "FROM loan_documents.fields AS f GROUP BY f.document_id) AS v USING (document_id) "
        "WHERE d.status <> 'quarantined'"
    )


def _complete(document_type: DocumentType) -> str:
    """The condition on ``v`` that a document has all fields that its type requires."""
    catalog = field_catalog()
    conditions = [f"?& array[{_listed(catalog.required[document_type])}]"]
    conditions += [f"?| array[{_listed(group)}]" for group in catalog.one_of[document_type]]
    return " AND ".join(f"coalesce(v.known, '{{}}') {condition}" for condition in conditions)


def _typed_column(name: str, kind: FieldKind) -> str:
    """A value cast to the type of its kind; a value without its normal form becomes NULL and counts as malformed."""
    text = f"(v.known ->> '{name}')"
    if kind in NUMBERS:
        return f"CASE WHEN {text} ~ '{form_of(name, kind)}' THEN {text}::double precision END AS {name}"
    if kind is FieldKind.DATE:
        return f"{_date(text)} AS {name}"
    return f"{text} AS {name}"


def _date(text: str) -> str:
    """A text as a date, NULL if it is not one: 2024-02-30 has the form of a date, but casting it is an error.

    Days are added to the first of the month, which always exists; a day that falls into the next month is not valid.
    """
    month = f"substr({text}, 6, 2)::integer"
    day = f"(make_date(substr({text}, 1, 4)::integer, {month}, 1) + substr({text}, 9, 2)::integer - 1)"
    return (
        f"CASE WHEN {text} ~ '{NORMAL_FORMS[FieldKind.DATE]}' THEN "
        f"CASE WHEN extract(month FROM {day}) = {month} THEN {day} END END"
    )


def _malformed(kind: FieldKind) -> str:
    """The condition on ``f`` that a value of this kind does not have its normal form."""
    catalog = field_catalog()
    names = [name for name, its_kind in catalog.kinds.items() if its_kind is kind]
    if kind is FieldKind.CHOICE:
        rules = (f"(f.name = '{name}' AND f.value NOT IN ({_listed(catalog.choices[name])}))" for name in names)
        return " OR ".join(rules)
    if kind is FieldKind.DATE:
        return f"f.name IN ({_listed(names)}) AND {_date('f.value')} IS NULL"
    by_form: dict[str, list[str]] = {}
    for name in names:
        by_form.setdefault(form_of(name, kind), []).append(name)
    rules = (f"(f.name IN ({_listed(same)}) AND f.value !~ '{form}')" for form, same in by_form.items())
    return " OR ".join(rules)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
