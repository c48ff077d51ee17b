"""Notifiers and alert channels: the outbox of ``include.alerts`` over the Slack and SMTP providers' hooks."""
