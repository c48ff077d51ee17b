"""``python -m student_loans.alerts``: check rules, see what would be sent, read the history."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from student_loans.alerts.config import load_alerts_config
from student_loans.alerts.rules import load_rules
from student_loans.alerts.store import AlertStore
from student_loans.errors import LoanDocumentError

CONNINFO = "LOAN_DOCUMENTS_DB"
EXIT_UNUSABLE = 2


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except LoanDocumentError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m student_loans.alerts", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    check = commands.add_parser("check", help="check rules and configuration")
    dry_run = commands.add_parser("dry-run", help="say what would be sent, and send nothing")
    dry_run.add_argument(
        "--run", dest="run_id", help="judge this run as if it had just ended; default: freshness, queues"
    )
    for command in (check, dry_run):
        command.add_argument(
            "--rules", type=Path, help="a draft instead of include/student_loans/config/alert_rules.yaml"
        )
        command.add_argument(
            "--config", type=Path, help="a draft instead of include/student_loans/config/alerts_config.yaml"
        )
    history = commands.add_parser("history", help="list alerts, newest first")
    history.add_argument("--open", action="store_true", help="open ones only")
    history.add_argument("--limit", type=int, default=50)
    for command in (dry_run, history):
        command.add_argument(
            "--database", default=os.environ.get(CONNINFO, ""), help=f"PostgreSQL; default ${CONNINFO}"
        )
    for command, run in ((check, _check), (dry_run, _dry_run), (history, _history)):
        command.set_defaults(run=run)
    return parser


def _check(options: argparse.Namespace) -> int:
    rules, config = load_rules(options.rules), load_alerts_config(options.config)
    _say(f"{len(rules)} rules and {len(config.channels)} channels are good.")
    return 0


def _dry_run(options: argparse.Namespace) -> int:
    from student_loans.alerts.dry_run import would_send

    rules, config = load_rules(options.rules), load_alerts_config(options.config)
    messages = would_send(AlertStore(options.database), rules, config, now=datetime.now(UTC), run_id=options.run_id)
    for channel, message in messages:
        _say(f"--- through {channel}: {message.subject}\n{message.text}\n")
    _say(f"{len(messages)} messages would be sent." if messages else "Nothing would be sent.")
    return 0


def _history(options: argparse.Namespace) -> int:
    for alert in AlertStore(options.database).history(limit=options.limit, open_only=options.open):
        ended = f"until {alert['resolved_at']:%Y-%m-%d %H:%M}" if alert["resolved_at"] else "open"
        sent = ", ".join(f"{one['channel']} {one['kind']} {one['state']}" for one in alert["deliveries"])
        _say(f"{alert['alert_id']:>6}  {alert['severity']:<8}  {alert['opened_at']:%Y-%m-%d %H:%M}  {ended}")
        _say(f"        {alert['title']}: {alert['detail']}  [{sent or 'not sent'}]")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
