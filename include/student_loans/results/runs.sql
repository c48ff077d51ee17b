-- name: start_run
-- A task that is retried or cleared starts its run again: the first start stays.
INSERT INTO loan_documents.runs AS r (run_id, dag_id, state, started_at, source_uri, settings_fingerprint)
VALUES (%(run_id)s, %(dag_id)s, 'running', coalesce(%(started_at)s, now()), %(source_uri)s, %(settings_fingerprint)s)
ON CONFLICT (run_id) DO UPDATE SET
    dag_id = excluded.dag_id,
    state = 'running',
    finished_at = NULL,
    -- A run of several sources names them all, up to a length that a page can show.
    source_uri = CASE
        WHEN r.state <> 'running' THEN excluded.source_uri
        WHEN strpos(', ' || r.source_uri || ', ', ', ' || excluded.source_uri || ', ') > 0 OR length(r.source_uri) > 1000
        THEN r.source_uri ELSE r.source_uri || ', ' || excluded.source_uri END,
    settings_fingerprint = excluded.settings_fingerprint

-- name: finish_run
UPDATE loan_documents.runs SET
    state = %(state)s,
    finished_at = coalesce(%(finished_at)s, now()),
    counts = %(counts)s,
    seconds = %(seconds)s,
    report_uri = %(report_uri)s
WHERE run_id = %(run_id)s
RETURNING run_id

-- name: run
SELECT r.run_id, r.dag_id, r.state, r.started_at, r.finished_at, r.source_uri, r.settings_fingerprint, r.counts,
    r.seconds, r.report_uri, v.version AS data_version
FROM loan_documents.runs AS r
LEFT JOIN loan_documents.data_versions AS v USING (run_id)
WHERE r.run_id = %(run_id)s

-- name: open_runs
SELECT r.run_id, r.dag_id, r.state, r.started_at, r.finished_at, r.source_uri, r.settings_fingerprint, r.counts,
    r.seconds, r.report_uri, v.version AS data_version
FROM loan_documents.runs AS r
LEFT JOIN loan_documents.data_versions AS v USING (run_id)
WHERE r.state = 'running'
ORDER BY r.started_at

-- name: record_sighting
INSERT INTO loan_documents.sightings (run_id, source_key, source_uri, document_id, arrival)
VALUES (%(run_id)s, %(source_key)s, %(source_uri)s, %(document_id)s, %(arrival)s)
ON CONFLICT (run_id, source_key) DO UPDATE SET
    document_id = excluded.document_id,
    arrival = excluded.arrival

-- name: sightings_of_run
SELECT source_uri, document_id, arrival
FROM loan_documents.files_of_runs
WHERE run_id = %(run_id)s
ORDER BY source_uri

-- name: run_counts
SELECT
    count(*) AS files,
    count(*) FILTER (WHERE s.arrival = 'new' AND d.status = 'accepted') AS accepted,
    count(*) FILTER (WHERE s.arrival = 'new' AND d.status = 'review') AS review,
    count(*) FILTER (WHERE s.arrival = 'new' AND d.status = 'quarantined') AS quarantined,
    count(*) FILTER (WHERE s.arrival = 'duplicate') AS duplicate,
    count(*) FILTER (WHERE s.arrival = 'unchanged') AS unchanged
FROM loan_documents.files_of_runs AS s
LEFT JOIN loan_documents.documents AS d USING (document_id)
WHERE s.run_id = %(run_id)s
