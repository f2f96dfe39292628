"""Acceptance: a unit signs for its task or objects to it, and the office decides (签收、退办)."""
