"""Judge escalation: held-out documents of the escalated slices are really read again, and compared with their labels."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from student_loans.fairness.mitigation.hashing import spread
from student_loans.fairness.mitigation.judging import Evaluation, compare
from student_loans.fairness.observations import document_key, observation_frame, observation_table, observe_labelled
from student_loans.fairness.policy import Policy, ReadAgain, apply_policy
from student_loans.fairness.settings import FairnessSettings
from student_loans.labels.label import DocumentLabel
from student_loans.records import DocumentRecord, TextSource

LabelledRecord = tuple[DocumentRecord, DocumentLabel]


def judge_escalation(
    pairs: Iterable[LabelledRecord], policy: Policy, read_again: ReadAgain, options: FairnessSettings
) -> Evaluation:
    """Read at most ``escalation_documents`` held-out documents of the escalated slices again.

    Args:
        pairs: Every labelled record; only held-out ones that the policy concerns are kept, a few hundred in memory.
        policy: Says which slices, and with which settings.
        read_again: Reads one document.
        options: Settings.

    Raises:
        ServiceError: What ``read_again`` raises.
    """
    chosen = list(islice(_concerned(pairs, policy, options), options.mitigation.escalation_documents))
    after = [(apply_policy(record, policy, read_again), label) for record, label in chosen]
    frames = [
        observation_frame(
            observation_table(observe_labelled(record, label, options.slices) for record, label in side),
            options.slices.most_levels,
        )
        for side in (chosen, after)
    ]
    note = f"{len(chosen)} held-out scanned documents of the disadvantaged slices were read again."
    return compare(frames[0], frames[1], policy, options, note)


def _concerned(pairs: Iterable[LabelledRecord], policy: Policy, options: FairnessSettings) -> Iterable[LabelledRecord]:
    import numpy as np

    for record, label in pairs:
        key = np.array([document_key(record.document_id)])
        held_out = spread(key)[0] < options.mitigation.held_out
        scanned = record.text_source not in (TextSource.TEXT_LAYER, None)
        if held_out and scanned and policy.slice_of(record) in policy.escalations:
            yield record, label
