"""Timers: due work becomes commands."""
