"""Commands of alerts: ``alerts check``, ``dry-run`` and ``history``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from student_loans.command_line import COUNT, EXISTING_FILE, Group, database_option


@click.group(cls=Group)
def alerts() -> None:
    """Check alert rules and list alerts."""


def _drafts(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that replace the package's files by drafts."""
    for name, what in (("--config", "alerts_config.yaml"), ("--rules", "alert_rules.yaml")):
        default = f"{what} of the package"
        command = click.option(name, type=EXISTING_FILE, show_default=default, help=f"Draft to use as {what}.")(command)
    return command


@alerts.command(example="student-loans alerts check --rules draft.yaml")
@_drafts
def check(rules: Path | None, config: Path | None) -> None:
    """Check alert rules and the configuration of channels."""
    from student_loans.alerts.config import load_alerts_config
    from student_loans.alerts.rules import load_rules

    loaded, channels = load_rules(rules), load_alerts_config(config).channels
    click.echo(f"{len(loaded)} rules and {len(channels)} channels are good.")


@alerts.command("dry-run", example="student-loans alerts dry-run --rules draft.yaml --run <run id>")
@click.option(
    "--run", "run_id", metavar="RUN_ID", show_default="none: freshness and queues are judged",
    help="Run to judge as if it had just ended.",
)  # fmt: skip
@_drafts
@database_option
def dry_run(run_id: str | None, rules: Path | None, config: Path | None, database: str) -> None:
    """Print the messages that would be sent, and send none."""
    from student_loans.alerts.config import load_alerts_config
    from student_loans.alerts.dry_run import would_send
    from student_loans.alerts.rules import load_rules
    from student_loans.alerts.store import AlertStore

    loaded, options = load_rules(rules), load_alerts_config(config)
    messages = would_send(AlertStore(database), loaded, options, now=datetime.now(UTC), run_id=run_id)
    for channel, message in messages:
        click.echo(f"--- through {channel}: {message.subject}\n{message.text}\n")
    click.echo(f"{len(messages)} messages would be sent." if messages else "Nothing would be sent.")


@alerts.command(example="student-loans alerts history --open")
@click.option("--open", "open_only", is_flag=True, help="List open alerts only.")
@click.option("--limit", type=COUNT, metavar="N", default=50, help="Most alerts to list.")
@database_option
def history(open_only: bool, limit: int, database: str) -> None:
    """List alerts with what was sent about them, newest first."""
    from student_loans.alerts.store import AlertStore

    for alert in AlertStore(database).history(limit=limit, open_only=open_only):
        ended = f"until {alert['resolved_at']:%Y-%m-%d %H:%M}" if alert["resolved_at"] else "open"
        sent = ", ".join(f"{one['channel']} {one['kind']} {one['state']}" for one in alert["deliveries"])
        click.echo(f"{alert['alert_id']:>6}  {alert['severity']:<8}  {alert['opened_at']:%Y-%m-%d %H:%M}  {ended}")
        click.echo(f"        {alert['title']}: {alert['detail']}  [{sent or 'nothing was sent'}]")
