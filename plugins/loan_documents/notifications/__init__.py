"""Notifiers and alert channels: the outbox of ``student_loans.alerts`` over the Slack and SMTP providers' hooks."""
