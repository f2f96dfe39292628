"""Outbox, chain audit and restore of a log."""
