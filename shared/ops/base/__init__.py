"""Errors, settings, terminal and processes: the ground floor of operations."""
