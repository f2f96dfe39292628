"""Delivery: every proposer receives the signed reply."""
