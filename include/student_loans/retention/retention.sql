-- name: finished_runs
-- Runs whose folders nobody works in any more.
SELECT run_id
FROM loan_documents.runs
WHERE state <> 'running'
  AND finished_at < now() - %(days)s * interval '1 day'

-- name: tracked_documents
-- Which of these ids belong to a document or to a file that a run saw.
SELECT given.document_id
FROM unnest(%(document_ids)s::text[]) AS given (document_id)
WHERE EXISTS (SELECT FROM loan_documents.documents AS d WHERE d.document_id = given.document_id)
   OR EXISTS (SELECT FROM loan_documents.sightings AS s WHERE s.document_id = given.document_id)

-- name: documents_with_bytes
-- Documents whose bytes were copied; those refused on arrival have none.
SELECT d.document_id
FROM loan_documents.documents AS d
WHERE d.error IS NULL OR d.error <> ALL(%(refusals)s)
ORDER BY d.document_id

-- name: text_columns
-- Every column of the schema that may hold text of a document, of a sender or of a person.
SELECT c.table_name, c.column_name, c.data_type
FROM information_schema.columns AS c
JOIN information_schema.tables AS t USING (table_schema, table_name)
WHERE c.table_schema = 'loan_documents'
  AND t.table_type = 'BASE TABLE'
  AND c.is_generated = 'NEVER'
  AND (c.data_type IN ('text', 'jsonb') OR (c.data_type = 'ARRAY' AND c.udt_name = '_text'))
ORDER BY c.table_name, c.ordinal_position
