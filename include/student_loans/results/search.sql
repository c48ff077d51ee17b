-- Documents, newest first; the query is built from parts to read the fewest rows: PostgreSQL cannot know that the newest
-- documents hold none of a rare lender's, and would look through all of them.

-- name: search_matches
-- A text is the start of an id or of a file's name, or the whole of a value, whatever its case.
WITH found AS MATERIALIZED (
    SELECT d.*
    FROM (
        (SELECT document_id FROM loan_documents.documents WHERE document_id LIKE %(pattern)s LIMIT 1000)
        UNION
        (SELECT document_id FROM loan_documents.documents WHERE lower(left(name, 200)) LIKE %(pattern)s LIMIT 1000)
        UNION
        (SELECT document_id FROM loan_documents.fields WHERE lower(left(value, 200)) = %(text)s LIMIT 1000)
    ) AS matched
    JOIN loan_documents.documents AS d USING (document_id)
)

-- name: search_select
SELECT d.document_id, d.name, d.status, d.document_type, d.document_type_confidence, d.file_format, d.page_count,
       d.text_source, d.quality_score, d.error, d.run_id, d.created_at, d.updated_at,
       cardinality(d.review_reasons) AS reasons,
       coalesce(f.lender, '') AS lender, f.outcome, f.money_at_risk, f.queue

-- name: search_from_all
FROM loan_documents.documents AS d
LEFT JOIN loan_documents.document_facts AS f USING (document_id)

-- name: search_from_found
FROM found AS d
LEFT JOIN loan_documents.document_facts AS f USING (document_id)

-- name: search_from_lender
-- By day of arrival first, for the index has no finer order; a day is not many.
FROM (
    SELECT *
    FROM loan_documents.document_facts
    WHERE lender = %(lender)s
      AND (%(since)s::date IS NULL OR day >= %(since)s::date)
      AND (%(until)s::date IS NULL OR day <= %(until)s::date)
      AND (%(before_at)s::timestamptz IS NULL OR day <= (%(before_at)s::timestamptz AT TIME ZONE 'UTC')::date)
) AS f
JOIN loan_documents.documents AS d USING (document_id)

-- name: search_where
WHERE (%(status)s::text IS NULL OR d.status = %(status)s)
  AND (%(document_type)s::text IS NULL OR d.document_type = %(document_type)s)
  AND (%(error)s::text IS NULL OR d.error = %(error)s)
  AND (%(run_id)s::text IS NULL OR d.run_id = %(run_id)s)
  AND (%(lender)s::text IS NULL OR f.lender = %(lender)s)
  AND (%(since)s::date IS NULL OR d.created_at >= %(since)s::date AT TIME ZONE 'UTC')
  AND (%(until)s::date IS NULL OR d.created_at < (%(until)s::date + 1) AT TIME ZONE 'UTC')
  AND (%(before_at)s::timestamptz IS NULL OR (d.created_at, d.document_id) < (%(before_at)s, %(before_id)s))

-- name: search_newest
ORDER BY d.created_at DESC, d.document_id DESC
LIMIT %(limit)s

-- name: search_newest_of_lender
ORDER BY f.day DESC, d.created_at DESC, d.document_id DESC
LIMIT %(limit)s

-- name: document
SELECT
    d.document_id, d.name, d.source_uri, d.status, d.document_type, d.document_type_confidence, d.file_format,
    d.page_count, d.text_source, d.quality_score, d.review_reasons, d.error, d.message, d.timings, d.schedule,
    d.file_id, d.pages, d.loans, d.schedule_groups, d.run_id, r.dag_id, d.created_at, d.updated_at,
    coalesce(f.lender, '') AS lender, f.outcome, f.error_probability, f.amount,
    f.money_at_risk, f.queue,
    coalesce(
        (SELECT jsonb_object_agg(
                    v.name,
                    jsonb_build_object('value', v.value, 'raw', v.raw, 'confidence', v.confidence, 'page', v.page,
                                       'bbox', to_jsonb(v.bbox), 'checked_by', to_jsonb(v.checked_by)))
         FROM loan_documents.fields AS v
         WHERE v.document_id = d.document_id),
        '{}') AS fields
FROM loan_documents.documents AS d
JOIN loan_documents.runs AS r USING (run_id)
LEFT JOIN loan_documents.document_facts AS f USING (document_id)
WHERE d.document_id = %(document_id)s

-- name: sightings
SELECT run_id, r.dag_id, s.arrival, s.seen_at
FROM loan_documents.sightings AS s
JOIN loan_documents.runs AS r USING (run_id)
WHERE document_id = %(document_id)s ORDER BY seen_at DESC LIMIT 50

-- name: statuses
SELECT document_id, status FROM loan_documents.documents WHERE document_id = ANY(%(document_ids)s)

-- name: run
SELECT run_id, dag_id, state, started_at, finished_at, counts, seconds, report_uri
FROM loan_documents.runs
-- Pages of Airflow know a run by its DAG and its id; one that was made before runs were named so answers to both names.
WHERE run_id = %(run_id)s OR dag_id || ':' || run_id = %(run_id)s
ORDER BY run_id <> %(run_id)s
LIMIT 1
