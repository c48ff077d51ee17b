"""The databases of the local Airflow, each owned by a role of its own that is no superuser."""

from __future__ import annotations

import psycopg
from psycopg import sql

from scripts.local.postgres.access import SUPERUSER, DatabaseAccess
from scripts.local.postgres.server import verifier

_OWNED_BY_SUPERUSER = """
SELECT format('ALTER SCHEMA %I OWNER TO ', n.nspname) FROM pg_namespace n
WHERE n.nspowner = 10 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
UNION ALL
SELECT format('ALTER TABLE %s OWNER TO ', c.oid::regclass) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relowner = 10 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  -- The sequence of a column follows its table.
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                  AND d.deptype IN ('a', 'i', 'e') AND (c.relkind = 'S' OR d.deptype = 'e'))
UNION ALL
SELECT format('ALTER TYPE %s OWNER TO ', t.oid::regtype) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE t.typowner = 10 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND (t.typtype IN ('d', 'e', 'r') OR c.relkind = 'c')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
UNION ALL
SELECT format('ALTER ROUTINE %s OWNER TO ', p.oid::regprocedure) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.proowner = 10 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
"""
"""Statements that lack the new owner's name. 10 is the superuser that initdb creates: REASSIGN OWNED refuses it."""


def ensure_database(access: DatabaseAccess, database: str) -> bool:
    """Create a database and the role that owns it; an existing database is handed over to the role with all it holds.

    Returns:
        Whether the database is new.
    """
    role = access.role_of(database)
    with psycopg.connect(access.conninfo(SUPERUSER), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        elif _can_connect(access, database):
            return False
        new = not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if new:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        else:
            _hand_over(access, database)
        names = {"database": sql.Identifier(database), "role": sql.Identifier(role)}
        connection.execute(sql.SQL("ALTER DATABASE {database} OWNER TO {role}").format(**names))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {database} FROM PUBLIC").format(**names))
        # Last: a role that can log in owns everything.
        stored = sql.Literal(verifier(role, access.passwords[role]))
        connection.execute(sql.SQL("ALTER ROLE {role} PASSWORD {stored}").format(**names, stored=stored))
    return new


def _can_connect(access: DatabaseAccess, database: str) -> bool:
    try:
        psycopg.connect(access.conninfo(database)).close()
    except psycopg.OperationalError:
        return False
    return True


def _hand_over(access: DatabaseAccess, database: str) -> None:
    """Make the role the owner of everything that the superuser owns in the database."""
    role = sql.Identifier(access.role_of(database))
    with psycopg.connect(access.conninfo(database, role=SUPERUSER)) as connection:
        connection.execute("SET search_path = ''")  # so that every name is written with its schema
        for (statement,) in connection.execute(_OWNED_BY_SUPERUSER).fetchall():
            connection.execute(sql.SQL(statement) + role)
