-- name: write
-- A number measured again replaces the older one, and keeps its place in the history.
INSERT INTO loan_documents.run_metrics (run_id, name, slice, value, at)
VALUES (%(run_id)s, %(name)s, %(slice)s, %(value)s,
        coalesce((SELECT started_at FROM loan_documents.runs WHERE run_id = %(run_id)s), %(at)s))
ON CONFLICT (run_id, name, slice) DO UPDATE SET value = excluded.value

-- name: of_run
SELECT name, slice, value
FROM loan_documents.run_metrics
WHERE run_id = %(run_id)s
ORDER BY name, slice

-- name: history
-- Values of the runs before this one, oldest first, with the documents behind each.
SELECT c.name, c.slice, h.value, d.value AS documents
FROM loan_documents.run_metrics AS c
CROSS JOIN LATERAL (
    SELECT p.run_id, p.value, p.at
    FROM loan_documents.run_metrics AS p
    WHERE p.name = c.name AND p.slice = c.slice AND (p.at, p.run_id) < (c.at, c.run_id)
    ORDER BY p.at DESC, p.run_id DESC
    LIMIT %(runs)s
) AS h
LEFT JOIN LATERAL (
    SELECT n.value
    FROM loan_documents.run_metrics AS n
    WHERE n.run_id = h.run_id AND n.name = 'documents.processed' AND n.slice IN (c.slice, '')
    ORDER BY n.slice DESC
    LIMIT 1
) AS d ON true
WHERE c.run_id = %(run_id)s AND c.name = ANY(%(names)s)
ORDER BY c.name, c.slice, h.at, h.run_id

-- name: forget
DELETE FROM loan_documents.run_metrics WHERE run_id = %(run_id)s AND name = ANY(%(names)s)

-- name: measure_documents
WITH docs AS (
    SELECT d.document_id, d.status, d.document_type, d.page_count, d.quality_score,
           (SELECT sum(t.value::double precision) FROM jsonb_each_text(d.timings) AS t) AS seconds
    FROM loan_documents.documents AS d
    WHERE d.run_id = %(run_id)s
), tally AS (
    SELECT coalesce(document_type, '') AS slice,
           count(*)::double precision AS processed,
           count(*) FILTER (WHERE status = 'accepted') AS accepted,
           count(*) FILTER (WHERE status = 'review') AS review,
           count(*) FILTER (WHERE status = 'quarantined') AS quarantined,
           count(*) FILTER (WHERE document_type = 'unknown' AND status <> 'quarantined') AS unknown_type,
           coalesce(sum(page_count), 0) AS pages,
           sum(page_count) FILTER (WHERE seconds IS NOT NULL) AS timed_pages,
           sum(seconds) AS seconds,
           avg(seconds) AS mean_seconds,
           percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds) AS high_seconds,
           avg(quality_score) AS quality
    FROM docs
    GROUP BY GROUPING SETS ((), (document_type))
)
SELECT m.name, tally.slice, m.value::double precision AS value
FROM tally
CROSS JOIN LATERAL (VALUES
    ('documents.processed', processed),
    ('documents.accepted', accepted),
    ('documents.review', review),
    ('documents.quarantined', quarantined),
    ('documents.accept_rate', accepted / nullif(processed, 0)),
    ('documents.review_rate', review / nullif(processed, 0)),
    ('documents.error_rate', quarantined / nullif(processed, 0)),
    ('documents.unknown_rate', CASE WHEN tally.slice = '' THEN unknown_type / nullif(processed, 0) END),
    ('pages.processed', pages),
    ('pages.mean_quality', quality),
    ('seconds.per_document', mean_seconds),
    ('seconds.per_document_p95', high_seconds),
    ('seconds.per_page', seconds / nullif(timed_pages, 0))
) AS m (name, value)
WHERE m.value IS NOT NULL

-- name: measure_fields
WITH docs AS (
    SELECT document_id, document_type
    FROM loan_documents.documents
    WHERE run_id = %(run_id)s AND status <> 'quarantined'
), required AS (
    SELECT t.key AS document_type, f.value AS name
    FROM jsonb_each(%(required)s::jsonb) AS t, jsonb_array_elements_text(t.value) AS f
), missing AS (
    SELECT coalesce(d.document_type, '') AS slice,
           1 - count(f.document_id)::double precision / count(*) AS value
    FROM docs AS d
    JOIN required AS r ON r.document_type = d.document_type
    LEFT JOIN loan_documents.fields AS f ON f.document_id = d.document_id AND f.name = r.name
    GROUP BY GROUPING SETS ((), (d.document_type))
    HAVING count(*) > 0
), confidence AS (
    SELECT coalesce(d.document_type, '') AS slice, avg(f.confidence) AS value
    FROM docs AS d
    JOIN loan_documents.fields AS f USING (document_id)
    GROUP BY GROUPING SETS ((), (d.document_type))
    HAVING count(*) > 0
)
SELECT 'fields.missing_rate' AS name, slice, value FROM missing
UNION ALL
SELECT 'fields.mean_confidence', slice, value FROM confidence

-- name: measure_errors
SELECT 'errors.documents' AS name, error AS slice, count(*)::double precision AS value
FROM loan_documents.documents
WHERE run_id = %(run_id)s AND error IS NOT NULL
GROUP BY error

-- name: measure_now
-- Metrics of the deployment at this moment, independent of runs.
SELECT m.name, '' AS slice, m.value::double precision AS value
FROM (VALUES
    ('freshness.hours_since_success',
     (SELECT extract(epoch FROM %(at)s - max(finished_at)) / 3600 FROM loan_documents.runs WHERE state = 'success')),
    ('freshness.hours_since_document',
     (SELECT extract(epoch FROM %(at)s - max(updated_at)) / 3600 FROM loan_documents.documents)),
    ('queue.review_documents',
     (SELECT count(*) FROM loan_documents.documents WHERE status = 'review')),
    ('queue.alerts_waiting',
     (SELECT count(*) FROM loan_documents.alert_deliveries WHERE state = 'waiting'))
) AS m (name, value)
WHERE m.value IS NOT NULL

-- name: delete_older
DELETE FROM loan_documents.run_metrics WHERE at < %(before)s
