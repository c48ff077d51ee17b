"""Provider metadata for Airflow: the connection type ``dvc`` and the fields of its form.

The wheel's entry point registers it. In the project, where the wheel is not installed,
``plugins/loan_documents_provider-0.1.0.dist-info`` does, if ``plugins/`` is on ``PYTHONPATH``.
Without the registration only the form of the connection is missing from the UI.
"""

from __future__ import annotations

from typing import Any


def get_provider_info() -> dict[str, Any]:
    """The provider's metadata, in Airflow's schema."""
    return {
        "package-name": "loan-documents-provider",
        "name": "Loan documents",
        "description": "Student-loan documents: data versions with DVC.",
        "versions": ["0.1.0"],
        "connection-types": [
            {
                "connection-type": "dvc",
                "hook-class-name": "loan_documents.hooks.dvc.DvcHook",
                "hook-name": "DVC remote",
                "ui-field-behaviour": {
                    "hidden-fields": ["port", "schema"],
                    "relabeling": {"host": "Remote", "login": "Access key", "password": "Secret key"},
                    "placeholders": {
                        "host": "s3://bucket/prefix, gs://bucket/prefix, or a folder",
                        "login": "S3 and MinIO only",
                        "password": "S3 and MinIO only",
                    },
                },
                "conn-fields": {
                    "endpoint_url": _text("Endpoint URL", "Of MinIO or another server that speaks S3."),
                    "region": _text("Region", "Of the bucket."),
                    "credential_file": _text("Google key file", "Path of a service account's key on the workers."),
                    "workspace": _text(
                        "Workspace", "Folder in which versions are made; empty: versioned/ next to the object store."
                    ),
                    "signing_secret": _secret(
                        "Signing secret",
                        "Signs versions: the same where they are made and restored, 32 characters or more.",
                    ),
                },
            }
        ],
    }


def _text(label: str, description: str) -> dict[str, Any]:
    return {"label": label, "description": description, "schema": {"type": ["string", "null"]}}


def _secret(label: str, description: str) -> dict[str, Any]:
    return {"label": label, "description": description, "schema": {"type": ["string", "null"], "format": "password"}}
