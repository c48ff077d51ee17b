-- name: items
SELECT item_key, item_uri, name, version, document_id
FROM loan_documents.source_items
WHERE source_key = %(source_key)s

-- name: note_item
INSERT INTO loan_documents.source_items AS i (source_key, item_key, item_uri, name, version, document_id, run_id)
VALUES (%(source_key)s, %(item_key)s, %(item_uri)s, %(name)s, %(version)s, %(document_id)s, %(run_id)s)
ON CONFLICT (source_key, item_key) DO UPDATE SET
    name = excluded.name,
    version = excluded.version,
    document_id = excluded.document_id,
    run_id = excluded.run_id,
    taken_at = now()
WHERE (i.name, i.version, i.document_id) IS DISTINCT FROM (excluded.name, excluded.version, excluded.document_id)

-- name: pending_items
-- Files whose bytes could not be read, or were taken without a record coming of them; what this same run made of them
-- does not count, because it may be started again.
SELECT i.item_key, i.item_uri, i.name, i.version, i.document_id
FROM loan_documents.source_items AS i
LEFT JOIN loan_documents.documents AS d ON d.document_id = i.document_id AND d.run_id <> %(run_id)s
WHERE i.source_key = %(source_key)s
  AND d.document_id IS NULL
ORDER BY i.item_uri

-- name: forget_item
DELETE FROM loan_documents.source_items
WHERE source_key = %(source_key)s AND item_key = %(item_key)s

-- name: watermark
SELECT watermark, listed_whole_at
FROM loan_documents.watermarks
WHERE source_key = %(source_key)s

-- name: advance
-- A watermark never goes back: an older run that is started again may come after a newer one.
INSERT INTO loan_documents.watermarks AS w (source_key, source_uri, watermark, listed_whole_at, run_id)
VALUES (%(source_key)s, %(source_uri)s, %(watermark)s, %(listed_whole_at)s, %(run_id)s)
ON CONFLICT (source_key) DO UPDATE SET
    watermark = greatest(w.watermark, excluded.watermark),
    listed_whole_at = greatest(w.listed_whole_at, excluded.listed_whole_at),
    run_id = excluded.run_id,
    updated_at = now()
