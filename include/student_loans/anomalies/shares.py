"""Usual shares of documents with a property, by type and lender, and how well the history knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_MOST_ALIKE = 200.0
"""Documents of a type that a lender's own count at most as much as, however alike lenders are."""


@dataclass(frozen=True, slots=True)
class Shares:
    """The usual share of each cell of a batch.

    Attributes:
        shares: Expected share.
        known: Documents that it is known from, the type's share taken as certain.
        leans: How much of it is the type's share.
        doubts: Variance of the type's share.
        types: The type of each cell.
    """

    shares: Any
    known: Any
    leans: Any
    doubts: Any
    types: Any

    def of(self, counts: Any) -> tuple[float, float]:
        """The mean share of some documents, and the documents that it is known from.

        Lenders' own parts err independently, and all cells of a type share the error of the type's share.

        Args:
            counts: Documents of each cell, at least one in all.
        """
        import numpy as np

        weights = counts / counts.sum()
        mean = float((weights * self.shares).sum())
        variance = float((weights**2 * self.shares * (1 - self.shares) / (self.known + 1)).sum())
        common = np.bincount(self.types, weights=weights * self.leans * np.sqrt(self.doubts))
        return mean, max(mean * (1 - mean) / max(variance + float((common**2).sum()), 1e-12) - 1, 1.0)


def pooled_shares(property_of: Any, past_types: Any, past_lenders: Any, types: Any, lenders: Any) -> Shares:
    """Shares by type and lender, drawn towards that of the type, the more the more alike its lenders are.

    Args:
        property_of: Whether each earlier document has the property.
        past_types: Types of the same documents.
        past_lenders: Lenders of the same documents; empty text for none.
        types: The type of each cell of the batch.
        lenders: The lender of each cell.
    """
    import numpy as np

    shares, leans, doubts, known = (np.full(len(types), value) for value in (0.0, 1.0, 0.0, 1.0))
    kinds, codes = np.unique(types, return_inverse=True)
    for number, kind in enumerate(kinds):
        own = past_types == kind
        if own.any():
            cells = np.flatnonzero(codes == number)
            names, places = np.unique(past_lenders[own], return_inverse=True)
            have = np.bincount(places, weights=property_of[own], minlength=len(names))
            of = np.bincount(places, minlength=len(names)).astype("float64")
            usual, strength = _prior(have, of)
            counted = {str(name): (have[one], of[one]) for one, name in enumerate(names) if name}
            had, documents = np.array([counted.get(str(lenders[cell]), (0.0, 0.0)) for cell in cells]).T
            shares[cells] = (had + strength * usual) / (documents + strength)
            known[cells], leans[cells] = documents + strength, strength / (documents + strength)
            doubts[cells] = usual * (1 - usual) / (of.sum() + 2)
    return Shares(shares, known, leans, doubts, codes.ravel())


def _prior(have: Any, of: Any) -> tuple[float, float]:
    """Share of a type, smoothed by half a document, and how many documents it stands for at a lender, by moments."""
    import numpy as np

    total = float(of.sum())
    usual = (float(have.sum()) + 0.5) / (total + 1)
    expected = usual * (1 - usual)
    # Between lenders: the variance of their shares beyond that of counting.
    spread = float((of * (have / of - usual) ** 2).sum() - (len(of) - 1) * expected)
    weight = total - float((of**2).sum()) / total
    if spread <= 0 or weight <= 0:
        return usual, _MOST_ALIKE
    return usual, float(np.clip(expected / (spread / weight) - 1, 1.0, _MOST_ALIKE))


def chance_of_more(count: int, documents: int, share: float, known: float) -> float:
    """Chance that at least so many of some documents have a property whose share is known from other documents.

    The survival function of a beta-binomial; scipy's own takes a millisecond.
    """
    import numpy as np
    from scipy.special import betaln, gammaln

    if count <= 0 or share * documents >= count:
        return 1.0
    a, b = share * known, (1 - share) * known
    more = np.arange(count, documents + 1)
    ways = gammaln(documents + 1) - gammaln(more + 1) - gammaln(documents - more + 1)
    return float(min(np.exp(ways + betaln(more + a, documents - more + b) - betaln(a, b)).sum(), 1.0))
