"""Synthetic labelled results, by seeded numpy: how well documents are read depends on what a test says and on nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from student_loans.fairness.observations import HELD_MASK, KEY, NUMBERS, PRINTED_MASK, WRONG_MASK, field_bits

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

LENDERS = ("amberlane", "bluestem", "corvane", "larkmoor", "meridale", "northfen", "ostrander", "tallpine")
RENDERINGS = ("born_digital", "clean_scan", "degraded")
QUALITY = {"born_digital": "0.9 and more", "clean_scan": "0.8-0.9", "degraded": "0.6-0.8"}
FIELDS = 12
ACCEPT_ABOVE = 0.9


def make_frame(
    documents: int,
    seed: int,
    *,
    degraded_lender: str | None = None,
    misread_lender: str | None = None,
    error: float = 0.02,
    error_if_degraded: float | None = None,
    misread_error: float = 0.15,
    renderings: tuple[float, float, float] = (0.4, 0.35, 0.25),
) -> pd.DataFrame:
    """Observations as :func:`student_loans.fairness.observations.observation_frame` gives them.

    Args:
        documents: How many.
        seed: Of everything random.
        degraded_lender: Nine in ten of its documents are degraded scans.
        misread_lender: Its documents are read worse in every rendering, and their confidences do not show it fully.
        error: Chance that a field is misread.
        error_if_degraded: The same on degraded scans; None: no worse.
        misread_error: The same on documents of the misread lender.
        renderings: Shares of the renderings.
    """
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(seed)
    lender = rng.integers(len(LENDERS), size=documents)
    rendering = rng.choice(3, documents, p=renderings)
    if degraded_lender is not None:
        own = lender == LENDERS.index(degraded_lender)
        rendering[own] = rng.choice(3, own.sum(), p=(0.05, 0.05, 0.9))
    chance = np.full(documents, error)
    if error_if_degraded is not None:
        chance[rendering == 2] = error_if_degraded
    if misread_lender is not None:
        chance[lender == LENDERS.index(misread_lender)] = misread_error
    # Documents differ, so the errors of one document come together.
    wrong_count = rng.binomial(FIELDS, rng.beta(chance * 8, (1 - chance) * 8))
    columns = _numbers(rng, wrong_count)
    types = rng.integers(7, size=documents)
    frame = pd.DataFrame(columns)
    names = {
        "document_type": [f"type_{number}" for number in range(7)],
        "lender": list(LENDERS),
        "pages": ["1", "2", "3-5"],
        "file_format": ["jpeg", "pdf", "png", "tiff"],
        "rendering": list(RENDERINGS),
        "quality": [QUALITY[name] for name in RENDERINGS],
    }
    codes = {
        "document_type": types,
        "lender": lender,
        "pages": rng.choice(3, documents, p=(0.6, 0.3, 0.1)),
        "file_format": rng.choice(4, documents, p=(0.2, 0.5, 0.1, 0.2)),
        "rendering": rendering,
        # Bands follow renderings, with a tenth of them elsewhere.
        "quality": np.where(rng.random(documents) < 0.1, rng.integers(3, size=documents), rendering),
    }
    for name, levels in names.items():
        for column in (name, f"seen_{name}"):
            frame[column] = pd.Categorical.from_codes(codes[name], categories=levels)
    return frame


def _numbers(rng: np.random.Generator, wrong_count: NDArray[Any]) -> dict[str, NDArray[Any]]:
    import numpy as np

    documents = len(wrong_count)
    wrong = wrong_count > 0
    # A wrong document has a lower lowest confidence, and often one that is high enough all the same.
    lowest = np.where(wrong, rng.beta(8, 1.6, documents), rng.beta(30, 1, documents)).round(4)
    accepted = lowest >= ACCEPT_ABOVE
    bits = np.array(list(field_bits().values())[:FIELDS], np.int64)
    order = np.argsort(rng.random((documents, FIELDS)), axis=1)
    misread = order < wrong_count[:, None]
    numbers: dict[str, NDArray[Any]] = {name: np.zeros(documents, np.float32) for name in NUMBERS}
    numbers |= {
        "printed": np.full(documents, FIELDS, np.float32),
        "right": (FIELDS - wrong_count).astype(np.float32),
        "required": np.full(documents, 8, np.float32),
        "required_found": np.full(documents, 8, np.float32) - (rng.random(documents) < 0.05),
        "values": np.full(documents, FIELDS, np.float32),
        "confidence": (FIELDS * (1 - (1 - lowest) / 4)).astype(np.float32),
        "values_right": (FIELDS - wrong_count).astype(np.float32),
        "accepted": accepted.astype(np.float32),
        "review": (~accepted).astype(np.float32),
        "accepted_wrong": (accepted & wrong).astype(np.float32),
        "seconds": rng.gamma(4, 0.5, documents).astype(np.float32),
        "lowest_confidence": lowest.astype(np.float32),
        "only_confidence": np.ones(documents, np.float32),
        "wrong": wrong.astype(np.float32),
        KEY: rng.integers(2**32, size=documents, dtype=np.uint32),
        PRINTED_MASK: np.full(documents, bits.sum(), np.int64),
        WRONG_MASK: (misread * bits).sum(axis=1),
        HELD_MASK: np.zeros(documents, np.int64),
    }
    return numbers
