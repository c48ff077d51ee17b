-- The ledger calls a stage by the id of its task in the DAG, as reports and costs do.

ALTER TABLE loan_documents.ledger DROP CONSTRAINT ledger_stage_check;
UPDATE loan_documents.ledger SET stage = CASE stage
    WHEN 'acquire' THEN 'acquire_documents'
    WHEN 'check' THEN 'validate_documents'
    WHEN 'prepare' THEN 'preprocess_documents'
    WHEN 'extract' THEN 'extract_data'
    WHEN 'store' THEN 'store_results'
END;
ALTER TABLE loan_documents.ledger ADD CONSTRAINT ledger_stage_check CHECK (
    stage IN ('acquire_documents', 'validate_documents', 'preprocess_documents', 'extract_data', 'store_results')
);
COMMENT ON COLUMN loan_documents.ledger.stage IS 'Id of the task in the DAG document_processing_pipeline.';
