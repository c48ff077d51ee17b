"""Estimates for a deployment from measured figures: cores, money, disks and tasks by documents per day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scripts.benchmarks.pages import table
from student_loans.intake.grouping import LARGEST_AUTOMATIC_GROUP

VOLUMES = (1_000, 10_000, 100_000, 1_000_000)
"""Documents a day."""
SCANNED = 0.3
"""Share of scans among the documents; the measured scans have one page."""
BUSY = 0.7
"""Share of the day that a core is busy: documents arrive in waves, machines are replaced."""
DAY_S = 86_400
_KEPT_DAYS = 365


def render_plan(result: Mapping[str, Any]) -> str:
    """The figures of ``docs/SCALING.md``; empty until cost and growth are measured."""
    subjects = result.get("subjects", {})
    if not {"cost", "growth"} <= subjects.keys():
        return ""
    cost, growth = subjects["cost"], subjects["growth"]
    born, scans = cost["born_digital"], cost["scans"]
    each = {
        name: one["machine_core_seconds_per_page"] * one["pages"] / one["documents"]
        for name, one in (("born", born), ("scan", scans))
    }
    mixed = (1 - SCANNED) * each["born"] + SCANNED * each["scan"]
    largest = growth["rows"][-1]
    rows, objects = (size / largest["documents"] for size in largest["kept_bytes"])
    price, currency = born["core_hour_price"], born["currency"]
    body = [_line(volume, mixed, price, currency, rows) for volume in VOLUMES]
    head = ("documents a day", "cores", "machines of 16", "money a day", "mapped tasks a day", "rows a year")
    return (
        "## On paper, from measured figures\n\n"
        f"A born-digital document takes {each['born']:.2f} core-seconds, a scan of one page {each['scan']:.2f}, with Airflow, "
        f"waiting and the database counted in (wall clock × cores of the measured runs). With {SCANNED:.0%} scans that is "
        f"{mixed:.2f} core-seconds a document; cores are taken to work {BUSY:.0%} of the day, at {price} {currency} for a core "
        f"and hour, in groups of {LARGEST_AUTOMATIC_GROUP}:\n\n"
        + table(head, body)
        + f"\nA document keeps {rows / 1000:.1f} kB in PostgreSQL (with indexes) and {objects / 1000:.0f} kB in the object store "
        f"(born-digital; a scan its bytes and a PNG a page more). {_limits()}\n"
    )


def _line(volume: int, core_seconds: float, price: float, currency: str, row_bytes: float) -> tuple[str, ...]:
    cores = volume * core_seconds / (DAY_S * BUSY)
    return (
        f"{volume:,}",
        f"{cores:.2g}" if cores < 10 else f"{cores:.0f}",
        f"{max(1, -(-cores // 16)):.0f}",
        f"{cores * 24 * price:,.2f} {currency}",
        f"{2 * volume / LARGEST_AUTOMATIC_GROUP:,.0f}",
        f"{volume * _KEPT_DAYS * row_bytes / 1e9:,.0f} GB",
    )


def _limits() -> str:
    """The first limits at a million documents per day."""
    between = DAY_S * LARGEST_AUTOMATIC_GROUP / (2 * 1_000_000)
    return (
        "A run holds at most 1,000 groups: at a million documents a day that is a run of 10,000 every quarter of an hour, and a "
        f"mapped task every {between:.0f} seconds (what one costs is measured under *A mapped task*). What gives way first is "
        "PostgreSQL's disk, then statements that read whole tables (`documents`, `fields`): partition them by month."
    )
