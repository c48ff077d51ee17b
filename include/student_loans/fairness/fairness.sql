-- name: delete_slice_metrics
DELETE FROM loan_documents.slice_metrics WHERE run_id = %(run_id)s AND task = %(task)s

-- name: copy_slice_metrics
COPY loan_documents.slice_metrics (
    run_id, task, dimension, slice, metric, labelled, documents, evidence, value, low, high, interval_method, overall, best,
    difference_to_overall, difference_to_best, ratio_to_overall, ratio_to_best, p_adjusted)
FROM STDIN

-- name: delete_findings
DELETE FROM loan_documents.bias_findings WHERE run_id = %(run_id)s AND task = %(task)s

-- name: insert_finding
INSERT INTO loan_documents.bias_findings (
    run_id, task, dimension, slice, metric, labelled, documents, value, others, gap, low, high, p_adjusted, cause,
    cause_dimension, adjusted_gap, fields, renderings, words)
VALUES (
    %(run_id)s, %(task)s, %(dimension)s, %(slice)s, %(metric)s, %(labelled)s, %(documents)s, %(value)s, %(others)s, %(gap)s,
    %(low)s, %(high)s, %(p_adjusted)s, %(cause)s, %(cause_dimension)s, %(adjusted_gap)s, %(fields)s, %(renderings)s,
    %(words)s)

-- name: sums_of_run
-- Findings, and the comparisons behind them, of all tasks of a run that sliced documents with labels, or without.
SELECT
    (SELECT count(*) FROM loan_documents.bias_findings WHERE run_id = %(run_id)s AND labelled = %(labelled)s) AS findings,
    (SELECT count(p_adjusted) FROM loan_documents.slice_metrics
     WHERE run_id = %(run_id)s AND labelled = %(labelled)s) AS comparisons

-- name: add_mitigation
-- A run that is started again simulates again; what is or was in use keeps the policy that it had.
INSERT INTO loan_documents.mitigations AS m (run_id, kind, state, policy, evaluation)
VALUES (%(run_id)s, %(kind)s, 'simulated', %(policy)s, %(evaluation)s)
ON CONFLICT (run_id, kind) DO UPDATE SET
    policy = CASE WHEN m.state = 'simulated' THEN excluded.policy ELSE m.policy END,
    evaluation = CASE WHEN m.state = 'simulated' THEN excluded.evaluation ELSE m.evaluation END
RETURNING version

-- name: lock_mitigations
LOCK TABLE loan_documents.mitigations IN SHARE ROW EXCLUSIVE MODE

-- name: mitigation
SELECT version, kind, state, policy
FROM loan_documents.mitigations
WHERE version = %(version)s

-- name: version_of_run
SELECT version
FROM loan_documents.mitigations
WHERE run_id = %(run_id)s AND kind = %(kind)s

-- name: active_mitigation
SELECT version, kind, state, policy
FROM loan_documents.mitigations
WHERE state = 'active'

-- name: latest_retired
SELECT version, kind, state, policy
FROM loan_documents.mitigations
WHERE state = 'retired'
ORDER BY ended_at DESC, version DESC
LIMIT 1

-- name: end_active
UPDATE loan_documents.mitigations SET state = %(state)s, ended_at = clock_timestamp(), ended_by = %(by)s
WHERE state = 'active'

-- name: make_active
UPDATE loan_documents.mitigations SET state = 'active', activated_at = clock_timestamp(), ended_at = NULL,
    ended_by = NULL
WHERE version = %(version)s

-- name: rolled_back_by
SELECT version FROM loan_documents.mitigations WHERE ended_by = %(by)s AND state = 'rolled_back'
