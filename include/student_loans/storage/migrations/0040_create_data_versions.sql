-- The data version of each run: which bytes it had, and where they can be had again.

CREATE TABLE loan_documents.data_versions (
    run_id text PRIMARY KEY REFERENCES loan_documents.runs (run_id) ON DELETE CASCADE,
    version text NOT NULL CHECK (version ~ '^[0-9a-f]{32}(\.dir)?$'),
    files integer NOT NULL CHECK (files >= 0),
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    remote_url text,
    pointer text NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX data_versions_version ON loan_documents.data_versions (version);
CREATE INDEX data_versions_made_at ON loan_documents.data_versions (made_at DESC);

COMMENT ON TABLE loan_documents.data_versions IS 'One row a run that has a data version (DVC).';
COMMENT ON COLUMN loan_documents.data_versions.version IS 'DVC''s hash of the run''s data.';
COMMENT ON COLUMN loan_documents.data_versions.files IS 'Files it holds, packed ones counted singly.';
COMMENT ON COLUMN loan_documents.data_versions.size_bytes IS 'Of what DVC keeps.';
COMMENT ON COLUMN loan_documents.data_versions.remote_url IS 'Where it was pushed to; null when it is on one machine only.';
COMMENT ON COLUMN loan_documents.data_versions.pointer IS 'Text of its .dvc file: enough to pull it.';
