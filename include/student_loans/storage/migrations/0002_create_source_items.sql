-- What is known of sources: which version of which file has been taken, and how far each source has been listed.

CREATE TABLE loan_documents.source_items (
    -- Keys are hashes: an address may be longer than the 2,704 bytes that a btree entry can hold.
    source_key text NOT NULL CHECK (source_key ~ '^[0-9a-f]{64}$'),
    item_key text NOT NULL CHECK (item_key ~ '^[0-9a-f]{64}$'),
    item_uri text NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    document_id text CHECK (document_id ~ '^[0-9a-f]{64}$'),
    run_id text NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source_key, item_key)
);
CREATE INDEX source_items_document_id ON loan_documents.source_items (document_id);

COMMENT ON TABLE loan_documents.source_items IS
    'One row a file of a source: the version whose bytes were taken last, so that it is not opened again while it stays.';
COMMENT ON COLUMN loan_documents.source_items.source_key IS 'SHA-256 of the source''s address, hex.';
COMMENT ON COLUMN loan_documents.source_items.item_key IS 'SHA-256 of item_uri, hex.';
COMMENT ON COLUMN loan_documents.source_items.version IS 'What the source gave as its version: times and size, an ETag.';
COMMENT ON COLUMN loan_documents.source_items.document_id IS
    'SHA-256 of the bytes; null while the file could not be read: it is asked for again.';

CREATE TABLE loan_documents.watermarks (
    source_key text PRIMARY KEY CHECK (source_key ~ '^[0-9a-f]{64}$'),
    source_uri text NOT NULL,
    watermark timestamptz,
    listed_whole_at timestamptz,
    run_id text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE loan_documents.watermarks IS 'One row a source: how far it has been listed.';
COMMENT ON COLUMN loan_documents.watermarks.watermark IS 'Latest time of change among the files that it has listed.';
COMMENT ON COLUMN loan_documents.watermarks.listed_whole_at IS 'When it was last listed from its beginning.';
