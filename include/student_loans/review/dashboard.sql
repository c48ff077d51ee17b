-- Everything a dashboard asks comes from sums by day; the filters are the same everywhere, NULL means all.

-- name: days
SELECT day, outcome, sum(documents)::bigint AS documents, sum(seconds) AS seconds
FROM loan_documents.daily_counts
WHERE (%(since)s::date IS NULL OR day >= %(since)s) AND (%(until)s::date IS NULL OR day <= %(until)s)
  AND (%(document_type)s::text IS NULL OR document_type = %(document_type)s)
  AND (%(lender)s::text IS NULL OR lender = %(lender)s)
GROUP BY day, outcome
HAVING sum(documents) > 0
ORDER BY day, outcome

-- name: types
SELECT document_type AS name,
       sum(documents)::bigint AS documents,
       coalesce(sum(documents) FILTER (WHERE outcome = 'auto_accepted'), 0)::bigint AS auto_accepted,
       coalesce(sum(documents) FILTER (WHERE outcome IN ('quarantined')), 0)::bigint AS quarantined,
       sum(seconds) AS seconds
FROM loan_documents.daily_counts
WHERE (%(since)s::date IS NULL OR day >= %(since)s) AND (%(until)s::date IS NULL OR day <= %(until)s)
  AND (%(document_type)s::text IS NULL OR document_type = %(document_type)s)
  AND (%(lender)s::text IS NULL OR lender = %(lender)s)
GROUP BY document_type
HAVING sum(documents) > 0
ORDER BY documents DESC, document_type

-- name: lenders
SELECT lender AS name,
       sum(documents)::bigint AS documents,
       coalesce(sum(documents) FILTER (WHERE outcome = 'auto_accepted'), 0)::bigint AS auto_accepted,
       coalesce(sum(documents) FILTER (WHERE outcome IN ('quarantined')), 0)::bigint AS quarantined,
       sum(seconds) AS seconds
FROM loan_documents.daily_counts
WHERE lender <> ''
  AND (%(since)s::date IS NULL OR day >= %(since)s) AND (%(until)s::date IS NULL OR day <= %(until)s)
  AND (%(document_type)s::text IS NULL OR document_type = %(document_type)s)
  AND (%(lender)s::text IS NULL OR lender = %(lender)s)
GROUP BY lender
HAVING sum(documents) > 0
ORDER BY documents DESC, lender
LIMIT 100

-- name: confidences
SELECT bucket, sum(fields)::bigint AS fields
FROM loan_documents.daily_confidences
WHERE (%(since)s::date IS NULL OR day >= %(since)s) AND (%(until)s::date IS NULL OR day <= %(until)s)
  AND (%(document_type)s::text IS NULL OR document_type = %(document_type)s)
  AND (%(lender)s::text IS NULL OR lender = %(lender)s)
GROUP BY bucket
HAVING sum(fields) > 0
ORDER BY bucket

-- name: slowest
SELECT f.document_id, d.name, f.document_type, f.seconds, d.page_count
FROM loan_documents.document_facts AS f
JOIN loan_documents.documents AS d USING (document_id)
WHERE (%(since)s::date IS NULL OR f.day >= %(since)s) AND (%(until)s::date IS NULL OR f.day <= %(until)s)
  AND (%(document_type)s::text IS NULL OR f.document_type = %(document_type)s)
  AND (%(lender)s::text IS NULL OR f.lender = %(lender)s)
ORDER BY f.seconds DESC
LIMIT 8

-- name: runs
-- Newest first, the page after a run's start.
SELECT run_id, dag_id, state, started_at, finished_at, counts, seconds, report_uri
FROM loan_documents.runs
WHERE (%(since)s::date IS NULL OR started_at >= %(since)s) AND (%(until)s::date IS NULL OR started_at < %(until)s::date + 1)
  AND (%(before_at)s::timestamptz IS NULL OR (started_at, run_id) < (%(before_at)s, %(before_id)s))
ORDER BY started_at DESC, run_id DESC
LIMIT %(limit)s

-- name: reviewed_days
-- How often what was read had been right, by the day on which a person looked: the labels that reviews make.
SELECT (decided_at AT TIME ZONE 'UTC')::date AS day, (kind = 'audit') AS audited,
       count(*) AS documents, sum(fields_checked)::bigint AS fields, sum(fields_wrong)::bigint AS wrong
FROM loan_documents.reviews AS r
JOIN loan_documents.document_facts AS f USING (document_id)
WHERE r.kind <> 'second' AND r.decision = 'accepted'
  AND (%(since)s::date IS NULL OR decided_at >= %(since)s) AND (%(until)s::date IS NULL OR decided_at < %(until)s::date + 1)
  AND (%(document_type)s::text IS NULL OR f.document_type = %(document_type)s)
  AND (%(lender)s::text IS NULL OR f.lender = %(lender)s)
GROUP BY 1, 2
ORDER BY 1

-- name: labelled_days
-- The values of documents against their labels from elsewhere, by the day on which the documents came in: numbers by size,
-- words without case and punctuation. A reviewer's label is not asked: it is what the record says by now.
SELECT f.day, count(*)::bigint AS fields,
       count(*) FILTER (WHERE CASE
           WHEN v.value IS NULL THEN true
           WHEN v.value ~ '^[0-9]{1,15}([.][0-9]{1,9})?$' AND t.value ~ '^[0-9]{1,15}([.][0-9]{1,9})?$'
               THEN v.value::numeric <> t.value::numeric
           ELSE regexp_replace(lower(v.value), '[^[:alnum:]]', '', 'g') <> regexp_replace(lower(t.value), '[^[:alnum:]]', '', 'g')
       END)::bigint AS wrong,
       count(DISTINCT l.document_id)::bigint AS documents
FROM (SELECT document_id, fields FROM loan_documents.labels WHERE source <> 'review' ORDER BY updated_at DESC LIMIT 2000) AS l
JOIN loan_documents.document_facts AS f USING (document_id)
CROSS JOIN LATERAL jsonb_each_text(l.fields) AS t (name, value)
LEFT JOIN loan_documents.fields AS v ON v.document_id = l.document_id AND v.name = t.name
WHERE f.outcome <> 'quarantined'
  AND (%(since)s::date IS NULL OR f.day >= %(since)s) AND (%(until)s::date IS NULL OR f.day <= %(until)s)
  AND (%(document_type)s::text IS NULL OR f.document_type = %(document_type)s)
  AND (%(lender)s::text IS NULL OR f.lender = %(lender)s)
GROUP BY f.day
ORDER BY f.day

-- name: alerts
SELECT alert_id, rule, slice, severity, title, detail, todo, dag_id, last_run_id AS run_id, occurrences, opened_at, seen_at,
       resolved_at
FROM loan_documents.alerts
WHERE (%(open)s::boolean IS NULL OR (resolved_at IS NULL) = %(open)s)
  AND (%(since)s::date IS NULL OR seen_at >= %(since)s) AND (%(until)s::date IS NULL OR opened_at < %(until)s::date + 1)
ORDER BY resolved_at IS NULL DESC, opened_at DESC
LIMIT %(limit)s

-- name: labels
SELECT document_id, document_type, source, created_at, updated_at,
       ARRAY(SELECT jsonb_object_keys(fields) ORDER BY 1) AS fields
FROM loan_documents.labels
WHERE (%(source)s::text IS NULL OR source = %(source)s)
  AND (%(before_at)s::timestamptz IS NULL OR (updated_at, document_id) < (%(before_at)s, %(before_id)s))
ORDER BY updated_at DESC, document_id DESC
LIMIT %(limit)s

-- name: label
SELECT document_id, document_type, fields, source, created_at, updated_at
FROM loan_documents.labels WHERE document_id = %(document_id)s

-- name: bias_findings
SELECT run_id, dimension, slice, metric, documents, value, others, gap, low, high, p_adjusted, cause, words, found_at
FROM loan_documents.bias_findings
WHERE (%(since)s::date IS NULL OR found_at >= %(since)s) AND (%(until)s::date IS NULL OR found_at < %(until)s::date + 1)
  AND run_id = (SELECT run_id FROM loan_documents.bias_findings ORDER BY found_at DESC LIMIT 1)
ORDER BY abs(gap) DESC
LIMIT 12
