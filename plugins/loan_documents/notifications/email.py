"""Mail, over the SMTP provider's hook."""

from __future__ import annotations

import html
import smtplib
from collections.abc import Sequence

from airflow.providers.smtp.hooks.smtp import SmtpHook

from student_loans.alerts.channels import ChannelError, ChannelNotConfigured
from student_loans.alerts.config import ChannelConfig
from student_loans.alerts.model import Message

MESSAGE_ID_DOMAIN = "alerts.loan-documents"


def _page(message: Message) -> str:
    """The text as HTML; mail programs turn its addresses into links."""
    style = "font-family: sans-serif; white-space: pre-wrap"
    return f'<!doctype html><html lang="en"><body><div style="{style}">{html.escape(message.text)}</div></body></html>'


class _PatientEnough(SmtpHook):
    """The provider's hook with one attempt and a short wait: the outbox retries."""

    timeout_s = 10

    @property
    def smtp_retry_limit(self) -> int:
        return 0

    @property
    def timeout(self) -> int:
        return self.timeout_s


class EmailChannel:
    """Mail to a list of addresses. The message's key is the Message-ID, so that a mailbox shows a repeated mail once.

    Args:
        conn_id: Connection of type ``smtp``; extra ``from_email``.
        to: Addresses.
        timeout_s: Longest wait, seconds.
    """

    def __init__(self, conn_id: str, *, to: Sequence[str], timeout_s: float) -> None:
        self.conn_id = conn_id
        self.to = list(to)
        self.timeout_s = timeout_s

    def send(self, message: Message) -> None:
        """Send the mail."""
        if not self.to:
            raise ChannelNotConfigured("no_addresses")
        hook = _PatientEnough(smtp_conn_id=self.conn_id)
        hook.timeout_s = max(1, round(self.timeout_s))
        try:
            with hook as open_hook:
                open_hook.send_email_smtp(
                    to=self.to,
                    subject=message.subject,
                    html_content=_page(message),
                    mime_subtype="alternative",
                    custom_headers={
                        "Message-ID": f"<{message.key}@{MESSAGE_ID_DOMAIN}>",
                        "Auto-Submitted": "auto-generated",
                    },
                )
        except smtplib.SMTPResponseException as error:
            raise ChannelError(f"smtp_{error.smtp_code}") from None
        except Exception as error:  # noqa: BLE001 - an alert channel never fails a task
            raise ChannelError(type(error).__name__) from None


def open_channel(channel: ChannelConfig, timeout_s: float) -> EmailChannel:
    """Mail over the channel's connection; its extra ``to`` may hold the addresses.

    Raises:
        AirflowNotFoundException: The connection does not exist.
    """
    connection = SmtpHook.get_connection(channel.connection)
    given = channel.to or connection.extra_dejson.get("to") or ()
    addresses = given.split(",") if isinstance(given, str) else given
    return EmailChannel(channel.connection, to=addresses, timeout_s=timeout_s)
