"""Charge: a leader takes a case upon himself until it is solved (包案)."""
