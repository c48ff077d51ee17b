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

-- name: forget_anomalies
DELETE FROM loan_documents.anomalies WHERE run_id = %(run_id)s

-- name: store_anomaly
INSERT INTO loan_documents.anomalies (
    anomaly_id, run_id, code, severity, document_id, document_type, lender, field, message, evidence)
VALUES (%(anomaly_id)s, %(run_id)s, %(code)s, %(severity)s, %(document_id)s, %(document_type)s, %(lender)s, %(field)s,
        %(message)s, %(evidence)s)
ON CONFLICT (anomaly_id) DO UPDATE SET
    severity = excluded.severity,
    message = excluded.message,
    evidence = excluded.evidence

-- name: anomalies_of_run
SELECT anomaly_id, code, severity, document_id, document_type, lender, field, message, evidence, detected_at
FROM loan_documents.anomalies
WHERE run_id = %(run_id)s
ORDER BY severity, code, document_id, field

-- name: anomaly_history
SELECT date_trunc('day', detected_at) AS day, code, severity, count(*) AS anomalies
FROM loan_documents.anomalies
WHERE detected_at > now() - %(days)s * interval '1 day'
GROUP BY 1, 2, 3
ORDER BY 1, 2

-- name: forget_statistics
DELETE FROM loan_documents.data_statistics WHERE run_id = %(run_id)s

-- name: store_statistics
INSERT INTO loan_documents.data_statistics (
    run_id, feature, kind, rows, missing, distribution, drift, skew, threshold, verdict, schema_anomalies)
VALUES (%(run_id)s, %(feature)s, %(kind)s, %(rows)s, %(missing)s, %(distribution)s, %(drift)s, %(skew)s, %(threshold)s,
        %(verdict)s, %(schema_anomalies)s)

-- name: feature_history
SELECT run_id, rows, missing, drift, skew, threshold, verdict, computed_at
FROM loan_documents.data_statistics
WHERE feature = %(feature)s
ORDER BY computed_at DESC
LIMIT %(limit)s

-- name: newest_statistics_run
SELECT run_id FROM loan_documents.data_statistics ORDER BY computed_at DESC LIMIT 1

-- name: drift_over_time
-- The newest values of every feature that was ever judged, oldest first.
SELECT feature, drift, threshold, computed_at
FROM (SELECT feature, drift, threshold, computed_at,
             row_number() OVER (PARTITION BY feature ORDER BY computed_at DESC) AS place
      FROM loan_documents.data_statistics
      WHERE drift IS NOT NULL) AS judged
WHERE place <= %(limit)s
ORDER BY feature, computed_at
