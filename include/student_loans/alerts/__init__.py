"""Alerts: rules over the metrics of runs, one alert for each cause, and an outbox that sends each message once."""
