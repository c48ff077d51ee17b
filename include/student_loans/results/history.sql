-- name: records_between
-- Newest first, so that a limit keeps the newest.
SELECT
    d.document_id, d.source_uri, d.status, d.document_type, d.document_type_confidence, d.file_format, d.page_count,
    d.text_source, d.quality_score, d.review_reasons, d.error, d.message, d.timings, '[]'::jsonb AS schedule,
    coalesce(
        (SELECT jsonb_object_agg(
                    f.name,
                    jsonb_build_object('value', f.value, 'raw', '', 'confidence', f.confidence, 'page', f.page,
                                       'bbox', to_jsonb(f.bbox), 'checked_by', to_jsonb(f.checked_by)))
         FROM loan_documents.fields AS f
         WHERE f.document_id = d.document_id),
        '{}') AS fields
FROM loan_documents.documents AS d
WHERE d.status <> 'quarantined'
  AND (%(after)s::timestamptz IS NULL OR d.updated_at > %(after)s)
  AND (%(until)s::timestamptz IS NULL OR d.updated_at <= %(until)s)
  AND (%(except_run)s::text IS NULL OR d.run_id <> %(except_run)s)
ORDER BY d.updated_at DESC, d.document_id
LIMIT %(limit)s

-- name: newest_record
SELECT max(updated_at) AS newest FROM loan_documents.documents

-- name: run_sizes
SELECT count(d.document_id) AS documents
FROM loan_documents.runs AS r
LEFT JOIN loan_documents.documents AS d ON d.run_id = r.run_id AND d.status <> 'quarantined'
WHERE r.run_id <> %(except_run)s AND r.state = 'success'
GROUP BY r.run_id, r.started_at
HAVING count(d.document_id) > 0
ORDER BY r.started_at DESC
LIMIT %(limit)s
