-- name: begin
-- An attempt starts. One that follows a finished one is a first attempt again; one that follows a killed one counts on.
INSERT INTO loan_documents.ledger AS l (document_id, stage, fingerprint, state, attempts, run_id)
VALUES (%(document_id)s, %(stage)s, %(fingerprint)s, 'running', 1, %(run_id)s)
ON CONFLICT (document_id, stage, fingerprint) DO UPDATE SET
    state = 'running',
    attempts = CASE WHEN l.state = 'done' THEN 1 ELSE l.attempts + 1 END,
    reused = false,
    run_id = excluded.run_id,
    updated_at = now()
RETURNING attempts, error

-- name: finish
UPDATE loan_documents.ledger SET
    state = CASE WHEN %(error)s::text IS NULL THEN 'done' ELSE 'failed' END,
    error = %(error)s,
    error_class = %(error_class)s,
    seconds = %(seconds)s,
    core_seconds = %(core_seconds)s,
    run_id = %(run_id)s,
    updated_at = now()
WHERE document_id = %(document_id)s AND stage = %(stage)s AND fingerprint = %(fingerprint)s

-- name: release
-- A failed service ended the attempt: it is not the document's fault and does not count.
UPDATE loan_documents.ledger SET
    state = 'failed',
    attempts = greatest(attempts - 1, 0),
    error = %(error)s,
    error_class = %(error_class)s,
    updated_at = now()
WHERE document_id = %(document_id)s AND stage = %(stage)s AND fingerprint = %(fingerprint)s

-- name: note
-- Work that needs no bounded attempts, or whose result was there already. Noted again by the same run it is the same.
INSERT INTO loan_documents.ledger AS l
    (document_id, stage, fingerprint, state, attempts, error, error_class, reused, core_seconds, run_id)
VALUES (%(document_id)s, %(stage)s, %(fingerprint)s, %(state)s, 1, %(error)s, %(error_class)s, %(reused)s,
        %(core_seconds)s, %(run_id)s)
ON CONFLICT (document_id, stage, fingerprint) DO UPDATE SET
    state = excluded.state,
    attempts = CASE WHEN excluded.reused OR l.run_id = excluded.run_id THEN l.attempts ELSE l.attempts + 1 END,
    error = excluded.error,
    error_class = excluded.error_class,
    core_seconds = CASE WHEN excluded.reused THEN l.core_seconds ELSE excluded.core_seconds END,
    -- Cleared or delivered again in its own run, work that was really done stays recorded as such.
    reused = excluded.reused AND (l.reused OR l.run_id <> excluded.run_id),
    run_id = excluded.run_id,
    updated_at = now()

-- name: forget
-- Reset the attempts of documents that a person asked to process again.
UPDATE loan_documents.ledger SET attempts = 0, updated_at = now()
WHERE document_id = ANY(%(document_ids)s)
  AND fingerprint = %(fingerprint)s
  AND stage IN ('preprocess_documents', 'extract_data')
  AND state <> 'done'

-- name: entries
SELECT document_id, stage, fingerprint, state, attempts, error, error_class, reused, seconds, core_seconds, run_id
FROM loan_documents.ledger
WHERE document_id = ANY(%(document_ids)s)
ORDER BY document_id, first_at, stage

-- name: stage_counts
SELECT stage,
       count(*) FILTER (WHERE state = 'done') AS done,
       count(*) FILTER (WHERE state = 'failed') AS failed,
       count(*) FILTER (WHERE state = 'running') AS running,
       count(*) FILTER (WHERE reused) AS reused,
       count(*) FILTER (WHERE attempts > 1 AND NOT reused) AS retried,
       coalesce(sum(seconds) FILTER (WHERE NOT reused), 0) AS seconds,
       coalesce(sum(core_seconds) FILTER (WHERE NOT reused), 0) AS core_seconds,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE seconds > 0 AND NOT reused) AS median_seconds,
       max(seconds) FILTER (WHERE seconds > 0 AND NOT reused) AS longest_seconds
FROM loan_documents.ledger
WHERE run_id = %(run_id)s
GROUP BY stage

-- name: stage_errors
SELECT stage, error, count(*) AS documents
FROM loan_documents.ledger
WHERE run_id = %(run_id)s AND state = 'failed'
GROUP BY stage, error
ORDER BY stage, documents DESC, error

-- name: prune
-- Entries of settings and code that made no record that is still kept; what decides about a document stays.
DELETE FROM loan_documents.ledger AS l
WHERE l.updated_at < now() - %(days)s * interval '1 day'
  AND l.fingerprint <> %(current)s
  AND NOT EXISTS (
      SELECT FROM loan_documents.record_versions AS v
      WHERE v.document_id = l.document_id AND v.fingerprint = l.fingerprint)
