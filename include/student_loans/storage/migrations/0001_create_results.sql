-- The results of the pipeline: runs, the files they saw, documents and the values read from them.

CREATE TABLE loan_documents.runs (
    run_id text PRIMARY KEY CHECK (run_id <> ''),
    dag_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'success', 'failed')),
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    source_uri text NOT NULL,
    settings_fingerprint text NOT NULL,
    counts jsonb NOT NULL DEFAULT '{}',
    seconds jsonb NOT NULL DEFAULT '{}',
    report_uri text,
    CONSTRAINT runs_finished_has_time CHECK ((state = 'running') = (finished_at IS NULL))
);
CREATE INDEX runs_started_at ON loan_documents.runs (started_at DESC);

COMMENT ON TABLE loan_documents.runs IS 'One row a run of the pipeline.';
COMMENT ON COLUMN loan_documents.runs.settings_fingerprint IS 'Changes when a setting changes that may change a record.';
COMMENT ON COLUMN loan_documents.runs.counts IS 'Files by outcome; they add up to counts.files.';
COMMENT ON COLUMN loan_documents.runs.seconds IS 'Wall-clock seconds by stage.';

CREATE TABLE loan_documents.documents (
    document_id text PRIMARY KEY CHECK (document_id ~ '^[0-9a-f]{64}$'),
    name text NOT NULL,
    source_uri text NOT NULL,
    status text NOT NULL CHECK (status IN ('accepted', 'review', 'quarantined')),
    document_type text NOT NULL CHECK (document_type <> ''),
    document_type_confidence double precision NOT NULL CHECK (document_type_confidence BETWEEN 0 AND 1),
    file_format text,
    page_count integer CHECK (page_count >= 0),
    text_source text CHECK (text_source IN ('text_layer', 'ocr', 'mixed')),
    quality_score double precision CHECK (quality_score BETWEEN 0 AND 1),
    review_reasons text[] NOT NULL DEFAULT '{}',
    error text,
    message text,
    timings jsonb NOT NULL DEFAULT '{}',
    schedule jsonb NOT NULL DEFAULT '[]',
    run_id text NOT NULL REFERENCES loan_documents.runs (run_id),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT documents_quarantined_has_error CHECK ((status = 'quarantined') = (error IS NOT NULL))
);
CREATE INDEX documents_run_id ON loan_documents.documents (run_id, document_id);
CREATE INDEX documents_status_type ON loan_documents.documents (status, document_type);
CREATE INDEX documents_error ON loan_documents.documents (error) WHERE error IS NOT NULL;
CREATE INDEX documents_updated_at ON loan_documents.documents (updated_at DESC);

COMMENT ON TABLE loan_documents.documents IS 'One row a document: the newest record of these bytes.';
COMMENT ON COLUMN loan_documents.documents.document_id IS 'SHA-256 of the file''s bytes, hex.';
COMMENT ON COLUMN loan_documents.documents.name IS 'The file''s name as a person knows it: data, never a path.';
COMMENT ON COLUMN loan_documents.documents.document_type_confidence IS 'Calibrated probability that the type is right.';
COMMENT ON COLUMN loan_documents.documents.quality_score IS 'Quality of the page images, 0 to 1.';
COMMENT ON COLUMN loan_documents.documents.review_reasons IS 'Why a person should look at it.';
COMMENT ON COLUMN loan_documents.documents.error IS 'Stable code of docs/errors.md; quarantined documents only.';
COMMENT ON COLUMN loan_documents.documents.message IS 'What to do about the error.';
COMMENT ON COLUMN loan_documents.documents.timings IS 'Seconds by stage.';
COMMENT ON COLUMN loan_documents.documents.schedule IS 'Rows of a repayment schedule, in normal form.';
COMMENT ON COLUMN loan_documents.documents.run_id IS 'The run that made this record.';
COMMENT ON COLUMN loan_documents.documents.updated_at IS 'When the record last changed; storing it unchanged does not count.';

CREATE TABLE loan_documents.fields (
    document_id text NOT NULL REFERENCES loan_documents.documents (document_id) ON DELETE CASCADE,
    name text NOT NULL CHECK (name <> ''),
    value text NOT NULL,
    raw text NOT NULL,
    confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    page integer NOT NULL CHECK (page >= 1),
    bbox real[] NOT NULL CHECK (cardinality(bbox) = 4),
    checked_by text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (document_id, name),
    -- A full social security number cannot be stored: four digits, and no more than those four in what was printed.
    CONSTRAINT fields_ssn_is_last4 CHECK (
        name <> 'borrower_ssn_last4'
        OR (value ~ '^[0-9]{4}$' AND length(regexp_replace(raw, '[^0-9]', '', 'g')) <= 4)
    )
);
CREATE INDEX fields_name_value ON loan_documents.fields (name, left(value, 200));
CREATE INDEX fields_name_confidence ON loan_documents.fields (name, confidence);

COMMENT ON TABLE loan_documents.fields IS 'One row a value read from a document; what is not on the page is absent.';
COMMENT ON COLUMN loan_documents.fields.value IS 'The normal form of the field''s kind.';
COMMENT ON COLUMN loan_documents.fields.raw IS 'What was printed; masked identifiers are redacted.';
COMMENT ON COLUMN loan_documents.fields.confidence IS 'Calibrated probability that the value is right.';
COMMENT ON COLUMN loan_documents.fields.page IS 'Page number from 1.';
COMMENT ON COLUMN loan_documents.fields.bbox IS 'Left, top, right, bottom as fractions of the page, origin top left.';
COMMENT ON COLUMN loan_documents.fields.checked_by IS 'Arithmetic checks that the value takes part in and passes.';

CREATE TABLE loan_documents.sightings (
    run_id text NOT NULL REFERENCES loan_documents.runs (run_id) ON DELETE CASCADE,
    -- The key is a hash of source_uri: an address may be longer than the 2,704 bytes that a btree entry can hold.
    source_key text NOT NULL CHECK (source_key ~ '^[0-9a-f]{64}$'),
    source_uri text NOT NULL,
    document_id text NOT NULL CHECK (document_id ~ '^[0-9a-f]{64}$'),
    arrival text NOT NULL CHECK (arrival IN ('new', 'duplicate', 'unchanged')),
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, source_key)
);
CREATE INDEX sightings_document_id ON loan_documents.sightings (document_id);

COMMENT ON TABLE loan_documents.sightings IS 'Every file that a run saw, so that its counts can be added up.';
COMMENT ON COLUMN loan_documents.sightings.source_key IS 'SHA-256 of source_uri, hex.';
COMMENT ON COLUMN loan_documents.sightings.arrival IS
    'new: processed by this run; duplicate: same bytes twice in this run; unchanged: an earlier run made the record.';
