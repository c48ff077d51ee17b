"""Registration with Airflow. Imported in every process, every task among them: nothing heavy, nothing printed."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin


class LoanDocumentsPlugin(AirflowPlugin):
    """Student-loan documents: operators and hooks of the package ``loan_documents``."""

    name = "loan_documents"
