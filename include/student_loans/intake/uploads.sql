-- name: add
-- The same content is one upload, also if another person sends it again under another name.
INSERT INTO loan_documents.uploads (document_id, name, bytes, uploaded_by)
VALUES (%(document_id)s, %(name)s, %(bytes)s, %(uploaded_by)s)
ON CONFLICT (document_id) DO NOTHING
RETURNING document_id

-- name: statuses
SELECT u.document_id, u.name, u.bytes, u.uploaded_by, u.uploaded_at, u.run_id, d.status, d.error
FROM loan_documents.uploads AS u
LEFT JOIN loan_documents.documents AS d USING (document_id)
WHERE u.document_id = ANY(%(document_ids)s)

-- name: pending
-- What came in and has no record yet, in the order of arrival.
SELECT u.document_id, u.name, u.bytes
FROM loan_documents.uploads AS u
WHERE NOT EXISTS (SELECT FROM loan_documents.documents AS d WHERE d.document_id = u.document_id)
ORDER BY u.uploaded_at, u.document_id

-- name: assign_run
UPDATE loan_documents.uploads AS u SET run_id = %(run_id)s
WHERE NOT EXISTS (SELECT FROM loan_documents.documents AS d WHERE d.document_id = u.document_id)
  AND u.document_id = ANY(%(document_ids)s)

-- name: lock_runs
-- One request at a time decides whether a run has to be started.
SELECT pg_advisory_xact_lock(7302514408261)
