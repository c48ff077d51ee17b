"""Alerts: rules over what runs measure, one alert a cause, and an outbox that tells people once."""
