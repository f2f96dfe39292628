"""Metrics, log lines and crash points of every process."""
