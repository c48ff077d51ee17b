-- name: of_run
-- CPU seconds that a run really spent, by stage and type; what an earlier run had made cost it nothing.
SELECT l.stage,
       coalesce(d.document_type, 'unknown') AS document_type,
       count(*) AS documents,
       coalesce(sum(d.page_count), 0) AS pages,
       sum(l.core_seconds) AS core_seconds
FROM loan_documents.ledger AS l
LEFT JOIN loan_documents.documents AS d USING (document_id)
WHERE l.run_id = %(run_id)s AND NOT l.reused AND l.core_seconds > 0
GROUP BY l.stage, coalesce(d.document_type, 'unknown')
ORDER BY document_type

-- name: rates
-- What the newest documents have cost, by file format; those of which a stage was found done would say too little.
SELECT w.file_format, sum(w.core_seconds) / sum(w.page_count) AS core_seconds_per_page, sum(w.page_count) AS pages
FROM (
    SELECT d.file_format, d.page_count, sum(l.core_seconds) AS core_seconds
    FROM (
        SELECT document_id, file_format, page_count
        FROM loan_documents.documents
        WHERE page_count > 0 AND status <> 'quarantined'
        ORDER BY updated_at DESC
        LIMIT %(documents)s
    ) AS d
    JOIN loan_documents.ledger AS l USING (document_id)
    WHERE l.stage IN ('validate_documents', 'preprocess_documents', 'extract_data')
    GROUP BY d.document_id, d.file_format, d.page_count
    HAVING bool_or(l.stage = 'extract_data' AND l.core_seconds > 0) AND bool_or(l.stage = 'preprocess_documents' AND l.core_seconds > 0)
) AS w
WHERE w.file_format IS NOT NULL
GROUP BY w.file_format
