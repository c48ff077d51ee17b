-- name: forget_source
-- A run that validates a source again replaces its outcomes: an expectation that left the suite leaves no trace.
DELETE FROM loan_documents.expectation_results
WHERE run_id = %(run_id)s AND task = %(task)s AND source = %(source)s

-- name: store_outcome
INSERT INTO loan_documents.expectation_results (
    run_id, task, source, suite, expectation, kind, severity, success, evaluated, failed, expected)
VALUES (%(run_id)s, %(task)s, %(source)s, %(suite)s, %(expectation)s, %(kind)s, %(severity)s, %(success)s, %(evaluated)s,
        %(failed)s, %(expected)s)
ON CONFLICT (run_id, task, source, suite, expectation) DO UPDATE SET
    kind = excluded.kind,
    severity = excluded.severity,
    success = excluded.success,
    evaluated = excluded.evaluated,
    failed = excluded.failed,
    expected = excluded.expected,
    validated_at = now()

-- name: outcomes_of_run
SELECT task, source, suite, expectation, kind, severity, success, evaluated, failed, expected, validated_at
FROM loan_documents.expectation_results
WHERE run_id = %(run_id)s
ORDER BY task, source, severity, expectation

-- name: history
SELECT run_id, source, success, evaluated, failed, validated_at
FROM loan_documents.expectation_results
WHERE expectation = %(expectation)s
ORDER BY validated_at DESC
LIMIT %(limit)s

-- name: hold_back
-- Documents that the stored data show to be wrong go to review; one that is there already keeps its other reasons.
UPDATE loan_documents.documents SET
    status = 'review',
    review_reasons = review_reasons || %(reason)s::text,
    updated_at = now()
WHERE document_id = ANY(%(document_ids)s)
  AND status IN ('accepted', 'review')
  AND NOT review_reasons @> ARRAY[%(reason)s::text]
