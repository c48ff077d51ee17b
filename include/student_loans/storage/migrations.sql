-- name: lock
-- Only one process migrates at a time; the lock ends with the transaction. No other code uses this number.
SELECT pg_advisory_xact_lock(7302514408231)

-- name: create_schema
CREATE SCHEMA IF NOT EXISTS loan_documents

-- name: create_table
CREATE TABLE IF NOT EXISTS loan_documents.schema_migrations (
    version integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)

-- name: applied
SELECT version, checksum FROM loan_documents.schema_migrations ORDER BY version

-- name: record
INSERT INTO loan_documents.schema_migrations (version, name, checksum)
VALUES (%(version)s, %(name)s, %(checksum)s)
