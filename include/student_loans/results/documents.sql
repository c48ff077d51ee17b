-- name: known_documents
-- Documents that have a record, apart from those whose record this same run made (it may be started again), and from
-- failed ones worth another run: not yet tried under these settings and this code, or with a transient error and
-- attempts left.
SELECT d.document_id
FROM loan_documents.documents AS d
LEFT JOIN loan_documents.ledger AS l
    ON l.document_id = d.document_id AND l.stage = 'store_results' AND l.fingerprint = %(fingerprint)s
WHERE d.document_id = ANY(%(document_ids)s)
  AND (%(except_run)s::text IS NULL OR d.run_id <> %(except_run)s)
  AND (%(fingerprint)s::text IS NULL
       OR d.status <> 'quarantined'
       OR (l.document_id IS NOT NULL
           AND (l.error_class IS DISTINCT FROM 'transient' OR l.attempts >= %(max_attempts)s::integer)))

-- name: create_staged_documents
CREATE TEMPORARY TABLE staged_documents ON COMMIT DROP AS
SELECT document_id, name, source_uri, status, document_type, document_type_confidence, file_format, page_count,
       text_source, quality_score, review_reasons, error, message, timings, schedule, run_id,
       file_id, pages, loans, schedule_groups
FROM loan_documents.documents
WITH NO DATA

-- name: create_staged_fields
CREATE TEMPORARY TABLE staged_fields ON COMMIT DROP AS
SELECT document_id, name, value, raw, confidence, page, bbox, checked_by
FROM loan_documents.fields
WITH NO DATA

-- name: copy_documents
COPY staged_documents FROM STDIN

-- name: copy_fields
COPY staged_fields FROM STDIN

-- name: upsert_documents
-- In the order of the key, so that two batches which overlap wait for one another instead of deadlocking.
-- A row that would not change is left alone: running anything twice gives the same rows once.
INSERT INTO loan_documents.documents AS d (
    document_id, name, source_uri, status, document_type, document_type_confidence, file_format, page_count,
    text_source, quality_score, review_reasons, error, message, timings, schedule, run_id,
    file_id, pages, loans, schedule_groups)
SELECT document_id, name, source_uri, status, document_type, document_type_confidence, file_format, page_count,
       text_source, quality_score, review_reasons, error, message, timings, schedule, run_id,
       file_id, pages, loans, schedule_groups
FROM staged_documents
ORDER BY document_id
ON CONFLICT (document_id) DO UPDATE SET
    name = excluded.name,
    source_uri = excluded.source_uri,
    status = excluded.status,
    document_type = excluded.document_type,
    document_type_confidence = excluded.document_type_confidence,
    file_format = excluded.file_format,
    page_count = excluded.page_count,
    text_source = excluded.text_source,
    quality_score = excluded.quality_score,
    review_reasons = excluded.review_reasons,
    error = excluded.error,
    message = excluded.message,
    timings = excluded.timings,
    schedule = excluded.schedule,
    run_id = excluded.run_id,
    file_id = excluded.file_id,
    pages = excluded.pages,
    loans = excluded.loans,
    schedule_groups = excluded.schedule_groups,
    updated_at = now()
WHERE (d.name, d.source_uri, d.status, d.document_type, d.document_type_confidence, d.file_format, d.page_count,
       d.text_source, d.quality_score, d.review_reasons, d.error, d.message, d.timings, d.schedule, d.run_id,
       d.file_id, d.pages, d.loans, d.schedule_groups)
    IS DISTINCT FROM
      (excluded.name, excluded.source_uri, excluded.status, excluded.document_type, excluded.document_type_confidence,
       excluded.file_format, excluded.page_count, excluded.text_source, excluded.quality_score,
       excluded.review_reasons, excluded.error, excluded.message, excluded.timings, excluded.schedule, excluded.run_id,
       excluded.file_id, excluded.pages, excluded.loans, excluded.schedule_groups)

-- name: touch_changed_values
-- A record changes with its values too, even where nothing else of it does: reviewers and dashboards go by updated_at.
UPDATE loan_documents.documents AS d SET updated_at = now()
FROM (
    (SELECT f.document_id, f.name, f.value, f.raw, f.confidence, f.page, f.bbox, f.checked_by
     FROM loan_documents.fields AS f JOIN staged_documents USING (document_id)
     EXCEPT
     SELECT document_id, name, value, raw, confidence, page, bbox, checked_by FROM staged_fields)
    UNION
    (SELECT document_id, name, value, raw, confidence, page, bbox, checked_by FROM staged_fields
     EXCEPT
     SELECT f.document_id, f.name, f.value, f.raw, f.confidence, f.page, f.bbox, f.checked_by
     FROM loan_documents.fields AS f JOIN staged_documents USING (document_id))
) AS changed
WHERE d.document_id = changed.document_id AND d.updated_at <> now()

-- name: delete_fields
-- After the UPSERT, which holds the rows' locks until the end of the transaction.
DELETE FROM loan_documents.fields AS f
USING staged_documents AS s
WHERE f.document_id = s.document_id

-- name: insert_fields
INSERT INTO loan_documents.fields (document_id, name, value, raw, confidence, page, bbox, checked_by)
SELECT document_id, name, value, raw, confidence, page, bbox, checked_by
FROM staged_fields

-- name: records_of_run
SELECT
    d.document_id, d.source_uri, d.status, d.document_type, d.document_type_confidence, d.file_format, d.page_count,
    d.text_source, d.quality_score, d.review_reasons, d.error, d.message, d.timings, d.schedule,
    d.file_id, d.pages, d.loans, d.schedule_groups,
    coalesce(
        (SELECT jsonb_object_agg(
                    f.name,
                    jsonb_build_object('value', f.value, 'raw', f.raw, 'confidence', f.confidence, 'page', f.page,
                                       'bbox', to_jsonb(f.bbox), 'checked_by', to_jsonb(f.checked_by)))
         FROM loan_documents.fields AS f
         WHERE f.document_id = d.document_id),
        '{}') AS fields
FROM loan_documents.documents AS d
WHERE d.run_id = %(run_id)s
ORDER BY d.document_id
