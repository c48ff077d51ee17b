-- One query a panel of the dashboard about tables of other subjects.
-- The columns come out as the panel shows them. No values of documents.

-- name: alerts
SELECT severity, title, slice, occurrences, opened_at, CASE WHEN resolved_at IS NULL THEN 'open' ELSE 'resolved' END AS state
FROM loan_documents.alerts
WHERE (%(since)s::date IS NULL OR seen_at >= %(since)s) AND (%(until)s::date IS NULL OR opened_at < %(until)s::date + 1)
ORDER BY resolved_at IS NULL DESC, opened_at DESC
LIMIT 8

-- name: bias_findings
SELECT dimension, slice, metric, documents, value, others, gap, cause, words
FROM loan_documents.bias_findings
WHERE run_id = (SELECT run_id FROM loan_documents.bias_findings ORDER BY found_at DESC LIMIT 1)
ORDER BY abs(gap) DESC
LIMIT 8

-- name: labels
SELECT source, count(*) AS labels, max(updated_at) AS newest
FROM loan_documents.labels
GROUP BY source
ORDER BY labels DESC
LIMIT 8

-- name: data_statistics
SELECT feature, verdict, drift, skew, threshold, rows, missing, computed_at
FROM loan_documents.data_statistics
WHERE run_id = (SELECT run_id FROM loan_documents.data_statistics ORDER BY computed_at DESC LIMIT 1)
ORDER BY verdict IN ('drifted', 'skewed') DESC, greatest(drift, skew) DESC NULLS LAST, feature
LIMIT 10

-- name: anomalies
SELECT severity, code, coalesce(document_type, '') AS document_type, coalesce(field, '') AS field, count(*) AS found,
       max(detected_at) AS newest
FROM loan_documents.anomalies
WHERE (%(since)s::date IS NULL OR detected_at >= %(since)s)
  AND (%(until)s::date IS NULL OR detected_at < %(until)s::date + 1)
  AND (%(document_type)s::text IS NULL OR document_type = %(document_type)s)
GROUP BY severity, code, document_type, field
ORDER BY array_position(ARRAY['critical', 'warning', 'info'], severity), found DESC
LIMIT 10

-- name: expectations
SELECT severity, suite, expectation, sum(failed)::bigint AS failed, sum(evaluated)::bigint AS evaluated,
       max(validated_at) AS newest
FROM loan_documents.expectation_results
WHERE NOT success
  AND (%(since)s::date IS NULL OR validated_at >= %(since)s)
  AND (%(until)s::date IS NULL OR validated_at < %(until)s::date + 1)
GROUP BY severity, suite, expectation
ORDER BY array_position(ARRAY['critical', 'warning', 'info'], severity), failed DESC
LIMIT 10

-- name: data_versions
SELECT run_id, left(version, 12) AS version, files, size_bytes, remote_url IS NOT NULL AS pushed, made_at
FROM loan_documents.data_versions
ORDER BY made_at DESC
LIMIT 6
