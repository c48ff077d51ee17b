-- Every record that was ever made of a document; documents and fields hold the published one.

CREATE TABLE loan_documents.record_versions (
    document_id text NOT NULL REFERENCES loan_documents.documents (document_id) ON DELETE CASCADE,
    version integer NOT NULL CHECK (version >= 1),
    state text NOT NULL CHECK (state IN ('published', 'superseded', 'shadow')),
    fingerprint text NOT NULL CHECK (fingerprint <> ''),
    content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    record jsonb NOT NULL,
    run_id text NOT NULL REFERENCES loan_documents.runs (run_id),
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (document_id, version),
    UNIQUE (document_id, fingerprint, content_hash),
    -- The same lock as on fields: a full social security number cannot be stored.
    CONSTRAINT record_versions_ssn_is_last4 CHECK (
        record #> '{fields,borrower_ssn_last4}' IS NULL
        OR (record #>> '{fields,borrower_ssn_last4,value}' ~ '^[0-9]{4}$'
            AND length(regexp_replace(record #>> '{fields,borrower_ssn_last4,raw}', '[^0-9]', '', 'g')) <= 4)
    )
);
CREATE UNIQUE INDEX record_versions_published ON loan_documents.record_versions (document_id)
    WHERE state = 'published';
CREATE INDEX record_versions_run_id ON loan_documents.record_versions (run_id);
CREATE INDEX record_versions_fingerprint ON loan_documents.record_versions (fingerprint) WHERE state = 'published';
CREATE INDEX record_versions_unpublished ON loan_documents.record_versions (changed_at) WHERE state <> 'published';

COMMENT ON TABLE loan_documents.record_versions IS
    'Every record of a document, counted from 1; exactly one is published, the one in documents and fields.';
COMMENT ON COLUMN loan_documents.record_versions.state IS
    'published; superseded: was published before; shadow: made beside the published one, to compare.';
COMMENT ON COLUMN loan_documents.record_versions.fingerprint IS 'Of the settings and code that made it.';
COMMENT ON COLUMN loan_documents.record_versions.content_hash IS
    'SHA-256 of the record without its timings and address: equal records are one version a fingerprint.';
COMMENT ON COLUMN loan_documents.record_versions.record IS 'The whole record, as records.jsonl has it.';
COMMENT ON COLUMN loan_documents.record_versions.changed_at IS 'When its state last changed.';

-- The records that are published now are the first version of theirs.
INSERT INTO loan_documents.record_versions (document_id, version, state, fingerprint, content_hash, record, run_id)
SELECT made.document_id, 1, 'published', r.settings_fingerprint,
       encode(sha256(convert_to((made.record - 'timings' - 'source_uri')::text, 'UTF8')), 'hex'), made.record, made.run_id
FROM (
    SELECT d.document_id, d.run_id,
           to_jsonb(d) - 'name' - 'run_id' - 'created_at' - 'updated_at'
               || jsonb_build_object('fields', coalesce(f.fields, '{}')) AS record
    FROM loan_documents.documents AS d
    LEFT JOIN (
        SELECT document_id,
               jsonb_object_agg(name, to_jsonb(v) - 'document_id' - 'name') AS fields
        FROM loan_documents.fields AS v
        GROUP BY document_id
    ) AS f USING (document_id)
) AS made
JOIN loan_documents.runs AS r USING (run_id);
