-- Quality of the data: outcomes of expectations, statistics by feature, anomalies. No value read from a document is here.

CREATE TABLE loan_documents.expectation_results (
    run_id text NOT NULL CHECK (run_id <> ''),
    source text NOT NULL CHECK (source <> ''),
    suite text NOT NULL,
    expectation text NOT NULL CHECK (expectation <> ''),
    kind text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('critical', 'warning', 'info')),
    success boolean NOT NULL,
    evaluated bigint NOT NULL CHECK (evaluated >= 0),
    failed bigint NOT NULL CHECK (failed >= 0),
    expected jsonb NOT NULL DEFAULT '{}',
    validated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, source, suite, expectation)
);
CREATE INDEX expectation_results_history ON loan_documents.expectation_results (expectation, validated_at DESC);
CREATE INDEX expectation_results_failed ON loan_documents.expectation_results (validated_at DESC) WHERE NOT success;

COMMENT ON TABLE loan_documents.expectation_results IS 'One row an expectation of a suite, a source and a run; counts only.';
COMMENT ON COLUMN loan_documents.expectation_results.run_id IS 'Of whichever DAG validated: not only of the main one.';
COMMENT ON COLUMN loan_documents.expectation_results.source IS 'batch, a Parquet file''s name, or a table.';
COMMENT ON COLUMN loan_documents.expectation_results.expected IS 'What the suite asks for: its author''s words.';
COMMENT ON COLUMN loan_documents.expectation_results.evaluated IS 'Rows that carry what the expectation needs.';

CREATE TABLE loan_documents.data_statistics (
    run_id text NOT NULL CHECK (run_id <> ''),
    feature text NOT NULL CHECK (feature <> ''),
    kind text NOT NULL CHECK (kind IN ('number', 'category')),
    rows bigint NOT NULL CHECK (rows >= 0),
    missing bigint NOT NULL CHECK (missing >= 0),
    distribution jsonb NOT NULL DEFAULT '{}',
    drift double precision,
    skew double precision,
    threshold double precision,
    verdict text NOT NULL CHECK (verdict IN ('steady', 'drifted', 'skewed', 'not_judged')),
    schema_anomalies text[] NOT NULL DEFAULT '{}',
    computed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, feature)
);
CREATE INDEX data_statistics_history ON loan_documents.data_statistics (feature, computed_at DESC);

COMMENT ON TABLE loan_documents.data_statistics IS 'One row a feature and a run: what TensorFlow Data Validation found.';
COMMENT ON COLUMN loan_documents.data_statistics.distribution IS 'Aggregates only: mean, quantiles, shares of categories.';
COMMENT ON COLUMN loan_documents.data_statistics.drift IS
    'Distance from the previous period: Jensen-Shannon for numbers, L-infinity for categories.';
COMMENT ON COLUMN loan_documents.data_statistics.skew IS 'The same distance from the reference.';
COMMENT ON COLUMN loan_documents.data_statistics.verdict IS 'not_judged: too few rows, or no threshold for the feature.';

CREATE TABLE loan_documents.anomalies (
    anomaly_id text PRIMARY KEY CHECK (anomaly_id ~ '^[0-9a-f]{16}$'),
    run_id text NOT NULL CHECK (run_id <> ''),
    code text NOT NULL CHECK (code <> ''),
    severity text NOT NULL CHECK (severity IN ('critical', 'warning', 'info')),
    document_id text CHECK (document_id ~ '^[0-9a-f]{64}$'),
    document_type text,
    lender text,
    field text,
    message text NOT NULL,
    evidence jsonb NOT NULL DEFAULT '{}',
    detected_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX anomalies_run_id ON loan_documents.anomalies (run_id);
CREATE INDEX anomalies_detected_at ON loan_documents.anomalies (detected_at DESC, severity);
CREATE INDEX anomalies_code ON loan_documents.anomalies (code, detected_at DESC);
CREATE INDEX anomalies_document_id ON loan_documents.anomalies (document_id) WHERE document_id IS NOT NULL;

COMMENT ON TABLE loan_documents.anomalies IS 'What is unusual in a batch or a document; found again it is the same row.';
COMMENT ON COLUMN loan_documents.anomalies.document_id IS 'NULL for an anomaly of the batch.';
COMMENT ON COLUMN loan_documents.anomalies.lender IS 'The group in which it is unusual; NULL for all lenders.';
COMMENT ON COLUMN loan_documents.anomalies.evidence IS 'Counts, shares, distances and thresholds; no value of a document.';
