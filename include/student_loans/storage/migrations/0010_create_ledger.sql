-- What work has been done on which document, under which settings and code, whichever run did it.

CREATE TABLE loan_documents.ledger (
    document_id text NOT NULL CHECK (document_id ~ '^[0-9a-f]{64}$'),
    stage text NOT NULL CHECK (stage IN ('acquire', 'check', 'prepare', 'extract', 'store')),
    fingerprint text NOT NULL CHECK (fingerprint <> ''),
    state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    attempts integer NOT NULL CHECK (attempts >= 0),
    error text,
    error_class text CHECK (error_class IN ('transient', 'final')),
    reused boolean NOT NULL DEFAULT false,
    seconds double precision NOT NULL DEFAULT 0 CHECK (seconds >= 0),
    core_seconds double precision NOT NULL DEFAULT 0 CHECK (core_seconds >= 0),
    run_id text NOT NULL,
    first_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (document_id, stage, fingerprint),
    CONSTRAINT ledger_failed_has_error CHECK (state <> 'failed' OR error IS NOT NULL),
    CONSTRAINT ledger_error_has_class CHECK ((error IS NULL) = (error_class IS NULL))
);
CREATE INDEX ledger_run_id ON loan_documents.ledger (run_id, stage);
CREATE INDEX ledger_unfinished ON loan_documents.ledger (stage, state, error) WHERE state <> 'done';

COMMENT ON TABLE loan_documents.ledger IS
    'One row a document, stage and fingerprint of settings and code: what has been done, whichever run did it.';
COMMENT ON COLUMN loan_documents.ledger.state IS 'running: under way, or its process was killed.';
COMMENT ON COLUMN loan_documents.ledger.attempts IS 'Begun so far; one that a broken service interrupted does not count.';
COMMENT ON COLUMN loan_documents.ledger.error IS 'Stable code of the last error, docs/errors.md.';
COMMENT ON COLUMN loan_documents.ledger.error_class IS 'transient: worth another attempt; final: until a change.';
COMMENT ON COLUMN loan_documents.ledger.reused IS 'The last run found the result of an earlier attempt.';
COMMENT ON COLUMN loan_documents.ledger.seconds IS 'Wall-clock seconds of the last attempt.';
COMMENT ON COLUMN loan_documents.ledger.core_seconds IS 'CPU seconds of the last attempt, threads and children included.';
COMMENT ON COLUMN loan_documents.ledger.run_id IS 'The run that worked on it last; it may have been pruned since.';

-- Documents that were stored before there was a ledger are done, or failed for good under what made them.
INSERT INTO loan_documents.ledger (document_id, stage, fingerprint, state, attempts, error, error_class, run_id)
SELECT d.document_id, 'store', r.settings_fingerprint,
       CASE WHEN d.error IS NULL THEN 'done' ELSE 'failed' END, 1,
       d.error, CASE WHEN d.error IS NOT NULL THEN 'final' END, d.run_id
FROM loan_documents.documents AS d
JOIN loan_documents.runs AS r USING (run_id);
