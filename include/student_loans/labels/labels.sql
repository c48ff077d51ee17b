-- name: create_staged_labels
CREATE TEMPORARY TABLE staged_labels ON COMMIT DROP AS
SELECT document_id, document_type, fields, lender, rendering, source
FROM loan_documents.labels
WITH NO DATA

-- name: copy_labels
COPY staged_labels FROM STDIN

-- name: upsert_labels
-- Of two lines about one document the last holds. A label that would not change is left alone.
INSERT INTO loan_documents.labels AS l (document_id, document_type, fields, lender, rendering, source)
SELECT DISTINCT ON (document_id) document_id, document_type, fields, lender, rendering, source
FROM staged_labels
ORDER BY document_id, ctid DESC
ON CONFLICT (document_id) DO UPDATE SET
    document_type = excluded.document_type,
    fields = excluded.fields,
    lender = excluded.lender,
    rendering = excluded.rendering,
    source = excluded.source,
    updated_at = now()
WHERE (l.document_type, l.fields, l.lender, l.rendering, l.source)
    IS DISTINCT FROM (excluded.document_type, excluded.fields, excluded.lender, excluded.rendering, excluded.source)
RETURNING document_id

-- name: labels
SELECT document_id, document_type, fields, lender, rendering, source
FROM loan_documents.labels
ORDER BY document_id

-- name: labelled_records
-- Labels of documents that have a record, with it.
SELECT
    jsonb_build_object('document_id', l.document_id, 'document_type', l.document_type, 'fields', l.fields,
                       'lender', l.lender, 'rendering', l.rendering, 'source', l.source) AS label,
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
FROM loan_documents.labels AS l
JOIN loan_documents.documents AS d USING (document_id)
ORDER BY l.document_id

-- name: count_labels
SELECT count(*) AS labels, count(d.document_id) AS with_record
FROM loan_documents.labels AS l
LEFT JOIN loan_documents.documents AS d USING (document_id)
