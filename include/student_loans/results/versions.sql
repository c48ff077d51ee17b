-- name: lock
-- One batch at a time becomes versions: numbers are given in order, and an older run cannot slip past a newer one.
SELECT pg_advisory_xact_lock(7302514408232)

-- name: drop_stale_documents
-- What a later run has published stays: a task of an earlier run that is cleared or delivered again changes nothing.
DELETE FROM staged_documents AS s
USING loan_documents.documents AS d, loan_documents.runs AS theirs, loan_documents.runs AS ours
WHERE d.document_id = s.document_id
  AND theirs.run_id = d.run_id
  AND ours.run_id = s.run_id
  AND theirs.run_id <> ours.run_id
  AND theirs.started_at > ours.started_at

-- name: drop_stale_fields
DELETE FROM staged_fields AS f
WHERE NOT EXISTS (SELECT FROM staged_documents AS s WHERE s.document_id = f.document_id)

-- name: create_staged_versions
-- The batch as whole records, with the fingerprint of the run that made them.
CREATE TEMPORARY TABLE staged_versions ON COMMIT DROP AS
SELECT made.document_id, r.settings_fingerprint AS fingerprint, made.record, made.run_id,
       encode(sha256(convert_to((made.record - 'timings' - 'source_uri')::text, 'UTF8')), 'hex') AS content_hash
FROM (
    SELECT d.document_id, d.run_id,
           to_jsonb(d) - 'name' - 'run_id' || jsonb_build_object('fields', coalesce(f.fields, '{}')) AS record
    FROM staged_documents AS d
    LEFT JOIN (
        SELECT document_id, jsonb_object_agg(name, to_jsonb(v) - 'document_id' - 'name') AS fields
        FROM staged_fields AS v
        GROUP BY document_id
    ) AS f USING (document_id)
) AS made
JOIN loan_documents.runs AS r USING (run_id)

-- name: shadow_reviewed_versions
-- A person's decision stands: what is made of such a document later is kept beside it, to be compared.
INSERT INTO loan_documents.record_versions (
    document_id, version, state, fingerprint, content_hash, record, run_id)
SELECT s.document_id,
       coalesce((SELECT max(o.version) FROM loan_documents.record_versions AS o
                 WHERE o.document_id = s.document_id), 0) + 1,
       'shadow', s.fingerprint, s.content_hash, s.record, s.run_id
FROM staged_versions AS s
JOIN loan_documents.record_versions AS v
    ON v.document_id = s.document_id AND v.state = 'published' AND v.fingerprint LIKE 'review-%'
ORDER BY s.document_id
ON CONFLICT (document_id, fingerprint, content_hash) DO NOTHING

-- name: drop_reviewed_versions
DELETE FROM staged_versions AS s
USING loan_documents.record_versions AS v
WHERE v.document_id = s.document_id AND v.state = 'published' AND v.fingerprint LIKE 'review-%'

-- name: drop_reviewed_documents
DELETE FROM staged_documents AS s
USING loan_documents.record_versions AS v
WHERE v.document_id = s.document_id AND v.state = 'published' AND v.fingerprint LIKE 'review-%'

-- name: supersede_versions
UPDATE loan_documents.record_versions AS v SET
    state = 'superseded',
    changed_at = now()
FROM staged_versions AS s
WHERE v.document_id = s.document_id
  AND v.state = 'published'
  AND (v.fingerprint, v.content_hash) <> (s.fingerprint, s.content_hash)

-- name: publish_versions
INSERT INTO loan_documents.record_versions AS v (
    document_id, version, state, fingerprint, content_hash, record, run_id)
SELECT s.document_id,
       coalesce((SELECT max(o.version) FROM loan_documents.record_versions AS o
                 WHERE o.document_id = s.document_id), 0) + 1,
       'published', s.fingerprint, s.content_hash, s.record, s.run_id
FROM staged_versions AS s
ORDER BY s.document_id
ON CONFLICT (document_id, fingerprint, content_hash) DO UPDATE SET
    state = 'published',
    changed_at = now()
WHERE v.state <> 'published'

-- name: shadow_versions
-- Beside the published ones. A record that is a version already, in whatever state, stays what it is.
INSERT INTO loan_documents.record_versions (
    document_id, version, state, fingerprint, content_hash, record, run_id)
SELECT s.document_id,
       coalesce((SELECT max(o.version) FROM loan_documents.record_versions AS o
                 WHERE o.document_id = s.document_id), 0) + 1,
       'shadow', s.fingerprint, s.content_hash, s.record, s.run_id
FROM staged_versions AS s
ORDER BY s.document_id
ON CONFLICT (document_id, fingerprint, content_hash) DO NOTHING

-- name: note_stored
-- The batch in the ledger. Stored again by the same run it is the same attempt.
INSERT INTO loan_documents.ledger AS l (
    document_id, stage, fingerprint, state, attempts, error, error_class, run_id)
SELECT s.document_id, 'store_results', r.settings_fingerprint,
       CASE WHEN s.error IS NULL THEN 'done' ELSE 'failed' END, 1, s.error,
       CASE WHEN s.error = ANY(%(transient)s) THEN 'transient' WHEN s.error IS NOT NULL THEN 'final' END, s.run_id
FROM staged_documents AS s
JOIN loan_documents.runs AS r USING (run_id)
ORDER BY s.document_id
ON CONFLICT (document_id, stage, fingerprint) DO UPDATE SET
    state = excluded.state,
    attempts = l.attempts + (l.run_id <> excluded.run_id)::integer,
    error = excluded.error,
    error_class = excluded.error_class,
    run_id = excluded.run_id,
    updated_at = now()
WHERE (l.state, l.error, l.run_id) IS DISTINCT FROM (excluded.state, excluded.error, excluded.run_id)

-- name: versions_of
SELECT document_id, version, state, fingerprint, content_hash, record, run_id, created_at, changed_at
FROM loan_documents.record_versions
WHERE document_id = %(document_id)s
ORDER BY version

-- name: discard_shadows
DELETE FROM loan_documents.record_versions
WHERE state = 'shadow'
  AND document_id = ANY(%(document_ids)s)

-- name: prune_versions
-- Published ones never; of the others the newest of each document stay, and all that changed lately.
DELETE FROM loan_documents.record_versions AS v
USING (
    SELECT document_id, version,
           row_number() OVER (PARTITION BY document_id, state ORDER BY version DESC) AS age
    FROM loan_documents.record_versions
    WHERE state <> 'published'
) AS ranked
WHERE v.document_id = ranked.document_id
  AND v.version = ranked.version
  AND v.state <> 'published'
  AND v.changed_at < now() - %(days)s * interval '1 day'
  AND (v.state = 'shadow' OR ranked.age > %(keep)s)

-- name: select_documents
-- Published documents, with what making each again would cost: CPU seconds of its newest attempts at preparing and
-- reading, else what its record says, and nothing when the work has been done under the wanted fingerprint already.
SELECT d.document_id, d.source_uri, d.name, d.document_type, v.fingerprint,
       coalesce(lender.value, servicer.value) AS lender,
       made.document_id IS NOT NULL AS made_already,
       CASE WHEN made.document_id IS NOT NULL THEN 0
       ELSE coalesce(
           (SELECT sum(cost.core_seconds) FROM (
               SELECT DISTINCT ON (l.stage) l.core_seconds
               FROM loan_documents.ledger AS l
               WHERE l.document_id = d.document_id AND l.stage IN ('preprocess_documents', 'extract_data') AND l.state <> 'running'
               ORDER BY l.stage, l.updated_at DESC) AS cost),
           (SELECT sum(t.value::double precision) FROM jsonb_each_text(d.timings) AS t), 0)
       END AS core_seconds
FROM loan_documents.documents AS d
JOIN loan_documents.record_versions AS v ON v.document_id = d.document_id AND v.state = 'published'
LEFT JOIN loan_documents.ledger AS made
    ON made.document_id = d.document_id AND made.stage = 'extract_data' AND made.state = 'done'
    AND made.fingerprint = %(current)s
LEFT JOIN loan_documents.fields AS lender ON lender.document_id = d.document_id AND lender.name = 'lender_name'
LEFT JOIN loan_documents.fields AS servicer ON servicer.document_id = d.document_id AND servicer.name = 'servicer_name'
WHERE (v.fingerprint NOT LIKE 'review-%%' OR %(document_ids)s::text[] IS NOT NULL)  -- a reviewer's word stands
  AND (%(made_under)s::text IS NULL OR v.fingerprint = %(made_under)s)
  AND (NOT %(outdated)s::boolean OR v.fingerprint <> %(current)s)
  AND (%(document_type)s::text IS NULL OR d.document_type = %(document_type)s)
  AND (%(lender)s::text IS NULL OR lower(%(lender)s) IN (lower(lender.value), lower(servicer.value)))
  AND (%(document_ids)s::text[] IS NULL OR d.document_id = ANY(%(document_ids)s))
ORDER BY d.document_id

-- name: published_records
SELECT record FROM loan_documents.record_versions
WHERE state = 'published' AND document_id = ANY(%(document_ids)s)
