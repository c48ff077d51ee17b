"""Slack, over the provider's two hooks: an incoming webhook, or a bot token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import URLError

from airflow.sdk import BaseHook

from student_loans.alerts.channels import ChannelError
from student_loans.alerts.config import ChannelConfig
from student_loans.alerts.messages import notice_text
from student_loans.alerts.model import Message

SECTION_LIMIT = 2900
"""Slack refuses a section of more than 3,000 characters."""


def _blocks(message: Message) -> list[dict[str, Any]]:
    """A section for each notice, as plain text: names of files must not become links or mentions."""
    texts = (notice_text(notice) for notice in message.notices)
    escaped = (text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for text in texts)
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text[:SECTION_LIMIT]}} for text in escaped]


@contextmanager
def _slack_errors() -> Iterator[None]:
    """Raise any error as a :class:`ChannelError` without its message, which may quote the webhook's address."""
    from slack_sdk.errors import SlackApiError

    try:
        yield
    except ChannelError:
        raise
    except SlackApiError as error:
        raise ChannelError(f"slack_{error.response.get('error', 'error')}"[:60]) from None
    except (TimeoutError, URLError, OSError) as error:
        raise ChannelError(type(getattr(error, "reason", error)).__name__) from None
    except Exception as error:  # noqa: BLE001 - an alert channel never fails a task
        raise ChannelError(type(error).__name__) from None


class SlackWebhookChannel:
    """An incoming webhook.

    Args:
        conn_id: Connection of type ``slackwebhook``.
        timeout_s: Longest wait, seconds.
    """

    def __init__(self, conn_id: str, *, timeout_s: float) -> None:
        self.conn_id = conn_id
        self.timeout_s = timeout_s

    def send(self, message: Message) -> None:
        """Post the message."""
        from airflow.providers.slack.hooks.slack_webhook import SlackWebhookHook

        with _slack_errors():
            hook = SlackWebhookHook(slack_webhook_conn_id=self.conn_id, timeout=max(1, round(self.timeout_s)))
            response = hook.client.send(text=message.subject, blocks=_blocks(message), unfurl_links=False)
            if response.status_code != 200:
                raise ChannelError(f"http_{response.status_code}")


class SlackApiChannel:
    """A bot in a room.

    Args:
        conn_id: Connection of type ``slack``, the bot's token as password; scope ``chat:write``.
        room: Slack channel, by its id or name.
        timeout_s: Longest wait, seconds.
    """

    def __init__(self, conn_id: str, *, room: str, timeout_s: float) -> None:
        self.conn_id = conn_id
        self.room = room
        self.timeout_s = timeout_s

    def send(self, message: Message) -> None:
        """Post the message."""
        from airflow.providers.slack.hooks.slack import SlackHook

        with _slack_errors():
            hook = SlackHook(slack_conn_id=self.conn_id, timeout=max(1, round(self.timeout_s)))
            hook.client.chat_postMessage(
                channel=self.room, text=message.subject, blocks=_blocks(message), unfurl_links=False
            )


def open_channel(channel: ChannelConfig, timeout_s: float) -> SlackApiChannel | SlackWebhookChannel:
    """A bot for a connection of type ``slack`` (its extra ``room`` may name the room), otherwise a webhook.

    Raises:
        AirflowNotFoundException: The connection does not exist.
    """
    connection = BaseHook.get_connection(channel.connection)
    if connection.conn_type == "slack":
        room = channel.room or str(connection.extra_dejson.get("room", ""))
        return SlackApiChannel(channel.connection, room=room, timeout_s=timeout_s)
    return SlackWebhookChannel(channel.connection, timeout_s=timeout_s)
