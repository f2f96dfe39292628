"""Signatures of commits: each owner's key pair, and the ring of public keys (ADR 29)."""
