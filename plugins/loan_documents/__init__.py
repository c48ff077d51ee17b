"""Operators and hooks for student-loan documents, reusable in any DAG: ``from loan_documents.operators… import …``."""
