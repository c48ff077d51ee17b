-- The newest documents of a lender, whether it has three or a third of all.

CREATE INDEX document_facts_lender_day ON loan_documents.document_facts (lender, day DESC);
