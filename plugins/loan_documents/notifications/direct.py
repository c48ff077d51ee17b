"""Tell people without the outbox, while the results database does not answer."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from loan_documents.hooks.object_store import ObjectStoreHook

if TYPE_CHECKING:
    from student_loans.alerts.channels import Channels
    from student_loans.alerts.config import AlertsConfig
    from student_loans.alerts.model import Message, Verdict
    from student_loans.alerts.spool import Spool, Spooled
    from student_loans.alerts.store import AlertStore

log = logging.getLogger(__name__)


def tell_directly(verdict: Verdict, run_id: str) -> tuple[str, ...]:
    """Send a verdict through its route, each channel or those that stand in for it.

    It is kept in the object store as well: instances of a mapped task that fail for one cause tell it once, and
    :func:`bring_in` makes it part of the history when the database is back. Without a store everyone tells it.

    Returns:
        The channels that took it.
    """
    from student_loans.alerts.config import load_alerts_config
    from student_loans.alerts.failures import RUN_FAILED
    from student_loans.alerts.spool import Spooled, spool_key

    config = load_alerts_config()
    spool: Spool | None = None
    spooled: Spooled | None = Spooled(spool_key(run_id, verdict.cause), run_id, verdict)
    try:
        spool = _spool()
        if verdict.rule == RUN_FAILED and spool.knows_run(run_id):
            return ()  # the run failed because a task did, and that has been told
        spooled = spool.add(run_id, verdict)
    except Exception as error:  # noqa: BLE001 - without a place to keep it, the alert is told all the same
        log.warning("The alert cannot be kept: %s", type(error).__name__)
    if spooled is None:
        return ()
    told = _send(spooled, config)
    if spool is not None and told:
        spool.update(replace(spooled, told=told))
    return told


def bring_in(store: AlertStore, config: AlertsConfig) -> int:
    """Bring alerts that were told directly into the history; one that nobody took is told now.

    Returns:
        How many.
    """
    spool = _spool()
    brought = 0
    for spooled in spool.read():
        verdict = replace(spooled.verdict, notify=not spooled.told)
        store.settle([verdict], config, run_id=spooled.run_id, now=datetime.now(UTC))
        spool.remove(spooled)
        brought += 1
    return brought


def _spool() -> Spool:
    from student_loans.alerts.spool import Spool

    return Spool(ObjectStoreHook().get_conn())


def _send(spooled: Spooled, config: AlertsConfig) -> tuple[str, ...]:
    from loan_documents.notifications.channels import open_channels
    from student_loans.alerts.config import chains

    channels = open_channels(config)
    message = _message(spooled)
    route = config.routes[spooled.verdict.severity]
    took = [_first_that_takes(chain, channels, message) for chain in chains(route.send_to, route.fallback)]
    return tuple(name for name in took if name)


def _first_that_takes(chain: tuple[str, ...], channels: Channels, message: Message) -> str:
    from student_loans.alerts.channels import ChannelError

    for name in chain:
        if name not in channels:
            continue
        try:
            channels[name].send(message)
        except ChannelError as error:
            log.warning("Alert channel %s did not take a message: %s", name, error.code)
        else:
            return name
    return ""


def _message(spooled: Spooled) -> Message:
    from student_loans.alerts.messages import build_message
    from student_loans.alerts.model import Kind, Notice
    from student_loans.privacy import plain

    verdict = spooled.verdict
    notice = Notice(
        alert_id=0,
        kind=Kind.FIRING,
        severity=verdict.severity,
        title=plain(verdict.title),
        detail=plain(verdict.detail),
        todo=plain(verdict.todo),
        url=plain(verdict.url),
        dag_id=verdict.dag_id,
        run_id=spooled.run_id,
        occurrences=1,
        opened_at=datetime.now(UTC),
    )
    return build_message(spooled.key, [notice])
