"""Metrics, log lines and fail points of every process."""
