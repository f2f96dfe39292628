"""Payloads that commands, facts, bodies and views of a service inherit."""
