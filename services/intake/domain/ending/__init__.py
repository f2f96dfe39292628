"""Ending: a case is withdrawn by its proposers."""
