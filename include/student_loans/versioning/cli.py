"""Commands of versioning: ``versions list``, ``restore``, ``push`` and ``gc``."""

from __future__ import annotations

import click

from student_loans.command_line import Group


@click.group(cls=Group)
def versions() -> None:
    """List, restore, push and clean the data versions of runs.

    Where Airflow is installed, the connections dvc_remote and loan_documents_store say where they are; elsewhere the
    settings versioning and storage do.
    """


@versions.command("list", example="student-loans versions list")
def list_versions() -> None:
    """List the versions on this machine and in the remote."""
    from student_loans.versioning import version_index
    from student_loans.versioning.opening import open_versions

    found = version_index.list_versions(open_versions()[0])
    if not found:
        click.echo("There are no data versions yet: make run makes one.")
        return
    rows = [("Run", "Version", "Files", "MiB", "Made", "Remote")]
    rows += [
        (one.run_id, one.version[:12], f"{one.files:,}", f"{one.size_bytes / 2**20:.1f}", one.made_at[:19],
         one.remote_url or "this machine only")
        for one in found
    ]  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


@versions.command(example="student-loans versions restore local-20261124-210000")
@click.argument("run_id")
@click.option(
    "--unsigned", is_flag=True, help="Accept a version without a signature. Paths and hashes are checked all the same."
)
def restore(run_id: str, *, unsigned: bool) -> None:
    """Bring the data of a run back into the object store.

    All of a version is checked before any of it is put in place. It has to bear the signature of this deployment.
    """
    from student_loans.versioning.opening import open_versions
    from student_loans.versioning.restore import restore_run

    version = restore_run(run_id, *open_versions(), unsigned=unsigned)
    click.echo(f"Restored {version.files:,} files of run {version.run_id} (version {version.version[:12]}).")


@versions.command(example="student-loans versions push")
def push() -> None:
    """Push the versions that are on this machine only."""
    from student_loans.versioning.opening import open_versions
    from student_loans.versioning.run_version import push_versions

    pushed = push_versions(open_versions()[0])
    click.echo(f"Pushed {len(pushed)} versions: the remote has all of them.")


@versions.command(example="student-loans versions gc --keep-last 20")
@click.option(
    "--keep-last", type=click.IntRange(0), metavar="N", required=True, help="Newest versions that stay in any case."
)
def gc(keep_last: int) -> None:
    """Delete old versions from this machine that the remote has.

    The remote is never cleaned, and a version that is on this machine only is never deleted.
    """
    from student_loans.versioning.opening import open_versions
    from student_loans.versioning.run_version import forget_versions

    forgotten = forget_versions(open_versions()[0], keep_last)
    click.echo(f"{len(forgotten)} versions are now in the remote only: make restore brings them back.")
