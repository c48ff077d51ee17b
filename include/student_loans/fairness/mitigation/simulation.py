"""Simulate the mitigations for the findings: learned on one half of the labels, judged on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from student_loans.fairness.finding import Finding
from student_loans.fairness.mitigation.judging import Evaluation, judge
from student_loans.fairness.mitigation.learning import (
    learn_aliases,
    learn_quotas,
    learn_thresholds,
    split,
    with_seen_lenders,
)
from student_loans.fairness.policy import Policy
from student_loans.fairness.settings import FairnessSettings

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Simulated:
    """A mitigation with its evaluation; None if there is nothing to judge."""

    policy: Policy
    evaluation: Evaluation | None


def simulate_mitigations(
    frame: pd.DataFrame, findings: Sequence[Finding], accept_above: float, options: FairnessSettings
) -> list[Simulated]:
    """Learn and judge thresholds and quotas for the dimension of the findings.

    Args:
        frame: Labelled observations.
        findings: The findings on them.
        accept_above: The product's threshold of confidence.
        options: Settings.
    """
    dimension = dimension_to_mitigate(findings, options)
    learned_from, held_out = split(frame, options.mitigation.held_out)
    aliases = learn_aliases(learned_from) if dimension == "lender" else {}
    if dimension == "lender":
        learned_from, held_out = (with_seen_lenders(part, aliases) for part in (learned_from, held_out))
    policies = [
        learn_thresholds(learned_from, dimension, accept_above, aliases, options),
        learn_quotas(learned_from, dimension, aliases, options),
    ]
    return [
        Simulated(policy, judge(held_out, policy, options) if policy.acts and len(held_out) else None)
        for policy in policies
    ]


def dimension_to_mitigate(findings: Sequence[Finding], options: FairnessSettings) -> str:
    """The dimension of the most important finding: accepted errors first, then accuracy, then other metrics."""
    order = ("accepted_error", "field_accuracy")
    single = [one for one in findings if "," not in one.dimension]
    single.sort(key=lambda one: (order.index(one.metric) if one.metric in order else len(order), one.p_adjusted))
    return single[0].dimension if single else options.mitigation.dimension
