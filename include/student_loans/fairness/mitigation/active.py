"""Mitigate: the active policy, which extraction applies to each record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from student_loans.fairness.policy import MitigationKind, Policy
from student_loans.plain_data import from_plain
from student_loans.storage.object_store import ObjectStore

POLICY_KEY = "config/mitigation.json"
"""The active policy; absent, or ``{}``, when there is none."""


def active_policy(store: ObjectStore) -> Policy | None:
    """The mitigation that is active now; None also for a kind that this release no longer has.

    Raises:
        ServiceError: The object store does not answer.
    """
    data = store.read_json(POLICY_KEY) if store.exists(POLICY_KEY) else None
    return from_plain(Policy, data) if data and data["kind"] in {kind.value for kind in MitigationKind} else None


def publish_policy(store: ObjectStore, policy: Mapping[str, Any] | None) -> None:
    """Write the active policy to the place from which the pipeline reads it."""
    store.write_json(POLICY_KEY, dict(policy or {}))
