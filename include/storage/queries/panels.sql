-- One query a panel of the dashboard about tables of other subjects; each is asked only where its table is there.
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
