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
