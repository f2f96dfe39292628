"""Lag of relays and consumer groups."""
