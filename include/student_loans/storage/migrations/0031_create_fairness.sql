CREATE TABLE loan_documents.slice_metrics (
    run_id text NOT NULL,
    dimension text NOT NULL,
    slice text NOT NULL,
    metric text NOT NULL,
    labelled boolean NOT NULL,
    documents bigint NOT NULL CHECK (documents >= 0),
    evidence text NOT NULL CHECK (evidence IN ('enough', 'not_enough', 'undefined')),
    value double precision,
    low double precision,
    high double precision,
    interval_method text CHECK (interval_method IN ('bootstrap', 'wilson')),
    overall double precision,
    best double precision,
    difference_to_overall double precision,
    difference_to_best double precision,
    ratio_to_overall double precision,
    ratio_to_best double precision,
    p_adjusted double precision CHECK (p_adjusted BETWEEN 0 AND 1),
    measured_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, dimension, slice, metric),
    CONSTRAINT slice_metrics_undefined_has_no_value CHECK ((evidence = 'undefined') = (value IS NULL))
);
CREATE INDEX slice_metrics_measured_at ON loan_documents.slice_metrics (measured_at DESC);

COMMENT ON TABLE loan_documents.slice_metrics IS 'One row a run, slice of the documents and metric; small and undefined slices too.';
COMMENT ON COLUMN loan_documents.slice_metrics.dimension IS 'lender, quality ...; two joined by a comma for a pair.';
COMMENT ON COLUMN loan_documents.slice_metrics.labelled IS 'true: against labels; false: what can be measured without.';
COMMENT ON COLUMN loan_documents.slice_metrics.evidence IS
    'not_enough: fewer documents than fairness.yaml asks for, no comparison is made; undefined: nothing to divide by.';
COMMENT ON COLUMN loan_documents.slice_metrics.p_adjusted IS 'Against the other documents, corrected for the number of comparisons.';

CREATE TABLE loan_documents.bias_findings (
    run_id text NOT NULL,
    dimension text NOT NULL,
    slice text NOT NULL,
    metric text NOT NULL,
    labelled boolean NOT NULL,
    documents bigint NOT NULL,
    value double precision NOT NULL,
    others double precision NOT NULL,
    gap double precision NOT NULL,
    low double precision NOT NULL,
    high double precision NOT NULL,
    p_adjusted double precision NOT NULL CHECK (p_adjusted BETWEEN 0 AND 1),
    cause text NOT NULL CHECK (cause IN ('slice_itself', 'explained_by', 'inseparable_from', 'unknown')),
    cause_dimension text NOT NULL DEFAULT '',
    adjusted_gap double precision,
    fields text[] NOT NULL DEFAULT '{}',
    renderings text[] NOT NULL DEFAULT '{}',
    words text NOT NULL,
    found_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, dimension, slice, metric)
);
CREATE INDEX bias_findings_found_at ON loan_documents.bias_findings (found_at DESC);

COMMENT ON TABLE loan_documents.bias_findings IS 'Slices that are served worse than the other documents, with the likely cause.';
COMMENT ON COLUMN loan_documents.bias_findings.gap IS 'value - others; its sign is the disadvantage''s.';
COMMENT ON COLUMN loan_documents.bias_findings.adjusted_gap IS 'The gap among documents that are alike in the other dimensions.';
COMMENT ON COLUMN loan_documents.bias_findings.fields IS 'Names of the fields that most of the gap comes from.';
COMMENT ON COLUMN loan_documents.bias_findings.words IS 'The finding as a sentence; no value read from a borrower''s document.';

CREATE TABLE loan_documents.mitigations (
    version integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('thresholds', 'quotas', 'escalation')),
    state text NOT NULL CHECK (state IN ('simulated', 'active', 'retired', 'rolled_back')),
    policy jsonb NOT NULL,
    evaluation jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    activated_at timestamptz,
    ended_at timestamptz,
    ended_by text,
    CONSTRAINT mitigations_once_a_run UNIQUE (run_id, kind),
    CONSTRAINT mitigations_active_was_activated CHECK (state = 'simulated' OR activated_at IS NOT NULL)
);
CREATE UNIQUE INDEX mitigations_one_active ON loan_documents.mitigations (state) WHERE state = 'active';

COMMENT ON TABLE loan_documents.mitigations IS 'Mitigations that were simulated on held-out labels; at most one is active.';
COMMENT ON COLUMN loan_documents.mitigations.policy IS 'What the main DAG applies: object config/mitigation.json while active.';
COMMENT ON COLUMN loan_documents.mitigations.evaluation IS 'Before and after on held-out labels, and what it costs.';
COMMENT ON COLUMN loan_documents.mitigations.ended_by IS 'The run that rolled it back: a task that is tried again does so once.';
COMMENT ON COLUMN loan_documents.mitigations.state IS
    'retired: another took its place; rolled_back: ended by a person, the one before it came back.';
