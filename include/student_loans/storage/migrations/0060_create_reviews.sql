-- What people do with documents: uploads, claims and decisions. And the dashboard's own projection of the results.

CREATE TABLE loan_documents.uploads (
    document_id text PRIMARY KEY CHECK (document_id ~ '^[0-9a-f]{64}$'),
    name text NOT NULL CHECK (name <> ''),
    bytes bigint NOT NULL CHECK (bytes >= 0),
    uploaded_by text NOT NULL,
    uploaded_at timestamptz NOT NULL DEFAULT now(),
    run_id text
);
CREATE INDEX uploads_uploaded_at ON loan_documents.uploads (uploaded_at DESC);

COMMENT ON TABLE loan_documents.uploads IS 'Files that came through the API, once by content; their bytes are in the object store.';
COMMENT ON COLUMN loan_documents.uploads.run_id IS 'The run that was asked to take it in; NULL until one was.';

CREATE TABLE loan_documents.review_claims (
    document_id text PRIMARY KEY REFERENCES loan_documents.documents (document_id) ON DELETE CASCADE,
    reviewer text NOT NULL CHECK (reviewer <> ''),
    claimed_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    CONSTRAINT review_claims_end_after_start CHECK (expires_at > claimed_at)
);

COMMENT ON TABLE loan_documents.review_claims IS 'Who works on a document right now; a claim that has expired is free for anyone.';

CREATE TABLE loan_documents.reviews (
    review_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_id text NOT NULL REFERENCES loan_documents.documents (document_id) ON DELETE CASCADE,
    run_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('review', 'audit', 'second')),
    decision text NOT NULL CHECK (decision IN ('accepted', 'rejected')),
    reviewer text NOT NULL CHECK (reviewer <> ''),
    decided_at timestamptz NOT NULL DEFAULT now(),
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    fields_checked integer NOT NULL CHECK (fields_checked >= 0),
    fields_wrong integer NOT NULL CHECK (fields_wrong >= 0),
    money_at_risk numeric NOT NULL DEFAULT 0,
    note text NOT NULL DEFAULT '',
    second_of bigint REFERENCES loan_documents.reviews (review_id) ON DELETE CASCADE,
    agrees boolean,
    CONSTRAINT reviews_second_compares CHECK ((kind = 'second') = (second_of IS NOT NULL AND agrees IS NOT NULL))
);
CREATE INDEX reviews_document ON loan_documents.reviews (document_id, review_id DESC);
CREATE INDEX reviews_decided_at ON loan_documents.reviews (decided_at DESC);
CREATE UNIQUE INDEX reviews_second_once ON loan_documents.reviews (second_of) WHERE second_of IS NOT NULL;

COMMENT ON TABLE loan_documents.reviews IS 'Every decision of a person: who, when, before and after. Rows are added, never changed.';
COMMENT ON COLUMN loan_documents.reviews.run_id IS 'The run that made the record which was decided upon.';
COMMENT ON COLUMN loan_documents.reviews.kind IS
    'review: it was in review; audit: drawn at random from what was accepted unseen; second: a blind second look.';
COMMENT ON COLUMN loan_documents.reviews.before IS 'Status, type and fields as the reviewer found them.';
COMMENT ON COLUMN loan_documents.reviews.after IS 'Status, type and fields as the reviewer left them.';
COMMENT ON COLUMN loan_documents.reviews.fields_wrong IS 'Values of the reading that the reviewer changed, removed or added.';
COMMENT ON COLUMN loan_documents.reviews.agrees IS 'Second looks only: the same decision and values as the first.';

-- One narrow row a document, kept in step with documents, fields and reviews by the queries of facts.sql: the review
-- queue is ordered by it, and the counts below are made from its changes.
CREATE TABLE loan_documents.document_facts (
    document_id text PRIMARY KEY REFERENCES loan_documents.documents (document_id) ON DELETE CASCADE,
    version timestamptz NOT NULL,
    day date NOT NULL,
    document_type text NOT NULL,
    lender text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('auto_accepted', 'reviewer_accepted', 'review', 'quarantined', 'rejected')),
    error_probability double precision NOT NULL CHECK (error_probability BETWEEN 0 AND 1),
    amount numeric NOT NULL CHECK (amount >= 0),
    money_at_risk numeric NOT NULL CHECK (money_at_risk >= 0),
    seconds double precision NOT NULL CHECK (seconds >= 0),
    confidences smallint[] NOT NULL,
    queue text CHECK (queue IN ('review', 'audit', 'second'))
);
CREATE INDEX document_facts_queue ON loan_documents.document_facts (money_at_risk DESC, document_id) WHERE queue IS NOT NULL;
CREATE INDEX document_facts_queue_kind ON loan_documents.document_facts (queue, money_at_risk DESC, document_id)
    WHERE queue IS NOT NULL;
CREATE INDEX document_facts_seconds ON loan_documents.document_facts (seconds DESC);
CREATE INDEX document_facts_lender_seconds ON loan_documents.document_facts (lender, seconds DESC);

COMMENT ON TABLE loan_documents.document_facts IS 'What the dashboard and the queue ask of a document; made from the other tables.';
COMMENT ON COLUMN loan_documents.document_facts.version IS 'documents.updated_at of the record that these facts come from.';
COMMENT ON COLUMN loan_documents.document_facts.day IS 'UTC day on which the document first came in.';
COMMENT ON COLUMN loan_documents.document_facts.lender IS 'lender_name, else servicer_name, else empty.';
COMMENT ON COLUMN loan_documents.document_facts.money_at_risk IS 'error_probability x amount, in dollars.';
COMMENT ON COLUMN loan_documents.document_facts.confidences IS 'For each field the bar of the histogram that its confidence is in.';

CREATE TABLE loan_documents.facts_state (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    caught_up_to timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO loan_documents.facts_state DEFAULT VALUES;
COMMENT ON TABLE loan_documents.facts_state IS 'One row: records that changed before caught_up_to are all in document_facts.';

CREATE TABLE loan_documents.daily_counts (
    day date NOT NULL,
    document_type text NOT NULL,
    lender text NOT NULL,
    outcome text NOT NULL,
    documents bigint NOT NULL,
    seconds double precision NOT NULL,
    PRIMARY KEY (day, document_type, lender, outcome)
);
COMMENT ON TABLE loan_documents.daily_counts IS 'Sums over document_facts, so that a dashboard over a million documents reads thousands of rows.';

CREATE TABLE loan_documents.daily_confidences (
    day date NOT NULL,
    document_type text NOT NULL,
    lender text NOT NULL,
    bucket smallint NOT NULL CHECK (bucket BETWEEN 1 AND 20),
    fields bigint NOT NULL,
    PRIMARY KEY (day, document_type, lender, bucket)
);
COMMENT ON TABLE loan_documents.daily_confidences IS 'Fields by confidence, summed like daily_counts.';

-- Search: newest first with any filter, by the start of a name, and by a value whatever its field.
CREATE INDEX documents_newest ON loan_documents.documents (created_at DESC, document_id DESC);
CREATE INDEX documents_status_newest ON loan_documents.documents (status, created_at DESC, document_id DESC);
CREATE INDEX documents_type_newest ON loan_documents.documents (document_type, created_at DESC, document_id DESC);
CREATE INDEX documents_lower_name ON loan_documents.documents (lower(left(name, 200)) text_pattern_ops);
CREATE INDEX documents_id_prefix ON loan_documents.documents (document_id text_pattern_ops);
CREATE INDEX fields_lower_value ON loan_documents.fields (lower(left(value, 200)));
