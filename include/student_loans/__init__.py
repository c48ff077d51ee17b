"""The domain library: everything the product knows about student-loan documents, with no Airflow in it."""
