-- name: record
INSERT INTO loan_documents.data_versions (run_id, version, files, size_bytes, remote_url, pointer, made_at)
VALUES (%(run_id)s, %(version)s, %(files)s, %(size_bytes)s, %(remote_url)s, %(pointer)s, %(made_at)s)
ON CONFLICT (run_id) DO UPDATE SET
    version = excluded.version,
    files = excluded.files,
    size_bytes = excluded.size_bytes,
    remote_url = excluded.remote_url,
    pointer = excluded.pointer,
    made_at = excluded.made_at

-- name: of_run
SELECT run_id, version, files, size_bytes, remote_url, pointer, made_at
FROM loan_documents.data_versions
WHERE run_id = %(run_id)s

-- name: newest
SELECT run_id, version, files, size_bytes, remote_url, pointer, made_at
FROM loan_documents.data_versions
ORDER BY made_at DESC, run_id
LIMIT %(limit)s
