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
