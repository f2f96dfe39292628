"""Clearance: the draft, its return and the signature, with the gates before it."""
