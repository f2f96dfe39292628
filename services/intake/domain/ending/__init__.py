"""Ending: a case is withdrawn by its proposers, or its personal data is erased."""
