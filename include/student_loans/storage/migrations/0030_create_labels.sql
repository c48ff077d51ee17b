CREATE TABLE loan_documents.labels (
    document_id text PRIMARY KEY CHECK (document_id ~ '^[0-9a-f]{64}$'),
    document_type text NOT NULL CHECK (document_type <> ''),
    fields jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(fields) = 'object'),
    lender text NOT NULL DEFAULT '',
    rendering text NOT NULL DEFAULT '',
    source text NOT NULL CHECK (source <> ''),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    -- A full social security number cannot be stored, not even as a truth.
    CONSTRAINT labels_ssn_is_last4 CHECK (coalesce(fields ->> 'borrower_ssn_last4', '0000') ~ '^[0-9]{4}$')
);
CREATE INDEX labels_updated_at ON loan_documents.labels (updated_at DESC);

COMMENT ON TABLE loan_documents.labels IS
    'The truth about a document, from a labelled corpus or a reviewer. It need not have a record yet.';
COMMENT ON COLUMN loan_documents.labels.document_id IS 'SHA-256 of the file''s bytes, hex.';
COMMENT ON COLUMN loan_documents.labels.fields IS 'Field name to the normal form of what is printed; what is not printed is absent.';
COMMENT ON COLUMN loan_documents.labels.lender IS 'Whose document it is, for grouping; empty: the true lender_name or servicer_name.';
COMMENT ON COLUMN loan_documents.labels.rendering IS 'How it came to be (born_digital, clean_scan, degraded ...); empty when not known.';
COMMENT ON COLUMN loan_documents.labels.source IS 'Who says so: the name of a corpus, or review.';
COMMENT ON COLUMN loan_documents.labels.updated_at IS 'When the label last changed; storing it unchanged does not count.';
