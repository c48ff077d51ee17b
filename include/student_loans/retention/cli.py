"""Commands of privacy: ``privacy scan``, ``redact`` and ``close``, over what earlier versions have stored."""

from __future__ import annotations

from pathlib import Path

import click

from student_loans.command_line import EXISTING_FOLDER, FOUND_FAULTS, Group, database_option


@click.group(cls=Group)
def privacy() -> None:
    """Remove stored social security numbers; close files.

    Use it while no run is under way. Prints counts and run ids, no number.
    """


@privacy.command(example="student-loans privacy scan --database postgresql://loans@db.example/loans")
@database_option
def scan(database: str) -> int:
    """Count what holds a number, and change nothing.

    Looks at the results database, the object store, the reports and the data versions; never at the originals.
    The exit status is 1 when anything holds one.
    """
    return _report(database, scan_only=True)


@privacy.command(example="student-loans privacy redact --database postgresql://loans@db.example/loans")
@database_option
def redact(database: str) -> int:
    """Reduce or remove every number.

    The exit status is 1 while data versions still hold one.
    """
    return _report(database, scan_only=False)


@privacy.command(example="student-loans privacy close .airflow/logs")
@click.argument("folders", nargs=-1, type=EXISTING_FOLDER, metavar="[FOLDER]...")
def close(folders: tuple[Path, ...]) -> int:
    """Close files to other users, by storage.file_access.

    Sets the modes of all files in the folders of data, reports and data versions, and in each FOLDER, such as that of
    Airflow's logs. The exit status is 1 when files of other users stay open.
    """
    from student_loans.private_files import close_tree
    from student_loans.retention.local_roots import local_roots

    left_open = 0
    for root in (*local_roots(), *folders):
        changed, left = close_tree(root)
        left_open += left
        click.echo(f"{changed:>7,} files and folders changed, {left:,} of other users are open: {root}")
    return FOUND_FAULTS if left_open else 0


def _report(database: str, *, scan_only: bool) -> int:
    from student_loans.retention.stored_numbers import redact_stored
    from student_loans.settings import settings
    from student_loans.storage.object_store import open_store
    from student_loans.versioning.opening import open_versions

    workspace, store = open_versions()
    reports = open_store(settings().storage.reports_uri)
    found = redact_stored(store, database, reports=reports, workspace=workspace, scan_only=scan_only)
    verb = "hold a number" if scan_only else "were corrected or removed"
    for count, what in (
        (found.rows, "rows of the database"), (found.files, "files of the object store"),
        (found.cached_words, "pages of the OCR cache"), (found.page_views, "page pictures"), (found.reports, "reports"),
    ):  # fmt: skip
        click.echo(f"{count:>7,} {what} {verb}")
    if found.unchanged_rows:
        click.echo(f"{found.unchanged_rows:>7,} of the rows stay: another row would become the same")
    for runs, advice in (
        (found.versions, "hold a number: forget them, or make them again"),
        (found.unseen_versions, "are in the remote only and were not searched: restore them, and scan again"),
    ):
        if runs:
            click.echo(f"The data versions of these runs {advice}: {', '.join(runs)}")
    left = not found.clean if scan_only else bool(found.unchanged_rows or found.versions or found.unseen_versions)
    return FOUND_FAULTS if left else 0
