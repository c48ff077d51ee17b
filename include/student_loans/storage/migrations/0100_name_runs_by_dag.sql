-- Airflow's run ids are unique within a DAG only. From here on a run is named "<DAG id>:<Airflow's run id>"; runs that exist keep
-- their names, because folders, reports and signed data versions carry them.
COMMENT ON COLUMN loan_documents.runs.run_id IS
    '<DAG id>:<run id of Airflow>; the run id alone for runs made before, and a name of its own for work outside Airflow.';

-- Several tasks of a run may validate the same source, or slice the same documents, each with its own settings.
ALTER TABLE loan_documents.expectation_results
    ADD COLUMN task text NOT NULL DEFAULT '',
    DROP CONSTRAINT expectation_results_pkey,
    ADD PRIMARY KEY (run_id, task, source, suite, expectation);
COMMENT ON COLUMN loan_documents.expectation_results.task IS
    'Task that validated, "<task id>:<map index>" of a mapped one; empty for results made before or outside Airflow.';

ALTER TABLE loan_documents.slice_metrics
    ADD COLUMN task text NOT NULL DEFAULT '',
    DROP CONSTRAINT slice_metrics_pkey,
    ADD PRIMARY KEY (run_id, task, dimension, slice, metric);
COMMENT ON COLUMN loan_documents.slice_metrics.task IS 'As in expectation_results; empty for the steps of bias_detection_pipeline.';

ALTER TABLE loan_documents.bias_findings
    ADD COLUMN task text NOT NULL DEFAULT '',
    DROP CONSTRAINT bias_findings_pkey,
    ADD PRIMARY KEY (run_id, task, dimension, slice, metric);
COMMENT ON COLUMN loan_documents.bias_findings.task IS 'As in slice_metrics.';

-- Tasks that acquire side by side do not see each other's files: of a document that several of them found new, one is counted so.
CREATE VIEW loan_documents.files_of_runs AS
SELECT run_id, source_key, source_uri, document_id, seen_at,
    CASE WHEN arrival = 'new' AND place > 1 THEN 'duplicate' ELSE arrival END AS arrival
FROM (
    SELECT s.*, row_number() OVER (PARTITION BY run_id, document_id, arrival ORDER BY source_key) AS place
    FROM loan_documents.sightings AS s
) AS placed;
COMMENT ON VIEW loan_documents.files_of_runs IS 'Each file that a run saw, with what the run made of it.';
